"""Which page a caller asks for: how many rows, in which order, after which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from auth.actor import Actor
from domain.errors import Invalid
from schema.compiler.filters import refuse_hidden
from schema.compiler.keyset import Key, Order, read_cursor
from schema.storage import MOST, By, StoredType, UndeclaredType, Value


@dataclass(frozen=True, slots=True)
class Window:
    """Which page: how many rows, in which order, behind which row."""

    first: int
    order: Order
    after: Sequence[object] | None


def window(
    stored: StoredType, by: By, arguments: Mapping[str, Any], actor: Actor, most: int = MOST
) -> Window:
    """Raises Invalid for a page that cannot be asked for, NotPermitted for a hidden order."""
    first = arguments["first"]
    if not 1 <= first <= most:
        raise Invalid(f"`first` is between 1 and {most}, not {first}.", path=("first",))
    asked = arguments.get("orderBy")
    if asked:
        by = By((asked["field"].value,), asked["direction"].descending)
    order = order_by(stored, by, actor)
    after = arguments.get("after")
    # An empty cursor is no cursor: it is refused, not taken for the beginning.
    return Window(first, order, read_cursor(order, after) if isinstance(after, str) else None)


def order_by(stored: StoredType, by: By, actor: Actor) -> Order:
    """The order's columns, ending with the type's key. Raises NotPermitted."""
    keys = [_key(stored, name, actor) for name in by.fields]
    taken = {key.sql for key in keys}
    own = (Key(f"{{row}}.{column}", kind) for column, kind in stored.key.items())
    keys += [key for key in own if key.sql not in taken]
    direction = "desc" if by.descending else "asc"
    return Order(".".join((stored.name, *by.fields, direction)), tuple(keys), by.descending)


def _key(stored: StoredType, name: str, actor: Actor) -> Key:
    ordered = stored.fields[name]
    if not isinstance(ordered.storage, Value) or ordered.python is None:
        raise UndeclaredType(f"{stored.name} cannot be ordered by {name}.")
    refuse_hidden(stored, ordered, actor)
    # An enum is stored as its text.
    kind = str if issubclass(ordered.python, Enum) else ordered.python
    return Key(ordered.storage.sql, kind, ordered.nullable)
