"""What a goal counts and how fast, as functions of the database, since a statement that spells out each of nine sources
and four scopes for every goal it shows is planned for longer than it runs.

A branch that is not taken costs nothing, and each one's plan is kept by the connection. The functions see what their
caller may see: row security holds within them.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Whose results a goal counts, each with the first and the last day on which they count. In a team everybody
# counts on the days on which they stood below the owner, by any line, once. Nobody is picked for a
# goal of the whole organisation.
COUNTING = """
create function counting(org uuid, goal uuid, scope text, owner uuid, first_day date, last_day date)
returns table (person_id uuid, first_on date, last_on date)
language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
declare counted_days daterange;
begin
  if last_day is null then return; end if;
  case scope
  when 'own' then
    return query select owner, first_day, last_day;
  when 'team' then
    counted_days := daterange(first_day, last_day, '[]');
    return query
      select member.person_id, lower(member.days), upper(member.days) - 1
      from (
        select reach.person_id, unnest(range_agg(reach.during * counted_days)) as days from reach
        where reach.org_id = org and reach.viewer_id = owner and reach.during && counted_days
        group by reach.person_id
      ) member;
  when 'contributors' then
    return query select named.person_id, first_day, last_day from goal_contributor named
      where named.org_id = org and named.goal_id = goal;
  else null;
  end case;
end $$
"""

# A range of days as whole months, and the days before and after them.
PIECES = """
create function pieces(first_day date, last_day date) returns table (grain text, first_on date, last_on date)
language plpgsql immutable parallel safe rows 2 set search_path = pg_catalog, public as $$
declare
  whole date := date_trunc('month', (first_day - 1)::timestamp) + interval '1 month';
  rest date := date_trunc('month', (last_day + 1)::timestamp);
begin
  if whole < rest then
    return query select 'month', whole, rest - 1;
    if first_day < whole then return query select 'day', first_day, whole - 1; end if;
    if rest <= last_day then return query select 'day', rest, last_day; end if;
  else
    return query select 'day', first_day, last_day;
  end if;
