"""What makes a scorecard sound, and what an assessment comes to, decided from values alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from domain.errors import Conflict, Faults, Invalid, Refusal
from domain.goals.rules import sound_text
from domain.scorecards.models import Scale
from domain.shares import places_of

MOST_CRITERIA: Final = 30
LONGEST_NAME: Final = 200
LONGEST_WORDS: Final = 4_000
_HEAVIEST: Final = Decimal(1_000)
_BOUNDS: Final[Mapping[Scale, tuple[int, int]]] = {
    Scale.ONE_TO_FIVE: (1, 5),
    Scale.ZERO_TO_TEN: (0, 10),
    Scale.YES_NO: (0, 1),
}
WHOLE: Final = 20
"""Every scale divides twenty: so a score on any is a whole number of twentieths of the way up."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is looked at, on which scale, and what it weighs beside the others."""

    name: str
    scale: Scale
    weight: Decimal = Decimal(1)
    description: str = ""

    def as_json(self) -> dict[str, str]:
        weight = f"{self.weight.normalize():f}"
        return {
            "name": self.name,
            "scale": self.scale.value,
            "weight": weight,
            "description": self.description,
        }

    @classmethod
    def of(cls, stored: Mapping[str, str]) -> "Criterion":
        return cls(
            stored["name"], Scale(stored["scale"]), Decimal(stored["weight"]), stored["description"]
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """What an assessor says of one criterion; None where it was not observed."""

    criterion: str
    score: int | None = None
    comment: str = ""


class ScorecardRetired(Conflict):
    """Nobody is assessed by it any more."""

    def __init__(self, *, path: tuple[str, ...]) -> None:
        super().__init__("The scorecard was retired; nothing was written.", path=path)


class ScorecardReplaced(Conflict):
    """A newer version is there."""

    def __init__(self, number: int, newest: int) -> None:
        super().__init__(
            f"You saw version {number} of the scorecard, and version {newest} is published. Look at it,"
            " then publish again.",
            path=("replacesId",),
        )


class AlreadyAssessed(Conflict):
    """The assessor has said by this scorecard what they think of the occasion."""

    def __init__(self) -> None:
        super().__init__(
            "You assessed this occasion by this scorecard already; withdraw that to write it anew.",
            path=("sameOccasionAsId",),
        )


class AlreadyWithdrawn(Conflict):
    def __init__(self) -> None:
        super().__init__("The assessment was withdrawn already; nothing was changed.")


def sound_criteria(criteria: Sequence[Criterion]) -> list[Criterion]:
    """The criteria with their words trimmed. Raises Invalid, of all faults at once."""
    if not 1 <= len(criteria) <= MOST_CRITERIA:
        raise Invalid(f"Name between 1 and {MOST_CRITERIA} criteria.", path=("criteria",))
    faults: list[Refusal] = []
    sound: list[Criterion] = []
    for place, criterion in enumerate(criteria):
        try:
            sound.append(_sound_criterion(criterion))
        except Invalid as refused:
            path = ("criteria", str(place), *refused.path)
            faults.append(Invalid(refused.message, path=path))
    Faults.raised(faults)
    if len({each.name.casefold() for each in sound}) < len(sound):
        raise Invalid("Give each criterion a name of its own.", path=("criteria",))
    return sound


def _sound_criterion(criterion: Criterion) -> Criterion:
    weight = criterion.weight
    if not 0 < weight <= _HEAVIEST or places_of(weight) > 2:
        raise Invalid(
            f"A weight is above zero and up to {_HEAVIEST:,}, with at most two decimal places.",
            path=("weight",),
        )
    return Criterion(
        sound_text(criterion.name, longest=LONGEST_NAME, path="name"),
        criterion.scale,
        weight,
        sound_text(
            criterion.description, longest=LONGEST_WORDS, path="description", required=False
        ),
    )


def twentieths(score: int, scale: Scale) -> int:
    """How far up its scale a score is: 3 of 1 to 5 is 10 of 20."""
    low, high = _BOUNDS[scale]
    return (score - low) * WHOLE // (high - low)


def sound_scores(scores: Sequence[Scored], criteria: Sequence[Criterion]) -> list[Scored]:
    """The scores in the order of the criteria, each once. Raises Invalid, of all faults at once."""
    given = {each.criterion: place for place, each in enumerate(scores)}
    names = [criterion.name for criterion in criteria]
    faults: list[Refusal] = []
    if len(given) < len(scores):
        faults.append(Invalid("Score each criterion once.", path=("scores",)))
    for name, place in given.items():
        if name not in names:
            said = "The scorecard's newest version has no such criterion."
            faults.append(Invalid(said, path=("scores", str(place), "criterion")))
    if missing := [name for name in names if name not in given]:
        said = f"Score {', '.join(missing)} too, or say that it was not observed."
        faults.append(Invalid(said, path=("scores",)))
    Faults.raised(faults)
    sound = [
        _sound_score(scores[given[each.name]], each, given[each.name], faults) for each in criteria
    ]
    Faults.raised(faults)
    if all(each.score is None for each in sound):
        raise Invalid("Score at least one criterion.", path=("scores",))
    return sound


def _sound_score(scored: Scored, criterion: Criterion, place: int, faults: list[Refusal]) -> Scored:
    low, high = _BOUNDS[criterion.scale]
    if scored.score is not None and not low <= scored.score <= high:
        said = f"{criterion.name} is scored from {low} to {high}."
        faults.append(Invalid(said, path=("scores", str(place), "score")))
    try:
        comment = sound_text(scored.comment, longest=LONGEST_WORDS, path="comment", required=False)
    except Invalid as refused:
        faults.append(Invalid(refused.message, path=("scores", str(place), "comment")))
        comment = ""
    return Scored(criterion.name, scored.score, comment)


def score_of(scores: Iterable[tuple[Scored, Criterion]]) -> tuple[Decimal, Decimal]:
    """What an assessment comes to, and the most that it could have: the mean of what was observed,
    by weight, is the one over the other. Exact."""
    points = most = Decimal(0)
    for scored, criterion in scores:
        if scored.score is not None:
            points += criterion.weight * twentieths(scored.score, criterion.scale)
            most += criterion.weight * WHOLE
    return points, most


def held(on: date, today: date) -> date:
    """Raises Invalid for a day that is still to come."""
    if on > today:
        raise Invalid("What is still to come cannot be assessed.", path=("heldOn",))
    return on
