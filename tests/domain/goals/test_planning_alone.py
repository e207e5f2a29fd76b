"""What is not done to a private goal, nor to one whose lock date has passed: each refusal in words,
and nothing has changed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.calendars.words import PeriodGrain
from domain.errors import Invalid, Refusal
from domain.goals.actions import change_goal, draft_goal
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.alignment import align_goal, roll_up_goal, weigh_children
from domain.goals.amending import amend_goal, approve_amendment
from domain.goals.assigning import assign_template
from domain.goals.cascading import propose_cascade
from domain.goals.form_rules import AssignedPerson, Contributor, Kpi
from domain.goals.locking import Locked, lock_goals
from domain.goals.models import GoalScope, RollUp
from domain.goals.privacy import keep_goal_private, open_goal
from domain.goals.privacy_rules import STANDS_ALONE, StandsAlone, open_to_all, sound_scope
from domain.goals.prorating import prorate_goal
from domain.goals.proration_rules import AdjustmentCause, DayCount
from domain.goals.sharing import set_matrix, share_goal
from domain.goals.spreading import spread_goal
from domain.goals.spreading_rules import SpreadBy
from domain.goals.tree_models import CascadeMethod
from tests.domain.goals.test_forms import MAY, fiscal_year, refused, template
from tests.people import TODAY, Company, count, goal_row
from tests.schema.asking import ask, goal, goal_id

Attempt = Callable[[], Awaitable[Any]]


def at_first(goal_id: UUID) -> dict[str, Any]:
    return {"goal_id": goal_id, "expected_version": 1}


async def test_a_private_goal_is_refused_in_words_wherever_it_would_be_put_together_with_others(
    company: Company,
) -> None:
    ruis = await goal(company, "Rui", status="draft", private=True, ends_on=date(2020, 7, 31))
    monas = await goal(company, "Mona", private=True)
    top = await goal(company, "Mona", status="draft")
    calendar, rui, mona = await fiscal_year(company), company.actor("Rui"), company.actor("Mona")
    of_mona, of_rui = at_first(monas), at_first(ruis)
    line = Kpi("revenue", Decimal(1), Decimal(1), Decimal(2), Decimal(3), owner_id=company.ids["Sam"])  # fmt: skip

    attempts: list[tuple[str, Attempt]] = [
        ("not put below another", lambda: align_goal(mona, **of_rui, parent_id=top)),
        ("nor another below it", lambda: align_goal(
            mona, goal_id=top, expected_version=1, parent_id=monas)),
        ("nothing is rolled up", lambda: roll_up_goal(mona, **of_mona, roll_up=RollUp.SUM)),
        ("nothing is rolled up", lambda: weigh_children(mona, **of_mona, items=[])),
        ("nobody else's to share", lambda: propose_cascade(
            mona, goal_id=monas, method=CascadeMethod.EQUAL)),
        ("it has no parts", lambda: spread_goal(
            rui, **of_rui, calendar_id=calendar, grain=PeriodGrain.PERIOD, by=SpreadBy.DAYS)),
        ("shared with nobody", lambda: share_goal(
            rui, **of_rui, contributors=[Contributor(company.ids["Sam"])])),
        ("what its owner does alone", lambda: set_matrix(rui, **of_rui, kpis=[line])),
        ("counts what others do", lambda: draft_goal(
            rui, owner_id=company.ids["Rui"], name="Mine", starts_on=TODAY, scope=GoalScope.TEAM,
            private=True)),
    ]  # fmt: skip
    for words, attempt in attempts:
        await refused(company, Invalid, attempt, words=words)


async def test_after_the_lock_date_a_goal_is_neither_aligned_nor_planned_with(
    company: Company,
) -> None:
    draft, agreed = await goal(company, "Rui", status="draft"), await goal(company, "Mona")
    mine = await goal(company, "Rui", status="draft", private=True)
    form = await template(company)
    rui, mona = company.actor("Rui"), company.actor("Mona")
    await lock_goals(
        company.actor("Cora"), starts_on=MAY["starts_on"], ends_on=MAY["ends_on"], locks_on=TODAY,
        reason="The quarter is agreed.",
    )  # fmt: skip
    of_rui, of_mona = at_first(draft), at_first(agreed)

    attempts: list[Attempt] = [
        lambda: align_goal(mona, **of_rui, parent_id=agreed),
        lambda: align_goal(mona, **of_mona, no_parent_reason="It stands alone."),
        lambda: roll_up_goal(mona, **of_mona, roll_up=RollUp.SUM),
        lambda: weigh_children(mona, **of_mona, items=[]),
        lambda: propose_cascade(mona, goal_id=agreed, method=CascadeMethod.EQUAL),
        lambda: share_goal(rui, **of_rui, contributors=[Contributor(company.ids["Sam"])]),
        lambda: set_matrix(rui, **of_rui, kpis=[]),
        lambda: prorate_goal(rui, **of_rui, cause=AdjustmentCause.HIRE, on=TODAY,
                             convention=DayCount.ACTUAL_DAYS),
        lambda: keep_goal_private(rui, **of_rui),
        lambda: open_goal(rui, goal_id=mine, expected_version=1),
        lambda: assign_template(mona, template_id=form,
                                people=[AssignedPerson(company.ids["Sam"])], **MAY),
    ]  # fmt: skip
    for attempt in attempts:
        await refused(company, Locked, attempt, words="changes only by an amendment")


async def test_a_goal_whose_shares_are_summed_keeps_what_makes_them_shares(
    company: Company,
) -> None:
    top = await goal(company, "Mona", status="draft", roll_up="sum")
    await goal(company, "Rui", parent_id=top)
    await goal(company, "Sam", parent_id=top)
    mona, of_top = company.actor("Mona"), at_first(top)

    changes: list[dict[str, Any]] = [{"measure": "margin"}, {"ends_on": date(2020, 5, 30)}]
    for given in changes:
        await refused(company, Invalid, lambda given=given: change_goal(mona, **of_top, **given),  # type: ignore[misc]
                      words="2 of the 2 goals directly below are no shares of it")  # fmt: skip

    await change_goal(mona, **of_top, target=Decimal(5), ends_on=date(2020, 6, 30))
    assert (await goal_row(company, top)).version == 2


async def test_when_a_share_is_amended_the_goal_above_stays_and_the_gap_is_seen_to_the_cent(
    company: Company,
) -> None:
    top = await goal(company, "Mona", roll_up="sum", target=Decimal("3000.01"))
    ruis = await goal(company, "Rui", parent_id=top, target=Decimal("1000.00"))
    await goal(company, "Sam", parent_id=top, target=Decimal("2000.01"))
    sums = """query($id: ID!) { node(id: $id) { ... on Goal { version target { amount }
      childrenTarget { amount } unallocated { amount } unallocatedShare } } }"""
    before = await ask(company.actor("Mona"), sums, id=goal_id(top))

    made = await amend_goal(
        company.actor("Cora"), goal_id=ruis, seen_version=1, effective_from=date(2020, 5, 1),
        target=Decimal("1300.25"), policy=AmendmentPolicy.REPLACE, reason="A customer came over.",
    )  # fmt: skip
    await approve_amendment(company.actor("Mona"), amendment_id=made, seen_version=1)

    shown = await ask(company.actor("Mona"), sums, id=goal_id(top))
    assert before["node"]["unallocated"] == {"amount": "0.00"}
    assert shown["node"] == {
        "version": 1,
        "target": {"amount": "3000.01"},
        "childrenTarget": {"amount": "3300.26"},
        "unallocated": {"amount": "-300.25"},
        "unallocatedShare": "-0.1001",
    }


def test_every_refusal_of_a_private_goal_is_a_sentence() -> None:
    for what, sentence in STANDS_ALONE.items():
        open_to_all(what, private=False)
        with pytest.raises(StandsAlone) as refusal:
            open_to_all(what, private=True)
        assert refusal.value.message == sentence
        assert sentence.startswith("A private goal ")
        assert sentence.endswith(".")
    for scope in GoalScope:
        sound_scope(scope, private=False)
        if scope is not GoalScope.OWN:
            with pytest.raises(Refusal, match="cannot be private"):
                sound_scope(scope, private=True)


async def test_nobody_puts_a_goal_below_one_that_becomes_private_at_the_same_time(
    company: Company,
) -> None:
    rui, keep = company.actor("Rui"), await goal(company, "Rui", status="draft")
    others = [await goal(company, "Rui", status="draft") for _ in range(3)]

    answers = await asyncio.gather(
        *(align_goal(rui, **at_first(each), parent_id=keep) for each in others[:2]),
        keep_goal_private(rui, **at_first(keep)),
        align_goal(rui, **at_first(others[2]), parent_id=keep),
        draft_goal(rui, owner_id=company.ids["Rui"], name="Part", starts_on=TODAY, parent_id=keep),
        return_exceptions=True,
    )

    assert all(isinstance(each, Invalid) or not isinstance(each, Exception) for each in answers)
    parts = await count(company, "goal", f"parent_id = '{keep}'")
    assert (await goal_row(company, keep)).private == (parts == 0)
