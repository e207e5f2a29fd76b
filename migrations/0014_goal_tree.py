"""Goals within goals, what a target is made of, and cascades from above.

`goal_within` is kept by the database itself, in the transaction that gives a goal another parent,
whatever gave it: so nothing that writes goals can forget it, and only what moved is derived anew.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Goals without a parent have no rows here; a goal is not within itself.
GOAL_WITHIN = """
create table goal_within (
  org_id uuid not null references organisation,
  outer_id uuid not null,
  inner_id uuid not null,
  depth integer not null check (depth between 1 and 20),
  primary key (org_id, outer_id, inner_id),
  constraint goal_within_outer foreign key (org_id, outer_id) references goal on delete restrict,
  constraint goal_within_inner foreign key (org_id, inner_id) references goal on delete restrict
);
create index goal_within_by_inner on goal_within (org_id, inner_id, depth) include (outer_id);
"""

# Who adds goals under others need not wait for one another; who moves goals waits for all of them,
# or two could put each other's goal within their own and neither would see the circle.
HOLD_GOAL_TREE = """
create function hold_goal_tree(org uuid) returns void language sql
set search_path = pg_catalog, public as $$
  select pg_advisory_xact_lock(hashtextextended('goal tree of ' || org, 0))
$$;
create function join_goal_tree(org uuid) returns void language sql
set search_path = pg_catalog, public as $$
  select pg_advisory_xact_lock_shared(hashtextextended('goal tree of ' || org, 0))
$$;
"""

# What lies within the moved goals is walked upwards from each, and only what differs is written.
# A walk stops one step past what is allowed, so a circle ends too. Each step is one look into a key, and
# planned for any organisation: of goals that are new PostgreSQL knows nothing, and would look at all for each.
PLACE_GOALS = """
create procedure place_goals(org uuid, moved uuid[]) language plpgsql
set search_path = pg_catalog, public set plan_cache_mode = force_generic_plan as $$
declare wrong record;
begin
  with recursive placed as (
    select unnest(moved) as inner_id
    union
    select goal_within.inner_id from goal_within
    where goal_within.org_id = org and goal_within.outer_id = any(moved)
  ), above as (
    select placed.inner_id, next.parent_id as outer_id, 1 as depth from placed
    cross join lateral (select goal.parent_id from goal
      where goal.org_id = org and goal.id = placed.inner_id and goal.parent_id is not null offset 0) next
    union all
    select above.inner_id, next.parent_id, above.depth + 1 from above
    cross join lateral (select goal.parent_id from goal
      where goal.org_id = org and goal.id = above.outer_id and goal.parent_id is not null offset 0) next
    where above.depth <= 20
  ), bad as materialized (
    select above.inner_id = above.outer_id as is_circle, above.inner_id, above.depth from above
    where above.inner_id = above.outer_id or above.depth > 20
    order by above.inner_id = above.outer_id desc, above.depth limit 1
  ), gone as (
    delete from goal_within
    where goal_within.org_id = org and goal_within.inner_id = any(array(select placed.inner_id from placed))
      and not exists (select from above
        where above.inner_id = goal_within.inner_id and above.outer_id = goal_within.outer_id)
  ), come as (
    insert into goal_within as kept (org_id, outer_id, inner_id, depth)
    select org, above.outer_id, above.inner_id, above.depth from above
    where not exists (select from bad)
    on conflict (org_id, outer_id, inner_id) do update set depth = excluded.depth
    where kept.depth <> excluded.depth
  )
  select bad.* into wrong from bad;
  if wrong.is_circle then
    raise exception 'goal % would lie within itself', wrong.inner_id
      using errcode = 'check_violation', constraint = 'no_goal_within_itself', table = 'goal';
  elsif wrong is not null then
    raise exception 'goal % would lie more than 20 levels deep', wrong.inner_id
      using errcode = 'check_violation', constraint = 'goals_at_most_20_deep', table = 'goal';
  end if;
end $$;
"""
KEEP_GOAL_WITHIN = """
create function keep_goal_within() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
declare moved record;
begin
  for moved in select org_id, array_agg(id) as ids from came where parent_id is not null group by org_id loop
    perform join_goal_tree(moved.org_id);
    call place_goals(moved.org_id, moved.ids);
  end loop;
  return null;
end $$;
create function move_goal_within() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
declare moved record;
begin
  -- Not a join, which would be planned once, for as few as came first, and compare each with each.
  for moved in select org_id, array_agg(id) as ids
    from (select org_id, id, parent_id from came except select org_id, id, parent_id from went) elsewhere
    group by org_id
  loop
    perform hold_goal_tree(moved.org_id);
    call place_goals(moved.org_id, moved.ids);
  end loop;
  return null;
end $$;
create function leave_goal_within() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  delete from goal_within
  where org_id = old.org_id and (inner_id = old.id or outer_id = old.id);
  return old;
end $$;
create trigger keep_goal_within_added after insert on goal
  referencing new table as came for each statement execute function keep_goal_within();
create trigger keep_goal_within_moved after update on goal
  referencing new table as came old table as went for each statement execute function move_goal_within();
create trigger keep_goal_within_removed before delete on goal
  for each row when (old.parent_id is not null) execute function leave_goal_within();
"""

# Both figures of a target stand on the goal: the plan quota and, after uplift, the street quota.
UPLIFT = """
alter table goal
  add column uplift numeric(9, 8) check (uplift between 0 and 1),
  add column uplifted_by_id uuid,
  add constraint goal_uplifted_by foreign key (org_id, uplifted_by_id) references person on delete restrict,
  add constraint an_uplift_says_who check ((uplift is null) = (uplifted_by_id is null)),
  add constraint an_uplift_is_upon_a_plan check (uplift is null or plan_target is not null);
