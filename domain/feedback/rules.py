"""Who would see feedback, and what may happen to a request, decided from values alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from domain.errors import Changed, Conflict, Invalid
from domain.feedback.models import FeedbackKind, FeedbackRelation, FeedbackSees, ReplyState

K, R, S = FeedbackKind, FeedbackRelation, FeedbackSees

MOST_ASKED = 20
MOST_TOGETHER = 20
MOST_SEEING = 99
LONGEST_WAIT = timedelta(days=366)
NOT_ASKED = {(K.ASKED_BY_SELF, R.ASKER), (K.UNASKED, R.ASKER)}
"""Cells that the matrix lacks: who asks about oneself is the person, and of what is unasked nobody is."""
_MORE = {S.NOTHING: 0, S.WORDS: 1, S.WORDS_AND_NAME: 2}

Cell = tuple[FeedbackKind, FeedbackRelation]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen; words without the name only together with those of so many people in all."""

    sees: FeedbackSees
    together: int = 1

    @property
    def _openness(self) -> tuple[int, int]:
        return _MORE[self.sees], -self.together

    def is_more_than(self, other: "Sight") -> bool:
        return self._openness > other._openness


NOTHING = Sight(S.NOTHING)
Matrix = Mapping[Cell, Sight]


@dataclass(frozen=True, slots=True)
class SightSet:
    """A cell as somebody wants it."""

    kind: FeedbackKind
    relation: FeedbackRelation
    sees: FeedbackSees
    together: int = 1


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who would see feedback, and how."""

    person_id: UUID
    relation: FeedbackRelation
    sight: Sight

    @property
    def sees_name(self) -> bool:
        return self.sight.sees is S.WORDS_AND_NAME


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody who would see feedback but for the giver, by the matrix in one version."""

    kind: FeedbackKind
    visibility_id: UUID
    readers: Sequence[Reader]

    @property
    def named(self) -> list[UUID]:
        """Who would see the giver's name as well."""
        return [each.person_id for each in self.readers if each.sees_name]

    @property
    def unnamed(self) -> list[Reader]:
        return [each for each in self.readers if not each.sees_name]

    @property
    def seal(self) -> str:
        """Stands for who would see it and how: another audience has another."""
        said = sorted(
            f"{each.person_id} {each.sight.sees} {each.sight.together}" for each in self.readers
        )
        return sha256("\n".join([self.kind, *said]).encode()).hexdigest()[:32]

    def names_giver_to(self, person: UUID) -> bool:
        return person in self.named


class FeedbackVisibilityChanged(Changed):
    kind = "visibility of feedback"


class AudienceChanged(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Since you looked, who would see this has changed; nothing was sent. Look again, then send it.",
            path=("seen",),
        )


class RequestEnded(Conflict):
    def __init__(self) -> None:
        super().__init__("The request was withdrawn; nothing was sent.", path=("requestId",))


class RepliedAlready(Conflict):
    def __init__(self, state: ReplyState) -> None:
        super().__init__(f"You have {state.value} this request already.", path=("requestId",))


class NothingToWithdraw(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Nobody is left to answer, or it was withdrawn already.", path=("requestId",)
        )


def audience(
    kind: FeedbackKind,
    visibility_id: UUID,
    matrix: Matrix,
    candidates: Iterable[tuple[UUID, FeedbackRelation]],
    *,
    giver: UUID,
    person: UUID,
) -> Audience:
    """Who would see feedback. Of what is about oneself one sees what the matrix says for the person,
    whatever else one is; anybody else sees the most that one of their relations shows."""
    most: dict[UUID, Reader] = {}
    for candidate, relation in candidates:
        if candidate == giver or (candidate == person and relation is not R.PERSON):
            continue
        reader = Reader(candidate, relation, matrix.get((kind, relation), NOTHING))
        if candidate not in most or reader.sight.is_more_than(most[candidate].sight):
            most[candidate] = reader
    sees = [each for each in most.values() if each.sight.sees is not S.NOTHING]
    return Audience(kind, visibility_id, sorted(sees, key=lambda each: each.person_id))


def kind_of(asked: FeedbackKind | None, *, is_upward: bool) -> FeedbackKind:
    """What is given to somebody who stands above the giver is upward, whether or not it was asked for."""
    return K.UPWARD if is_upward else asked or K.UNASKED


def somebody_sees(found: Audience) -> None:
    """Raises Conflict for what nobody would read, or a whole crowd."""
    if not found.readers:
        raise Conflict(
            "As your organisation has it, nobody but you would see this; it was not sent."
        )
    if len(found.readers) > MOST_SEEING:
        raise Conflict(
            f"As your organisation has it, more than {MOST_SEEING} people would see this; it was not sent."
        )


def sound_due(due_on: date, today: date) -> date:
    """The day by which an answer is wished. Raises Invalid."""
    if not today <= due_on <= today + LONGEST_WAIT:
        raise Invalid("It is due today or later, within a year.", path=("dueOn",))
    return due_on


def sound_asked(asked: Sequence[UUID], *, asker: UUID, person: UUID) -> list[UUID]:
    """Who is asked, once each. Raises Invalid."""
    if not 1 <= len(asked) <= MOST_ASKED:
        raise Invalid(f"Ask between 1 and {MOST_ASKED} colleagues.", path=("askedIds",))
    if len(set(asked)) < len(asked):
        raise Invalid("Each can be named once.", path=("askedIds",))
    if asker in asked or person in asked:
        raise Invalid("Ask others: neither yourself nor whom it is about.", path=("askedIds",))
    return list(asked)


def enough_asked(below: int, matrix: Matrix, relations: Iterable[FeedbackRelation]) -> None:
    """Whoever asks people below somebody about them, and would see their words without names, asks so many
    that the words can come together. Raises Invalid."""
    sights = (matrix.get((K.UPWARD, relation), NOTHING) for relation in relations)
    needed = max((each.together for each in sights if each.sees is S.WORDS), default=1)
    if 0 < below < needed:
        raise Invalid(
            f"What people say of somebody above them is shown together with others' words: ask {needed}"
            f" people below them or none; these are {below}.",
            path=("askedIds",),
        )


def set_sights(matrix: Matrix, wanted: Sequence[SightSet]) -> dict[Cell, Sight]:
    """The matrix with these cells as wanted. Raises Invalid."""
    changed = dict(matrix)
    seen: set[Cell] = set()
    for place, each in enumerate(wanted):
        cell, path = (each.kind, each.relation), ("sights", str(place))
        if each.relation is R.GIVER:
            raise Invalid("Whoever gives feedback sees it, with their name.", path=path)
        if cell in NOT_ASKED:
            raise Invalid("Nobody stands so to this kind of feedback.", path=path)
        if cell in seen:
            raise Invalid("Each cell can be named once.", path=path)
        if not 1 <= each.together <= MOST_TOGETHER:
            raise Invalid(f"Together are 1 to {MOST_TOGETHER} people's words.", path=path)
        if each.together > 1 and each.sees is not S.WORDS:
            raise Invalid("Only words without the name come together with others'.", path=path)
        seen.add(cell)
        changed[cell] = Sight(each.sees, each.together)
    if changed == dict(matrix):
        raise Invalid("This is what stands already.", path=("sights",))
    return changed
