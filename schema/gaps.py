"""Where somebody's figures stand far from comparable peers', as the schema shows it."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from auth.actor import Actor
from domain.gaps.effects import METHOD
from domain.gaps.effects import SOURCES as EFFECT_SOURCES
from domain.gaps.finding import SOURCES, find_gaps
from domain.gaps.later import gap_effect
from domain.gaps.measures import GapMeasure, GapUnit
from domain.gaps.results import Finding, GapVerdict
from domain.gaps.windows import USUAL
from schema.compiler.fields import one
from schema.cost_rules import dear
from schema.people import Person
from schema.plain import described_enum, plain
from schema.worked import id_, needed_id, value, worked

described_enum(
    GapMeasure,
    "Which figure is compared.",
    {
        "CONVERSION": "Opportunities won, of those that ended.",
        "CYCLE": "Days from opened to won.",
        "MIX": "The share of a category of products in what is sold.",
        "DEAL_SIZE": "What an order comes to.",
        "PACE": "Revenue a day, against the same months a year before.",
    },
)
described_enum(
    GapUnit,
    "What a figure is in.",
    {
        "RATE": "A part of one: 0.25 is 25 %.",
        "DAYS": "Days.",
        "MONEY": "Money, in the currency beside it.",
    },
)
described_enum(
    GapVerdict,
    "What the figures say.",
    {
        "BEHIND": "It stands far from the peers', on the worse side; of a category, less is sold of it.",
        "AHEAD": "It stands far from the peers', on the better side; of a category, more is sold of it.",
        "ALIKE": "It does not stand far from the peers', as far as can be told.",
        "UNSAID": "The figures carry no conclusion; the sentence says why.",
    },
)

_UNSAID = "null where the figures carry no conclusion."


@plain
class GapFinding:
    """One figure of somebody's beside those of comparable peers. Of the peers nobody's own is told, and no least
    or greatest."""

    measure: GapMeasure = strawberry.field(description="Which figure.")
    category: str | None = strawberry.field(
        description="Which category of products, where it is a share; else null."
    )
    verdict: GapVerdict = strawberry.field(description="What the figures say.")
    topic: str | None = strawberry.field(
        description="What to talk about, where it stands behind; else null."
    )
    sentence: str = strawberry.field(description="What the figures say, in words.")
    unit: GapUnit = strawberry.field(description="What the figures are in.")
    currency: str | None = strawberry.field(
        description="ISO 4217 code, where they are money; else null."
    )
    value: Decimal | None = strawberry.field(
        description="The person's own figure; null where there are too few facts for one."
    )
    low: Decimal | None = strawberry.field(
        description="Where the 95 % interval of the own figure begins; null where there is none."
    )
    high: Decimal | None = strawberry.field(
        description="Where the 95 % interval of the own figure ends; null where there is none."
    )
    facts: int = strawberry.field(
        description="Of how many facts the own figure is made: opportunities, orders, days with sales."
    )
    peers: int = strawberry.field(
        description="With how many peers it is compared, at least five; 0 where they are fewer."
    )
    median: Decimal | None = strawberry.field(
        description=f"What the peer in the middle has, to two digits; {_UNSAID}"
    )
    shrunken: Decimal | None = strawberry.field(
        description="What is to be expected of the person further on, to two digits: their own figure, drawn towards"
        f" the peers' the more, the fewer facts it has; {_UNSAID}"
    )
    distance: Decimal | None = strawberry.field(
        description="How far the own figure is from the peers' median, in times the usual distance, below it where"
        f" it is below zero; {_UNSAID}"
    )
    formula: str = strawberry.field(description="How it is worked out, in words.")


@plain
class Gaps:
    """Where somebody's figures stand far from those of comparable peers, over some months that are over. It
    suggests what to talk about; it judges nobody."""

    person: Person | None = one("Whose figures.", lambda root, actor: root.person_id)
    starts_on: datetime.date = strawberry.field(description="The first day that counts.")
    ends_on: datetime.date = strawberry.field(description="The last day that counts.")
    peers: str = strawberry.field(description="Who the peers are, in words.")
    reason: str | None = strawberry.field(
        description="Why nothing can be said at all; null where something can."
    )
    findings: list[GapFinding] = strawberry.field(
        description="One for each figure: conversion, cycle, deal size, pace, and the shares of up to six categories."
    )
    sources: list[str] = strawberry.field(description="Where the formulas are from.")
    person_id: strawberry.Private[UUID]


@plain
class GapEffect:
    """How a figure went after a note was opened from it, beside peers who had been as far off. It compares, and
    proves nothing."""

    person: Person | None = one("Whose figure.", lambda root, actor: root.person_id)
    before_from: datetime.date = strawberry.field(description="The first day before the note.")
    before_to: datetime.date = strawberry.field(description="The last day before the note.")
    after_from: datetime.date = strawberry.field(
        description="The first day after it: that of the month after the note's."
    )
    after_to: datetime.date = strawberry.field(description="The last day after it.")
    unit: GapUnit = strawberry.field(description="What the figures before and after are in.")
    currency: str | None = strawberry.field(
        description="ISO 4217 code, where they are money; else null."
    )
    value_before: Decimal | None = strawberry.field(
        description="The person's figure before, as it is known today; null where there is none to compare."
    )
    value_after: Decimal | None = strawberry.field(
        description="The person's figure after; null where there is none to compare."
    )
    is_relative: bool = strawberry.field(
        description="Whether changes are parts of what a figure was (0.1: a tenth more); else they are points of a"
        " rate (0.1: ten points more)."
    )
    peers: int = strawberry.field(
        description="How many peers had been at least half as far off, on the same side: at least five; 0 where they"
        " are fewer."
    )
    peers_change: Decimal | None = strawberry.field(
        description="The median of their changes, to two digits; null where there is no comparison."
    )
    difference: Decimal | None = strawberry.field(
        description="The person's change less that, to two digits; null where there is no comparison."
    )
    low: Decimal | None = strawberry.field(
        description="Where the 95 % interval of the difference begins, to two digits; null where there is none."
    )
    high: Decimal | None = strawberry.field(
        description="Where the 95 % interval of the difference ends, to two digits; null where there is none."
    )
    sentence: str = strawberry.field(
        description="The same in words, with its limits; or why nothing can be compared."
    )
    method: str = strawberry.field(description="How it is worked out, in words.")
    sources: list[str] = strawberry.field(description="Where the method is from.")
    person_id: strawberry.Private[UUID]


async def _effect(actor: Actor, **given: Any) -> GapEffect | None:
    found = await gap_effect(actor, **given)
    if found is None:
        return None
    return GapEffect(
        person_id=found.subject,
        before_from=found.before.first,
        before_to=found.before.last,
        after_from=found.after.first,
        after_to=found.after.last,
        unit=found.unit,
        currency=found.currency,
        value_before=found.value_before,
        value_after=found.value_after,
        is_relative=found.is_relative,
        peers=found.peers,
        peers_change=found.peers_change,
        difference=found.difference,
        low=found.low,
        high=found.high,
        sentence=found.sentence,
        method=METHOD,
        sources=list(EFFECT_SOURCES),
    )


def gap_effect_field() -> Any:
    """The root field."""
    field = worked(
        "How a figure went after a note was opened from it, against peers who had been as far off; for the note's"
        " author and whom it is about, null for anybody else and for evidence that is no gap.",
        _effect,
        evidence_id=needed_id("note_evidence", "The gap, as the note keeps it."),
    )
    return dear(field, points=700)


async def _gaps(actor: Actor, **given: Any) -> Gaps | None:
    found = await find_gaps(actor, **given)
    if found is None:
        return None
    return Gaps(
        person_id=found.subject.id,
        starts_on=found.window.first,
        ends_on=found.window.last,
        peers=found.peers,
        reason=found.reason,
        findings=[_finding(each) for each in found.findings],
        sources=list(SOURCES),
    )


def _finding(each: Finding) -> GapFinding:
    return GapFinding(
        measure=each.measure,
        category=each.category or None,
        verdict=each.verdict,
        topic=each.topic,
        sentence=each.sentence,
        unit=each.unit,
        currency=each.currency,
        value=each.value,
        low=each.low,
        high=each.high,
        facts=each.facts,
        peers=each.peers,
        median=each.median,
        shrunken=each.shrunken,
        distance=each.distance,
        formula=each.formula,
    )


def gaps_field() -> Any:
    """The root field."""
    field = worked(
        "Where somebody's conversion, cycle, deal size, pace or mix stands far from those of comparable peers: for"
        " themselves, for managers above them and for HR; null where you may ask about nobody of that id.",
        _gaps,
        person_id=id_("person", "About whom; you, if left out."),
        months=value(
            int | None, f"Over how many months: 3, 6 or 12; {USUAL}, if left out.", default=None
        ),
        last_month=value(
            datetime.date | None,
            "A day of the last of the months; the last one that is over, if left out.",
            default=None,
        ),
    )
    return dear(field, points=500)
