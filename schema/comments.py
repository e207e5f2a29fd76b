"""Comments on anything, and where the caller is mentioned in them, as the schema shows them."""

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.comments import access
from domain.people.access import related
from schema.compiler.fields import to_any, to_many, to_one
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, plain
from schema.storage import By, column, decided, listed, stored


class CommentAction(StrEnum):
    EDIT = "edit"
    WITHDRAW = "withdraw"


described_enum(
    CommentAction,
    "What a viewer may do with a comment.",
    {"EDIT": "Say it in other words.", "WITHDRAW": "Take it back."},
)


def _possible(actor: Actor) -> Mapping[CommentAction, str]:
    acts = {CommentAction.EDIT: Act.COMMENT_EDIT, CommentAction.WITHDRAW: Act.COMMENT_WITHDRAW}
    return {
        action: f"{{row}}.withdrawn_at is null and {related(actor, act, '{row}.author_id')}"
        for action, act in acts.items()
        if may(actor, act)
    }


@plain
class CommentVersion:
    """What a comment said before it was edited."""

    version: int = strawberry.field(description="Which version of the comment this was.")
    body: str = strawberry.field(description="What it said, as Markdown.")
    body_html: str = strawberry.field(description="The same as HTML that is safe to show.")
    said_at: datetime.datetime = strawberry.field(description="When it came to say so.")


_EARLIER = """(select earlier.version, earlier.body, earlier.body_html, earlier.said_at,
    to_char(earlier.version, 'FM0000000000') as place
  from comment_version earlier
  where earlier.org_id = :org::uuid and earlier.comment_id = {row}.id)"""


@stored(
    table="comment",
    kind="comment",
    visible=access.visible,
    field_class=FieldClass.COMMENT,
    by=By(("received_at",)),
)
class Comment(Node):
    """What somebody says about a thing, to whoever sees that thing. Once it is withdrawn it says
    nothing, and all that it ever said is gone."""

    subject: Node | None = to_any(
        "What it is about.",
        kind="{row}.subject_kind",
        key="{row}.subject_id",
        of=access.COMMENTED,
    )
    author: Person = to_one("Who says so.", "author_id")
    body: str | None = column(
        "What is said, as Markdown, in which `@[Name](person_...)` mentions somebody; null once it is"
        " withdrawn."
    )
    body_html: str | None = column(
        "The same as HTML that is safe to show; null once it is withdrawn."
    )
    written_at: datetime.datetime = column("When it was written, as its author's device says.")
    received_at: datetime.datetime = column("When it came here.")
    edited_at: datetime.datetime | None = column("When it was last edited; null if it never was.")
    withdrawn_at: datetime.datetime | None = column("When it was withdrawn; null if it was not.")
    version: int = column("Counts what its author did to it; the first version is 1.")
    earlier: list[CommentVersion] = listed(
        "What it said before it was edited, the first version first.", _EARLIER, order="place"
    )
    viewer_can: list[CommentAction] = decided("What you may do with it as it stands.", _possible)


def comments_field() -> Any:
    """What is said of a thing."""
    return to_many("What people say about it, the first first.", foreign_key="subject_id")


@stored(
    table="mention",
    kind="mention",
    visible=access.visible_mention,
    field_class=FieldClass.NOTICE,
    by=By(("mentioned_at",), descending=True),
)
class Mention(Node):
    """A place at which you are mentioned. Nobody else sees it, and nor do you once you no longer see
    what the comment is about."""

    comment: Comment = to_one("The comment that mentions you.", "comment_id")
    mentioned_at: datetime.datetime = column("When it came to mention you.")
