"""Who sees comments and mentions: whoever sees what they are about. And who may say something."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may, org_wide
from domain.comments.models import Comment
from domain.database import current_transaction
from domain.doors import locked
from domain.errors import NotFound, NotPermitted
from domain.people.access import related
from domain.readers import readable
from domain.sql import bind, viewer
from domain.subjects import SUBJECTS, Subject, Thing, sees, sees_subject

COMMENTED: Mapping[str, Subject] = MappingProxyType(
    {
        kind: SUBJECTS[kind]
        for kind in (
            "account", "blocker", "goal", "one_to_one", "opportunity", "pay_result", "sale",
            "territory",
        )
    }
)  # fmt: skip
"""On what people comment."""


def visible(actor: Actor) -> str:
    """SQL over `{row}`: comments on what the actor sees; where that names its readers, those that were
    written when they were one of them."""
    seen = sees_subject(actor, COMMENTED)
    if seen == "false" or not org_wide(actor, FieldClass.COMMENT):
        return "false"
    return f"{seen} and ({{row}}.readers is null or :person::uuid = any({{row}}.readers))"


def visible_mention(actor: Actor) -> str:
    """SQL over `{row}`: one's own, in comments that one sees."""
    own, comment = related(actor, FieldClass.NOTICE, "{row}.person_id"), visible(actor)
    if "false" in (own, comment):
        return "false"
    seen = (
        "exists (select 1 from comment where comment.org_id = :org::uuid"
        f" and comment.id = {{row}}.comment_id and {comment.replace('{row}', 'comment')})"
    )
    return seen if own == "true" else f"{own} and {seen}"


async def thing_to_comment(actor: Actor, thing: Thing) -> None:
    """A thing that the actor sees, on which they may comment. NotFound or NotPermitted otherwise."""
    if not await seen(actor, thing):
        raise NotFound(thing.kind.replace("_", " "), path=("subjectId",))
    if not may(actor, Act.COMMENT_WRITE):
        raise NotPermitted("Only a person comments.", path=("subjectId",))


async def seen(actor: Actor, thing: Thing) -> bool:
    """Whether the actor sees this thing."""
    statement, arguments = bind(
        f"select {sees(actor, COMMENTED[thing.kind], ':thing::uuid')} as seen",
        {**viewer(actor), "thing": thing.id},
    )
    [found] = await current_transaction().execute_query_dict(statement, arguments)
    return bool(found["seen"])


async def readers_of(actor: Actor, thing: Thing) -> list[UUID] | None:
    """Who reads a thing that names its readers; None for any other. The actor has to see it."""
    subject = COMMENTED[thing.kind]
    if subject.visible is not readable:
        return None
    statement, arguments = bind(
        f"select readers from {subject.table} where org_id = :org and id = :id",
        {"org": actor.org, "id": thing.id},
    )
    [found] = await current_transaction().execute_query_dict(statement, arguments)
    readers: list[UUID] = found["readers"]
    return readers


async def comment_for(actor: Actor, act: Act, comment_id: UUID) -> Comment:
    """A comment of the actor's own, locked. NotFound for one they do not see, NotPermitted for
    somebody else's."""
    comment = await locked(
        actor,
        Comment,
        comment_id,
        kind="comment",
        visible=visible(actor),
        act=act,
        person="author_id",
    )
    if not comment.permitted:
        raise NotPermitted(_REFUSALS[act], path=("id",))
    return comment.row


_REFUSALS = {
    Act.COMMENT_EDIT: "Only its author edits a comment.",
    Act.COMMENT_WITHDRAW: "Only its author withdraws a comment.",
}
