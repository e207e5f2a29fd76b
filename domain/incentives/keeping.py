"""Working out the pay of some payees, period after period, and keeping what is new.

A result is a version that is made once. Where its inputs are those of the version that stands, by
their hash, nothing is made; otherwise the new one supersedes it, with its components and lines. So it
does no harm to work the same out twice, and all of it at once comes to what bit by bit comes to.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.history.recording import Happened, record_each
from domain.ids import new_id
from domain.incentives import pay_rows
from domain.incentives.calculating import calculated
from domain.incentives.cases import Incalculable
from domain.incentives.loading import Closing, Payee, case_for, loaded
from domain.incentives.periods import Period
from domain.incentives.plan_in_force import PlanInForce, Version, plan_in_force
from domain.incentives.sharing import overtaken, wait_for_others
from domain.incentives.spelling import (
    closing_text,
    components_text,
    hash_of,
    lines_text,
    refused,
    shared_text,
    spelled,
)

PAYEES_AT_ONCE = 25
"""So many in one transaction: few enough that nobody waits long for it."""

_LATER: Final = """insert into pay_due (org_id, id, since_day)
  select :org::uuid, later.id, later.day from unnest(:ids::uuid[], :days::date[]) as later (id, day) order by later.id
  on conflict (org_id, id) do update set since_day = least(pay_due.since_day, excluded.since_day)"""


@dataclass(slots=True)
class Kept:
    """What became of some payees: the results that were made, and how many payees could not be worked
    out in some period; `later` are those with results of later periods, which run on, and others whose
    results say what is not so any more."""

    made: list[UUID] = field(default_factory=list)
    payees: int = 0
    failed: int = 0
    later: dict[UUID, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A result that is new, as the row that is kept of it: texts, which take far less than all that
    it came from."""

    id: UUID
    replaces: UUID | None
    row: tuple[Any, ...]


async def work_out(
    org: UUID,
    plan_id: UUID,
    payees: Sequence[UUID],
    first: date,
    last: date,
    run: UUID | None = None,
) -> Kept:
    """Work out what these payees earn on a plan in all periods that those days touch, in the current
    transaction; and in the periods of the year before them, where that was not done yet."""
    plan = await plan_in_force(org, plan_id, first, last)
    periods = plan.within(first, last)
    kept = Kept(payees=len(payees))
    if not periods or not plan.versions:
        return kept
    periods = plan.within(periods[0].year.first, periods[-1].days.last)
    asked = next(period for period in periods if period.days.last >= first)
    await wait_for_others(org, [plan_id])
    made: list[Made] = []
    shared = None
    for payee in await loaded(org, plan, payees, periods):
        shared = payee.shared
        has_begun = _has_begun(payee, plan, periods, asked)
        begins = (asked if has_begun else periods[0]).days.first
        new, failed = _worked_out(payee, plan, periods, begins)
        made += new
        kept.failed += failed
        _note_later(kept, payee, new, periods[-1])
        await asyncio.sleep(0)  # a worker may share its process with a server, whose callers wait
    await _keep(org, plan, made, run)
    if shared is not None:
        for payee_id, day in (await overtaken(org, plan, payees, periods, shared)).items():
            kept.later[payee_id] = min(day, kept.later.get(payee_id, day))
    kept.made = [each.id for each in made]
    return kept


async def tell(actor: Actor, kept: Kept) -> None:
    """That results are there, which those learn who may see them; and whose later periods run on."""
    if kept.made:
        await record_each(actor, "pay.worked_out", "pay_result", [Happened(id) for id in kept.made])
    if kept.later:
        ids = sorted(kept.later)
        days = [kept.later[id] for id in ids]
        await pay_rows.rows(_LATER + " returning 1", org=actor.org, ids=ids, days=days)


def _has_begun(payee: Payee, plan: PlanInForce, periods: Sequence[Period], asked: Period) -> bool:
    """Whether every earlier period of the year is worked out, or not theirs."""
    return all(
        period.days.first in payee.standing
        for period in periods
        if period.days.first < asked.days.first and _is_paid(payee, plan, period)
    )


