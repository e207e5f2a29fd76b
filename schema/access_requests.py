"""Requests to see what is written about oneself, and their answers, as the schema shows them."""

import datetime
from enum import StrEnum

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.access_requests import access
from domain.access_requests.models import RequestState
from domain.access_requests.rules import DAYS_TO_ANSWER
from domain.people.access import related
from domain.readers import readable
from schema.comparisons import Comparison, IDComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import compares
from schema.connections import Connection
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of
from schema.storage import By, column, decided, expression, stored

described_enum(
    RequestState,
    "Where a request for access stands.",
    {
        "ASKED": "Somebody asked; HR or an administrator decides.",
        "GRANTED": "It is being answered.",
        "DECLINED": "It was declined, with a reason.",
        "ANSWERED": "Its answer can be read by the person who asked.",
        "REMOVED": "It was answered, and the answer's words have been removed again.",
    },
    name="AccessRequestState",
)


class AccessRequestAction(StrEnum):
    GRANT = "grant"
    DECLINE = "decline"


described_enum(
    AccessRequestAction,
    "What a viewer may do about a request for access.",
    {"GRANT": "Have it answered.", "DECLINE": "Decline it, saying why."},
)


def _possible(actor: Actor) -> dict[AccessRequestAction, str]:
    act = Act.ACCESS_REQUEST_DECIDE
    if not may(actor, act):
        return {}
    open_ = (
        f"{{row}}.state = '{RequestState.ASKED}' and {{row}}.person_id <> :person::uuid"
        f" and {related(actor, act, '{row}.person_id')}"
    )
    return dict.fromkeys(AccessRequestAction, open_)


@stored(
    table="access_extract",
    kind="access_extract",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("written_at",)),
)
class AccessExtract(Node):
    """A text about you, without third parties. Who wrote it is not said."""

    kind: str = column("What it was written as, such as a note.")
    is_own: bool = column("Whether you wrote it yourself; then it is as you wrote it.")
    written_at: datetime.datetime = column("When it was written.")
    words: str = column("The text; [somebody else] stands in place of other people.")


@stored(
    table="access_request",
    kind="access_request",
    visible=access.visible,
    field_class=FieldClass.ACCESS_REQUEST,
    subject="person_id",
    by=By(("asked_at",), descending=True),
)
class AccessRequest(Node):
    """Somebody's request to see what is written about them."""

    person: Person = to_one("Who asked.", "person_id")
    state: RequestState = column("Where it stands.")
    asked_on: datetime.date = column("The organisation's day on which it was made.")
    asked_at: datetime.datetime = column("When it was made.")
    due_on: datetime.date = expression(
        "The last day on which it is answered in time.",
        f"({{row}}.asked_on + {DAYS_TO_ANSWER})",
    )
    decided_by: Person | None = to_one("Who decided; null while nobody has.", "decided_by_id")
    decided_at: datetime.datetime | None = column("When it was decided; null while it is not.")
    reason: str | None = column("Why it was declined; null if it was not.")
    answered_at: datetime.datetime | None = column("When it was answered; null while it is not.")
    removed_on: datetime.date | None = column(
        "The day on which the answer's words are removed; null while there is none."
    )
    extracts: Connection[AccessExtract] = to_many(
        "What is written about the person, the oldest first. They alone read it.",
        foreign_key="request_id",
    )
    viewer_can: list[AccessRequestAction] = decided(
        "What you may do about it as it stands.", _possible
    )


@input_of
class AccessRequestFilter:
    """Which requests; everything given must hold."""

    person: IDComparison | None = compares("By who asked.")
    state: Comparison[RequestState] | None = compares("By where they stand.")
