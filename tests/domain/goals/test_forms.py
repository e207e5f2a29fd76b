"""The forms that goals take: private, shared, by a matrix, prorated, rated, overridden, closed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from auth.actor import Actor, Role
from domain.calendars.actions import define_calendar
from domain.calendars.words import CalendarKind, PeriodGrain, YearNamedBy
from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal
from domain.goals.actions import approve_goal, check_in, draft_goal, submit_goal
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amending import amend_goal, return_amendment
from domain.goals.assigning import assign_template
from domain.goals.closing import close_goal, reopen_goal
from domain.goals.form_models import GoalAdjustment, GoalAssignment
from domain.goals.form_rules import AssignedPerson, Contributor, Kpi, TemplateChanged
from domain.goals.judging import override_actual, rate_goal, withdraw_override
from domain.goals.models import Confidence
from domain.goals.privacy import keep_goal_private, open_goal
from domain.goals.prorating import prorate_goal, ramp_goal
from domain.goals.proration_rules import AdjustmentCause, DayCount
from domain.goals.rules import StaleVersion, WrongState
from domain.goals.sharing import set_matrix, share_goal
from domain.goals.spreading_rules import SpreadBy
from domain.goals.templates import (
    change_template,
    define_ramp,
    define_template,
    retire_ramp,
    retire_template,
)
from domain.ids import new_id
from tests.people import Company, count, drafted_goal, goal_row, submitted_goal
from tests.schema.asking import ask, insert, sold

LATER = date(2020, 6, 1)


async def approved_goal(company: Company, owner: str = "Rui") -> UUID:
    """A goal of May 2020 at version 3."""
    goal = await submitted_goal(company, owner)
    return await approve_goal(company.actor("Mona"), goal_id=goal, seen_version=2)


def after(company: Company, name: str) -> Actor:
    """The person on the first day after May."""
    return replace(company.actor(name), today=LATER)


async def refused(
    company: Company,
    kind: type[Refusal],
    attempt: Callable[[], Awaitable[Any]],
    *,
    words: str | None = None,
) -> None:
    """It is refused so, and nothing of what goals are made of has changed."""
    tables = ("goal", "goal_decision", "goal_contributor", "goal_kpi", "goal_adjustment",
              "goal_rating", "goal_closing", "goal_assignment", "goal_template_kpi", "goal_template", "ramp", "event")  # fmt: skip
    before = [await _all(company, table) for table in tables]
    with pytest.raises(kind, match=words):
        await attempt()
    assert [await _all(company, table) for table in tables] == before


async def _all(company: Company, table: str) -> str:
    async with on_behalf_of(company.org) as transaction:
        [row] = await transaction.execute_query_dict(
            f"select coalesce(string_agg(kept::text, '' order by kept::text), '') as rows"
            f" from (select to_jsonb({table}) - 'number' - 'hash' as kept from {table}) kept",
        )
    return str(row["rows"])


async def test_the_owner_keeps_a_draft_private_and_opens_it_again(company: Company) -> None:
    goal = await drafted_goal(company)

    await keep_goal_private(company.actor("Rui"), goal_id=goal, expected_version=1)
    assert (await goal_row(company, goal)).private
    await refused(company, Conflict, lambda: keep_goal_private(
        company.actor("Rui"), goal_id=goal, expected_version=2))  # fmt: skip
    await open_goal(company.actor("Rui"), goal_id=goal, expected_version=2)

    assert not (await goal_row(company, goal)).private
    assert await count(company, "goal_decision", "act in ('kept_private', 'opened')") == 2


@pytest.mark.parametrize(
    ("who", "kind"),
    [("Mona", NotPermitted), ("Hal", NotFound), ("Cora", NotPermitted), ("Sam", NotFound)],
)
async def test_only_the_owner_keeps_a_goal_private(
    company: Company, who: str, kind: type[Refusal]
) -> None:
    goal = await drafted_goal(company)

    await refused(company, kind, lambda: keep_goal_private(
        company.actor(who), goal_id=goal, expected_version=1))  # fmt: skip


async def test_whoever_does_not_see_a_private_goal_cannot_touch_it_and_human_resources_only_look(
    company: Company,
) -> None:
    goal = await submitted_goal(company)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query("update goal set private = true where org_id = $1", [company.org])  # fmt: skip

    for who, kind in (("Cora", NotFound), ("Sam", NotFound), ("Eve", NotFound), ("Hal", NotPermitted)):  # fmt: skip
        await refused(company, kind, lambda who=who: approve_goal(  # type: ignore[misc]
            company.actor(who), goal_id=goal, seen_version=2))  # fmt: skip
    await refused(company, WrongState, lambda: keep_goal_private(
        company.actor("Rui"), goal_id=goal, expected_version=2))  # fmt: skip


async def test_a_goal_is_shared_with_people_of_the_organisation_each_once(company: Company) -> None:
    goal, rui = await drafted_goal(company), company.actor("Rui")
    ada = company.actor("Ada")
    sam, olga = Contributor(company.ids["Sam"], "Opens doors"), Contributor(company.ids["Olga"])

    await share_goal(ada, goal_id=goal, expected_version=1, contributors=[sam, olga])

    assert (await goal_row(company, goal)).scope == "contributors"
    assert await count(company, "goal_contributor", "part = 'Opens doors'") == 1
    for wrong, kind in (([sam, sam], Invalid), ([Contributor(new_id())], NotFound)):
        await refused(company, kind, lambda wrong=wrong: share_goal(  # type: ignore[misc]
            rui, goal_id=goal, expected_version=2, contributors=wrong))  # fmt: skip
    await refused(
        company, Invalid, lambda: keep_goal_private(rui, goal_id=goal, expected_version=2)
    )
    await share_goal(rui, goal_id=goal, expected_version=2, contributors=[])
    assert (await goal_row(company, goal)).scope == "own"
    assert await count(company, "goal_contributor") == 0


async def test_a_matrix_is_set_while_a_goal_is_written(company: Company) -> None:
    goal, rui = await drafted_goal(company), company.actor("Rui")
    half = Kpi("revenue", Decimal("0.5"), Decimal(50), Decimal(100), Decimal(150))

    for lines in ([half], [half, replace(half, measure="nothing")]):
        await refused(company, Invalid, lambda lines=lines: set_matrix(  # type: ignore[misc]
            rui, goal_id=goal, expected_version=1, kpis=lines))  # fmt: skip
    await set_matrix(rui, goal_id=goal, expected_version=1, kpis=[half, replace(half, measure="units")])  # fmt: skip
    await refused(company, StaleVersion, lambda: set_matrix(
        rui, goal_id=goal, expected_version=1, kpis=[]))  # fmt: skip
    await refused(company, NotFound, lambda: set_matrix(
        company.actor("Sam"), goal_id=goal, expected_version=2, kpis=[]))  # fmt: skip

    assert await count(company, "goal_kpi", "currency = 'USD'") == 1
    assert await count(company, "goal_kpi") == 2


async def quarter_goal(company: Company) -> UUID:
    return await draft_goal(
        company.actor("Rui"),
        owner_id=company.ids["Rui"],
        name="Third quarter",
        measure="revenue",
        starts_on=date(2020, 7, 1),
        ends_on=date(2020, 9, 30),
        target=Decimal(120_000),
    )


async def adjustments(company: Company, goal: UUID) -> list[GoalAdjustment]:
    async with on_behalf_of(company.org):
        return await GoalAdjustment.filter(org_id=company.org, goal_id=goal).order_by("place")


async def test_a_target_is_prorated_then_ramped_and_rounded_once(company: Company) -> None:
    goal, mona = await quarter_goal(company), company.actor("Mona")
    ramp = await define_ramp(company.actor("Cora"), name="Half", steps=[Decimal("0.5")] * 36)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update holding set during = daterange('2020-08-01', null) where org_id = $1"
            " and person_id = $2", [company.org, company.ids["Rui"]],
        )  # fmt: skip

    await prorate_goal(
        mona, goal_id=goal, expected_version=1, cause=AdjustmentCause.HIRE, on=date(2020, 8, 1),
        convention=DayCount.ACTUAL_DAYS,
    )  # fmt: skip
    await ramp_goal(mona, goal_id=goal, expected_version=2, ramp_id=ramp)

    assert [
        (each.kind, each.counted, each.whole, each.before, each.after)
        for each in await adjustments(company, goal)
    ] == [
        ("prorated", Decimal(61), Decimal(92), Decimal(120_000), Decimal("79565.22")),
        ("ramped", Decimal("30.5"), Decimal(61), Decimal("79565.22"), Decimal("39782.61")),
    ]
    assert (await goal_row(company, goal)).target == Decimal("39782.61")
    await refused(company, Conflict, lambda: ramp_goal(mona, goal_id=goal, expected_version=3, ramp_id=ramp))  # fmt: skip


async def test_working_days_are_those_of_the_organisation(company: Company) -> None:
    goal, mona = await quarter_goal(company), company.actor("Mona")
    await insert(company, "day_off", [{"id": new_id(), "day": date(2020, 9, 7), "name": "Labor Day"}])  # fmt: skip

    await prorate_goal(
        mona, goal_id=goal, expected_version=1, cause=AdjustmentCause.EXIT, on=date(2020, 8, 31),
        convention=DayCount.WORKING_DAYS, reason="Moves on.",
    )  # fmt: skip

    [adjustment] = await adjustments(company, goal)
    assert (adjustment.counted, adjustment.whole) == (Decimal(44), Decimal(65))


async def test_an_agreed_target_is_not_prorated_but_amended(company: Company) -> None:
    goal = await approved_goal(company)
    hire: dict[str, Any] = {
        "cause": AdjustmentCause.HIRE, "on": date(2020, 5, 4), "convention": DayCount.THIRTY_360
    }  # fmt: skip

    await refused(company, WrongState, lambda: prorate_goal(
        company.actor("Cora"), goal_id=goal, expected_version=3, **hire))  # fmt: skip
    await refused(company, NotFound, lambda: prorate_goal(
        company.actor("Sam"), goal_id=goal, expected_version=3, **hire))  # fmt: skip


async def test_an_actual_is_set_by_hand_by_somebody_else_with_a_reason(company: Company) -> None:
    goal = await approved_goal(company)
    given: dict[str, Any] = {"goal_id": goal, "seen_version": 3, "value": Decimal(900)}

    for who, kind in (("Rui", NotPermitted), ("Sam", NotFound), ("Audrey", NotPermitted)):
        await refused(company, kind, lambda who=who: override_actual(  # type: ignore[misc]
            company.actor(who), **given, reason="Mine"))  # fmt: skip
    await refused(company, Invalid, lambda: override_actual(company.actor("Mona"), **given, reason=" "))  # fmt: skip
    await override_actual(company.actor("Cora"), **given, reason="Booked twice.")
    row = await goal_row(company, goal)
    assert (row.override, row.override_reason, row.version) == (Decimal(900), "Booked twice.", 4)

    await withdraw_override(company.actor("Mona"), goal_id=goal, seen_version=4, reason="Mended.")
    assert (await goal_row(company, goal)).override is None
    await refused(company, Conflict, lambda: withdraw_override(
        company.actor("Mona"), goal_id=goal, seen_version=5, reason="Again"))  # fmt: skip


async def test_nobody_overrides_rates_closes_or_reopens_their_own_goal_whatever_their_roles(
    company: Company,
) -> None:
    goal = await submitted_goal(company, "Mona")
    await approve_goal(company.actor("Ada"), goal_id=goal, seen_version=2)
    mona = replace(after(company, "Mona"), roles=frozenset((*company.actor("Mona").roles, *company.actor("Cora").roles)))  # fmt: skip

    await refused(company, NotPermitted, lambda: override_actual(
        mona, goal_id=goal, seen_version=3, value=Decimal(1), reason="Mine"))  # fmt: skip
    await refused(
        company,
        NotPermitted,
        lambda: rate_goal(mona, goal_id=goal, seen_version=3, level=1, comment="Me"),
    )
    await refused(company, NotPermitted, lambda: close_goal(mona, goal_id=goal, seen_version=3))
    await refused(company, NotPermitted, lambda: reopen_goal(
        mona, goal_id=goal, seen_version=3, reason="Mine"))  # fmt: skip


async def test_a_goal_on_a_rubric_is_rated_by_a_manager_and_closed_by_its_level(
    company: Company,
) -> None:
    await insert(company, "measure", [{
        "id": new_id(), "key": "teamwork", "name": "Teamwork", "unit": "number", "direction": "higher",
        "source": "rating", "levels": ["alone", "helps", "leads", "inspires"],
    }])  # fmt: skip
    rui, mona = company.actor("Rui"), company.actor("Mona")
    goal = await draft_goal(
        rui, owner_id=company.ids["Rui"], name="Works with others", measure="teamwork",
        starts_on=date(2020, 5, 1), ends_on=date(2020, 5, 31), target=Decimal(3), no_parent_reason="For itself.",
    )  # fmt: skip
    await submit_goal(rui, goal_id=goal, expected_version=1)
    await approve_goal(mona, goal_id=goal, seen_version=2)

    await refused(company, Conflict, lambda: close_goal(after(company, "Mona"), goal_id=goal, seen_version=3))  # fmt: skip
    for who, level, comment, kind in (
        ("Rui", 4, "Great", NotPermitted), ("Cora", 4, "Great", NotPermitted),
        ("Mona", 5, "Great", Invalid), ("Mona", 3, "", Invalid),
    ):  # fmt: skip
        await refused(company, kind, lambda who=who, level=level, comment=comment: rate_goal(  # type: ignore[misc]
            company.actor(who), goal_id=goal, seen_version=3, level=level, comment=comment))  # fmt: skip
    await rate_goal(mona, goal_id=goal, seen_version=3, level=4, comment="Everybody says so.")
    await refused(company, StaleVersion, lambda: rate_goal(
        mona, goal_id=goal, seen_version=3, level=1, comment="Without a look."))  # fmt: skip
    await rate_goal(mona, goal_id=goal, seen_version=4, level=2, comment="On reflection.")
    await refused(company, Invalid, lambda: override_actual(
        mona, goal_id=goal, seen_version=5, value=Decimal(3), reason="So"))  # fmt: skip
    await close_goal(after(company, "Mona"), goal_id=goal, seen_version=5)

    assert (await goal_row(company, goal)).score == Decimal("0.6667")
    assert await count(company, "goal_closing", "basis = 'rating' and actual = 2") == 1


async def test_a_score_is_fixed_once_and_later_sales_do_not_change_it(company: Company) -> None:
    goal = await approved_goal(company)
    await sold(company, "Rui", "666.665")
    mona = after(company, "Mona")

    await refused(company, Conflict, lambda: close_goal(company.actor("Mona"), goal_id=goal, seen_version=3))  # fmt: skip
    await refused(company, NotPermitted, lambda: close_goal(after(company, "Cora"), goal_id=goal, seen_version=3))  # fmt: skip
    answers = await asyncio.gather(
        *(close_goal(mona, goal_id=goal, seen_version=3) for _ in range(5)), return_exceptions=True
    )
    await sold(company, "Rui", "100")

    assert [type(each) for each in answers].count(WrongState) == 4
    row = await goal_row(company, goal)
    assert (row.status, row.score, row.version) == ("closed", Decimal("0.6667"), 4)
    assert await count(company, "goal_closing") == 1
    await refused(company, WrongState, lambda: check_in(company.actor("Rui"), goal_id=goal, confidence=Confidence.ON_TRACK))  # fmt: skip


async def test_a_goal_is_not_closed_while_an_amendment_of_its_target_waits(
    company: Company,
) -> None:
    goal = await approved_goal(company)
    amendment = await amend_goal(
        company.actor("Mona"), goal_id=goal, seen_version=3, effective_from=date(2020, 5, 15),
        target=Decimal(500), policy=AmendmentPolicy.REPLACE, reason="A reseller closed.",
    )  # fmt: skip

    close = partial(close_goal, after(company, "Mona"), goal_id=goal, seen_version=3)
    await refused(company, Conflict, close, words="amendment of its target waits")

    await return_amendment(
        company.actor("Ada"), amendment_id=amendment, seen_version=3, note="Too late."
    )
    await close()


async def test_reopening_needs_a_reason_and_an_administrator_and_keeps_what_was(
    company: Company,
) -> None:
    goal = await approved_goal(company)
    await close_goal(after(company, "Mona"), goal_id=goal, seen_version=3)
    cora = after(company, "Cora")

    for who, reason, kind in (("Mona", "Why", NotPermitted), ("Rui", "Why", NotPermitted), ("Cora", " ", Invalid)):  # fmt: skip
        await refused(company, kind, lambda who=who, reason=reason: reopen_goal(  # type: ignore[misc]
            after(company, who), goal_id=goal, seen_version=4, reason=reason))  # fmt: skip
    await reopen_goal(cora, goal_id=goal, seen_version=4, reason="A sale came late.")
    await sold(company, "Rui", "500")
    await close_goal(after(company, "Mona"), goal_id=goal, seen_version=5)

    assert (await goal_row(company, goal)).score == Decimal("0.5")
    assert await count(company, "goal_closing", "reopened_at is not null and score = 0") == 1
    assert await count(company, "goal_closing", "reopened_at is null and score = 0.5") == 1


async def test_a_matrix_decides_the_score_and_is_rounded_at_the_end(company: Company) -> None:
    rui, goal = company.actor("Rui"), await drafted_goal(company)
    third, rest = Decimal("0.33333333"), Decimal("0.33333334")
    line = Kpi("revenue", third, Decimal(50), Decimal(100), Decimal(150))
    cheap = replace(line, measure="margin", owner_id=company.ids["Sam"])
    await set_matrix(
        company.actor("Mona"), goal_id=goal, expected_version=1,
        kpis=[line, cheap, replace(line, measure="units", weight=rest, threshold=Decimal(1), target=Decimal(1), stretch=Decimal(9))],
    )  # fmt: skip
    await submit_goal(rui, goal_id=goal, expected_version=2)
    await approve_goal(company.actor("Mona"), goal_id=goal, seen_version=3)
    await sold(company, "Rui", "100")  # at target: 1
    await sold(company, "Sam", "99", cost=Decimal(50))  # below threshold: 0
    await close_goal(after(company, "Mona"), goal_id=goal, seen_version=4)

    assert (await goal_row(company, goal)).score == Decimal("0.6667")
    assert await count(company, "goal_closing", "basis = 'matrix'") == 1


async def template(company: Company, **values: Any) -> UUID:
    given = {"name": "May", "goal_name": "Sell in May", "measure": "revenue", **values}
    return await define_template(company.actor("Cora"), **given)


async def fiscal_year(company: Company) -> UUID:
    return await define_calendar(
        company.actor("Cora"), name="Calendar year", kind=CalendarKind.MONTHS, first_month=1,
        year_named_by=YearNamedBy.START, first_fiscal_year=2020, last_fiscal_year=2020,
    )  # fmt: skip


MAY: dict[str, Any] = {"starts_on": date(2020, 5, 1), "ends_on": date(2020, 5, 31)}


async def test_a_template_makes_a_draft_for_everybody_of_its_role_once(company: Company) -> None:
    made = await template(company, for_role=Role.REP, target=Decimal(500), no_parent_reason="Alone")

    first = await assign_template(company.actor("Mona"), template_id=made, **MAY)
    second = await assign_template(company.actor("Cora"), template_id=made, **MAY)

    assert (
        await count(company, "goal", "status = 'draft' and target = 500 and currency = 'USD'") == 4
    )
    async with on_behalf_of(company.org):
        each = {row.id: row for row in await GoalAssignment.filter(org_id=company.org)}
    assert (each[first].drafted, each[first].left_alone) == (2, [])
    assert (each[second].drafted, each[second].left_alone) == (
        2, sorted([company.ids["Rui"], company.ids["Sam"]])
    )  # fmt: skip
    assert await count(company, "event", "act = 'goal.assigned' and subject_kind = 'goal'") == 4
    assert await count(company, "goal_decision", "act = 'assigned'") == 4
    assigned = await _goal_of(company, "Rui")
    await refused(company, Invalid, lambda: keep_goal_private(
        company.actor("Rui"), goal_id=assigned, expected_version=1))  # fmt: skip


async def _goal_of(company: Company, owner: str) -> UUID:
    async with on_behalf_of(company.org) as transaction:
        [row] = await transaction.execute_query_dict(
            "select id from goal where org_id = $1 and owner_id = $2", [company.org, company.ids[owner]]
        )  # fmt: skip
    found: UUID = row["id"]
    return found


async def test_over_a_calendar_everybody_gets_a_goal_for_each_period_that_sum_to_their_target(
    company: Company,
) -> None:
    made = await template(company, target=Decimal("1000.01"), goal_name="Sell")
    rated = await template(company, name="Win", measure="win_rate", target=Decimal("0.4"))
    calendar, mona = await fiscal_year(company), company.actor("Mona")
    rui, sam = AssignedPerson(company.ids["Rui"]), AssignedPerson(company.ids["Sam"], Decimal(7))
    half: dict[str, Any] = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 6, 30)}
    over = half | {"calendar_id": calendar, "grain": PeriodGrain.QUARTER, "by": SpreadBy.EQUAL}

    first = await assign_template(mona, template_id=made, people=[rui], **over)
    second = await assign_template(mona, template_id=made, people=[rui, sam], **over)
    await assign_template(mona, template_id=rated, people=[rui], **over)

    async with on_behalf_of(company.org) as transaction:
        found = await transaction.execute_query_dict(
            "select person.name as who, goal.name, starts_on, ends_on, target, period_id is not null as sets"
            " from goal join person on person.org_id = $1 and person.id = goal.owner_id"
            " where goal.org_id = $1 order by measure desc, goal.created_at, who, starts_on", [company.org],
        )  # fmt: skip
        each = {row.id: row for row in await GoalAssignment.filter(org_id=company.org)}
    q1, q2 = (date(2020, 1, 1), date(2020, 3, 31)), (date(2020, 4, 1), date(2020, 6, 30))
    assert [tuple(row.values()) for row in found] == [
        ("Rui", "Sell in May · FY20 Q1", *q1, Decimal("0.4"), True),
        ("Rui", "Sell in May · FY20 Q2", *q2, Decimal("0.4"), True),
        ("Rui", "Sell · FY20 Q1", *q1, Decimal("500.01"), True),
        ("Rui", "Sell · FY20 Q2", *q2, Decimal("500.00"), True),
        ("Sam", "Sell · FY20 Q1", *q1, Decimal("3.50"), True),
        ("Sam", "Sell · FY20 Q2", *q2, Decimal("3.50"), True),
    ]
    assert (each[first].drafted, each[first].left_alone, each[first].grain) == (2, [], "quarter")
    assert (each[second].drafted, each[second].left_alone) == (2, [rui.person_id])
    for given, kind in (
        (half | {"grain": PeriodGrain.QUARTER}, Invalid), (over | {"grain": None}, Invalid),
        (over | {"by": SpreadBy.SEASON}, Invalid), (over | {"grain": PeriodGrain.YEAR}, Invalid),
        (over | {"calendar_id": new_id()}, NotFound), (over | {"ends_on": date(2021, 6, 30)}, Invalid),
    ):  # fmt: skip
        await refused(company, kind, lambda given=given: assign_template(  # type: ignore[misc]
            mona, template_id=made, people=[rui], **given))  # fmt: skip


async def test_a_template_with_a_matrix_gives_its_lines_to_every_goal(company: Company) -> None:
    line = Kpi("revenue", Decimal("0.6"), Decimal(50), Decimal(100), Decimal(150))
    lines = [line, replace(line, measure="units", weight=Decimal("0.4"))]
    made = await template(company, kpis=lines, target=Decimal(9))
    rui, sam = (AssignedPerson(company.ids[name]) for name in ("Rui", "Sam"))
    over = MAY | {"calendar_id": await fiscal_year(company), "grain": PeriodGrain.PERIOD}

    await assign_template(company.actor("Mona"), template_id=made, people=[rui, sam], **MAY)

    shown = await ask(company.actor("Rui"), "{ goalTemplates { nodes { kpis { measure weight currency"
                      " target stretchScore } } } goals { nodes { kpis { nodes { weight } } } } }")  # fmt: skip
    assert shown["goalTemplates"]["nodes"] == [{"kpis": [
        {"measure": "revenue", "weight": "0.6", "currency": "USD", "target": "100", "stretchScore": "1.5"},
        {"measure": "units", "weight": "0.4", "currency": None, "target": "100", "stretchScore": "1.5"},
    ]}]  # fmt: skip
    assert shown["goals"]["nodes"] == [{"kpis": {"nodes": [{"weight": "0.6"}, {"weight": "0.4"}]}}]
    assert await count(company, "goal_kpi") == 4
    await refused(company, Invalid, lambda: template(company, name="Half", kpis=lines[:1]), words="sum to 60")  # fmt: skip
    over |= {"ends_on": date(2020, 6, 30)}
    await refused(company, Invalid, lambda: assign_template(
        company.actor("Mona"), template_id=made, people=[rui], **over), words="has a matrix")  # fmt: skip


async def test_people_are_named_each_with_a_target_of_their_own(company: Company) -> None:
    made = await template(company)
    rui, sam, olga = (AssignedPerson(company.ids[name]) for name in ("Rui", "Sam", "Olga"))
    mona = company.actor("Mona")

    await assign_template(
        mona, template_id=made, people=[rui, replace(sam, target=Decimal(7))], target=Decimal(5), **MAY
    )  # fmt: skip

    assert await count(company, "goal", f"owner_id = '{sam.person_id}' and target = 7") == 1
    assert await count(company, "goal", f"owner_id = '{rui.person_id}' and target = 5") == 1
    for who, people, kind in (
        ("Mona", [olga], NotPermitted), ("Mona", [AssignedPerson(mona.person or new_id())], NotPermitted),
        ("Mona", [rui, rui], Invalid), ("Mona", [], Invalid), ("Mona", None, Invalid),
        ("Mona", [AssignedPerson(new_id())], NotFound), ("Rui", [rui], NotPermitted), ("Hal", [rui], NotPermitted),
    ):  # fmt: skip
        await refused(company, kind, lambda who=who, people=people: assign_template(  # type: ignore[misc]
            company.actor(who), template_id=made, people=people, **MAY))  # fmt: skip


async def test_only_comp_administrators_define_templates_and_ramps(company: Company) -> None:
    made = await template(company)
    for who in ("Mona", "Rui", "Adam", "Hal", "Audrey"):
        actor = company.actor(who)
        for attempt in (
            lambda actor=actor: define_template(actor, name="x", goal_name="y", measure="revenue"),
            lambda actor=actor: change_template(actor, template_id=made, expected_version=1, name="z"),
            lambda actor=actor: retire_template(actor, template_id=made, expected_version=1),
            lambda actor=actor: define_ramp(actor, name="x", steps=[Decimal(1)]),
        ):  # fmt: skip
            await refused(company, NotPermitted, attempt)
    cora = company.actor("Cora")
    await refused(company, Conflict, lambda: template(company))
    await refused(company, Invalid, lambda: template(company, name="Other", measure="nothing"))
    await change_template(cora, template_id=made, expected_version=1, target=Decimal(9))
    await refused(company, TemplateChanged, lambda: change_template(cora, template_id=made, expected_version=1, name="z"))  # fmt: skip
    await refused(company, TemplateChanged, lambda: retire_template(cora, template_id=made, expected_version=1))  # fmt: skip
    await retire_template(cora, template_id=made, expected_version=2)
    await refused(company, Conflict, lambda: retire_template(cora, template_id=made, expected_version=3))  # fmt: skip
    await refused(company, NotFound, lambda: assign_template(
        cora, template_id=made, people=[AssignedPerson(company.ids["Rui"])], **MAY))  # fmt: skip
    ramp = await define_ramp(cora, name="Slow", steps=[Decimal("0.25"), Decimal(1)])
    await refused(company, Conflict, lambda: define_ramp(cora, name="Slow", steps=[Decimal(1)]))
    await retire_ramp(cora, ramp_id=ramp)
    goal = await drafted_goal(company)
    await refused(company, Invalid, lambda: ramp_goal(company.actor("Rui"), goal_id=goal, expected_version=1, ramp_id=ramp))  # fmt: skip
