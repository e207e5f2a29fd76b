"""Reading a statement back: where it enters which table, and on which conditions.

Only as much of SQL as the compiler writes: quoted texts, parentheses, FROM and JOIN.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_ENTERED = re.compile(r"\b(from|join) (?:lateral )?([a-z_]+|\()")
_PARENTHESIS = re.compile("[()]")
_ALIAS = re.compile(r" (?:as )?([a-z_][a-z0-9_]*)")
_ENDS = re.compile(
    r" (?:order by|group by|limit|offset|window|having|union|left join|join|cross join)\b"
)
_NO_ALIASES = {"where", "on", "left", "join", "cross", "order", "group", "limit", "inner"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One FROM or JOIN: the table (or the SQL in parentheses), the name its rows have, and what
    must hold of them: the parts of its ON or WHERE that are joined by AND."""

    source: str
    row: str
    conditions: tuple[str, ...]


def entries(statement: str) -> Iterator[Entry]:
    """All entries of a statement, at any depth."""
    blanked = _blanked(statement)
    for found in _ENTERED.finditer(blanked):
        at, source = found.end(), found.group(2)
        if source == "(":
            at = _closing(blanked, found.end() - 1) + 1
            source = statement[found.end() - 1 : at]
        elif blanked[at : at + 1] == "(":
            continue  # a function that gives rows
        alias = _ALIAS.match(blanked, at)
        if alias is not None and alias.group(1) not in _NO_ALIASES:
            row, at = alias.group(1), alias.end()
        else:
            row = source
        word = " on " if found.group(1) == "join" and blanked.startswith(" on ", at) else " where "
        yield Entry(source, row, _conditions(statement, blanked, at, word))


@lru_cache(maxsize=20_000)
def conjuncts(condition: str) -> tuple[str, ...]:
    """The parts of a condition joined by AND, those within parentheses around them included.

    They are remembered: a type's predicate says the same wherever its rows are entered.
    """
    blanked = _blanked(condition)
    while blanked.startswith("(") and _closing(blanked, 0) == len(blanked) - 1:
        condition, blanked = condition[1:-1], blanked[1:-1]
    level = _level(blanked, 0)
    if level.endswith(") is true"):
        return conjuncts(condition.removesuffix(" is true"))
    if " or " in level or level.startswith("case ") or " between " in level:
        return (condition,)
    parts = list(_split(condition, level))
    if len(parts) == 1:
        return (condition,)
    return tuple(each for part in parts for each in conjuncts(part))


def _conditions(statement: str, blanked: str, at: int, word: str) -> tuple[str, ...]:
    """Of what follows an entry: the conditions behind `word` on the same level."""
    level = _level(blanked, at)
    begun = level.find(word)
    if begun < 0:
        return ()
    begun += len(word)
    end = _ENDS.search(level, begun)
    where = level.find(" where ", begun) if word == " on " else -1
    ends = [each for each in (end.start() if end else -1, where) if each >= 0]
    until = min(ends, default=len(level))
    return conjuncts(statement[at + begun : at + until])


def _split(text: str, level: str) -> Iterator[str]:
    at = 0
    for found in re.finditer(" and ", level):
        yield text[at : found.start()]
        at = found.end()
    yield text[at:]


def _level(blanked: str, at: int) -> str:
    """The text from here to the end of its parentheses, what is deeper blanked out."""
    closed, kept = _pairs(blanked), []
    found = _PARENTHESIS.search(blanked, at)
    while found is not None and found.group() == "(":
        opened = found.start()
        end = closed.get(opened, len(blanked))
        kept += [blanked[at : opened + 1], "~" * (end - opened - 1), blanked[end : end + 1]]
        at = end + 1
        found = _PARENTHESIS.search(blanked, at)
    kept.append(blanked[at : found.start() if found else None])
    return "".join(kept)


@lru_cache(maxsize=16)
def _pairs(blanked: str) -> dict[int, int]:
    """Of each parenthesis that is opened: where it is closed."""
    opened, closed = [], {}
    for found in _PARENTHESIS.finditer(blanked):
        if found.group() == "(":
            opened.append(found.start())
        elif opened:
            closed[opened.pop()] = found.start()
    return closed


def _closing(blanked: str, at: int) -> int:
    """Where the parenthesis is closed that is opened here."""
    return at + 1 + len(_level(blanked, at + 1))


def _blanked(statement: str) -> str:
    """The statement with its quoted texts and line ends blanked out, letter for letter."""
    plain = re.sub(r"'[^']*'", lambda text: "'" + "~" * (len(text.group()) - 2) + "'", statement)
    return re.sub(r"\s", " ", plain)
