"""Templates of goals and ramps for new people: what comp administrators define for everybody."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor, Role
from auth.permissions import Act
from domain.acts import act
from domain.errors import Conflict, Invalid, NotFound
from domain.goals.form_models import GoalTemplate, GoalTemplateKpi, Ramp
from domain.goals.form_rules import Kpi, TemplateChanged
from domain.goals.proration_rules import sound_steps
from domain.goals.rules import sound_target, sound_text
from domain.goals.sharing import sound_lines
from domain.history import record
from domain.ids import new_id
from domain.measures.access import unit_of
from domain.measures.models import MeasureUnit
from domain.money import in_whole_units
from domain.people.access import organisation_wide
from domain.people.models import Organisation

T = TypeVar("T", GoalTemplate, Ramp)


@act
async def define_template(
    actor: Actor,
    *,
    name: str,
    goal_name: str,
    measure: str,
    for_role: Role | None = None,
    description: str = "",
    target: Decimal | None = None,
    no_parent_reason: str | None = None,
    kpis: Sequence[Kpi] = (),
    id: UUID | None = None,
) -> UUID:
    """Say once what many people's goals are to be, with the lines by which each is scored, if any;
    without a target each gets their own."""
    organisation_wide(actor, Act.GOAL_FORMS_ADMINISTER)
    unit = await unit_of(actor, measure)
    organisation = await Organisation.get(org_id=actor.org)
    currency = organisation.currency if unit is MeasureUnit.MONEY else None
    values = {
        "name": sound_text(name, longest=100, path="name"),
        "for_role": for_role,
        "goal_name": sound_text(goal_name, longest=200, path="goalName"),
        "description": sound_text(description, longest=4000, path="description", required=False),
        "measure": measure,
        "target": None
        if target is None
        else in_whole_units(sound_target(target), currency, path="target"),
        "currency": currency,
        "no_parent_reason": None
        if no_parent_reason is None
        else sound_text(no_parent_reason, longest=1000, path="noParentReason"),
    }

    measures = await sound_lines(actor, kpis)

    template = await _added(GoalTemplate, actor, id, values)
    for place, kpi in enumerate(kpis, 1):
        is_money = measures[kpi.measure].unit == MeasureUnit.MONEY
        await GoalTemplateKpi.add(
            org_id=actor.org,
            id=new_id(),
            template_id=template.id,
            place=place,
            measure=kpi.measure,
            weight=kpi.weight,
            currency=organisation.currency if is_money else None,
            threshold=kpi.threshold,
            target=kpi.target,
            stretch=kpi.stretch,
            threshold_score=kpi.threshold_score,
            target_score=kpi.target_score,
            stretch_score=kpi.stretch_score,
        )

    after = values | {"lines": len(kpis)}
    await record(actor, "goal_template.defined", "goal_template", template.id, after=after)
    return template.id


@act
async def change_template(
    actor: Actor,
    *,
    template_id: UUID,
    expected_version: int,
    name: str | None = None,
    goal_name: str | None = None,
    description: str | None = None,
    target: Decimal | None = None,
) -> UUID:
    """Say something of a template anew, for goals to come; those that were made of it stay."""
    template = await _in_use(GoalTemplate, actor, template_id, "goal template", "templateId")
    TemplateChanged.since(expected_version, template.version)

    after: dict[str, Any] = {}
    if name is not None:
        after["name"] = sound_text(name, longest=100, path="name")
    if goal_name is not None:
        after["goal_name"] = sound_text(goal_name, longest=200, path="goalName")
    if description is not None:
        after["description"] = sound_text(
            description, longest=4000, path="description", required=False
        )
    if target is not None:
        after["target"] = in_whole_units(sound_target(target), template.currency, path="target")
    if not after:
        raise Invalid("Say what is to change.")
    before = {key: getattr(template, key) for key in after}
    try:
        await template.change(version=template.version + 1, updated_at=datetime.now(UTC), **after)
    except IntegrityError:
        raise _taken(after["name"]) from None

    await record(
        actor, "goal_template.changed", "goal_template", template.id, before=before, after=after
    )
    return template.id


@act
async def retire_template(actor: Actor, *, template_id: UUID, expected_version: int) -> UUID:
    """Make no more goals of a template."""
    template = await _in_use(GoalTemplate, actor, template_id, "goal template", "templateId")

    TemplateChanged.since(expected_version, template.version)
    now = datetime.now(UTC)
    await template.change(retired_at=now, version=template.version + 1, updated_at=now)

    await record(actor, "goal_template.retired", "goal_template", template.id)
    return template.id


@act
async def define_ramp(
    actor: Actor, *, name: str, steps: Sequence[Decimal], id: UUID | None = None
) -> UUID:
    """Say which share of a target counts in each month of somebody's tenure."""
    organisation_wide(actor, Act.GOAL_FORMS_ADMINISTER)
    values = {"name": sound_text(name, longest=100, path="name"), "steps": sound_steps(steps)}

    ramp = await _added(Ramp, actor, id, values)

    await record(actor, "ramp.defined", "ramp", ramp.id, after=values)
    return ramp.id


@act
async def retire_ramp(actor: Actor, *, ramp_id: UUID) -> UUID:
    """Reduce no more targets by a ramp; those that are stay so."""
    ramp = await _in_use(Ramp, actor, ramp_id, "ramp", "rampId")

    now = datetime.now(UTC)
    await ramp.change(retired_at=now, version=ramp.version + 1, updated_at=now)

    await record(actor, "ramp.retired", "ramp", ramp.id)
    return ramp.id


async def _added(model: type[T], actor: Actor, id: UUID | None, values: dict[str, Any]) -> T:
    try:
        return await model.add(org_id=actor.org, id=id or new_id(), **values)
    except IntegrityError:
        raise _taken(values["name"]) from None


async def _in_use(model: type[T], actor: Actor, row_id: UUID, kind: str, path: str) -> T:
    organisation_wide(actor, Act.GOAL_FORMS_ADMINISTER)
    rows = model.filter(org_id=actor.org, id=row_id)
    row = await rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound(kind, path=(path,))
    if row.retired_at is not None:
        raise Conflict("This is retired already.", path=(path,))
    return row


def _taken(name: str) -> Conflict:
    return Conflict(f"There is one called {name!r} already.", path=("name",))
