"""Why somebody's pay is another than it was: two versions that were kept, read back and compared."""

from asyncio import to_thread
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from auth.actor import Actor
from domain.database import looking
from domain.errors import Invalid, NotFound
from domain.incentives import pay_rows
from domain.incentives.cases import Case, Incalculable
from domain.incentives.comparing import Cause, Part, difference, matched
from domain.incentives.pay_access import sight, visible
from domain.incentives.pay_rows import Row
from domain.incentives.plan_in_force import plan_in_force
from domain.incentives.reading_back import base_rates_of, case_of
from domain.incentives.spelling import number
from domain.sql import viewer

MOST_DEALS = 20
MOST_CREDITS = 40_000
"""So many credits are worked out for one answer at most; of long periods fewer deals are told one by one."""

_VERSIONS: Final = """select result.id, result.plan_id, result.plan_version_id, result.starts_on, result.ends_on,
    result.number, result.total, result.currency, result.failure, result.inputs, result.made_at
  from pay_result asked
  join pay_result result on result.org_id = :org::uuid and result.person_id = asked.person_id
    and result.plan_id = asked.plan_id and result.starts_on = asked.starts_on
  where asked.org_id = :org::uuid and asked.id = :result::uuid and {visible} and {which}
  order by result.number"""
_OTHER: Final = "result.id in (asked.id, :other::uuid)"
_SINCE: Final = """(result.superseded_at is null or result.made_at <= :since::timestamptz
    and result.superseded_at > :since::timestamptz)"""
_BEFORE: Final = "result.number in (asked.number, asked.number - 1)"
_SALES: Final = """select credit.id, credit.sale_id, credit.event from credit
  where credit.org_id = :org::uuid and credit.id = any(:ids::uuid[])
  order by credit.credited_on, credit.made_at, credit.id"""


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a difference, in words; for a deal, of which credit and which sale."""

    cause: Cause
    amount: Decimal
    sentence: str
    credit: UUID | None
    sale: UUID | None


@dataclass(frozen=True, slots=True)
class PayChange:
    """The difference between two versions of a result. `parts` sum to it; `reason` says why there is
    none to tell."""

    before: UUID | None
    after: UUID
    currency: str
    change: Decimal | None
    parts: Sequence[Told]
    reason: str | None


async def pay_change(
    actor: Actor,
    *,
    result_id: UUID,
    other_id: UUID | None = None,
    since: datetime | None = None,
) -> PayChange | None:
    """Why a result is another than the version before it, than another version of it, or, of the version
    that stands, than what stood at an instant. None where the caller sees no such result."""
    if other_id is not None and since is not None:
        raise Invalid("Name another version or an instant, not both.", path=("since",))
    which = _OTHER if other_id else _SINCE if since else _BEFORE
    text = _VERSIONS.replace("{visible}", visible(actor).replace("{row}", "asked"))
    values = {**viewer(actor), "result": result_id, "other": other_id, "since": since}
    async with looking(actor.org, actor.person, sight(actor)):
        rows = await pay_rows.rows(text.replace("{which}", which), **values)
        if not rows:
            return None
        if other_id is not None and all(row["id"] != other_id for row in rows):
            raise NotFound("version of this pay", path=("otherId",))
        before, after = _chosen(rows, other_id, since)
        if before is None or before["failure"] or after["failure"]:
            return _untold(before, after)
        was, now = await _cases(actor.org, before, after)
        ids = _changed(was, now)
        found = await pay_rows.rows(_SALES, org=actor.org, ids=ids) if ids else []
    return await to_thread(_told, before, after, was, now, found)


def _chosen(
    rows: Sequence[Row], other_id: UUID | None, since: datetime | None
) -> tuple[Row | None, Row]:
    """What was, if anything was, and what is; the earlier version is what was."""
    first, last = rows[0], rows[-1]
    if len(rows) > 1 or other_id is not None:
        return first, last
    stood = since is not None and first["made_at"] <= since
    return (first if stood else None), last


def _changed(was: Case, now: Case) -> list[UUID]:
    """The credits that are in one of the two alone, or not the same in both."""
    before, after = ({credit.id: credit for credit in each.credits} for each in (was, now))
    return [id for id in {**before, **after} if before.get(id) != after.get(id)]


async def _cases(org: UUID, *rows: Row) -> list[Case]:
    """What each of these versions of a result was worked out from."""
    day = rows[0]["starts_on"]
    plan = await plan_in_force(org, rows[0]["plan_id"], day, day)
    versions = {version.id: version for version in plan.versions}
    return [
        case_of(
            row["inputs"],
            versions[row["plan_version_id"]].with_base_rates(base_rates_of(row["inputs"])),
        )
        for row in rows
    ]


def _untold(before: Row | None, after: Row) -> PayChange:
    """Where one of the two is no figure."""
    if before is None:
        reason = "It had not been worked out before."
    elif before["failure"]:
        reason = f"Before, it could not be worked out: {before['failure']}"
    else:
        reason = f"It cannot be worked out: {after['failure']}"
    was = None if before is None else before["id"]
    return PayChange(was, after["id"], after["currency"], None, (), reason)


def _told(before: Row, after: Row, was: Case, now: Case, found: Sequence[Row]) -> PayChange:
    sales = {row["id"]: row["sale_id"] for row in found}
    was = matched(was, _same(was, now, found))
    most = min(MOST_DEALS, MOST_CREDITS // max(len(was.credits), len(now.credits), 1))
    paid = before["total"], after["total"]
    try:
        parts = difference(was, now, paid=paid, most_deals=most)
    except Incalculable as incalculable:
        reason = f"It is worked out otherwise today: {incalculable.message}"
        return PayChange(before["id"], after["id"], after["currency"], None, (), reason)
    told = [_part(each, was, now, sales) for each in parts]
    change = after["total"] - before["total"]
    return PayChange(before["id"], after["id"], after["currency"], change, told, None)


def _same(was: Case, now: Case, found: Sequence[Row]) -> dict[UUID, UUID]:
    """Which credits of now stand for which of before: of the same point in the same sale's life."""
    ids = {each.id for each in was.credits}, {each.id for each in now.credits}
    places: tuple[dict[object, list[UUID]], dict[object, list[UUID]]] = (
        defaultdict(list), defaultdict(list),
    )  # fmt: skip
    for row in found:
        for side in (0, 1):
            if row["id"] in ids[side] and row["id"] not in ids[1 - side]:
                places[side][row["sale_id"], row["event"]].append(row["id"])
    return {
        old: new
        for place, before in places[0].items()
        for old, new in zip(before, places[1].get(place, ()), strict=False)
    }


