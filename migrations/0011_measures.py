"""Measures that an organisation defines, and tallies of its sales by day and month.

A tally is kept by the database itself, in the transaction that writes, corrects or removes a sale,
whatever wrote it. So a figure is never behind its sales, and nobody adds all sales up again.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

MEASURE = """
create table measure (
  org_id uuid not null references organisation,
  id uuid not null,
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  name text not null check (length(name) between 1 and 100),
  description text not null default '' check (length(description) <= 1000),
  unit text not null check (unit in ('money', 'number', 'percent', 'yes_no')),
  direction text not null check (direction in ('higher', 'lower')),
  source text not null check (source in ('sales_amount', 'sales_margin', 'sales_quantity',
    'new_customers', 'win_rate', 'cycle_length', 'acquisition_cost', 'check_in', 'rating')),
  levels text[] not null default '{}' check (cardinality(levels) <= 10),
  retired_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint measure_key_once unique (org_id, key),
  constraint measure_unit_fits_its_source check (case source
    when 'sales_amount' then unit = 'money' when 'sales_margin' then unit = 'money'
    when 'acquisition_cost' then unit = 'money' when 'win_rate' then unit = 'percent'
    when 'check_in' then true else unit = 'number' end),
  constraint only_a_rating_has_levels check ((source = 'rating') = (cardinality(levels) > 0))
);
comment on column measure.levels is
  'What each level of a rubric looks like, the lowest first; a rating is a level''s place, from 1.';
create index measure_by_name on measure (org_id, name, id);
"""

# Every organisation begins with these, however it is founded. Their ids follow from its own.
STANDARD = """(values
    ('revenue', 'Revenue', 'The amounts of what was sold.', 'money', 'higher', 'sales_amount'),
    ('margin', 'Margin', 'The amounts less the costs, over sales whose cost is known.',
     'money', 'higher', 'sales_margin'),
    ('units', 'Units', 'How many were sold.', 'number', 'higher', 'sales_quantity'),
    ('new_customers', 'New customers', 'Customers who bought for the first time.',
     'number', 'higher', 'new_customers'),
    ('win_rate', 'Win rate', 'Opportunities won, as a share of those that ended.',
     'percent', 'higher', 'win_rate'),
    ('cycle_length', 'Sales cycle', 'Mean days from opening an opportunity to winning it.',
     'number', 'lower', 'cycle_length'),
    ('acquisition_cost', 'Acquisition cost', 'What was spent on winning customers, for each new one.',
     'money', 'lower', 'acquisition_cost')
  ) as standard (key, name, description, unit, direction, source)"""
ADD_STANDARD = f"""
create function add_standard_measures() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  insert into measure (org_id, id, key, name, description, unit, direction, source)
  select new.org_id, md5(new.org_id || '/' || standard.key)::uuid, standard.* from {STANDARD};
  return null;
end $$;
create trigger add_standard_measures after insert on organisation
  for each row execute function add_standard_measures();
