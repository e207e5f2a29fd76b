"""Recognising colleagues. What is private is between giver and receivers: it stands in no list, no count
and nobody else's history. Whichever receiver takes something off the wall is not told, to anybody."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.doors import seen
from domain.errors import Invalid
from domain.goals import access as goals
from domain.goals.models import Goal
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.installation import installation
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.people.access import organisation_wide
from domain.readers import readers_here
from domain.recognition.access import received
from domain.recognition.models import Recognition, RecognitionValue
from domain.recognition.rules import NotOnWall, sound_receivers, sound_values

LONGEST_WORDS = 2000


@act
async def give_recognition(
    actor: Actor,
    *,
    receiver_ids: Sequence[UUID],
    value_ids: Sequence[UUID],
    words: str,
    is_public: bool,
    goal_id: UUID | None = None,
    id: UUID | None = None,
) -> UUID:
    """Recognise colleagues by values of the organisation; they are told. `id` may come from a phone."""
    organisation_wide(actor, Act.RECOGNITION_GIVE)
    assert actor.person is not None, "only a person is permitted to recognise others"

    words = sound_text(words, longest=LONGEST_WORDS, path="words")
    if id is not None and await Recognition.arrived(
        actor.org, id, giver_id=actor.person, words=words
    ):
        return id
    receivers = sound_receivers(receiver_ids, giver=actor.person)
    await readers_here(actor, receivers, path=("receiverIds",))
    in_use = await RecognitionValue.filter(org_id=actor.org, retired_at__isnull=True)
    if goal_id is not None:
        await _fits(actor, goal_id, is_public=is_public)
    recognition = await Recognition.add(
        org_id=actor.org,
        id=id or new_id(),
        readers=[actor.person, *receivers],
        giver_id=actor.person,
        receiver_ids=receivers,
        value_ids=sound_values(value_ids, {each.id for each in in_use}),
        words=words,
        goal_id=goal_id,
        on_wall=is_public,
        given_on=actor.today,
        given_at=datetime.now(UTC),
    )

    await record(actor, "recognition.given", "recognition", recognition.id)
    kind = NoticeKind.RECOGNITION_GIVEN
    await send(
        actor,
        [News(kind, recognition.id, each, "given", of="recognition") for each in receivers],
    )
    return recognition.id


@act
async def take_off_wall(actor: Actor, *, recognition_id: UUID) -> UUID:
    """Keep a recognition of oneself between giver and receivers from now on."""
    recognition = await received(actor, recognition_id)

    if not recognition.on_wall:
        raise NotOnWall
    await recognition.change(on_wall=False)

    unnamed = installation(actor.org, actor.today)
    await record(unnamed, "recognition.taken_off", "recognition", recognition.id)
    return recognition.id


async def _fits(actor: Actor, goal_id: UUID, *, is_public: bool) -> None:
    """Raises NotFound for a goal that the actor does not see, and Invalid for one of which the wall may
    not know."""
    visible = goals.visible(actor)
    await seen(actor, Goal, goal_id, kind="goal", visible=visible, path=("goalId",))
    goal = await Goal.get(org_id=actor.org, id=goal_id)
    if is_public and goal.private:
        raise Invalid("A private goal is not named on the wall.", path=("goalId",))
