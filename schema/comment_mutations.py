"""What callers say about things."""

import datetime
from typing import Annotated

import strawberry

from domain.comments import actions as comments
from domain.comments.access import COMMENTED
from schema.comments import Comment
from schema.compiler.fields import one
from schema.errors import (
    CommentVersionConflictError,
    ConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
)
from schema.mutations import Message, Payload, id_of, id_of_any, mutation
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
_BODY = (
    "What you say, 1 to 4,000 characters of Markdown. `@[Name](person_...)` mentions somebody, who is"
    " told; up to 20 people, each of whom has to see what the comment is about."
)
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class CommentPayload(Payload):
    """What every payload about a comment has."""

    comment: Comment | None = one(
        "The comment as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class CommentWriteInput(Message):
    """Something that you say about a thing that you see."""

    id: strawberry.ID | None = id_of(
        "comment",
        "The new comment's id, if you made one: `comment_` and a UUID version 7. Sent again under it,"
        " the same comment is not written twice.",
        "commentId",
        default=strawberry.UNSET,
    )
    thing: strawberry.ID = id_of_any(
        COMMENTED, "What it is about: a goal, a sale, an account and so on.", "subjectId"
    )
    body: str = strawberry.field(description=_BODY)
    written_at: datetime.datetime | None = strawberry.field(
        description="When you wrote it, if that was before now.", default=strawberry.UNSET
    )


CommentWriteError = Annotated[
    Refused,
    strawberry.union("CommentWriteError", description="Why a comment was not written."),
]


@plain
class CommentWritePayload(CommentPayload):
    """What became of writing a comment."""

    errors: list[CommentWriteError] = strawberry.field(description=_ERRORS)


@input_of
class CommentEditInput(Message):
    """A comment of yours in other words."""

    comment_id: strawberry.ID = id_of("comment", "Which comment.", "id")
    expected_version: int = strawberry.field(description="The comment's version that you saw.")
    body: str = strawberry.field(description=_BODY)


CommentEditError = Annotated[
    Refused | CommentVersionConflictError,
    strawberry.union("CommentEditError", description="Why a comment was not edited."),
]


@plain
class CommentEditPayload(CommentPayload):
    """What became of editing a comment."""

    errors: list[CommentEditError] = strawberry.field(description=_ERRORS)


@input_of
class CommentWithdrawInput(Message):
    """A comment of yours that is to say nothing any longer."""

    comment_id: strawberry.ID = id_of("comment", "Which comment.", "id")


CommentWithdrawError = Annotated[
    Refused,
    strawberry.union("CommentWithdrawError", description="Why a comment was not withdrawn."),
]


@plain
class CommentWithdrawPayload(CommentPayload):
    """What became of withdrawing a comment."""

    errors: list[CommentWithdrawError] = strawberry.field(description=_ERRORS)


@plain
class CommentMutations:
    """What is said of things."""

    comment_write: CommentWritePayload = mutation(
        "Say something about a thing that you see, to whoever sees it.",
        comments.write_comment,
        CommentWriteInput,
        CommentWritePayload,
    )
    comment_edit: CommentEditPayload = mutation(
        "Say a comment of yours in other words; what it said before is kept beside it.",
        comments.edit_comment,
        CommentEditInput,
        CommentEditPayload,
        "comment_id",
    )
    comment_withdraw: CommentWithdrawPayload = mutation(
        "Take a comment of yours back, with every word that it said.",
        comments.withdraw_comment,
        CommentWithdrawInput,
        CommentWithdrawPayload,
    )
