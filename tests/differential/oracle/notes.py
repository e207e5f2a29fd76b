"""What coaching notes mean."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.differential.oracle.facts import KINDS, Row
from tests.differential.oracle.figures import figure_of
from tests.differential.oracle.standing import View

Args = dict[str, Any]
_FOUND = re.compile(r"^(zebra|finch|zebra finch) ")
SEARCHES: Mapping[str, Callable[[set[str]], bool]] = {
    "zebra": lambda found: "zebra" in found,
    "Finch": lambda found: "finch" in found,
    "zebra finch": lambda found: found == {"zebra", "finch"},
    '"zebra finch"': lambda found: found == {"zebra", "finch"},
    '"finch zebra"': lambda found: False,
    "zebra or finch": bool,
    "finch -zebra": lambda found: found == {"finch"},
    "nowhere": lambda found: False,
    " ; -- ": lambda found: False,
}
"""What is searched for, and whether it is found in words that begin with these."""
NO_SEARCHES = ("", "  ", "x" * 201)


def visibility(view: View, note: Row, args: Args) -> str:
    readers = set(note["readers"])
    if len(readers) == 1:
        return "PRIVATE"
    both = {note["author_id"], note["about_id"]}
    return "COACHEE" if len(both) == 2 and readers == both else "NAMED"


def acknowledged(view: View, note: Row, args: Args) -> bool:
    return bool(note["acknowledged_version"] == note["version"])


def waits(note: Row) -> bool:
    """Whether whom it is about reads it, and has not taken note of it as it is."""
    about = note["about_id"]
    is_theirs = about != note["author_id"] and about in note["readers"]
    return is_theirs and note["acknowledged_version"] != note["version"]


def about_note(view: View, note: Row, args: Args) -> list[str]:
    caller, author = view.caller.person, note["author_id"]
    others = set(note["readers"]) - {author}
    answered = {
        reply["author_id"]
        for reply in view.visible("NoteReply").values()
        if reply["note_id"] == note["id"]
    }
    if note["acknowledged_version"] is not None:
        answered.add(note["about_id"])
    possible = {
        "EDIT": caller == author,
        "SHARE": caller == author,
        "TAKE_BACK": caller == author and bool(others - answered),
        "WITHDRAW": caller == author and not others,
        "REPLY": bool(others),
        "ACKNOWLEDGE": caller == note["about_id"] and waits(note),
    }
    return [action for action, may in possible.items() if may]


def versions_leading_to(view: View, evidence: Row) -> list[Any]:
    """The versions of its note to which a piece of evidence belongs: from the one that brought it."""
    return [
        revision["id"]
        for revision in view.facts.rows["NoteRevision"].values()
        if revision["note_id"] == evidence["note_id"] and revision["version"] >= evidence["version"]
    ]


def subject(view: View, evidence: Row, args: Args) -> Row | None:
    return view.shown(KINDS.get(evidence["kind"], "Goal"), evidence["subject_id"])


def value(view: View, evidence: Row, args: Args) -> Any:
    return figure_of(evidence, evidence["currency"], evidence["value"])


def facts(view: View, evidence: Row, args: Args) -> list[Args]:
    return [{"name": name, "value": said} for name, said in sorted(evidence["facts"].items())]


def says(view: View, words: str, note: Row) -> bool:
    """Whether a note, or an answer to it that the caller reads, is found by these words."""
    replies = (
        reply for reply in view.visible("NoteReply").values() if reply["note_id"] == note["id"]
    )
    return any(SEARCHES[words](_found(row["body"])) for row in (note, *replies))


def search_refused(words: str) -> Iterator[str]:
    if not 1 <= len(words.strip()) <= 200:
        yield "BAD_USER_INPUT"


def leads_to(view: View, goal: Any, note: Row) -> bool:
    return any(
        evidence["note_id"] == note["id"]
        and (evidence["kind"], evidence["subject_id"]) == ("goal", goal)
        for evidence in view.visible("NoteEvidence").values()
    )


def _found(body: str) -> set[str]:
    begins = _FOUND.match(body)
    return set(begins[1].split()) if begins else set()
