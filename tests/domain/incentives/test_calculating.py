"""What a payee earns: exact, in words, and the same however it is cut."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.incentives.calculating import calculated
from domain.incentives.cases import (
    HOW,
    Case,
    Credit,
    Incalculable,
    Line,
    LineKind,
    Pay,
    Scored,
)
from domain.incentives.exact import together
from domain.incentives.formulas import Asked, Value, evaluated, parsed
from domain.incentives.rounding import Mode, Point, Rounding
from domain.incentives.tables import Method
from domain.incentives.terms import (
    Bonus,
    Commission,
    Component,
    CreditKind,
    Event,
    Figure,
    Measured,
    Objectives,
    Plan,
    Purpose,
    Refunds,
    Scale,
    Span,
    Worked,
)
from tests.domain.incentives.plans import D, case, deal, one, plan, rates

FLAT = Commission("revenue", rates(("0", "0.05")))
TIERS = rates(("0", "0.05"), ("100000", "0.08"), ("200000", "0.10"))


def test_each_deal_shows_its_slices_rates_and_amounts() -> None:
    pay = calculated(
        case(plan(one(Commission("revenue", TIERS))), deal("a", "80000"), deal("b", "150000"))
    )

    assert pay.total == D("4000") + D("1000") + D("8000") + D("3000")
    assert [(line.tier, line.inputs["end"], line.amount) for line in pay.lines] == [
        (0, 80000, D(4000)),
        (0, 100000, D(1000)),
        (1, 200000, D(8000)),
        (2, 230000, D(3000)),
    ]


def test_the_base_rate_is_the_target_incentive_over_the_quota() -> None:
    """30,000 for a quota of 600,000 are 5 %; above the quota it pays one and a half times that."""
    table = rates(("0", "1"), ("1", "1.5"))
    commission = Commission("revenue", table, scale=Scale.QUOTA, derived_rate=True)

    pay = calculated(
        case(
            plan(one(commission)),
            deal("a", "700000"),
            quotas={"revenue": D(600000)},
            target_incentive=D(30000),
        )
    )

    assert pay.total == D(30000) + D(7500)


def test_a_year_to_date_total_goes_on_where_the_last_period_ended() -> None:
    of = plan(one(Commission("revenue", TIERS)), measures=(Measured("revenue", over=Span.YEAR),))

    april = calculated(case(of, deal("a", "90000")))
    may = calculated(case(of, deal("b", "20000"), totals=april.totals, openings=openings(april)))

    assert april.total == D(4500)
    assert may.total == D(500) + D(800)
    assert may.totals["revenue"] == 110000


def openings(pay: Pay) -> dict[str, object]:
    return {each.component: each.closing for each in pay.outcomes}


@pytest.mark.parametrize(
    ("attained", "bonus"),
    [
        ("70000", "0"),
        ("80000", "5000"),
        ("95000", "8750"),
        ("100000", "10000"),
        ("130000", "20000"),
    ],
)
def test_a_bonus_follows_its_payout_curve(attained: str, bonus: str) -> None:
    """Half at 80 %, all at 100 %, double at 120 % and no more, of 10,000."""
    curve = rates(("0.8", "0.5"), ("1", "1"), ("1.2", "2"), method=Method.INTERPOLATED)

    pay = calculated(
        case(
            plan(one(Bonus("revenue", curve))),
            deal("a", attained),
            quotas={"revenue": D(100000)},
            target_incentive=D(10000),
        )
    )

    assert pay.total == D(bonus)


def test_a_quarterly_bonus_waits_for_the_end_of_the_quarter_and_shows_what_it_would_be() -> None:
    of = plan(
        one(Bonus("revenue", rates(("0", "0"), ("1", "1"), method=Method.INTERPOLATED))),
        measures=(Measured("revenue", over=Span.QUARTER),),
    )
    about = {"quotas": {"revenue": D(1000)}, "target_incentive": D(600)}

    may = calculated(case(of, deal("a", "500"), **about))
    june = calculated(
        case(
            of,
            deal("b", "250", on=date(2020, 6, 2)),
            totals=may.totals,
            openings=openings(may),
            ends=frozenset({Span.PERIOD, Span.QUARTER}),
            **about,
        )
    )

    [waiting] = may.outcomes
    assert (may.total, waiting.pending) == (D(0), D(300))
    assert waiting.reason == "It is paid when the quarter is over."
    assert june.total == D(450)


def test_objectives_pay_from_approved_scores_alone() -> None:
    of = plan(one(Objectives(part=D("0.5"))))
    scores = (Scored("first", D("0.6"), D("1")), Scored("second", D("0.4"), D("0.5")))

    scored = calculated(case(of, scores=scores, target_incentive=D(1000)))
    unscored = calculated(case(of, target_incentive=D(1000)))

    assert scored.total == D(400)
    assert unscored.total == 0
    assert unscored.outcomes[0].reason == "No goal that counts for it is closed with a score."


def test_a_refund_takes_back_what_that_deal_was_paid() -> None:
    of = plan(one(Commission("revenue", TIERS)), measures=(Measured("revenue", over=Span.YEAR),))
    refund = deal("b back", "-25000", on=date(2020, 5, 20), reverses="b")
    before = calculated(
        case(of, deal("a", "100000"), deal("b", "50000")), later=reversed_by([refund])
    )

    within = calculated(case(of, deal("a", "100000"), deal("b", "50000"), refund))
    later = calculated(
        case(
            of,
            refund,
            totals=before.totals,
            openings=openings(before),
            originals=before.originals,
        )
    )

    assert within.total == D(5000) + D(4000) - D(2000)
    assert later.total == D(-2000)
    assert later.lines[-1].kind is LineKind.REFUND


def test_a_refund_of_what_is_not_known_stops_the_payee_and_names_the_deal() -> None:
    of = plan(one(FLAT))

    with pytest.raises(Incalculable, match=r"`pay` cannot be worked out: .* `?b back"):
        calculated(case(of, deal("b back", "-10", reverses="b")))


def test_a_refund_of_what_did_not_count_takes_nothing_back() -> None:
    small = Measured("revenue", where="deal.amount < 5000 USD")

    pay = calculated(
        case(
            plan(one(FLAT), measures=(small,)),
            deal("a", "6000"),
            deal("b", "-500", reverses="a"),
        )
    )

    assert pay.total == 0
    assert pay.lines == ()
    assert pay.totals["revenue"] == -500


def test_a_gate_holds_everything_back_and_gives_it_when_it_opens() -> None:
    of = plan(
        one(Commission("revenue", rates(("0", "0.1"))), gate='credited("revenue") >= 1000 USD'),
        measures=(Measured("revenue", over=Span.YEAR),),
    )
    april = calculated(case(of, deal("a", "600")))
    may = calculated(case(of, deal("b", "500"), totals=april.totals, openings=openings(april)))

    assert april.total == 0
    assert april.outcomes[0].reason == (
        'It pays where credited("revenue") >= 1000 USD; credited("revenue") is 600.'
    )
    assert [line.amount for line in april.lines] == [D(60), D(-60)]
    assert may.total == D(110)
    assert [(line.kind, line.amount) for line in may.lines] == [
        (LineKind.DEAL, D(50)),
        (LineKind.GATE, D(60)),
    ]


def test_multiplier_then_cap_each_as_a_line_of_its_own() -> None:
    component = one(FLAT, multiplier='if(credited("revenue") > 1000 USD, 1.5, 1)', cap=D(120))

    pay = calculated(case(plan(component), deal("a", "2000")))

    assert [(line.kind, line.amount) for line in pay.lines] == [
        (LineKind.DEAL, D(100)),
        (LineKind.MULTIPLIER, D(50)),
        (LineKind.CAP, D(-30)),
    ]
    assert pay.total == D(120)


def test_caps_of_a_deal_and_of_the_plan() -> None:
    pay = calculated(
        case(plan(one(FLAT, cap_each_deal=D(40)), cap=D(60)), deal("a", "1000"), deal("b", "1000"))
    )

    assert [(line.kind, line.amount) for line in pay.lines] == [
        (LineKind.DEAL, D(50)),
        (LineKind.DEAL_CAP, D(-10)),
        (LineKind.DEAL, D(50)),
        (LineKind.DEAL_CAP, D(-10)),
        (LineKind.PLAN_CAP, D(-20)),
    ]
    assert pay.total == D(60)


def test_measures_choose_credits_by_kind_by_day_and_by_a_formula() -> None:
    spif = Measured(
        "bikes",
        of=Figure.QUANTITY,
        over=Span.DEAL,
        where='product.category = "Bikes"',
        kinds=frozenset({CreditKind.DIRECT}),
        first_day=date(2020, 5, 1),
        last_day=date(2020, 5, 15),
    )
    of = plan(one(Commission("bikes", rates(("0", "25")))), measures=(spif,))
    bike, helmet = {"product.category": "Bikes"}, {"product.category": "Helmets"}

    pay = calculated(
        case(
            of,
            deal("a", "900", facts=bike, quantity=D(2)),
            deal("b", "900", facts=helmet),
            deal("c", "900", facts=bike, on=date(2020, 5, 16)),
            deal("d", "900", facts=bike, kind=CreditKind.ROLL_UP),
        )
    )

    assert [(line.credit, line.amount) for line in pay.lines] == [(deal("a", "1").id, D(50))]


def test_a_measure_counts_what_its_event_released_and_its_purpose_wants() -> None:
    cash = Measured("cash", event=Event.CASH)
    of = plan(one(Commission("cash", rates(("0", "0.1")))), measures=(cash,))

    pay = calculated(
        case(
            of,
            deal("booked", "1000"),
            deal("half paid", "500", event=Event.CASH),
            deal("for quota", "500", event=Event.CASH, counts_for=frozenset({Purpose.QUOTA})),
        )
    )

    assert pay.total == D(50)


def test_a_component_may_ask_for_others_whatever_their_order() -> None:
    pay = calculated(
        case(
            plan(Component("kicker", "Kicker", Worked('component("pay") * 10%')), one(FLAT)),
            deal("a", "1000"),
        )
    )

    assert {each.component: each.amount for each in pay.outcomes} == {"pay": D(50), "kicker": D(5)}


def test_components_that_need_one_another_are_refused_with_the_circle() -> None:
    def asks(key: str, other: str) -> Component:
        return Component(key, key, Worked(f'component("{other}") * 2'))

    with pytest.raises(Invalid, match=r"need one another: \w+ -> \w+ -> \w+"):
        plan(asks("a", "b"), asks("b", "a"))
    with pytest.raises(Invalid, match="a -> a"):
        plan(asks("a", "a"))


def test_a_plan_that_makes_no_sense_is_refused_with_everything_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        plan(
            one(Commission("margin", rates(("0", "0.1"))), gate="1 EUR > 2"),
            Component("Pay", "", Worked("100%")),
            Component("pay", "", FLAT, multiplier="deal.amount"),
        )

    assert [each.path for each in refused.value.each] == [
        ("pay",), ("Pay",), ("pay", "measure"), ("pay", "gate"), ("Pay", "formula"), ("pay", "multiplier"),
    ]  # fmt: skip


def test_retroactive_rates_go_with_refunds_of_the_total() -> None:
    table = rates(("0", "0.05"), ("1000", "0.1"), method=Method.RETROACTIVE)

    with pytest.raises(Invalid, match="refunds are of the total"):
        plan(one(Commission("revenue", table)))
    of = plan(one(Commission("revenue", table, refunds=Refunds.TOTAL)))
    pay = calculated(case(of, deal("a", "1200"), deal("b", "-400", reverses="a")))
    assert pay.total == D(40)


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({}, "there is no quota for revenue."),
        ({"quotas": {"revenue": D(0)}}, "Shares of a quota need a quota above zero."),
    ],
)
def test_what_cannot_be_worked_out_names_the_rule_and_the_fact(
    settings: dict[str, object], what: str
) -> None:
    of = plan(one(Commission("revenue", rates(("0", "0.1"), ("1", "0.2")), scale=Scale.QUOTA)))

    with pytest.raises(Incalculable) as refused:
        calculated(case(of, deal("a", "10"), **settings))

    assert refused.value.message == f"`pay` cannot be worked out: {what}"


def test_nothing_always_has_its_reason() -> None:
    assert calculated(case(plan(one(FLAT)))).outcomes[0].reason == (
        "Nothing that counts for it was credited in the period."
    )
    late = plan(one(Commission("revenue", rates(("0", "0.1"), threshold=D(500)))))
    assert calculated(case(late, deal("a", "400"))).outcomes[0].reason == (
        "Nothing is paid below 500; what counts comes to 400."
    )
    below = plan(one(Commission("revenue", rates(("0", "0"), ("500", "0.1")))))
    assert calculated(case(below, deal("a", "400"))).outcomes[0].reason == (
        "What was sold comes to nothing by its rates."
    )


@pytest.mark.parametrize(
    ("rounding", "amounts"),
    [
        (Rounding(2), ["0.33", "0.33", "0.33"]),
        (Rounding(2, point=Point.COMPONENT), ["0.34", "0.33", "0.33"]),
        (Rounding(0), ["0", "0", "0"]),
        (Rounding(2, Mode.UP), ["0.34", "0.34", "0.34"]),
    ],
)
def test_a_plan_says_where_and_how_it_rounds(rounding: Rounding, amounts: list[str]) -> None:
    of = plan(one(Commission("revenue", rates(("0", "0.001")))), rounding=rounding)

    pay = calculated(case(of, *(deal(name, "333.33") for name in "abc")))

    assert [str(line.amount) for line in pay.lines] == amounts
    assert pay.total == sum(map(D, amounts))


FULL = plan(
    Component("commission", "Commission", Commission("revenue", TIERS), cap_each_deal=D(9000)),
    Component(
        "retro",
        "Retro",
        Commission(
            "margin",
            rates(("0", "0.01"), ("50000", "0.02"), method=Method.RETROACTIVE),
            refunds=Refunds.TOTAL,
        ),
        gate='attainment("revenue") > 30%',
    ),
    Component(
        "bonus",
        "Bonus",
        Bonus("revenue", rates(("0.5", "0"), ("1", "1"), method=Method.INTERPOLATED), at_end=False),
        multiplier='if(credited("margin") > 60000 USD, 1.25, 1)',
        cap=D(2500),
    ),
    Component("formula", "Formula", Worked('round(component("commission") / 7, 2)')),
    measures=(
        Measured("revenue", over=Span.YEAR),
        Measured("margin", of=Figure.MARGIN, over=Span.YEAR),
    ),
)
ABOUT = {"quotas": {"revenue": D(300000)}, "target_incentive": D(3000)}
deals = st.lists(
    st.tuples(
        st.integers(1, 28), st.decimals(-5_000, 60_000, places=2), st.sampled_from([4, 5, 6])
    ),
    max_size=14,
)


def months(sold: list[tuple[int, Decimal, int]]) -> dict[int, list[Credit]]:
    made: dict[int, list[Credit]] = {4: [], 5: [], 6: []}
    for number, (day, amount, month) in enumerate(sold):
        made[month].append(deal(f"deal {number:02}", str(amount), on=date(2020, month, day)))
    return made


def told(by_month: dict[int, list[Credit]]) -> list[Pay]:
    """Three months after one another, each beginning where the one before ended."""
    found: list[Pay] = []
    for month, sold in by_month.items():
        so_far: dict[str, object] = {}
        if found:
            originals = {place: paid for pay in found for place, paid in pay.originals.items()}
            so_far = {
                "totals": found[-1].totals,
                "openings": openings(found[-1]),
                "originals": originals,
            }
        first = date(2020, month, 1)
        of = case(FULL, *sold, starts_on=first, **so_far, **ABOUT)
        found.append(calculated(of, reversed_by(chain(*by_month.values()))))
    return found


def reversed_by(deals: Iterable[Credit]) -> frozenset[UUID]:
    return frozenset(each.reverses for each in deals if each.reverses is not None)


@settings(max_examples=40)
@given(deals, st.integers())
def test_the_order_in_which_deals_arrive_changes_nothing(
    sold: list[tuple[int, Decimal, int]], seed: int
) -> None:
    by_month = months(sold)
    shuffled = {month: Random(seed).sample(each, len(each)) for month, each in by_month.items()}

    assert told(by_month) == told(shuffled)


def facts_of(line: Line) -> Callable[[Asked], Value]:
    def fact(asked: Asked) -> Value:
        value = line.inputs[str(asked)]
        return Fraction(value) if isinstance(value, Decimal) else value

    return fact


@settings(max_examples=40)
@given(deals)
def test_every_line_can_be_worked_out_again_and_lines_sum_to_the_total(
    sold: list[tuple[int, Decimal, int]],
) -> None:
    for pay in told(months(sold)):
        assert pay.total == sum((line.amount for line in pay.lines), D(0))
        for each in pay.outcomes:
            of_it = [line.amount for line in pay.lines if line.component == each.component]
            assert each.amount == sum(of_it, D(0))
            assert each.amount or each.reason
        for line in pay.lines:
            how = HOW.get(line.kind, 'round(component("commission") / 7, 2)')
            again = evaluated(parsed(how), facts_of(line))
            assert again == line.exact
            assert FULL.rounding.of(line.exact) == line.amount


@settings(max_examples=40)
@given(deals)
def test_months_one_by_one_come_to_what_the_whole_comes_to(
    sold: list[tuple[int, Decimal, int]],
) -> None:
    by_month = months(sold)
    all_at_once = calculated(
        case(FULL, *(each for month in by_month.values() for each in month), **ABOUT)
    )

    parts = told(by_month)

    for whole, last in zip(all_at_once.outcomes, parts[-1].outcomes, strict=True):
        if whole.component != "formula":  # it is of one period
            assert last.closing == whole.closing
    assert parts[-1].totals == all_at_once.totals


def test_what_goes_in_is_never_changed() -> None:
    given_case: Case = case(FULL, deal("a", "100"), deal("b", "200"), **ABOUT)
    before = replace(given_case)

    calculated(given_case)

    assert given_case == before


def test_a_hundred_cents_in_ten_thousand_parts_are_never_lost() -> None:
    of: Plan = plan(
        one(Commission("revenue", rates(("0", "0.01")))),
        rounding=Rounding(2, point=Point.COMPONENT),
    )

    pay = calculated(case(of, *(deal(f"{n:05}", "0.01") for n in range(10_000))))

    assert pay.total == D("1.00")
    assert together(line.exact for line in pay.lines) == 1
