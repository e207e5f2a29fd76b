"""The words for goals, and what a viewer may do to one."""

from enum import StrEnum

from auth.actor import Actor
from auth.permissions import Act, Relation, may_upon
from domain.goals.access import decides_for_another
from domain.goals.locking import LOCKED
from domain.goals.models import (
    Acceptance,
    Confidence,
    GoalAct,
    GoalScope,
    GoalStage,
    GoalStatus,
    RollUp,
)
from domain.goals.rules import possible_acts
from domain.sql import quoted
from schema.plain import described_enum

described_enum(
    GoalScope,
    "Whose results a goal counts.",
    {
        "OWN": "Its owner's.",
        "TEAM": "Its owner's and those of everybody below them, each on the days on which they were.",
        "CONTRIBUTORS": "Those of the people who are named for it.",
        "ORGANISATION": "Everybody's.",
    },
)
described_enum(
    RollUp,
    "What the goals directly within a goal are to it.",
    {
        "NONE": "Nothing that is counted.",
        "SUM": "Shares of its target.",
        "WEIGHTED": "Parts of its progress, by weight.",
    },
)
described_enum(
    Acceptance,
    "What its owner says of an approved goal.",
    {"ACCEPTED": "They accept it.", "CHANGE_REQUESTED": "They ask for a change."},
)
described_enum(
    GoalStatus,
    "Where a goal stands between draft and its end.",
    {
        "DRAFT": "Being written.",
        "SUBMITTED": "Waits for approval.",
        "RETURNED": "Given back to its owner with a comment.",
        "APPROVED": "Agreed; it counts.",
        "CLOSED": "Over; its result stands.",
    },
)
described_enum(
    GoalStage,
    "Where a goal stands today.",
    {
        "DRAFT": "Being written.",
        "SUBMITTED": "Waits for approval.",
        "RETURNED": "Given back to its owner with a comment.",
        "APPROVED": "Agreed; its period has not begun.",
        "ACTIVE": "Agreed, and its period has begun.",
        "CLOSED": "Over; its result stands.",
    },
)


class GoalMeasure(StrEnum):
    REVENUE = "revenue"
    MARGIN = "margin"
    OTHER = "other"


described_enum(
    GoalMeasure,
    "What counts, as far as two measures go.",
    {
        "REVENUE": "The amounts of sales.",
        "MARGIN": "The amounts less the costs, over sales whose cost is known.",
        "OTHER": "Another measure, or none yet.",
    },
)
described_enum(
    Confidence,
    "Whether the owner expects to reach the goal.",
    {
        "ON_TRACK": "Expects to reach it.",
        "AT_RISK": "May miss it.",
        "OFF_TRACK": "Expects to miss it.",
    },
)
described_enum(
    GoalAct,
    "What was done to a goal.",
    {
        "DRAFTED": "Proposed.",
        "CHANGED": "Its name or target was changed.",
        "SUBMITTED": "Handed in for approval.",
        "APPROVED": "Agreed to.",
        "RETURNED": "Given back with a comment.",
        "ACCEPTED": "Its owner accepted it.",
        "CHANGE_REQUESTED": "Its owner asked for a change.",
        "PROPOSED": "Its owner proposed a figure.",
        "ALIGNED": "It was put under another goal, or taken from under one.",
        "ROLLED_UP": "It was said what the goals below are to it; such acts are not listed as decisions.",
        "CASCADED": "It got its share of the goal above.",
        "SPREAD": "Spread over the periods of a calendar, or given its part so.",
        "UPLIFTED": "More was asked than planned.",
        "AMENDED": "Its target was changed after it had been agreed.",
        "PRORATED": "Its target was reduced to the days that count.",
        "RAMPED": "Its target was reduced for somebody new.",
        "OVERRIDDEN": "What it has reached was set by hand.",
        "RATED": "It was rated.",
        "SHARED": "Its contributors were named.",
        "ASSIGNED": "It was made from a template.",
        "CLOSED": "Its result was fixed.",
        "WEIGHED": "Its matrix was set.",
        "REOPENED": "Its result was taken back.",
        "KEPT_PRIVATE": "Its owner keeps it private.",
        "OPENED": "Its owner keeps it private no longer.",
        "CHECKED_IN": "Checked in on; such acts are listed as check-ins, not as decisions.",
        "BLOCKED": "Said to be blocked; such acts are listed as blockers, not as decisions.",
        "CORRECTED": "A corrective plan was opened; listed among the plans, not as a decision.",
    },
)


class ActualSource(StrEnum):
    MEASURED = "measured"
    OVERRIDDEN = "overridden"


described_enum(
    ActualSource,
    "Where a goal's actual comes from.",
    {"MEASURED": "What its measure counts.", "OVERRIDDEN": "Somebody set it by hand."},
)


