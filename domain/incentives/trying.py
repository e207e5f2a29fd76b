"""What past periods would have paid by another version of a plan, beside what they did pay.

By the road that pay goes: the same cases, worked out by the same function, with the version that is
tried in place of those in force, from the beginning of the year on, so that each period opens with what
the one before it closed with by that version. Of what people are paid nothing is touched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson

from domain.incentives import pay_rows
from domain.incentives.calculating import calculated
from domain.incentives.cases import CAP_OF_PLAN, Incalculable
from domain.incentives.documents import plan_of
from domain.incentives.loading import Closing, Payee, case_for, loaded
from domain.incentives.pay_models import PayRun
from domain.incentives.periods import Period
from domain.incentives.plan_in_force import PlanInForce, Version, plan_in_force

ZERO: Final = Decimal(0)

_TRIED: Final = """select plan.key, version.terms::text as terms
  from pay_plan_version version
  join pay_plan plan on plan.org_id = :org::uuid and plan.id = version.plan_id
  where version.org_id = :org::uuid and version.id = :version::uuid"""
_PAID: Final = """select result.person_id, result.starts_on, result.total, result.failure, part.key, part.name,
    part.amount
  from pay_result result
  left join pay_component part on part.org_id = :org::uuid and part.result_id = result.id
  where result.org_id = :org::uuid and result.plan_id = :plan::uuid and result.superseded_at is null
    and result.person_id = any(:payees::uuid[]) and result.starts_on between :first::date and :last::date
  order by result.person_id, result.starts_on, part.place"""
_KEEP: Final = """insert into pay_trial_payee (org_id, id, run_id, person_id, paid, tried, difference, currency,
    failure, components)
  select :org::uuid, gen_random_uuid(), :run::uuid, each.person_id, each.paid, each.tried, each.tried - each.paid,
    :currency::text, each.failure, each.components::jsonb
  from unnest(:people::uuid[], :paid::numeric[], :tried::numeric[], :failures::text[], :components::text[])
    as each (person_id, paid, tried, failure, components)
  returning 1"""


@dataclass(slots=True)
class Sum:
    """What some periods come to by one version: in all, and by component. `failure` says of which
    period that is not known, and why."""

    total: Decimal = ZERO
    components: dict[str, Decimal] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    failure: str | None = None

    def add(self, key: str, name: str, amount: Decimal) -> None:
        self.components[key] = self.components.get(key, ZERO) + amount
        self.names.setdefault(key, name)


async def try_out(run: PayRun, version_id: UUID, plan_id: UUID, payees: Sequence[UUID]) -> int:
    """Keep what each of these payees of a plan would have been paid by this version in all periods that
    the run's days touch, beside what they were; of how many that is not known."""
    org = run.org_id
    tried = await _tried(org, version_id)
    in_force = await plan_in_force(org, plan_id, run.starts_on, run.ends_on)
    plan = replace(in_force, versions=[tried])
    asked = plan.within(run.starts_on, run.ends_on)
    periods = plan.within(asked[0].year.first, asked[-1].days.last) if asked else []
    found = await pay_rows.rows(
        _PAID, org=org, plan=plan_id, payees=list(payees),
        first=asked[0].days.first if asked else run.starts_on, last=run.ends_on,
    )  # fmt: skip
    paid = pay_rows.by_person(found)
    outcomes = [
        (payee.id, _was_paid(paid.get(payee.id, ())), _would_be_paid(payee, tried, plan, periods, asked))
        for payee in await loaded(org, plan, payees, periods, locked=False)
    ]  # fmt: skip
    await _keep(run, plan.currency, outcomes)
    return sum(_failure(was, would) is not None for _, was, would in outcomes)


async def _tried(org: UUID, version_id: UUID) -> Version:
    """The version, as if it had always been in force."""
    [row] = await pay_rows.rows(_TRIED, org=org, version=version_id)
    return Version(version_id, date.min, plan_of(row["key"], orjson.loads(row["terms"])))


def _was_paid(rows: Sequence[Mapping[str, Any]]) -> Sum:
    whole, counted = Sum(), set()
    for row in rows:
        if row["failure"] is not None and whole.failure is None:
            whole.failure = (
                f"What was paid from {row['starts_on']} on is not known: {row['failure']}"
            )
        if row["starts_on"] not in counted:
            counted.add(row["starts_on"])
            whole.total += row["total"] or ZERO
        if row["key"] is not None:
            whole.add(row["key"], row["name"], row["amount"])
    return whole


def _would_be_paid(
    payee: Payee, tried: Version, plan: PlanInForce, periods: Sequence[Period], asked: Sequence[Period]
) -> Sum:  # fmt: skip
    whole = Sum()
    closings: list[Closing] = []
    names = {component.key: component.name for component in tried.plan.components}
    for period in periods:
        if not payee.days_on_plan(period.days):
            continue
        try:
            case = case_for(payee, tried, plan, period, closings).case
            pay = calculated(case, payee.taken_back)
        except Incalculable as incalculable:
            closings.append(Closing(period.days, failure=incalculable.message))
            payee.settle(period.days.first, {})
            if period in asked and whole.failure is None:
                whole.failure = f"From {period.days.first} on: {incalculable.message}"
            continue
        closings.append(Closing.of(period.days, pay))
        payee.settle(period.days.first, pay.originals)
        if period in asked:
            whole.total += pay.total
            for outcome in pay.outcomes:
                whole.add(outcome.component, names[outcome.component], outcome.amount)
            if pay.capped:
                whole.add("", CAP_OF_PLAN, pay.capped)
    return whole


def _failure(was: Sum, would: Sum) -> str | None:
    return would.failure or was.failure


async def _keep(run: PayRun, currency: str, outcomes: Sequence[tuple[UUID, Sum, Sum]]) -> None:
    if not outcomes:
        return
    await pay_rows.rows(
        _KEEP,
        org=run.org_id,
        run=run.id,
        currency=currency,
        people=[payee for payee, _, _ in outcomes],
        paid=[None if was.failure else was.total for _, was, _ in outcomes],
        tried=[None if would.failure else would.total for _, _, would in outcomes],
        failures=[_failure(was, would) for _, was, would in outcomes],
        components=[
            "[]" if _failure(was, would) else orjson.dumps(_components(was, would)).decode()
            for _, was, would in outcomes
        ],
    )


def _components(was: Sum, would: Sum) -> list[dict[str, str]]:
    """Those of the version tried first, each beside what its namesake paid."""
    return [
        {
            "key": key,
            "name": name,
            "paid": str(was.components.get(key, ZERO)),
            "tried": str(would.components.get(key, ZERO)),
        }
        for key, name in {**was.names, **would.names}.items()
    ]
