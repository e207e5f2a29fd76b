"""What people do about insights. An insight is everybody's to read; who voted is nobody's to know but
the voter's, so the history says of a vote that the insight changed, and not who did it."""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Conflict, Invalid, NotFound
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.insights.access import both_insights, insight_for, owner_here
from domain.insights.linking import Link, linked
from domain.insights.models import Insight, InsightMove, InsightState, InsightStep, InsightTopic
from domain.insights.rules import (
    NotVoted,
    VotedAlready,
    answered_on,
    open_to_votes,
    state_after,
)
from domain.insights.telling import tell, tell_concerned
from domain.installation import installation
from domain.notices.models import NoticeKind
from domain.people.access import organisation_wide

LONGEST_TITLE = 120
LONGEST_WORDS = 4000

_VOTE = """with cast_vote as (
  insert into insight_vote (org_id, insight_id, person_id) values ($1, $2, $3)
  on conflict do nothing returning person_id
) select person_id from cast_vote"""
_TAKE_BACK = """with taken_back as (
  delete from insight_vote where org_id = $1 and insight_id = $2 and person_id = $3
  returning person_id
) select person_id from taken_back"""
_MOVE_VOTES = """insert into insight_vote (org_id, insight_id, person_id, voted_at)
  select org_id, $3, person_id, voted_at from insight_vote where org_id = $1 and insight_id = $2
  on conflict do nothing"""


@act
async def tell_insight(
    actor: Actor, *, title: str, words: str, topic: InsightTopic, id: UUID | None = None
) -> UUID:
    """Tell leadership something from the field; `id` may come from a phone."""
    organisation_wide(actor, Act.INSIGHT_TELL)
    assert actor.person is not None, "only a person is permitted to tell an insight"

    title = sound_text(title, longest=LONGEST_TITLE, path="title")
    words = sound_text(words, longest=LONGEST_WORDS, path="words")
    if id is not None and await Insight.arrived(
        actor.org, id, author_id=actor.person, title=title, words=words
    ):
        return id
    insight = await Insight.add(
        org_id=actor.org,
        id=id or new_id(),
        author_id=actor.person,
        title=title,
        words=words,
        topic=topic,
        told_on=actor.today,
        told_at=datetime.now(UTC),
    )

    await record(actor, "insight.told", "insight", insight.id, after={"topic": topic})
    return insight.id


@act
async def vote_for_insight(actor: Actor, *, insight_id: UUID) -> UUID:
    """Say that it matters; once."""
    insight = await insight_for(actor, Act.INSIGHT_VOTE, insight_id)

    open_to_votes(InsightState(insight.state))
    given = await current_transaction().execute_query_dict(
        _VOTE, [actor.org, insight.id, actor.person]
    )
    if not given:
        raise VotedAlready

    await _record_vote(actor, insight)
    return insight.id


@act
async def take_vote_back(actor: Actor, *, insight_id: UUID) -> UUID:
    """Take one's own vote back."""
    insight = await insight_for(actor, Act.INSIGHT_VOTE, insight_id)

    open_to_votes(InsightState(insight.state))
    taken = await current_transaction().execute_query_dict(
        _TAKE_BACK, [actor.org, insight.id, actor.person]
    )
    if not taken:
        raise NotVoted

    await _record_vote(actor, insight)
    return insight.id


@act
async def take_insight(actor: Actor, *, insight_id: UUID) -> UUID:
    """Take it upon oneself to answer."""
    insight = await insight_for(actor, Act.INSIGHT_TAKE, insight_id)

    step = await _move(actor, insight, InsightMove.TAKE, owner_id=actor.person)

    await _record(actor, "insight.taken", insight, step)
    return insight.id


@act
async def give_insight(actor: Actor, *, insight_id: UUID, owner_id: UUID) -> UUID:
    """Give it to somebody to answer, also one that somebody else has taken; they are told."""
    insight = await insight_for(actor, Act.INSIGHT_GIVE, insight_id)

    owner = await owner_here(actor, owner_id)
    if insight.owner_id == owner:
        raise Conflict("They have this insight already.", path=("ownerId",))
    step = await _move(actor, insight, InsightMove.GIVE, owner_id=owner)

    await _record(actor, "insight.given", insight, step)
    await tell(actor, NoticeKind.INSIGHT_GIVEN, insight, owner, step)
    return insight.id


@act
async def answer_insight(
    actor: Actor,
    *,
    insight_id: UUID,
    words: str,
    goal_id: UUID | None = None,
    measure_id: UUID | None = None,
    territory_id: UUID | None = None,
    plan_id: UUID | None = None,
) -> UUID:
    """Answer it; author and voters are told."""
    return await _say(
        actor,
        insight_id,
        InsightMove.ANSWER,
        words,
        goal_id=goal_id,
        measure_id=measure_id,
        territory_id=territory_id,
        plan_id=plan_id,
    )


