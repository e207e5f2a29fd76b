"""Who is on which plan, when, for what; and what is agreed with one person alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Conflict, Faults, Invalid, NotFound, NotPermitted, Refusal
from domain.goals.rules import sound_text
from domain.history import record, record_each
from domain.history.recording import Happened
from domain.ids import new_id
from domain.incentives.documents import plan_of
from domain.incentives.plan_access import assignment_for, override_for, plan_for
from domain.incentives.plan_models import (
    OverrideKind,
    PayAssignment,
    PayOverride,
    PayPlan,
    PayPlanVersion,
)
from domain.incentives.plan_rules import (
    MOST_PEOPLE,
    AssignmentChanged,
    OverrideChanged,
    Payee,
    not_oneself,
    sound_amount,
    sound_days,
    sound_override,
)
from domain.people.models import Person


@act
async def assign_plan(
    actor: Actor,
    *,
    plan_id: UUID,
    people: Sequence[Payee],
    starts_on: date,
    ends_on: date | None = None,
) -> UUID:
    """Put people on a plan from a day on, all of them or nobody. Somebody may be on several plans at
    once, and on the same one once."""
    plan = await plan_for(actor, Act.PAY_PLAN_ASSIGN, plan_id)
    sound_days(starts_on, ends_on)
    await _pays_from(plan, starts_on)
    if not 1 <= len(people) <= MOST_PEOPLE:
        raise Invalid(f"Between 1 and {MOST_PEOPLE} people at once.", path=("people",))
    Faults.raised(await _faults_of(actor, plan, people, starts_on, ends_on))

    now = datetime.now(UTC)
    made = [
        PayAssignment(
            org_id=actor.org,
            id=new_id(),
            plan_id=plan.id,
            person_id=payee.person_id,
            starts_on=starts_on,
            ends_on=ends_on,
            target_incentive=payee.target_incentive,
            created_by_id=actor.person,
            updated_at=now,
        )
        for payee in people
    ]
    await PayAssignment.bulk_create(made)

    days = {"starts_on": starts_on, "ends_on": ends_on}
    each = [
        Happened(
            row.id,
            after={
                "plan_id": plan.id,
                "person_id": row.person_id,
                "target_incentive": row.target_incentive,
                **days,
            },
        )
        for row in made
    ]
    await record_each(actor, "pay_assignment.made", "pay_assignment", each)
    return plan.id


@act
async def end_assignment(
    actor: Actor, *, assignment_id: UUID, expected_version: int, ends_on: date
) -> UUID:
    """Say on which day somebody is on a plan for the last time."""
    assignment = await assignment_for(actor, assignment_id)
    not_oneself(actor.person, assignment.person_id, path=("assignmentId",))
    AssignmentChanged.since(expected_version, assignment.version)
    sound_days(assignment.starts_on, ends_on)

    before = {"ends_on": assignment.ends_on}
    try:
        await assignment.change(
            ends_on=ends_on, version=assignment.version + 1, updated_at=datetime.now(UTC)
        )
    except IntegrityError:
        raise Conflict("They are on this plan again before that day.", path=("endsOn",)) from None

    await record(
        actor,
        "pay_assignment.ended",
        "pay_assignment",
        assignment.id,
        before=before,
        after={"ends_on": ends_on},
    )
    return assignment.id


@act
async def set_override(
    actor: Actor,
    *,
    plan_id: UUID,
    person_id: UUID,
    kind: OverrideKind,
    value: Decimal,
    starts_on: date,
    reason: str,
    key: str = "",
    ends_on: date | None = None,
    id: UUID | None = None,
) -> UUID:
    """Agree with one person alone what holds for them in place of what the plan, or their goal, says."""
    plan = await plan_for(actor, Act.PAY_PLAN_OVERRIDE, plan_id)
    not_oneself(actor.person, person_id, path=("personId",))
    sound_days(starts_on, ends_on)
    if not await _is_on(plan, person_id, starts_on, ends_on):
        raise NotFound("person on this plan on these days", path=("personId",))
    published = await PayPlanVersion.filter(
        org_id=actor.org, plan_id=plan.id, published_at__isnull=False
    )
    values: dict[str, Any] = {
        "plan_id": plan.id,
        "person_id": person_id,
        "kind": kind,
        "key": key,
        "value": sound_override(
            kind, key, value, [plan_of(plan.key, each.terms) for each in published]
        ),
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    reason = sound_text(reason, longest=1000, path="reason")

    try:
        override = await PayOverride.add(
            org_id=actor.org, id=id or new_id(), reason=reason, created_by_id=actor.person, **values
        )
    except IntegrityError:
        raise Conflict(
            "Something of this kind is agreed for some of these days: end that first.",
            path=("startsOn",),
        ) from None

    await record(
        actor, "pay_override.set", "pay_override", override.id, after=values, reason=reason
    )
    return override.id


@act
async def end_override(
    actor: Actor, *, override_id: UUID, expected_version: int, ends_on: date, reason: str
) -> UUID:
    """Say until which day what was agreed with one person alone holds."""
    override = await override_for(actor, override_id)
    not_oneself(actor.person, override.person_id, path=("overrideId",))
    OverrideChanged.since(expected_version, override.version)
    sound_days(override.starts_on, ends_on)
    reason = sound_text(reason, longest=1000, path="reason")

    before = {"ends_on": override.ends_on}
    try:
        await override.change(
            ends_on=ends_on, version=override.version + 1, updated_at=datetime.now(UTC)
        )
    except IntegrityError:
        raise Conflict(
            "Something of this kind is agreed anew before that day.", path=("endsOn",)
        ) from None

    await record(
        actor,
        "pay_override.ended",
        "pay_override",
        override.id,
        before=before,
        after={"ends_on": ends_on},
        reason=reason,
    )
    return override.id


async def _pays_from(plan: PayPlan, day: date) -> None:
    """Raises Conflict for a day on which nothing of the plan is published."""
    published = PayPlanVersion.filter(
        org_id=plan.org_id, plan_id=plan.id, published_at__isnull=False
    )
    first = await published.order_by("begins_on").first()
    if first is None:
        raise Conflict("No version of this plan is published yet.", path=("planId",))
    if day < first.begins_on:
        raise Conflict(
            f"The first version of this plan begins on {first.begins_on}.", path=("startsOn",)
        )


async def _faults_of(
    actor: Actor, plan: PayPlan, people: Sequence[Payee], starts_on: date, ends_on: date | None
) -> list[Refusal]:
    ids = [payee.person_id for payee in people]
    here = set(
        await Person.filter(org_id=actor.org, id__in=ids)
        .select_for_update(no_key=True)
        .values_list("id", flat=True)
    )
    on_it = {
        row.person_id: row
        for row in await PayAssignment.filter(
            org_id=actor.org, plan_id=plan.id, person_id__in=ids
        ).order_by("-starts_on")
        if (ends_on is None or row.starts_on <= ends_on)
        and (row.ends_on is None or starts_on <= row.ends_on)
    }
    found: list[Refusal] = []
    for place, payee in enumerate(people):
        path = ("people", str(place))
        try:
            not_oneself(actor.person, payee.person_id, path=(*path, "personId"))
            sound_amount(payee.target_incentive, path=(*path, "targetIncentive"))
        except (Invalid, NotPermitted) as refused:
            found.append(refused)
        if payee.person_id not in here:
            found.append(NotFound("person", path=(*path, "personId")))
        if payee.person_id in ids[:place]:
            found.append(Invalid("Each can be named once.", path=(*path, "personId")))
        if (row := on_it.get(payee.person_id)) is not None:
            until = "" if row.ends_on is None else f" until {row.ends_on}"
            found.append(
                Conflict(
                    f"They are on this plan from {row.starts_on} on{until}.",
                    path=(*path, "personId"),
                )
            )
    return found


async def _is_on(plan: PayPlan, person: UUID, starts_on: date, ends_on: date | None) -> bool:
    """Whether somebody is on the plan on any of these days."""
    theirs = PayAssignment.filter(org_id=plan.org_id, plan_id=plan.id, person_id=person)
    return any(
        (ends_on is None or row.starts_on <= ends_on)
        and (row.ends_on is None or starts_on <= row.ends_on)
        for row in await theirs
    )
