"""What the example's people say to one another in the open, beside what `coaching` makes up.

As in `planning`, the acts are the real ones and what is said is made up.
"""

from api.example.planning import DIRECTOR, NORTH, RUNNING
from api.example.telling import Telling
from auth.actor import Actor
from domain.comments.actions import write_comment
from domain.subjects import Thing

REP = "Linda Mitchell"


async def talk_about_it(system: Actor) -> None:
    """Comments on the goal of a quarter, for whoever sees it; one of them mentions somebody."""
    story = await Telling.of(system)
    quarter = Thing("goal", (await story.goal(REP, RUNNING)).id)
    for who, body in (
        (
            NORTH,
            f"@[{REP}](person_{story.people[REP]}) what do you need from us for June? (Made up)",
        ),
        (REP, "Two days of the demonstration van, and an answer about the frames. (Made up)"),
        (DIRECTOR, "You have the van from the 8th. (Made up)"),
    ):
        await story.let(who, write_comment, step=body, thing=quarter, body=body)
