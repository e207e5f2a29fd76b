"""What may be sold, and what was spent on winning customers, as the schema shows it."""

import datetime

from auth.permissions import FieldClass
from domain.sales import access
from domain.sales.models import Outcome
from schema.comments import Comment, comments_field
from schema.comparisons import Comparison, DateComparison, IDComparison, TextComparison
from schema.compiler.fields import to_one
from schema.compiler.filters import compares
from schema.connections import CountedConnection
from schema.money import Money, money
from schema.nodes import Node, Versioned
from schema.people import Person
from schema.plain import described_enum, input_of
from schema.sales import Account
from schema.storage import By, column, stored
from schema.territories import Territory

described_enum(
    Outcome,
    "How an opportunity ended, if it did.",
    {"OPEN": "It has not ended.", "WON": "It was won.", "LOST": "It was lost."},
)


@stored(
    table="opportunity",
    kind="opportunity",
    visible=access.visible,
    field_class=FieldClass.SALES,
    subject="person_id",
    by=By(("opened_on",), descending=True),
)
class Opportunity(Node, Versioned):
    """A chance to sell: who follows it, since when, and how it ended."""

    external_id: str | None = column(
        "The id under which its source knows it; null where it has none."
    )
    name: str = column("What it is called.")
    opened_on: datetime.date = column("The day on which it was opened.")
    closed_on: datetime.date | None = column("The day on which it ended; null while it is open.")
    outcome: Outcome = column("How it ended, if it did.")
    amount: Money | None = money(
        "What it may bring, or brought; null where nobody said.", "{row}.amount"
    )
    person: Person | None = to_one("Who follows it, where known to you.", "person_id")
    territory: Territory | None = to_one("Where it is, where known to you.", "territory_id")
    account: Account | None = to_one("With whom, where known to you.", "account_id")
    comments: CountedConnection[Comment] = comments_field()


@input_of
class OpportunityFilter:
    """Which opportunities; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    external_id: TextComparison | None = compares("By the id under which their source knows them.")
    outcome: Comparison[Outcome] | None = compares("By how they ended.")
    opened_on: DateComparison | None = compares("By the day on which they were opened.")
    closed_on: DateComparison | None = compares("By the day on which they ended.")
    person: IDComparison | None = compares("By who follows them.")
    territory: IDComparison | None = compares("By territory, exactly.")


@stored(
    table="expense",
    kind="expense",
    visible=access.visible_expense,
    field_class=FieldClass.TEAM,
    subject="person_id",
    by=By(("spent_on",), descending=True),
)
class Expense(Node, Versioned):
    """Money that was spent on winning customers."""

    external_id: str | None = column(
        "The id under which its source knows it; null where it has none."
    )
    spent_on: datetime.date = column("The day on which it counts.")
    amount: Money = money("What was spent.", "{row}.amount")
    purpose: str = column("What for; empty where nobody said.")
    person: Person | None = to_one("For whose customers, where known to you.", "person_id")
    territory: Territory | None = to_one("Where, where known to you.", "territory_id")


@input_of
class ExpenseFilter:
    """Which expenses; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    external_id: TextComparison | None = compares("By the id under which their source knows them.")
    spent_on: DateComparison | None = compares("By the day on which they count.")
    person: IDComparison | None = compares("By person.")
    territory: IDComparison | None = compares("By territory, exactly.")
