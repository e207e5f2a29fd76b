"""The words of a formula, and where each stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Invalid

LONGEST = 4_000
LONGEST_NUMBER = 30
NEAR = 12


class Fault(Invalid):
    """A formula cannot be read. `at` is the character, counted from 0, at which it goes wrong."""

    def __init__(self, what: str, text: str, at: int) -> None:
        near = text[at : at + NEAR]
        where = f"at character {at + 1}, near `{near}`" if near.strip() else "at the end"
        super().__init__(f"{what} ({where}).", path=("formula",), at=at)
        self.at = at


class Sort(StrEnum):
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    sort: Sort
    text: str
    at: int


_TOKEN = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r'|(?P<text>"[^"\n]{0,200}")'
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*)"
    r"|(?P<sign><=|>=|!=|[-+*/%(),=<>])"
)
_SPACE = re.compile(r"[ \t\n]*")


def tokens(text: str) -> Iterator[Token]:
    """Every word of a formula, and an end. Raises Fault."""
    if len(text) > LONGEST:
        raise Fault(f"A formula has at most {LONGEST} characters", text, LONGEST)
    at = 0
    while (at := _after_space(text, at)) < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Fault("This is no word of a formula", text, at)
        sort = Sort(found.lastgroup or "")
        if sort is Sort.NUMBER and len(found.group()) > LONGEST_NUMBER:
            raise Fault(f"A number has at most {LONGEST_NUMBER} digits", text, at)
        yield Token(sort, found.group(), at)
        at = found.end()
    yield Token(Sort.END, "", len(text))


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
