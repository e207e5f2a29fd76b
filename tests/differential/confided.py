"""Coaching notes with what belongs to them, each row for readers of its own."""

from typing import Any
from uuid import UUID

from tests.differential.furnishing import Furniture
from tests.differential.troubles import day
from tests.differential.words import LONG, hostile, mark

AUTHORS = ("Mona", "Rui", "Audrey", "Vera", "Lea", "Eve", "Audrey")
ABOUT = ("Rui", "Rui", "Audrey", "Mona", "Nia", "Olga", "Paul")
BESIDE = (
    (),
    ("about",),
    ("about", "Audrey"),
    ("Audrey", "Sam"),
    ("about", "Cora", "Hal", "Audrey"),
)
FOUND = ("zebra", "finch", "zebra finch", "neither")
"""With what notes and answers begin, so that a search finds some of them."""
NOTES = 40
UNITS = ("money", "number", "percent", "yes_no")


def furnish_notes(made: Furniture) -> None:
    """Some readers are on many rows and some on none; whoever reads a note reads not all of it."""
    meetings = made.rows["one_to_one"]
    for number in range(NOTES):
        note, version = made.new_id(), 1 + number % 3
        author, about = AUTHORS[number % 7], ABOUT[number % 7]
        named = (about if each == "about" else each for each in BESIDE[number % 5])
        readers = [made.id("person", each) for each in dict.fromkeys((author, *named))]
        acknowledged = version - number % 2 if number % 4 == 1 else None
        made.add(
            "note",
            id=note,
            about_id=made.id("person", about),
            author_id=readers[0],
            **_words(made, "note", note, number, readers),
            one_to_one_id=meetings[number % len(meetings)]["id"] if number % 3 else None,
            written_on=day(number),
            version=version,
            updated_at=made.instant(number + 1),
            acknowledged_version=acknowledged or None,
            acknowledged_at=made.instant(number + 2) if acknowledged else None,
        )
        for place in range(version):
            id = made.new_id()
            made.add(
                "note_revision",
                id=id,
                note_id=note,
                **_words(made, "note_revision", id, number + place, readers[: version - place]),
                version=place + 1,
                acknowledged_at=made.instant(place) if place + 1 == acknowledged else None,
            )
        for step in range(number % 4 if len(readers) > 1 else 0):
            id, replier = made.new_id(), readers[step % len(readers)]
            told = [replier, *(each for each in readers[step % 2 :] if each != replier)]
            made.add(
                "note_reply",
                id=id,
                note_id=note,
                author_id=replier,
                **_words(made, "note_reply", id, number + step, told),
            )
        _evidence(made, note, number, version, readers)


def _words(
    made: Furniture, table: str, id: UUID, number: int, readers: list[Any]
) -> dict[str, Any]:
    body = f"{FOUND[number % 4]} {hostile(number)} {mark(table, id)}"
    return {
        "body": body + LONG * 2 if number % 9 == 0 else body,
        "body_html": f"<p>{mark(table, id)}</p>",
        "written_at": made.instant(number),
        "received_at": made.instant(number + 1),
        "readers": readers,
    }


def _evidence(made: Furniture, note: UUID, number: int, version: int, readers: list[Any]) -> None:
    for place in range(1, 1 + number % 5):
        id, unit = made.new_id(), UNITS[(number + place) % 4]
        kind = ("goal", "sale", "account", "measure", "gap")[(number + place) % 5]
        subjects = [row["id"] for row in made.rows.get(kind, [])] or [None]
        made.add(
            "note_evidence",
            id=id,
            note_id=note,
            place=place,
            version=1 + place % version,
            kind=kind,
            subject_id=subjects[(7 * number + place) % len(subjects)],
            seen_as="team",
            name=f"{hostile(number + place)} {mark('note_evidence', id)}",
            value=(None, "12.5000", "-0.0001", "77548570.2000")[(number + place) % 4],
            unit=unit,
            currency=made.currency if unit == "money" else None,
            since=day(place) if place % 2 else None,
            as_of=day(number),
            formula=hostile(place) + ".",
            source=hostile(number) + ".",
            facts={"target": "1000", hostile(number): hostile(place)} if place % 2 else {},
            readers=readers[: 1 + place % len(readers)],
        )
