"""Digests: what somebody was told and has not read, put together once a day or once a week.

A round makes them after a period is over where the organisation is, one for each person and period
however often and by whomever it is gone. A digest holds which notices are in it and nothing that they say:
what is read, is read through them, so that nothing shows which was taken back since.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.database import current_transaction, on_behalf_of
from domain.history import Happened, number_events, record_each
from domain.ids import new_id
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.models import Delivery, Rhythm
from domain.sql import bind

MOST_AT_ONCE = 500

# Of whoever is here: what waits for a digest, and what they were told at once and have not read.
_GOES_IN = f"""notice.digest_id is null
    and (notice.delivery = '{Delivery.DIGEST}' or notice.read_at is null)"""
_DUE = f"""select person.id, coalesce(preference.rhythm, '{Rhythm.DAILY}') as rhythm
from person left join digest_preference preference
  on preference.org_id = :org and preference.person_id = person.id
where person.org_id = :org and person.disabled_at is null
  and (person.left_on is null or person.left_on > :today)
  and coalesce(preference.rhythm, '{Rhythm.DAILY}') <> '{Rhythm.NEVER}'
  and exists (select from notice where notice.org_id = :org and notice.person_id = person.id
    and {_GOES_IN})
  and not exists (select from digest where digest.org_id = :org and digest.person_id = person.id
    and digest.ends_on >= case coalesce(preference.rhythm, '{Rhythm.DAILY}')
      when '{Rhythm.DAILY}' then :yesterday::date else :sunday::date end)
order by person.id limit {MOST_AT_ONCE}"""
_MAKE = f"""with made as (
  insert into digest (org_id, id, person_id, rhythm, starts_on, ends_on)
  select :org, given.* from unnest(:ids::uuid[], :people::uuid[], :rhythms::text[], :firsts::date[],
    :lasts::date[]) as given (id, person_id, rhythm, starts_on, ends_on)
  order by given.person_id
  on conflict (org_id, person_id, ends_on) do nothing
  returning id, person_id
), held as (
  update notice set digest_id = made.id from made
  where notice.org_id = :org and notice.person_id = made.person_id and {_GOES_IN}
) select id from made order by id"""


def period_of(rhythm: Rhythm, today: date) -> tuple[date, date]:
    """The first and the last day of the latest period that is over: yesterday, or last week from
    Monday on."""
    if rhythm is Rhythm.DAILY:
        return today - timedelta(days=1), today - timedelta(days=1)
    sunday = today - timedelta(days=today.isoweekday())
    return sunday - timedelta(days=6), sunday


async def make_digests(org: UUID, now: datetime) -> int:
    """Make every digest that is due on the organisation's today; how many were made."""
    made = 0
    while True:
        async with on_behalf_of(org):
            some, all_of_them = await _make_some(org, now)
        made += some
        if all_of_them:
            break
    if made:
        await number_events(org)
    return made


async def _make_some(org: UUID, now: datetime) -> tuple[int, bool]:
    actor = await on_its_round(org, now)
    (_, yesterday), (_, sunday) = (
        period_of(rhythm, actor.today) for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY)
    )
    days = {"org": org, "today": actor.today, "yesterday": yesterday, "sunday": sunday}
    statement, arguments = bind(_DUE, days)
    due = await current_transaction().execute_query_dict(statement, arguments)
    if not due:
        return 0, True
    periods = [period_of(Rhythm(row["rhythm"]), actor.today) for row in due]
    given = {
        "org": org,
        "ids": [new_id() for _ in due],
        "people": [row["id"] for row in due],
        "rhythms": [row["rhythm"] for row in due],
        "firsts": [first for first, _ in periods],
        "lasts": [last for _, last in periods],
    }
    statement, arguments = bind(_MAKE, given)
    made = await current_transaction().execute_query_dict(statement, arguments)
    if made:
        await record_each(actor, "digest.made", "digest", [Happened(row["id"]) for row in made])
    return len(made), len(due) < MOST_AT_ONCE or not made


@each_organisation("*/15 * * * *")
async def put_digests_together(org: UUID) -> None:
    """What people were told in the day or the week that is over."""
    await make_digests(org, datetime.now(UTC))
