"""What the example's people say to one another in the open, beside what `coaching` makes up.

As in `planning`, the acts are the real ones and what is said is made up.
"""

from datetime import date

from api.example.planning import DIRECTOR, NORTH, RUNNING
from api.example.telling import Telling
from auth.actor import Actor
from domain.comments.actions import write_comment
from domain.programmes.actions import define_programme
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


async def agree_to_meet(system: Actor) -> None:
    """A programme for all who lead: what was held since February counts, and so do the gaps."""
    story = await Telling.of(system)
    await story.let(
        "Harper Reed", define_programme, name="Everybody once a month",
        purpose="Each leader meets each of their people every four weeks. (Made up)", every_weeks=4,
        starts_on=date(2020, 2, 3), until=date(2021, 1, 31),
    )  # fmt: skip
