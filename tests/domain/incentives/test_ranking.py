"""Rank pay: places by a stated rule for ties, the same however pay is worked out."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.incentives.calculating import calculated
from domain.incentives.documents import NotAPlan, plan_of, terms_of
from domain.incentives.due import work_off
from domain.incentives.ranking import Place, Reached, Ties, places, prize
from domain.incentives.wording import changes
from tests.domain.incentives.paying import (
    JANUARY,
    MAY,
    assigned,
    credited,
    published,
    results,
    totals,
)
from tests.domain.incentives.plans import D, case, deal
from tests.domain.incentives.test_running import NOW, SELLERS, all_done
from tests.people import Company, count, found_company

PAYS = (D(500), D(300), D(100))
REACHED = {
    "a": Reached(D(90), date(2020, 5, 2)),
    "b": Reached(D(90), date(2020, 5, 1)),
    "c": Reached(D(70), date(2020, 5, 9)),
    "d": Reached(D(0)),
    "e": Reached(D(-5)),
}


@pytest.mark.parametrize(
    ("ties", "amounts"),
    [
        (Ties.SHARE, {"a": 500, "b": 500, "c": 100}),
        (Ties.SPLIT, {"a": 400, "b": 400, "c": 100}),
        (Ties.FIRST, {"a": 300, "b": 500, "c": 100}),
    ],
)
def test_those_who_reached_the_same_are_paid_by_the_stated_rule(
    ties: Ties, amounts: dict[str, int]
) -> None:
    found = {
        payee: prize(PAYS, place, ties)[0] / prize(PAYS, place, ties)[1]
        for payee, place in places(REACHED, ties).items()
    }

    assert found == amounts


@settings(max_examples=30)
@given(
    st.dictionaries(st.integers(), st.builds(Reached, st.decimals(-2, 5, places=0), st.sampled_from([JANUARY, MAY])), max_size=8),
    st.sampled_from(Ties),
)  # fmt: skip
def test_no_more_is_paid_than_there_is_for_the_places_unless_ties_share(
    reached: dict[int, Reached], ties: Ties
) -> None:
    found = places(reached, ties)
    assert found.keys() == {payee for payee, each in reached.items() if each.total > 0}
    assert found == places(dict(reversed(reached.items())), ties)
    if ties is not Ties.SHARE and len(found) >= len(PAYS):
        paid = [(prize(PAYS, place, ties)) for place in found.values()]
        assert sum(amount / among for amount, among in paid) == pytest.approx(sum(PAYS))


TOP: dict[str, Any] = {
    "currency": "USD",
    "measures": [{"key": "revenue", "over": "quarter", "kinds": ["direct"], "where": 'product.category != "Gear"'}],
    "components": [
        {"key": "top", "name": "Top", "rank": {"measure": "revenue", "pays": ["500", "300", "100"], "ties": "split", "at_end": "false"}}
    ],
}  # fmt: skip


def test_a_place_is_paid_and_trued_up_and_its_line_says_so() -> None:
    of = plan_of("top", TOP)
    april = calculated(case(of, places={"top": Place(1, 2)}))
    openings = {"top": april.outcomes[0].closing}
    may = calculated(
        case(
            of,
            deal("a", "5", facts={"product.category": "Bikes"}),
            places={"top": Place(4)},
            openings=openings,
        )
    )
    june = calculated(case(of, places={}))

    assert (april.total, may.total, june.total) == (D(400), D(-400), D(0))
    assert april.lines[0].inputs == {"place": 1, "pays": D(800), "among": 2, "before": 0}
    assert june.outcomes[0].reason == "It pays the first 3, and this payee is not among them."


def test_it_comes_back_from_its_document_and_what_makes_no_sense_is_refused() -> None:
    of = plan_of("top", TOP)
    assert plan_of("top", terms_of(of)) == of
    rank = TOP["components"][0]["rank"]

    def with_rank(**said: Any) -> dict[str, Any]:
        return TOP | {"components": [{"key": "top", "name": "Top", "rank": rank | said}]}

    assert changes(of, plan_of("top", with_rank(ties="first"))) == [
        "Component top, the pay by place, what those get who reached the same was split, and is first."
    ]
    for said, says in (
        ({"pays": []}, "1 to 50 places"),
        ({"pays": ["100", "200"]}, "none pays less than the next"),
        ({"measure": "margin"}, "does not measure"),
    ):
        with pytest.raises(NotAPlan, match=says):
            plan_of("top", with_rank(**said))
    by_deal = with_rank() | {"measures": [{"key": "revenue", "over": "deal"}]}
    with pytest.raises(NotAPlan, match="single deals are not added up"):
        plan_of("top", by_deal)


async def _selling(company: Company) -> None:
    plan = await published(company, TOP)
    for who in SELLERS:
        await assigned(company, plan, who, ends_on=date(2020, 4, 30) if who == "Olga" else None)
        for month in (1, 2, 4, 5):
            amount = "9000" if who == "Olga" else str(1000 * (1 + SELLERS.index(who) % 3))
            await credited(company, who, amount, on=date(2020, month, 7), place=f"{who} {month}")


def told(rows: list[dict[str, Any]]) -> Iterator[object]:
    for row in rows:
        closing = json.loads(row["closing"])
        closing.pop("shared", None)  # it names credits, whose ids are another company's
        yield row["who"], row["starts_on"], row["total"], closing, row["components"]


async def test_whoever_is_overtaken_is_worked_out_anew_and_it_comes_to_what_a_whole_run_does(
    database: str,
) -> None:
    company, other = await found_company(), await found_company()
    for each in (company, other):
        await _selling(each)
    await work_off(company.org, NOW)
    # Olga leads while she is on the plan: in January to April, and is not ranked in May.
    assert (await totals(company, "Olga")) == {1: 500, 2: 0, 3: 0, 4: 500}
    assert (await totals(company, "Mona")) == {1: 300, 2: 0, 3: 0, 4: 300, 5: 200}
    assert (await totals(company, "Sam")) == {1: 100, 2: 0, 3: 0, 4: 100, 5: 200}
    assert (await totals(company, "Rui")) == {1: 0, 2: 0, 3: 0, 4: 0, 5: 100}
    before = await count(company, "pay_result")

    for each in (company, other):
        await credited(each, "Rui", "4500", on=date(2020, 4, 20), place="a big one")
        await credited(
            each, "Sam", "1000", on=date(2020, 2, 20), kind="overlay", place="not counted"
        )
    while await work_off(company.org, NOW):
        pass
    assert (await totals(company, "Rui")) == {1: 0, 2: 0, 3: 0, 4: 300, 5: 200}
    assert (await totals(company, "Mona")) == {1: 300, 2: 0, 3: 0, 4: 100, 5: 200}
    # April and May of Rui, Mona and Sam; and Sam's February, which has another credit.
    assert await count(company, "pay_result") == before + 7
    await all_done(other)
    assert list(told(await results(company))) == list(told(await results(other)))

    nothing = await count(company, "pay_result")
    await all_done(company)
    assert await count(company, "pay_result") == nothing
