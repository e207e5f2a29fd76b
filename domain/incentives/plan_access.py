"""Who may see pay plans, and the doors through which actions get them and what belongs to them."""

from typing import TypeVar
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, org_wide
from domain.errors import Conflict, NotFound
from domain.incentives.plan_models import PayAssignment, PayOverride, PayPlan, PayPlanVersion
from domain.people.access import organisation_wide, related
from domain.rows import Row

R = TypeVar("R", bound=Row)


def visible_plan(actor: Actor) -> str:
    """SQL over `{row}`: a plan is seen by those who see all of them, by whoever is or was on it, and
    by the managers above those."""
    return _by_those_on_it(actor, "{row}.id")


def visible_version(actor: Actor) -> str:
    """SQL over `{row}`: whoever sees all plans sees drafts too; anybody else what is published."""
    seen = _by_those_on_it(actor, "{row}.plan_id")
    return seen if seen in ("true", "false") else f"({{row}}.published_at is not null and {seen})"


def visible_template(actor: Actor) -> str:
    """SQL over `{row}`: classic plans are read by whoever sees all plans."""
    return "true" if org_wide(actor, FieldClass.PAY_PLAN) else "false"


def visible_pay(actor: Actor) -> str:
    """SQL over `{row}`: what is agreed with one person is that person's pay."""
    return related(actor, FieldClass.PAY, "{row}.person_id")


def visible_assignment(actor: Actor) -> str:
    """SQL over `{row}`: one of a position is the pay of whoever holds that on one of its days."""
    theirs, held = (
        related(actor, FieldClass.PAY, person) for person in ("{row}.person_id", "held.person_id")
    )
    if theirs in ("true", "false"):
        return theirs
    return (
        f"({theirs} or {{row}}.position_id is not null and exists (select 1 from holding held"
        " where held.org_id = :org::uuid and held.position_id = {row}.position_id"
        " and held.during && daterange({row}.starts_on, {row}.ends_on, '[]')"
        f" and {held}))"
    )


def _by_those_on_it(actor: Actor, plan: str) -> str:
    theirs = related(actor, FieldClass.PAY_PLAN, "assigned.person_id")
    if theirs in ("true", "false"):
        return theirs
    return (
        "exists (select 1 from pay_on_plan assigned where assigned.org_id = :org::uuid"
        f" and assigned.plan_id = {plan} and {theirs})"
    )


async def plan_for(actor: Actor, act: Act, plan_id: UUID) -> PayPlan:
    """A plan in use, locked until the transaction ends, for somebody who may do this act. Raises
    NotPermitted, NotFound, and Conflict for one that is retired."""
    organisation_wide(actor, act)
    plan = await _locked(actor, PayPlan, plan_id, "pay plan", "planId")
    if plan.retired_at is not None:
        raise Conflict("This plan is retired.", path=("planId",))
    return plan


async def draft_for(actor: Actor, act: Act, version_id: UUID) -> tuple[PayPlan, PayPlanVersion]:
    """A version that is not published, and its plan, both locked, for somebody who may do this act.
    Raises NotPermitted, NotFound, and Conflict for what is published, discarded or retired."""
    organisation_wide(actor, act)
    version = await _locked(actor, PayPlanVersion, version_id, "version of a plan", "versionId")
    plan = await plan_for(actor, act, version.plan_id)
    if version.published_at is not None:
        raise Conflict(
            "This version is published, and what is published is never changed: draft another.",
            path=("versionId",),
        )
    if version.discarded_at is not None:
        raise Conflict("This draft is discarded: draft another.", path=("versionId",))
    return plan, version


async def assignment_for(actor: Actor, assignment_id: UUID) -> PayAssignment:
    """An assignment, locked, for somebody who assigns people. Raises NotPermitted and NotFound."""
    organisation_wide(actor, Act.PAY_PLAN_ASSIGN)
    return await _locked(actor, PayAssignment, assignment_id, "assignment", "assignmentId")


async def override_for(actor: Actor, override_id: UUID) -> PayOverride:
    """An override, locked, for somebody who agrees them. Raises NotPermitted and NotFound."""
    organisation_wide(actor, Act.PAY_PLAN_OVERRIDE)
    return await _locked(actor, PayOverride, override_id, "override", "overrideId")


async def _locked(actor: Actor, model: type[R], row_id: UUID, kind: str, path: str) -> R:
    rows = model.filter(org_id=actor.org, id=row_id)
    row = await rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound(kind, path=(path,))
    return row
