"""What feedback, recognition and insights mean."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Row
from tests.differential.oracle.pages import Order, page
from tests.differential.oracle.printing import date_text, number_text
from tests.differential.oracle.standing import View

Args = dict[str, Any]
COUNTS = Order("RecognitionCount", ("month", "value_id"), True)
TOPICS = ("competitor", "plan", "price", "process", "product", "territory")
OPEN = ("new", "taken", "answered")


def on_wall(row: Row) -> bool:
    return bool(row["on_wall"])


def is_reader(view: View, row: Row) -> bool:
    """Gave or received it."""
    return view.caller.person in row["readers"]


def named_in(type_name: str, column: str) -> Callable[[View, Row], Iterable[UUID | None]]:
    """Of whom of this type a row is named in the column."""

    def owners(view: View, other: Row) -> Iterator[UUID]:
        return (row["id"] for row in view.facts.all(type_name) if other["id"] in row[column])

    return owners


def readers_of_own(column: str) -> Callable[[View, Row], Iterable[UUID | None]]:
    """To which feedback of the caller's somebody is a reader."""

    def owners(view: View, other: Row) -> Iterator[UUID]:
        return (
            row["id"]
            for row in view.facts.all("Feedback")
            if row["giver_id"] == view.caller.person
            and other["id"] in row[column]
            and other["id"] != view.caller.person
        )

    return owners


def asked(view: View, other: Row) -> Iterator[UUID]:
    """Which requests ask somebody, as far as the caller knows."""
    for row in view.facts.all("FeedbackRequest"):
        knows = view.caller.person in (row["asker_id"], other["id"])
        if other["id"] in row["asked_ids"] and knows:
            yield row["id"]


def waits(view: View, row: Row, args: Args) -> bool | None:
    return bool(row["waiting_for"]) if row["giver_id"] == view.caller.person else None


def waits_for_viewer(view: View, row: Row) -> bool:
    replied = any(
        each["request_id"] == row["id"] and each["person_id"] == view.caller.person
        for each in view.facts.all("FeedbackReply")
    )
    is_asked = view.caller.person in row["asked_ids"]
    return row["withdrawn_at"] is None and is_asked and not replied


def about_request(view: View, row: Row, args: Args) -> list[str]:
    if row["asker_id"] == view.caller.person and row["withdrawn_at"] is None:
        seen = [
            each
            for each in view.visible("FeedbackReply").values()
            if each["request_id"] == row["id"]
        ]
        return ["WITHDRAW"] if len(seen) < len(row["asked_ids"]) else []
    return ["ANSWER", "DECLINE"] if waits_for_viewer(view, row) else []


def about_recognition(view: View, row: Row, args: Args) -> list[str]:
    theirs = row["on_wall"] and view.caller.person in row["receiver_ids"]
    return ["TAKE_OFF_WALL"] if theirs else []


def sights(view: View, row: Row, args: Args) -> list[Args]:
    cells = [each for each in view.facts.all("FeedbackSight") if each["visibility_id"] == row["id"]]
    return [
        {
            "kind": each["kind"].upper(),
            "relation": each["relation"].upper(),
            "sees": each["sees"].upper(),
            "together": each["together"],
        }
        for each in sorted(cells, key=lambda each: f"{each['kind']} {each['relation']}")
    ]


def counts(view: View, row: object, args: Args) -> Any:
    """How often by value and month, on the wall alone."""
    found: dict[tuple[Any, UUID], Row] = {}
    for each in [] if view.is_partner else view.facts.all("Recognition"):
        for value in each["value_ids"] if each["on_wall"] else ():
            month = each["given_on"].replace(day=1)
            empty = {
                "__typename": "RecognitionCount", "month": month, "value_id": value, "given": 0,
            }  # fmt: skip
            found.setdefault((month, value), empty)["given"] += 1
    return page(COUNTS, args, COUNTS.sorted(found.values()))


def has_voted(view: View, insight: Row) -> bool:
    return any(
        vote["insight_id"] == insight["id"] and vote["person_id"] == view.caller.person
        for vote in view.facts.votes
    )


def link(view: View, step: Row, kinds: Mapping[str, str]) -> Row | None:
    return view.shown(kinds[step["link_kind"]], step["link_id"]) if step["link_kind"] else None


def about_insight(view: View, insight: Row, args: Args) -> list[str]:
    state, roles = insight["state"], view.caller.roles
    owns = insight["owner_id"] == view.caller.person and roles & {
        "manager", "comp_admin", "executive",
    }  # fmt: skip
    voted = has_voted(view, insight)
    can = {
        "VOTE": state in OPEN and not voted,
        "TAKE_VOTE_BACK": state in OPEN and voted,
        "TAKE": state == "new" and roles & {"manager", "comp_admin", "executive"},
        "GIVE": state in ("new", "taken") and "executive" in roles,
        "ANSWER": state == "taken" and owns,
        "CHANGE": state == "answered" and owns,
        "DECLINE": state in ("taken", "answered") and owns,
        "MERGE": state in OPEN and (roles & {"comp_admin", "executive"} or owns),
    }
    return [action for action, holds in can.items() if holds]


def by_topic(rows: Iterable[Row]) -> list[Args]:
    found = list(rows)
    report = []
    for topic in TOPICS:
        of_topic = [row for row in found if row["topic"] == topic]
        states = [row["state"] for row in of_topic]
        days = [
            (row["answered_on"] - row["told_on"]).days
            for row in of_topic
            if row["answered_on"] is not None
        ]
        mean = Decimal(sum(days)) / len(days) if days else None
        if of_topic:
            report.append(
                {
                    "topic": topic.upper(),
                    "waiting": states.count("new") + states.count("taken"),
                    **{
                        state: states.count(state)
                        for state in ("answered", "changed", "declined", "merged")
                    },
                    "meanDaysToAnswer": None
                    if mean is None
                    else number_text(mean.quantize(Decimal("0.1"), ROUND_HALF_UP)),
                }
            )
    return report


def month(view: View, row: Row, args: Args) -> str:
    return date_text(row["month"])