end $$
"""

# What was counted is part / whole; both are null where there is nothing to say, or to divide by. Each person's
# piece of the days is summed by itself, so that it is always one look into a key.
COUNTED = """
create function counted(
  org uuid, goal uuid, source text, scope text, owner uuid, first_day date, last_day date, money text,
  out part numeric, out whole numeric
) language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
declare months date; rest date;
begin
  whole := 1;
  case
  when source in ('sales_amount', 'sales_margin', 'sales_quantity') then
    if last_day is null then
      part := 0;
    elsif scope = 'own' then
      months := date_trunc('month', (first_day - 1)::timestamp) + interval '1 month';
      rest := date_trunc('month', (last_day + 1)::timestamp);
      select coalesce(sum(case source when 'sales_amount' then tally.amount
          when 'sales_margin' then tally.margin else tally.quantity end), 0) into part
      from tally where tally.org_id = org and tally.of = 'person' and tally.subject_id = owner
        and tally.grain = 'month' and tally.begins_on >= months and tally.begins_on < rest
        and (source = 'sales_quantity' or tally.currency = money);
      if first_day < months or last_day >= rest then
        part := part + (
          select coalesce(sum(case source when 'sales_amount' then tally.amount
            when 'sales_margin' then tally.margin else tally.quantity end), 0)
          from tally where tally.org_id = org and tally.of = 'person' and tally.subject_id = owner
            and tally.grain = 'day' and tally.begins_on between first_day and last_day
            and (months >= rest or tally.begins_on < months or tally.begins_on >= rest)
            and (source = 'sales_quantity' or tally.currency = money));
      end if;
    elsif scope = 'organisation' then
      select coalesce(sum(sold.total), 0) into part
      from pieces(first_day, last_day) piece cross join lateral (
        select sum(case source when 'sales_amount' then tally.amount
          when 'sales_margin' then tally.margin else tally.quantity end) as total
        from tally where tally.org_id = org and tally.of || ' ' || tally.grain = 'person ' || piece.grain
          and tally.begins_on between piece.first_on and piece.last_on
          and (source = 'sales_quantity' or tally.currency = money)
      ) sold;
    else
      select coalesce(sum(sold.total), 0) into part
      from counting(org, goal, scope, owner, first_day, last_day) who
      cross join lateral pieces(who.first_on, who.last_on) piece cross join lateral (
        select sum(case source when 'sales_amount' then tally.amount
          when 'sales_margin' then tally.margin else tally.quantity end) as total
        from tally where tally.org_id = org and tally.of = 'person' and tally.subject_id = who.person_id
          and tally.grain = piece.grain and tally.begins_on between piece.first_on and piece.last_on
          and (source = 'sales_quantity' or tally.currency = money)
      ) sold;
    end if;
  when source = 'check_in' then
    select check_in.value into part from check_in
    where check_in.org_id = org and check_in.goal_id = goal and check_in.value is not null
    order by check_in.noted_at desc, check_in.id desc limit 1;
  when source = 'rating' then
    select rating.level into part from goal_rating rating
    where rating.org_id = org and rating.goal_id = goal
    order by rating.rated_at desc, rating.id desc limit 1;
  when source = 'new_customers' then
    part := customers_won(org, goal, scope, owner, first_day, last_day);
  when source in ('win_rate', 'cycle_length') then
    select case source when 'win_rate' then sum(ended.won) else sum(ended.days) end,
      case source when 'win_rate' then sum(ended.won + ended.lost) else sum(ended.won) end
    into part, whole
    from opportunities_ended(org, goal, scope, owner, first_day, last_day) ended;
  when source = 'acquisition_cost' then
    if scope = 'organisation' then
      select coalesce(sum(expense.amount), 0) into part from expense
      where expense.org_id = org and expense.spent_on between first_day and last_day
        and expense.currency = money;
    else
      select coalesce(sum(spent.total), 0) into part
      from counting(org, goal, scope, owner, first_day, last_day) who cross join lateral (
        select sum(expense.amount) as total from expense
        where expense.org_id = org and expense.person_id = who.person_id
          and expense.spent_on between who.first_on and who.last_on and expense.currency = money
      ) spent;
    end if;
    whole := customers_won(org, goal, scope, owner, first_day, last_day);
  else
    null;
  end case;
  if whole is null or whole = 0 then part := null; whole := null; end if;
end $$
"""
CUSTOMERS_WON = """
create function customers_won(org uuid, goal uuid, scope text, owner uuid, first_day date, last_day date)
returns numeric language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
begin
  if scope = 'organisation' then
    return (select count(*) from first_sale
      where first_sale.org_id = org and first_sale.sold_on between first_day and last_day);
  end if;
  return (select coalesce(sum(won.customers), 0)
    from counting(org, goal, scope, owner, first_day, last_day) who cross join lateral (
      select count(*) as customers from first_sale
      where first_sale.org_id = org and first_sale.person_id = who.person_id
        and first_sale.sold_on between who.first_on and who.last_on
    ) won);
end $$
"""

# How many were won and lost, and over how many days the won ones were open.
OPPORTUNITIES_ENDED = """
create function opportunities_ended(org uuid, goal uuid, scope text, owner uuid, first_day date, last_day date)
returns table (won bigint, lost bigint, days bigint)
language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
begin
  if scope = 'organisation' then
    return query select count(*) filter (where outcome = 'won'), count(*) filter (where outcome = 'lost'),
        sum(closed_on - opened_on) filter (where outcome = 'won')
      from opportunity
      where opportunity.org_id = org and opportunity.closed_on between first_day and last_day;
  else
    return query select ended.won, ended.lost, ended.days
      from counting(org, goal, scope, owner, first_day, last_day) who cross join lateral (
        select count(*) filter (where outcome = 'won') as won,
          count(*) filter (where outcome = 'lost') as lost,
          sum(closed_on - opened_on) filter (where outcome = 'won') as days
        from opportunity
        where opportunity.org_id = org and opportunity.person_id = who.person_id
          and opportunity.closed_on between who.first_on and who.last_on
      ) ended;
  end if;
