"""Who is credited with a deal, and why the others are not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import new_id
from domain.incentives.crediting import (
    Around,
    Crediting,
    Deal,
    Rule,
    RuleKind,
    credited,
    released,
)
from domain.incentives.formulas import parsed
from domain.incentives.terms import Purpose
from domain.shares import places_of
from tests.domain.incentives.plans import D

RUI, SAM, MONA, ADA, SPECIALIST, OLGA = (new_id() for _ in range(6))
NAMES = {
    RUI: "Rui", SAM: "Sam", MONA: "Mona", ADA: "Ada", SPECIALIST: "specialist", OLGA: "Olga"
}  # fmt: skip
ABOVE = Around(above=((RUI, (MONA, ADA)), (SAM, (MONA, ADA)), (SPECIALIST, (ADA,))))
PAY, QUOTA = frozenset({Purpose.PAY}), frozenset({Purpose.QUOTA})


def rule(kind: RuleKind, name: str = "", **said: object) -> Rule:
    return Rule(new_id(), name or kind.value, kind, **said)  # type: ignore[arg-type]  # each test's own


def sold(amount: str = "100.00", **said: object) -> Deal:
    made = Deal(date(2020, 5, 4), D(amount), D(amount) / 2, D(1), 2, seller=RUI)
    return replace(made, **said)  # type: ignore[arg-type]  # likewise


DIRECT, SPLIT = rule(RuleKind.DIRECT), rule(RuleKind.SPLIT)
MANAGERS = rule(RuleKind.ROLL_UP, levels=2)


def given_to(crediting: Crediting) -> dict[str, Decimal]:
    return {NAMES[award.person]: award.amount for award in crediting.awards}


def test_whoever_sold_alone_has_it_all_and_those_above_once() -> None:
    crediting = credited(sold(), [DIRECT, SPLIT, MANAGERS], ABOVE)

    assert given_to(crediting) == {"Rui": D(100), "Mona": D(100), "Ada": D(100)}
    assert [verdict.sentences for verdict in crediting.verdicts] == [
        (), ("It was not sold by several together.",), ()
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "parts", "cut"),
    [
        ("100.00", ["0.6", "0.4"], ["60.00", "40.00"]),
        ("0.01", ["0.5", "0.5"], ["0.01", "0.00"]),
        ("100.00", ["0.33333333", "0.33333333", "0.33333334"], ["33.33", "33.33", "33.34"]),
        ("-100.01", ["0.5", "0.5"], ["-50.01", "-50.00"]),
        ("100.00", ["0.5", "0.25"], ["50.00", "25.00"]),
    ],
)
def test_splits_sum_to_the_deal_to_the_last_cent(
    amount: str, parts: list[str], cut: list[str]
) -> None:
    people = (RUI, SAM, OLGA)
    deal = sold(amount, splits=tuple(zip(people, map(D, parts), strict=False)))

    crediting = credited(deal, [DIRECT, SPLIT], ABOVE)

    assert [award.amount for award in crediting.awards] == list(map(D, cut))


def test_a_manager_of_two_who_share_a_deal_has_it_once() -> None:
    deal = sold(splits=((RUI, D("0.6")), (SAM, D("0.4"))))
    overlay = rule(RuleKind.OVERLAY, person=SPECIALIST)

    crediting = credited(deal, [SPLIT, overlay, MANAGERS, MANAGERS], ABOVE)

    assert [NAMES[award.person] for award in crediting.awards] == [
        "Rui", "Sam", "specialist", "Mona", "Ada",
    ]  # fmt: skip
    assert given_to(crediting) == {
        "Rui": D(60), "Sam": D(40), "specialist": D(100), "Mona": D(100), "Ada": D(100)
    }  # fmt: skip
    assert crediting.verdicts[-1].sentences[0] == (
        f"{{{MONA}}} is credited for pay already, by “roll_up”."
    )


@pytest.mark.parametrize("first", ["overlay", "referral", "territory"])
def test_somebody_whom_every_kind_of_rule_names_has_a_deal_once(first: str) -> None:
    """Mona manages both who sold it, holds its territory, referred it, and a rule names her."""
    deal = sold(splits=((RUI, D("0.3")), (SAM, D("0.3"))), referred_by=MONA)
    kinds = [
        rule(RuleKind.OVERLAY, person=MONA, share=D("0.5")),
        rule(RuleKind.REFERRAL, share=D("0.1")),
        rule(RuleKind.TERRITORY, share=D("0.4")),
    ]
    ordered = sorted(kinds, key=lambda each: each.kind != first)
    around = Around((MONA,), ABOVE.above)

    crediting = credited(deal, [*ordered, SPLIT, MANAGERS, MANAGERS], around)

    assert [NAMES[award.person] for award in crediting.awards].count("Mona") == 1
    assert {"Rui": D(30), "Sam": D(30), "Ada": D(60)}.items() <= given_to(crediting).items()


def test_an_overlay_takes_nothing_from_whoever_sold() -> None:
    overlay = rule(RuleKind.OVERLAY, person=SPECIALIST, share=D("0.3"))

    crediting = credited(sold(), [DIRECT, overlay], ABOVE)

    assert given_to(crediting) == {"Rui": D(100), "specialist": D(30)}
    assert crediting.primary == {Purpose.PAY: 1, Purpose.QUOTA: 1}


def test_primary_credit_stays_within_the_deal_unless_the_policy_lets_it_go_beyond() -> None:
    territory = rule(RuleKind.TERRITORY, share=D("0.5"))
    around = Around(holders=(OLGA,))

    strict = credited(sold(), [DIRECT, territory], around)
    lenient = credited(sold(), [DIRECT, territory], around, may_exceed=QUOTA)

    assert given_to(strict) == {"Rui": D(100)}
    assert strict.verdicts[1].sentences == (
        f"{{{OLGA}}} would bring what is credited for pay to 150.00 % of the deal.",
        f"{{{OLGA}}} would bring what is credited for quota to 150.00 % of the deal.",
    )
    assert given_to(lenient) == {"Rui": D(100), "Olga": D(50)}
    assert lenient.awards[1].counts_for == QUOTA


def test_pay_and_quota_may_go_to_different_people() -> None:
    rules = [
        rule(RuleKind.DIRECT, counts_for=PAY, share=D("0.7")),
        rule(RuleKind.TERRITORY, counts_for=PAY, share=D("0.3")),
        rule(RuleKind.DIRECT, "quota", counts_for=QUOTA),
    ]

    crediting = credited(sold("0.05"), rules, Around(holders=(OLGA,)))

    found = [(NAMES[award.person], award.counts_for, award.amount) for award in crediting.awards]
    assert found == [
        ("Rui", PAY, D("0.04")), ("Olga", PAY, D("0.01")), ("Rui", QUOTA, D("0.05"))
    ]  # fmt: skip


def test_a_house_rule_ends_it_and_conditions_say_why_not() -> None:
    bikes = 'product.category = "Bikes"'
    rules = [
        rule(RuleKind.DIRECT, "bikes", condition=parsed(bikes), written=bikes),
        rule(RuleKind.DIRECT, "old", last_day=date(2020, 4, 30)),
        rule(RuleKind.DIRECT, "new", first_day=date(2020, 6, 1)),
        rule(RuleKind.HOUSE, "key account"),
        DIRECT,
    ]

    crediting = credited(sold(facts={"product.category": "Helmets"}), rules, ABOVE)

    assert crediting.awards == ()
    assert [verdict.sentences[0] for verdict in crediting.verdicts] == [
        'Its condition, product.category = "Bikes", does not hold.',
        "It held until 2020-04-30, and the credit is of 2020-05-04.",
        "It holds from 2020-06-01 on, and the credit is of 2020-05-04.",
        "It keeps the deal for the house.",
        "The deal is kept for the house by “key account”.",
    ]


def test_a_condition_on_what_is_not_known_says_so() -> None:
    written = 'account.country = "FR"'

    crediting = credited(
        sold(), [rule(RuleKind.DIRECT, condition=parsed(written), written=written)], ABOVE
    )

    assert crediting.verdicts[0].sentences == (
        f"Its condition, {written}, cannot be told: There is no account.country here.",
    )


def test_referral_credit_and_nobody_to_credit() -> None:
    referral = rule(RuleKind.REFERRAL, share=D("0.1"))

    referred = credited(sold(referred_by=OLGA), [DIRECT, referral], ABOVE)
    house = credited(
        sold(seller=None), [DIRECT, SPLIT, rule(RuleKind.TERRITORY), referral, MANAGERS], ABOVE
    )

    assert given_to(referred) == {"Rui": D(100), "Olga": D(10)}
    assert [verdict.sentences for verdict in house.verdicts] == [
        ("Nobody is named as the only one who sold it.",),
        ("It was not sold by several together.",),
        ("Nobody held its territory on that day.",),
        ("Nobody referred the customer.",),
        ("Nobody stands above those who are credited.",),
    ]


@given(
    st.decimals(-100_000, 100_000, places=2),
    st.lists(st.integers(1, 100), min_size=1, max_size=8),
    st.sampled_from([0, 2, 3]),
)
def test_whole_splits_always_sum_to_the_whole(
    amount: Decimal, weights: list[int], places: int
) -> None:
    people: list[UUID] = [new_id() for _ in weights]
    total = sum(weights)
    parts = [Fraction(weight, total) for weight in weights]
    deal = replace(
        sold(), amount=amount, places=places,
        splits=tuple(zip(people, parts, strict=True)),  # type: ignore[arg-type]  # exact parts
    )  # fmt: skip

    crediting = credited(deal, [SPLIT], ABOVE)

    assert sum(award.amount for award in crediting.awards) == amount
    unit = Fraction(1, 10 ** max(places, places_of(amount)))
    for award, part in zip(crediting.awards, parts, strict=True):
        assert abs(Fraction(award.amount) - Fraction(amount) * part) < unit


@given(
    st.decimals(-100_000, 100_000, places=2), st.lists(st.integers(1, 100), min_size=1, max_size=8)
)
def test_what_events_release_sums_to_the_whole(amount: Decimal, weights: list[int]) -> None:
    parts = [D(weight) / 1000 for weight in weights]
    so_far, together = D(0), D(0)
    for part in parts:
        together += released(amount, so_far, part, 2)
        so_far += part
    together += released(amount, so_far, 1 - so_far, 2)

    assert together == amount
