"""Looks an answer over for anything of a row that its caller does not see."""

import re
from collections.abc import Iterator
from uuid import UUID

from tests.differential.oracle.facts import KINDS
from tests.differential.oracle.standing import View
from tests.differential.words import marks_in

_ID = re.compile(r"([a-z]+(?:_[a-z]+){0,2})_([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})")


def leaks(view: View, text: str) -> list[str]:
    """What of an answer (its JSON text) should not be in it. An auditor's history may name what was
    done to anything."""
    found = []
    for kind, id in [*_ids_in(text), *(marks_in(text) - _told_with_credits(view))]:
        if kind not in KINDS:
            found += [] if view.reads_all("audit") else [f"{kind} {id}"]
        elif view.facts.get(KINDS[kind], id) is None or id not in view.visible(KINDS[kind]):
            found.append(f"{kind} {id}")
    return found + [
        f"the e-mail of {id}" for id in _emails_in(text) if not view.reads("personal", id)
    ]


def _ids_in(text: str) -> Iterator[tuple[str, UUID]]:
    for kind, id in _ID.findall(text):
        yield kind, UUID(id)


def _told_with_credits(view: View) -> set[tuple[str, UUID]]:
    """Whoever sees a credit is told which order it is of, and what the rule is called; the same of
    the rules that said something of a sale."""
    credits = view.visible("Credit").values()
    said = (each for row in view.visible("SaleCrediting").values() for each in row["verdicts"])
    return {
        *(("sale", row["sale_id"]) for row in credits),
        *(("crediting_rule", row["rule_id"]) for row in credits),
        *(("crediting_rule", UUID(each["rule_id"])) for each in said),
    }


def _emails_in(text: str) -> Iterator[UUID]:
    """People's marks are in their e-mail addresses alone."""
    for table, id in marks_in(text):
        if table == "person":
            yield id
