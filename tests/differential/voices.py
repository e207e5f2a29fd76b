"""What people tell one another and leadership: feedback, recognition, insights."""

from datetime import date, timedelta
from typing import Any

from tests.differential.furnishing import Furniture
from tests.differential.words import LONG, hostile, mark

PEOPLE = (
    "Audrey", "Rui", "Mona", "Sam", "Vera", "Hal", "Nia", "Eve", "Tom", "Cora", "Olga", "Kim", "Una",
)  # fmt: skip
KINDS = ("asked_by_self", "unasked", "upward", "asked_by_manager")
TOPICS = ("product", "price", "competitor", "process", "territory", "plan")
STATES = ("new", "taken", "answered", "changed", "declined", "merged")
LINKS = ("goal", "measure", "territory", "pay_plan")


def furnish_voices(made: Furniture) -> None:
    _values(made)
    for number in range(26):
        _recognition(made, number)
        _feedback(made, number)
    for number in range(24):
        _insight(made, number)
    for number in range(2, 5):
        _visibility(made, number)


def _person(made: Furniture, number: int) -> Any:
    return made.id("person", PEOPLE[number % len(PEOPLE)])


def _day(number: int) -> str:
    return (date(2020, 1, 31) + timedelta(days=number * 7 % 120)).isoformat()


def _said(table: str, id: Any, number: int) -> str:
    return f"{hostile(number)} {mark(table, id)}"


def _values(made: Furniture) -> None:
    for number in range(12):
        made.add(
            "recognition_value",
            str(number),
            name=f"{hostile(number)[:20]} {number}",
            place=number + 1,
            defined_at=made.instant(number),
            retired_at=made.instant(number + 1) if number % 5 == 4 else None,
        )


def _recognition(made: Furniture, number: int) -> None:
    id = made.new_id()
    giver = _person(made, number)
    receivers = [_person(made, number + step) for step in range(1, 2 + number % 4)]
    goals = made.rows["goal"]
    made.add(
        "recognition",
        id=id,
        readers=[giver, *receivers],
        giver_id=giver,
        receiver_ids=receivers,
        value_ids=[
            made.id("recognition_value", str((number * 5 + step) % 12))
            for step in range(1 + number % 3)
        ],
        words=_said("recognition", id, number)
        if number % 9
        else f"{LONG}{mark('recognition', id)}",
        goal_id=goals[number * 3 % len(goals)]["id"] if number % 3 else None,
        on_wall=number % 2 == 0,
        given_on=_day(number),
        given_at=made.instant(number // 2),
    )


def _feedback(made: Furniture, number: int) -> None:
    """Everybody whose name is shown reads the row; for those to whom it is not there are rows of theirs."""
    person, giver, other = (_person(made, number + step) for step in range(3))
    kind = KINDS[number % 4]
    asker = person if kind != "asked_by_manager" else other
    request = _request(made, number, asker, person, [giver]) if kind.startswith("asked") else None
    id = made.new_id()
    third, fourth = _person(made, number + 3), _person(made, number + 4)
    made.add(
        "feedback",
        id=id,
        readers=[giver, *([person, third] if number % 3 else [])],
        kind=kind,
        person_id=person,
        giver_id=giver,
        request_id=request,
        words=_said("feedback", id, number),
        given_on=_day(number),
        given_at=made.instant(number),
        visibility_id=made.org,
        unnamed=[] if number % 3 else [person, fourth],
        together=[] if number % 3 else [1, 3],
        waiting_for=[fourth] if number % 6 == 0 else [],
    )
    for step, reader in enumerate((person, fourth)):
        unnamed = made.new_id()
        made.add(
            "unnamed_feedback",
            id=unnamed,
            readers=[reader],
            kind=kind,
            person_id=person,
            request_id=request,
            words=_said("unnamed_feedback", unnamed, number + step),
            delivered_on=_day(number + step),
        )


def _request(made: Furniture, number: int, asker: Any, person: Any, first: list[Any]) -> Any:
    id = made.new_id()
    others = [_person(made, number + step) for step in (5, 7, 8)[: 1 + number % 3]]
    asked = [*first, *others]
    made.add(
        "feedback_request",
        id=id,
        readers=[asker, *asked],
        kind="asked_by_self" if asker == person else "asked_by_manager",
        asker_id=asker,
        person_id=person,
        asked_ids=asked,
        question=_said("feedback_request", id, number),
        due_on=_day(17),
        asked_on="2020-01-31",
        asked_at=made.instant(number),
        withdrawn_at=made.instant(number) if number % 7 == 3 else None,
    )
    for place, replies in enumerate(asked[: 1 + number % 2 + (number % 8 == 0)]):
        declines = place > 0
        made.add(
            "feedback_reply",
            readers=[replies, *([asker] if number % 3 else [])],
            request_id=id,
            person_id=replies,
            state="declined" if declines else "answered",
            reason=hostile(number) + "." if declines and number % 2 else None,
            replied_at=made.instant(number + place),
        )
    return id


def _insight(made: Furniture, number: int) -> None:
    id, author, owner = made.new_id(), _person(made, number), _person(made, number + 2)
    made.ids["insight", str(number)] = id
    state = STATES[number % 6] if number else "new"
    answered = state in ("answered", "changed", "declined")
    made.add(
        "insight",
        id=id,
        author_id=author,
        title=f"{hostile(number)[:50]} {mark('insight', id)}",
        words=_said("insight", id, number + 1),
        topic=TOPICS[number * 5 // 3 % 6],
        state=state,
        told_on=_day(number),
        told_at=made.instant(number),
        owner_id=None if state == "new" or number % 12 == 5 else owner,
        answered_on=(date.fromisoformat(_day(number)) + timedelta(days=number % 5)).isoformat()
        if answered
        else None,
        merged_into_id=made.ids["insight", str(number % 5)] if state == "merged" else None,
        votes=0,
    )
    for step, moved in enumerate(STATES[1 : 1 + number % 6]):
        has_words = moved in ("answered", "changed", "declined")
        kind = LINKS[(number + step) % 4]
        linked = has_words and (number + step) % 3 > 0
        made.add(
            "insight_step",
            insight_id=id,
            state=moved,
            person_id=_person(made, number + step),
            owner_id=owner if moved == "taken" else None,
            words=_said("insight", id, number + step) if has_words else None,
            link_kind=kind if linked else None,
            link_id=made.rows[kind][number % len(made.rows[kind])]["id"] if linked else None,
            made_at=made.instant(number + step // 2),
        )
    for step in range(number % 5):
        made.add("insight_vote", insight_id=id, person_id=_person(made, number + 2 * step))
        made.rows["insight_vote"][-1].pop("id")


def _visibility(made: Furniture, number: int) -> None:
    id = made.new_id()
    made.add(
        "feedback_visibility",
        id=id,
        version=number,
        changed_by_id=made.id("person", ("Hal", "Adam")[number % 2]),
        changed_at=made.instant(number),
        reason=_said("feedback_visibility", id, number),
    )
    for place, kind in enumerate(KINDS):
        words = (number + place) % 3 == 0
        made.add(
            "feedback_sight",
            visibility_id=id,
            kind=kind,
            relation="person",
            sees="words" if words else "words_and_name",
            together=number if words else 1,
        )
