"""Goals are put below one another by those who may, and what they weigh makes 100 %."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.calendars.words import PeriodGrain
from domain.errors import Invalid, NotFound, NotPermitted
from domain.goals.actions import draft_goal
from domain.goals.alignment import align_goal, roll_up_goal, weigh_children
from domain.goals.alignment_rules import Shape, is_share_of, shown_percent, sound_part_weights
from domain.goals.models import RollUp
from domain.goals.rules import StaleVersion, WrongState
from domain.goals.spreading import spread_goal
from domain.goals.spreading_rules import SpreadBy
from tests.domain.goals.test_forms import fiscal_year
from tests.people import Company, count, goal_row
from tests.schema.asking import goal

MAY_BEGINS = date(2020, 5, 1)


async def placed(company: Company, goal_id: UUID) -> tuple[UUID | None, str | None, int]:
    row = await goal_row(company, goal_id)
    return (row.parent_id, row.no_parent_reason, row.version)


async def align(company: Company, who: str, goal_id: UUID, version: int = 1, **to: Any) -> UUID:
    return await align_goal(company.actor(who), goal_id=goal_id, expected_version=version, **to)


async def test_a_goal_is_put_below_another_or_says_why_it_is_not(company: Company) -> None:
    monas, ruis = await goal(company, "Mona"), await goal(company, "Rui")

    await align(company, "Mona", ruis, parent_id=monas)
    assert await placed(company, ruis) == (monas, None, 2)
    await align(company, "Ada", ruis, 2, no_parent_reason=" A favour to Berlin. ")
    assert await placed(company, ruis) == (None, "A favour to Berlin.", 3)

    assert await count(company, "goal_decision", "act = 'aligned'") == 2
    assert await count(company, "event", f"act = 'goal.aligned' and subject_id = '{ruis}'") == 2
    assert await count(company, "goal_within") == 0


@pytest.mark.parametrize(
    ("who", "kind"),
    [("Sam", NotFound), ("Eve", NotFound), ("Fay", NotPermitted), ("Audrey", NotPermitted)],
)
async def test_only_the_owner_or_who_leads_them_says_where_a_goal_stands(
    company: Company, who: str, kind: type[Exception]
) -> None:
    monas, ruis = await goal(company, "Mona"), await goal(company, "Rui")

    with pytest.raises(kind):
        await align(company, who, ruis, parent_id=monas)
    with pytest.raises(kind):
        await roll_up_goal(company.actor(who), goal_id=ruis, expected_version=1, roll_up=RollUp.SUM)
    with pytest.raises(kind):
        await weigh_children(company.actor(who), goal_id=ruis, expected_version=1, items=[])

    assert await placed(company, ruis) == (None, None, 1)
    assert await count(company, "event") == 0


@pytest.mark.parametrize("status", ["submitted", "approved"])
async def test_once_it_is_handed_in_nobody_says_alone_what_their_goal_serves(
    company: Company, status: str
) -> None:
    first, second = await goal(company, "Rui"), await goal(company, "Rui")
    coras = await goal(company, "Cora", status=status, no_parent_reason="It stands alone.")
    ruis = await goal(company, "Rui", status=status, parent_id=first)

    for who, id, to in (
        ("Rui", ruis, {"parent_id": second}),
        ("Rui", ruis, {"no_parent_reason": "It suits me."}),
        ("Cora", coras, {"no_parent_reason": "It suits me."}),
    ):
        with pytest.raises(NotPermitted, match="somebody above its owner says where it stands"):
            await align(company, who, id, **to)
    assert await placed(company, ruis) == (first, None, 1)
    assert await placed(company, coras) == (None, "It stands alone.", 1)
    assert await count(company, "event") == 0

    await align(company, "Cora", ruis, parent_id=second)
    assert await placed(company, ruis) == (second, None, 2)


async def test_nobody_puts_a_goal_below_one_they_do_not_see(company: Company) -> None:
    monas, ruis = await goal(company, "Mona"), await goal(company, "Rui", status="draft")

    with pytest.raises(NotFound) as refusal:
        await align(company, "Rui", ruis, parent_id=monas)

    assert refusal.value.path == ("parentId",)
    assert await placed(company, ruis) == (None, None, 1)


async def test_a_place_that_cannot_be_is_refused_in_words(company: Company) -> None:
    top = await goal(company, "Ada", name="All of it", roll_up="sum", status="draft")
    monas = await goal(company, "Mona", name="West", parent_id=top)
    closed = await goal(
        company, "Ada", status="closed", closed_at=datetime(2020, 5, 30, tzinfo=UTC)
    )

    for moved, to, words in (
        (top, {"parent_id": monas}, "“West” stands below “All of it” already"),
        (top, {"parent_id": top}, "not stand below itself"),
        (monas, {"parent_id": closed}, "is closed"),
        (monas, {}, "cannot be empty"),
        (monas, {"parent_id": top, "no_parent_reason": "Why"}, "needs no reason"),
        (monas, {"parent_id": await goal(company, "Ada", private=True)}, "stands alone"),
        (await goal(company, "Rui", measure="margin"), {"parent_id": top}, "are shares of it"),
        (await goal(company, "Rui", currency="JPY"), {"parent_id": top}, "are shares of it"),
        (
            await goal(company, "Rui", ends_on=date(2020, 6, 1)),
            {"parent_id": top},
            "are shares of it",
        ),
    ):
        before = await placed(company, moved)
        with pytest.raises(Invalid, match=words):
            await align(company, "Ada", moved, **to)
        assert await placed(company, moved) == before
    with pytest.raises(WrongState):
        await align(company, "Ada", closed, parent_id=top)
    with pytest.raises(StaleVersion):
        await align(company, "Ada", monas, 7, parent_id=top)
    assert await count(company, "event") == 0


async def test_two_who_put_each_others_goal_below_their_own_at_once_are_told_apart(
    company: Company,
) -> None:
    for _ in range(4):
        one = await goal(company, "Mona", status="draft")
        other = await goal(company, "Mona", status="draft")

        answers = await asyncio.gather(
            align(company, "Ada", one, parent_id=other),
            align(company, "Mona", other, parent_id=one),
            return_exceptions=True,
        )

        refused = [answer for answer in answers if not isinstance(answer, UUID)]
        assert len(refused) == 1
        assert isinstance(refused[0], Invalid)
        assert "would lie within itself" in refused[0].message


async def test_of_two_who_move_a_goal_at_once_the_second_looks_again(company: Company) -> None:
    ruis = await goal(company, "Rui")
    tops = [await goal(company, "Mona") for _ in range(2)]

    answers = await asyncio.gather(
        *(align(company, "Mona", ruis, parent_id=top) for top in tops), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["StaleVersion", "UUID"]
    assert await count(company, "goal_within") == 1


async def test_only_shares_are_summed_up(company: Company) -> None:
    top = await goal(company, "Ada", roll_up="none")
    await goal(company, "Mona", parent_id=top)
    await goal(company, "Mona", parent_id=top, measure="margin")
    cora = company.actor("Cora")

    with pytest.raises(Invalid, match="1 of the 2 goals directly below are no shares"):
        await roll_up_goal(cora, goal_id=top, expected_version=1, roll_up=RollUp.SUM)
    assert (await goal_row(company, top)).roll_up == "none"

    await roll_up_goal(cora, goal_id=top, expected_version=1, roll_up=RollUp.WEIGHTED)
    assert (await goal_row(company, top)).roll_up == "weighted"


async def test_goals_below_are_weighed_together_and_stay_so(company: Company) -> None:
    top, ada = await goal(company, "Mona"), company.actor("Ada")
    ruis, sams = [await goal(company, name, parent_id=top) for name in ("Rui", "Sam")]
    items = [(ruis, Decimal("0.7")), (sams, Decimal("0.3"))]

    await weigh_children(ada, goal_id=top, expected_version=1, items=items)

    assert (await goal_row(company, top)).roll_up == "weighted"
    weighed = {id: (await goal_row(company, id)).weight for id in (ruis, sams)}
    assert weighed == dict(items)
    assert await count(company, "event", "act = 'goal.weighed'") == 3
    with pytest.raises(Invalid, match=r"weighs 30 % of “May of Mona”"):
        await align(company, "Ada", sams, 2, no_parent_reason="Elsewhere.")
    await weigh_children(
        ada, goal_id=top, expected_version=2, items=[(ruis, Decimal(1)), (sams, Decimal(0))]
    )
    await align(company, "Ada", sams, 3, no_parent_reason="Elsewhere.")
    await weigh_children(ada, goal_id=top, expected_version=3, items=[(ruis, None)])
    assert (await goal_row(company, ruis)).weight is None


async def test_nobody_says_what_makes_the_score_of_their_own_goal_once_it_is_handed_in(
    company: Company,
) -> None:
    rui, top = company.actor("Rui"), await goal(company, "Rui", roll_up="weighted")
    part = await goal(company, "Rui", parent_id=top, target=Decimal(1000))
    easy = await goal(company, "Rui", status="draft", target=Decimal("0.01"))
    at: dict[str, Any] = {"goal_id": top, "expected_version": 1}

    attempts: list[Callable[[], Awaitable[UUID]]] = [
        lambda: roll_up_goal(rui, **at, roll_up=RollUp.NONE),
        lambda: weigh_children(rui, **at, items=[(part, Decimal(1))]),
        lambda: align(company, "Rui", easy, parent_id=top),
        lambda: align(company, "Rui", part, no_parent_reason="It goes badly."),
        lambda: draft_goal(rui, owner_id=rui.person or top, name="Easy", starts_on=MAY_BEGINS, parent_id=top),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(NotPermitted, match="somebody above its owner says"):
            await attempt()
    with pytest.raises(Invalid, match="weighed, so they are no shares"):
        await spread_goal(rui, **at, calendar_id=await fiscal_year(company), grain=PeriodGrain.PERIOD, by=SpreadBy.DAYS)  # fmt: skip

    assert await count(company, "goal") == 3
    assert await count(company, "goal", "version > 1") == 0
    await align(company, "Mona", easy, parent_id=top)


async def test_nobody_takes_a_part_from_what_makes_the_score_of_their_manager(
    company: Company,
) -> None:
    monas = await goal(company, "Mona", roll_up="weighted")
    ruis = await goal(company, "Rui", parent_id=monas)

    for who in ("Rui", "Mona"):
        with pytest.raises(NotPermitted, match="somebody above its owner says"):
            await align(company, who, ruis, no_parent_reason="It goes badly.")

    await align(company, "Ada", ruis, no_parent_reason="It was a favour.")
    assert await placed(company, ruis) == (None, "It was a favour.", 2)


async def test_weights_that_make_no_whole_change_nothing(company: Company) -> None:
    top, ada = await goal(company, "Mona"), company.actor("Ada")
    ruis, sams = [await goal(company, name, parent_id=top) for name in ("Rui", "Sam")]
    third = Decimal("0.33333333")

    for items, words in (
        ([(ruis, Decimal(1))], "there are 2, and 1"),
        ([(ruis, Decimal(1)), (ruis, Decimal(0))], "each once"),
        ([(ruis, Decimal(1)), (top, Decimal(0))], "there are 2, and 1"),
        ([(ruis, Decimal(1)), (sams, None)], "all goals directly below have a weight or none"),
        ([(ruis, third), (sams, third)], r"make 66.666666 % together"),
        ([(ruis, Decimal("1.1")), (sams, Decimal("-0.1"))], "from 0 to 1"),
    ):
        with pytest.raises(Invalid, match=words):
            await weigh_children(ada, goal_id=top, expected_version=1, items=items)

    assert {(await goal_row(company, id)).version for id in (top, ruis, sams)} == {1}
    assert await count(company, "event") == 0


async def test_who_does_not_see_all_goals_below_does_not_weigh_them(company: Company) -> None:
    top = await goal(company, "Mona", status="draft")
    ruis = await goal(company, "Rui", parent_id=top)
    await goal(company, "Olga", parent_id=top)

    with pytest.raises(NotPermitted, match="Not all goals directly below are yours to see"):
        await weigh_children(
            company.actor("Mona"), goal_id=top, expected_version=1, items=[(ruis, Decimal(1))]
        )

    assert (await goal_row(company, ruis)).weight is None


def test_a_share_is_of_the_same_sort_and_within_the_days() -> None:
    may, june = date(2020, 5, 1), date(2020, 6, 30)
    whole = Shape("revenue", "USD", may, june)

    assert is_share_of(whole, whole)
    assert is_share_of(Shape("revenue", "USD", date(2020, 5, 2), date(2020, 5, 3)), whole)
    for other in (
        Shape("margin", "USD", may, june),
        Shape("revenue", "EUR", may, june),
        Shape("revenue", "USD", date(2020, 4, 30), june),
        Shape("revenue", "USD", may, date(2020, 7, 1)),
        Shape("revenue", "USD", may, None),
        Shape(None, None, may, june),
    ):
        assert not is_share_of(other, whole)


def test_percentages_are_said_without_zeros() -> None:
    assert [shown_percent(Decimal(rate)) for rate in ("1", "0", "0.125", "0.50")] == [
        "100 %",
        "0 %",
        "12.5 %",
        "50 %",
    ]
    assert sound_part_weights([], []) == {}
