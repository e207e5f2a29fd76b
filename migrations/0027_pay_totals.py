"""What plans pay as totals of at least five people, from which nobody's own pay can be taken."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Every number that this gives is a sum over the same cells: a plan, a period, a team, a component (or the
# small ones of them together), each with at least five people who were paid something other than
# nothing. So whatever is added to or taken from what, nothing finer than such a cell comes of it.
#
# Whoever asks may see no single one of these rows, so it runs as its owner; row security keeps to the
# organisation of the session all the same.
TOTALS = """
create function pay_totals(org uuid, first date, last date) returns table (
  org_id uuid, plan_id uuid, starts_on date, ends_on date, currency text, people bigint, amount numeric,
  teams jsonb, components jsonb
) language sql stable security definer set search_path = pg_catalog, public as $$
  with earner as (
    select paid.*, count(*) over (partition by paid.plan_id, paid.starts_on, paid.ends_on, paid.currency,
        paid.manager_id) as people
    from (select result.plan_id, result.starts_on, result.ends_on, result.currency, result.person_id,
        earned.amount, earned.parts, (select reach.viewer_id from reach where reach.org_id = org
          and reach.person_id = result.person_id and reach.depth >= 1 and reach.during @> result.ends_on
          order by reach.depth, reach.viewer_id limit 1) as manager_id
      from pay_result result
      cross join lateral (select sum((part.said ->> 2)::numeric) as amount, jsonb_agg(part.said) as parts
        from jsonb_array_elements(result.components) part (said)
        where (part.said ->> 2)::numeric <> 0) earned
      where result.org_id = org and org = nullif(current_setting('app.org_id', true), '')::uuid
        and result.superseded_at is null and result.total is not null and earned.parts is not null
        and result.starts_on <= last and result.ends_on >= first) paid
  ), ranked as (
    -- Whom nobody leads come first, then the small teams, and the next one too where they are too few.
    select earner.*, rank() over (partition by earner.plan_id, earner.starts_on, earner.ends_on, earner.currency
        order by earner.manager_id is not null, earner.people, earner.manager_id) - 1 as before
    from earner
  ), grouped as materialized (
    select ranked.*, case when ranked.manager_id is not null and ranked.people >= 5
        and ranked.before not between 1 and 4 then ranked.manager_id end as team_id
    from ranked
  ), cell as (
    select grouped.plan_id, grouped.starts_on, grouped.ends_on, grouped.currency, grouped.team_id,
      grouped.person_id, part.said ->> 0 as key, part.said ->> 1 as name,
      (part.said ->> 2)::numeric as amount, count(*) over (partition by grouped.plan_id, grouped.starts_on,
        grouped.ends_on, grouped.currency, part.said ->> 0, grouped.team_id) as people
    from grouped
    cross join lateral jsonb_array_elements(grouped.parts) part (said)
  ), kept as (
    select cell.*, min(cell.people) over (partition by cell.plan_id, cell.starts_on, cell.ends_on,
        cell.currency, cell.key) >= 5 as shows
    from cell
  ), piece as (
    select kept.plan_id, kept.starts_on, kept.ends_on, kept.currency, case when kept.shows then kept.key end as key,
      min(case when kept.shows then kept.name end) as name, count(distinct kept.person_id) as people,
      sum(kept.amount) as amount
    from kept group by 1, 2, 3, 4, 5, kept.team_id
  ), told as (
    select grouped.plan_id, grouped.starts_on, grouped.ends_on, grouped.currency, true as of_team,
      count(*) as people, sum(grouped.amount) as amount,
      jsonb_build_object('manager_id', grouped.team_id, 'people', count(*), 'amount', sum(grouped.amount)::text) as said
    from grouped group by 1, 2, 3, 4, grouped.team_id
    union all
    select piece.plan_id, piece.starts_on, piece.ends_on, piece.currency, false, min(piece.people), null,
      jsonb_build_object('key', piece.key, 'name', min(piece.name), 'amount', sum(piece.amount)::text)
    from piece group by 1, 2, 3, 4, piece.key
  ), whole as (
    select told.plan_id, told.starts_on, told.ends_on, told.currency,
      sum(told.people) filter (where told.of_team)::bigint as people, sum(told.amount) as amount,
      jsonb_agg(told.said) filter (where told.of_team) as teams,
      min(told.people) filter (where not told.of_team) as fewest,
      jsonb_agg(told.said) filter (where not told.of_team) as components
    from told group by 1, 2, 3, 4
  )
  select org, whole.plan_id, whole.starts_on, whole.ends_on, whole.currency,
    case when whole.people >= 5 then whole.people end, case when whole.people >= 5 then whole.amount end,
    case when whole.people >= 5 then whole.teams end,
    case when whole.people >= 5 and whole.fewest >= 5 then whole.components end
  from whole
$$;
revoke execute on function pay_totals from public;
grant execute on function pay_totals to attain_reader;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0026_manual_credits")]
    operations = [RunSQL(TOTALS, "drop function pay_totals")]
