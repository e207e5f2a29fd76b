"""Telling a note's readers that there is something for them: not who wrote, and no word of it."""

from collections.abc import Iterable
from uuid import UUID

from auth.actor import Actor
from domain.coaching.note_models import Note
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send


async def tell_readers(
    actor: Actor, note: Note, kind: NoticeKind, people: Iterable[UUID], *, occasion: str
) -> None:
    """Tell these people, but the actor."""
    others = (person for person in people if person != actor.person)
    await send(actor, [News(kind, note.id, each, occasion, of="note") for each in others])
