"""Money, heads and tools that are granted to a goal."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import NotFound
from domain.goals.access import goal_for
from domain.goals.models import Goal
from domain.goals.rules import sound_text
from domain.goals.tree_models import BudgetKind, GoalBudget
from domain.goals.tree_rules import sound_amount, sound_currency
from domain.history import record
from domain.ids import new_id
from domain.money import in_whole_units
from domain.people.models import Organisation


@act
async def set_budget(
    actor: Actor,
    *,
    goal_id: UUID,
    kind: BudgetKind,
    amount: Decimal,
    currency: str | None = None,
    note: str = "",
) -> UUID:
    """Grant so much of a kind to a goal, in place of what it had of it. Returns the goal's id."""
    goal = await goal_for(actor, Act.GOAL_BUDGET, goal_id)

    organisation = await Organisation.get(org_id=actor.org)
    amount = sound_amount(amount)
    currency = sound_currency(kind, currency, organisation.currency)
    in_whole_units(amount, currency, path="amount")
    note = sound_text(note, longest=1000, path="note", required=False)
    budget = await _budget(goal, kind, currency)
    before = {"kind": kind, "amount": budget.amount, "currency": currency} if budget else None
    values: dict[str, Any] = {
        "amount": amount,
        "note": note,
        "set_by_id": actor.person,
        "set_at": datetime.now(UTC),
    }
    if budget is None:
        await GoalBudget.add(
            org_id=actor.org, id=new_id(), goal_id=goal.id, kind=kind, currency=currency, **values
        )
    else:
        await budget.change(**values)

    after = {"kind": kind, "amount": amount, "currency": currency}
    await record(
        actor, "goal.budget_set", "goal", goal.id, before=before, after=after, reason=note or None
    )
    return goal.id


@act
async def remove_budget(
    actor: Actor, *, goal_id: UUID, kind: BudgetKind, currency: str | None = None
) -> UUID:
    """Take back what a goal was granted of a kind. Returns the goal's id."""
    goal = await goal_for(actor, Act.GOAL_BUDGET, goal_id)

    organisation = await Organisation.get(org_id=actor.org)
    currency = sound_currency(kind, currency, organisation.currency)
    budget = await _budget(goal, kind, currency)
    if budget is None:
        raise NotFound("budget", path=("kind",))
    await budget.delete()

    before = {"kind": kind, "amount": budget.amount, "currency": currency}
    await record(actor, "goal.budget_removed", "goal", goal.id, before=before)
    return goal.id


async def _budget(goal: Goal, kind: BudgetKind, currency: str | None) -> GoalBudget | None:
    of_kind = GoalBudget.filter(org_id=goal.org_id, goal_id=goal.id, kind=kind)
    in_currency = of_kind.filter(currency=currency) if currency else of_kind.filter(currency=None)
    return await in_currency.first()
