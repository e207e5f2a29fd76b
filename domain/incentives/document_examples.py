"""Worked examples as they stand in a plan's document."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field, field_validator

from domain.incentives.cases import Scored
from domain.incentives.document_tables import Number, Part, number_of
from domain.incentives.examples import MOST_DEALS, Example, ExampleDeal
from domain.incentives.formulas import Kind, Value
from domain.incentives.terms import OF_A_DEAL, CreditKind, Event


class _Deal(Part):
    name: str
    amount: Number
    on: date | None = None
    margin: Number = Decimal(0)
    quantity: Number = Decimal(1)
    kind: CreditKind = CreditKind.DIRECT
    event: Event = Event.BOOKING
    takes_back: str | None = None
    facts: Mapping[str, Any] = {}

    @field_validator("facts")
    @classmethod
    def of_their_kinds(cls, written: Mapping[str, Any]) -> Mapping[str, Value]:
        return {name: _fact(name, value) for name, value in written.items()}

    def value(self) -> ExampleDeal:
        return ExampleDeal(**dict(self))


class _Score(Part):
    goal: str
    weight: Number
    score: Number


class ExamplePart(Part):
    name: str
    deals: Annotated[tuple[_Deal, ...], Field(max_length=MOST_DEALS)] = ()
    quotas: Mapping[str, Number] = {}
    others: Mapping[str, tuple[Number, ...]] = {}
    budget_left: Mapping[str, Number] = {}
    target_incentive: Number = Decimal(0)
    scores: tuple[_Score, ...] = ()
    starts_on: date = date(2020, 1, 1)
    ends_on: date = date(2020, 1, 31)
    on_plan_since: date | None = None
    total: Number | None = None
    pays: Mapping[str, Number] = {}

    def value(self) -> Example:
        scores = tuple(Scored(each.goal, each.weight, each.score) for each in self.scores)
        deals = tuple(each.value() for each in self.deals)
        return Example(**(dict(self) | {"deals": deals, "scores": scores}))


def _fact(name: str, written: Any) -> Value:
    """A fact of a deal, of the kind that formulas know it as. Raises ValueError."""
    kind = OF_A_DEAL.get(name, Kind.TEXT)
    if kind is Kind.DATE:
        return date.fromisoformat(str(written))
    return str(written) if kind is Kind.TEXT else Fraction(str(number_of(written)))
