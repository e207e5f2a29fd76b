"""Dry runs: what a version of a plan would have cost, tried on people and days that are past."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Conflict, Faults, Invalid, NotFound
from domain.history import record
from domain.ids import new_id
from domain.incentives import pay_rows
from domain.incentives.pay_models import PayRun, PayRunPart, PayTrialPayee
from domain.incentives.plan_models import PayPlan, PayPlanVersion
from domain.incentives.running import PAYEES, sensible, stopped
from domain.jobs.queue import enqueue
from domain.people.access import organisation_wide

MOST_UNDER_WAY: Final = 3
"""So many trials wait or are under way at once."""
MOST_KEPT: Final = 20
"""So many are kept; whoever asks for a further one forgets the oldest."""


@act
async def try_plan(
    actor: Actor,
    *,
    version_id: UUID,
    starts_on: date,
    ends_on: date,
    plan_id: UUID | None = None,
    payees: Sequence[UUID] | None = None,
    reason: str = "",
) -> UUID:
    """Have it worked out what this version, drafted or published, would have paid for all periods that
    these days touch: to those who were on its plan, or on another one in whose place it might come, or
    to some of them. Of what anybody is paid nothing changes."""
    organisation_wide(actor, Act.PAY_TRY)
    sensible(starts_on, ends_on, payees, reason)
    if ends_on > actor.today:
        raise Invalid("A version is tried on days that have been.", path=("endsOn",))
    version = await PayPlanVersion.get_or_none(org_id=actor.org, id=version_id)
    if version is None:
        raise NotFound("version of a plan", path=("versionId",))
    if version.discarded_at is not None:
        raise Conflict("This draft is discarded: try another.", path=("versionId",))
    plan = await PayPlan.get_or_none(org_id=actor.org, id=plan_id or version.plan_id)
    if plan is None:
        raise NotFound("pay plan", path=("planId",))
    await _comparable(plan, version)
    await _were_on_it(plan, payees, starts_on, ends_on)
    await _make_room(actor)

    trial = await PayRun.add(
        org_id=actor.org,
        id=new_id(),
        tries_id=version.id,
        plan_id=plan.id,
        starts_on=starts_on,
        ends_on=ends_on,
        payees=None if payees is None else sorted(set(payees)),
        reason=reason,
        asked_by_id=actor.person,
    )

    after: dict[str, Any] = {
        "version_id": version.id, "plan_id": plan.id, "starts_on": starts_on, "ends_on": ends_on
    }  # fmt: skip
    await record(
        actor, "pay.trial_asked", "pay_trial", trial.id, after=after, reason=reason or None
    )
    await enqueue(current_transaction(), "pay.run", {"org": actor.org, "run": trial.id})
    return trial.id


@act
async def cancel_pay_trial(actor: Actor, *, trial_id: UUID) -> UUID:
    """Let a trial do no more; what it has worked out stays to be seen."""
    organisation_wide(actor, Act.PAY_TRY)
    trial = await stopped(actor, trial_id, tries=True)
    await record(actor, "pay.trial_cancelled", "pay_trial", trial.id)
    return trial.id


async def _comparable(plan: PayPlan, version: PayPlanVersion) -> None:
    """Raises Invalid for a plan in another currency, or by other periods."""
    if plan.id == version.plan_id:
        return
    own = await PayPlan.get(org_id=plan.org_id, id=version.plan_id)
    if own.currency != plan.currency:
        raise Invalid(
            f"This version pays in {own.currency}, and the plan in {plan.currency}.",
            path=("planId",),
        )
    if own.calendar_id != plan.calendar_id:
        raise Invalid(
            "The two pay by different calendars, so their periods cannot be compared.", path=("planId",)
        )  # fmt: skip


async def _were_on_it(
    plan: PayPlan, payees: Sequence[UUID] | None, starts_on: date, ends_on: date
) -> None:
    """Raises NotFound for each who is named and was not on the plan on these days, and Invalid where
    nobody was."""
    found = await pay_rows.rows(
        PAYEES, org=plan.org_id, plan=plan.id, first=starts_on, last=ends_on,
        payees=None if payees is None else list(payees),
    )  # fmt: skip
    if payees is None:
        if not found:
            raise Invalid(
                "Nobody was on this plan on these days: name the plan in whose place it is tried.",
                path=("planId",),
            )
        return
    on_it = {row["person_id"] for row in found}
    Faults.raised([
        NotFound("person on this plan on these days", path=("payeeIds", str(place)))
        for place, payee in enumerate(payees)
        if payee not in on_it
    ])  # fmt: skip


async def _make_room(actor: Actor) -> None:
    """Forget the oldest. Raises Conflict while too many are not done."""
    trials = PayRun.filter(org_id=actor.org, tries_id__isnull=False)
    if await trials.filter(ended_at__isnull=True).count() >= MOST_UNDER_WAY:
        raise Conflict(
            f"{MOST_UNDER_WAY} dry runs wait or are under way: let one end, or cancel one."
        )
    ended = trials.filter(ended_at__isnull=False).order_by("-asked_at", "-id")
    for old in (await ended)[MOST_KEPT - 1 :]:
        for of in (PayTrialPayee, PayRunPart):
            await of.filter(org_id=actor.org, run_id=old.id).delete()
        await old.delete()