"""

# Sales that nobody is named for count for the nil UUID; without a territory they count for none. A day's row
# serves the edges of a range, the months in it are read whole; territories have calendar periods only, so they
# have no days. There is no row that all sales change: whoever posts would wait for everybody who does.
TALLY = """
create table tally (
  org_id uuid not null references organisation,
  of text not null check (of in ('person', 'territory')),
  subject_id uuid not null,
  grain text not null check (grain in ('day', 'month')),
  begins_on date not null,
  currency text not null,
  amount numeric(38, 4) not null check (amount <> 'NaN'),
  margin numeric(38, 4) not null check (margin <> 'NaN'),
  quantity numeric(38, 4) not null check (quantity <> 'NaN'),
  lines bigint not null,
  primary key (org_id, of, subject_id, grain, begins_on, currency)
) with (fillfactor = 70);
create table first_sale (
  org_id uuid not null references organisation,
  account_id uuid not null,
  sale_id uuid not null,
  sold_on date not null,
  person_id uuid,
  territory_id uuid,
  primary key (org_id, account_id)
);
comment on table first_sale is 'The first line above zero that each customer bought: who won them, where and when.';
create index first_sale_by_person on first_sale (org_id, person_id, sold_on);
create index first_sale_by_day on first_sale (org_id, sold_on);
create index sale_first_by_account on sale (org_id, account_id, sold_on, id) where amount > 0;
"""

_PARTS = """with changed as ({changed}), part as (
      select org_id, 'person' as of, coalesce(person_id, '00000000-0000-0000-0000-000000000000') as subject_id,
        'day' as grain, sold_on as begins_on, currency, sign, amount, cost, quantity from changed
      union all
      select org_id, 'person', coalesce(person_id, '00000000-0000-0000-0000-000000000000'),
        'month', date_trunc('month', sold_on::timestamp)::date, currency, sign, amount, cost, quantity from changed
      union all
      select org_id, 'territory', territory_id,
        'month', date_trunc('month', sold_on::timestamp)::date, currency, sign, amount, cost, quantity from changed
      where territory_id is not null
    ), summed as (
      select org_id, of, subject_id, grain, begins_on, currency, sum(sign * amount) as amount,
        coalesce(sum(sign * (amount - cost)), 0) as margin, sum(sign * quantity) as quantity, sum(sign) as lines
      from part group by 1, 2, 3, 4, 5, 6
    )"""
_CAME = "select 1 as sign, came.* from came"
_WENT = "select -1 as sign, went.* from went"


def _added(changed: str) -> str:
    return f"""{_PARTS.format(changed=changed)}
    insert into tally as kept select * from summed where (amount, margin, quantity, lines) <> (0, 0, 0, 0)
    order by of, subject_id, grain, begins_on, currency
    on conflict (org_id, of, subject_id, grain, begins_on, currency) do update
    set amount = kept.amount + excluded.amount, margin = kept.margin + excluded.margin,
        quantity = kept.quantity + excluded.quantity, lines = kept.lines + excluded.lines;"""


def _emptied(changed: str) -> str:
    return f"""{_PARTS.format(changed=changed)}
    delete from tally using summed
    where (tally.org_id, tally.of, tally.subject_id, tally.grain, tally.begins_on, tally.currency)
      = (summed.org_id, summed.of, summed.subject_id, summed.grain, summed.begins_on, summed.currency)
      and tally.lines = 0;"""


# One statement's changes are added up before anything is written, and rows are written in one order,
# so that two who write at once wait for one another and never in a circle. Each statement is written
# out, since one that is put together when it runs is planned every time, for longer than it takes.
KEEP_TALLY = f"""
create function keep_tally() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    {_added(_CAME)}
  elsif tg_op = 'DELETE' then
    {_added(_WENT)}
    {_emptied(_WENT)}
  else
    {_added(f"{_CAME} union all {_WENT}")}
    {_emptied(f"{_CAME} union all {_WENT}")}
  end if;
  return null;
end $$;
create trigger keep_tally_added after insert on sale
  referencing new table as came for each statement execute function keep_tally();
create trigger keep_tally_corrected after update on sale
  referencing new table as came old table as went for each statement execute function keep_tally();
create trigger keep_tally_removed after delete on sale
  referencing old table as went for each statement execute function keep_tally();
