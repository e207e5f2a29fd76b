"""What a whole goal is, and what a target amounts to that changes in mid-period."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import Invalid
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amendment_rules import Segment, amended, counted, fitting_policy
from domain.goals.gate_rules import GoalPart, Incomplete, missing_parts, whole

PRORATE, REPLACE, SEGMENTS = AmendmentPolicy
YEAR = [Segment(date(2019, 1, 1), date(2019, 12, 31), Decimal(1200))]
JULY = date(2019, 7, 1)


@dataclass
class Draft:
    name: str = "Revenue"
    measure: str | None = "revenue"
    target: Decimal | None = Decimal(5)
    starts_on: date = date(2020, 5, 1)
    ends_on: date | None = date(2020, 5, 31)
    parent_id: UUID | None = None
    no_parent_reason: str | None = "It stands alone."


@pytest.mark.parametrize(
    ("draft", "missing"),
    [
        (Draft(), []),
        (Draft(no_parent_reason=None, parent_id=UUID(int=1)), []),
        (Draft(target=Decimal(0)), []),
        (Draft(name="  "), [GoalPart.NAME]),
        (Draft(measure=None), [GoalPart.MEASURE]),
        (Draft(target=None), [GoalPart.TARGET]),
        (Draft(ends_on=None), [GoalPart.DUE_DATE]),
        (Draft(no_parent_reason=" "), [GoalPart.PARENT]),
        (
            Draft(measure=None, target=None, ends_on=None, no_parent_reason=None),
            [GoalPart.MEASURE, GoalPart.TARGET, GoalPart.DUE_DATE, GoalPart.PARENT],
        ),
    ],
)
def test_what_is_missing_is_named_all_at_once(draft: Draft, missing: list[GoalPart]) -> None:
    assert missing_parts(draft, owner_is_here=True) == missing


def test_each_missing_part_has_a_sentence_that_a_rep_understands() -> None:
    with pytest.raises(Incomplete) as refusal:
        whole(Draft(measure=None, ends_on=None), owner_is_here=False)

    assert refusal.value.facts["missing"] == ["measure", "owner", "due_date"]
    assert refusal.value.facts["sentences"] == [
        "Say what counts: the measure is missing.",
        "Say who: the owner no longer works here on the goal's first day.",
        "Say by when: the last day is missing.",
    ]


@pytest.mark.parametrize(
    ("policy", "target", "parts"),
    [
        (REPLACE, "1800", ["1800"]),
        (PRORATE, "1502.47", ["595.07", "907.40"]),  # 1200 x 181/365 + 1800 x 184/365
        (SEGMENTS, "1502.47", ["595.07", "907.40"]),
    ],
)
def test_a_target_that_changes_on_the_first_of_july(
    policy: AmendmentPolicy, target: str, parts: list[str]
) -> None:
    found = counted(amended(YEAR, JULY, Decimal(1800), policy), places=2, adds_up=True)

    assert found.target == Decimal(target)
    assert [part for _, part in found.segments] == [Decimal(part) for part in parts]


@pytest.mark.parametrize(
    ("stated", "places", "target", "parts"),
    [
        (("100", "200", "300"), 0, "200", ["33", "67", "100"]),  # yen have no cents
        (("0", "0", "0"), 2, "0", ["0", "0", "0"]),
        (("0.01", "0.01", "0.02"), 2, "0.01", ["0", "0", "0.01"]),
        (("0.015", "0.015", "0.015"), 2, "0.02", ["0.01", "0.01", "0"]),  # half away from zero
    ],
)
def test_parts_of_the_days_sum_to_the_target_to_the_last_unit(
    stated: tuple[str, ...], places: int, target: str, parts: list[str]
) -> None:
    thirds = [
        Segment(date(2020, 6, 1), date(2020, 6, 10), Decimal(stated[0])),
        Segment(date(2020, 6, 11), date(2020, 6, 20), Decimal(stated[1])),
        Segment(date(2020, 6, 21), date(2020, 6, 30), Decimal(stated[2])),
    ]

    found = counted(thirds, places=places, adds_up=True)

    assert found.target == Decimal(target) == sum(part for _, part in found.segments)
    assert [part for _, part in found.segments] == [Decimal(part) for part in parts]


def test_a_rate_does_not_add_up_so_each_part_has_what_is_stated_for_it() -> None:
    halves = amended(
        [Segment(date(2020, 6, 1), date(2020, 6, 30), Decimal("0.4"))],
        date(2020, 6, 16),
        Decimal("0.5"),
        SEGMENTS,
    )

    found = counted(halves, places=4, adds_up=False)

    assert found.target == Decimal("0.45")
    assert [part for _, part in found.segments] == [Decimal("0.4"), Decimal("0.5")]


def test_a_later_amendment_makes_way_for_what_was_stated_from_its_day_on() -> None:
    once = amended(YEAR, date(2019, 10, 1), Decimal(1800), PRORATE)

    twice = amended(once, JULY, Decimal(1500), PRORATE)
    then = amended(twice, date(2019, 11, 1), Decimal(1000), PRORATE)

    assert [(each.starts_on.month, each.stated) for each in then] == [
        (1, Decimal(1200)),
        (7, Decimal(1500)),
        (11, Decimal(1000)),
    ]
    assert sum(each.days for each in then) == 365
    assert amended(once, YEAR[0].starts_on, Decimal(7), SEGMENTS) == [
        Segment(YEAR[0].starts_on, YEAR[0].ends_on, Decimal(7))
    ]


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2020, 1, 1)])
def test_an_amendment_takes_effect_on_a_day_of_the_period(day: date) -> None:
    with pytest.raises(Invalid):
        amended(YEAR, day, Decimal(1800), PRORATE)


def test_what_is_done_or_not_has_no_half_of_it() -> None:
    assert fitting_policy(REPLACE, is_yes_or_no=True) is REPLACE
    for policy in (PRORATE, SEGMENTS):
        with pytest.raises(Invalid):
            fitting_policy(policy, is_yes_or_no=True)