alter table territory add column potential numeric(20, 4) check (potential >= 0 and potential <> 'NaN');
comment on column territory.potential is
  'What could be sold there, in whatever unit the organisation estimates all of them; null: not known.';
"""

GOAL_CASCADE = """
create table goal_cascade (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  seen_version integer not null,
  method text not null check (method in ('equal', 'weights', 'history', 'potential')),
  levels integer not null check (levels between 1 and 20),
  plan numeric(20, 4) not null check (plan >= 0 and plan <> 'NaN'),
  state text not null default 'proposed' check (state in ('proposed', 'applied', 'discarded')),
  proposed_by_id uuid not null,
  proposed_at timestamptz not null default clock_timestamp(),
  decided_by_id uuid,
  decided_at timestamptz,
  primary key (org_id, id),
  constraint goal_cascade_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_cascade_proposed_by foreign key (org_id, proposed_by_id) references person on delete restrict,
  constraint goal_cascade_decided_by foreign key (org_id, decided_by_id) references person on delete restrict,
  constraint decided_with_who_and_when
    check ((state = 'proposed') = (decided_by_id is null) and (decided_by_id is null) = (decided_at is null))
);
create index goal_cascade_by_goal on goal_cascade (org_id, goal_id, proposed_at desc, id desc);
create unique index one_proposal_at_a_time on goal_cascade (org_id, goal_id) where state = 'proposed';
create table goal_cascade_line (
  org_id uuid not null references organisation,
  id uuid not null,
  cascade_id uuid not null,
  goal_id uuid not null,
  place integer not null,
  depth integer not null check (depth between 1 and 20),
  above_id uuid,
  person_id uuid not null,
  leads boolean not null,
  weight numeric(38, 8) check (weight >= 0 and weight <> 'NaN'),
  uplift numeric(9, 8) not null check (uplift between 0 and 1),
  plan numeric(20, 4) not null check (plan >= 0 and plan <> 'NaN'),
  street numeric(20, 4) not null check (street >= 0 and street <> 'NaN'),
  child_id uuid,
  child_version integer,
  target_before numeric(20, 4) check (target_before <> 'NaN'),
  locked boolean not null,
  primary key (org_id, id),
  constraint goal_cascade_line_cascade foreign key (org_id, cascade_id) references goal_cascade on delete restrict,
  constraint goal_cascade_line_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_cascade_line_above foreign key (org_id, above_id) references goal_cascade_line on delete restrict,
  constraint goal_cascade_line_person foreign key (org_id, person_id) references person on delete restrict,
  constraint goal_cascade_line_child foreign key (org_id, child_id) references goal on delete restrict,
  constraint somebody_once_a_cascade unique (org_id, cascade_id, person_id)
);
comment on column goal_cascade_line.goal_id is 'The goal that is cascaded, by which its lines are seen.';
comment on column goal_cascade_line.child_id is 'The person''s own goal: the one there was, or the one this made.';
comment on column goal_cascade_line.locked is 'What they agreed already is kept, and the rest is shared among the others.';
create index goal_cascade_line_by_place on goal_cascade_line (org_id, cascade_id, place, id);
create index goal_cascade_line_by_above on goal_cascade_line (org_id, above_id) where above_id is not null;
"""

GOAL_PROPOSAL = """
create table goal_proposal (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  amount numeric(20, 4) not null check (amount >= 0 and amount <> 'NaN'),
  note text not null default '' check (length(note) <= 4000),
  person_id uuid not null,
  proposed_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint goal_proposal_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_proposal_person foreign key (org_id, person_id) references person on delete restrict
);
create index goal_proposal_by_goal on goal_proposal (org_id, goal_id, proposed_at desc, id desc);
"""

GOAL_BUDGET = """
create table goal_budget (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  kind text not null check (kind in ('money', 'heads', 'tools')),
  amount numeric(20, 4) not null check (amount >= 0 and amount <> 'NaN'),
  currency text check (currency ~ '^[A-Z]{3}$'),
  note text not null default '' check (length(note) <= 1000),
  set_by_id uuid,
  set_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint goal_budget_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_budget_set_by foreign key (org_id, set_by_id) references person on delete restrict,
  constraint money_is_in_a_currency check (kind <> 'money' or currency is not null),
  constraint heads_are_counted check (kind <> 'heads' or currency is null),
  constraint goal_budget_once unique nulls not distinct (org_id, goal_id, kind, currency)
);
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0013_calendars")]
    operations = [
        RunSQL(GOAL_WITHIN, "drop table goal_within"),
        RunSQL(
            UPLIFT,
            "alter table territory drop column potential;"
            " alter table goal drop column uplift, drop column uplifted_by_id",
        ),
        RunSQL(GOAL_CASCADE, "drop table goal_cascade_line; drop table goal_cascade"),
        RunSQL(GOAL_PROPOSAL, "drop table goal_proposal"),
        RunSQL(GOAL_BUDGET, "drop table goal_budget"),
        RunSQL(
            "call protect('goal_within'); call protect('goal_cascade', 'select, insert, update');"
            " call protect('goal_cascade_line'); call protect('goal_proposal', 'select, insert');"
            " call protect('goal_budget')",
            "",
        ),
        RunSQL(
            HOLD_GOAL_TREE,
            "drop function hold_goal_tree; drop function join_goal_tree",
        ),
        RunSQL(PLACE_GOALS, "drop procedure place_goals"),
        RunSQL(
            KEEP_GOAL_WITHIN,
            "drop trigger keep_goal_within_added on goal; drop trigger keep_goal_within_moved on goal;"
            " drop trigger keep_goal_within_removed on goal; drop function keep_goal_within;"
            " drop function move_goal_within; drop function leave_goal_within",
        ),
    ]
