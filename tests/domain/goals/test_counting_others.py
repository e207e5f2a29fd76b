"""Nobody learns what somebody else sold by having it count for a goal of their own."""

from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import Invalid, NotPermitted
from domain.goals.actions import change_goal, draft_goal, submit_goal
from domain.goals.form_rules import Contributor, Kpi
from domain.goals.models import GoalScope
from domain.goals.sharing import set_matrix, share_goal
from tests.domain.goals.test_forms import refused
from tests.people import TODAY, Company, count, drafted_goal


@pytest.mark.parametrize("other", ["Sam", "Mona", "Olga", "Ada"])
async def test_a_rep_has_nobody_elses_results_count(company: Company, other: str) -> None:
    goal, rui = await drafted_goal(company), company.actor("Rui")
    line = Kpi(
        "revenue", Decimal(1), Decimal(1), Decimal(2), Decimal(3), owner_id=company.ids[other]
    )

    await refused(company, NotPermitted, lambda: share_goal(
        rui, goal_id=goal, expected_version=1, contributors=[Contributor(company.ids[other])]),
        words="name people whose results you see")  # fmt: skip
    await refused(company, NotPermitted, lambda: set_matrix(
        rui, goal_id=goal, expected_version=1, kpis=[line]))  # fmt: skip


async def test_a_manager_has_those_below_count_and_nobody_elsewhere(company: Company) -> None:
    goal, mona = await drafted_goal(company), company.actor("Mona")
    sam, olga = (Contributor(company.ids[name]) for name in ("Sam", "Olga"))

    await refused(company, NotPermitted, lambda: share_goal(
        mona, goal_id=goal, expected_version=1, contributors=[sam, olga]))  # fmt: skip
    await share_goal(company.actor("Ada"), goal_id=goal, expected_version=1, contributors=[sam, olga])  # fmt: skip
    # Olga was named by somebody above her; who does not see her results leaves her named, or not.
    await share_goal(mona, goal_id=goal, expected_version=2, contributors=[olga])

    assert await count(company, "goal_contributor") == 1


async def test_an_owner_turns_a_shared_goal_to_no_other_figure_of_the_contributors(
    company: Company,
) -> None:
    goal, rui, mona = await drafted_goal(company), company.actor("Rui"), company.actor("Mona")
    await share_goal(
        mona, goal_id=goal, expected_version=1, contributors=[Contributor(company.ids["Sam"])]
    )
    line = Kpi("margin", Decimal(1), Decimal(1), Decimal(2), Decimal(3))

    for other in ({"measure": "margin"}, {"starts_on": TODAY}, {"ends_on": TODAY}):
        await refused(company, NotPermitted, lambda other=other: change_goal(  # type: ignore[misc]
            rui, goal_id=goal, expected_version=2, **other), words="count for this goal")  # fmt: skip
    await refused(company, NotPermitted, lambda: set_matrix(
        rui, goal_id=goal, expected_version=2, kpis=[line]))  # fmt: skip

    await change_goal(rui, goal_id=goal, expected_version=2, name="Together")
    await change_goal(mona, goal_id=goal, expected_version=3, measure="margin")


async def test_an_owner_who_does_not_see_everybody_turns_a_goal_of_everybody_to_no_other_figure(
    company: Company,
) -> None:
    goal: UUID = await draft_goal(
        company.actor("Cora"), owner_id=company.ids["Rui"], name="All of us", measure="revenue",
        starts_on=TODAY, ends_on=TODAY, scope=GoalScope.ORGANISATION,
    )  # fmt: skip

    await refused(company, NotPermitted, lambda: change_goal(
        company.actor("Rui"), goal_id=goal, expected_version=1, measure="margin"))  # fmt: skip
    await change_goal(company.actor("Rui"), goal_id=goal, expected_version=1, target=Decimal(5))


async def test_a_goal_that_counts_contributors_is_handed_in_with_some(company: Company) -> None:
    rui = company.actor("Rui")
    goal: UUID = await draft_goal(
        rui, owner_id=company.ids["Rui"], name="Together", measure="revenue", starts_on=TODAY,
        ends_on=TODAY, target=Decimal(5), scope=GoalScope.CONTRIBUTORS, no_parent_reason="A trial.",
    )  # fmt: skip

    await refused(company, Invalid, lambda: submit_goal(rui, goal_id=goal, expected_version=1),
                  words="no contributor is named")  # fmt: skip