"""

# What is added can only make a first sale earlier, whoever else writes. What is corrected or removed
# is looked up anew, behind the rows' locks, in a statement that sees whatever was waited for. All
# locks are taken in one order, so that two who correct at once never wait for each other in a circle.
KEEP_FIRST_SALE = """
create function keep_first_sale() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select from came where account_id is not null and amount > 0) then return null; end if;
  elsif tg_op = 'UPDATE' then
    perform from first_sale
      join (select org_id, account_id from went union select org_id, account_id from came) touched
        using (org_id, account_id)
      order by first_sale.account_id for update of first_sale;
  elsif tg_op = 'DELETE' then
    perform from first_sale
      join (select distinct org_id, account_id from went) touched using (org_id, account_id)
      order by first_sale.account_id for update of first_sale;
  end if;
  if tg_op <> 'DELETE' then
    insert into first_sale as kept
    select distinct on (account_id) org_id, account_id, id, sold_on, person_id, territory_id
    from came where account_id is not null and amount > 0
    order by account_id, sold_on, id
    on conflict (org_id, account_id) do update
    set sale_id = excluded.sale_id, sold_on = excluded.sold_on, person_id = excluded.person_id,
        territory_id = excluded.territory_id
    where (excluded.sold_on, excluded.sale_id) < (kept.sold_on, kept.sale_id);
  end if;
  if tg_op = 'INSERT' then return null; end if;
  update first_sale set sale_id = found.id, sold_on = found.sold_on, person_id = found.person_id,
    territory_id = found.territory_id
  from (select distinct org_id, account_id from went) touched
  cross join lateral (
    select sale.id, sale.sold_on, sale.person_id, sale.territory_id from sale
    where sale.org_id = touched.org_id and sale.account_id = touched.account_id and sale.amount > 0
    order by sale.sold_on, sale.id limit 1
  ) found
  where first_sale.org_id = touched.org_id and first_sale.account_id = touched.account_id
    and (first_sale.sale_id, first_sale.sold_on, first_sale.person_id, first_sale.territory_id)
      is distinct from (found.id, found.sold_on, found.person_id, found.territory_id);
  delete from first_sale using (select distinct org_id, account_id from went) touched
  where first_sale.org_id = touched.org_id and first_sale.account_id = touched.account_id
    and not exists (select from sale where sale.org_id = touched.org_id
      and sale.account_id = touched.account_id and sale.amount > 0);
  return null;
end $$;
create trigger keep_first_sale_added after insert on sale
  referencing new table as came for each statement execute function keep_first_sale();
create trigger keep_first_sale_corrected after update on sale
  referencing new table as came old table as went for each statement execute function keep_first_sale();
create trigger keep_first_sale_removed after delete on sale
  referencing old table as went for each statement execute function keep_first_sale();
"""

# Organisations that are there already, one by one: row security shows one at a time.
FILL = f"""
do $$
declare one uuid;
begin
  set local role attain_worker;
  for one in select org_id from organisation loop
    perform set_config('app.org_id', one::text, true);
    insert into measure (org_id, id, key, name, description, unit, direction, source)
    select one, md5(one || '/' || standard.key)::uuid, standard.* from {STANDARD};
    insert into tally
    select org_id, of, subject_id, grain, begins_on, currency, sum(amount),
      coalesce(sum(amount - cost), 0), sum(quantity), count(*)
    from sale cross join lateral (values
      ('person', coalesce(person_id, '00000000-0000-0000-0000-000000000000'), 'day', sold_on),
      ('person', coalesce(person_id, '00000000-0000-0000-0000-000000000000'), 'month',
       date_trunc('month', sold_on::timestamp)::date),
      ('territory', territory_id, 'month', date_trunc('month', sold_on::timestamp)::date)
    ) as part (of, subject_id, grain, begins_on)
    where org_id = one and part.subject_id is not null group by 1, 2, 3, 4, 5, 6;
    insert into first_sale
    select distinct on (account_id) org_id, account_id, id, sold_on, person_id, territory_id
    from sale where org_id = one and account_id is not null and amount > 0
    order by account_id, sold_on, id;
  end loop;
  perform set_config('app.org_id', '', true);
  reset role;
end $$
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0010_indexes_of_reading")]
    operations = [
        RunSQL(MEASURE, "drop table measure"),
        RunSQL(TALLY, "drop index sale_first_by_account; drop table first_sale; drop table tally"),
        RunSQL("call protect('measure'); call protect('tally'); call protect('first_sale')", ""),
        RunSQL(
            ADD_STANDARD,
            "drop trigger add_standard_measures on organisation; drop function add_standard_measures",
        ),
        RunSQL(FILL, ""),
        RunSQL(
            KEEP_TALLY,
            "drop trigger keep_tally_added on sale; drop trigger keep_tally_corrected on sale;"
            " drop trigger keep_tally_removed on sale; drop function keep_tally",
        ),
        RunSQL(
            KEEP_FIRST_SALE,
            "drop trigger keep_first_sale_added on sale; drop trigger keep_first_sale_corrected on sale;"
            " drop trigger keep_first_sale_removed on sale; drop function keep_first_sale",
        ),
    ]
