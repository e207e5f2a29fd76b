"""Revisions, amendments, delegations and lock dates: how a goal is agreed.

The database itself refuses a step that the rules do not know, and keeps what each version of a goal
changed, whatever wrote it.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# The second line behind the rules: a goal may come in at any state, as from a file, and moves on by
# these steps alone.
MOVES = """
create function goal_moves_on() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.status is distinct from new.status and (old.status, new.status) not in (
    ('draft', 'submitted'), ('returned', 'submitted'), ('submitted', 'approved'),
    ('submitted', 'returned'), ('approved', 'closed')) then
    raise exception 'a goal does not go from % to %', old.status, new.status
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger goal_moves_on before update of status on goal
  for each row execute function goal_moves_on();
alter table goal_decision
  add constraint nobody_decides_for_themselves check (on_behalf_of_id <> person_id),
  add constraint nobody_decides_the_delegators_goal check (on_behalf_of_id <> owner_id),
  add constraint nobody_amends_their_own_goal check (act <> 'amended' or person_id is distinct from owner_id);
"""
MOVES_BACK = """
drop trigger goal_moves_on on goal;
drop function goal_moves_on;
alter table goal_decision
  drop constraint nobody_decides_for_themselves, drop constraint nobody_decides_the_delegators_goal,
  drop constraint nobody_amends_their_own_goal;
"""

# What each version of a goal changed. A new version always has a higher number, so whoever saw an
# earlier one can be told what is different now.
CHANGE = """
create table goal_change (
  org_id uuid not null references organisation,
  id uuid not null default gen_random_uuid(),
  goal_id uuid not null,
  version integer not null,
  before jsonb not null,
  after jsonb not null,
  changed_at timestamptz not null default clock_timestamp(),
  changed_on date not null,
  primary key (org_id, id),
  constraint goal_change_goal foreign key (org_id, goal_id) references goal on delete restrict
);
comment on column goal_change.changed_on is 'The organisation''s day on which it changed.';
create index goal_change_by_goal on goal_change (org_id, goal_id, version);
create function keep_goal_change() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from goal_change where org_id = old.org_id and goal_id = old.id;
    return old;
  end if;
  insert into goal_change (org_id, goal_id, version, before, after, changed_on)
  select new.org_id, new.id, new.version,
    jsonb_object_agg(was.key, was.value), jsonb_object_agg(was.key, became.value),
    (select coalesce(organisation.business_date,
        (clock_timestamp() at time zone organisation.time_zone)::date)
      from organisation where organisation.org_id = new.org_id)
  from jsonb_each(to_jsonb(old)) was join jsonb_each(to_jsonb(new)) became using (key)
  where was.value is distinct from became.value
    and was.key not in ('version', 'updated_at', 'batch_id')
  having count(*) > 0;
  return null;
end $$;
create trigger keep_goal_change after update on goal
  for each row when (old.version is distinct from new.version) execute function keep_goal_change();
create trigger goal_change_goes_along before delete on goal
  for each row execute function keep_goal_change();