_SAID: Final[Mapping[Cause, str]] = {
    Cause.ENGINE: "The same is worked out otherwise than it was then.",
    Cause.EARLIER_PERIODS: "What runs on from earlier periods has changed.",
    Cause.PLAN: "The plan pays by other terms.",
    Cause.SCORE: "Goals that count for it were closed, opened again or scored otherwise.",
    Cause.FACTS: "The days that count, or what is known of the payee, have changed.",
    Cause.PLACE: "The place among those on the plan has changed.",
    Cause.FURTHER_DEALS: "Further deals have changed.",
    Cause.SEVERAL: "Several things have changed that can only be told together.",
}


def _part(part: Part, was: Case, now: Case, sales: Mapping[UUID, UUID]) -> Told:
    credit = part.now or part.was
    id = None if credit is None else credit.id
    return Told(
        part.cause,
        part.amount,
        " ".join(_sentences(part, was, now)),
        id,
        None if id is None else sales.get(id),
    )


def _sentences(part: Part, was: Case, now: Case) -> Iterable[str]:
    match part.cause:
        case Cause.TARGET_INCENTIVE:
            before, after = (number(each.target_incentive) for each in (was, now))
            if before == after:
                return ["The target incentive of the quarter or the year has changed."]
            return [f"The target incentive is {after}, and was {before}."]
        case Cause.QUOTA:
            return [
                f"The quota for {key} is {_said(now.quotas.get(key))}, and was {_said(was.quotas.get(key))}."
                for key in sorted({**was.quotas, **now.quotas})
                if was.quotas.get(key) != now.quotas.get(key)
            ]
        case Cause.DEAL_ADDED if part.now:
            return [f"A deal of {number(part.now.amount)} counts that did not."]
        case Cause.DEAL_REMOVED if part.was:
            return [f"A deal of {number(part.was.amount)} does not count any more."]
        case Cause.DEAL_CHANGED if part.was and part.now:
            if part.was.amount == part.now.amount:
                return [f"Something else is said of a deal of {number(part.now.amount)}."]
            return [
                f"A deal counts {number(part.now.amount)}, and counted {number(part.was.amount)}."
            ]
        case cause:
            return [_SAID[cause]]


def _said(quota: Decimal | None) -> str:
    return "nothing" if quota is None else number(quota)
