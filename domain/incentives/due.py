"""Pay that is due: what has changed is worked out, from the first period that it touches to today.

The database notes whose pay is due in the transaction that changes what it is worked out from. A round
takes some of those people at a time, and what they are due is taken away with what is worked out.
"""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from domain.database import on_behalf_of, reading
from domain.history import number_events
from domain.incentives import pay_rows
from domain.incentives.keeping import PAYEES_AT_ONCE, tell, work_out
from domain.incentives.sharing import wait_for_others
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation

_WAITING: Final = "select exists (select from pay_due where org_id = $1)"
# What is noted meanwhile waits for this transaction, and is noted after it.
_TAKE: Final = f"""delete from pay_due where (org_id, id) in (
    select org_id, id from pay_due where org_id = :org::uuid and since_day <= :today::date
    order by id limit {PAYEES_AT_ONCE} for update skip locked)
  returning id, since_day"""
_PLANS: Final = """select plan_id, person_id, max(ends_on) as last from (
    select plan_id, person_id, least(coalesce(ends_on, :today::date), :today::date) as ends_on
    from pay_assignment where org_id = :org::uuid and person_id = any(:payees::uuid[])
      and starts_on <= :today::date
    union all
    select plan_id, person_id, ends_on from pay_result where org_id = :org::uuid
      and person_id = any(:payees::uuid[]) and superseded_at is null) theirs
  group by plan_id, person_id order by plan_id, person_id"""
_BEGIN: Final = """insert into pay_due (org_id, id, since_day)
  select distinct :org::uuid, term.person_id, :today::date from pay_assignment term
  where term.org_id = :org::uuid and term.starts_on <= :today::date
    and coalesce(term.ends_on, :today::date) >= :today::date
    and exists (select from pay_plan_version version where version.org_id = :org::uuid
      and version.plan_id = term.plan_id and version.published_at is not null
      and version.begins_on <= :today::date)
    and not exists (select from pay_result result where result.org_id = :org::uuid
      and result.person_id = term.person_id and result.plan_id = term.plan_id
      and result.superseded_at is null and :today::date between result.starts_on and result.ends_on)
  order by term.person_id
  on conflict (org_id, id) do nothing returning id"""


async def work_off(org: UUID, now: datetime) -> int:
    """Work out all that is due on the organisation's today; whose pay that was, in number."""
    people = 0
    while due := await work_off_some(org, now):
        people += due
        if due < PAYEES_AT_ONCE:
            break
    if people:
        await number_events(org)
    return people


async def work_off_some(org: UUID, now: datetime) -> int:
    """Work out what is due for some people; how many. Fewer than PAYEES_AT_ONCE are all."""
    async with on_behalf_of(org):
        actor = await on_its_round(org, now)
        await wait_for_others(org)  # before anything is taken that they may wait for
        due = await pay_rows.rows(_TAKE, org=org, today=actor.today)
        since = {row["id"]: row["since_day"] for row in due}
        for plan, payees, last in await _plans(org, list(since), actor.today):
            first = min(since[payee] for payee in payees)
            await tell(actor, await work_out(org, plan, payees, first, max(first, last)))
    return len(due)


async def _plans(org: UUID, payees: list[UUID], today: date) -> list[tuple[UUID, list[UUID], date]]:
    """On which plans they are or were, until when there is something to be worked out."""
    found = await pay_rows.rows(_PLANS, org=org, payees=payees, today=today) if payees else []
    return [
        (plan, [row["person_id"] for row in rows], max(row["last"] for row in rows))
        for plan, rows in pay_rows.by_person(found, "plan_id").items()
    ]


async def begin_periods(org: UUID, now: datetime) -> None:
    """A period that has begun is due for everybody who is on a plan."""
    async with on_behalf_of(org):
        actor = await on_its_round(org, now)
        await pay_rows.rows(_BEGIN, org=org, today=actor.today)


@each_organisation("* * * * * */15")
async def work_off_pay_due(org: UUID) -> bool:
    """Whose pay has changed, as soon as it has."""
    async with reading(org) as snapshot:
        if not await snapshot.fetchval(_WAITING, org):
            return False
    people = await work_off_some(org, datetime.now(UTC))
    if people:
        await number_events(org)
    return people == PAYEES_AT_ONCE


@each_organisation("27 * * * *")
async def begin_pay_periods(org: UUID) -> None:
    """What has begun."""
    await begin_periods(org, datetime.now(UTC))
