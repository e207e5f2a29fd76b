"""Pages by key: a cursor says after which row to go on, so rows that come and go shift nothing.

A cursor holds the values of the row's order columns and its key, the order they belong to, and a
checksum. It is not a secret and grants nothing: the rows after it pass the same visibility as any.
The checksum turns a damaged cursor into a clear refusal.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from domain.errors import Invalid
from domain.sql import quoted
from schema.compiler.written import WRITERS, in_quotes
from schema.storage import Write

VERSION = 1
LONGEST_CURSOR = 2_500
_CHECKSUM_BYTES = 6
_INTEGERS = 2**63


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one type are written in SQL and in a cursor."""

    cast: str
    write: Write
    read: Callable[[Any], object]


def _integer(value: Any) -> int:
    if type(value) is not int or not -_INTEGERS <= value < _INTEGERS:
        raise ValueError("not an integer")
    return value


def _text(value: Any) -> str:
    if type(value) is not str or "\0" in value:
        raise ValueError("not a text")
    value.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    return value


def _instant(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment


def _number(value: Any) -> Decimal:
    number = Decimal(_text(value))
    if not number.is_finite():
        raise ValueError("not finite")
    return number


KINDS: dict[type, Kind] = {
    str: Kind("text", WRITERS["String"], _text),
    int: Kind("bigint", WRITERS["Int"], _integer),
    date: Kind("date", WRITERS["Date"], lambda value: date.fromisoformat(_text(value))),
    datetime: Kind("timestamptz", WRITERS["DateTime"], _instant),
    Decimal: Kind("numeric", WRITERS["Decimal"], _number),
    UUID: Kind("uuid", in_quotes, lambda value: UUID(_text(value))),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order, as SQL over `{row}`."""

    sql: str
    type: type
    nullable: bool = False

    @property
    def kind(self) -> Kind:
        return KINDS[self.type]


@dataclass(frozen=True, slots=True)
class Order:
    """The columns a page is ordered by, the last of them telling all rows apart. Nulls come last
    either way. `name` is written into cursors, so that one order refuses another's."""

    name: str
    keys: tuple[Key, ...]
    descending: bool

    def by(self, columns: Sequence[str]) -> str:
        """ORDER BY over these columns, one for each key."""
        direction = "desc" if self.descending else "asc"
        return ", ".join(
            f"{column} {direction}" + (" nulls last" if key.nullable else "")
            for key, column in zip(self.keys, columns, strict=True)
        )

    def after(self, parameters: Sequence[str | None]) -> str:
        """SQL that holds for the rows behind the one with these values, given as placeholders;
        None stands for null."""
        if not any(key.nullable for key in self.keys):
            columns = ", ".join(key.sql for key in self.keys)
            return f"({columns}) {self._beyond} ({', '.join(p or 'null' for p in parameters)})"
        return self._after(list(zip(self.keys, parameters, strict=True)))

    def _after(self, keys: list[tuple[Key, str | None]]) -> str:
        (key, parameter), *others = keys
        if parameter is None:
            return f"({key.sql} is null and {self._after(others)})" if others else "false"
        beyond = f"{key.sql} {self._beyond} {parameter}"
        if key.nullable:
            beyond += f" or {key.sql} is null"
        if others:
            beyond += f" or ({key.sql} = {parameter} and {self._after(others)})"
        return f"({beyond})"

    @property
    def _beyond(self) -> str:
        return "<" if self.descending else ">"


def cursor(order: Order) -> str:
    """SQL over `{row}`: the cursor of the row."""
    values = ", ".join(
        f"coalesce({key.kind.write(key.sql)}, 'null')" if key.nullable else key.kind.write(key.sql)
        for key in order.keys
    )
    begun = quoted(f'[{VERSION},"{order.name}",[')
    return (
        "(select translate(encode(substr(sha256(body.packed), 1, 6) || body.packed, 'base64'),"
        " E'+/=\\n', '-_') from (select convert_to("
        f"concat({begun}, concat_ws(',', {values}), ']]'), 'UTF8') as packed offset 0) body)"
    )


def read_cursor(order: Order, cursor: str) -> list[object]:
    """The values in a cursor. Raises Invalid, saying what is wrong with it."""
    try:
        version, name, written = _unpacked(cursor)
    except ValueError:
        raise Invalid(
            "This is not a cursor of ours, or it was damaged on its way.", path=("after",)
        ) from None
    if version != VERSION or name != order.name:
        raise Invalid(
            "This cursor belongs to another list or another order. Start again without `after`.",
            path=("after",),
        )
    try:
        return [
            None if value is None and key.nullable else key.kind.read(value)
            for key, value in zip(order.keys, written, strict=True)
        ]
    except (ValueError, ArithmeticError, TypeError):
        raise Invalid("This cursor holds values that cannot be.", path=("after",)) from None


def _unpacked(cursor: str) -> tuple[object, object, Any]:
    if not 0 < len(cursor) <= LONGEST_CURSOR or not cursor.isascii():
        raise ValueError("not a cursor")
    packed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    checksum, body = packed[:_CHECKSUM_BYTES], packed[_CHECKSUM_BYTES:]
    # Base64 ignores stray characters and the last bits, so the text is compared as well.
    if checksum != _checksum(body) or urlsafe_b64encode(packed).rstrip(b"=").decode() != cursor:
        raise ValueError("damaged")
    version, name, written = json.loads(body)
    return version, name, written


def _checksum(body: bytes) -> bytes:
    return sha256(body).digest()[:_CHECKSUM_BYTES]
