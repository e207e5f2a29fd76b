"""Named placeholders for hand-written SQL: `:name` in the text, asyncpg's `$n` on the wire."""

import re
from collections.abc import Mapping

from auth.actor import Actor

# A quoted text, which holds no placeholders, or a colon that is not part of a cast (::) and is
# followed by a name.
_PLACEHOLDER = re.compile(r"'[^']*'|(?<!:):([a-z_][a-z0-9_]*)")


def numbered(text: str) -> tuple[str, tuple[str, ...]]:
    """The statement with numbered placeholders, and their names in that order."""
    order: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return match.group(0)
        return f"${order.setdefault(name, len(order) + 1)}"

    return _PLACEHOLDER.sub(number, text), tuple(order)


def bind(text: str, values: Mapping[str, object]) -> tuple[str, list[object]]:
    """The statement with numbered placeholders, and its arguments in that order.

    The same text gives the same statement, so PostgreSQL's prepared statements are shared by all
    callers. Raises KeyError for a placeholder without a value.
    """
    statement, order = numbered(text)
    return statement, [values[name] for name in order]


def quoted(text: str) -> str:
    """A text of our own as a literal; what callers send is never one."""
    return "'" + text.replace("'", "''") + "'"


def viewer(actor: Actor) -> dict[str, object]:
    """The only values by which a read depends on the caller: parameters, never text."""
    return {
        "org": actor.org,
        "person": actor.person,
        "today": actor.today,
        "territories": sorted(actor.territories),
        "roles": sorted(actor.roles),
        "scopes": sorted(actor.scopes),
        "delegators": sorted(actor.delegators),
        "shares": sorted(actor.shares),
    }
