"""The one spelling of what a result was worked out from, and back.

The same case is always the same text, whatever the order in which its parts arrived; its SHA-256
says whether anything has changed, and whoever holds the text and the plan can work the pay out again.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from domain.incentives.cases import CAP_OF_PLAN, Case, Credit, Line, LineKind, Opening, Pay
from domain.incentives.exact import Exact, as_decimal, times, together
from domain.incentives.formulas import Value
from domain.incentives.ranking import Place
from domain.incentives.terms import CreditKind, Event, Plan, Purpose

ENGINE = 1
"""One more whenever the same case comes to something else than before."""


def spelled(case: Case, plan_version: UUID, base_rates: Mapping[str, Decimal]) -> bytes:
    """A case as text. Its plan is named by its version, which never changes, and by the base rates
    that are agreed with the payee alone."""
    said: dict[str, Any] = {
        "engine": ENGINE,
        "plan_version": str(plan_version),
        "base_rates": _numbers(base_rates),
        "starts_on": case.starts_on.isoformat(),
        "ends_on": case.ends_on.isoformat(),
        "ends": sorted(case.ends),
        "target_incentive": number(case.target_incentive),
        "span_targets": _numbers(case.span_targets),
        "quotas": _numbers(case.quotas),
        "scores": [
            {"goal": each.goal, "weight": number(each.weight), "score": number(each.score)}
            for each in case.scores
        ],
        "facts": _facts(case.facts),
        "totals": _numbers(case.totals),
        "openings": {key: opening_text(each) for key, each in case.openings.items()},
        "originals": sorted(
            [component, str(credit), number(paid.of), number(paid.amount)]
            for (component, credit), paid in case.originals.items()
        ),
        "places": _places(case.places),
        "budgets": _budgets(case.budgets),
        "credits": [_credit(each) for each in case.credits],
    }
    return orjson.dumps({name: part for name, part in said.items() if part}, option=SORTED)


BOTH = frozenset(Purpose)
SORTED = orjson.OPT_SORT_KEYS


def refused(sentence: str, plan_version: UUID, period: tuple[date, date]) -> bytes:
    """In place of a case where none could be put together, and why."""
    starts_on, ends_on = (day.isoformat() for day in period)
    said = {"engine": ENGINE, "plan_version": str(plan_version), "refused": sentence}
    return orjson.dumps({**said, "starts_on": starts_on, "ends_on": ends_on}, option=SORTED)


def hash_of(text: bytes) -> bytes:
    return sha256(text).digest()


def number(exact: Exact) -> str:
    """A number as text: the same number, the same text. What does not end is a fraction."""
    if not isinstance(exact, Decimal):  # asked so since most are, and to ask for fractions is slow
        decimal = as_decimal(exact)
        if not isinstance(decimal, Decimal):
            return f"{exact.numerator}/{exact.denominator}"
        exact = decimal
    text = str(exact)
    if "E" in text:
        text = format(exact, "f")
    if text[-1] == "0" and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def number_of(text: str) -> Exact:
    return Fraction(text) if "/" in text else Decimal(text)


def opening_text(opening: Opening) -> list[str]:
    each = (opening.raw, opening.multiplied, opening.capped, opening.gated)
    return [number(part) for part in each]


def opening_of(texts: list[str]) -> Opening:
    return Opening(*(Fraction(text) for text in texts))


def value_text(value: Value | Decimal) -> str | bool:
    """A value of a line or a fact."""
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, bool | str):
        return value
    return value.isoformat() if isinstance(value, date) else number(value)


def worked(kind: LineKind, inputs: Mapping[str, Any]) -> Exact:
    """What a stored line of a deal comes to exactly, by its own numbers."""

    def of(name: str) -> Exact:
        return number_of(inputs[name])

    match kind:
        case LineKind.DEAL:
            moved = together((of("end"), times(Decimal(-1), of("start"))))
            return times(times(moved, of("rate")), of("factor"))
        case LineKind.STEP:
            return together((of("after"), times(Decimal(-1), of("before"))))
        case LineKind.REFUND:
            return Fraction(of("paid")) * Fraction(of("credited")) / Fraction(of("of"))
        case LineKind.DEAL_CAP | LineKind.BUDGET:
            most = of("cap" if kind is LineKind.DEAL_CAP else "left")
            return min(together((most, times(Decimal(-1), of("earned")))), Decimal(0))
    raise ValueError(f"A line of {kind} is of no deal.")


def _numbers(numbers: Mapping[Any, Exact]) -> dict[str, str]:
    return {str(key): number(each) for key, each in numbers.items()}


def _facts(facts: Mapping[str, Value]) -> dict[str, str | bool]:
    return {name: value_text(value) for name, value in facts.items()}


def _credit(credit: Credit) -> list[Any]:
    """What every credit says, and then by name what this one says otherwise than most do."""
    said = [
        str(credit.id),
        credit.order,
        credit.on,
        number(credit.amount),
        number(credit.margin),
        number(credit.quantity),
    ]
    if otherwise := _otherwise(credit):
        said.append(otherwise)
    return said


def _otherwise(credit: Credit) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if credit.kind is not CreditKind.DIRECT:
        said["kind"] = credit.kind
    if credit.event is not Event.BOOKING:
        said["event"] = credit.event
    if credit.share != 1:
        said["share"] = number(credit.share)
    if credit.counts_for != BOTH:
        said["counts_for"] = sorted(credit.counts_for)
    if credit.reverses is not None:
        said["reverses"] = str(credit.reverses)
    if credit.facts:
        said["facts"] = _facts(credit.facts)
    return said


# What comes of a case


def closing_text(
    totals: Mapping[str, Decimal],
    openings: Mapping[str, Opening],
    shared: str | None,
    failure: str | None,
) -> str:
    """What a result closes with. Where a case was put together and fails, it says also that nobody else
    has to do with it, so that it can be told from one that never was."""
    said: dict[str, Any] = {
        "totals": _numbers(totals),
        "openings": {key: opening_text(each) for key, each in openings.items()},
    }
    if shared or (failure is not None and shared is not None):
        said["shared"] = shared
    return orjson.dumps(said, option=SORTED).decode()


def shared_text(places: Mapping[str, Place], budgets: Mapping[tuple[str, UUID], Decimal]) -> str:
    """What a result was worked out from that other payees' deals decide, in short; empty for nothing."""
    if not places and not budgets:
        return ""
    said = orjson.dumps([_places(places), _budgets(budgets)], option=SORTED)
    return sha256(said).hexdigest()[:32]


