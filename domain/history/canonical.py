"""The one spelling of an event from which its hash is made.

`hash = SHA-256(previous hash || canonical JSON of the event with its number)`. The chain of an
organisation begins with SHA-256 of its id, so no two organisations share a beginning.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

HASHED = (
    "number",
    "id",
    "act",
    "subject_kind",
    "subject_id",
    "person_id",
    "client_id",
    "via",
    "before",
    "after",
    "reason",
    "recorded_at",
)


def as_json(facts: Mapping[str, Any] | None) -> str | None:
    """JSON with sorted names; decimals, dates and ids as text. Floats are refused."""
    if facts is None:
        return None
    return json.dumps(
        _exact(facts), default=_text, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def beginning(org: UUID) -> bytes:
    """What the first event of an organisation is chained to."""
    return sha256(org.bytes).digest()


def chained(previous: bytes, event: Mapping[str, Any]) -> bytes:
    """The hash of a numbered event. `before` and `after` are JSON text as the database gives it."""
    facts = {name: event[name] for name in HASHED}
    for name in ("before", "after"):
        facts[name] = None if facts[name] is None else json.loads(facts[name], parse_float=_digits)
    text = as_json(facts)
    assert text is not None
    return sha256(previous + text.encode("utf-8", "surrogatepass")).digest()


def _digits(number: str) -> list[str]:
    """A JSON number with a fraction, which only hand-written SQL can have put there: its digits,
    marked so that no text reads like it. Refusing it would leave the event without a number."""
    return ["number", number]


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise TypeError("An event holds no floats; give decimals.")
    if isinstance(value, Mapping):
        return {name: _exact(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    return value


def _text(value: object) -> str:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case UUID():
            return str(value)
        case Enum():
            return str(value.value)
    raise TypeError(f"{type(value).__name__} has no place in an event.")
