"""Rates by facts of a deal and by what was reached: without gaps, and each deal by its own cell."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.incentives.calculating import calculated
from domain.incentives.documents import NotAPlan, plan_of, terms_of
from domain.incentives.linting import linted
from domain.incentives.wording import changes
from tests.domain.incentives.plans import D, case, deal
from tests.domain.incentives.test_documents import DOCUMENT, changed

GRID: dict[str, Any] = {
    "method": "marginal",
    "by": ["product.category", "account.country"],
    "starts": ["0", "1000"],
    "rates": {
        "Bikes": {"US": ["5 %", "8 %"], "Korea, Republic of": ["6 %", "9 %"], "otherwise": ["4 %", "7 %"]},
        "otherwise": ["1 %", "2 %"],
    },
}  # fmt: skip


def document(over: str = "year", **said: Any) -> dict[str, Any]:
    grid = {"measure": "revenue", "grid": GRID | said}
    made = changed("components.0.commission", grid)
    made["measures"][0]["over"] = over
    return made


def test_a_deal_is_cut_at_the_starts_and_paid_by_its_own_cell_which_its_line_names() -> None:
    of = plan_of("reps", document())
    bikes, home = {"product.category": "Bikes"}, {"account.country": "US"}
    pay = calculated(
        case(
            of,
            deal("a", "600", facts={**bikes, "account.country": "Korea, Republic of"}),
            deal("b", "600", facts=bikes | home),
            deal("c", "100", facts=bikes),
            deal("d", "100", facts={"product.category": "otherwise"} | home),
            deal("e", "-300", on=date(2020, 5, 9), reverses="b", facts=home),
        )
    )

    assert [(line.inputs.get("cell"), line.tier, line.amount) for line in pay.lines] == [
        ("Bikes, Korea, Republic of", 0, D(36)),
        ("Bikes, US", 0, D(20)),
        ("Bikes, US", 1, D(16)),
        ("Bikes, otherwise", 1, D(7)),
        ("otherwise", 1, D(2)),
        (None, None, D(-18)),  # half of the 36 that it was paid
    ]


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.decimals(0, 900, places=2), st.sampled_from(["Bikes", "Helmets", ""])),
        max_size=8,
    )
)
def test_where_all_cells_pay_alike_it_is_a_table(sold: list[tuple[Decimal, str]]) -> None:
    alike = {"Bikes": {"US": ["5 %", "8 %"], "otherwise": ["5 %", "8 %"]}, "otherwise": ["0.05", "0.08"]}  # fmt: skip
    table = {
        "method": "marginal",
        "tiers": [{"start": "0", "pays": "5 %"}, {"start": "1000", "pays": "8 %"}],
    }
    plain = changed("components.0.commission", {"measure": "revenue", "table": table})
    deals = [
        deal(f"{n}", str(amount), facts={"product.category": what})
        for n, (amount, what) in enumerate(sold)
    ]

    by_cell, by_table = (
        calculated(case(plan_of("reps", each), *deals)) for each in (document(rates=alike), plain)
    )

    assert [line.amount for line in by_cell.lines] == [line.amount for line in by_table.lines]
    assert by_cell.outcomes == by_table.outcomes


def test_a_deal_for_itself_may_be_paid_by_any_method() -> None:
    of = plan_of("reps", document("deal", method="retroactive"))
    assert calculated(case(of, deal("a", "2000"), deal("b", "500"))).total == D(40) + D(5)


@pytest.mark.parametrize(
    ("said", "at", "says"),
    [
        ({"rates": {"Bikes": ["1", "2"]}}, "rates", "Say what is paid `otherwise`, by product.category."),
        ({"rates": {"otherwise": ["1"]}}, "rates.otherwise", "Here 1 rates stand for 2 tiers."),
        ({"rates": {"otherwise": {"otherwise": {"otherwise": ["1", "2"]}}}}, "rates.otherwise.otherwise",
         "the grid has 2 dimensions"),
        ({"starts": ["0", "0"]}, "starts.1", "not after 0"),
        ({"starts": ["1", "2"]}, "starts.0", "begins at 1"),
        ({"by": []}, "by", "by 1 to 4 facts"),
        ({"by": ["deal.amount"], "rates": ["1", "2"]}, "commission.by", "told apart by `deal.amount`"),
        ({"rates": {str(n): ["1", "2"] for n in range(201)} | {"otherwise": ["1", "2"]}}, "rates",
         "at most 200 cells"),
        ({"rates": "much"}, "rates", "is no number"),
        ({"method": "retroactive"}, "commission.method", "no single rate"),
        ({"method": "interpolated"}, "commission.method", "let each deal be measured for itself"),
    ],
)  # fmt: skip
def test_gaps_and_what_has_no_meaning_are_refused(said: dict[str, Any], at: str, says: str) -> None:
    with pytest.raises(NotAPlan) as refused:
        plan_of("reps", document(**said))

    [fault] = refused.value.each
    assert says in fault.message
    assert ".".join(fault.path).endswith(at)


def test_refunds_are_of_the_original_and_a_table_stands_beside_no_grid() -> None:
    for said, says in (
        ({"refunds": "total"}, "does not say what it has earned"),
        ({"table": DOCUMENT["components"][0]["commission"]["table"]}, "Say either a `table`"),
        ({"grid": None}, "Say either a `table`"),
    ):
        made = document()
        made["components"][0]["commission"] |= said
        with pytest.raises(NotAPlan, match=says):
            plan_of("reps", made)


def test_it_comes_back_from_its_document_in_any_order_and_differs_in_words() -> None:
    of = plan_of("reps", document())
    turned = json.loads(json.dumps(terms_of(of), sort_keys=True))
    assert plan_of("reps", turned) == of
    rates = {**GRID["rates"], "Bikes": GRID["rates"]["Bikes"] | {"US": ["5 %", "10 %"]}}

    assert changes(of, plan_of("reps", document(rates=rates))) == [
        "Component commission, the commission, the rates in several dimensions, the rates, Bikes, US was"
        " 0.05, 0.08, and is 0.05, 0.10."
    ]


def test_what_is_odd_names_its_cell() -> None:
    rates = {"Bikes": ["5 %", "0 %"], "otherwise": ["1 %", "2 %"]}

    assert [each.sentence for each in linted(plan_of("reps", document(rates=rates)))] == [
        "Bikes: Above 1000 selling more pays nothing more.",
        "Bikes: above 1000 a deal is paid less, whatever was sold before.",
    ]
