"""What a deal is told to be (its product, customer, territory) changes: it is credited and paid anew."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Only where the condition of a rule, or a plan, asks for such facts; and where they are as they were,
# one look at the rows of the statement is all.
TOLD_ANEW = """
create function deals_are_due(org uuid, facts text, deals uuid[]) returns void language plpgsql
set search_path = pg_catalog, public as $$
begin
  insert into crediting_due (org_id, id) select org, deal from unnest(deals) deal
  where exists (select from crediting_rule rule where rule.org_id = org and rule.retired_at is null
    and rule.condition like facts)
  order by deal on conflict (org_id, id) do update set since = excluded.since;
  insert into pay_due (org_id, id, since_day)
  select org, credit.person_id, min(credit.credited_on) from credit
  where credit.org_id = org and credit.sale_id = any(deals) and credit.superseded_at is null
    and exists (select from pay_plan_version plan where plan.org_id = org and plan.published_at is not null
      and plan.terms::text like facts)
  group by credit.person_id order by credit.person_id
  on conflict (org_id, id) do update set since_day = least(pay_due.since_day, excluded.since_day);
end $$;

create function deals_are_told_anew() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  org uuid; deals uuid[];
begin
  for org, deals in execute format(
    'select told.org_id, array_agg(sale.id) from changed told
     join before was on was.org_id = told.org_id and was.id = told.id
     join sale on sale.org_id = told.org_id and sale.%1$I = told.id
     where (%2$s) is distinct from (%3$s) group by 1',
    tg_table_name || '_id', (select string_agg(format('told.%I', fact), ', ') from unnest(tg_argv) fact),
    (select string_agg(format('was.%I', fact), ', ') from unnest(tg_argv) fact))
  loop
    perform deals_are_due(org, '%' || tg_table_name || '.%', deals);
  end loop;
  return null;
end $$;
create trigger deals_are_told_anew after update on product
  referencing old table as before new table as changed for each statement
  execute function deals_are_told_anew('name', 'category', 'subcategory');
create trigger deals_are_told_anew after update on account
  referencing old table as before new table as changed for each statement
  execute function deals_are_told_anew('name', 'country', 'state');
create trigger deals_are_told_anew after update on territory
  referencing old table as before new table as changed for each statement
  execute function deals_are_told_anew('name');

create function deals_are_of_others() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  org uuid; deals uuid[];
begin
  for org, deals in select told.org_id, array_agg(told.id) from changed told
    join before was on was.org_id = told.org_id and was.id = told.id
    where (told.product_id, told.account_id, told.territory_id)
      is distinct from (was.product_id, was.account_id, was.territory_id) group by 1
  loop
    perform deals_are_due(org, '%.%', deals);
  end loop;
  return null;
end $$;
create trigger deals_are_of_others after update on sale
  referencing old table as before new table as changed for each statement execute function deals_are_of_others();
"""
BACK = """
drop function deals_are_told_anew cascade; drop function deals_are_of_others cascade; drop function deals_are_due
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0027_pay_totals")]
    operations = [RunSQL(TOLD_ANEW, BACK)]
