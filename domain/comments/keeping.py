"""The words of comments: what they said before, and what becomes of them when they go."""

from collections.abc import Collection
from uuid import UUID

from auth.actor import Actor
from domain.comments.models import Comment
from domain.database import current_transaction
from domain.subjects import Thing

_KEEP = """insert into comment_version (org_id, comment_id, version, body, body_html, said_at)
values ($1, $2, $3, $4, $5, $6)"""
_FORGET = "delete from comment_version where org_id = $1 and comment_id = $2"
_ABOUT = """select id from comment where org_id = $1 and subject_kind = $2 and subject_id = any($3::uuid[])"""
_GONE = (
    "delete from mention where org_id = $1 and comment_id = any($2::uuid[])",
    "delete from comment_version where org_id = $1 and comment_id = any($2::uuid[])",
    "delete from comment where org_id = $1 and id = any($2::uuid[])",
)


async def keep_words(comment: Comment) -> None:
    """Keep what the comment says beside it, before it says something else."""
    said_at = comment.edited_at or comment.received_at
    await current_transaction().execute_query(
        _KEEP,
        [comment.org_id, comment.id, comment.version, comment.body, comment.body_html, said_at],
    )


async def forget_words(comment: Comment) -> None:
    """What the comment said before is gone for good."""
    await current_transaction().execute_query(_FORGET, [comment.org_id, comment.id])


async def said_before(actor: Actor, id: UUID, thing: Thing, words: str) -> bool:
    """Whether the actor said just this about the thing under this id: a phone that heard no answer
    sends it again."""
    return await Comment.filter(
        org_id=actor.org, id=id, author_id=actor.person, subject_kind=thing.kind,
        subject_id=thing.id, body=words,
    ).exists()  # fmt: skip


async def forget_what_was_said_of(org: UUID, kind: str, things: Collection[UUID]) -> None:
    """Things that go take along what was said of them."""
    transaction = current_transaction()
    rows = await transaction.execute_query_dict(_ABOUT, [org, kind, list(things)])
    gone = [row["id"] for row in rows]
    for statement in _GONE if gone else ():
        await transaction.execute_query(statement, [org, gone])
