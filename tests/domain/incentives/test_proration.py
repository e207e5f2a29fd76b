"""Parts of periods by a named day count, and how somebody new begins."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.ids import new_id
from domain.incentives.documents import plan_of, terms_of
from domain.incentives.proration import DayCount, RampStep, counted, part_of, step_at
from domain.incentives.wording import changes
from tests.domain.incentives.paying import JANUARY, assigned, published, results, totals
from tests.domain.incentives.test_documents import DOCUMENT
from tests.domain.incentives.test_keeping import worked
from tests.people import Company
from tests.schema.asking import goal, insert

D = Decimal
RAMP = (RampStep(2, D("0.25")), RampStep(1, D("0.5"), D("0.75")))


@pytest.mark.parametrize(
    ("first", "last", "actual", "thirty_360"),
    [
        (date(2020, 5, 1), date(2020, 5, 31), 31, 30),
        (date(2020, 5, 22), date(2020, 5, 31), 10, 9),
        (date(2020, 5, 31), date(2020, 5, 31), 1, 0),
        (date(2020, 2, 1), date(2020, 2, 29), 29, 30),
        (date(2020, 2, 15), date(2020, 2, 29), 15, 16),
        (date(2020, 1, 1), date(2020, 12, 31), 366, 360),
    ],
)
def test_days_are_counted_as_they_are_or_thirty_a_month(
    first: date, last: date, actual: int, thirty_360: int
) -> None:
    assert counted(first, last, DayCount.ACTUAL) == actual
    assert counted(first, last, DayCount.THIRTY_360) == thirty_360


@given(st.integers(0, 364), st.integers(0, 1000), st.sampled_from([DayCount.ACTUAL, DayCount.THIRTY_360]))  # fmt: skip
def test_parts_of_a_period_always_sum_to_it(start: int, length: int, by: DayCount) -> None:
    first = date(2020, 1, 1) + timedelta(days=start)
    last, whole = first + timedelta(days=length), (first, first + timedelta(days=length + 31))
    parts = [(first, last), (last + timedelta(days=1), whole[1])]

    assert sum((part_of(part, whole, by) for part in parts), Fraction(0)) == 1
    assert part_of(parts[0], whole, DayCount.NONE) == 1


@pytest.mark.parametrize(
    ("place", "quota", "target"),
    [(1, "0.25", "1"), (2, "0.25", "1"), (3, "0.5", "0.75"), (4, "1", "1"), (None, "1", "1")],
)
def test_a_ramp_goes_up_step_by_step(place: int | None, quota: str, target: str) -> None:
    step = step_at(RAMP, place)
    assert (step.quota, step.target_incentive) == (D(quota), D(target))


def test_it_comes_back_from_its_document_and_differs_in_words() -> None:
    ramped = DOCUMENT | {
        "ramp": [{"periods": "2", "quota": "25 %"}],
        "proration": {"days": "thirty_360", "quotas": "true"},
    }
    before, after = plan_of("reps", DOCUMENT), plan_of("reps", ramped)

    assert plan_of("reps", terms_of(after)) == after
    assert changes(before, after) == [
        "The proration, the day count is now thirty_360; there was none said.",
        "The proration, whether quotas are prorated is now yes; there was none said.",
        "The ramp is now 2 periods with 0.25 of the quota and 1 of the target incentive; there was none said.",
    ]
    for step in ({"periods": "0"}, {"periods": "61"}, {"periods": "1", "quota": "0"}):
        with pytest.raises(Invalid):
            plan_of("reps", DOCUMENT | {"ramp": [step]})


RAMPED: dict[str, Any] = {
    "currency": "USD",
    "proration": {"days": "thirty_360", "quotas": "true"},
    "ramp": [{"periods": "2", "quota": "50 %", "target_incentive": "75 %"}],
    "measures": [{"key": "revenue", "over": "quarter", "goal": "revenue"}],
    "components": [
        {"key": "quota", "name": "Quota", "formula": 'quota("revenue") * 1'},
        {"key": "target", "name": "Target", "formula": "target_incentive"},
        {"key": "place", "name": "Place", "formula": "periods_on_plan * 1 USD"},
    ],
}
"""It pays what it asks for, so that a payslip shows it."""


async def test_who_comes_in_the_middle_of_a_quarter_has_its_part_of_quota_and_target(
    company: Company,
) -> None:
    plan = await published(company, RAMPED)
    await assigned(company, plan, "Rui", target="12000", starts_on=date(2020, 1, 16))
    await assigned(company, plan, "Sam", target="12000", starts_on=date(2019, 6, 1))
    for who in ("Rui", "Sam"):
        await goal(company, who, starts_on=JANUARY, ends_on=date(2020, 3, 31), target=D(9000))

    await worked(company, plan, "Rui", "Sam", last=date(2020, 3, 31))

    # Of three periods of 3,000 the first for 15 of 30 days; half of it in the first two.
    quota = D(750) + D(1500) + D(3000)
    paid = [row["components"] for row in await results(company) if row["who"] == "Rui"]
    assert [[part.split("|")[1] for part in parts] for parts in paid] == [
        [f"{quota}", "375", "1"],
        [f"{quota}", "750", "2"],
        [f"{quota}", "1000", "3"],
    ]
    assert await totals(company, "Sam") == {1: D(10008), 2: D(10009), 3: D(10010)}
    agreed = {
        "id": new_id(), "person_id": company.ids["Rui"], "plan_id": plan, "kind": "quota",
        "key": "revenue", "value": D(4000), "starts_on": JANUARY, "reason": "Agreed in January.",
    }  # fmt: skip
    await insert(company, "pay_override", [agreed])
    await worked(company, plan, "Rui", last=JANUARY)
    assert (await totals(company, "Rui"))[1] == D(4376)
