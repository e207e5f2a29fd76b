"""Goals' and territories' figures, against sums done by hand."""

from datetime import date
from decimal import Decimal

import pytest

from domain.territories.periods import Grain, periods_between
from tests.people import Company
from tests.schema.asking import answer, ask, goal, sold, statement, territory, territory_id

GOAL = "{ goals { nodes { target { amount currency } actual { amount currency } attainment } } }"


async def shown(company: Company) -> tuple[str, str | None]:
    (node,) = (await ask(company.actor("Rui"), GOAL))["goals"]["nodes"]
    return node["actual"]["amount"], node["attainment"]


async def test_a_goal_counts_its_owners_sales_from_its_first_day_to_its_last(
    company: Company,
) -> None:
    await goal(company, "Rui", target=Decimal("300"))
    await sold(company, "Rui", "100.1000", on=date(2020, 5, 1))
    await sold(company, "Rui", "50.0050", on=date(2020, 5, 31))
    await sold(company, "Rui", "1000", on=date(2020, 4, 30))
    await sold(company, "Rui", "1000", on=date(2020, 6, 1))
    await sold(company, "Rui", "1000", currency="EUR")
    await sold(company, "Sam", "1000")
    await sold(company, None, "1000")

    assert await shown(company) == ("150.105", "0.5004")  # 150.105 / 300 = 0.50035


async def test_a_goal_without_sales_has_reached_nothing(company: Company) -> None:
    await goal(company, "Rui")

    assert await shown(company) == ("0.00", "0")


@pytest.mark.parametrize(
    ("measure", "actual", "attainment"),
    [("revenue", "300.00", "3"), ("margin", "60.00", "0.6")],
)
async def test_a_goal_counts_what_its_measure_says(
    company: Company, measure: str, actual: str, attainment: str
) -> None:
    await goal(company, "Rui", measure=measure, target=Decimal("100"))
    await sold(company, "Rui", "100", cost=Decimal("40"), quantity=Decimal("5"))
    await sold(company, "Rui", "200", cost=None, quantity=Decimal("2.5"))

    assert await shown(company) == (actual, attainment)


async def test_figures_cost_nothing_where_they_are_not_asked_for(company: Company) -> None:
    plain = statement(company.actor("Rui"), "{ goals { nodes { name } } }")
    figures = statement(company.actor("Rui"), GOAL)

    assert "counted(" not in plain
    assert figures.count("counted(") == 1  # actual and attainment share one count


async def test_totals_are_over_visible_sales_one_for_each_currency(company: Company) -> None:
    west = await territory(company, "West")
    coast = await territory(company, "Coast", west)
    east = await territory(company, "East")
    await sold(company, "Rui", "10158634.5200", at=coast, order_number="A", cost=Decimal("1.5"))
    await sold(company, "Rui", "0.0100", at=west, order_number="A", quantity=Decimal("2"))
    await sold(company, "Sam", "5", at=east, order_number="B", currency="JPY")
    await sold(company, "Olga", "7", at=east)
    document = """query($filter: SaleFilter) {
      salesTotal(filter: $filter) { amount cost quantity lines orders currency } }"""
    dollars = {
        "amount": "10158634.53", "cost": "1.50", "quantity": "3", "lines": 2, "orders": 1,
        "currency": "USD",
    }  # fmt: skip
    yen = {
        "amount": "5", "cost": None, "quantity": "1", "lines": 1, "orders": 1, "currency": "JPY"
    }  # fmt: skip
    mona = company.actor("Mona")

    assert (await ask(mona, document))["salesTotal"] == [yen, dollars]
    assert (await ask(company.actor("Rui"), document))["salesTotal"] == [dollars]
    within = await ask(mona, document, filter={"within": [territory_id(west)]})
    assert within["salesTotal"] == [dollars]
    exact = await ask(mona, document, filter={"territory": {"eq": territory_id(west)}})
    assert exact["salesTotal"][0]["amount"] == "0.01"
    days = await ask(mona, document, filter={"soldOn": {"gte": "2020-05-05"}})
    assert days["salesTotal"] == []
    everything = (await ask(company.actor("Fay"), document))["salesTotal"]
    assert everything[1]["amount"] == "10158641.53"