class GoalAction(StrEnum):
    CHANGE = "change"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    ACCEPT = "accept"
    REQUEST_CHANGE = "request_change"
    AMEND = "amend"
    CHECK_IN = "check_in"
    RAISE_BLOCKER = "raise_blocker"
    OPEN_PLAN = "open_plan"
    KEEP_PRIVATE = "keep_private"
    OVERRIDE = "override"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"


described_enum(
    GoalAction,
    "What a viewer may do to a goal.",
    {
        "CHANGE": "Change what it says.",
        "SUBMIT": "Hand it in for approval.",
        "APPROVE": "Agree to it.",
        "RETURN": "Give it back with a comment.",
        "ACCEPT": "Accept it.",
        "REQUEST_CHANGE": "Ask for a change.",
        "AMEND": "Propose another target.",
        "CHECK_IN": "Say how it goes.",
        "RAISE_BLOCKER": "Say what is in its way.",
        "OPEN_PLAN": "Open a corrective plan for it.",
        "KEEP_PRIVATE": "Keep it private, or open it again.",
        "OVERRIDE": "Set by hand what it has reached.",
        "RATE": "Rate it by its rubric, where it has one.",
        "CLOSE": "Fix its score, once it is over.",
        "REOPEN": "Take its score back.",
    },
)

_ACTS = {
    GoalAction.CHANGE: (GoalAct.CHANGED, Act.GOAL_DRAFT),
    GoalAction.SUBMIT: (GoalAct.SUBMITTED, Act.GOAL_SUBMIT),
    GoalAction.APPROVE: (GoalAct.APPROVED, Act.GOAL_APPROVE),
    GoalAction.RETURN: (GoalAct.RETURNED, Act.GOAL_RETURN),
    GoalAction.ACCEPT: (GoalAct.ACCEPTED, Act.GOAL_ACCEPT),
    GoalAction.REQUEST_CHANGE: (GoalAct.CHANGE_REQUESTED, Act.GOAL_ACCEPT),
    GoalAction.AMEND: (GoalAct.AMENDED, Act.GOAL_AMEND),
    GoalAction.CHECK_IN: (GoalAct.CHECKED_IN, Act.GOAL_CHECK_IN),
    GoalAction.RAISE_BLOCKER: (GoalAct.BLOCKED, Act.BLOCKER_RAISE),
    GoalAction.OPEN_PLAN: (GoalAct.CORRECTED, Act.PLAN_OPEN),
    GoalAction.KEEP_PRIVATE: (GoalAct.KEPT_PRIVATE, Act.GOAL_KEEP_PRIVATE),
    GoalAction.OVERRIDE: (GoalAct.OVERRIDDEN, Act.GOAL_OVERRIDE),
    GoalAction.RATE: (GoalAct.RATED, Act.GOAL_RATE),
    GoalAction.CLOSE: (GoalAct.CLOSED, Act.GOAL_CLOSE),
    GoalAction.REOPEN: (GoalAct.REOPENED, Act.GOAL_REOPEN),
}
_OF_OTHERS = {GoalAction.OVERRIDE, GoalAction.RATE, GoalAction.CLOSE, GoalAction.REOPEN}
"""What nobody does to a goal of their own, whatever their roles."""


def possible_actions(
    actor: Actor, *, is_owner: str, is_below: str
) -> list[tuple[str, list[GoalAction]]]:
    """What a goal's state allows and the actor's standing towards its owner permits, by conditions
    (SQL over `{row}`) of which the first that holds counts. Standing above the owner is asked last,
    and only where it changes the answer."""
    cases: list[tuple[str, list[GoalAction]]] = [
        (f"{{row}}.status in ('draft', 'submitted', 'returned') and {LOCKED}", [])
    ]
    for relation, holds in ((Relation.SELF, is_owner), (Relation.CHAIN, is_below)):
        for status in GoalStatus:
            actions = _possible(actor, status, relation)
            if actions or relation is Relation.SELF:
                cases.append((f"{{row}}.status = {quoted(status.value)} and {holds}", actions))
    if actor.delegators:
        waits = f"{{row}}.status = {quoted(GoalStatus.SUBMITTED.value)} and not {{row}}.private"
        decides = f"{waits} and {decides_for_another('{row}')}"
        cases.append((decides, [GoalAction.APPROVE, GoalAction.RETURN]))
    for status in GoalStatus:
        if actions := _possible(actor, status, Relation.COLLEAGUE):
            cases.append((f"{{row}}.status = {quoted(status.value)}", actions))
    return cases


def _possible(actor: Actor, status: GoalStatus, relation: Relation) -> list[GoalAction]:
    possible = possible_acts(status)
    return [
        action
        for action, (goal_act, act) in _ACTS.items()
        if goal_act in possible
        and may_upon(actor, act, relation)
        and not (relation is Relation.SELF and action in _OF_OTHERS)
    ]
