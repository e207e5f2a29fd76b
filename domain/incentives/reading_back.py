"""Cases read back from the text in which they were kept: the inverse of `spelling.spelled`."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import orjson

from domain.incentives.cases import NO_FACTS, Case, Credit, Paid, Scored
from domain.incentives.formulas import Kind, Value
from domain.incentives.ranking import Place
from domain.incentives.spelling import number_of, opening_of
from domain.incentives.terms import OF_A_DEAL, OF_A_PAYEE, CreditKind, Event, Plan, Purpose, Span

BOTH = frozenset(Purpose)


def case_of(text: str, plan: Plan) -> Case:
    """The case that a text spells; `plan` is its version of the plan with its base rates."""
    said = orjson.loads(text)
    return Case(
        plan=plan,
        starts_on=date.fromisoformat(said["starts_on"]),
        ends_on=date.fromisoformat(said["ends_on"]),
        credits=tuple(_credit(each) for each in said.get("credits", ())),
        target_incentive=number_of(said.get("target_incentive", "0")),
        span_targets={
            Span(key): number_of(each) for key, each in said.get("span_targets", {}).items()
        },
        quotas={key: Decimal(each) for key, each in said.get("quotas", {}).items()},
        scores=tuple(
            Scored(each["goal"], number_of(each["weight"]), number_of(each["score"]))
            for each in said.get("scores", ())
        ),
        facts=_facts(said.get("facts", {}), OF_A_PAYEE),
        ends=frozenset(Span(each) for each in said.get("ends", ())),
        totals={key: Decimal(each) for key, each in said.get("totals", {}).items()},
        openings={key: opening_of(each) for key, each in said.get("openings", {}).items()},
        originals={
            (component, UUID(credit)): Paid(Decimal(of), number_of(amount))
            for component, credit, of, amount in said.get("originals", ())
        },
        budgets={
            (component, UUID(credit)): Decimal(left)
            for component, credit, left in said.get("budgets", ())
        },
        places={key: Place(*each) for key, each in said.get("places", {}).items()},
    )


def base_rates_of(text: str) -> dict[str, Decimal]:
    """The base rates that a text names, which are agreed with the payee alone."""
    return {key: Decimal(each) for key, each in orjson.loads(text).get("base_rates", {}).items()}


def _credit(said: Sequence[Any]) -> Credit:
    id, order, on, amount, margin, quantity = said[:6]
    otherwise: Mapping[str, Any] = said[6] if len(said) > 6 else {}
    counts_for = otherwise.get("counts_for")
    reverses = otherwise.get("reverses")
    return Credit(
        id=UUID(id),
        order=order,
        on=date.fromisoformat(on),
        kind=CreditKind(otherwise.get("kind", CreditKind.DIRECT)),
        amount=Decimal(amount),
        margin=Decimal(margin),
        quantity=Decimal(quantity),
        share=Decimal(otherwise.get("share", "1")),
        event=Event(otherwise.get("event", Event.BOOKING)),
        counts_for=BOTH if counts_for is None else frozenset(Purpose(each) for each in counts_for),
        reverses=None if reverses is None else UUID(reverses),
        facts=_facts(otherwise["facts"], OF_A_DEAL) if "facts" in otherwise else NO_FACTS,
    )


def _facts(texts: Mapping[str, Any], kinds: Mapping[str, Kind]) -> dict[str, Value]:
    return {name: _value(text, kinds[name]) for name, text in texts.items()}


def _value(text: Any, kind: Kind) -> Value:
    if kind is Kind.DATE:
        return date.fromisoformat(text)
    if kind is Kind.TEXT:
        return str(text)
    return bool(text) if kind is Kind.TRUTH else Fraction(text)
