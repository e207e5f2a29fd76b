"""Who is on which plan, when, for what; and what is agreed with one person alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
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
from domain.incentives import pay_rows
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
from domain.people.models import Person, Position


@act
async def assign_plan(
    actor: Actor,
    *,
    plan_id: UUID,
    people: Sequence[Payee],
    starts_on: date,
    ends_on: date | None = None,
) -> UUID:
    """Put people on a plan from a day on, or whoever holds a position, all of them or nobody. Somebody
    may be on several plans at once, and on the same one once: as far as that can be seen now it is
    refused, and where holdings change later one's own assignment goes before those of positions."""
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
            position_id=payee.position_id,
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
                "position_id": row.position_id,
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
    """Say on which day somebody, or a position, is on a plan for the last time."""
    assignment = await assignment_for(actor, assignment_id)
    not_oneself(actor.person, assignment.person_id, path=("assignmentId",))
    if assignment.position_id is not None:
        of = [assignment.position_id]
        held = await _held_by(actor, of, assignment.starts_on, assignment.ends_on)
        not_oneself(actor.person, actor.person if held else None, path=("assignmentId",))
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


# Of whoever is named: on which of these days they are on the plan already, and by whom a position is held
# who is, or who is named as well.
_ALREADY: Final = """select on_it.person_id as named, null as holder, on_it.starts_on, on_it.ends_on
  from pay_on_plan on_it
  where on_it.org_id = :org::uuid and on_it.plan_id = :plan::uuid and on_it.person_id = any(:people::uuid[])
    and daterange(on_it.starts_on, on_it.ends_on, '[]') && daterange(:first::date, :last::date, '[]')
  union all
  select term.position_id, null, term.starts_on, term.ends_on
  from pay_assignment term
  where term.org_id = :org::uuid and term.plan_id = :plan::uuid and term.position_id = any(:positions::uuid[])
    and daterange(term.starts_on, term.ends_on, '[]') && daterange(:first::date, :last::date, '[]')
  union all
  select held.position_id, person.name, on_it.starts_on, on_it.ends_on
  from holding held
  join person on person.org_id = :org::uuid and person.id = held.person_id
  join pay_on_plan on_it on on_it.org_id = :org::uuid and on_it.plan_id = :plan::uuid
    and on_it.person_id = held.person_id
    and daterange(on_it.starts_on, on_it.ends_on, '[]') * held.during && daterange(:first::date, :last::date, '[]')
  where held.org_id = :org::uuid and held.position_id = any(:positions::uuid[])
  union all
  select held.position_id, person.name, :first::date, :last::date
  from holding held
  join person on person.org_id = :org::uuid and person.id = held.person_id
  where held.org_id = :org::uuid and held.position_id = any(:positions::uuid[])
    and held.person_id = any(:people::uuid[]) and held.during && daterange(:first::date, :last::date, '[]')
  order by starts_on desc"""
_HELD: Final = """select held.position_id from holding held
  where held.org_id = :org::uuid and held.person_id = :person::uuid and held.position_id = any(:positions::uuid[])
    and held.during && daterange(:first::date, :last::date, '[]')"""
_ON_PLAN: Final = """select 1 from pay_on_plan on_it
  where on_it.org_id = :org::uuid and on_it.plan_id = :plan::uuid and on_it.person_id = :person::uuid
    and daterange(on_it.starts_on, on_it.ends_on, '[]') && daterange(:first::date, :last::date, '[]')"""


async def _faults_of(
    actor: Actor, plan: PayPlan, people: Sequence[Payee], starts_on: date, ends_on: date | None
) -> list[Refusal]:
    named = [payee.person_id or payee.position_id for payee in people]
    ids = [payee.person_id for payee in people if payee.person_id is not None]
    positions = [payee.position_id for payee in people if payee.position_id is not None]
    here = await _locked_ids(Person, plan, ids) | await _locked_ids(Position, plan, positions)
    about = {"people": ids, "positions": positions, "first": starts_on, "last": ends_on}
    found_on_it = await pay_rows.rows(_ALREADY, org=plan.org_id, plan=plan.id, **about)
    on_it = {row["named"]: row for row in found_on_it}
    theirs = await _held_by(actor, positions, starts_on, ends_on)
    found: list[Refusal] = []
    for place, payee in enumerate(people):
        of = "person" if payee.position_id is None else "position"
        path, where = ("people", str(place)), ("people", str(place), f"{of}Id")
        if (payee.person_id is None) == (payee.position_id is None):
            found.append(Invalid("Name either a person or a position.", path=path))
            continue
        try:
            is_own = payee.person_id == actor.person or payee.position_id in theirs
            not_oneself(actor.person, actor.person if is_own else None, path=where)
            sound_amount(payee.target_incentive, path=(*path, "targetIncentive"))
        except (Invalid, NotPermitted) as refused:
            found.append(refused)
        if named[place] not in here:
            found.append(NotFound(of, path=where))
        if named[place] in named[:place]:
            found.append(Invalid("Each can be named once.", path=where))
        if (row := on_it.get(named[place])) is not None:
            found.append(Conflict(_on_it(row), path=where))
    return found


def _on_it(row: Mapping[str, Any]) -> str:
    until = "" if row["ends_on"] is None else f" until {row['ends_on']}"
    if row["holder"] is None:
        return f"They are on this plan from {row['starts_on']} on{until}."
    return (
        f"{row['holder']}, who holds this position, is on this plan from {row['starts_on']} on{until}"
        " without it."
    )


async def _locked_ids(
    model: type[Person] | type[Position], plan: PayPlan, ids: Sequence[UUID]
) -> set[UUID]:
    rows = model.filter(org_id=plan.org_id, id__in=list(ids)).order_by("id")
    return {row.id for row in await rows.select_for_update(no_key=True)}


async def _held_by(
    actor: Actor, positions: Sequence[UUID], starts_on: date, ends_on: date | None
) -> set[UUID]:
    """Those of the positions that whoever asks holds on any of these days."""
    about = {"person": actor.person, "positions": list(positions)}
    days = {"first": starts_on, "last": ends_on}
    return {
        row["position_id"] for row in await pay_rows.rows(_HELD, org=actor.org, **about, **days)
    }


async def _is_on(plan: PayPlan, person: UUID, starts_on: date, ends_on: date | None) -> bool:
    """Whether somebody is on the plan on any of these days, by name or by a position."""
    about = {"plan": plan.id, "person": person, "first": starts_on, "last": ends_on}
    return bool(await pay_rows.rows(_ON_PLAN, org=plan.org_id, **about))
