"""Who is credited with what was sold: what sales say beyond their line, rates of exchange, rules, credits."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# A refund names the sale it takes back, so that it is paid back as that was paid.
OF_SALES = """
alter table sale add column reverses_id uuid, add column referred_by_id uuid,
  add constraint sale_reverses foreign key (org_id, reverses_id) references sale on delete restrict,
  add constraint sale_referred_by foreign key (org_id, referred_by_id) references person on delete restrict,
  add constraint sale_reverses_another check (reverses_id <> id);
create index sale_by_what_it_reverses on sale (org_id, reverses_id) where reverses_id is not null;
create table sale_split (
  org_id uuid not null references organisation,
  id uuid not null,
  sale_id uuid not null,
  person_id uuid not null,
  share numeric(9, 8) not null check (share > 0 and share <= 1),
  primary key (org_id, id),
  constraint sale_split_person_once unique (org_id, sale_id, person_id),
  constraint sale_split_sale foreign key (org_id, sale_id) references sale on delete restrict,
  constraint sale_split_person foreign key (org_id, person_id) references person on delete restrict
);
comment on table sale_split is 'Several people sold it, each a share; none where the sale''s person did alone.';
create index sale_split_by_person on sale_split (org_id, person_id);
call protect('sale_split');
create table sale_event (
  org_id uuid not null references organisation,
  id uuid not null,
  sale_id uuid not null,
  kind text not null check (kind in ('invoice', 'cash', 'go_live')),
  happened_on date not null check (isfinite(happened_on)),
  share numeric(9, 8) not null default 1 check (share > 0 and share <= 1),
  external_id text,
  primary key (org_id, id),
  constraint sale_event_external_id_once unique (org_id, external_id),
  constraint sale_event_sale foreign key (org_id, sale_id) references sale on delete restrict
);
comment on table sale_event is 'What became of a sale after it was booked, and of which share of it.';
create index sale_event_by_sale on sale_event (org_id, sale_id, kind, happened_on);
call protect('sale_event');
"""
BACK_FROM_SALES = """
drop table sale_event; drop table sale_split;
alter table sale drop column reverses_id, drop column referred_by_id
"""

EXCHANGE = """
create table exchange_rate (
  org_id uuid not null references organisation,
  id uuid not null,
  from_currency text not null check (from_currency ~ '^[A-Z]{3}$'),
  to_currency text not null check (to_currency ~ '^[A-Z]{3}$'),
  begins_on date not null check (isfinite(begins_on)),
  rate numeric(20, 10) not null check (rate > 0 and rate <> 'NaN'),
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint exchange_rate_day_once unique (org_id, from_currency, to_currency, begins_on),
  constraint exchanged_for_another check (from_currency <> to_currency)
);
comment on table exchange_rate is 'What one unit is worth in another currency, from a day on.';
call protect('exchange_rate');
"""

RULE = """
create table crediting_rule (
  org_id uuid not null references organisation,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  kind text not null check (kind in ('direct', 'split', 'territory', 'overlay', 'referral', 'roll_up', 'house')),
  counts_for text not null default 'both' check (counts_for in ('pay', 'quota', 'both')),
  condition text check (length(condition) between 1 and 4000),
  share numeric(9, 8) not null default 1 check (share > 0 and share <= 1),
  levels smallint check (levels between 1 and 20),
  person_id uuid,
  place integer not null,
  starts_on date,
  ends_on date,
  retired_at timestamptz,
  created_by_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint crediting_rule_person foreign key (org_id, person_id) references person on delete restrict,
  constraint crediting_rule_created_by foreign key (org_id, created_by_id) references person on delete restrict,
  constraint crediting_rule_ends_after_it_starts check (starts_on <= ends_on),
  constraint an_overlay_names_somebody check (kind <> 'overlay' or person_id is not null),
  constraint a_roll_up_says_how_far check (kind <> 'roll_up' or levels is not null)
);
create index crediting_rule_in_order on crediting_rule (org_id, place, id);
call protect('crediting_rule');
create table crediting_policy (
  org_id uuid not null references organisation,
  id uuid not null,
  counts_for text not null check (counts_for in ('pay', 'quota')),
  may_exceed boolean not null default false,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint crediting_policy_once unique (org_id, counts_for)
);
comment on table crediting_policy is 'Whether primary credits of one deal may come to more than the deal.';
call protect('crediting_policy');
"""

# A credit is never changed. What is credited anew supersedes what was; both stay, also where the sale
# itself is withdrawn: so `sale_id` refers to nothing that would have to be there.
CREDIT = """
create table credit (
  org_id uuid not null references organisation,
  id uuid not null,
  sale_id uuid not null,
  sale_version integer not null,
  person_id uuid not null,
  rule_id uuid,
  kind text not null check (kind in ('direct', 'split', 'territory', 'overlay', 'referral', 'roll_up', 'manual')),
  counts_for text not null check (counts_for in ('pay', 'quota', 'both')),
  event text not null default 'booking' check (event in ('booking', 'invoice', 'cash', 'go_live')),
  credited_on date not null check (isfinite(credited_on)),
  place text not null,
  share numeric(18, 16) not null check (share <> 'NaN'),
  amount numeric(20, 4) not null check (amount <> 'NaN'),
  margin numeric(20, 4) check (margin <> 'NaN'),
  quantity numeric(20, 4) not null check (quantity <> 'NaN'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  exchange_rate numeric(20, 10) not null default 1 check (exchange_rate > 0 and exchange_rate <> 'NaN'),
  paid_in text not null check (paid_in ~ '^[A-Z]{3}$'),
  reverses_id uuid,
  reason text check (length(reason) between 1 and 1000),
  made_by_id uuid,
  approved_by_id uuid,
  made_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (org_id, id),
  constraint credit_person foreign key (org_id, person_id) references person on delete restrict,
  constraint credit_rule foreign key (org_id, rule_id) references crediting_rule on delete restrict,
  constraint credit_reverses foreign key (org_id, reverses_id) references credit on delete restrict,
  constraint credit_made_by foreign key (org_id, made_by_id) references person on delete restrict,
  constraint credit_approved_by foreign key (org_id, approved_by_id) references person on delete restrict,
  constraint manual_credits_have_a_reason check ((kind = 'manual') = (reason is not null)),
  constraint nobody_approves_their_own_credit check (approved_by_id <> made_by_id and approved_by_id <> person_id)
);
comment on column credit.place is 'What puts credits of one day in order: from what they say, never from when they came.';
create unique index credit_once on credit (org_id, sale_id, person_id, rule_id, event, credited_on)
  where superseded_at is null and rule_id is not null;
create index credit_by_person_and_day on credit (org_id, person_id, credited_on, place) where superseded_at is null;
create index credit_by_sale on credit (org_id, sale_id, made_at, id);
call protect('credit', 'select, insert, update');
create table sale_crediting (
  org_id uuid not null references organisation,
  id uuid not null,
  person_id uuid,
  sold_on date not null,
  gave integer not null check (gave >= 0),
  primary_for_pay numeric(18, 16) not null check (primary_for_pay >= 0 and primary_for_pay <> 'NaN'),
  primary_for_quota numeric(18, 16) not null check (primary_for_quota >= 0 and primary_for_quota <> 'NaN'),
  verdicts jsonb not null check (jsonb_typeof(verdicts) = 'array'),
  credited_at timestamptz not null default now(),
  primary key (org_id, id)
);
comment on table sale_crediting is
  'What each rule said of a sale (by its id) when it was last credited: why somebody has credit, or has none.';
create index sale_crediting_to_nobody on sale_crediting (org_id, sold_on, id) where gave = 0;
create index sale_crediting_beyond on sale_crediting (org_id, sold_on, id)
  where primary_for_pay > 1 or primary_for_quota > 1;
create index sale_crediting_by_day on sale_crediting (org_id, sold_on, id);
call protect('sale_crediting');
"""

# The database remembers which sales changed since they were credited, whoever changed them. A mark
# that is there already is written again, so that whoever credits waits for this change.
DUE = """
create table crediting_due (
  org_id uuid not null references organisation,
  id uuid not null,
  since timestamptz not null default now(),
  primary key (org_id, id)
);
comment on table crediting_due is 'Sales (by their id) that have to be credited, or credited anew.';
call protect('crediting_due');
create function crediting_is_due() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  insert into crediting_due (org_id, id) select distinct org_id, id from changed order by org_id, id
  on conflict (org_id, id) do update set since = excluded.since;
  return null;
end $$;
create trigger crediting_is_due_for_new after insert on sale referencing new table as changed
  for each statement execute function crediting_is_due();
create trigger crediting_is_due_for_changed after update on sale referencing new table as changed
  for each statement execute function crediting_is_due();
create trigger crediting_is_due_for_removed after delete on sale referencing old table as changed
  for each statement execute function crediting_is_due();

create function crediting_is_due_of_sale() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  insert into crediting_due (org_id, id) select distinct org_id, sale_id from changed order by org_id, sale_id
  on conflict (org_id, id) do update set since = excluded.since;
  return null;
end $$;
create trigger crediting_is_due_for_new after insert on sale_event referencing new table as changed
  for each statement execute function crediting_is_due_of_sale();
create trigger crediting_is_due_for_removed after delete on sale_event referencing old table as changed
  for each statement execute function crediting_is_due_of_sale();

create function crediting_is_due_of_territory() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  insert into crediting_due (org_id, id)
  select distinct sale.org_id, sale.id from changed join sale
    on sale.org_id = changed.org_id and sale.territory_id = changed.territory_id and sale.sold_on <@ changed.during
  order by 1, 2 on conflict (org_id, id) do update set since = excluded.since;
  return null;
end $$;
create trigger crediting_is_due_for_new after insert on territory_assignment referencing new table as changed
  for each statement execute function crediting_is_due_of_territory();
create trigger crediting_is_due_for_changed after update on territory_assignment referencing new table as changed
  for each statement execute function crediting_is_due_of_territory();
create trigger crediting_was_due_for_changed after update on territory_assignment referencing old table as changed
  for each statement execute function crediting_is_due_of_territory();
create trigger crediting_is_due_for_removed after delete on territory_assignment referencing old table as changed
  for each statement execute function crediting_is_due_of_territory();

create function crediting_is_due_of_team() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  insert into crediting_due (org_id, id)
  select distinct sale.org_id, sale.id from changed
  join credit on credit.org_id = changed.org_id and credit.person_id = changed.person_id
    and credit.superseded_at is null
  join sale on sale.org_id = credit.org_id and sale.id = credit.sale_id and sale.sold_on <@ changed.during
  where changed.depth > 0
  order by 1, 2 on conflict (org_id, id) do update set since = excluded.since;
  return null;
end $$;
create trigger crediting_is_due_for_new after insert on reach referencing new table as changed
  for each statement execute function crediting_is_due_of_team();
create trigger crediting_is_due_for_removed after delete on reach referencing old table as changed
  for each statement execute function crediting_is_due_of_team();
"""
BACK_FROM_DUE = """
drop table crediting_due; drop function crediting_is_due cascade; drop function crediting_is_due_of_sale cascade;
drop function crediting_is_due_of_territory cascade; drop function crediting_is_due_of_team cascade
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0020_what_goals_allow")]
    operations = [
        RunSQL(OF_SALES, BACK_FROM_SALES),
        RunSQL(EXCHANGE, "drop table exchange_rate"),
        RunSQL(RULE, "drop table crediting_policy; drop table crediting_rule"),
        RunSQL(CREDIT, "drop table sale_crediting; drop table credit"),
        RunSQL(DUE, BACK_FROM_DUE),
    ]
