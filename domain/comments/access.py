"""Who sees comments and mentions: whoever sees what they are about. And who may say something."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may, org_wide
from domain.callers.others import standing_of_others
from domain.comments.models import Comment
from domain.database import current_transaction, seen_by
from domain.doors import locked
from domain.errors import NotFound, NotPermitted
from domain.people.access import related
from domain.scorecards import access as scorecards
from domain.sql import bind, viewer
from domain.subjects import SUBJECTS, Subject, Thing, sees, sees_subject

COMMENTED: Mapping[str, Subject] = MappingProxyType(
    {
        kind: SUBJECTS[kind]
        for kind in (
            "account", "blocker", "goal", "insight", "one_to_one", "opportunity", "pay_result",
            "recognition", "sale", "task", "territory",
        )
    }
    # What is said of an assessment is words upon somebody, too; HR sees the scores alone.
    | {"assessment": Subject("assessment", scorecards.reads_words)}
)  # fmt: skip
"""On what people comment, and who reads that."""

READERS = MappingProxyType(
    {
        "one_to_one": "readers",
        "task": "readers",
        # On the wall it is everybody's, and so is what is said of it there.
        "recognition": "case when not on_wall then readers end",
    }
)
"""Who reads things that name their readers, as SQL over their tables."""

_WORDS = "assessment_words"
"""An assessment, seen by who reads its words."""


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


def sees_thing_or_said(actor: Actor) -> str:
    """SQL over `{row}`, which is of a thing, of a comment or of a mention in one: the actor sees that. What
    a comment is about is found first and then asked for like any other thing: that is a long text, and
    stands here once."""
    if visible(actor) == "false":
        return sees_subject(actor)
    seen = sees_subject(actor, {**SUBJECTS, _WORDS: COMMENTED["assessment"]})
    mentioned = (
        "(select mention.comment_id from mention where mention.org_id = :org::uuid"
        " and mention.id = {row}.subject_id and mention.person_id = {row}.person_id)"
    )
    return (
        "exists (select 1 from (select {row}.subject_kind, {row}.subject_id"
        " where {row}.subject_kind not in ('comment', 'mention') union all"
        f" select case comment.subject_kind when 'assessment' then '{_WORDS}' else comment.subject_kind end,"
        " comment.subject_id from comment where comment.org_id = :org::uuid"
        " and {row}.subject_kind in ('comment', 'mention') and comment.id = case {row}.subject_kind"
        f" when 'comment' then {{row}}.subject_id else {mentioned} end"
        " and (comment.readers is null or :person::uuid = any(comment.readers))) about"
        f" where {seen.replace('{row}', 'about')})"
    )


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


async def whether_seen(actor: Actor, people: Collection[UUID], thing: Thing) -> Mapping[UUID, bool]:
    """Of these people those who are here today, and whether each sees this thing: asked with their own
    standing, through the predicate by which they see it."""
    found = {}
    others = await standing_of_others(actor, people) if people else {}
    for person, other in others.items():
        async with seen_by(person, instead_of=actor.person):
            found[person] = await seen(other, thing)
    return found


async def readers_of(actor: Actor, thing: Thing) -> list[UUID] | None:
    """Who reads a thing that names its readers; None where it is not for these alone. The actor has to
    see it."""
    if thing.kind not in READERS:
        return None
    statement, arguments = bind(
        f"select {READERS[thing.kind]} as readers from {COMMENTED[thing.kind].table}"
        " where org_id = :org and id = :id",
        {"org": actor.org, "id": thing.id},
    )
    [found] = await current_transaction().execute_query_dict(statement, arguments)
    readers: list[UUID] | None = found["readers"]
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
