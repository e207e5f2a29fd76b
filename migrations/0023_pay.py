"""What people are paid: runs, results in versions that never change, and every line of them."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Pay has a second lock: a reader's connection shows it to the payee and to those whom the caller's
# standing lets see it, whatever a statement forgot. The reader says so with app.sees_pay_of.
SEES_PAY = """
create function sees_pay(org uuid, payee uuid) returns boolean language sql stable
set search_path = pg_catalog, public as $$
  select case current_setting('app.sees_pay_of', true)
    when 'all' then true
    when 'below' then exists (select from reach where reach.org_id = org and reach.person_id = payee
      and reach.viewer_id = nullif(current_setting('app.person_id', true), '')::uuid)
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
  inputs jsonb not null,
  inputs_hash bytea not null check (length(inputs_hash) = 32),
  closing jsonb not null,
  made_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (org_id, id),
  constraint pay_result_number_once unique (org_id, person_id, plan_id, starts_on, number),
  constraint pay_result_person foreign key (org_id, person_id) references person on delete restrict,
  constraint pay_result_plan foreign key (org_id, plan_id) references pay_plan on delete restrict,
  constraint pay_result_plan_version foreign key (org_id, plan_version_id) references pay_plan_version on delete restrict,
  constraint pay_result_run foreign key (org_id, run_id) references pay_run on delete restrict,
  constraint a_total_or_why_not check ((total is null) = (failure is not null))
);
create unique index pay_result_standing_once on pay_result (org_id, person_id, plan_id, starts_on)
  where superseded_at is null;
create index pay_result_by_period on pay_result (org_id, starts_on, person_id) where superseded_at is null;
create index pay_result_by_run on pay_result (org_id, run_id);
create table pay_component (
  org_id uuid not null references organisation,
  id uuid not null,
  result_id uuid not null,
  person_id uuid not null,
  place smallint not null,
  key text not null,
  name text not null,
  amount numeric(20, 4) not null check (amount <> 'NaN'),
  pending numeric(20, 4) not null check (pending <> 'NaN'),
  reason text,
  primary key (org_id, id),
  constraint pay_component_place_once unique (org_id, result_id, place),
  constraint pay_component_result foreign key (org_id, result_id) references pay_result on delete restrict
);
create table pay_line (
  org_id uuid not null references organisation,
  id uuid not null,
  result_id uuid not null,
  person_id uuid not null,
  place integer not null,
  component text not null,
  kind text not null check (kind in ('deal', 'step', 'refund', 'deal_cap', 'bonus', 'objectives', 'formula',
    'multiplier', 'cap', 'gate', 'plan_cap')),
  credit_id uuid,
  tier smallint,
  amount numeric(20, 4) not null check (amount <> 'NaN'),
  inputs jsonb not null,
  primary key (org_id, id),
  constraint pay_line_place_once unique (org_id, result_id, place),
  constraint pay_line_result foreign key (org_id, result_id) references pay_result on delete restrict,
  constraint pay_line_credit foreign key (org_id, credit_id) references credit on delete restrict
);
create index pay_line_by_credit on pay_line (org_id, credit_id);
"""
LOCK = """
call protect('pay_result', 'select, insert, update');
call protect('pay_component', 'select, insert');
call protect('pay_line', 'select, insert');
create policy only_ones_pay on pay_result as restrictive for select
  using (current_user <> 'attain_reader' or sees_pay(org_id, person_id));
create policy only_ones_pay on pay_component as restrictive for select
  using (current_user <> 'attain_reader' or sees_pay(org_id, person_id));
create policy only_ones_pay on pay_line as restrictive for select
  using (current_user <> 'attain_reader' or sees_pay(org_id, person_id));
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


class Migration(BaseMigration):
    dependencies = [("attain", "0022_pay_plans")]
    operations = [
        RunSQL(SEES_PAY, "drop function sees_pay"),
        RunSQL(RUN, "drop table pay_run"),
        RunSQL(
            RESULT + LOCK, "drop table pay_line; drop table pay_component; drop table pay_result"
        ),
        RunSQL(DUE, "drop table pay_due"),
    ]
