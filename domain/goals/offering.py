"""What a caller may do to a goal as it stands, as SQL: what the acts ask of rights and of the goal's
state, asked once more where goals are read, so that a phone shows no button that would be refused.

What an act asks of its input, of what is still missing or of figures that are not known yet stays
with the act.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from auth.actor import Actor
from auth.permissions import ALL, Act, Relation, reach
from domain.goals.access import decides_for_another
from domain.goals.cascading_rules import ADDED_UP_UNITS, ADDS_UP
from domain.goals.locking import LOCKED
from domain.goals.models import GoalAct
from domain.goals.rules import MOVES
from domain.people.access import nobody_above, stands_above, stands_at_the_top
from domain.sql import quoted


class GoalAction(StrEnum):
    CHANGE = "change"
    SET_MATRIX = "set_matrix"
    SHARE = "share"
    PRORATE = "prorate"
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
    OPEN = "open"
    OVERRIDE = "override"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    PROPOSE = "propose"
    ALIGN = "align"
    ROLL_UP = "roll_up"
    SPREAD = "spread"
    CASCADE = "cascade"
    SET_BUDGET = "set_budget"


@dataclass(frozen=True, slots=True)
class Offer:
    """An action's right and its move (None where every state allows it), and what else has to hold,
    SQL over `{row}`, `{measured}` and `{standing}`. What `plans` ends with the lock date; what `looks`
    depends on what stands beside the goal; what is `of_others` nobody does to a goal of their own."""

    act: Act
    move: GoalAct | None
    when: str = ""
    plans: bool = False
    looks: bool = False
    of_others: bool = False


STANDING = f"""select {stands_above("{row}.owner_id", or_is=False)} as above, {LOCKED} as locked
  offset 0"""
"""SQL over `{row}`: one row, whether the caller stands above the owner today, and whether goals of
that time are locked."""


def _one_of(values: frozenset[str]) -> str:
    return ", ".join(quoted(value) for value in sorted(values))


_ADDS_UP = f"{{measured}}.source in ({_one_of(ADDS_UP)}) and {{measured}}.unit in ({_one_of(ADDED_UP_UNITS)})"
_SPREADS = (
    "{row}.target is not null and {row}.ends_on is not null and {row}.start_value = 0"
    " and {row}.scope <> 'contributors' and {row}.roll_up <> 'weighted' and not {row}.private"
    f" and {_ADDS_UP}"
)
_WRITTEN_OR_OF_ANOTHER = (
    "({row}.owner_id is distinct from :person::uuid or {row}.status in ('draft', 'returned'))"
)
_CAN_BE_PRIVATE = (
    "not {row}.private and {row}.scope = 'own' and {row}.roll_up = 'none' and {row}.weight is null"
    " and {row}.parent_id is null and {row}.template_id is null"
)

OFFERS: Mapping[GoalAction, Offer] = MappingProxyType(
    {
        GoalAction.CHANGE: Offer(Act.GOAL_DRAFT, GoalAct.CHANGED, plans=True),
        GoalAction.SET_MATRIX: Offer(Act.GOAL_DRAFT, GoalAct.WEIGHED, plans=True),
        GoalAction.SHARE: Offer(Act.GOAL_DRAFT, GoalAct.SHARED, "not {row}.private", plans=True),
        GoalAction.PRORATE: Offer(
            Act.GOAL_DRAFT,
            GoalAct.PRORATED,
            "{row}.target is not null and {row}.ends_on is not null",
            plans=True,
        ),
        GoalAction.SUBMIT: Offer(
            Act.GOAL_SUBMIT,
            GoalAct.SUBMITTED,
            f"not ({{row}}.private and {nobody_above('{row}.owner_id')})",
            plans=True,
        ),
        GoalAction.APPROVE: Offer(Act.GOAL_APPROVE, GoalAct.APPROVED, plans=True),
        GoalAction.RETURN: Offer(Act.GOAL_RETURN, GoalAct.RETURNED, plans=True),
        GoalAction.ACCEPT: Offer(Act.GOAL_ACCEPT, GoalAct.ACCEPTED),
        GoalAction.REQUEST_CHANGE: Offer(Act.GOAL_ACCEPT, GoalAct.CHANGE_REQUESTED),
        GoalAction.AMEND: Offer(Act.GOAL_AMEND, GoalAct.AMENDED, looks=True),
        GoalAction.CHECK_IN: Offer(Act.GOAL_CHECK_IN, GoalAct.CHECKED_IN),
        GoalAction.RAISE_BLOCKER: Offer(Act.BLOCKER_RAISE, GoalAct.BLOCKED),
        GoalAction.OPEN_PLAN: Offer(Act.PLAN_OPEN, GoalAct.CORRECTED, looks=True),
        GoalAction.KEEP_PRIVATE: Offer(
            Act.GOAL_KEEP_PRIVATE, GoalAct.KEPT_PRIVATE, _CAN_BE_PRIVATE, plans=True, looks=True
        ),
        GoalAction.OPEN: Offer(Act.GOAL_KEEP_PRIVATE, GoalAct.OPENED, "{row}.private", plans=True),
        GoalAction.OVERRIDE: Offer(
            Act.GOAL_OVERRIDE,
            GoalAct.OVERRIDDEN,
            "{measured}.source <> 'rating'",
            of_others=True,
        ),
        GoalAction.RATE: Offer(
            Act.GOAL_RATE, GoalAct.RATED, "{measured}.source = 'rating'", of_others=True
        ),
        GoalAction.CLOSE: Offer(
            Act.GOAL_CLOSE, GoalAct.CLOSED, "{row}.ends_on < :today::date", of_others=True
        ),
        GoalAction.REOPEN: Offer(Act.GOAL_REOPEN, GoalAct.REOPENED, of_others=True),
        GoalAction.PROPOSE: Offer(Act.GOAL_PROPOSE, GoalAct.PROPOSED, plans=True),
        GoalAction.ALIGN: Offer(
            Act.GOAL_ALIGN, GoalAct.ALIGNED, _WRITTEN_OR_OF_ANOTHER, plans=True
        ),
        GoalAction.ROLL_UP: Offer(
            Act.GOAL_ROLL_UP,
            GoalAct.ROLLED_UP,
            f"not {{row}}.private and {_WRITTEN_OR_OF_ANOTHER}",
            plans=True,
        ),
        GoalAction.SPREAD: Offer(Act.GOAL_DRAFT, GoalAct.SPREAD, _SPREADS, plans=True, looks=True),
        GoalAction.CASCADE: Offer(
            Act.GOAL_CASCADE,
            GoalAct.CASCADED,
            f"not {{row}}.private and {_ADDS_UP}",
            plans=True,
            looks=True,
        ),
        GoalAction.SET_BUDGET: Offer(Act.GOAL_BUDGET, None),
    }
)


def possible_actions(actor: Actor) -> dict[GoalAction, str]:
    """For each action that the actor may do to some goal: SQL over `{row}`, `{measured}` and
    `{standing}`, whether they may to this one."""
    offered = {}
    for action, offer in OFFERS.items():
        right = _right(actor, offer)
        if right != "false":
            conditions = [_state(offer), right, offer.when]
            if offer.plans:
                conditions.append("not {standing}.locked")
            if offer.looks:
                conditions.append(
                    f"goal_allows(:org::uuid, {{row}}.id, {quoted(offer.move or '')})"
                )
            held = [each for each in conditions if each not in ("", "true")]
            offered[action] = " and ".join(held) or "true"
    return offered


def _state(offer: Offer) -> str:
    if offer.move is None:
        return "true"
    return f"{{row}}.status in ({_one_of(frozenset(MOVES[offer.move]))})"


def _right(actor: Actor, offer: Offer) -> str:
    relations = reach(actor, offer.act)
    own = "{row}.owner_id = :person::uuid"
    if relations == ALL:
        return "{row}.owner_id is distinct from :person::uuid" if offer.of_others else "true"
    ways = []
    if Relation.SELF in relations:
        ways.append(own)
    if Relation.CHAIN in relations:
        ways.append("{standing}.above")
    if Relation.TOP in relations:
        ways.append(stands_at_the_top("{row}.owner_id"))
    if actor.delegators and offer.act in (Act.GOAL_APPROVE, Act.GOAL_RETURN):
        ways.append(f"not {{row}}.private and {decides_for_another('{row}')}")
    if not ways:
        return "false"
    return ways[0] if len(ways) == 1 else f"({' or '.join(ways)})"
