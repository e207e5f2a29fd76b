"""Mentions: who is named in a comment, whether they see what it is about, and that they are told.

Whoever does not see a thing is not mentioned in what is said of it: they would be told of something that
is not there for them.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from domain.comments.access import whether_seen
from domain.comments.models import Comment, Mention
from domain.comments.rules import fresh
from domain.errors import Faults, Invalid, NotFound, Refusal
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.people.models import Person
from domain.subjects import Thing


async def names_of_mentioned(
    actor: Actor, people: Sequence[UUID], thing: Thing
) -> Mapping[UUID, str]:
    """The names of these people, all of whom see this thing now. Raises NotFound for who is not here,
    and Invalid for whoever does not see it; of all of them at once."""
    if not people:
        return {}
    names = {
        person.id: person.name for person in await Person.filter(org_id=actor.org, id__in=people)
    }
    sees = await whether_seen(actor, people, thing)
    faults: list[Refusal] = []
    for person in people:
        if person not in sees:
            faults.append(NotFound("person", path=("body",)))
        elif not sees[person]:
            faults.append(DoesNotSee(names[person]))
    Faults.raised(faults)
    return names


class DoesNotSee(Invalid):
    """Who is mentioned would be told of something that is not theirs to see."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} does not see this, so they are not mentioned in what is said of it; nothing was"
            " written.",
            path=("body",),
        )


async def mention(actor: Actor, comment: Comment, people: Sequence[UUID]) -> None:
    """Note whom the comment mentions now, and tell those whom it did not mention before."""
    noted = Mention.filter(org_id=actor.org, comment_id=comment.id)
    before = [each.person_id for each in await noted]
    await noted.exclude(person_id__in=people).delete() if people else await noted.delete()
    told = []
    for person in fresh(people, before, comment.author_id):
        made = new_id()
        await Mention.add(
            org_id=actor.org, id=made, comment_id=comment.id, person_id=person,
            mentioned_at=datetime.now(UTC),
        )  # fmt: skip
        told.append(News(NoticeKind.MENTIONED, made, person, "once", of="mention"))
    await send(actor, told)
