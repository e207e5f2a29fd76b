"""How the example's people thank one another, ask what others see, and tell leadership what they see.

As in `planning`, the acts are the real ones and what is said is made up.
"""

from datetime import date

from api.example.planning import DIRECTOR, NORTH
from api.example.telling import Telling
from auth.actor import Actor
from domain.feedback.asking import ask_for_feedback
from domain.feedback.giving import answer_feedback_request, give_feedback
from domain.insights.actions import (
    answer_insight,
    change_by_insight,
    take_insight,
    tell_insight,
    vote_for_insight,
)
from domain.insights.models import InsightTopic
from domain.recognition.actions import give_recognition
from domain.recognition.values import define_recognition_value

REP, PEER, OTHER, HR = "Linda Mitchell", "Jillian Carson", "Tsvi Reiter", "Harper Reed"


async def thank_each_other(system: Actor) -> None:
    """By two values: once for everybody to read, and once between the two."""
    story = await Telling.of(system)
    courage, together = [
        await story.let(HR, define_recognition_value, step=name, name=name)
        for name in ("Says what is so", "Together")
    ]
    for who, whom, value, is_public, words in (
        (
            NORTH,
            REP,
            together,
            True,
            "She opened the doors of three chains for all of us. (Made up)",
        ),
        (REP, PEER, courage, False, "You told me that my offer was too long. It was. (Made up)"),
    ):
        await story.let(
            who, give_recognition, step=words, receiver_ids=[story.people[whom]],
            value_ids=[value], words=words, is_public=is_public,
        )  # fmt: skip


async def ask_and_tell(system: Actor) -> None:
    """Feedback that was asked for, of whom one has answered, and some for which nobody asked."""
    story = await Telling.of(system)
    request = await story.let(
        REP, ask_for_feedback, asked_ids=[story.people[PEER], story.people[OTHER]],
        question="What should I do differently in the talks about prices? (Made up)",
        due_on=date(2020, 6, 12),
    )  # fmt: skip
    await story.let(
        PEER, answer_feedback_request, request_id=request,
        words="Name the number, then be quiet. You explain it away. (Made up)",
    )  # fmt: skip
    await story.let(
        OTHER, give_feedback, person_id=story.people[NORTH],
        words="The call on Monday mornings helps; an agenda would help more. (Made up)",
    )  # fmt: skip


async def tell_leadership(system: Actor) -> None:
    """An insight from the field that changed something, and one that waits."""
    story = await Telling.of(system)
    told = await story.let(
        OTHER, tell_insight, step="orders", title="Stores order in the last week of a month",
        words="They wait for our bulletin of the 24th. What if it came a week earlier? (Made up)",
        topic=InsightTopic.PROCESS,
    )  # fmt: skip
    for who in (REP, PEER, NORTH):
        await story.let(who, vote_for_insight, step=str(told), insight_id=told)
    await story.let(DIRECTOR, take_insight, step=str(told), insight_id=told)
    await story.let(
        DIRECTOR, answer_insight, step=str(told), insight_id=told,
        words="It can be had by the 17th. Let us try it in the northwest. (Made up)",
    )  # fmt: skip
    await story.let(
        DIRECTOR, change_by_insight, step=str(told), insight_id=told,
        words="The bulletin comes on the 17th since May. (Made up)",
    )  # fmt: skip
    waits = await story.let(
        "Shu Ito", tell_insight, step="frames", title="Frames are dearer than the new importer's",
        words="Two stores in Arizona showed me offers a tenth below ours. (Made up)",
        topic=InsightTopic.COMPETITOR,
    )  # fmt: skip
    await story.let(REP, vote_for_insight, step=str(waits), insight_id=waits)
