"""What came after a note that a gap stands in, in words: against peers who had been as far off."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction, looking
from domain.gaps.counting import Counted, counted
from domain.gaps.effects import Course, Effect, as_far_off, effect
from domain.gaps.exactly import coarse, rounded
from domain.gaps.finding import shown, tellable
from domain.gaps.measures import Compared, GapMeasure, GapUnit, compared_by
from domain.gaps.peers import Group, Peer, Subject, group_of, subject_of
from domain.gaps.rules import LEAST_PEERS
from domain.gaps.windows import Window, after
from domain.gaps.wording import in_unit
from domain.readers import readable
from domain.sql import bind, viewer

TOO_FEW: Final = (
    "Fewer than five peers were as far off before and have enough facts on both sides, so there is nobody to"
    " compare with: what is far off comes back by itself (regression to the mean), and how much of the change"
    " is that, nobody can say."
)
NO_COURSE: Final = (
    "They have too few facts before or after, or did not hold one position throughout."
)
CAUTION: Final = (
    "This compares and proves nothing: what is far off comes back by itself (regression to the mean), for"
    " which the peers stand only as far as they were as far off, and other things changed as well."
)


@dataclass(frozen=True, slots=True)
class Later:
    """The months before and after, the figures, and what the comparison says; without a comparison
    the `sentence` says why. A difference is in points of a rate, else a part of what it was."""

    subject: UUID
    before: Window
    after: Window
    unit: GapUnit
    currency: str | None
    value_before: Decimal | None
    value_after: Decimal | None
    is_relative: bool
    peers: int
    peers_change: Decimal | None
    difference: Decimal | None
    low: Decimal | None
    high: Decimal | None
    sentence: str


_KEPT: Final = """select evidence.since, evidence.as_of, evidence.facts ->> 'measure' as measure,
    coalesce(evidence.facts ->> 'category', '') as category, (evidence.facts ->> 'months')::int as months,
    note.about_id, note.written_on
  from note_evidence evidence
  join note on note.org_id = :org::uuid and note.id = evidence.note_id
    and :person::uuid in (note.author_id, note.about_id)
  where evidence.org_id = :org::uuid and evidence.id = :id::uuid and evidence.kind = 'gap'
    and {evidence} and {note}"""


async def gap_effect(actor: Actor, *, evidence_id: UUID) -> Later | None:
    """How a figure went after a note was opened from it, for the note's author and whom it is about. None
    for anybody else, for evidence that is no gap, and where the actor may no longer ask about the
    person."""
    read = readable(actor)
    text = _KEPT.format(evidence=read.format(row="evidence"), note=read.format(row="note"))
    statement, arguments = bind(text, {**viewer(actor), "id": evidence_id})
    async with looking(actor.org, actor.person):
        rows = await current_transaction().execute_query_dict(statement, arguments)
        if not rows:
            return None
        [kept] = rows
        days = Window(kept["since"], kept["as_of"], kept["months"])
        measure = GapMeasure(kept["measure"])
        return await later(
            actor, kept["about_id"], measure, kept["category"], days, kept["written_on"]
        )


async def later(
    actor: Actor, person_id: UUID, measure: GapMeasure, category: str, before: Window, noted: date
) -> Later | None:
    """How a figure went from these months to as many after the month of the note. None where the
    actor may not ask about the person. Reads in the current transaction, which sees what everybody
    sold."""
    following = after(noted, before.months)
    whole = Window(before.first, following.last, before.months)
    subject = await subject_of(actor, person_id, whole)
    if subject is None:
        return None
    kind = compared_by(measure, category)
    if following.last >= actor.today:
        said = f"The {before.months} months after the note are over on {following.last}; ask again then."
        return _without(subject, kind, before, following, None, said)
    if subject.job is None:
        return _without(subject, kind, before, following, None, NO_COURSE)
    group = await group_of(actor, subject, whole)
    people = [subject.id, *(peer.id for peer in group.peers)]
    was = await counted(actor.org, people, before, subject.currency)
    became = await counted(actor.org, people, following, subject.currency)
    return await to_thread(_compared, subject, kind, group, (before, was), (following, became))


_Counts = tuple[Window, Mapping[UUID, Counted]]


def _compared(
    subject: Subject, kind: Compared, group: Group, was: _Counts, became: _Counts
) -> Later:
    (before, earlier), (following, since) = was, became

    def course(person: UUID) -> Course | None:
        nothing = Counted()
        one, other = (kind.facts(each.get(person, nothing)) for each in (earlier, since))
        return None if one is None or other is None else Course(one, other)

    own = course(subject.id)
    if own is None:
        return _without(subject, kind, before, following, None, NO_COURSE)
    courses = [(peer, each) for peer in group.peers if (each := course(peer.id)) is not None]
    found = effect(own, _as_far_off(own, courses))
    if found is None:
        return _without(subject, kind, before, following, own, TOO_FEW)
    return _with(subject, kind, before, following, own, found)


def _as_far_off(own: Course, courses: Sequence[tuple[Peer, Course]]) -> list[Course]:
    told = tellable(courses)
    if len(told) < LEAST_PEERS:
        return []
    near = as_far_off(own.before, [each.before for _, each in told])
    alike = [each for each, is_as_far in zip(told, near, strict=True) if is_as_far]
    return [each for _, each in tellable(alike)]


def _without(
    subject: Subject,
    kind: Compared,
    before: Window,
    following: Window,
    own: Course | None,
    said: str,
) -> Later:
    currency = subject.currency if kind.unit is GapUnit.MONEY else None
    return Later(
        subject=subject.id,
        before=before,
        after=following,
        unit=kind.unit,
        currency=currency,
        value_before=shown(kind, own.before.place, currency) if own else None,
        value_after=shown(kind, own.after.place, currency) if own else None,
        is_relative=kind.by_logarithm,
        peers=0,
        peers_change=None,
        difference=None,
        low=None,
        high=None,
        sentence=said,
    )


def _with(
    subject: Subject, kind: Compared, before: Window, following: Window, own: Course, found: Effect
) -> Later:
    told = _without(subject, kind, before, following, own, "")
    difference, low, high = (
        _change(kind, each) for each in (found.difference, found.low, found.high)
    )
    peers_change = _change(kind, found.peers_change)
    assert told.value_before is not None
    assert told.value_after is not None
    one, other = (
        in_unit(kind.unit, told.currency, each) for each in (told.value_before, told.value_after)
    )
    verdict = (
        "It covers zero: no change beyond theirs shows."
        if found.low <= 0 <= found.high
        else "It leaves zero out: the change is another than theirs."
    )
    sentence = (
        f"The {kind.name} went from {one} to {other}. In the same months the middle one of {found.peers} peers"
        f" who had been at least half as far off went {_said(kind, peers_change)}. The difference is"
        f" {_said(kind, difference)}, with a 95 % interval from {_said(kind, low)} to {_said(kind, high)}."
        f" {verdict} {CAUTION}"
    )
    return Later(
        subject=told.subject,
        before=before,
        after=following,
        unit=told.unit,
        currency=told.currency,
        value_before=told.value_before,
        value_after=told.value_after,
        is_relative=told.is_relative,
        peers=found.peers,
        peers_change=peers_change,
        difference=difference,
        low=low,
        high=high,
        sentence=sentence,
    )


def _change(kind: Compared, value: Decimal) -> Decimal:
    """A change as it is told, to two digits: points of a rate, or a part of what it was."""
    return coarse(value.exp() - 1 if kind.by_logarithm else value)


def _said(kind: Compared, change: Decimal) -> str:
    number = f"{rounded(abs(100 * change), 1):f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    unit = " %" if kind.by_logarithm else " points"
    return f"{number}{unit} {'down' if change < 0 else 'up'}"
