"""Entering a table: the one place where rows of a stored type come into a statement.

Whoever enters rows says `seen`, which adds the organisation and the type's visibility to their
conditions. There is no other way to a stored type's source in this package.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from auth.actor import Actor
from schema.storage import StoredType


@dataclass(slots=True)
class Aliases:
    """Names for the rows of one statement, each given once."""

    given: int = 0

    def next(self) -> str:
        self.given += 1
        return f"r{self.given}"


@dataclass(slots=True)
class Level:
    """One FROM: rows of a type under an alias, and what is joined to them.

    Rows that these lead to one by one stand in the same FROM, as levels that share `joins`.
    """

    stored: StoredType
    actor: Actor
    aliases: Aliases
    joins: list[str] = field(default_factory=list)
    row: str = ""
    _shared: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.row = self.row or self.aliases.next()

    def beside(self, stored: StoredType) -> "Level":
        """Rows of another type in the same FROM."""
        return Level(stored, self.actor, self.aliases, self.joins)

    def below(self, stored: StoredType) -> "Level":
        """Rows of another type in a FROM of their own."""
        return Level(stored, self.actor, self.aliases)

    def sql(self, text: str, key: str = "") -> str:
        """A declaration's SQL over this row; what several declarations share is joined once."""
        names = {}
        for name, shared in self.stored.also.items():
            if f"{{{name}}}" in text:
                names[name] = self._joined(name, shared)
        return text.format(row=self.row, key=key, **names)

    def seen(
        self, conditions: Iterable[str] = (), key: str = "", *, one_by_one: bool = False
    ) -> str:
        """The conditions under which a row is entered: it is of the organisation, the caller sees
        it, and these hold, which are SQL over `{row}` and `{key}`.

        Rows that are fetched by their keys are looked at one by one. Else PostgreSQL may begin with
        everybody whom the caller sees, expecting one where there are thousands.
        """
        visible = self.stored.visible(self.actor)
        where = ["{row}.org_id = :org::uuid", *filter(None, conditions)]
        if visible != "true":
            where.append(f"({visible}) is true" if one_by_one else visible)
        return " and ".join(f"({self.sql(each, key)})" for each in where)

    @property
    def is_hidden(self) -> bool:
        """Whether the caller sees no row of the type, whichever it is."""
        return self.stored.visible(self.actor) == "false"

    def _joined(self, name: str, shared: str) -> str:
        if name not in self._shared:
            self._shared[name] = alias = self.aliases.next()
            text = self.sql(shared)  # which may share others, joined before it
            self.joins.append(f" left join lateral ({text}) {alias} on true")
        return self._shared[name]
