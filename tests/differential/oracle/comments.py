"""What comments and mentions mean."""

from typing import Any

from tests.differential.oracle.facts import KINDS, Row
from tests.differential.oracle.printing import instant_text
from tests.differential.oracle.standing import View

Args = dict[str, Any]
COMMENTED = (
    "Account", "Assessment", "Blocker", "Goal", "Insight", "OneToOne", "Opportunity", "PayResult",
    "Recognition", "Sale", "Task", "Territory",
)  # fmt: skip
"""The types on whose rows people comment."""


def subject(view: View, row: Row, args: Args) -> Row | None:
    """The thing that a comment or an event is about."""
    kind = KINDS.get(row["subject_kind"])
    return view.shown(kind, row["subject_id"]) if kind else None


def earlier(view: View, comment: Row, args: Args) -> list[dict[str, Any]]:
    said = [each for each in view.facts.said_before if each["comment_id"] == comment["id"]]
    return [
        {
            "version": each["version"],
            "body": each["body"],
            "bodyHtml": each["body_html"],
            "saidAt": instant_text(each["said_at"]),
        }
        for each in sorted(said, key=lambda each: int(each["version"]))
    ]


def about_comment(view: View, comment: Row, args: Args) -> list[str]:
    is_own = comment["author_id"] == view.caller.person
    return ["EDIT", "WITHDRAW"] if is_own and comment["withdrawn_at"] is None else []
