"""What people are paid: runs, results in versions that never change, and every line of them."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Pay has a second lock: a reader's connection shows it to the payee and to those whom the caller's
# standing lets see it, whatever a statement forgot. The reader says so with app.sees_pay_of. Those below are
# those of today: the reader's (app.today), else the organisation's.
SEES_PAY = """
create function sees_pay(org uuid, payee uuid) returns boolean language sql stable
set search_path = pg_catalog, public as $$
  select case current_setting('app.sees_pay_of', true)
    when 'all' then true
    when 'below' then exists (select from reach where reach.org_id = org and reach.person_id = payee
      and reach.viewer_id = nullif(current_setting('app.person_id', true), '')::uuid
      and reach.during @> coalesce(nullif(current_setting('app.today', true), '')::date,
        (select coalesce(business_date, (now() at time zone time_zone)::date) from organisation where org_id = org)))
    else payee = nullif(current_setting('app.person_id', true), '')::uuid end
$$;
"""

RUN = """
create table pay_run (
  org_id uuid not null references organisation,
  id uuid not null,
  plan_id uuid,
  starts_on date not null,
  ends_on date not null,
  payees uuid[],
  reason text not null default '' check (length(reason) <= 1000),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'cancelled')),
  asked_by_id uuid,
  asked_at timestamptz not null default now(),
  begun_at timestamptz,
  ended_at timestamptz,
  total integer,
  done integer not null default 0,
  failed integer not null default 0,
  version integer not null default 1,
  primary key (org_id, id),
  constraint pay_run_plan foreign key (org_id, plan_id) references pay_plan on delete restrict,
  constraint pay_run_asked_by foreign key (org_id, asked_by_id) references person on delete restrict,
  constraint runs_over_days check (starts_on <= ends_on),
  constraint ended_or_not check ((ended_at is not null) = (state in ('done', 'cancelled')))
);
create index pay_run_by_day on pay_run (org_id, asked_at, id);
call protect('pay_run', 'select, insert, update');
create table pay_run_part (
  org_id uuid not null references organisation,
  id uuid not null,
  run_id uuid not null,
  place integer not null,
  plan_id uuid not null,
  payees uuid[] not null,
  done_at timestamptz,
  primary key (org_id, id),
  constraint pay_run_part_place_once unique (org_id, run_id, place),
  constraint pay_run_part_run foreign key (org_id, run_id) references pay_run on delete restrict,
  constraint pay_run_part_plan foreign key (org_id, plan_id) references pay_plan on delete restrict
);
comment on table pay_run_part is 'Payees whose pay is worked out in one transaction; a run is done when each of its parts is.';
call protect('pay_run_part', 'select, insert, update');
"""

# A result is made once. What is worked out anew is a further version of it, and both stay.
RESULT = """
create table pay_result (
  org_id uuid not null references organisation,
  id uuid not null,
  person_id uuid not null,
  plan_id uuid not null,
  plan_version_id uuid not null,
  starts_on date not null,
  ends_on date not null,
  number integer not null check (number > 0),
  run_id uuid,
  total numeric(20, 4) check (total <> 'NaN'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  failure text,
  inputs text not null,
  inputs_hash bytea not null,
  closing jsonb not null,
  components jsonb not null default '[]' check (jsonb_typeof(components) = 'array'),
  lines json not null default '[]' check (json_typeof(lines) = 'array'),
  made_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (org_id, id),
  constraint pay_result_number_once unique (org_id, person_id, plan_id, starts_on, number),
  constraint pay_result_person foreign key (org_id, person_id) references person on delete restrict,
  constraint pay_result_plan foreign key (org_id, plan_id) references pay_plan on delete restrict,
  constraint pay_result_plan_version foreign key (org_id, plan_version_id) references pay_plan_version on delete restrict,
  constraint pay_result_run foreign key (org_id, run_id) references pay_run on delete restrict,
  constraint a_total_or_why_not check ((total is null) = (failure is not null)),
  constraint its_inputs_are_those_of_the_hash check (inputs_hash = sha256(convert_to(inputs, 'UTF8')))
);
-- To compress them takes longer than all the rest of a run.
alter table pay_result alter column lines set storage external, alter column inputs set storage external;
comment on column pay_result.lines is 'Each: component, kind, credit, tier, amount, and the numbers it was worked out from.';
comment on column pay_result.components is 'Each: key, name, amount, pending, and why it pays nothing.';
comment on column pay_result.inputs is 'All that the result was worked out from, in the one spelling that the hash is of.';
create unique index pay_result_standing_once on pay_result (org_id, person_id, plan_id, starts_on)
  where superseded_at is null;
create index pay_result_by_period on pay_result (org_id, starts_on, person_id) where superseded_at is null;
create index pay_result_by_run on pay_result (org_id, run_id);
"""
LOCK = """
call protect('pay_result', 'select, insert, update (superseded_at)');
create policy only_ones_pay on pay_result as restrictive for select
  using (current_user <> 'attain_reader' or sees_pay(org_id, person_id));
"""

# Components and lines are written, kept and superseded with their result, never by themselves; as rows
# of tables of their own a million lines would take several times as long to write. A line's id is its
# result's with the line's number in place of the last digits, so that a line is found by its id.
LINES = """
create function pay_line_id(result uuid, number bigint) returns uuid language sql immutable parallel safe
set search_path = pg_catalog as $$
  select (left(result::text, 30) || lpad(to_hex(number), 6, '0'))::uuid
$$;
create view pay_component with (security_invoker = true) as
select result.org_id, result.id as result_id, result.person_id, part.place::integer - 1 as place,
  part.said ->> 0 as key, part.said ->> 1 as name, (part.said ->> 2)::numeric as amount,
  (part.said ->> 3)::numeric as pending, part.said ->> 4 as reason
from pay_result result
cross join lateral jsonb_array_elements(result.components) with ordinality part (said, place);
create view pay_line with (security_invoker = true) as
select result.org_id, pay_line_id(result.id, line.place) as id, result.id as result_id, result.person_id,
  line.place::integer - 1 as place, line.said ->> 0 as component, line.said ->> 1 as kind,
  (line.said ->> 2)::uuid as credit_id, (line.said ->> 3)::integer as tier,
  (line.said ->> 4)::numeric as amount, (line.said -> 5)::jsonb as inputs
from pay_result result
cross join lateral json_array_elements(result.lines) with ordinality line (said, place);
grant select on pay_component, pay_line to attain_app, attain_worker, attain_reader;
"""

# Whose pay has to be worked out anew, from which day on.
DUE = """
create table pay_due (
  org_id uuid not null references organisation,
  id uuid not null,
  since_day date not null,
  asked_at timestamptz not null default now(),
  primary key (org_id, id)
);
comment on table pay_due is 'People (by their id) whose pay has changed from a day on and is not worked out yet.';
call protect('pay_due');
"""

# Whoever changes what pay is worked out from makes it due in the same transaction. In an order, so that
# two who do so at once wait for one another; and the row is locked also where it is due already, so that
# whoever works it off meanwhile does not take away what they have not seen.
BECOMES_DUE = """
create function pay_is_due_for_credits() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into pay_due (org_id, id, since_day)
  select org_id, person_id, min(credited_on) from changed group by org_id, person_id order by person_id
  on conflict (org_id, id) do update set since_day = least(pay_due.since_day, excluded.since_day);
  return null;
end $$;
create trigger pay_is_due_for_new_credits after insert on credit referencing new table as changed
  for each statement execute function pay_is_due_for_credits();
create trigger pay_is_due_for_changed_credits after update on credit referencing new table as changed
  for each statement execute function pay_is_due_for_credits();
create function pay_is_due_for_terms() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into pay_due (org_id, id, since_day)
  select org_id, person_id, min(starts_on) from changed group by org_id, person_id order by person_id
  on conflict (org_id, id) do update set since_day = least(pay_due.since_day, excluded.since_day);
  return null;
end $$;
create function pay_is_due_for_assignments() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into pay_due (org_id, id, since_day)
  select term.org_id, coalesce(term.person_id, holding.person_id) as payee, min(term.starts_on)
  from changed term
  left join holding on holding.org_id = term.org_id and holding.position_id = term.position_id
    and holding.during && daterange(term.starts_on, null)
  where coalesce(term.person_id, holding.person_id) is not null
  group by 1, 2 order by 2
  on conflict (org_id, id) do update set since_day = least(pay_due.since_day, excluded.since_day);
  return null;
end $$;
create trigger pay_is_due_for_new after insert on pay_assignment referencing new table as changed
  for each statement execute function pay_is_due_for_assignments();
create trigger pay_is_due_for_changed after update on pay_assignment referencing new table as changed
  for each statement execute function pay_is_due_for_assignments();
create trigger pay_is_due_for_what_was after update on pay_assignment referencing old table as changed
  for each statement execute function pay_is_due_for_assignments();
create trigger pay_is_due_for_removed after delete on pay_assignment referencing old table as changed
  for each statement execute function pay_is_due_for_assignments();
create function pay_is_due_for_holdings() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into pay_due (org_id, id, since_day)
  select held.org_id, held.person_id, min(greatest(term.starts_on, lower(held.during)))
  from changed held
  join pay_assignment term on term.org_id = held.org_id and term.position_id = held.position_id
    and held.during && daterange(term.starts_on, term.ends_on, '[]')
  group by 1, 2 order by 2
  on conflict (org_id, id) do update set since_day = least(pay_due.since_day, excluded.since_day);
  return null;
end $$;
create trigger pay_is_due_for_new after insert on holding referencing new table as changed
  for each statement execute function pay_is_due_for_holdings();
create trigger pay_is_due_for_changed after update on holding referencing new table as changed
  for each statement execute function pay_is_due_for_holdings();
create trigger pay_is_due_for_what_was after update on holding referencing old table as changed
  for each statement execute function pay_is_due_for_holdings();
create trigger pay_is_due_for_removed after delete on holding referencing old table as changed
  for each statement execute function pay_is_due_for_holdings();
create trigger pay_is_due_for_new after insert on pay_override referencing new table as changed
  for each statement execute function pay_is_due_for_terms();
create trigger pay_is_due_for_changed after update on pay_override referencing new table as changed
  for each statement execute function pay_is_due_for_terms();
create trigger pay_is_due_for_what_was after update on pay_override referencing old table as changed
  for each statement execute function pay_is_due_for_terms();
create trigger pay_is_due_for_removed after delete on pay_override referencing old table as changed
  for each statement execute function pay_is_due_for_terms();
create function pay_is_due_for_published() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into pay_due (org_id, id, since_day)
  select distinct new.org_id, person_id, new.begins_on from pay_on_plan
  where org_id = new.org_id and plan_id = new.plan_id order by person_id
  on conflict (org_id, id) do update set since_day = least(pay_due.since_day, excluded.since_day);
  return null;
end $$;
create trigger pay_is_due_for_published after insert or update on pay_plan_version
  for each row when (new.published_at is not null) execute function pay_is_due_for_published();
create function pay_is_due_for_goals() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into pay_due (org_id, id, since_day)
  select new.org_id, new.owner_id, new.starts_on
  where exists (select from pay_plan where pay_plan.org_id = new.org_id)
  on conflict (org_id, id) do update set since_day = least(pay_due.since_day, excluded.since_day);
  return null;
end $$;
create trigger pay_is_due_for_new_goals after insert on goal
  for each row when (new.status in ('approved', 'closed')) execute function pay_is_due_for_goals();
create trigger pay_is_due_for_changed_goals after update on goal for each row
  when ((old.status in ('approved', 'closed') or new.status in ('approved', 'closed'))
    and (old.status, old.target, old.score, old.weight, old.starts_on, old.ends_on, old.measure, old.currency, old.private)
      is distinct from (new.status, new.target, new.score, new.weight, new.starts_on, new.ends_on, new.measure, new.currency, new.private))
  execute function pay_is_due_for_goals();
"""
BACK_FROM_BECOMING_DUE = """
drop function pay_is_due_for_credits cascade; drop function pay_is_due_for_terms cascade;
drop function pay_is_due_for_assignments cascade; drop function pay_is_due_for_holdings cascade;
drop function pay_is_due_for_published cascade; drop function pay_is_due_for_goals cascade
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0022_pay_plans")]
    operations = [
        RunSQL(SEES_PAY, "drop function sees_pay"),
        RunSQL(RUN, "drop table pay_run_part; drop table pay_run"),
        RunSQL(RESULT + LOCK, "drop table pay_result"),
        RunSQL(LINES, "drop view pay_line; drop view pay_component; drop function pay_line_id"),
        RunSQL(DUE, "drop table pay_due"),
        RunSQL(BECOMES_DUE, BACK_FROM_BECOMING_DUE),
    ]
