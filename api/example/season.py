"""A season of coaching, made up beside the real sales: what leaders and their people wrote about the months
that stood out, and when they met.

Whoever sold far more or far less than in the three months before is written about, on the last day of that
month, with the figures of that month in the words and beside them. The figures are the data's own; that
anybody wrote this is not.

Values in, rows out: the same sales give the same rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from api.example import season_words as words
from api.generated.ids import Ids
from auth.permissions import FieldClass
from domain.coaching.evidence_rules import counted, known
from domain.coaching.note_models import EvidenceKind
from domain.measures.models import MeasureSource, MeasureUnit
from domain.writing import rendered

SEED = "adventureworks/coaching"
MONTHS_BEFORE = 3
STANDS_OUT = Decimal("0.2")
_SALES = MeasureSource.SALES_AMOUNT
_MONTH, _BEST = EvidenceKind.MEASURE, EvidenceKind.ACCOUNT


@dataclass(frozen=True, slots=True)
class Month:
    """What somebody sold from the first day of a month to its last, or to today."""

    first: date
    last: date
    amount: Decimal
    best_id: UUID
    best: str
    """The customer who bought most."""
    sold_to_best: Decimal
    lines_to_best: int

    @property
    def name(self) -> str:
        return f"{self.first:%B %Y}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the season, with the months in which they sold anything, in their order."""

    id: UUID
    name: str
    months: Sequence[Month] = ()

    @property
    def called(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Team:
    """A leader, whoever stands above them, and those who report to them."""

    leader: Person
    above: Person | None
    people: Sequence[Person]


class Note(NamedTuple):
    id: UUID
    about_id: UUID
    author_id: UUID
    body: str
    body_html: str
    written_at: datetime
    received_at: datetime
    readers: Sequence[UUID]
    written_on: date
    version: int
    updated_at: datetime
    acknowledged_version: int | None
    acknowledged_at: datetime | None
    one_to_one_id: UUID | None = None


class Revision(NamedTuple):
    id: UUID
    note_id: UUID
    version: int
    body: str
    body_html: str
    written_at: datetime
    received_at: datetime
    readers: Sequence[UUID]
    acknowledged_at: datetime | None


class Reply(NamedTuple):
    id: UUID
    note_id: UUID
    author_id: UUID
    body: str
    body_html: str
    written_at: datetime
    received_at: datetime
    readers: Sequence[UUID]


class Evidence(NamedTuple):
    id: UUID
    note_id: UUID
    place: int
    kind: str
    subject_id: UUID
    seen_as: str
    name: str
    value: Decimal
    unit: str
    currency: str
    since: date
    as_of: date
    formula: str
    source: str
    facts: str
    readers: Sequence[UUID]


@dataclass(slots=True)
class Notes:
    """The rows of what was written, table by table."""

    notes: list[Note] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def tables(self) -> Mapping[str, Sequence[NamedTuple]]:
        return {
            "note": self.notes,
            "note_revision": self.revisions,
            "note_reply": self.replies,
            "note_evidence": self.evidence,
        }


@dataclass(frozen=True, slots=True)
class StoodOut:
    """A month beside the average of the three before it."""

    month: Month
    average: Decimal
    after: Month | None

    @property
    def change(self) -> Decimal:
        return self.month.amount / self.average - 1


def standing_out(person: Person) -> list[StoodOut]:
    """Each month that has three before it in which they sold something, with its change."""
    found = []
    for place in range(MONTHS_BEFORE, len(person.months)):
        before = person.months[place - MONTHS_BEFORE : place]
        average = sum((each.amount for each in before), Decimal(0)) / MONTHS_BEFORE
        after = person.months[place + 1] if place + 1 < len(person.months) else None
        found.append(StoodOut(person.months[place], average, after))
    return found


def written_notes(teams: Sequence[Team], *, revenue: UUID, today: date, currency: str) -> Notes:
    """What the leaders of these teams and their people wrote until today."""
    writing = _Writing(revenue, today, currency)
    for team in teams:
        if team.above is None:
            continue  # those who lead sell little themselves
        for person in team.people:
            writing.about(person, team.leader)
        writing.above(team.leader, team.above, team.people)
    return writing.made


class _Writing:
    def __init__(self, revenue: UUID, today: date, currency: str) -> None:
        self.revenue, self.today, self.currency = revenue, today, currency
        self.chance, self.ids = Random(SEED), Ids(SEED)  # noqa: S311 - no secrets
        self.made = Notes()

    def about(self, person: Person, leader: Person) -> None:
        """The best and the worst of the months that are over, and the one that runs."""
        told = standing_out(person)
        over = [each for each in told if each.month.last < self.today]
        if not over:
            return
        both = [leader.id, person.id]
        best, worst = (
            max(over, key=lambda each: each.change),
            min(over, key=lambda each: each.change),
        )
        if best.change >= STANDS_OUT:
            self._praised(best, person, leader, both)
        if worst.change <= -STANDS_OUT:
            self._worried(worst, person, leader, both)
        if told[-1].month.last == self.today and told[-1].change <= -STANDS_OUT:
            self._note(words.RUNNING, told[-1], person, leader, both)

    def above(self, leader: Person, above: Person, people: Sequence[Person]) -> None:
        """What a leader of several tells whoever stands above them of the one who sold most."""
        if len(people) < 2:
            return
        first = max(people, key=lambda person: sum(month.amount for month in person.months))
        over = [each for each in standing_out(first) if each.month.last < self.today]
        if over:
            self._note(words.RECOMMENDED, over[-1], first, leader, [leader.id, above.id])

    def _praised(self, told: StoodOut, person: Person, leader: Person, both: list[UUID]) -> None:
        note = self._note(words.PRAISE, told, person, leader, both, of=(_MONTH, _BEST))
        if self.chance.random() < 0.3:
            self._edit(note)
        if self.chance.random() < 0.5:
            self._reply(note, words.THANKS, told, person, days=1)
        if self.chance.random() < 0.8:
            self._acknowledge(note, days=2)
        if self.chance.random() < 0.6:
            self._note(words.OWN, told, person, person, [person.id], of=(_BEST,))

    def _worried(self, told: StoodOut, person: Person, leader: Person, both: list[UUID]) -> None:
        self._note(words.TO_ONESELF, told, person, leader, [leader.id])
        note = self._note(words.WORRY, told, person, leader, both)
        if told.after is not None and told.after.last <= self.today:
            self._reply(note, words.ANSWERS, told, person, days=30)
        if self.chance.random() < 0.7:
            self._acknowledge(note, days=1)

    def _note(
        self,
        said: Sequence[str],
        told: StoodOut,
        person: Person,
        author: Person,
        readers: list[UUID],
        *,
        of: Sequence[EvidenceKind] = (_MONTH,),
    ) -> Note:
        day = told.month.last
        body = self._composed(said, told, person)
        written = self._at(day)
        # Some are written where there is no network, and arrive in the evening.
        received = written + timedelta(hours=5 if self.chance.random() < 0.1 else 0, seconds=2)
        html = rendered(body)
        note = Note(
            self.ids.on(day), person.id, author.id, body, html, written, received, readers, day, 1,
            received, None, None,
        )  # fmt: skip
        self.made.notes.append(note)
        self.made.revisions.append(
            Revision(self.ids.on(day), note.id, 1, body, html, written, received, readers, None)
        )
        self._keep(note, told.month, of)
        return note

    def _keep(self, note: Note, month: Month, of: Sequence[EvidenceKind]) -> None:
        """The figures that the words are about, as they were on that day."""
        formula = counted(_SALES, currency=self.currency, since=month.first, until=month.last)
        to_best = formula.replace("sales", "their sales to the customer", 1)
        lines = orjson.dumps({"sales": str(month.lines_to_best)}).decode()
        facts: Mapping[EvidenceKind, tuple[UUID, FieldClass, str, Decimal, str, str]] = {
            _MONTH: (self.revenue, FieldClass.TEAM, "Revenue", month.amount, formula, "{}"),
            _BEST: (
                month.best_id,
                FieldClass.SALES,
                month.best,
                month.sold_to_best,
                to_best,
                lines,
            ),
        }
        for place, kind in enumerate(of, start=1):
            subject, seen_as, name, value, how, known_beside = facts[kind]
            self.made.evidence.append(
                Evidence(
                    self.ids.on(month.last), note.id, place, kind.value, subject, seen_as.value, name,
                    value, MeasureUnit.MONEY.value, self.currency, month.first, month.last, how,
                    known(_SALES, month.last), known_beside, note.readers,
                )
            )  # fmt: skip

    def _reply(
        self, note: Note, said: Sequence[str], told: StoodOut, person: Person, *, days: int
    ) -> None:
        day = min(note.written_on + timedelta(days=days), self.today)
        body, written = self._composed(said, told, person), self._at(day)
        self.made.replies.append(
            Reply(
                self.ids.on(day), note.id, person.id, body, rendered(body), written,
                written + timedelta(seconds=2), note.readers,
            )
        )  # fmt: skip

    def _edit(self, note: Note) -> None:
        """A day later its author adds a sentence; what it said before stays."""
        day = note.written_on + timedelta(days=1)
        body, written = f"{note.body}\n\n{words.ADDED}", self._at(day)
        html, received = rendered(body), written + timedelta(seconds=2)
        self._become(note, body=body, body_html=html, version=2, updated_at=received)
        self.made.revisions.append(
            Revision(
                self.ids.on(day), note.id, 2, body, html, written, received, note.readers, None
            )
        )

    def _acknowledge(self, note: Note, *, days: int) -> None:
        """Whom it is about says that they have taken note of it as it stands."""
        at = self._at(note.written_on + timedelta(days=days))
        [place] = (n for n, each in enumerate(self.made.notes) if each.id == note.id)
        version = self.made.notes[place].version
        self._become(note, acknowledged_version=version, acknowledged_at=at)
        self.made.revisions = [
            each._replace(acknowledged_at=at)
            if (each.note_id, each.version) == (note.id, version)
            else each
            for each in self.made.revisions
        ]

    def _become(self, note: Note, **values: Any) -> None:
        self.made.notes = [
            each._replace(**values) if each.id == note.id else each for each in self.made.notes
        ]

    def _composed(self, said: Sequence[str], told: StoodOut, person: Person) -> str:
        """One of the texts, with the figures of that month."""
        return self.chance.choice(said).format(
            who=person.called,
            month=told.month.name,
            amount=self._money(told.month.amount),
            average=self._money(told.average),
            percent=percent(told.change),
            best=words.plain(told.month.best),
            sold=self._money(told.month.sold_to_best),
            after=told.after.name if told.after else "",
            then=self._money(told.after.amount) if told.after else "",
        )

    def _money(self, amount: Decimal) -> str:
        return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,} {self.currency}"

    def _at(self, day: date) -> datetime:
        return datetime.combine(
            day, time(15 + self.chance.randrange(4), self.chance.randrange(60)), UTC
        )


def percent(change: Decimal) -> str:
    """A change in whole percent, without its direction, which the words say."""
    return f"{(abs(change) * 100).quantize(Decimal(1), ROUND_HALF_UP)} %"
