"""Ids on the wire: what kind of thing, an underscore, its UUID, as in `goal_0192…`.

A phone can make one itself, a log shows what it means, and an id of the wrong kind is refused
before any look-up. Each id has one spelling: lower case, with hyphens.
"""

import re
from uuid import UUID

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KIND = re.compile(r"[a-z]+(?:_[a-z]+)*")


class NotAnId(ValueError):
    """The text is no id of the kind that is asked for. Its message names the form expected."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"The id must be that of a {kind.replace('_', ' ')}: {kind}_<uuid>.")
        self.kind = kind


def encode(kind: str, uuid: UUID) -> str:
    """The id on the wire of the thing `uuid` of this kind."""
    if _KIND.fullmatch(kind) is None:
        raise ValueError(f"{kind!r} is no kind: kinds are lower-case words joined by underscores.")
    return f"{kind}_{uuid}"


def decode(text: str, kind: str) -> UUID:
    """The UUID in an id of this kind. Raises NotAnId."""
    found = text.removeprefix(f"{kind}_")
    if len(found) == len(text) or _UUID.fullmatch(found) is None:
        raise NotAnId(kind)
    return UUID(found)


def kind_of(text: str) -> str:
    """The kind that an id names, for `node(id:)`. Raises NotAnId."""
    kind, _, found = text.rpartition("_")
    if _KIND.fullmatch(kind) is None or _UUID.fullmatch(found) is None:
        raise NotAnId("node")
    return kind
