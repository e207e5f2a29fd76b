"""Pay that is due: what has changed is worked out, from the first period that it touches to today.

The database notes whose pay is due in the transaction that changes what it is worked out from. A round
takes some of those people at a time, and what they are due is taken away with what is worked out. Should
that break down, each of them is tried alone, and whoever breaks it down is put off for a while.
"""

import logging
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

log = logging.getLogger(__name__)

_WAITING: Final = "select exists (select from pay_due where org_id = $1 and asked_at <= now())"
_NEXT: Final = f"""select org_id, id from pay_due where org_id = :org::uuid and since_day <= :today::date
    and asked_at <= now() and (:payee::uuid is null or id = :payee::uuid)
    order by id limit {PAYEES_AT_ONCE}"""
# What is noted meanwhile waits for this transaction, and is noted after it.
_TAKE: Final = f"""delete from pay_due where (org_id, id) in ({_NEXT} for update skip locked)
  returning id, since_day"""
_PUT_OFF: Final = """update pay_due set asked_at = now() + interval '10 minutes'
  where org_id = :org::uuid and id = :payee::uuid returning id"""
_PLANS: Final = """select plan_id, person_id, max(ends_on) as last from (
    select plan_id, person_id, least(coalesce(ends_on, :today::date), :today::date) as ends_on
    from pay_on_plan where org_id = :org::uuid and person_id = any(:payees::uuid[])
      and starts_on <= :today::date
    union all
    select plan_id, person_id, ends_on from pay_result where org_id = :org::uuid
      and person_id = any(:payees::uuid[]) and superseded_at is null) theirs
  group by plan_id, person_id order by plan_id, person_id"""
_BEGIN: Final = """insert into pay_due (org_id, id, since_day)
  select distinct :org::uuid, term.person_id, :today::date from pay_on_plan term
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
    """Work out what is due for some people; how many. Fewer than PAYEES_AT_ONCE are all. Nobody waits
    for those with whom it breaks down: they are put off, and tried again later."""
    try:
        return await _work_off(org, now)
    except Exception:
        log.exception("pay that is due could not be worked out; each payee is tried alone")
    async with on_behalf_of(org):
        actor = await on_its_round(org, now)
        due = await pay_rows.rows(_NEXT, org=org, today=actor.today, payee=None)
    for row in due:
        try:
            await _work_off(org, now, row["id"])
        except Exception:
            log.exception("the pay of %s could not be worked out; it is put off", row["id"])
            async with on_behalf_of(org):
                await pay_rows.rows(_PUT_OFF, org=org, payee=row["id"])
    return len(due)


async def _work_off(org: UUID, now: datetime, payee: UUID | None = None) -> int:
    async with on_behalf_of(org):
        actor = await on_its_round(org, now)
        await wait_for_others(org)  # before anything is taken that they may wait for
        due = await pay_rows.rows(_TAKE, org=org, today=actor.today, payee=payee)
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
