"""What callers do with their notices."""

from typing import Annotated

import strawberry

from domain.notices import actions as notices
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation
from schema.notices import Notice
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class NoticePayload(Payload):
    """What every payload about a notice has."""

    notice: Notice | None = one(
        "The notice as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class NoticeReadInput(Message):
    """A notice that you have read."""

    notice_id: strawberry.ID = id_of("notice", "Which notice.", "id")


NoticeReadError = Annotated[
    Refused, strawberry.union("NoticeReadError", description="Why a notice was not marked as read.")
]


@plain
class NoticeReadPayload(NoticePayload):
    """What became of reading a notice."""

    errors: list[NoticeReadError] = strawberry.field(description=_ERRORS)


@input_of
class NoticesReadInput(Message):
    """The latest of the notices that you have read."""

    notice_id: strawberry.ID = id_of(
        "notice", "The notice that, with all that were sent to you before it, counts as read.", "id"
    )


NoticesReadError = Annotated[
    Refused,
    strawberry.union("NoticesReadError", description="Why notices were not marked as read."),
]


@plain
class NoticesReadPayload(NoticePayload):
    """What became of reading several notices."""

    errors: list[NoticesReadError] = strawberry.field(description=_ERRORS)


@plain
class NoticeMutations:
    """Notices, once they are read."""

    notice_read: NoticeReadPayload = mutation(
        "Mark a notice to you as read.", notices.read_notice, NoticeReadInput, NoticeReadPayload
    )
    notices_read: NoticesReadPayload = mutation(
        "Mark a notice and all that were sent to you before it as read.",
        notices.read_notices,
        NoticesReadInput,
        NoticesReadPayload,
    )
