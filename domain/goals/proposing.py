"""What owners propose for themselves, from below."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.goals.access import goal_for
from domain.goals.deciding import as_seen, decide
from domain.goals.locking import not_locked
from domain.goals.models import GoalAct, GoalStatus
from domain.goals.rules import sound_text, state_after
from domain.goals.tree_models import GoalProposal
from domain.goals.tree_rules import sound_amount
from domain.ids import new_id
from domain.money import in_whole_units


@act
async def propose_target(
    actor: Actor, *, goal_id: UUID, expected_version: int, amount: Decimal, note: str = ""
) -> UUID:
    """Say what one would set oneself, as long as the goal is not approved; earlier numbers stay
    readable."""
    goal = await goal_for(actor, Act.GOAL_PROPOSE, goal_id)
    assert actor.person is not None, "only a person is permitted to propose"

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    state_after(GoalAct.PROPOSED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    amount = in_whole_units(sound_amount(amount), goal.currency, path="amount")
    note = sound_text(note, longest=4000, path="note", required=False)
    now, before = datetime.now(UTC), goal.proposed
    await GoalProposal.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        amount=amount,
        note=note,
        person_id=actor.person,
        proposed_at=now,
    )
    await goal.change(proposed=amount, version=goal.version + 1, updated_at=now)

    await decide(
        actor,
        goal,
        GoalAct.PROPOSED,
        before={"proposed": before},
        after={"proposed": amount},
        seen=expected_version,
        note=note or None,
    )
    return goal.id