end $$
"""
# How many days from the first to the last the organisation works: whole weeks by arithmetic (weekdays are
# places, Monday's is 0), less the days off among them. None where the last is the day before the first.
WORKING_DAYS = """
create function working_days(org uuid, places integer[], first_day date, last_day date)
returns bigint language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
declare place integer; found bigint := 0; monday constant date := '0001-01-01';
begin
  foreach place in array places loop
    found := found + (last_day - monday - place + 7) / 7 - (first_day - 1 - monday - place + 7) / 7;
  end loop;
  return found - (select count(*) from day_off
    where day_off.org_id = org and day_off.day between first_day and last_day
      and extract(isodow from day_off.day)::integer - 1 = any(places));
end $$
"""

# Where a period stands in its time: `elapsed` of `whole` is the part expected by the end of `until`. By the season
# where there is one, its calendar knows all of the days and something falls to them; else by working days.
# Both are whole numbers of one unit, so that whatever is made of them is rounded once.
PACED = """
create function paced(
  org uuid, own_season uuid, first_day date, last_day date, until date,
  out pace_at_risk numeric, out pace_off_track numeric, out gone numeric, out days_left numeric,
  out curve text, out elapsed numeric, out whole numeric
) language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
declare chosen uuid; places integer[]; days bigint; by_season record;
begin
  select policy.pace_at_risk, policy.pace_off_track, coalesce(own_season, policy.season_id),
    array(select array_position(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'], each) - 1 from unnest(policy.working_days) each)
  into pace_at_risk, pace_off_track, chosen, places
  from goal_policy policy where policy.org_id = org;
  days := working_days(org, places, first_day, last_day);
  if days = 0 then return; end if;
  gone := working_days(org, places, first_day, until);
  days_left := days - gone;
  curve := 'working_days'; elapsed := gone; whole := days;
  if chosen is null then return; end if;
  select sum(part.weight * part.gone * div(part.common, part.days)) as elapsed,
    sum(part.weight * part.inside * div(part.common, part.days)) as whole,
    sum(part.covered) = last_day - first_day + 1 and bool_and(part.works or part.weight = 0)
      and sum(part.weight * part.inside) > 0 as sound
  into by_season
  from (
    select each.*, product(each.days) over () as common from (
      select coalesce(season.weights[period.number], 0) as weight, cut.last_on - cut.first_on + 1 as covered,
        worked.days > 0 as works, greatest(worked.days, 1)::numeric as days,
        working_days(org, places, cut.first_on, cut.last_on) as inside,
        working_days(org, places, cut.first_on, greatest(least(cut.last_on, until), cut.first_on - 1)) as gone
      from season
      join calendar_period period on period.org_id = org and period.calendar_id = season.calendar_id
        and period.grain = 'period' and period.starts_on <= last_day and period.ends_on >= first_day
      cross join lateral (select greatest(period.starts_on, first_day) as first_on,
        least(period.ends_on, last_day) as last_on) cut
      cross join lateral (
        select working_days(org, places, period.starts_on, period.ends_on) as days) worked
      where season.org_id = org and season.id = chosen
    ) each
  ) part;
  if by_season.sound then
    curve := 'season'; elapsed := by_season.elapsed; whole := by_season.whole;
  end if;
end $$
"""

# For how many periods of a target's length before it somebody had sold, and in how many of them they reached the
# target. Both are null for a period that is too long to have a past. Periods that are whole months go back by months,
# others by days; those that had not ended by today are skipped, and only whole periods since the first sale count.
# Between two edges lie whole months, and of the month in which each edge lies the days before it: so what was sold
# is looked up in a month's rows at each edge, not in all days.
REACHED_BEFORE = """
create function reached_before(
  org uuid, person uuid, source text, direction text, money text, first_day date, last_day date, target numeric,
  today date, most_periods integer, most_days integer, out periods integer, out reached integer
) language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
declare
  by_month boolean := extract(day from first_day) = 1 and extract(day from last_day + 1) = 1;
  begins integer; size integer; now integer; skipped integer; sold_on date;
begin
  if last_day + 1 - first_day > most_days then return; end if;
  periods := 0; reached := 0;
  select tally.begins_on into sold_on from tally
  where tally.org_id = org and tally.of = 'person' and tally.subject_id = person and tally.grain = 'day'
    and source in ('sales_amount', 'sales_margin', 'sales_quantity')
  order by tally.begins_on limit 1;
  if sold_on is null then return; end if;
  if by_month then
    begins := extract(year from first_day) * 12 + extract(month from first_day);
    size := extract(year from last_day + 1) * 12 + extract(month from last_day + 1) - begins;
    now := extract(year from today) * 12 + extract(month from today);
    periods := begins - 1 - (extract(year from sold_on - 1) * 12 + extract(month from sold_on - 1));
  else
    begins := 0;
    size := last_day + 1 - first_day;
    now := today - first_day;
    periods := first_day - sold_on;
  end if;
  skipped := greatest(0, ceil((begins - now)::numeric / size));
  periods := greatest(0, least(most_periods, periods / size - skipped));
  if periods = 0 then return; end if;
  select count(*) filter (where case direction
      when 'lower' then months.sold + window_of.days <= target else months.sold + window_of.days >= target end)
  into reached
  from (
    select edge.place, edge.month, lag(edge.month) over edges as until, lag(edge.days) over edges - edge.days as days
    from (
      select at.place, at.month, case when at.day = at.month then 0 else (
          select coalesce(sum(case source when 'sales_amount' then tally.amount
            when 'sales_margin' then tally.margin else tally.quantity end), 0)
          from tally where tally.org_id = org and tally.of = 'person' and tally.subject_id = person
            and tally.grain = 'day' and tally.begins_on >= at.month and tally.begins_on < at.day
            and (source = 'sales_quantity' or tally.currency = money)
        ) end as days
      from (
        select back.place, back.day, date_trunc('month', back.day::timestamp)::date as month
        from (
          select place, case when by_month
              then (first_day - make_interval(months => size * (skipped + place)))::date
              else first_day - size * (skipped + place) end as day
          from generate_series(0, periods) place offset 0
        ) back offset 0
      ) at
    ) edge window edges as (order by edge.place)
  ) window_of
  cross join lateral (
    select coalesce(sum(case source when 'sales_amount' then tally.amount
      when 'sales_margin' then tally.margin else tally.quantity end), 0) as sold
    from tally where tally.org_id = org and tally.of = 'person' and tally.subject_id = person
      and tally.grain = 'month' and tally.begins_on >= window_of.month and tally.begins_on < window_of.until
      and (source = 'sales_quantity' or tally.currency = money)
  ) months
  where window_of.place > 0;
end $$
"""

# For what everybody sold: the days are picked, not the people. What it is of is one text here, so that queries which
# pick people cannot use it: while nothing is known of the table yet, they would read everybody's days for each.
BY_BEGIN = "create index tally_by_begin on tally (org_id, (of || ' ' || grain), begins_on)"


class Migration(BaseMigration):
    dependencies = [("attain", "0018_selling_facts")]
    operations = [
        RunSQL(COUNTING, "drop function counting"),
        RunSQL(PIECES, "drop function pieces"),
        RunSQL(CUSTOMERS_WON, "drop function customers_won"),
        RunSQL(OPPORTUNITIES_ENDED, "drop function opportunities_ended"),
        RunSQL(COUNTED, "drop function counted"),
        RunSQL(WORKING_DAYS, "drop function working_days"),
        RunSQL(PACED, "drop function paced"),
        RunSQL(REACHED_BEFORE, "drop function reached_before"),
        RunSQL(BY_BEGIN, "drop index tally_by_begin"),
    ]
