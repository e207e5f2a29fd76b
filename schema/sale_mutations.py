"""Posting, correcting and withdrawing sales: inputs and payloads."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from auth.permissions import FieldClass
from domain.sales import access, events
from domain.sales import actions as sales
from domain.sales.events import Happened
from domain.sales.models import PostedVerdict
from domain.sales.rules import Posted, Split
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    SaleVersionConflictError,
)
from schema.mutations import Message, Payload, id_of, mutation, parts_of
from schema.plain import described_enum, input_of, plain
from schema.sales import Sale
from schema.storage import By, column, listed, stored

_ERRORS = "Why it was refused, every fault with its place; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

described_enum(
    PostedVerdict,
    "What became of a sale that was posted.",
    {
        "ADDED": "It is new.",
        "CORRECTED": "There was one with this external id, and it says now what was posted.",
        "UNCHANGED": "There was one with this external id, and it said the same already.",
    },
)


@plain
class PostedSale:
    """What one line of a message became."""

    sale_id: strawberry.ID = strawberry.field(description="The sale's id.")
    external_id: str = strawberry.field(description="The id under which the message named it.")
    verdict: PostedVerdict = strawberry.field(description="What became of it.")


LINES = """(select 'sale_' || (line.value ->> 'sale_id') as sale_id,
    line.value ->> 'external_id' as external_id, line.value ->> 'verdict' as verdict, to_char(line.place, 'FM000') as place
  from jsonb_array_elements({row}.lines) with ordinality as line (value, place))"""


@stored(
    table="sale_posting",
    visible=access.visible_posting,
    field_class=FieldClass.SALES,
    by=By(("posted_at",)),
)
class SalesPosting:
    """One message with sales, as it was taken in."""

    posted_at: datetime.datetime = column("When it was taken in.")
    lines: list[PostedSale] = listed(
        "What each sale of the message became, in its order.", LINES, order="place"
    )


@input_of
class SaleSplitInput:
    """One of several who sold together."""

    person_id: strawberry.ID = id_of("person", "Who.")
    share: Decimal = strawberry.field(
        description="Their share: more than 0, at most 1, at most 8 decimal places."
    )


@input_of
class SaleInput:
    """One line of an order. What is left out is not known; in a correction, no longer known."""

    external_id: str = strawberry.field(
        description="The id under which its source knows it, 1 to 200 characters."
    )
    sold_on: datetime.date | None = strawberry.field(
        description="The day on which it counts. Give this or `soldAt`.", default=strawberry.UNSET
    )
    sold_at: datetime.datetime | None = strawberry.field(
        description="The instant of the sale. It counts on that instant's day in the organisation's"
        " time zone, wherever the seller was.",
        default=strawberry.UNSET,
    )
    order_number: str = strawberry.field(
        description="The order it is a line of, at most 200 characters.", default=""
    )
    person_id: strawberry.ID | None = id_of("person", "Who sold it.", default=strawberry.UNSET)
    territory_id: strawberry.ID | None = id_of(
        "territory",
        "Where it was sold; partner apps name one of the territories that they were granted.",
        default=strawberry.UNSET,
    )
    account_id: strawberry.ID | None = id_of(
        "account", "To whom it was sold.", default=strawberry.UNSET
    )
    product_id: strawberry.ID | None = id_of("product", "What was sold.", default=strawberry.UNSET)
    quantity: Decimal = strawberry.field(
        description="How many were sold, at most 4 decimal places."
    )
    unit_price: Decimal | None = strawberry.field(
        description="The price of one, at most 4 decimal places.", default=strawberry.UNSET
    )
    amount: Decimal = strawberry.field(
        description="What the line comes to, at most 15 digits and 4 decimal places."
    )
    cost: Decimal | None = strawberry.field(
        description="What the line cost the organisation, at most 4 decimal places.",
        default=strawberry.UNSET,
    )
    currency: str = strawberry.field(description='ISO 4217 code of its amounts, such as "USD".')
    splits: list[SaleSplitInput] = parts_of(
        Split,
        "Who sold it together, at most 20 people, whose shares come to 1 (or more, where the"
        " organisation credits more than the whole); left out, `personId` alone did.",
        default_factory=list,
    )
    reverses: str | None = strawberry.field(
        description="The external id of the sale that this takes back, wholly or in part: what was"
        " credited for that is taken back from the same people.",
        default=strawberry.UNSET,
    )
    referred_by_id: strawberry.ID | None = id_of(
        "person", "Who referred the customer.", default=strawberry.UNSET
    )


@input_of
class SalesPostInput(Message):
    """Sales to add, or to correct where there is one with the same external id."""

    sales: list[SaleInput] = parts_of(
        Posted, "The sales, 1 to 100, each external id once. All are taken, or none."
    )


SalesPostError = Annotated[
    Refused,
    strawberry.union("SalesPostError", description="Why sales were not posted."),
]


@plain
class SalesPostPayload(Payload):
    """What became of posting sales."""

    posting: SalesPosting | None = one(
        "What each sale became; null when refused.", lambda root, actor: root.subject
    )
    errors: list[SalesPostError] = strawberry.field(description=_ERRORS)


@input_of
class SaleWithdrawInput(Message):
    """A sale that should not have been."""

    sale_id: strawberry.ID = id_of("sale", "Which sale.")
    expected_version: int | None = strawberry.field(
        description="The sale's version that you saw; left out, it goes whatever it says.",
        default=strawberry.UNSET,
    )
    reason: str = strawberry.field(description="Why it goes, 1 to 4,000 characters.")


SaleWithdrawError = Annotated[
    Refused | SaleVersionConflictError,
    strawberry.union("SaleWithdrawError", description="Why a sale was not withdrawn."),
]


SaleEventError = Annotated[
    Refused,
    strawberry.union("SaleEventError", description="Why nothing was recorded of a sale."),
]


@plain
class SaleWithdrawPayload(Payload):
    """What became of withdrawing a sale. It is gone from every list and figure; the history keeps
    it."""

    errors: list[SaleWithdrawError] = strawberry.field(description=_ERRORS)


@plain
class SaleEventPayload(Payload):
    """What payloads about what became of a sale have."""

    sale: Sale | None = one(
        "The sale; null when refused, or where you may not see it.",
        lambda root, actor: root.subject,
    )
    errors: list[SaleEventError] = strawberry.field(description=_ERRORS)


@input_of
class SaleEventRecordInput(Message):
    """What became of a sale, or of a share of it."""

    sale_id: strawberry.ID = id_of("sale", "Which sale.")
    kind: Happened = strawberry.field(description="What became of it.")
    happened_on: datetime.date = strawberry.field(description="On which day.")
    share: Decimal = strawberry.field(
        description="Of which share of it: more than 0, at most 1, at most 8 decimal places.",
        default=Decimal(1),
    )


@plain
class SaleEventRecordPayload(SaleEventPayload):
    """What became of recording it."""


@input_of
class SaleEventWithdrawInput(Message):
    """What was recorded of a sale and should not have been."""

    sale_id: strawberry.ID = id_of("sale", "Which sale.")
    kind: Happened = strawberry.field(description="What did not become of it.")
    happened_on: datetime.date = strawberry.field(description="The day for which it was recorded.")


@plain
class SaleEventWithdrawPayload(SaleEventPayload):
    """What became of taking it back."""


@plain
class SaleMutations:
    """Sales, as they are posted and withdrawn."""

    sale_event_record: SaleEventRecordPayload = mutation(
        "Say that a sale, or a share of it, was invoiced or paid, or went live. The same share of its"
        " credits counts then for what waits for it.",
        events.record_event,
        SaleEventRecordInput,
        SaleEventRecordPayload,
    )
    sale_event_withdraw: SaleEventWithdrawPayload = mutation(
        "Take back what was recorded of a sale for a day.",
        events.withdraw_event,
        SaleEventWithdrawInput,
        SaleEventWithdrawPayload,
    )

    sales_post: SalesPostPayload = mutation(
        "Add sales, and correct those that are there under the same external id. Posted again, they"
        " are unchanged.",
        sales.post_sales,
        SalesPostInput,
        SalesPostPayload,
    )
    sale_withdraw: SaleWithdrawPayload = mutation(
        "Take back a sale that should not have been.",
        sales.withdraw_sale,
        SaleWithdrawInput,
        SaleWithdrawPayload,
        "sale_id",
    )
