"""What schemathesis sends to us, and what it demands of each answer. Loaded by schemathesis, in an
environment of its own; see run.sh."""

import json
import os
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import schemathesis  # type: ignore[import-not-found]  # not among our dependencies
from graphql import REMOVE, IntValueNode, ListValueNode, StringValueNode, Visitor, visit
from hypothesis import strategies as st
from schemathesis.graphql import nodes  # type: ignore[import-not-found]

IDS: list[str] = json.loads(os.environ["ATTAIN_IDS"])
CODES = {
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "BAD_REQUEST",
    "OPERATION_RESOLUTION_FAILURE",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "QUERY_TOO_COSTLY",
}
INSIDE = ("Traceback", "asyncpg", "tortoise", "SELECT ", "site-packages", "NoneType", "unexpected")
ODD_DAYS = ["2026-05-20", "2026-02-30", "0000-00-00", "9999-12-31", "+2026-05-20", ""]
ODD_NUMBERS = ["1e400", "NaN", "-0", "999999999999999999.9999999999", "0.00000000001", "١", ""]

_days = st.dates().map(str) | st.sampled_from(ODD_DAYS)
_instants = st.datetimes().map(lambda instant: f"{instant.isoformat()}Z") | st.text()
_numbers = st.decimals(-(10**18), 10**18, places=4).map(str) | st.sampled_from(ODD_NUMBERS)
schemathesis.graphql.scalar("Date", _days.map(nodes.String))
schemathesis.graphql.scalar("DateTime", _instants.map(nodes.String))
schemathesis.graphql.scalar("Decimal", _numbers.map(nodes.String))
schemathesis.graphql.scalar("Rate", _numbers.map(nodes.String))


class Reachable(Visitor):
    """Mostly asks for pages of a size that there is and for things that there are: of what is wholly
    random, nearly all is refused at the door. The same text is always replaced by the same."""

    def enter_argument(self, node: Any, *_: Any) -> Any:
        chance = Random(repr(node.value))
        match node.name.value:
            case "first" if isinstance(node.value, IntValueNode) and chance.random() < 0.9:
                size = 1 + abs(int(node.value.value)) % 20
                return replace(node, value=IntValueNode(value=str(size)))
            case "after" if chance.random() < 0.9:
                return REMOVE
            case "id" | "ids":
                return replace(node, value=_known(node.value, chance))
        return None

    def enter_object_field(self, node: Any, *_: Any) -> Any:
        chance = Random(repr(node.value))
        name = node.name.value
        if name in {"id", "within", "eq", "in"} or name.endswith(("nId", "rId", "lId", "yIds")):
            return replace(node, value=_known(node.value, chance))
        if name == "seenVersion" and chance.random() < 0.7:
            return replace(node, value=IntValueNode(value=str(chance.randint(1, 4))))
        return None


def _known(value: Any, chance: Random) -> Any:
    if isinstance(value, ListValueNode):
        return replace(value, values=tuple(_known(one, chance) for one in value.values))
    if isinstance(value, StringValueNode) and chance.random() < 0.7:
        return StringValueNode(value=chance.choice(IDS), block=False)
    return value


def map_body(_context: Any, body: Any) -> Any:
    return visit(body, Reachable())


tally: Counter[str] = Counter()


def answers_as_promised(_context: Any, response: Any, case: Any) -> None:
    """No fault of ours, nothing of the inside, and every error under a code that Apollo knows."""
    assert response.status_code == 200, f"{response.status_code}: {response.text[:500]}"
    answer = response.json()
    assert set(answer) <= {"data", "errors"}, answer
    for error in answer.get("errors", ()):
        assert error["extensions"]["code"] in CODES, error
        assert not any(word in error["message"] for word in INSIDE), error
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    tally[", ".join(sorted(codes)) or "data"] += 1
    with open(os.environ["ATTAIN_TALLY"], "w") as file:
        json.dump(tally, file)


schemathesis.hook(map_body)
schemathesis.check(answers_as_promised)
