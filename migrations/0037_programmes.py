"""Programmes of one-to-ones: every so many weeks each manager and each of their people; and what has come of them."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

PROGRAMME = """
create table programme (
  org_id uuid not null references organisation,
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  purpose text not null check (length(purpose) between 1 and 4000),
  leader_id uuid,
  every_weeks integer not null check (every_weeks between 1 and 26),
  starts_on date not null,
  until date not null,
  defined_by_id uuid,
  defined_at timestamptz not null default now(),
  retired_on date,
  retired_by_id uuid,
  primary key (org_id, id),
  foreign key (org_id, leader_id) references person on delete restrict,
  foreign key (org_id, defined_by_id) references person on delete restrict,
  foreign key (org_id, retired_by_id) references person on delete restrict,
  constraint some_days check (until > starts_on)
);
comment on column programme.leader_id is 'Below whom it is for everybody; null for everybody there is.';
comment on column programme.until is 'The first day that is no longer in it.';
call protect('programme', 'select, insert, update');
"""

# Of each interval that has begun, on its last day or, while it is under way, today: each person with the
# nearest above them who is still there. A vacant position passes its line on. Who came under their manager
# only since the interval began owes it nothing yet; what was held all the same is done.
PAIRS = """
create function programme_pairs(org uuid, first date, last date, today date) returns table (
  org_id uuid, programme_id uuid, starts_on date, until date, manager_id uuid, coachee_id uuid,
  vacancies integer, held integer, held_on date, state text
) language sql stable set search_path = pg_catalog, public as $$
  select org, part.programme_id, part.starts_on, part.until, pair.manager_id, pair.coachee_id, pair.depth - 1,
    done.held, done.held_on,
    case when done.held > 0 then 'done'
      when not exists (select from reach earlier where earlier.org_id = org and earlier.viewer_id = pair.manager_id
        and earlier.person_id = pair.coachee_id and earlier.depth > 0 and earlier.during @> part.starts_on) then 'joined'
      when part.until > today then 'due' else 'overdue' end
  from (select programme.id as programme_id, programme.leader_id, begins.day::date as starts_on,
      least(begins.day::date + 7 * programme.every_weeks, ends.day) as until
    from programme
    cross join lateral (select least(programme.until, programme.retired_on) as day) ends
    cross join lateral generate_series(programme.starts_on::timestamp, ends.day::timestamp - interval '1 day',
      programme.every_weeks * interval '7 days') begins (day)
    where programme.org_id = org and begins.day <= least(last, today)
      and least(begins.day::date + 7 * programme.every_weeks, ends.day) > first) part
  cross join lateral (select least(part.until - 1, today) as day) counted
  cross join lateral (
    select distinct on (line.person_id) line.person_id as coachee_id, line.viewer_id as manager_id, line.depth
    from reach line
    join person coachee on coachee.org_id = org and coachee.id = line.person_id
      and (coachee.left_on is null or coachee.left_on > counted.day)
      and (coachee.disabled_at is null or coachee.disabled_at >= (counted.day + 1)::timestamp at time zone 'UTC')
    join person manager on manager.org_id = org and manager.id = line.viewer_id
      and (manager.left_on is null or manager.left_on > counted.day)
      and (manager.disabled_at is null or manager.disabled_at >= (counted.day + 1)::timestamp at time zone 'UTC')
    where line.org_id = org and line.depth > 0 and line.during @> counted.day
      and (part.leader_id is null or exists (select from reach below where below.org_id = org
        and below.viewer_id = part.leader_id and below.person_id = line.person_id and below.depth > 0
        and below.during @> counted.day))
    order by line.person_id, line.depth, line.viewer_id
  ) pair
  cross join lateral (
    select count(*)::integer as held, max(session.held_on) as held_on from coaching_session session
    where session.org_id = org and session.manager_id = pair.manager_id
      and session.coachee_id = pair.coachee_id
      and session.held_on >= part.starts_on and session.held_on < part.until
  ) done
$$;
revoke execute on function programme_pairs from public;
grant execute on function programme_pairs to attain_reader, attain_app, attain_worker;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0036_tasks")]
    operations = [
        RunSQL(PROGRAMME, "drop table programme"),
        RunSQL(PAIRS, "drop function programme_pairs"),
    ]
