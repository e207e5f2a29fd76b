"""Accounts, products and sales, as the schema shows them."""

import datetime
from decimal import Decimal
from enum import Enum

import strawberry

from auth.permissions import FieldClass
from domain.incentives.credit_access import visible_split
from domain.sales import access
from domain.sales.events import Happened
from schema.comments import Comment, comments_field
from schema.comparisons import DateComparison, IDComparison, TextComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import compares
from schema.connections import Connection, CountedConnection
from schema.crediting import Credit, SaleCrediting
from schema.directions import Direction, direction
from schema.money import Money, money, number, shown_amount
from schema.nodes import Node, Versioned
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.scalars import Rate
from schema.storage import By, column, expression, listed, stored
from schema.territories import Territory, within_territories


@stored(
    table="account",
    kind="account",
    visible=access.visible_account,
    field_class=FieldClass.PUBLIC,
    by=By(("name",)),
)
class Account(Node, Versioned):
    """A customer."""

    name: str = column("What the customer is called.")
    kind: str = column("What sort of customer it is; empty where nobody said.")
    city: str = column("The city it is in; empty where nobody said.")
    state: str = column("The state or province it is in; empty where nobody said.")
    country: str = column("The country it is in; empty where nobody said.")
    comments: CountedConnection[Comment] = comments_field()


@stored(
    table="product",
    kind="product",
    visible=access.visible_product,
    field_class=FieldClass.REFERENCE,
    by=By(("name",)),
)
class Product(Node, Versioned):
    """Something that is sold."""

    name: str = column("What it is called.")
    category: str = column("Its category; empty where nobody said.")
    subcategory: str = column("Its subcategory; empty where nobody said.")
    color: str = column("Its colour; empty where it has none.")


described_enum(
    Happened,
    "What became of a sale after it was booked.",
    {
        "INVOICE": "It was invoiced.",
        "CASH": "It was paid.",
        "GO_LIVE": "The customer began to use it.",
    },
    name="SaleEventKind",
)


@plain
class SaleEvent:
    """What became of a sale, or of a share of it."""

    kind: Happened = strawberry.field(description="What became of it.")
    happened_on: datetime.date = strawberry.field(description="On which day.")
    share: Rate = strawberry.field(description="Of which share of it.")


EVENTS = """(select event.kind, event.happened_on, trim_scale(event.share) as share,
    to_char(event.happened_on, 'YYYYMMDD') || event.kind as place
  from sale_event event where event.org_id = :org::uuid and event.sale_id = {row}.id)"""


@stored(
    table="sale_split",
    visible=visible_split,
    field_class=FieldClass.PAY,
    by=By(()),
)
class SaleSplit:
    """Somebody's share of a sale that several made together. It is part of what they are paid, and seen by
    whoever sees their pay."""

    person: Person = to_one("Whose share it is.", "person_id")
    share: Rate = number("Which share of the sale is theirs.")


@stored(
    table="sale",
    kind="sale",
    visible=access.visible,
    field_class=FieldClass.SALES,
    subject="person_id",
    by=By(("sold_on",), descending=True),
)
class Sale(Node, Versioned):
    """One line of an order: what was sold, by whom, where, to whom, on which day."""

    external_id: str | None = column(
        "The id under which its source knows it; null where it has none."
    )
    order_number: str = column("The order it is a line of; empty where the source has none.")
    sold_on: datetime.date = column("The day on which it counts.")
    sold_at: datetime.datetime | None = column(
        "The instant of the sale, where its source said it; `soldOn` is then the day that it was in"
        " the organisation's time zone."
    )
    quantity: Decimal = number("How many were sold.")
    unit_price: Money | None = money("The price of one, where known.", "{row}.unit_price")
    amount: Money = money("What the line comes to.", "{row}.amount")
    cost: Money | None = money(
        "What the line cost the organisation; null where unknown, and for partner apps.",
        "{row}.cost",
        field_class=FieldClass.TEAM,
    )
    person: Person | None = to_one("Who sold it, where known to you.", "person_id")
    territory: Territory | None = to_one("Where it was sold, where known to you.", "territory_id")
    account: Account | None = to_one("To whom it was sold, where known to you.", "account_id")
    product: Product | None = to_one("What was sold, where known to you.", "product_id")
    reverses: "Sale | None" = to_one(
        "The sale that it takes back, if any, where known to you.", "reverses_id"
    )
    referred_by: Person | None = to_one(
        "Who referred the customer, where known to you.", "referred_by_id"
    )
    events: list[SaleEvent] = listed(
        "What became of it after it was booked, the earliest first.", EVENTS, order="place"
    )
    splits: Connection[SaleSplit] = to_many(
        "Who sold it together, as far as you may see their pay; none where its person alone did.",
        foreign_key="sale_id",
    )
    comments: CountedConnection[Comment] = comments_field()
    credits: Connection[Credit] = to_many(
        "Who is credited with it, as far as you may see their pay.",
        link="{row}.sale_id = {key} and {row}.superseded_at is null",
    )
    crediting: SaleCrediting | None = to_one(
        "What each rule said of it when it was last credited, for whoever may see its seller's pay;"
        " null until then.",
        "id",
    )


@input_of
class SaleFilter:
    """Which sales; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    external_id: TextComparison | None = compares("By the id under which their source knows them.")
    order_number: TextComparison | None = compares("By the order they are a line of.")
    sold_on: DateComparison | None = compares("By the day on which they count.")
    person: IDComparison | None = compares("By who sold.")
    territory: IDComparison | None = compares("By territory, exactly.")
    within: list[strawberry.ID] | None = within_territories()
    account: IDComparison | None = compares("By customer.")
    product: IDComparison | None = compares("By product.")


class SaleOrderField(Enum):
    SOLD_ON = "sold_on"


described_enum(SaleOrderField, "What sales are ordered by.", {"SOLD_ON": "By day."})


@input_of
class SaleOrder:
    """In which order sales come."""

    field: SaleOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = direction()


SHOWN_AMOUNT = shown_amount("{row}.currency")


@stored(
    table="sale",
    visible=access.visible,
    field_class=FieldClass.SALES,
    by=By(("currency",)),
    subject="person_id",
    group_by="{row}.currency",
)
class SalesTotal:
    """Sums over the sales that you see, in one currency."""

    currency: str = column("ISO 4217 code of the currency.")
    amount: Decimal = expression("What the lines come to.", "sum({row}.amount)", shown=SHOWN_AMOUNT)
    cost: Decimal | None = expression(
        "What they cost, as far as known; null where no cost is known, and for partner apps.",
        "sum({row}.cost) filter (where {seen})",
        shown=SHOWN_AMOUNT,
        field_class=FieldClass.TEAM,
    )
    quantity: Decimal = number("How many were sold.", "sum({row}.quantity)")
    lines: int = expression("How many lines.", "count(*)")
    orders: int = expression(
        "How many orders; lines without an order number count as none.",
        "count(distinct nullif({row}.order_number, ''))",
    )


class NameOrderField(Enum):
    NAME = "name"


described_enum(NameOrderField, "What accounts and products are ordered by.", {"NAME": "By name."})


@input_of
class NameOrder:
    """In which order accounts or products come."""

    field: NameOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = direction()


@input_of
class AccountFilter:
    """Which customers; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    name: TextComparison | None = compares("By name.")
    kind: TextComparison | None = compares("By sort of customer.")
    country: TextComparison | None = compares("By country.")


@input_of
class ProductFilter:
    """Which products; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    name: TextComparison | None = compares("By name.")
    category: TextComparison | None = compares("By category.")
