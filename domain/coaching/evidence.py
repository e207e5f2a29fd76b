"""What a note leads to, looked up and kept as it was on the day of the note.

Each is found as its author sees it, and is about whom the note is about: their goal, what they sold,
what they sold to a customer, what they reach by a measure. A late note is about its own day: of the
days after it nothing is counted.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor, Role
from auth.permissions import FieldClass
from domain.coaching.evidence_rules import (
    OF_A_GOAL,
    Evidence,
    Link,
    counted,
    counted_for,
    known,
    link_kind,
)
from domain.coaching.note_models import EvidenceKind, NoteEvidence
from domain.coaching.note_rules import sound_since
from domain.database import current_transaction
from domain.doors import seen
from domain.errors import Invalid
from domain.gaps.evidence import Suggested, gap_evidence
from domain.gaps.measures import GapUnit
from domain.goals import access as goals
from domain.goals.figures import actual, measured, progress, share
from domain.goals.models import Goal, GoalScope
from domain.measures import access as measures
from domain.measures.models import Measure, MeasureSource, MeasureUnit
from domain.people.access import related
from domain.people.models import Organisation
from domain.sales import access as sales
from domain.sales.models import Account, Sale
from domain.sql import bind, viewer

_GOAL = f"""select known.*, measured.unit, measured.source, {actual("reached")} as value,
    {share("progress.gained", "progress.needed")} as attainment
  from (
    select goal.org_id, goal.id, goal.name, goal.owner_id, goal.private, goal.scope, goal.measure,
      goal.currency, goal.target, goal.start_value, goal.override, goal.starts_on,
      least(goal.ends_on, :day::date) as ends_on
    from goal where goal.org_id = :org::uuid and goal.id = :id::uuid
  ) known
  left join lateral ({measured("known")}) measured on true
  left join lateral counted(:org::uuid, known.id, measured.source, known.scope, known.owner_id,
    known.starts_on, known.ends_on, known.currency) figure on true
  left join lateral (
    select coalesce(known.override, case measured.source
      when 'check_in' then (select check_in.value from check_in where check_in.org_id = :org::uuid
        and check_in.goal_id = known.id and check_in.value is not null and check_in.noted_on <= :day::date
        order by check_in.noted_at desc, check_in.id desc limit 1)
      when 'rating' then (select rating.level from goal_rating rating where rating.org_id = :org::uuid
        and rating.goal_id = known.id and (rating.rated_at at time zone :zone)::date <= :day::date
        order by rating.rated_at desc, rating.id desc limit 1)
      else figure.part end) as part,
    case when known.override is not null or measured.source in ('check_in', 'rating') then 1
      else figure.whole end as whole
  ) reached on true
  left join lateral ({progress("known", "measured", "reached")}) progress on true"""
_MEASURED = f"""select {actual("figure")} as value
  from counted(:org::uuid, null::uuid, :source, 'own', :about::uuid, :since::date, :day::date, :currency) figure"""
_SOLD_TO = """select coalesce(sum(sale.amount), 0) as value, count(*) as lines from sale
  where sale.org_id = :org::uuid and sale.person_id = :about::uuid and sale.account_id = :id::uuid
    and sale.sold_on between :since::date and :day::date and sale.currency = :currency"""
_UNITS: Mapping[GapUnit, MeasureUnit] = {
    GapUnit.RATE: MeasureUnit.PERCENT,
    GapUnit.DAYS: MeasureUnit.NUMBER,
    GapUnit.MONEY: MeasureUnit.MONEY,
}
_ROLES = """select person_id, array_agg(role order by role) as roles from role_grant
  where role_grant.org_id = :org::uuid and person_id = any(:people::uuid[]) and revoked_at is null
  group by person_id"""


async def frozen(actor: Actor, links: Sequence[Link], *, about: UUID, day: date) -> list[Evidence]:
    """What these links lead to, as it was on this day. Raises NotFound for what the actor does not
    see, and Invalid for what is not about this person."""
    found = []
    for place, link in enumerate(links):
        path = ("evidence", str(place))
        match link_kind(link, path):
            case EvidenceKind.GOAL:
                found.append(await _goal(actor, link, about, day, path))
            case EvidenceKind.SALE:
                found.append(await _sale(actor, link, about, day, path))
            case EvidenceKind.ACCOUNT:
                found.append(await _account(actor, link, about, day, path))
            case EvidenceKind.MEASURE:
                found.append(await _measure(actor, link, about, day, path))
            case EvidenceKind.GAP:
                found.append(await _gap(actor, link, about, day, path))
    return found


async def _goal(
    actor: Actor, link: Link, about: UUID, day: date, path: tuple[str, ...]
) -> Evidence:
    at, id = (*path, "goalId"), link.goal_id
    assert id is not None
    await seen(actor, Goal, id, kind="goal", visible=goals.visible(actor), path=at)
    organisation = await Organisation.get(org_id=actor.org)
    row = await _one(actor, _GOAL, id=id, day=day, zone=organisation.time_zone)
    if row["owner_id"] != about:
        raise Invalid("This is not a goal of theirs.", path=at)
    if row["source"] is None:
        raise Invalid("This goal does not say yet what it is measured by.", path=at)

    source, unit = MeasureSource(row["source"]), MeasureUnit(row["unit"])
    formula = counted(
        source,
        currency=row["currency"],
        since=row["starts_on"],
        until=max(row["starts_on"], row["ends_on"] or day),
    )
    by_hand = row["override"] is not None
    facts = {"target": row["target"], "attainment": row["attainment"]}
    return Evidence(
        kind=EvidenceKind.GOAL,
        subject_id=id,
        seen_as=FieldClass.PRIVATE_GOAL if row["private"] else FieldClass.TEAM,
        name=row["name"],
        value=row["value"],
        unit=unit,
        currency=_currency(unit, row["currency"] or organisation.currency),
        since=row["starts_on"],
        as_of=day,
        formula="Set by hand." if by_hand else counted_for(GoalScope(row["scope"]), formula),
        source=known(source, actor.today),
        facts=_said(facts),
    )


async def _sale(
    actor: Actor, link: Link, about: UUID, day: date, path: tuple[str, ...]
) -> Evidence:
    at, id = (*path, "saleId"), link.sale_id
    assert id is not None
    await seen(
        actor, Sale, id, kind="sale", visible=sales.visible(actor), person="person_id", path=at
    )
    sale = await Sale.get(org_id=actor.org, id=id)
    if sale.person_id != about:
        raise Invalid("They did not make this sale.", path=at)
    if sale.sold_on > day:
        raise Invalid("This sale was made after the note was written.", path=at)
    return Evidence(
        kind=EvidenceKind.SALE,
        subject_id=id,
        seen_as=FieldClass.SALES,
        name=sale.order_number or sale.external_id or "Sale",
        value=sale.amount,
        unit=MeasureUnit.MONEY,
        currency=sale.currency,
        since=None,
        as_of=day,
        formula="The amount of the sale.",
        source=known(MeasureSource.SALES_AMOUNT, actor.today),
        facts=_said({"soldOn": sale.sold_on, "quantity": sale.quantity}),
    )


async def _account(
    actor: Actor, link: Link, about: UUID, day: date, path: tuple[str, ...]
) -> Evidence:
    id, since = link.account_id, _since(link, day, path)
    assert id is not None
    visible = sales.visible_account(actor)
    at = (*path, "accountId")
    await seen(actor, Account, id, kind="account", visible=visible, path=at)
    account = await Account.get(org_id=actor.org, id=id)
    currency = (await Organisation.get(org_id=actor.org)).currency
    row = await _one(actor, _SOLD_TO, id=id, about=about, since=since, day=day, currency=currency)
    said = counted(MeasureSource.SALES_AMOUNT, currency=currency, since=since, until=day)
    return Evidence(
        kind=EvidenceKind.ACCOUNT,
        subject_id=id,
        seen_as=FieldClass.SALES,
        name=account.name,
        value=row["value"],
        unit=MeasureUnit.MONEY,
        currency=currency,
        since=since,
        as_of=day,
        formula=said.replace("sales", "their sales to the customer", 1),
        source=known(MeasureSource.SALES_AMOUNT, actor.today),
        facts=_said({"sales": row["lines"]}),
    )


async def _measure(
    actor: Actor, link: Link, about: UUID, day: date, path: tuple[str, ...]
) -> Evidence:
    at, id, since = (*path, "measureId"), link.measure_id, _since(link, day, path)
    assert id is not None
    await seen(actor, Measure, id, kind="measure", visible=measures.visible(actor), path=at)
    measure = await Measure.get(org_id=actor.org, id=id)
    source, unit = MeasureSource(measure.source), MeasureUnit(measure.unit)
    if source in OF_A_GOAL:
        raise Invalid("This is told of a goal; name the goal instead.", path=at)
    currency = (await Organisation.get(org_id=actor.org)).currency
    row = await _one(
        actor, _MEASURED, source=source.value, about=about, since=since, day=day, currency=currency
    )
    return Evidence(
        kind=EvidenceKind.MEASURE,
        subject_id=id,
        seen_as=FieldClass.TEAM,
        name=measure.name,
        value=row["value"],
        unit=unit,
        currency=_currency(unit, currency),
        since=since,
        as_of=day,
        formula=counted(source, currency=currency, since=since, until=day),
        source=known(source, actor.today),
        facts={},
    )


async def _gap(actor: Actor, link: Link, about: UUID, day: date, path: tuple[str, ...]) -> Evidence:
    assert link.gap_measure is not None
    suggested = Suggested(link.gap_measure, link.gap_category, link.gap_months, link.gap_last_month)
    found = await gap_evidence(actor, about, suggested, day=day, path=path)
    return Evidence(
        kind=EvidenceKind.GAP,
        subject_id=None,
        seen_as=FieldClass.COACHING,
        name=found.name,
        value=found.value,
        unit=_UNITS[found.unit],
        currency=found.currency,
        since=found.window.first,
        as_of=found.window.last,
        formula=found.formula,
        source=found.source,
        facts=found.facts,
    )


async def class_now(actor: Actor, fact: NoteEvidence) -> FieldClass:
    """Of which class of facts a piece of evidence is now: a goal may have been made private since."""
    if fact.kind == EvidenceKind.GOAL:
        kept_private = Goal.filter(org_id=actor.org, id=fact.subject_id, private=True)
        if await kept_private.exists():
            return FieldClass.PRIVATE_GOAL
    return FieldClass(fact.seen_as)


async def who_see(
    actor: Actor, what: FieldClass, *, about: UUID, people: Collection[UUID]
) -> set[UUID]:
    """Who of these people see facts of this class that are about this person today."""
    standing: dict[frozenset[Role], list[UUID]] = defaultdict(list)
    roles = {
        row["person_id"]: frozenset(map(Role, row["roles"]))
        for row in await _rows(actor, _ROLES, people=list(people))
    }
    for person in people:
        standing[roles.get(person, frozenset())].append(person)
    found: set[UUID] = set()
    for held, alike in standing.items():
        one_of_them = replace(actor, person=alike[0], roles=held, once=None)
        sees = related(one_of_them, what, ":about::uuid").replace(":person::uuid", "one.id")
        text = f"select one.id from unnest(:people::uuid[]) as one (id) where {sees}"
        found |= {row["id"] for row in await _rows(actor, text, about=about, people=alike)}
    return found


def _since(link: Link, day: date, path: tuple[str, ...]) -> date:
    try:
        return sound_since(link.since, day)
    except Invalid as refused:
        raise Invalid(refused.message, path=(*path, *refused.path)) from None


def _currency(unit: MeasureUnit, currency: str) -> str | None:
    return currency if unit is MeasureUnit.MONEY else None


def _said(facts: Mapping[str, object]) -> dict[str, str]:
    """Facts as text, exact; what is not known is left out."""
    return {
        name: format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
        for name, value in facts.items()
        if value is not None
    }


async def _one(actor: Actor, text: str, **values: object) -> Mapping[str, Any]:
    [row] = await _rows(actor, text, **values)
    return row


async def _rows(actor: Actor, text: str, **values: object) -> Sequence[Mapping[str, Any]]:
    statement, arguments = bind(text, {**viewer(actor), **values})
    return await current_transaction().execute_query_dict(statement, arguments)
