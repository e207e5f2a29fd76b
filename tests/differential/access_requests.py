"""Requests to see what is written about somebody, and answers that only they read."""

from tests.differential.furnishing import Furniture
from tests.differential.words import hostile, mark

PEOPLE = ("Rui", "Mona", "Hal", "Eve", "Tom", "Cora", "Vera", "Nia")
STATES = ("asked", "granted", "declined", "answered", "removed")


def furnish_access_requests(made: Furniture) -> None:
    for number in range(3 * len(PEOPLE)):
        person = made.id("person", PEOPLE[number % len(PEOPLE)])
        # Somebody has one open request at most.
        state = STATES[number % 5] if number < len(PEOPLE) else STATES[2 + number % 3]
        decided, answered = state != "asked", state in ("answered", "removed")
        decider = made.id("person", "Hal" if PEOPLE[number % len(PEOPLE)] != "Hal" else "Mona")
        request = made.add(
            "access_request",
            person_id=person,
            asked_on="2020-05-29" if number % 2 else "2019-12-31",
            asked_at=made.instant(number),
            state=state,
            decided_by_id=decider if decided else None,
            decided_at=made.instant(number + 1) if decided else None,
            reason=f"{hostile(number)}." if state == "declined" else None,
            answered_at=made.instant(number + 2) if answered else None,
            removed_on="2020-06-28" if answered else None,
        )
        for step in range(number % 4 if state == "answered" else 0):
            id = made.new_id()
            made.add(
                "access_extract",
                id=id,
                request_id=request,
                readers=[str(person)],
                kind=("note", "feedback")[step % 2],
                is_own=step == 2,
                written_at=made.instant(number + step),
                words=f"{hostile(number + step)} {mark('access_extract', id)}",
            )
