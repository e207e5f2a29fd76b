"""Rules of crediting: what comp administrators define. Whatever changes, sales are credited anew."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Literal
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Invalid, NotFound
from domain.history import record
from domain.ids import new_id
from domain.incentives.credit_access import rule_in_use
from domain.incentives.credit_models import CreditingRule
from domain.incentives.credit_rules import CountsFor, RuleChanged, Said, as_columns, sound_rule
from domain.incentives.crediting import RuleKind
from domain.incentives.plan_rules import not_oneself
from domain.people.access import organisation_wide
from domain.people.models import Organisation, Person

_ALL_ARE_DUE = """insert into crediting_due (org_id, id)
select sale.org_id, sale.id from sale where sale.org_id = $1
  and sale.sold_on >= coalesce($2::date, '-infinity') and sale.sold_on <= coalesce($3::date, 'infinity')
order by sale.id on conflict (org_id, id) do update set since = excluded.since"""


class Kept(Enum):
    """Said of what can be none, and is to stay as it is."""

    AS_IT_IS = "as it is"


@act
async def define_rule(
    actor: Actor,
    *,
    name: str,
    kind: RuleKind,
    counts_for: CountsFor = CountsFor.BOTH,
    condition: str | None = None,
    share: Decimal = Decimal(1),
    levels: int | None = None,
    person_id: UUID | None = None,
    place: int = 100,
    starts_on: date | None = None,
    ends_on: date | None = None,
    id: UUID | None = None,
) -> UUID:
    """Say who is credited with which sales. Rules are asked in the order of their places."""
    organisation_wide(actor, Act.CREDITING_ADMINISTER)
    said = Said(
        name=name.strip(),
        kind=kind,
        counts_for=counts_for,
        condition=(condition or "").strip() or None,
        share=share,
        levels=levels,
        person_id=person_id,
        place=place,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    await _sound(actor, said)

    rule = await CreditingRule.add(
        org_id=actor.org, id=id or new_id(), created_by_id=actor.person, **as_columns(said)
    )
    await all_are_due(actor.org, said.starts_on, said.ends_on)

    await record(actor, "crediting_rule.defined", "crediting_rule", rule.id, after=as_columns(said))
    return rule.id


@act
async def change_rule(
    actor: Actor,
    *,
    rule_id: UUID,
    expected_version: int,
    name: str | None = None,
    counts_for: CountsFor | None = None,
    condition: str | Literal[Kept.AS_IT_IS] | None = Kept.AS_IT_IS,
    share: Decimal | None = None,
    levels: int | None = None,
    person_id: UUID | None = None,
    place: int | None = None,
    starts_on: date | Literal[Kept.AS_IT_IS] | None = Kept.AS_IT_IS,
    ends_on: date | Literal[Kept.AS_IT_IS] | None = Kept.AS_IT_IS,
) -> UUID:
    """Say something of a rule anew. A condition, and its first and last day, can be taken off it."""
    rule = await rule_in_use(actor, rule_id)
    RuleChanged.since(expected_version, rule.version)
    before = _said(rule)
    said = Said(
        name=before.name if name is None else name.strip(),
        kind=before.kind,
        counts_for=counts_for or before.counts_for,
        condition=before.condition
        if condition is Kept.AS_IT_IS
        else (condition or "").strip() or None,
        share=before.share if share is None else share,
        levels=before.levels if levels is None else levels,
        person_id=person_id or before.person_id,
        place=before.place if place is None else place,
        starts_on=before.starts_on if starts_on is Kept.AS_IT_IS else starts_on,
        ends_on=before.ends_on if ends_on is Kept.AS_IT_IS else ends_on,
    )
    was, now = as_columns(before), as_columns(said)
    differs = {column: value for column, value in now.items() if value != was[column]}
    if not differs:
        raise Invalid("Say what is to change.")
    await _sound(actor, said)

    await rule.change(version=rule.version + 1, updated_at=datetime.now(UTC), **differs)
    await all_are_due(actor.org)

    await record(
        actor,
        "crediting_rule.changed",
        "crediting_rule",
        rule.id,
        before={column: was[column] for column in differs},
        after=differs,
    )
    return rule.id


@act
async def retire_rule(actor: Actor, *, rule_id: UUID, expected_version: int) -> UUID:
    """Ask a rule no more: what it gave is taken back from whoever has it. To keep that, give the
    rule a last day instead."""
    rule = await rule_in_use(actor, rule_id)

    RuleChanged.since(expected_version, rule.version)
    now = datetime.now(UTC)
    await rule.change(retired_at=now, version=rule.version + 1, updated_at=now)
    await all_are_due(actor.org, rule.starts_on, rule.ends_on)

    await record(actor, "crediting_rule.retired", "crediting_rule", rule.id)
    return rule.id


async def all_are_due(org: UUID, first: date | None = None, last: date | None = None) -> None:
    """Every sale of these days has to be credited anew."""
    await current_transaction().execute_query(_ALL_ARE_DUE, [org, first, last])


async def _sound(actor: Actor, said: Said) -> None:
    organisation = await Organisation.get(org_id=actor.org)
    sound_rule(said, organisation.currency)
    if said.person_id is not None:
        not_oneself(actor.person, said.person_id, path=("personId",))
    people = Person.filter(org_id=actor.org, id=said.person_id)
    if said.person_id is not None and not await people.exists():
        raise NotFound("person", path=("personId",))


def _said(rule: CreditingRule) -> Said:
    return Said(
        name=rule.name,
        kind=RuleKind(rule.kind),
        counts_for=CountsFor(rule.counts_for),
        condition=rule.condition,
        share=rule.share,
        levels=rule.levels,
        person_id=rule.person_id,
        place=rule.place,
        starts_on=rule.starts_on,
        ends_on=rule.ends_on,
    )