@act
async def change_by_insight(
    actor: Actor,
    *,
    insight_id: UUID,
    words: str,
    goal_id: UUID | None = None,
    measure_id: UUID | None = None,
    territory_id: UUID | None = None,
    plan_id: UUID | None = None,
) -> UUID:
    """Say what changed because of it; author and voters are told."""
    return await _say(
        actor,
        insight_id,
        InsightMove.CHANGE,
        words,
        goal_id=goal_id,
        measure_id=measure_id,
        territory_id=territory_id,
        plan_id=plan_id,
    )


@act
async def decline_insight(actor: Actor, *, insight_id: UUID, words: str) -> UUID:
    """Say that nothing will change, and why; author and voters are told."""
    return await _say(actor, insight_id, InsightMove.DECLINE, words)


@act
async def merge_insights(actor: Actor, *, insight_id: UUID, into_id: UUID) -> UUID:
    """Say that an insight says what another does. The other stays; whoever voted for either has one
    vote for it. What was merged into the first before points to the other from now on."""
    await both_insights(actor, insight_id, into_id)
    insight = await insight_for(actor, Act.INSIGHT_MERGE, insight_id)

    if insight.id == into_id:
        raise Invalid("An insight is not merged into itself.", path=("intoId",))
    stays = await Insight.get_or_none(org_id=actor.org, id=into_id)
    if stays is None:
        raise NotFound("insight", path=("intoId",))
    if stays.merged_into_id is not None:
        raise Conflict("That one was merged into another itself.", path=("intoId",))

    step = await _move(actor, insight, InsightMove.MERGE, merged_into_id=stays.id)
    await Insight.filter(org_id=actor.org, merged_into_id=insight.id).update(
        merged_into_id=stays.id
    )
    await current_transaction().execute_query(_MOVE_VOTES, [actor.org, insight.id, stays.id])

    after = {"step": step.id, "into": stays.id}
    await record(actor, "insight.merged", "insight", insight.id, after=after)
    await record(actor, "insight.merged_in", "insight", stays.id, after={"insight": insight.id})
    await tell(actor, NoticeKind.INSIGHT_MERGED, insight, insight.author_id, step)
    return stays.id


_SAID = {
    InsightMove.ANSWER: ("insight.answered", NoticeKind.INSIGHT_ANSWERED),
    InsightMove.CHANGE: ("insight.changed", NoticeKind.INSIGHT_CHANGED),
    InsightMove.DECLINE: ("insight.declined", NoticeKind.INSIGHT_DECLINED),
}
"""What its owner says of an insight: as it is recorded, and told to author and voters."""


async def _say(
    actor: Actor, insight_id: UUID, move: InsightMove, words: str, **pointed_at: UUID | None
) -> UUID:
    insight = await insight_for(actor, Act.INSIGHT_ANSWER, insight_id)

    words = sound_text(words, longest=LONGEST_WORDS, path="words")
    link = await linked(actor, **pointed_at)
    step = await _move(actor, insight, move, words=words, link=link)

    happened, told = _SAID[move]
    await _record(actor, happened, insight, step)
    await tell_concerned(actor, told, insight, step)
    return insight.id


async def _move(
    actor: Actor,
    insight: Insight,
    move: InsightMove,
    *,
    words: str | None = None,
    link: Link | None = None,
    **changes: UUID | None,
) -> InsightStep:
    """Change where the insight stands, and keep who did it, when and with which words."""
    state = state_after(move, InsightState(insight.state))
    day = insight.answered_on
    if move in (InsightMove.ANSWER, InsightMove.DECLINE):
        day = answered_on(day, insight.told_on, actor.today)
    await insight.change(state=state, answered_on=day, **changes)
    return await InsightStep.add(
        org_id=actor.org,
        id=new_id(),
        insight_id=insight.id,
        state=state,
        person_id=actor.person,
        owner_id=changes.get("owner_id"),
        words=words,
        link_kind=link.kind if link else None,
        link_id=link.id if link else None,
        made_at=datetime.now(UTC),
    )


async def _record(actor: Actor, happened: str, insight: Insight, step: InsightStep) -> None:
    await record(actor, happened, "insight", insight.id, after={"step": step.id})


async def _record_vote(actor: Actor, insight: Insight) -> None:
    unnamed = installation(actor.org, actor.today)
    await record(unnamed, "insight.voted", "insight", insight.id)
