"""What the forms of goals allow: private goals, shared ones, matrices, ratings, overrides, closings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.errors import Changed, Conflict, Invalid
from domain.goals.models import GoalScope, RollUp
from domain.goals.rules import sound_text, sound_value
from domain.measures.models import MeasureDirection

MOST_CONTRIBUTORS = 200
MOST_KPIS = 20
MOST_SCORE = Decimal(10)
WHOLE = Decimal(1)
TOO_HIGH = Decimal(10) ** 12
"""No score is kept from here on: a thousand billion times the target."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A line of a matrix, as somebody states it."""

    measure: str
    weight: Decimal
    threshold: Decimal
    target: Decimal
    stretch: Decimal
    threshold_score: Decimal = Decimal("0.5")
    target_score: Decimal = WHOLE
    stretch_score: Decimal = Decimal("1.5")
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody whose results count for a goal, and what they do for it."""

    person_id: UUID
    part: str = ""


@dataclass(frozen=True, slots=True)
class AssignedPerson:
    """Somebody who gets a goal from a template, with a target of their own where one is given."""

    person_id: UUID
    target: Decimal | None = None


class TemplateChanged(Changed):
    kind = "template"


def may_be_private(
    *,
    scope: str,
    roll_up: str,
    is_assigned: bool,
    weight: Decimal | None,
    has_parent: bool,
    has_parts: bool,
    has_lines_of_others: bool,
) -> None:
    """A private goal stands alone: whatever it were counted in would tell of it. Raises Invalid."""
    if scope != GoalScope.OWN or has_lines_of_others:
        raise Invalid("A goal that counts what others do cannot be private.", path=("id",))
    if has_parent or has_parts or roll_up != RollUp.NONE:
        raise Invalid(
            "A goal with another above or below it cannot be private, since it would show in"
            " what is counted there. Take it out of the tree first.",
            path=("id",),
        )
    if is_assigned:
        raise Invalid(
            "A goal that was assigned from a template is known of, and cannot be private.",
            path=("id",),
        )
    if weight is not None:
        raise Invalid("A goal that counts by weight cannot be private.", path=("id",))


def sound_contributors(people: Sequence[UUID]) -> None:
    """At most 200 contributors, each once. Raises Invalid."""
    if len(people) > MOST_CONTRIBUTORS:
        raise Invalid(
            f"A goal has at most {MOST_CONTRIBUTORS} contributors.", path=("contributors",)
        )
    if len(set(people)) < len(people):
        raise Invalid("Name each contributor once.", path=("contributors",))


def sound_part(part: str) -> str:
    """What a contributor does for a goal, trimmed; may be empty. Raises Invalid."""
    return sound_text(part, longest=200, path="contributors", required=False)


def sound_matrix(kpis: Sequence[Kpi], directions: Sequence[MeasureDirection]) -> None:
    """Lines whose weights sum to 100 % exactly, each with levels and scores that go up. Where lower
    is better, stretch is the lowest. Raises Invalid with the line that is wrong."""
    if len(kpis) > MOST_KPIS:
        raise Invalid(f"A matrix has at most {MOST_KPIS} lines.", path=("kpis",))
    for place, (kpi, direction) in enumerate(zip(kpis, directions, strict=True)):
        _sound_kpi(kpi, direction, str(place))
    whole = sum((kpi.weight for kpi in kpis), Decimal(0))
    if kpis and whole != WHOLE:
        raise Invalid(
            f"The weights sum to {whole * 100:f} %; they have to sum to 100 %.", path=("kpis",)
        )


def _sound_kpi(kpi: Kpi, direction: MeasureDirection, place: str) -> None:
    for name in ("threshold", "target", "stretch"):
        sound_value(getattr(kpi, name))
    if not kpi.weight.is_finite() or not 0 <= kpi.weight <= 1 or kpi.weight != round(kpi.weight, 8):
        raise Invalid(
            "A weight is a share from 0 to 1 of at most 8 decimal places.",
            path=("kpis", place, "weight"),
        )
    levels = [kpi.threshold, kpi.target, kpi.stretch]
    if levels != sorted(levels, reverse=direction is MeasureDirection.LOWER):
        better = "lower" if direction is MeasureDirection.LOWER else "higher"
        raise Invalid(
            f"For {kpi.measure} {better} is better: target is no worse than threshold, and stretch"
            " no worse than target.",
            path=("kpis", place, "target"),
        )
    scores = [kpi.threshold_score, kpi.target_score, kpi.stretch_score]
    for score in scores:
        if not score.is_finite() or not 0 <= score <= MOST_SCORE or score != round(score, 4):
            raise Invalid(
                f"A score is from 0 to {MOST_SCORE}, of at most 4 decimal places.",
                path=("kpis", place, "targetScore"),
            )
    if scores != sorted(scores):
        raise Invalid(
            "No level scores less than the one before.", path=("kpis", place, "targetScore")
        )


def not_spread(lines: int, *, periods: int) -> None:
    """The levels of a matrix are said for all of a goal's days. Raises Invalid."""
    if lines and periods > 1:
        raise Invalid(
            "The template has a matrix, whose levels are for all of the days: assign it without a"
            " calendar, once for each period.",
            path=("calendarId",),
        )


def sound_level(level: int, levels: Sequence[str]) -> int:
    """A level of the rubric, from 1. Raises Invalid."""
    if not 1 <= level <= len(levels):
        raise Invalid(f"The rubric has the levels 1 to {len(levels)}.", path=("level",))
    return level


def is_over(ends_on: date, today: date) -> None:
    """A goal is closed after its last day. Raises Conflict."""
    if today <= ends_on:
        raise Conflict(
            f"The goal counts until {ends_on}; it can be closed from the day after.",
            path=("id",),
        )


def sound_score(score: Decimal | None, actual: Decimal | None) -> Decimal:
    """What a goal is closed with. Raises Conflict where there is nothing to fix yet."""
    if score is None and actual is None:
        raise Conflict(
            "Nothing can be said yet of what this goal has reached, so there is no score to fix."
            " Check in, rate it, or set its actual first.",
            path=("id",),
        )
    if score is None:
        raise Conflict(
            f"It has come to {actual:f}, of which no share of the target can be told. Set by hand what"
            " is to count as its actual, with the reason.",
            path=("id",),
        )
    if abs(score) >= TOO_HIGH:
        raise Conflict(
            f"It would score {score:f}, which cannot be meant. Set its actual right first.",
            path=("id",),
        )
    return score
