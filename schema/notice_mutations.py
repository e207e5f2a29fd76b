"""What callers do with their notices."""

from typing import Annotated

import strawberry

from domain.activities.models import ActivityKind
from domain.activities.preferences import prefer_activity
from domain.calendars.words import Weekday
from domain.notices import actions as notices
from domain.notices import preferences
from domain.notices.models import Delivery, NoticeKind, Rhythm
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.me import Me
from schema.mutations import Message, Payload, changed, id_of, mutation
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
class PreferencePayload(Payload):
    """What every payload about how you are told has."""

    me: Me | None = one(
        "You, as you want to be told now; null when refused.",
        lambda root, actor: actor.org if root.subject else None,
    )


@input_of
class NoticePreferInput(Message):
    """How you want to be told of one kind of thing."""

    kind: NoticeKind = strawberry.field(description="Of what.")
    delivery: Delivery = strawberry.field(description="How, from now on.")


NoticePreferError = Annotated[
    Refused,
    strawberry.union("NoticePreferError", description="Why it stays as it was."),
]


@plain
class NoticePreferPayload(PreferencePayload):
    """What became of how you are told."""

    errors: list[NoticePreferError] = strawberry.field(description=_ERRORS)


@input_of
class DigestPreferInput(Message):
    """How often you want a digest, and when."""

    rhythm: Rhythm = strawberry.field(description="How often, from now on.")
    hour: strawberry.Maybe[int | None] = changed(
        "From which hour of the organisation's day on, 0 to 23; left out, as before."
    )
    weekday: strawberry.Maybe[Weekday | None] = changed(
        "On which day, if weekly; left out, as before."
    )


DigestPreferError = Annotated[
    Refused,
    strawberry.union("DigestPreferError", description="Why it stays as it was."),
]


@plain
class DigestPreferPayload(PreferencePayload):
    """What became of how often your digest comes."""

    errors: list[DigestPreferError] = strawberry.field(description=_ERRORS)


@input_of
class ActivityPreferInput(Message):
    """Whether what is of one kind shows in your feed and in your digests."""

    kind: ActivityKind = strawberry.field(description="Of what kind.")
    shown: bool = strawberry.field(description="Whether it shows, from now on.")


ActivityPreferError = Annotated[
    Refused,
    strawberry.union("ActivityPreferError", description="Why it stays as it was."),
]


@plain
class ActivityPreferPayload(PreferencePayload):
    """What became of what shows in your feed."""

    errors: list[ActivityPreferError] = strawberry.field(description=_ERRORS)


@plain
class NoticeMutations:
    """Notices, once they are read."""

    notice_read: NoticeReadPayload = mutation(
        "Mark a notice to you as read.", notices.read_notice, NoticeReadInput, NoticeReadPayload
    )
    notice_prefer: NoticePreferPayload = mutation(
        "Say whether you are told of one kind of thing at once, in a digest or never.",
        preferences.prefer_notice,
        NoticePreferInput,
        NoticePreferPayload,
    )
    digest_prefer: DigestPreferPayload = mutation(
        "Say how often your digest comes, and when.",
        preferences.prefer_digest,
        DigestPreferInput,
        DigestPreferPayload,
    )
    activity_prefer: ActivityPreferPayload = mutation(
        "Say whether what is of one kind shows in your feed and in your digests.",
        prefer_activity,
        ActivityPreferInput,
        ActivityPreferPayload,
    )
    notices_read: NoticesReadPayload = mutation(
        "Mark a notice and all that were sent to you before it as read.",
        notices.read_notices,
        NoticesReadInput,
        NoticesReadPayload,
    )
