"""A suggestion as a note keeps it: worked out again, and never what somebody says that it was."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from auth.actor import Actor
from domain.errors import Invalid, NotFound
from domain.gaps.finding import SOURCES, gaps_of
from domain.gaps.measures import GapMeasure, GapUnit, compared_by
from domain.gaps.results import Finding, GapVerdict
from domain.gaps.windows import Window, window


@dataclass(frozen=True, slots=True)
class Suggested:
    """Which figure of somebody's, over which months; `category` is that of a share."""

    measure: GapMeasure
    category: str | None = None
    months: int | None = None
    last_month: date | None = None


@dataclass(frozen=True, slots=True)
class GapEvidence:
    """A set of facts that needs nothing else to be understood."""

    name: str
    value: Decimal
    unit: GapUnit
    currency: str | None
    window: Window
    formula: str
    source: str
    facts: dict[str, str]


async def gap_evidence(
    actor: Actor, person_id: UUID, suggested: Suggested, *, day: date, path: tuple[str, ...]
) -> GapEvidence:
    """What stands behind a suggestion about this person, over months that were over on this day. Raises NotFound where the actor may not ask,
    and Invalid for a figure that stands not far.

    Reads in the current transaction, which sees what everybody sold.
    """
    try:
        days = window(suggested.months, suggested.last_month, day)
    except Invalid as refused:
        named = {"months": "gapMonths", "lastMonth": "gapLastMonth"}
        raise Invalid(
            refused.message, path=(*path, *(named[each] for each in refused.path))
        ) from None
    found = await gaps_of(actor, person_id, days)
    if found is None:
        raise NotFound("person", path=(*path, "gapMeasure"))
    for finding in found.findings:
        if (finding.measure, finding.category) == (suggested.measure, suggested.category or ""):
            return _kept(finding, days, found.peers, path)
    raise Invalid(
        "There is no such figure of theirs over these months.", path=(*path, "gapMeasure")
    )


def _kept(finding: Finding, days: Window, peers: str, path: tuple[str, ...]) -> GapEvidence:
    if finding.verdict not in (GapVerdict.BEHIND, GapVerdict.AHEAD) or finding.value is None:
        raise Invalid(
            f"Nothing is suggested by this. {finding.sentence}", path=(*path, "gapMeasure")
        )
    said = {
        "measure": finding.measure.value,
        "category": finding.category,
        "months": days.months,
        "verdict": finding.verdict.value,
        "topic": finding.topic,
        "sentence": finding.sentence,
        "low": finding.low,
        "high": finding.high,
        "facts": finding.facts,
        "peers": finding.peers,
        "peersAre": peers,
        "median": finding.median,
        "shrunken": finding.shrunken,
        "distance": finding.distance,
    }
    name = compared_by(finding.measure, finding.category).name
    return GapEvidence(
        name=name[0].upper() + name[1:],
        value=finding.value,
        unit=finding.unit,
        currency=finding.currency,
        window=days,
        formula=finding.formula,
        source=" ".join(SOURCES),
        facts={key: _text(value) for key, value in said.items() if value is not None},
    )


def _text(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
