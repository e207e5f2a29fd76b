"""What came out of the one-to-ones of the season to be done: some of it is done, some is open, and some
is overdue."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from api.example import season_words as words
from api.example.season import SEED
from api.example.season_meetings import Meeting
from api.generated.ids import Ids
from domain.one_to_ones.models import OneToOneState
from domain.tasks.models import TaskState

OFTEN = 0.6


class Task(NamedTuple):
    id: UUID
    readers: Sequence[UUID]
    owner_id: UUID
    asked_by_id: UUID
    title: str
    due_on: date
    state: str
    one_to_one_id: UUID
    asked_at: datetime
    written_at: datetime
    ended_at: datetime | None
    ended_by_id: UUID | None


def asked_for(meetings: Sequence[Meeting], today: date) -> list[Task]:
    """What leader and coachee asked of one another in those that were held."""
    seed = f"{SEED}/tasks"
    chance, ids = Random(seed), Ids(seed)  # noqa: S311 - no secrets
    tasks = []
    for meeting in meetings:
        if meeting.state != OneToOneState.HELD or chance.random() >= OFTEN:
            continue
        assert meeting.ended_at is not None, "it was held"
        two = [meeting.coachee_id, meeting.leader_id]
        owner, other = two if chance.random() < 0.7 else two[::-1]
        asked, due = (
            meeting.ended_at,
            meeting.ended_at.date() + timedelta(days=chance.choice((7, 14, 28))),
        )
        # What was due long ago is mostly done.
        done = due < today and chance.random() < (0.9 if (today - due).days > 20 else 0.5)
        ended = asked + (due - asked.date()) - timedelta(hours=2) if done else None
        tasks.append(
            Task(
                ids.on(asked.date()), meeting.readers, owner, other,
                chance.choice(words.ASKED_OF_COACHEES if owner == meeting.coachee_id else words.ASKED_OF_LEADERS),
                due, (TaskState.DONE if done else TaskState.OPEN).value, meeting.id, asked, asked, ended,
                owner if done else None,
            )
        )  # fmt: skip
    return tasks
