"""What the types with ids of their own have in common."""

import datetime

import strawberry

from schema.storage import column, typed_id


@strawberry.interface(description="Something with an id of its own, which `node` finds again.")
class Node:
    id: strawberry.ID = typed_id("Its id, the same for ever.")


@strawberry.interface(
    description="Something that is edited. Send the version you saw with a change: if somebody else"
    " was quicker, the change is refused."
)
class Versioned:
    version: int = column("Counts the changes; the first version is 1.")
    updated_at: datetime.datetime = column("When it was last changed.")
