"""Who hears of a comment: whose the thing is that it is about, and who had something to say of it before.

The nearest are told first, so many and no more. Whoever does not see the thing today is not told, nor
whoever is mentioned: they hear that. An edit tells nobody again.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from auth.actor import Actor
from domain.comments.access import COMMENTED, whether_seen
from domain.comments.models import Comment
from domain.comments.rules import MOST_MENTIONS, MOST_TOLD, who_hears
from domain.database import current_transaction
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.sql import bind
from domain.subjects import Thing

_HELD_TODAY = """array(select assigned.person_id from territory_assignment assigned
  where assigned.org_id = :org::uuid and assigned.territory_id = thing.id
    and assigned.during @> :today::date order by lower(assigned.during), assigned.person_id)"""
_GOAL_OWNER = """(select goal.owner_id from goal
  where goal.org_id = :org::uuid and goal.id = thing.goal_id)"""

WHOSE: Mapping[str, str] = MappingProxyType(
    {
        "account": "array[]::uuid[]",  # a customer is nobody's
        "assessment": "array[thing.person_id, thing.assessor_id]",
        "blocker": f"array[thing.raised_by_id, {_GOAL_OWNER}]",
        "goal": "array[thing.owner_id]",
        "insight": "array[thing.author_id, thing.owner_id]",
        "one_to_one": "array[thing.coachee_id, thing.leader_id]",
        "opportunity": "array[thing.person_id]",
        "pay_result": "array[thing.person_id]",
        "recognition": "thing.receiver_ids || thing.giver_id",
        "sale": "array[thing.person_id]",
        "task": "array[thing.owner_id, thing.asked_by_id] || thing.readers",
        "territory": _HELD_TODAY,
    }
)
"""Whose a thing of each kind is, the nearest first: an array in SQL over `thing`."""

_SAID_SOMETHING = f"""array(select said.author_id from comment said
  where said.org_id = :org::uuid and said.subject_kind = :kind and said.subject_id = :thing::uuid
    and said.withdrawn_at is null and said.author_id <> :author::uuid
  group by said.author_id order by max(said.received_at) desc, said.author_id
  limit {MOST_TOLD + MOST_MENTIONS})"""


async def tell_of(actor: Actor, comment: Comment, mentioned: Sequence[UUID]) -> None:
    """Tell whoever the comment concerns that there is one; but for its author and the mentioned."""
    thing = Thing(comment.subject_kind, comment.subject_id)
    whose, said_before = await _concerned(actor, comment)
    people = who_hears(whose, said_before, but={comment.author_id, *mentioned})
    seen = await whether_seen(actor, people, thing)
    await send(
        actor,
        [
            News(NoticeKind.COMMENTED, comment.id, person, "once", of="comment")
            for person in people
            if seen.get(person)
        ],
    )


async def _concerned(actor: Actor, comment: Comment) -> tuple[list[UUID | None], list[UUID]]:
    kind = comment.subject_kind
    statement, arguments = bind(
        f"select {WHOSE[kind]} as whose, {_SAID_SOMETHING} as said_before"
        f" from {COMMENTED[kind].table} thing"
        " where thing.org_id = :org::uuid and thing.id = :thing::uuid",
        {
            "org": actor.org,
            "today": actor.today,
            "kind": kind,
            "thing": comment.subject_id,
            "author": comment.author_id,
        },
    )
    [found] = await current_transaction().execute_query_dict(statement, arguments)
    return found["whose"], found["said_before"]
