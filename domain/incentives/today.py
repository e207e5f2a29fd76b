"""The case of somebody's pay for the period that today is in, as it would be worked out now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from auth.actor import Actor
from domain.errors import Invalid
from domain.incentives import pay_rows
from domain.incentives.calculating import calculated
from domain.incentives.cases import Case, Credit, Incalculable
from domain.incentives.loading import Closing, Payee, case_for, loaded
from domain.incentives.pay_access import visible
from domain.incentives.periods import Days, Period
from domain.incentives.plan_in_force import PlanInForce, Version, plan_in_force
from domain.incentives.sharing import Shared
from domain.sql import viewer

# Who may see no pay of theirs learns no more of a person than of one that does not exist. Assignments
# are no pay and have no lock of their own, so the second lock on pay is asked for here.
_PLANS: Final = """select distinct term.plan_id from pay_on_plan term
  where term.org_id = :org::uuid and term.person_id = :payee::uuid
    and term.starts_on <= :today::date and coalesce(term.ends_on, :today::date) >= :today::date
    and (:plan::uuid is null or term.plan_id = :plan::uuid) and {visible}
    and sees_pay(term.org_id, term.person_id)
  order by term.plan_id"""
_DUE: Final = """select pay_due.since_day from pay_due
  where pay_due.org_id = :org::uuid and pay_due.id = :payee::uuid"""


@dataclass(frozen=True, slots=True)
class Today:
    """A payee on a plan, in the period that today is in, of which they are on it for some days."""

    payee: UUID
    plan: PlanInForce
    version: Version
    period: Period
    on_plan: Sequence[Days]
    shared: Shared
    case: Case | None
    failure: str | None
    """Why no case can be put together."""

    def case_with(self, credits: Sequence[Credit]) -> Case:
        """The case if these were credited as well, in the place of today and of what is left of budgets.
        Raises Incalculable."""
        assert self.case is not None  # or there is nothing to ask
        budgets = self.case.budgets
        if self.shared.pools:
            budgets = self.shared.budgets_if(self.payee, self.period, credits)
        return replace(self.case, credits=(*self.case.credits, *credits), budgets=budgets)

    def is_on_plan(self, on: date) -> bool:
        return any(days.first <= on <= days.last for days in self.on_plan)


async def plan_today(actor: Actor, payee: UUID, plan_id: UUID | None) -> UUID | None:
    """The plan that somebody is on today. None where there is nobody of that id who is on one and whose
    pay the caller sees. Raises Invalid where there are several, and none is named.

    Reads in the current transaction, which is the reader's.
    """
    text = _PLANS.replace("{visible}", visible(actor).replace("{row}", "term"))
    values = {**viewer(actor), "payee": payee, "plan": plan_id}
    plans: list[UUID] = [row["plan_id"] for row in await pay_rows.rows(text, **values)]
    if len(plans) > 1:
        raise Invalid("They are on more than one plan today: name one.", path=("planId",))
    return plans[0] if plans else None


async def case_today(actor: Actor, payee: UUID, plan_id: UUID) -> Today:
    """Of somebody whose pay the caller sees. Raises Invalid where the plan pays for no period that today
    is in, or has no version.

    Reads in the current transaction, which sees everybody's: who is in which place is among them all.
    """
    plan = await plan_in_force(actor.org, plan_id, actor.today, actor.today)
    period = next(iter(plan.within(actor.today, actor.today)), None)
    version = None if period is None else plan.version(period.days)
    if period is None or version is None:
        what = "pays for no period that today is in" if period is None else "is not published yet"
        raise Invalid(f"The plan {what}.", path=("planId",))
    years = plan.within(period.year.first, period.days.last)
    [found] = await loaded(actor.org, plan, [payee], years, locked=False)
    due = await pay_rows.rows(_DUE, org=actor.org, payee=payee)
    try:
        closings = _closings(found, plan, years, due[0]["since_day"] if due else None)
        case, failure = case_for(found, version, plan, period, closings).case, None
    except Incalculable as incalculable:
        case, failure = None, incalculable.message
    on_plan = [days for days, _ in found.days_on_plan(period.days)]
    return Today(payee, plan, version, period, on_plan, found.shared, case, failure)


def _closings(
    payee: Payee, plan: PlanInForce, year: Sequence[Period], due: date | None
) -> list[Closing]:
    """What earlier periods close with: as is kept of them, and those of the year worked out here where
    something has changed since, or nothing is kept."""
    begins = year[0].days.first
    closings = [each.closing for day, each in payee.standing.items() if day < begins]
    stale = False
    for period in year[:-1]:
        standing = payee.standing.get(period.days.first)
        version = plan.version(period.days)
        if version is None or not (standing or payee.days_on_plan(period.days)):
            continue
        stale = stale or standing is None or (due is not None and due <= period.days.last)
        if standing is not None and not stale:
            closings.append(standing.closing)
        else:
            closings.append(_closing(payee, version, plan, period, closings))
    return closings


def _closing(
    payee: Payee, version: Version, plan: PlanInForce, period: Period, closings: Sequence[Closing]
) -> Closing:
    days = period.days
    try:
        case = case_for(payee, version, plan, period, closings).case
        pay = calculated(case, payee.taken_back)
    except Incalculable as incalculable:
        return Closing(days, failure=incalculable.message)
    payee.settle(days.first, pay.originals)
    return Closing.of(days, pay)
