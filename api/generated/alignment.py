"""The year's goals as a tree: who leads has a team's goal, and below it are the goals of their people.

A team's target is somewhat less than its people's add up to: what is over is over-assignment, which
leaders keep against a bad quarter.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from uuid import UUID

from api.generated.people import People
from api.generated.rows import Goal, GoalDecision
from domain.goals.models import GoalScope, RollUp

OF_THE_SUM = Decimal("0.97")
WHOLE_HUNDREDS = Decimal(100)
NO_PARENT = "Agreed with the head of sales."


def aligned(year: Mapping[int, Goal], people: People) -> dict[UUID, Goal]:
    """The goals of one period, by the seats of their owners, as a tree; by id."""
    found: dict[int, Goal] = {}
    for seat in sorted(year, reverse=True):  # from the bottom up, since seats stand level by level
        goal = year[seat]
        below = [found[each] for each in people.seats[seat].below if each in found]
        if below:
            summed = sum((each.target for each in below), Decimal(0)) * OF_THE_SUM
            hundreds = (summed / WHOLE_HUNDREDS).quantize(Decimal(1), ROUND_HALF_UP)
            target = max(hundreds, Decimal(1)) * WHOLE_HUNDREDS
            goal = goal._replace(
                scope=GoalScope.TEAM.value, roll_up=RollUp.SUM.value, target=target, proposed=None
            )
        above = people.seats[seat].above
        parent = year.get(above) if above is not None else None
        goal = goal._replace(parent_id=parent and parent.id)
        found[seat] = goal._replace(no_parent_reason=None if parent else NO_PARENT)
    return {goal.id: goal for goal in found.values()}


def decided(decision: GoalDecision, goals: Mapping[UUID, Goal]) -> GoalDecision:
    """A step with the target that its goal has in the tree."""
    goal = goals.get(decision.goal_id)
    return decision if goal is None else decision._replace(target=goal.target)


def proposal(owner: UUID, target: Decimal, seed: str, chance: Random) -> Decimal:
    """What somebody proposes, in whole hundreds: some are cautious at all times, some hope."""
    lean = Random(f"{seed}/lean/{owner}").lognormvariate(-0.05, 0.15)  # noqa: S311 - no secrets
    proposed = float(target) * lean * chance.lognormvariate(0, 0.05)
    return Decimal(max(1, round(proposed / 100)) * 100)
