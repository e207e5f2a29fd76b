"""What digests mean, and how people want to be told."""

from collections import Counter
from typing import Any

from tests.differential.oracle.care import MESSAGES
from tests.differential.oracle.facts import Row
from tests.differential.oracle.standing import View

Args = dict[str, Any]
ALWAYS_TOLD = {"approval_waits", "approval_overdue", "amendment_waits", "amendment_overdue"}


def preferences(view: View) -> list[dict[str, Any]]:
    """Of every kind, in the order in which the kinds were thought of."""
    preferred = {
        each["kind"]: each["delivery"]
        for each in view.facts.preferred
        if each["person_id"] == view.caller.person
    }
    return [
        {
            "kind": kind.upper(),
            "delivery": preferred.get(kind, "now").upper(),
            "alwaysTold": kind in ALWAYS_TOLD,
        }
        for kind in MESSAGES
    ]


def preferred(view: View, what: str, otherwise: Any) -> Any:
    """What they said of their digest."""
    found = [each[what] for each in view.facts.rhythms if each["person_id"] == view.caller.person]
    return found[0] if found else otherwise


def counts(view: View, digest: Row, args: Args) -> list[dict[str, Any]]:
    held = Counter(
        notice["kind"]
        for notice in view.visible("Notice").values()
        if notice["digest_id"] == digest["id"]
    )
    return [{"kind": kind.upper(), "notices": held[kind]} for kind in sorted(held)]
