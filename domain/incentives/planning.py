"""Pay plans: defined, drafted in versions, published by somebody else than who wrote them, retired."""

from asyncio import to_thread
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.calendars.access import calendar_seen
from domain.errors import Conflict, Invalid
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.incentives.documents import plan_of
from domain.incentives.plan_access import draft_for, plan_for
from domain.incentives.plan_models import PayAssignment, PayPlan, PayPlanVersion
from domain.incentives.plan_rules import (
    Drafted,
    PayPlanChanged,
    PlanVersionChanged,
    drafted,
    may_publish,
    publishable,
    sound_day,
    sound_plan_key,
)
from domain.incentives.templates import PlanTemplate, template_text
from domain.incentives.wording import changes
from domain.measures.access import measures_in_use
from domain.people.access import organisation_wide
from domain.people.models import Organisation


@act
async def define_plan(
    actor: Actor,
    *,
    key: str,
    name: str,
    begins_on: date,
    text: str | None = None,
    template: PlanTemplate | None = None,
    calendar_id: UUID | None = None,
    note: str = "",
    id: UUID | None = None,
) -> UUID:
    """Begin a plan with a draft of its first version: from a document, whose currency is the plan's,
    or from a classic plan in the organisation's currency."""
    organisation_wide(actor, Act.PAY_PLAN_DRAFT)
    sound_plan_key(key)
    name = sound_text(name, longest=100, path="name")
    if calendar_id is not None:
        await calendar_seen(actor, calendar_id)
    draft = await _drafted(actor, key, await _text(actor, text, template))

    values: dict[str, Any] = {
        "key": key,
        "name": name,
        "currency": draft.plan.currency,
        "calendar_id": calendar_id,
    }
    try:
        plan = await PayPlan.add(org_id=actor.org, id=id or new_id(), **values)
    except IntegrityError:
        raise Conflict(f"There is a plan called {key!r} already.", path=("key",)) from None
    await record(actor, "pay_plan.defined", "pay_plan", plan.id, after=values)
    await _add_version(actor, plan, 1, draft, begins_on, note)
    return plan.id


@act
async def draft_version(
    actor: Actor,
    *,
    plan_id: UUID,
    text: str,
    begins_on: date,
    note: str = "",
    id: UUID | None = None,
) -> UUID:
    """Draft a further version of a plan; nobody is paid by it before it is published."""
    plan = await plan_for(actor, Act.PAY_PLAN_DRAFT, plan_id)
    draft = await _drafted(actor, plan.key, text, currency=plan.currency)

    number = 1 + await PayPlanVersion.filter(org_id=actor.org, plan_id=plan.id).count()
    return await _add_version(actor, plan, number, draft, begins_on, note, id)


