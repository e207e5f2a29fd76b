"""A goal that three of the example's people share, scored by a matrix.

As in `planning`, the acts are the real ones and what is said is made up.
"""

from datetime import date
from decimal import Decimal

from api.example.planning import DIRECTOR, NORTH
from api.example.telling import Telling
from auth.actor import Actor
from domain.goals.actions import approve_goal, draft_goal, submit_goal
from domain.goals.form_rules import Contributor, Kpi
from domain.goals.sharing import set_matrix, share_goal
from domain.measures.models import REVENUE

NAME = "Large resellers together, Q4 2020"
PARTS = {
    "Linda Mitchell": "Opens the doors of the chains she knows. (Made up)",
    "Jillian Carson": "Visits those who asked for an offer. (Made up)",
    "Tsvi Reiter": "Prepares the offers. (Made up)",
}
MATRIX = (
    Kpi(REVENUE, Decimal("0.7"), Decimal(1_500_000), Decimal(2_300_000), Decimal(2_600_000)),
    Kpi("units", Decimal("0.3"), Decimal(4_000), Decimal(5_000), Decimal(6_500)),
)


async def share_a_goal(system: Actor) -> None:
    """From the manager's draft to the director's word."""
    story = await Telling.of(system)
    await story.let(
        NORTH, draft_goal, step=NAME, owner_id=story.people[NORTH], name=NAME, measure=REVENUE,
        starts_on=date(2020, 4, 1), ends_on=date(2020, 6, 30), target=MATRIX[0].target,
        description="Made up for the example; only the sales are real.",
        no_parent_reason="It counts what is in their own goals already.",
    )  # fmt: skip

    goal = await story.goal(NORTH, NAME)
    contributors = [Contributor(story.people[who], part) for who, part in PARTS.items()]
    await story.let(
        NORTH, share_goal, goal_id=goal.id, expected_version=goal.version, contributors=contributors
    )
    goal = await story.goal(NORTH, NAME)
    await story.let(NORTH, set_matrix, goal_id=goal.id, expected_version=goal.version, kpis=MATRIX)
    goal = await story.goal(NORTH, NAME)
    await story.let(NORTH, submit_goal, goal_id=goal.id, expected_version=goal.version)
    goal = await story.goal(NORTH, NAME)
    await story.let(DIRECTOR, approve_goal, goal_id=goal.id, seen_version=goal.version)
