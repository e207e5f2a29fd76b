"""The one-to-ones of the season: held, skipped, and planned for the days to come, with their agendas.

Some leaders meet their people every month, and some leave gaps. A point that nobody came to is carried over
to the next agenda, and what somebody keeps back they see alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from api.example import season_words as words
from api.example.season import SEED, Note, Person, Team
from api.generated.ids import Ids
from domain.one_to_ones.models import AgendaItemState, OneToOneState
from domain.one_to_ones.rules import BETWEEN

BEGINS = (date(2020, 2, 10), date(2020, 3, 9), date(2020, 4, 13), date(2020, 5, 11))
AHEAD = date(2020, 6, 8)
DILIGENCE = (0.95, 0.5, 0.75, 0.9)
"""How often leaders meet whom they lead in a month, one after the other."""


class Meeting(NamedTuple):
    id: UUID
    readers: Sequence[UUID]
    leader_id: UUID
    coachee_id: UUID
    starts_at: datetime
    state: str
    planned_by_id: UUID
    planned_at: datetime
    written_at: datetime
    held_on: date | None
    held_written_at: datetime | None
    ended_at: datetime | None
    ended_by_id: UUID | None


class Point(NamedTuple):
    id: UUID
    readers: Sequence[UUID]
    one_to_one_id: UUID
    author_id: UUID
    what: str
    place: int
    state: str
    added_at: datetime
    written_at: datetime
    opened_at: datetime | None
    ticked_at: datetime | None
    ticked_by_id: UUID | None
    carried_from_id: UUID | None
    times_carried: int


class Session(NamedTuple):
    id: UUID
    one_to_one_id: UUID
    manager_id: UUID
    coachee_id: UUID
    held_on: date


@dataclass(slots=True)
class Meetings:
    """The rows, table by table: each point after the one that it was carried over from."""

    meetings: list[Meeting] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    @property
    def tables(self) -> Mapping[str, Sequence[NamedTuple]]:
        return {
            "one_to_one": self.meetings,
            "agenda_item": self.points,
            "coaching_session": self.sessions,
        }


def planned_and_held(teams: Sequence[Team]) -> Meetings:
    """The one-to-ones of these teams."""
    keeping = _Keeping()
    for place, team in enumerate(teams):
        for person in team.people:
            keeping.two(team.leader, person, DILIGENCE[place % len(DILIGENCE)])
    return keeping.made


def come_out_of(notes: Sequence[Note], meetings: Sequence[Meeting]) -> list[Note]:
    """The notes, each with the one-to-one out of which it came: one of its author with whom it is about,
    or of who it is about themselves, held in the month that it is of."""
    held = {
        (person, other, meeting.held_on.replace(day=1)): meeting.id
        for meeting in meetings
        if meeting.held_on is not None
        for person in meeting.readers
        for other in meeting.readers
        if other == meeting.coachee_id
    }
    return [
        note._replace(
            one_to_one_id=held.get((note.author_id, note.about_id, note.written_on.replace(day=1)))
        )
        for note in notes
    ]


class _Keeping:
    def __init__(self) -> None:
        seed = f"{SEED}/meetings"
        self.chance, self.ids, self.made = Random(seed), Ids(seed), Meetings()  # noqa: S311 - no secrets

    def two(self, leader: Person, coachee: Person, diligence: float) -> None:
        """All months of two people."""
        left: Point | None = None
        for week in BEGINS:
            if self.chance.random() < diligence:
                left = self._held(leader, coachee, self._day(week), left)
            elif self.chance.random() < 0.4:
                self._meeting(leader, coachee, self._day(week), OneToOneState.CANCELLED)
        ahead = self._meeting(leader, coachee, self._day(AHEAD), OneToOneState.PLANNED)
        place = self._agenda(ahead, leader, coachee, left)
        if self.chance.random() < 0.4:
            author = self.chance.choice([leader, coachee])
            what = self.chance.choice(words.KEPT_BACK)
            self._point(ahead, author, what, place + 1, only_mine=True)

    def _held(self, leader: Person, coachee: Person, day: date, left: Point | None) -> Point | None:
        """A one-to-one that took place; the point that nobody came to, if there is one."""
        meeting = self._meeting(leader, coachee, day, OneToOneState.HELD)
        self.made.sessions.append(Session(self.ids.on(day), meeting.id, leader.id, coachee.id, day))
        begun = len(self.made.points)
        self._agenda(meeting, leader, coachee, left)
        is_left = self.chance.random() < 0.3
        ended = meeting.ended_at
        for n in range(begun, len(self.made.points)):
            point = self.made.points[n]
            is_last = n == len(self.made.points) - 1
            self.made.points[n] = (
                point._replace(state=AgendaItemState.CARRIED.value)
                if is_left and is_last
                else point._replace(
                    state=AgendaItemState.TICKED.value, ticked_at=ended, ticked_by_id=leader.id
                )
            )
        return self.made.points[-1] if is_left else None

    def _meeting(self, leader: Person, coachee: Person, day: date, state: OneToOneState) -> Meeting:
        starts = datetime.combine(
            day, time(15 + self.chance.randrange(5), self.chance.choice((0, 30))), UTC
        )
        planned = starts - timedelta(days=self.chance.randrange(10, 14))
        held = state is OneToOneState.HELD
        ended = (
            None if state is OneToOneState.PLANNED else starts + timedelta(hours=1 if held else -3)
        )
        by = self.chance.choice([leader, coachee]) if state is OneToOneState.CANCELLED else leader
        meeting = Meeting(
            self.ids.on(planned.date()), [leader.id, coachee.id], leader.id, coachee.id, starts,
            state.value, leader.id, planned, planned, day if held else None, ended if held else None,
            ended, None if ended is None else by.id,
        )  # fmt: skip
        self.made.meetings.append(meeting)
        return meeting

    def _agenda(self, meeting: Meeting, leader: Person, coachee: Person, left: Point | None) -> int:
        """What was left over, then a point of the one, then of the other; the place of the last."""
        said = [(leader, self._of_leader(leader, coachee, meeting)),
                (coachee, self.chance.choice(words.OF_COACHEES))]  # fmt: skip
        place = BETWEEN
        if left is not None:
            author = leader if left.author_id == leader.id else coachee
            self._point(meeting, author, left.what, place, carried=left)
            place += BETWEEN
            said = [each for each in said if each[1] != left.what]
        for author, what in said:
            self._point(meeting, author, what, place)
            place += BETWEEN
        return place - BETWEEN

    def _of_leader(self, leader: Person, coachee: Person, meeting: Meeting) -> str:
        before = [month for month in coachee.months if month.last < meeting.planned_at.date()]
        said = self.chance.choice(words.OF_LEADERS if before else words.OF_LEADERS[1:])
        if not before:
            return said
        return said.format(month=before[-1].name, amount=f"{before[-1].amount:,.2f}")

    def _point(
        self,
        meeting: Meeting,
        author: Person,
        what: str,
        place: int,
        *,
        only_mine: bool = False,
        carried: Point | None = None,
    ) -> None:
        added = meeting.planned_at + timedelta(hours=1)
        self.made.points.append(
            Point(
                self.ids.on(added.date()), [author.id] if only_mine else meeting.readers, meeting.id,
                author.id, what, place, AgendaItemState.WAITING.value, added,
                carried.written_at if carried else added, None if only_mine else added, None, None,
                carried.id if carried else None, carried.times_carried + 1 if carried else 0,
            )
        )  # fmt: skip

    def _day(self, week: date) -> date:
        """A day of that week."""
        return week + timedelta(days=self.chance.randrange(5))
