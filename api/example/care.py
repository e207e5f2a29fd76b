"""What the example's people do about the running quarter beside its numbers: they say what is in the
way, correct what falls behind, and one of them learns something that is nobody else's business.

As in `planning`, the acts are the real ones and what is said is made up.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from api.example.planning import NORTH, RUNNING
from api.example.telling import Telling
from api.example.today import TODAY
from auth.actor import Actor
from domain.blockers.actions import raise_blocker, resolve_blocker
from domain.blockers.models import Cause
from domain.goals.actions import approve_goal, check_in, draft_goal, submit_goal
from domain.goals.models import Confidence
from domain.measures.actions import define_measure
from domain.measures.models import MeasureDirection, MeasureSource, MeasureUnit
from domain.plans.actions import add_step, agree_to_plan, open_plan, tick_step

BEHIND, LEARNING = "Shu Ito", "Linda Mitchell"
LESSONS = "Negotiation course, 2020"


async def clear_the_way(system: Actor) -> None:
    """Two blockers: one that a manager has resolved, and one that is open."""
    story = await Telling.of(system)
    quarter = await story.goal("Jillian Carson", RUNNING)
    closed = await story.let(
        "Jillian Carson", raise_blocker, goal_id=quarter.id, cause=Cause.EXTERNAL,
        what="Two of my resellers closed their shops in April. (Made up)",
    )  # fmt: skip
    await story.let(
        NORTH, resolve_blocker, step=str(closed), blocker_id=closed,
        resolution="Their share of the target is taken out by an amendment. (Made up)",
    )  # fmt: skip
    quarter = await story.goal("Garrett Vargas", RUNNING)
    await story.let(
        "Garrett Vargas", raise_blocker, goal_id=quarter.id, cause=Cause.TOOLS,
        what="The demonstration bikes for Toronto are still at the border. (Made up)",
    )  # fmt: skip


async def correct_course(system: Actor) -> None:
    """A plan for the goal that is farthest behind, with steps of both sides; one is done."""
    story = await Telling.of(system)
    quarter = await story.goal(BEHIND, RUNNING)
    plan = await story.let(
        NORTH, open_plan, goal_id=quarter.id, due_on=date(2020, 6, 19),
        reason="Half of the target with two thirds of the quarter gone. (Made up)",
    )  # fmt: skip

    for who, due_on, what in (
        (BEHIND, date(2020, 6, 12), "Visit the three largest accounts in Arizona. (Made up)"),
        (NORTH, date(2020, 6, 5), "Join the call with the buyer in Las Vegas. (Made up)"),
        (BEHIND, TODAY, "Call everybody who ordered a year ago and not since. (Made up)"),
    ):
        step = await story.let(who, add_step, step=what, plan_id=plan, what=what, due_on=due_on)
    await story.let(BEHIND, tick_step, step=str(step), step_id=step)
    await story.let(NORTH, agree_to_plan, step=str(plan), plan_id=plan, expected_version=5)


async def learn_in_private(system: Actor) -> None:
    """A goal of one's own development: seen by its owner, those above, and human resources."""
    story = await Telling.of(system)
    await story.let(
        "Casey Compton", define_measure, key="lessons", name="Lessons taken",
        unit=MeasureUnit.NUMBER, direction=MeasureDirection.HIGHER, source=MeasureSource.CHECK_IN,
        description="Lessons of a course, as whoever takes them reports. (Made up)",
    )  # fmt: skip
    await story.let(
        LEARNING, draft_goal, step=LESSONS, owner_id=story.people[LEARNING], name=LESSONS,
        measure="lessons", starts_on=date(2020, 4, 1), ends_on=date(2020, 9, 30),
        target=Decimal(12), private=True, description="I want to lead a team. (Made up)",
        no_parent_reason="It is for my own development.",
    )  # fmt: skip
    goal = await story.goal(LEARNING, LESSONS)
    await story.let(LEARNING, submit_goal, goal_id=goal.id, expected_version=goal.version)
    goal = await story.goal(LEARNING, LESSONS)
    await story.let(NORTH, approve_goal, goal_id=goal.id, seen_version=goal.version)
    for weeks, taken in ((4, 2), (1, 5)):
        day = TODAY - timedelta(weeks=weeks)
        await story.let(
            LEARNING, check_in, step=f"{day}", goal_id=goal.id, value=Decimal(taken),
            confidence=Confidence.ON_TRACK, note=f"{taken} lessons taken. (Made up)",
            noted_at=datetime.combine(day, time(18, 0), UTC),
        )  # fmt: skip
