"""Digests: what somebody was told and has not read, put together once a day or once a week.

A round makes them after a period is over where the organisation is and the hour has come, one for each person
and period however often and by whomever it is gone. A digest holds which notices are in it and nothing that they say:
what is read, is read through them, so that nothing shows which was taken back since. What happened in its days
it does not hold at all: that is looked up.

Whoever was told something gets one; whoever has said how often, also when something happened that everybody sees.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from auth.actor import Actor
from domain.activities.models import ActivityKind
from domain.calendars.words import Weekday
from domain.database import current_transaction, on_behalf_of
from domain.history import Happened, number_events, record_each
from domain.ids import new_id
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.digest_rules import Wish, days_due
from domain.notices.models import Delivery, Rhythm
from domain.sql import bind, quoted

MOST_AT_ONCE = 500
_NOBODY = UUID(int=0)

# What waits for a digest, and what they were told at once and have not read.
_GOES_IN = f"""notice.digest_id is null
    and (notice.delivery = '{Delivery.DIGEST}' or notice.read_at is null)"""
_WAITS = f"""from notice where notice.org_id = :org
    and notice.person_id = person.id and {_GOES_IN}"""
_ASKING = f"""select person.id, preference.rhythm, preference.hour, preference.weekday,
  (select max(digest.ends_on) from digest
    where digest.org_id = :org and digest.person_id = person.id) as told_until
from person left join digest_preference preference
  on preference.org_id = :org and preference.person_id = person.id
where person.org_id = :org and person.disabled_at is null and person.id > :after
  and (person.left_on is null or person.left_on > :today)
  and coalesce(preference.rhythm, '{Rhythm.DAILY}') <> '{Rhythm.NEVER}'
  and (preference.person_id is not null or exists (select {_WAITS}))
order by person.id limit {MOST_AT_ONCE}"""

# Everybody reads an insight, and recognition on the wall.
_FOR_EVERYBODY = ", ".join(
    quoted(kind) for kind in ActivityKind if kind.name.startswith(("INSIGHT", "RECOGNISED"))
)
_HAPPENED = f"""exists (select from activity
    where activity.org_id = :org and activity.kind in ({_FOR_EVERYBODY})
      and activity.happened_at >= person.starts_on::timestamp at time zone :zone
      and activity.happened_at < (person.ends_on + 1)::timestamp at time zone :zone
      and activity.person_id is distinct from person.id
      and (activity.kind <> '{ActivityKind.RECOGNISED}' or activity.on_wall)
      and not exists (select from activity_preference preferred where preferred.org_id = :org
        and preferred.person_id = person.id and preferred.kind = activity.kind and not preferred.shown))"""
_MAKE = f"""with due as materialized (
  select * from unnest(:ids::uuid[], :people::uuid[], :rhythms::text[], :firsts::date[], :lasts::date[],
    :coming::timestamptz[]) as due (digest_id, id, rhythm, starts_on, ends_on, comes_at)
), made as (
  insert into digest (org_id, id, person_id, rhythm, starts_on, ends_on)
  select :org, person.digest_id, person.id, person.rhythm, person.starts_on, person.ends_on
  from due person
  where exists (select {_WAITS} and notice.sent_at < person.comes_at)
    or (exists (select from digest_preference preference
      where preference.org_id = :org and preference.person_id = person.id) and {_HAPPENED})
  order by person.id
  on conflict (org_id, person_id, ends_on) do nothing
  returning id, person_id
), held as (
  update notice set digest_id = made.id from made join due on due.digest_id = made.id
  where notice.org_id = :org and notice.person_id = made.person_id and {_GOES_IN}
    and notice.sent_at < due.comes_at
) select id from made order by id"""


@dataclass(frozen=True, slots=True)
class _Due:
    person_id: UUID
    rhythm: Rhythm
    starts_on: date
    ends_on: date
    comes_at: datetime


async def make_digests(org: UUID, now: datetime) -> int:
    """Make every digest that is due now where the organisation is; how many were made."""
    made, after = 0, _NOBODY
    while True:
        async with on_behalf_of(org):
            actor = await on_its_round(org, now)
            zone = await _zone(org)
            asking = await _asking(actor, after)
            there = now.astimezone(ZoneInfo(zone))
            due = [each for row in asking for each in _due(row, actor.today, there)]
            made += await _make(actor, zone, due) if due else 0
        if len(asking) < MOST_AT_ONCE:
            break
        after = asking[-1]["id"]
    if made:
        await number_events(org)
    return made


async def _zone(org: UUID) -> str:
    [row] = await current_transaction().execute_query_dict(
        "select time_zone from organisation where org_id = $1", [org]
    )
    return str(row["time_zone"])


async def _asking(actor: Actor, after: UUID) -> list[dict[str, Any]]:
    values = {"org": actor.org, "today": actor.today, "after": after}
    statement, arguments = bind(_ASKING, values)
    return list(await current_transaction().execute_query_dict(statement, arguments))


def _due(row: dict[str, Any], today: date, there: datetime) -> list[_Due]:
    wish = Wish()
    if row["rhythm"] is not None:
        wish = Wish(Rhythm(row["rhythm"]), row["hour"], Weekday(row["weekday"]))
    days = days_due(wish, today, there.hour, row["told_until"])
    if days is None:
        return []
    # By the clock, also where the day that counts as today is set by hand.
    came_on = there.date() - (today - days[1]) + timedelta(days=1)
    comes_at = datetime.combine(came_on, time(wish.hour), there.tzinfo)
    return [_Due(row["id"], wish.rhythm, *days, comes_at)]


async def _make(actor: Actor, zone: str, due: list[_Due]) -> int:
    given = {
        "org": actor.org,
        "zone": zone,
        "ids": [new_id() for _ in due],
        "people": [each.person_id for each in due],
        "rhythms": [each.rhythm.value for each in due],
        "firsts": [each.starts_on for each in due],
        "lasts": [each.ends_on for each in due],
        "coming": [each.comes_at for each in due],
    }
    statement, arguments = bind(_MAKE, given)
    made = await current_transaction().execute_query_dict(statement, arguments)
    if made:
        await record_each(actor, "digest.made", "digest", [Happened(row["id"]) for row in made])
    return len(made)


@each_organisation("*/15 * * * *")
async def put_digests_together(org: UUID) -> None:
    """What people were told in the days that are over."""
    await make_digests(org, datetime.now(UTC))