"""
CHANGE_BACK = """
drop trigger keep_goal_change on goal;
drop trigger goal_change_goes_along on goal;
drop function keep_goal_change;
drop table goal_change;
"""

REVISION = """
create table goal_revision (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  number integer not null check (number > 0),
  name text not null,
  description text not null,
  measure text not null,
  starts_on date not null,
  ends_on date not null,
  target numeric(20, 4) not null check (target <> 'NaN'),
  proposed numeric(20, 4) check (proposed <> 'NaN'),
  currency text,
  parent_id uuid,
  no_parent_reason text,
  person_id uuid,
  note text,
  submitted_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint goal_revision_number_once unique (org_id, goal_id, number),
  constraint goal_revision_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_revision_parent foreign key (org_id, parent_id) references goal on delete restrict,
  constraint goal_revision_measure foreign key (org_id, measure) references measure (org_id, key) on delete restrict,
  constraint goal_revision_person foreign key (org_id, person_id) references person on delete restrict
);
comment on table goal_revision is 'What a goal said each time it was handed in.';
"""

DELEGATION = """
create table delegation (
  org_id uuid not null references organisation,
  id uuid not null,
  from_id uuid not null,
  to_id uuid not null,
  starts_on date not null,
  ends_on date not null,
  note text not null default '' check (length(note) <= 1000),
  created_by uuid,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  ended_by uuid,
  primary key (org_id, id),
  constraint delegation_from foreign key (org_id, from_id) references person on delete restrict,
  constraint delegation_to foreign key (org_id, to_id) references person on delete restrict,
  constraint delegation_created_by foreign key (org_id, created_by) references person on delete restrict,
  constraint delegation_ended_by foreign key (org_id, ended_by) references person on delete restrict,
  constraint delegation_ends_after_it_starts check (starts_on <= ends_on),
  constraint delegated_once_at_a_time exclude using gist
    (org_id with =, from_id with =, to_id with =, daterange(starts_on, ends_on, '[]') with &&)
    where (ended_at is null)
);
comment on table delegation is 'Who decides upon goals in whose place, and on which days.';
create index delegation_by_time on delegation (org_id, created_at, id);
create index delegation_by_to on delegation (org_id, to_id, created_at desc);
create index delegation_by_from on delegation (org_id, from_id, created_at desc);
"""

# `target_before` is what counted until then, `stated` what is asked for, `target_after` what counts
# since: the three differ where days are weighed.
AMENDMENT = """
create table goal_amendment (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  owner_id uuid not null,
  effective_from date not null,
  stated numeric(20, 4) not null check (stated >= 0 and stated <> 'NaN'),
  policy text not null check (policy in ('prorate', 'replace', 'segments')),
  reason text not null check (length(reason) between 1 and 4000),
  state text not null check (state in ('requested', 'approved', 'returned')),
  target_before numeric(20, 4) not null check (target_before <> 'NaN'),
  target_after numeric(20, 4) not null check (target_after >= 0 and target_after <> 'NaN'),
  requested_by uuid,
  requested_at timestamptz not null default clock_timestamp(),
  seen_version integer not null,
  decided_by uuid,
  on_behalf_of_id uuid,
  decided_at timestamptz,
  note text,
  superseded_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id),
  constraint goal_amendment_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_amendment_owner foreign key (org_id, owner_id) references person on delete restrict,
  constraint goal_amendment_requested_by foreign key (org_id, requested_by) references person on delete restrict,
  constraint goal_amendment_decided_by foreign key (org_id, decided_by) references person on delete restrict,
  constraint goal_amendment_on_behalf_of foreign key (org_id, on_behalf_of_id) references person on delete restrict,
  constraint decided_with_who_and_when check ((state = 'requested') = (decided_at is null)),
  constraint nobody_approves_their_own_amendment check (state <> 'approved'
    or (decided_by is distinct from requested_by and decided_by is distinct from owner_id)),
  constraint a_delegate_decides_in_the_place_of_somebody_else check (on_behalf_of_id is null
    or (on_behalf_of_id is distinct from requested_by and on_behalf_of_id not in (decided_by, owner_id))),
  constraint a_returned_amendment_says_why check (state <> 'returned' or length(note) > 0)
);
comment on column goal_amendment.superseded_at is 'Since when a later amendment counts from the same day or an earlier one.';
create unique index one_amendment_waits on goal_amendment (org_id, goal_id) where state = 'requested';
create index goal_amendment_by_goal on goal_amendment (org_id, goal_id, requested_at, id);
create index goal_amendment_waiting on goal_amendment (org_id, requested_at, id) where state = 'requested';
create table goal_segment (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  starts_on date not null,
  ends_on date not null,
  stated numeric(20, 4) not null check (stated >= 0 and stated <> 'NaN'),
  target numeric(20, 4) not null check (target >= 0 and target <> 'NaN'),
  policy text not null check (policy in ('prorate', 'replace', 'segments')),
  primary key (org_id, id),
  constraint goal_segment_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint one_segment_a_day exclude using gist
    (org_id with =, goal_id with =, daterange(starts_on, ends_on, '[]') with &&)
);
create index goal_segment_by_goal on goal_segment (org_id, goal_id, starts_on, id);
"""

LOCK = """
create table goal_lock (
  org_id uuid not null references organisation,
  id uuid not null,
  starts_on date not null,
  ends_on date not null,
  locks_on date not null,
  reason text not null check (length(reason) between 1 and 4000),
  set_by uuid,
  set_at timestamptz not null default clock_timestamp(),
  lifted_at timestamptz,
  lifted_by uuid,
  lift_reason text,
  primary key (org_id, id),
  constraint goal_lock_set_by foreign key (org_id, set_by) references person on delete restrict,
  constraint goal_lock_lifted_by foreign key (org_id, lifted_by) references person on delete restrict,
  constraint goal_lock_ends_after_it_starts check (starts_on <= ends_on),
  constraint lifted_with_a_reason check ((lifted_at is null) = (lift_reason is null)),
  constraint a_lift_says_why check (length(lift_reason) between 1 and 4000)
);
comment on table goal_lock is 'From a day on, goals that begin in these days are agreed only by amendment.';
create index goal_lock_by_day on goal_lock (org_id, locks_on desc, id);
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0014_goal_tree")]
    operations = [
        RunSQL(MOVES, MOVES_BACK),
        RunSQL(CHANGE, CHANGE_BACK),
        RunSQL(REVISION, "drop table goal_revision"),
        RunSQL(DELEGATION, "drop table delegation"),
        RunSQL(AMENDMENT, "drop table goal_segment; drop table goal_amendment"),
        RunSQL(LOCK, "drop table goal_lock"),
        RunSQL(
            """
            call protect('goal_change', 'select, insert, delete');
            call protect('goal_revision', 'select, insert');
            call protect('delegation', 'select, insert, update');
            call protect('goal_amendment', 'select, insert, update');
            call protect('goal_segment', 'select, insert, delete');
            call protect('goal_lock', 'select, insert, update');
            """,
            "",
        ),
    ]
