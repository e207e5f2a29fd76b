"""Plans are kept by what their statement depends on, and by nobody's person.

The key of a plan: the document and the operation's name, the values of its directives, the
bound places (their text, never their values), and how the caller stands: roles or scopes, and
whether they decide in somebody's place, from which their rights follow. A plan holds no value of
anybody's.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from auth.actor import Actor
from domain.sql import numbered

V = TypeVar("V")
_LOCKED_TWICE = re.compile(
    r"\b(pay_(result|component|line|trial_payee|assignment|on_plan|override)|credit|credit_proposal|comment|mention)\b"
    r"|\breader\b|\bsees_pay\("
)
"""What of a statement's text says that it meets a second lock: the tables and views of pay, what is said of
anything, the table of readers, which stands in the predicate of every row that names them, and what the locks ask."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement as PostgreSQL takes it, and the names of its parameters in order."""

    statement: str
    names: tuple[str, ...]
    by_sight: bool = False
    """Whether it meets a second lock, which takes a label of its own."""

    @classmethod
    def of(cls, text: str) -> "Plan":
        return cls(*numbered(text), by_sight=_LOCKED_TWICE.search(text) is not None)


class Kept(Generic[V]):
    """Values up to a weight together; the least recently used leave first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V], weigh: Callable[[V], int]) -> V:
        """The value kept under the key, else a new one."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found[0]
        made = make()
        weight = weigh(made)
        self._kept[key] = (made, weight)
        self._weight += weight
        while self._weight > self._most:
            _, (_, gone) = self._kept.popitem(last=False)
            self._weight -= gone
        return made

    def __len__(self) -> int:
        return len(self._kept)


def rights_of(actor: Actor) -> Hashable:
    """What of a caller their plans depend on."""
    also = (bool(actor.delegators), bool(actor.shares))
    return (actor.is_system, actor.person is None, actor.roles, actor.scopes, also)
