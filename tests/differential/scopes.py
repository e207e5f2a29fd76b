"""Which fields may stand beside each other: GraphQL merges those of one response key, and refuses
a document in which they say different things."""

from dataclasses import dataclass, field
from typing import Any

from graphql import is_leaf_type, is_object_type


@dataclass(slots=True)
class Chosen:
    """A field in a selection, as it was first written."""

    parent: Any
    name: str
    arguments: str
    type: Any
    below: "Scope"

    def agrees_with(self, other: "Chosen") -> bool:
        """Whether both may have the same response key; what is below them still has to agree."""
        if (self.name, self.arguments) == (other.name, other.arguments):
            return str(self.type) == str(other.type)
        never_both = self.parent is not other.parent and all(
            is_object_type(each) for each in (self.parent, other.parent)
        )
        return never_both and is_leaf_type_alike(self.type, other.type)


def is_leaf_type_alike(one: Any, other: Any) -> bool:
    named = getattr(one, "of_type", one)
    return str(one) == str(other) and is_leaf_type(named)


@dataclass(slots=True)
class Scope:
    """What is selected at one place of the response, over all fragments that reach it."""

    fields: dict[str, list[Chosen]] = field(default_factory=dict)

    def same(self, key: str, name: str, type_: Any) -> Chosen | None:
        """A field of this name that already has this key."""
        for chosen in self.fields.get(key, []):
            if chosen.name == name and str(chosen.type) == str(type_):
                return chosen
        return None

    def has_room(self, key: str, chosen: Chosen) -> bool:
        return all(chosen.agrees_with(other) for other in self.fields.get(key, []))

    def add(self, key: str, chosen: Chosen) -> None:
        self.fields.setdefault(key, []).append(chosen)

    def takes(self, other: "Scope") -> bool:
        """Whether everything of another scope may stand here too."""
        return all(
            chosen.agrees_with(mine) and mine.below.takes(chosen.below)
            for key, several in other.fields.items()
            for chosen in several
            for mine in self.fields.get(key, [])
        )

    def merge(self, other: "Scope") -> None:
        for key, several in other.fields.items():
            for chosen in several:
                mine = self.same(key, chosen.name, chosen.type)
                if mine is None:
                    below = Scope()
                    below.merge(chosen.below)
                    self.add(
                        key,
                        Chosen(chosen.parent, chosen.name, chosen.arguments, chosen.type, below),
                    )
                else:
                    mine.below.merge(chosen.below)