async def test_a_territory_adds_up_what_lies_within_it_period_by_period(
    company: Company,
) -> None:
    west = await territory(company, "West")
    coast = await territory(company, "Coast", west)
    await goal(company, "Rui", territory_id=coast, target=Decimal("100"))
    await goal(company, "Sam", territory_id=west, target=Decimal("300"))
    await goal(company, "Sam", territory_id=west, target=Decimal("9"), status="submitted")
    await goal(company, "Sam", territory_id=west, target=Decimal("9"), measure="margin")
    await goal(company, "Sam", target=Decimal("9"))
    await sold(company, "Rui", "50", at=coast)
    await sold(company, "Sam", "25", at=coast, on=date(2020, 5, 31))
    await sold(company, "Sam", "1", at=west, on=date(2020, 4, 30))
    await sold(company, "Sam", "8", at=west, currency="EUR")
    document = """query($by: Grain!, $filter: PerformanceFilter, $first: Int! = 20, $after: String) {
      performance(by: $by, filter: $filter, first: $first, after: $after) {
        nodes { territory { name } periodStart periodEnd
                sales { amount } target { amount } actual { amount } attainment }
        pageInfo { endCursor hasNextPage } } }"""
    fay = company.actor("Fay")

    def row(
        name: str, start: str, end: str, sales: str, target: str | None, actual: str | None,
        attainment: str | None,
    ) -> dict[str, object]:  # fmt: skip
        return {
            "territory": {"name": name},
            "periodStart": start,
            "periodEnd": end,
            "sales": {"amount": sales},
            "target": target and {"amount": target},
            "actual": actual and {"amount": actual},
            "attainment": attainment,
        }

    months = [
        row("Coast", "2020-04-01", "2020-04-30", "0.00", None, None, None),
        row("West", "2020-04-01", "2020-04-30", "1.00", None, None, None),
        row("Coast", "2020-05-01", "2020-05-31", "75.00", "100.00", "50.00", "0.5"),
        row("West", "2020-05-01", "2020-05-31", "75.00", "400.00", "75.00", "0.1875"),
    ]
    asked = {"by": "MONTH", "filter": {"from": "2020-04-15", "to": "2020-05-01"}}
    whole = await ask(fay, document, **asked)
    first = (await ask(fay, document, **asked, first=3))["performance"]
    cursor = first["pageInfo"]["endCursor"]
    rest = (await ask(fay, document, **asked, first=3, after=cursor))["performance"]
    quarter = await ask(fay, document, by="QUARTER", filter={"territoryIds": [territory_id(west)]})

    assert whole["performance"]["nodes"] == months
    assert first["pageInfo"]["hasNextPage"] is True
    assert first["nodes"] + rest["nodes"] == months
    assert quarter["performance"]["nodes"] == [
        row("West", "2020-01-01", "2020-03-31", "0.00", None, None, None),
        row("West", "2020-04-01", "2020-06-30", "76.00", "400.00", "75.00", "0.1875"),
    ]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"from": "2020-05-02", "to": "2020-05-01"}, "before they start on 2020-05-02"),
        ({"from": "2000-01-01"}, "more than 120 periods"),
    ],
)
async def test_periods_are_bounded(company: Company, days: dict[str, str], said: str) -> None:
    refused = await answer(
        company.actor("Fay"),
        "query($days: PerformanceFilter) { performance(by: MONTH, filter: $days) { nodes { periodStart } } }",
        days=days,
    )

    assert said in refused.refusal.message
    assert refused.statements == 0


async def test_lists_of_goals_are_narrowed_by_what_a_filter_says(company: Company) -> None:
    west = await territory(company, "West")
    coast = await territory(company, "Coast", west)
    await goal(company, "Mona", name="own", status="draft")
    await goal(company, "Rui", name="coast", territory_id=coast)
    await goal(company, "Sam", name="past", starts_on=date(2020, 1, 1), ends_on=date(2020, 5, 28))
    await goal(company, "Sam", name="last day", ends_on=date(2020, 5, 29), measure="margin")
    document = """query($filter: GoalFilter) {
      goals(filter: $filter, orderBy: {field: NAME}) { nodes { name } } }"""

    async def named(**filters: object) -> list[str]:
        data = await ask(company.actor("Mona"), document, filter=filters)
        return [node["name"] for node in data["goals"]["nodes"]]

    assert await named(whose="MINE") == ["own"]
    assert await named(whose="TEAM") == ["coast", "last day", "past"]
    assert await named(current=True) == ["coast", "last day", "own"]
    assert await named(current=False) == ["past"]
    assert await named(status={"in": ["DRAFT"]}) == ["own"]
    assert await named(status={"eq": "APPROVED"}, measure={"eq": "margin"}) == ["last day"]
    assert await named(within=[territory_id(west)]) == ["coast"]
    assert await named(territory={"eq": territory_id(west)}) == []
    assert await named(startsOn={"gte": "2020-01-01", "lt": "2020-05-01"}) == ["past"]
    assert await named(endsOn={"gt": "2020-05-28", "lte": "2020-05-29"}) == ["last day"]


@pytest.mark.parametrize(
    ("grain", "first", "last", "periods_begin", "periods_end"),
    [
        (Grain.MONTH, None, None, date(2020, 1, 1), date(2020, 5, 29)),
        (Grain.MONTH, date(2020, 4, 15), date(2020, 5, 1), date(2020, 4, 1), date(2020, 5, 1)),
        (Grain.QUARTER, date(2020, 3, 31), None, date(2020, 1, 1), date(2020, 5, 29)),
        (Grain.QUARTER, date(2019, 12, 1), None, date(2019, 10, 1), date(2020, 5, 29)),
        (Grain.YEAR, date(2017, 7, 1), None, date(2017, 1, 1), date(2020, 5, 29)),
        (Grain.MONTH, date(2010, 6, 30), None, date(2010, 6, 1), date(2020, 5, 29)),
    ],
)
def test_periods_are_whole_and_hold_the_days_asked_for(
    grain: Grain, first: date | None, last: date | None, periods_begin: date, periods_end: date
) -> None:
    today = date(2020, 5, 29)

    assert periods_between(grain, first, last, today) == (periods_begin, periods_end)