def _budgets(budgets: Mapping[tuple[str, UUID], Decimal]) -> list[list[str]]:
    found = budgets.items()
    return sorted([component, str(credit), number(left)] for (component, credit), left in found)


def _places(places: Mapping[str, Place]) -> dict[str, list[int]]:
    return {key: [place.number, place.among] for key, place in places.items()}


def components_text(plan: Plan, pay: Pay | None) -> str:
    """What components come to, in the plan's order, as they are kept: key, name, amount, pending, and
    why one pays nothing; last what the plan's cap takes, so that they sum to the total. `pay_component`
    shows them as rows."""
    by_key = {each.component: each for each in pay.outcomes} if pay else {}
    said: list[list[str | None]] = [
        [key, component.name, number(came.amount), number(came.pending), came.reason]
        for component in plan.components
        if (came := by_key.get(key := component.key)) is not None
    ]
    if pay is not None and pay.capped:
        said.append(["", CAP_OF_PLAN, number(pay.capped), "0", None])
    return orjson.dumps(said).decode()


def lines_text(lines: Sequence[Line]) -> str:
    """Lines as they are kept, which `pay_line` shows as rows: component, kind, credit, tier, amount,
    and the numbers by name."""
    texts: dict[int, str] = {}
    return orjson.dumps([_line(each, texts) for each in lines]).decode()


def _line(line: Line, texts: dict[int, str]) -> list[Any]:
    """`texts` are those of numbers that are the same object as before: the rate is one for many lines,
    and a deal begins where the one before it ended."""
    component, kind, _, inputs, credit, tier, amount = line
    numbers: dict[str, Any] = {}
    for name, value in inputs.items():
        if isinstance(value, Decimal):
            text = texts.get(id(value))
            if text is None:
                text = texts[id(value)] = number(value)
            numbers[name] = text
        else:
            numbers[name] = value_text(value)
    return [component, kind, credit and str(credit), tier, number(amount), numbers]
