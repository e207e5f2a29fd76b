"""How visits and calls of the example's people went, by a scorecard: what a manager saw, and what they thought
of it themselves.

As in `planning`, the acts are the real ones and what is said is made up.
"""

from datetime import date

from api.example.planning import NORTH
from api.example.telling import Telling
from auth.actor import Actor
from domain.scorecards.actions import publish_scorecard, write_assessment
from domain.scorecards.models import Occasion, Scale
from domain.scorecards.rules import Criterion, Scored

REP = "Linda Mitchell"
CRITERIA = (
    Criterion("Prepared", Scale.ONE_TO_FIVE),
    Criterion("Asked before telling", Scale.ONE_TO_FIVE),
    Criterion("Agreed on a next step", Scale.YES_NO),
)
SEEN = (
    (date(2020, 2, 19), Occasion.VISIT, (3, 2, 0), "Much told, little asked. (Made up)"),
    (date(2020, 3, 25), Occasion.CALL, (4, 3, 1), "The questions came first this time. (Made up)"),
    (date(2020, 5, 13), Occasion.VISIT, (5, 4, 1), "The buyer did most of the talking. (Made up)"),
)


async def assess_visits(system: Actor) -> None:
    """Three that a manager was at, of the first of which the rep says how they saw it."""
    story = await Telling.of(system)
    scorecard = await story.let(
        NORTH, publish_scorecard, name="A visit or a call", criteria=CRITERIA,
        description="What we look at when two of us go. (Made up)",
    )  # fmt: skip
    seen = [
        await story.let(
            NORTH, write_assessment, step=f"{day}", scorecard_id=scorecard,
            person_id=story.people[REP], occasion=occasion, held_on=day, scores=_scored(points),
            comment=comment,
        )
        for day, occasion, points, comment in SEEN
    ]  # fmt: skip
    await story.let(
        REP, write_assessment, step="own", scorecard_id=scorecard, scores=_scored((4, 4, 0)),
        same_occasion_as_id=seen[0], comment="I thought that they wanted the whole range. (Made up)",
    )  # fmt: skip


def _scored(points: tuple[int, ...]) -> list[Scored]:
    pairs = zip(CRITERIA, points, strict=True)
    return [Scored(criterion.name, score) for criterion, score in pairs]
