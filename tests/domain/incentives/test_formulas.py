"""Formulas: what they come to, what they refuse and where, and that nobody can make them run wild."""

import time
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.incentives.formulas import (
    Asked,
    Fault,
    Kind,
    Undefined,
    Value,
    Vocabulary,
    checked,
    evaluated,
    parsed,
)

WORDS = Vocabulary(
    "EUR",
    facts={
        "deal.amount": Kind.MONEY,
        "deal.units": Kind.COUNT,
        "deal.on": Kind.DATE,
        "product.category": Kind.TEXT,
        "discount": Kind.RATE,
    },
    of={"attainment": {"revenue": Kind.RATE}, "quota": {"revenue": Kind.MONEY}},
)
FACTS: dict[str, Value | None] = {
    "deal.amount": Fraction(12000),
    "deal.units": Fraction(3),
    "deal.on": date(2020, 2, 29),
    "product.category": "Bikes",
    "discount": Fraction(1, 10),
    'attainment("revenue")': Fraction("1.05"),
    'quota("revenue")': None,
}


def worked_out(text: str) -> tuple[Kind, Value]:
    node = parsed(text)
    kind = checked(node, WORDS, text)
    return kind, evaluated(node, lambda asked: FACTS[str(asked)])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("deal.amount * 5%", Kind.MONEY, Fraction(600)),
        ("deal.amount * (1 - discount)", Kind.MONEY, Fraction(10800)),
        ("deal.amount / deal.units", Kind.MONEY, Fraction(4000)),
        ("deal.amount / 7", Kind.MONEY, Fraction(12000, 7)),
        ("round(deal.amount / 7, 2)", Kind.MONEY, Fraction("1714.29")),
        ("deal.amount / 24000 EUR", Kind.RATE, Fraction(1, 2)),
        ("min(deal.amount, 5000 EUR) * 10%", Kind.MONEY, Fraction(500)),
        ("deal.units * 25 EUR", Kind.MONEY, Fraction(75)),
        ('if(attainment("revenue") >= 100%, 1.1, 1)', Kind.NUMBER, Fraction("1.1")),
        ('product.category = "Bikes" and not deal.units > 5', Kind.TRUTH, True),
        ("deal.on - 2020-02-01", Kind.COUNT, Fraction(28)),
        ("days(2020-02-01, deal.on) / 29", Kind.COUNT, Fraction(28, 29)),
        ("months(2019-03-01, deal.on)", Kind.COUNT, Fraction(11)),
        ("months(2019-02-28, deal.on)", Kind.COUNT, Fraction(12)),
        ("2 + 3 * 4 - 6 / 3", Kind.NUMBER, Fraction(12)),
        ("-(2 - 5) - -1", Kind.NUMBER, Fraction(4)),
        ("0.1 + 0.2", Kind.NUMBER, Fraction("0.3")),
        ('if(false, quota("revenue"), 1 EUR)', Kind.MONEY, Fraction(1)),
    ],
)
def test_a_formula_comes_to_its_value_exactly(text: str, kind: Kind, value: Value) -> None:
    assert worked_out(text) == (kind, value)


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("deal.amount * deal.amount", 12, "`*` cannot be done with money, money"),
        ("deal.units + 5%", 11, "`+` cannot be done with count, rate"),
        ("deal.amount + 5", 12, "`+` cannot be done with money, number"),
        ("deal.amount > 5", 12, "`>` cannot be done with money, number"),
        ("if(deal.units, 1, 2)", 0, "`if` cannot be done with count, number, number"),
        ("100 USD", 0, "The plan pays in EUR"),
        ("deal.amont", 0, "There is no `deal.amont`; there is deal.amount"),
        ('attainment("margin")', 0, "There is no `attainment("),
        ('salary("x")', 0, "`salary` can be asked of nothing"),
        ("1 +", 3, "Here a value should stand (at the end)"),
        ("(1 + 2", 6, "Here `)` should stand"),
        ("1 2", 2, "Here the formula should end"),
        ("1 < 2 < 3", 6, "Two comparisons in a row"),
        ("2020-02-30", 0, "There is no such day"),
        ("1 ; 2", 2, "This is no word of a formula"),
        ("__import__('os')", 0, "This is no word of a formula"),
        ("open(1)", 0, "`open` cannot be done with number"),
        ("x.__class__", 1, "This is no word of a formula"),
        ("1e9", 1, "Here the formula should end"),
        ("\u0661", 0, "This is no word of a formula"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_character(text: str, at: int, says: str) -> None:
    with pytest.raises(Fault) as refused:
        worked_out(text)

    assert refused.value.at == at
    assert says in refused.value.message


@pytest.mark.parametrize(
    "text", ["1 / 0", "deal.amount / (deal.units - 3)", 'quota("revenue")', "round(1, 99)"]
)
def test_what_has_no_value_says_so(text: str) -> None:
    with pytest.raises(Undefined):
        worked_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 1_500 + "1" + ")" * 1_500,
        "-" * 3_000 + "1",
        "not " * 900 + "true",
        "+".join(["1"] * 1_900),
        "+".join(["1"] * 202),
        "+".join(["(" + "+".join(["1"] * 199) + ")"] * 4),
        "if(" * 900,
        "9" * 3_000,
        "*".join(["9" * 30] * 120),
        '"' * 4_001,
        "a" * 5_000,
    ],
)
def test_hostile_formulas_are_refused_at_once(text: str) -> None:
    begun = time.process_time()

    with pytest.raises((Fault, Undefined)):
        worked_out(text)

    assert time.process_time() - begun < 0.5


@given(st.text(alphabet='0123456789.%()+-*/<>=!, "abdeilmnortux', max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    at = 0
    try:
        worked_out(text)
    except Fault as refused:
        at = refused.at
    except Undefined:
        pass
    assert 0 <= at <= len(text)


def test_a_fact_is_named_as_it_is_asked_for() -> None:
    assert str(Asked(0, "quota", "revenue")) == 'quota("revenue")'
