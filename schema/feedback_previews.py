"""Who would see feedback, worked out before it is sent."""

from typing import Any
from uuid import UUID

import strawberry

from auth.actor import Actor
from domain.errors import NotFound
from domain.feedback.models import FeedbackKind, FeedbackRelation
from domain.feedback.preview import feedback_preview
from domain.feedback.rules import Reader
from schema.compiler.fields import one
from schema.cost_rules import dear
from schema.people import Person
from schema.plain import plain
from schema.worked import id_, worked


@plain
class FeedbackPreviewReader:
    """Somebody who would see it."""

    person: Person | None = one("Who.", lambda root, actor: root.subject)
    relation: FeedbackRelation = strawberry.field(
        description="How they stand to it; of several ways the one that shows most."
    )
    sees_name: bool = strawberry.field(description="Whether they would see your name.")
    together: int = strawberry.field(
        description="Where they would not: of how many people's words, shown together, yours would be one; 1"
        " where yours would be shown alone."
    )
    subject: strawberry.Private[UUID | None] = None


@plain
class FeedbackPreview:
    """Everybody who would see feedback from you, if you sent it now, beside yourself."""

    kind: FeedbackKind = strawberry.field(description="How it would come about.")
    readers: list[FeedbackPreviewReader] = strawberry.field(description="Who would see it.")
    seal: str = strawberry.field(
        description="Stands for these readers; sent as `seen`, your feedback goes to them and nobody else, or"
        " is refused."
    )


async def _preview(actor: Actor, **asked: Any) -> FeedbackPreview | None:
    try:
        found = await feedback_preview(actor, **asked)
    except NotFound:
        return None
    return FeedbackPreview(
        kind=found.kind, seal=found.seal, readers=[_reader(each) for each in found.readers]
    )


def _reader(reader: Reader) -> FeedbackPreviewReader:
    return FeedbackPreviewReader(
        relation=reader.relation,
        sees_name=reader.sees_name,
        together=reader.sight.together,
        subject=reader.person_id,
    )


def feedback_preview_field() -> Any:
    """The root field."""
    field = worked(
        "Who would see feedback that you give to a person, or in answer to a request that asks you, and who of"
        " them your name; null where you see no such person or request. Nothing is written.",
        _preview,
        person_id=id_("person", "To whom, unasked."),
        request_id=id_("feedback_request", "Or in answer to which request."),
    )
    return dear(field, points=50)
