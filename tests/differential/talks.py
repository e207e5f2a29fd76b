"""One-to-ones between all sorts of pairs, and what they have to talk about: for both, or kept back."""

from datetime import date, timedelta

from tests.differential.furnishing import Furniture
from tests.differential.words import hostile, mark

PAIRS = (
    ("Mona", "Rui"), ("Mona", "Sam"), ("Vera", "Mona"), ("Eve", "Gus"), ("Hal", "Audrey"), ("Vera", "Rui"),
    ("Hal", "Rui"), ("Lea", "Nia"), ("Paul", "Olga"), ("Hal", "Cora"), ("Kim", "Adam"), ("Mona", "Xan"),
    ("Vera", "Fay"), ("Iris", "Kim"),
)  # fmt: skip
STATES = ("planned", "held", "cancelled")


def furnish_talks(made: Furniture) -> None:
    for number, (leader, coachee) in enumerate(PAIRS):
        for turn in range(10 if number == 4 else number % 3 + 1):
            _meeting(made, number + turn, leader, coachee)


def _meeting(made: Furniture, number: int, leader: str, coachee: str) -> None:
    id = made.new_id()
    state = STATES[number % 3]
    held, ended = state == "held", state != "planned"
    two = made.id("person", leader), made.id("person", coachee)
    day = date(2020, 5, 1) + timedelta(days=number)
    by = two[number % 2]
    made.add(
        "one_to_one",
        id=id,
        readers=sorted(two, key=str),
        leader_id=two[0],
        coachee_id=two[1],
        starts_at=made.instant(number),
        state=state,
        planned_by_id=by,
        planned_at=made.instant(number + 1),
        written_at=made.instant(number + 2),
        held_on=day.isoformat() if held else None,
        held_written_at=made.instant(number + 3) if held else None,
        ended_at=made.instant(number + 4) if ended else None,
        ended_by_id=by if held or (ended and number % 2) else None,
    )
    if held:
        made.add(
            "coaching_session",
            one_to_one_id=id,
            manager_id=two[0],
            coachee_id=two[1],
            held_on=day.isoformat(),
        )
    before = None
    for place in range(number % 5 + (number < 6)):
        before = _item(made, number + place, id, place, list(two), before)


def _item(
    made: Furniture, number: int, meeting: object, place: int, two: list[object], before: object
) -> object:
    id = made.new_id()
    author = two[number % 2]
    state = ("waiting", "ticked", "withdrawn", "carried", "waiting")[number % 5]
    opened = number % 4 != 3
    carried = place if opened and before is not None else 0
    made.add(
        "agenda_item",
        id=id,
        readers=sorted(two, key=str) if opened else [author],
        one_to_one_id=meeting,
        author_id=author,
        what=f"{hostile(number)} {mark('agenda_item', id)}",
        place=1000 * (place // 2 + 1),
        state=state,
        added_at=made.instant(number),
        written_at=made.instant(number + 1),
        opened_at=made.instant(number + 2) if opened else None,
        ticked_at=made.instant(number + 3) if state == "ticked" else None,
        ticked_by_id=two[0]
        if state == "ticked" and opened
        else author
        if state == "ticked"
        else None,
        withdrawn_at=made.instant(number) if state == "withdrawn" else None,
        carried_from_id=before if carried else None,
        times_carried=carried,
    )
    return id