def _is_paid(payee: Payee, plan: PlanInForce, period: Period) -> bool:
    return plan.version(period.days) is not None and bool(payee.days_on_plan(period.days))


def _worked_out(
    payee: Payee, plan: PlanInForce, periods: Iterable[Period], begins: date
) -> tuple[list[Made], bool]:
    """The results of a payee that are new, and whether one of theirs is a failure."""
    made: list[Made] = []
    has_failed = False
    closings = [each.closing for day, each in payee.standing.items() if day < begins]
    for period in periods:
        version = plan.version(period.days)
        was = payee.standing.get(period.days.first)
        is_theirs = was is not None or bool(payee.days_on_plan(period.days))
        if period.days.first < begins or version is None or not is_theirs:
            continue
        result, closing = _result(payee, version, plan, period, closings)
        if result is not None:
            made.append(result)
        has_failed = has_failed or closing.failure is not None
        closings.append(closing)
    return made, has_failed


def _result(
    payee: Payee, version: Version, plan: PlanInForce, period: Period, closings: Sequence[Closing]
) -> tuple[Made | None, Closing]:
    """A new result, if anything has changed, and what the period closes with."""
    pay, failure, loaded_ = None, None, None
    try:
        loaded_ = case_for(payee, version, plan, period, closings)
        inputs = spelled(loaded_.case, version.id, loaded_.base_rates)
    except Incalculable as incalculable:
        failure = incalculable.message
        inputs = refused(failure, version.id, period.days)
    was, hash_ = payee.standing.get(period.days.first), hash_of(inputs)
    if was is not None and was.hash == hash_:
        return None, was.closing
    if loaded_ is not None:
        try:
            pay = calculated(loaded_.case, payee.taken_back)
        except Incalculable as incalculable:
            failure = incalculable.message
    payee.settle(period.days.first, pay.originals if pay else {})
    days = period.days
    closing = Closing.of(days, pay) if pay else Closing(days, failure=failure)
    shared = shared_text(loaded_.case.places, loaded_.case.budgets) if loaded_ else None
    id, number_ = new_id(), 1 if was is None else was.number + 1
    row = (
        id, payee.id, version.id, *period.days, number_, pay.total if pay else None, failure,
        inputs.decode(), hash_, closing_text(closing.totals, closing.openings, shared, failure),
        components_text(version.plan, pay),
        lines_text(pay.lines if pay else ()),
    )  # fmt: skip
    return Made(id, was.id if was else None, row), closing


def _note_later(kept: Kept, payee: Payee, made: Sequence[Made], last: Period) -> None:
    """Whose results of later periods open with what has changed."""
    later = [day for day in payee.standing if day > last.days.last]
    if made and later:
        kept.later[payee.id] = min(later)


# As rows

_SUPERSEDE: Final = """update pay_result set superseded_at = now()
  where org_id = $1 and id = any($2::uuid[])"""
_RESULTS: Final = """insert into pay_result (org_id, plan_id, run_id, currency, id, person_id, plan_version_id,
    starts_on, ends_on, number, total, failure, inputs, inputs_hash, closing, components, lines)
  select $1, $2, $3, $4, each.id, each.person_id, each.version, each.starts_on, each.ends_on, each.number,
    each.total, each.failure, each.inputs, each.hash, each.closing::jsonb, each.components::jsonb,
    each.lines::json
  from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::date[], $9::date[], $10::int[], $11::numeric[],
    $12::text[], $13::text[], $14::bytea[], $15::text[], $16::text[], $17::text[])
    as each (id, person_id, version, starts_on, ends_on, number, total, failure, inputs, hash, closing,
      components, lines)"""


async def _keep(org: UUID, plan: PlanInForce, made: Sequence[Made], run: UUID | None) -> None:
    if not made:
        return
    transaction = current_transaction()
    replaced = [each.replaces for each in made if each.replaces]
    if replaced:
        await transaction.execute_query(_SUPERSEDE, [org, replaced])
    columns = zip(*(each.row for each in made), strict=True)
    about = org, plan.id, run, plan.currency
    await transaction.execute_insert(_RESULTS, [*about, *(list(column) for column in columns)])
