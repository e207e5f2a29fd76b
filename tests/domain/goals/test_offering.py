"""What a phone offers is what the acts do: each action of `viewerCan` is tried upon goals of many
sorts by callers of many standings, and is offered exactly where it is not refused."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from domain.blockers.actions import raise_blocker
from domain.blockers.models import Cause
from domain.calendars.words import PeriodGrain
from domain.database import on_behalf_of
from domain.errors import Refusal
from domain.goals import (
    accepting,
    actions,
    alignment,
    budgets,
    cascading,
    closing,
    judging,
    privacy,
    proposing,
    prorating,
    sharing,
    spreading,
)
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amending import amend_goal
from domain.goals.form_rules import Contributor
from domain.goals.gate_rules import Incomplete
from domain.goals.models import Confidence, RollUp
from domain.goals.offering import OFFERS, GoalAction
from domain.goals.proration_rules import AdjustmentCause, DayCount
from domain.goals.rules import MOVES
from domain.goals.spreading_rules import SpreadBy
from domain.goals.tree_models import BudgetKind, CascadeMethod
from domain.ids import new_id
from domain.plans.actions import open_plan
from tests.domain.goals.test_forms import fiscal_year
from tests.people import TODAY, Company
from tests.schema.asking import ask, goal, goal_id, insert

Attempt = Callable[[Actor, UUID], Awaitable[Any]]


class Undone(Exception):
    """What was tried is taken back."""


async def goals_of_many_sorts(company: Company) -> Mapping[str, UUID]:
    """Each with a way of its own in which it decides what may be done to it."""
    soon = {"starts_on": date(2020, 6, 15), "ends_on": date(2020, 7, 31)}
    over = {"starts_on": date(2020, 2, 1), "ends_on": date(2020, 4, 30)}
    await insert(company, "measure", [{
        "id": new_id(), "key": "teamwork", "name": "Teamwork", "unit": "number",
        "direction": "higher", "source": "rating", "levels": ["alone", "helps"],
    }])  # fmt: skip
    await insert(company, "goal_lock", [{
        "id": new_id(), **soon | {"ends_on": soon["starts_on"]}, "locks_on": TODAY, "reason": "Agreed.", "set_by": company.ids["Cora"],
    }])  # fmt: skip

    async def of(owner: str, status: str, **values: Any) -> UUID:
        usual = {"ends_on": date(2020, 7, 31), "no_parent_reason": "It stands alone."}
        if status == "closed":
            usual |= {"score": Decimal(1), "closed_at": datetime(2020, 5, 5, tzinfo=UTC)}
        return await goal(company, owner, status=status, **usual | values)

    top, spread = await of("Mona", "approved"), await of("Rui", "draft", roll_up="sum")
    part = await of("Rui", "draft", parent_id=spread)
    made = {
        "agreed, of a manager": top,
        "draft with parts that are no periods": spread,
        "such a part": part,
        "draft": await of("Rui", "draft"),
        "draft in a tree": await of("Rui", "draft", parent_id=top),
        "private draft": await of("Rui", "draft", private=True),
        "draft with contributors": await of("Rui", "draft", scope="contributors"),
        "draft that starts from a value": await of("Rui", "draft", start_value=Decimal(5)),
        "draft of a rate": await of("Rui", "draft", measure="win_rate", currency=None),
        "draft that says little": await of("Rui", "draft", measure=None, target=None, ends_on=None, currency=None),
        "locked draft": await of("Rui", "draft", **soon),
        "returned": await of("Rui", "returned"),
        "of who has nobody above, handed in": await of("Ada", "submitted"),
        "of who has nobody above, over": await of("Ada", "approved", **over),
        "private, of who has nobody above": await of("Ada", "draft", private=True),
        "handed in": await of("Rui", "submitted"),
        "handed in, of a manager": await of("Mona", "submitted"),
        "private, handed in, of a manager": await of("Mona", "submitted", private=True),
        "handed in and locked": await of("Rui", "submitted", **soon),
        "agreed": await of("Rui", "approved"),
        "private and agreed": await of("Mona", "approved", private=True),
        "agreed, with a plan and an amendment": await of("Rui", "approved"),
        "locked and agreed": await of("Mona", "approved", **soon),
        "over": await of("Rui", "approved", **over),
        "on a rubric": await of("Rui", "approved", measure="teamwork", currency=None),
        "closed": await of("Rui", "closed", **over),
    }  # fmt: skip
    shared = {"goal_id": made["draft with contributors"], "person_id": company.ids["Rui"]}
    await insert(company, "goal_contributor", [{"id": new_id(), **shared}])
    busy = made["agreed, with a plan and an amendment"]
    mona = company.actor("Mona")
    await open_plan(mona, goal_id=busy, reason="Behind.", due_on=TODAY)
    await amend_goal(
        mona, goal_id=busy, seen_version=1, effective_from=TODAY, target=Decimal(5),
        policy=AmendmentPolicy.REPLACE, reason="More.",
    )  # fmt: skip
    await insert(company, "delegation", [{
        "id": new_id(), "from_id": company.ids["Mona"], "to_id": company.ids["Olga"],
        "starts_on": TODAY, "ends_on": TODAY,
    }])  # fmt: skip
    return made


def attempts(company: Company, calendar: UUID) -> Mapping[GoalAction, Attempt]:
    """Each action with an input that is sound for any of these goals."""
    at: dict[str, Any] = {"expected_version": 1}
    seen: dict[str, Any] = {"seen_version": 1}

    def of(act: Any, **given: Any) -> Attempt:
        # The act as it is written, in a transaction of ours.
        return lambda actor, id: act.__wrapped__(actor, goal_id=id, **given)

    rui = Contributor(company.ids["Rui"])
    return {
        GoalAction.CHANGE: of(actions.change_goal, **at, name="Anew"),
        GoalAction.SET_MATRIX: of(sharing.set_matrix, **at, kpis=[]),
        GoalAction.SHARE: of(sharing.share_goal, **at, contributors=[rui]),
        GoalAction.PRORATE: of(
            prorating.prorate_goal, **at, cause=AdjustmentCause.HIRE, on=date(2020, 5, 2),
            convention=DayCount.ACTUAL_DAYS,
        ),
        GoalAction.SUBMIT: of(actions.submit_goal, **at),
        GoalAction.APPROVE: of(actions.approve_goal, **seen),
        GoalAction.RETURN: of(actions.return_goal, **seen, note="Why?"),
        GoalAction.ACCEPT: of(accepting.accept_goal, **at),
        GoalAction.REQUEST_CHANGE: of(accepting.request_goal_change, **at, note="Less."),
        GoalAction.AMEND: lambda actor, id: amend_goal.__wrapped__(  # type: ignore[attr-defined]  # what `wraps` keeps
            actor, goal_id=id, **seen, target=Decimal(5), policy=AmendmentPolicy.REPLACE, reason="So.",
            effective_from=date(2020, 7, 1) if id not in company.extra.values() else date(2020, 4, 1),
        ),
        GoalAction.CHECK_IN: of(actions.check_in, confidence=Confidence.ON_TRACK),
        GoalAction.RAISE_BLOCKER: of(raise_blocker, cause=Cause.TOOLS, what="No car."),
        GoalAction.OPEN_PLAN: of(open_plan, reason="Behind.", due_on=TODAY),
        GoalAction.KEEP_PRIVATE: of(privacy.keep_goal_private, **at),
        GoalAction.OPEN: of(privacy.open_goal, **at),
        GoalAction.OVERRIDE: of(judging.override_actual, **seen, value=Decimal(3), reason="So."),
        GoalAction.RATE: of(judging.rate_goal, **seen, level=1, comment="So."),
        GoalAction.CLOSE: of(closing.close_goal, **seen),
        GoalAction.REOPEN: of(closing.reopen_goal, **seen, reason="Late."),
        GoalAction.PROPOSE: of(proposing.propose_target, **at, amount=Decimal(7)),
        GoalAction.ALIGN: of(alignment.align_goal, **at, no_parent_reason="It stands alone."),
        GoalAction.ROLL_UP: of(alignment.roll_up_goal, **at, roll_up=RollUp.WEIGHTED),
        GoalAction.SPREAD: of(
            spreading.spread_goal, **at, calendar_id=calendar, grain=PeriodGrain.PERIOD, by=SpreadBy.DAYS
        ),
        GoalAction.CASCADE: of(cascading.propose_cascade, method=CascadeMethod.EQUAL),
        GoalAction.SET_BUDGET: of(budgets.set_budget, kind=BudgetKind.HEADS, amount=Decimal(1)),
    }  # fmt: skip


async def refusal(company: Company, actor: Actor, attempt: Attempt, id: UUID) -> Refusal | None:
    """Why it is refused; nothing is changed either way."""
    try:
        async with on_behalf_of(company.org, actor.person):
            await attempt(actor, id)
            raise Undone
    except Undone:
        return None
    except Incomplete:
        return None  # what is missing is told by the goal itself
    except Refusal as refused:
        return refused


async def test_what_is_offered_is_done_and_what_is_not_is_refused(company: Company) -> None:
    goals = await goals_of_many_sorts(company)
    company.extra.update({sort: id for sort, id in goals.items() if sort.endswith("over")})
    tried = attempts(company, await fiscal_year(company))
    assert tried.keys() == OFFERS.keys() == set(GoalAction)
    delegate = replace(company.actor("Olga"), delegators=frozenset({company.ids["Mona"]}))
    callers = [company.actor(name) for name in ("Rui", "Mona", "Cora", "Ada")] + [delegate]
    ids = [goal_id(each) for each in goals.values()]
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Goal { status viewerCan } } }"

    ever: set[str] = set()
    wrong = []
    for caller in callers:
        shown = (await ask(caller, document, ids=ids))["nodes"]
        for place, ((sort, id), node) in enumerate(zip(goals.items(), shown, strict=True)):
            same = "nobody above" not in sort
            if caller.person == company.ids["Cora"] and same and place % 3 and sort != "closed":
                continue  # whose relation to nearly all owners is the same
            if caller.person == company.ids["Ada"] and "nobody above" not in sort:
                continue
            offered = set(node["viewerCan"]) if node else set()
            ever |= offered
            for action, attempt in tried.items():
                move = OFFERS[action].move
                moves = {each.value.upper() for each in MOVES[move]} if move else None
                possible = node is not None and (moves is None or node["status"] in moves)
                if not possible and action.name not in offered:
                    continue  # which the table of moves, and the doors, have tests for
                refused = await refusal(company, caller, attempt, id)
                if (refused is None) != (action.name in offered):
                    wrong.append((sort, caller.person, action.name, refused and refused.message))
    names = {id: name for name, id in company.ids.items()}
    assert [(sort, names[who], *rest) for sort, who, *rest in wrong if who] == []
    assert ever == {action.name for action in GoalAction}, "each of them is offered to somebody"