@act
async def change_draft(
    actor: Actor,
    *,
    version_id: UUID,
    expected_version: int,
    text: str | None = None,
    begins_on: date | None = None,
    note: str | None = None,
) -> UUID:
    """Change a version before it is published. Whoever does so has written in it, too."""
    plan, version = await draft_for(actor, Act.PAY_PLAN_DRAFT, version_id)
    PlanVersionChanged.since(expected_version, version.version)
    if text is None and begins_on is None and note is None:
        raise Invalid("Say what is to change.")

    day = begins_on or version.begins_on
    whole = version.text if text is None else text
    draft = await _drafted(actor, plan.key, whole, currency=plan.currency)
    said = version.note if note is None else _sound_note(note)
    before = {"text": version.text, "begins_on": version.begins_on, "note": version.note}
    after = {"text": draft.text, "begins_on": day, "note": said}
    await version.change(
        **await _checked(actor, plan, draft, day),
        note=said,
        written_by=_with_writer(version.written_by, actor),
        version=version.version + 1,
        updated_at=datetime.now(UTC),
    )

    changed = [name for name in after if after[name] != before[name]]
    await record(
        actor,
        "pay_plan_version.changed",
        "pay_plan_version",
        version.id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return version.id


@act
async def discard_draft(actor: Actor, *, version_id: UUID, expected_version: int) -> UUID:
    """Say that nobody wants a draft any more. It stays to be read, and nothing comes of it."""
    _, version = await draft_for(actor, Act.PAY_PLAN_DRAFT, version_id)
    PlanVersionChanged.since(expected_version, version.version)

    now = datetime.now(UTC)
    await version.change(
        discarded_by_id=actor.person,
        discarded_at=now,
        version=version.version + 1,
        updated_at=now,
    )

    await record(actor, "pay_plan_version.discarded", "pay_plan_version", version.id)
    return version.id


@act
async def publish_version(
    actor: Actor, *, version_id: UUID, expected_version: int, acknowledged: bool = False
) -> UUID:
    """Let people be paid by a version from its first day on; those before it stay as they are."""
    plan, version = await draft_for(actor, Act.PAY_PLAN_PUBLISH, version_id)
    PlanVersionChanged.since(expected_version, version.version)
    may_publish(
        actor.person, [each for each in (version.drafted_by_id, *version.written_by) if each]
    )
    draft = await _drafted(actor, plan.key, version.text, currency=plan.currency)
    publishable(draft, acknowledged=acknowledged)
    if await _published(plan).filter(begins_on=version.begins_on).exists():
        raise Conflict(
            f"A version of this plan begins on {version.begins_on} already, and is published: let this"
            " one begin on another day.",
            path=("beginsOn",),
        )

    now = datetime.now(UTC)
    await version.change(
        **await _checked(actor, plan, draft, version.begins_on),
        published_by_id=actor.person,
        published_at=now,
        version=version.version + 1,
        updated_at=now,
    )

    await record(
        actor,
        "pay_plan_version.published",
        "pay_plan_version",
        version.id,
        after={
            "number": version.number,
            "begins_on": version.begins_on,
            "changes": version.changes,
            "acknowledged": version.findings,
        },
    )
    await record(actor, "pay_plan.published", "pay_plan", plan.id, after={"number": version.number})
    return version.id


@act
async def rename_plan(actor: Actor, *, plan_id: UUID, expected_version: int, name: str) -> UUID:
    """Call a plan otherwise; its key, by which documents name it, stays."""
    plan = await plan_for(actor, Act.PAY_PLAN_DRAFT, plan_id)
    PayPlanChanged.since(expected_version, plan.version)
    name = sound_text(name, longest=100, path="name")

    before = {"name": plan.name}
    await plan.change(name=name, version=plan.version + 1, updated_at=datetime.now(UTC))

    await record(
        actor, "pay_plan.renamed", "pay_plan", plan.id, before=before, after={"name": name}
    )
    return plan.id


@act
async def retire_plan(actor: Actor, *, plan_id: UUID, expected_version: int) -> UUID:
    """Put nobody on a plan any more, and draft no more versions of it."""
    plan = await plan_for(actor, Act.PAY_PLAN_DRAFT, plan_id)
    PayPlanChanged.since(expected_version, plan.version)
    on_it = PayAssignment.filter(org_id=actor.org, plan_id=plan.id)
    ended = await on_it.filter(ends_on__lt=actor.today).count()
    if still := await on_it.count() - ended:
        people = "person is" if still == 1 else "people are"
        raise Conflict(f"{still} {people} on this plan still: end that first.", path=("planId",))

    now = datetime.now(UTC)
    await plan.change(retired_at=now, version=plan.version + 1, updated_at=now)

    await record(actor, "pay_plan.retired", "pay_plan", plan.id)
    return plan.id


async def _text(actor: Actor, text: str | None, template: PlanTemplate | None) -> str:
    if (text is None) == (template is None):
        raise Invalid("Give either a document or the name of a classic plan.", path=("text",))
    if template is None:
        return text or ""
    organisation = await Organisation.get(org_id=actor.org)
    return template_text(template, currency=organisation.currency)


async def _drafted(actor: Actor, key: str, text: str, *, currency: str | None = None) -> Drafted:
    """What the text says. Its examples may take a while: others are answered meanwhile."""
    draft = await to_thread(drafted, key, text, currency=currency)
    goals = {each.goal for each in draft.plan.measures if each.goal is not None}
    await measures_in_use(actor, goals, path="text")
    return draft


async def _add_version(
    actor: Actor,
    plan: PayPlan,
    number: int,
    draft: Drafted,
    begins_on: date,
    note: str,
    id: UUID | None = None,
) -> UUID:
    version = await PayPlanVersion.add(
        org_id=actor.org,
        id=id or new_id(),
        plan_id=plan.id,
        number=number,
        note=_sound_note(note),
        drafted_by_id=actor.person,
        written_by=_with_writer([], actor),
        **await _checked(actor, plan, draft, begins_on),
    )

    after = {"number": number, "begins_on": begins_on, "text": draft.text, "note": version.note}
    await record(actor, "pay_plan_version.drafted", "pay_plan_version", version.id, after=after)
    return version.id


async def _checked(
    actor: Actor, plan: PayPlan, draft: Drafted, begins_on: date
) -> Mapping[str, Any]:
    """What is kept of a document: itself, and what there is to know before it is published."""
    sound_day(begins_on, path=("beginsOn",))
    earlier = await _published(plan).filter(begins_on__lte=begins_on).order_by("-begins_on").first()
    return {
        "begins_on": begins_on,
        "terms": draft.terms,
        "text": draft.text,
        "findings": draft.findings,
        "failing": draft.failing,
        "follows": None if earlier is None else earlier.number,
        "changes": [] if earlier is None else changes(plan_of(plan.key, earlier.terms), draft.plan),
    }


def _published(plan: PayPlan) -> Any:
    """A query of the plan's published versions."""
    return PayPlanVersion.filter(org_id=plan.org_id, plan_id=plan.id, published_at__isnull=False)


def _sound_note(note: str) -> str:
    return sound_text(note, longest=2000, path="note", required=False)


def _with_writer(writers: list[UUID], actor: Actor) -> list[UUID]:
    return writers if actor.person is None else sorted({*writers, actor.person})
