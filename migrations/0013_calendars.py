"""Calendars of an organisation with their periods, its seasons, working days and days off, and the
policy by which its goals are watched."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Periods are only ever added: what a goal was set for stays what it was.
CALENDAR = """
create table calendar (
  org_id uuid not null references organisation,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  kind text not null
    check (kind in ('months', 'weeks_445', 'weeks_454', 'weeks_544', 'thirteen', 'custom')),
  first_month smallint check (first_month between 1 and 12),
  year_named_by text check (year_named_by in ('start', 'end')),
  week_starts_on text check (week_starts_on in
    ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
  year_ends text check (year_ends in ('nearest', 'last')),
  retired_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint calendar_name_once unique (org_id, name),
  constraint calendar_says_when_its_years_begin check (case kind
    when 'custom' then num_nonnulls(first_month, year_named_by, week_starts_on, year_ends) = 0
    when 'months' then num_nonnulls(first_month, year_named_by) = 2
      and num_nonnulls(week_starts_on, year_ends) = 0
    else num_nulls(first_month, year_named_by, week_starts_on, year_ends) = 0 end)
);
comment on column calendar.year_ends is
  'The fiscal year''s last day is the last day of a week: the last in the month before first_month, or the nearest to its end.';
create table calendar_period (
  org_id uuid not null references organisation,
  id uuid not null,
  calendar_id uuid not null,
  grain text not null check (grain in ('year', 'half', 'quarter', 'period', 'week')),
  fiscal_year integer not null,
  number smallint not null check (number > 0),
  name text not null check (length(name) between 1 and 60),
  starts_on date not null,
  ends_on date not null,
  has_extra_week boolean not null default false,
  parent_id uuid,
  primary key (org_id, id),
  constraint calendar_period_number_once unique (org_id, calendar_id, grain, fiscal_year, number),
  constraint calendar_period_calendar foreign key (org_id, calendar_id) references calendar on delete restrict,
  constraint calendar_period_parent foreign key (org_id, parent_id) references calendar_period on delete restrict,
  constraint calendar_period_ends_after_it_starts check (starts_on <= ends_on),
  constraint calendar_periods_of_a_grain_do_not_overlap exclude using gist
    (org_id with =, calendar_id with =, grain with =, daterange(starts_on, ends_on, '[]') with &&)
);
create index calendar_period_by_day on calendar_period (org_id, calendar_id, starts_on, id);
create index calendar_period_by_parent on calendar_period (org_id, parent_id, starts_on, id);
"""

SEASON = """
create table season (
  org_id uuid not null references organisation,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  calendar_id uuid not null,
  weights numeric(20, 6)[] not null check (cardinality(weights) between 1 and 60
    and array_position(weights, null) is null and 0 <= all (weights) and 0 < any (weights)
    and 'NaN' <> all (weights)),
  learned_from integer,
  learned_to integer,
  retired_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint season_name_once unique (org_id, name),
  constraint season_calendar foreign key (org_id, calendar_id) references calendar on delete restrict,
  constraint season_learned_from_whole_years check (num_nulls(learned_from, learned_to) in (0, 2)
    and learned_from <= learned_to)
);
comment on column season.weights is 'The weight of each period of a fiscal year, the first period''s first.';
comment on column season.learned_from is 'The first fiscal year whose sales it was learned from; null: given by hand.';
create index season_by_calendar on season (org_id, calendar_id);
alter table goal
  add column season_id uuid,
  add column period_id uuid,
  add constraint goal_season foreign key (org_id, season_id) references season on delete restrict,
  add constraint goal_period foreign key (org_id, period_id) references calendar_period on delete restrict;
comment on column goal.season_id is 'The season by which its pace is taken; null: the organisation''s, if any.';
comment on column goal.period_id is 'The calendar''s period for which it was made by spreading its parent.';
"""

DAYS = """
create table day_off (
  org_id uuid not null references organisation,
  id uuid not null,
  day date not null,
  name text not null check (length(name) between 1 and 100),
  primary key (org_id, id),
  constraint day_off_once unique (org_id, day)
);
create table goal_policy (
  org_id uuid not null references organisation,
  working_days text[] not null default '{monday,tuesday,wednesday,thursday,friday}'
    check (cardinality(working_days) between 1 and 7 and array_position(working_days, null) is null
      and working_days <@ '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]),
  season_id uuid,
  pace_at_risk numeric(5, 4) not null default 0.95 check (pace_at_risk between 0 and 2),
  pace_off_track numeric(5, 4) not null default 0.80 check (pace_off_track >= 0),
  nudge_after_days smallint not null default 3 check (nudge_after_days between 1 and 365),
  escalate_after_days smallint not null default 7 check (escalate_after_days between 1 and 365),
  check_in_every_days smallint check (check_in_every_days between 1 and 365),
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (org_id),
  constraint goal_policy_season foreign key (org_id, season_id) references season on delete restrict,
  constraint off_track_is_below_at_risk check (pace_off_track <= pace_at_risk),
  constraint nudged_before_escalated check (nudge_after_days <= escalate_after_days)
);
comment on column goal_policy.check_in_every_days is 'Null where nobody is reminded to check in.';
comment on table goal_policy is 'How an organisation watches its goals; every organisation has one row.';
"""

ADD_POLICY = """
create function add_goal_policy() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  insert into goal_policy (org_id) values (new.org_id);
  return null;
end $$;
create trigger add_goal_policy after insert on organisation
  for each row execute function add_goal_policy();
"""

# Row security shows one organisation at a time.
FILL = """
do $$
declare one uuid;
begin
  set local role attain_worker;
  for one in select org_id from organisation loop
    perform set_config('app.org_id', one::text, true);
    insert into goal_policy (org_id) values (one);
  end loop;
  perform set_config('app.org_id', '', true);
  reset role;
end $$
"""

# Parts of a curve have different denominators; their product is one for all, so nothing is rounded.
PRODUCT = "create aggregate product(numeric) (sfunc = numeric_mul, stype = numeric, initcond = '1')"


class Migration(BaseMigration):
    dependencies = [("attain", "0012_goals_of_any_measure")]
    operations = [
        RunSQL(CALENDAR, "drop table calendar_period; drop table calendar"),
        RunSQL(
            SEASON,
            "alter table goal drop column season_id, drop column period_id; drop table season",
        ),
        RunSQL(DAYS, "drop table goal_policy; drop table day_off"),
        RunSQL(
            "call protect('calendar', 'select, insert, update');"
            " call protect('calendar_period', 'select, insert'); call protect('season', 'select, insert, update');"
            " call protect('day_off'); call protect('goal_policy', 'select, insert, update')",
            "",
        ),
        RunSQL(
            ADD_POLICY,
            "drop trigger add_goal_policy on organisation; drop function add_goal_policy",
        ),
        RunSQL(FILL, ""),
        RunSQL(PRODUCT, "drop aggregate product(numeric)"),
    ]
