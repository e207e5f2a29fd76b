"""What is posted over the API, opportunities, and what was spent on winning customers: facts that
measures count."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# A message with sales, so that whoever sends it again hears the same of each.
POSTING = """
alter table sale add column sold_at timestamptz check (isfinite(sold_at));
comment on column sale.sold_at is
  'The instant, where the source says it; sold_on is then its day in the organisation''s time zone.';
create table sale_posting (
  org_id uuid not null references organisation,
  id uuid not null,
  lines jsonb not null check (jsonb_typeof(lines) = 'array'),
  posted_at timestamptz not null default now(),
  primary key (org_id, id)
);
comment on table sale_posting is 'One message with sales: which sale each line became, and how.';
call protect('sale_posting', 'select, insert');
alter table client_app drop constraint client_app_scopes_check,
  add constraint client_app_scopes_check check (cardinality(scopes) > 0
    and scopes <@ array['performance:read', 'territories:read', 'sales:read', 'sales:write']);
"""
BACK_FROM_POSTING = """
alter table client_app drop constraint client_app_scopes_check,
  add constraint client_app_scopes_check check (cardinality(scopes) > 0
    and scopes <@ array['performance:read', 'territories:read', 'sales:read']);
drop table sale_posting;
alter table sale drop column sold_at
"""

OPPORTUNITY = """
create table opportunity (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  name text not null check (length(name) between 1 and 300),
  account_id uuid,
  person_id uuid,
  territory_id uuid,
  opened_on date not null,
  closed_on date,
  outcome text not null check (outcome in ('open', 'won', 'lost')),
  amount numeric(20, 4) check (amount <> 'NaN'),
  currency text check (currency ~ '^[A-Z]{3}$'),
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint opportunity_external_id_once unique (org_id, external_id),
  constraint opportunity_person foreign key (org_id, person_id) references person on delete restrict,
  constraint opportunity_territory foreign key (org_id, territory_id) references territory on delete restrict,
  constraint opportunity_account foreign key (org_id, account_id) references account on delete restrict,
  constraint ended_with_a_day check ((outcome = 'open') = (closed_on is null)),
  constraint opened_before_it_ended check (closed_on >= opened_on),
  constraint an_amount_has_a_currency check (amount is null or currency is not null)
);
create index opportunity_by_day on opportunity (org_id, opened_on, id);
create index opportunity_by_person on opportunity (org_id, person_id, closed_on) include (outcome, opened_on);
create index opportunity_by_end on opportunity (org_id, closed_on) include (outcome, opened_on);
create index opportunity_by_territory on opportunity (org_id, territory_id);
create index opportunity_by_batch on opportunity (org_id, batch_id);
call protect('opportunity');
"""
EXPENSE = """
create table expense (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  person_id uuid,
  territory_id uuid,
  spent_on date not null,
  amount numeric(20, 4) not null check (amount <> 'NaN'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  purpose text not null default '' check (length(purpose) <= 300),
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint expense_external_id_once unique (org_id, external_id),
  constraint expense_person foreign key (org_id, person_id) references person on delete restrict,
  constraint expense_territory foreign key (org_id, territory_id) references territory on delete restrict
);
comment on table expense is 'What was spent on winning customers.';
create index expense_by_day on expense (org_id, spent_on, id);
create index expense_by_person on expense (org_id, person_id, spent_on) include (amount, currency);
create index expense_by_territory on expense (org_id, territory_id);
create index expense_by_batch on expense (org_id, batch_id);
call protect('expense');
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0017_goal_forms")]
    operations = [
        RunSQL(POSTING, BACK_FROM_POSTING),
        RunSQL(OPPORTUNITY, "drop table opportunity"),
        RunSQL(EXPENSE, "drop table expense"),
    ]
