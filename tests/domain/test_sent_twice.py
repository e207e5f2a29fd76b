"""What a phone sends twice, at once and later, each time as a message of its own, is there once, and it hears
so each time."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.comments.actions import write_comment
from domain.feedback.asking import ask_for_feedback
from domain.feedback.giving import answer_feedback_request, give_feedback
from domain.ids import new_id
from domain.insights.actions import tell_insight
from domain.insights.models import InsightTopic
from domain.one_to_ones.actions import plan_one_to_one
from domain.one_to_ones.agenda import add_agenda_item
from domain.recognition.actions import give_recognition
from domain.recognition.values import define_recognition_value
from domain.rows import IdTaken
from domain.subjects import Thing
from domain.tasks.actions import ask_for_task
from tests.domain.coaching.noting import everything
from tests.people import MORNING, Company
from tests.schema.asking import goal

Act = Callable[..., Coroutine[Any, Any, UUID]]
DUE = date(2020, 6, 5)


async def test_what_is_sent_twice_is_there_once_and_is_said_to_be(company: Company) -> None:
    mona, rui, hal = (company.actor(name) for name in ("Mona", "Rui", "Hal"))
    to_rui = company.ids["Rui"]
    meeting = await plan_one_to_one(rui, with_id=company.ids["Mona"], starts_at=MORNING)
    value = await define_recognition_value(hal, name="Candour")
    asked = await ask_for_feedback(
        rui, asked_ids=[company.ids["Mona"]], question="How was it?", due_on=DUE
    )
    sent: list[tuple[Act, str, dict[str, Any], dict[str, Any]]] = [
        (plan_one_to_one, "one_to_one", {"with_id": to_rui, "starts_at": MORNING}, {"with_id": company.ids["Sam"]}),
        (add_agenda_item, "agenda_item", {"one_to_one_id": meeting, "what": "A car"}, {"what": "A bike"}),
        (ask_for_task, "task", {"title": "Call", "due_on": DUE}, {"title": "Write"}),
        (ask_for_feedback, "feedback_request",
         {"asked_ids": [company.ids["Hal"]], "question": "How was I?", "due_on": DUE}, {"question": "Why?"}),
        (answer_feedback_request, "feedback", {"request_id": asked, "words": "Well"}, {"words": "Not so well"}),
        (give_feedback, "feedback", {"person_id": to_rui, "words": "You listened"}, {"words": "You did not"}),
        (give_recognition, "recognition",
         {"receiver_ids": [to_rui], "value_ids": [value], "words": "Well done", "is_public": True}, {"words": "Done"}),
        (tell_insight, "insight", {"title": "Prices", "words": "Too high", "topic": InsightTopic.PRICE}, {"words": "Low"}),
        (write_comment, "comment", {"thing": Thing("goal", await goal(company, "Rui")), "body": "So"}, {"body": "No"}),
    ]  # fmt: skip

    for act, table, said, other in sent:
        id, before = new_id(), len(await everything(company, table))
        heard = await asyncio.gather(*(act(mona, **said, id=id) for _ in range(3)))
        heard.append(await act(mona, **said, id=id))

        assert heard == [id] * 4, act.__name__
        if act is not answer_feedback_request:  # a request is answered once
            with pytest.raises(IdTaken):
                await act(mona, **said | other, id=id)
        assert len(await everything(company, table)) == before + 1, act.__name__
        events = [
            each["act"] for each in await everything(company, "event") if each["subject_id"] == id
        ]
        assert len(events) <= 1, events
