"""The caller's idempotency key for one mutation, and a fingerprint of what it was sent with.

Same key and same fingerprint: the stored answer is given again. Same key, other fingerprint: a
conflict. So two inputs must never share a fingerprint unless they are the same input. Values are
written as JSON in which everything JSON cannot tell apart carries a tag: `"5"`, `5`,
`Decimal("5")` and `Decimal("5.0")` all differ.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

_KEY = re.compile(r"[\x21-\x7e]{1,64}")


class InvalidOnceKey(ValueError):
    """The caller's key cannot be kept."""

    def __init__(self) -> None:
        super().__init__("clientMutationId must be 1 to 64 printable ASCII characters, no spaces.")


@dataclass(frozen=True, slots=True)
class Once:
    """`key` is the caller's, `act` the mutation, `fingerprint` the SHA-256 of act and input."""

    key: str
    act: str
    fingerprint: bytes

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise InvalidOnceKey

    @classmethod
    def of(cls, key: str, act: str, input_: Mapping[str, Any]) -> Self:
        """Raises InvalidOnceKey, or TypeError for a value that has no exact canonical form."""
        text = json.dumps([act, canonical(input_)], sort_keys=True, separators=(",", ":"))
        return cls(key, act, sha256(text.encode("ascii")).digest())

    def part(self, name: str) -> Self:
        """The key of one part of the message, of all whose parts it has the fingerprint."""
        return replace(self, key=sha256(f"{self.key} {name}".encode()).hexdigest())


def canonical(value: Any) -> Any:
    """`value` in terms of JSON, so that different values have different texts.

    A list in the result always begins with its tag, so no value can imitate another. Enums are
    asked for first, because a `StrEnum` is a `str` too; `bool` before `int` and `datetime` before
    `date` for the same reason.
    """
    match value:
        case Enum():
            return ["enum", type(value).__name__, value.name]
        case None | bool() | int() | str():
            return value
        case Decimal():
            return ["decimal", str(value)]
        case UUID():
            return ["uuid", value.hex]
        case datetime():
            if value.tzinfo is None:
                raise TypeError("A point in time without its zone has no canonical form.")
            return ["datetime", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case bytes():
            return ["bytes", value.hex()]
        case Mapping():
            if not all(type(name) is str for name in value):
                raise TypeError("Only text names the fields of an input.")
            return {name: canonical(item) for name, item in value.items()}
        case list() | tuple():
            return ["list", *map(canonical, value)]
        case _ if is_dataclass(value) and not isinstance(value, type):
            named = {field.name: canonical(getattr(value, field.name)) for field in fields(value)}
            return ["dataclass", type(value).__name__, named]
    raise TypeError(f"{type(value).__name__} has no canonical form in an input.")
