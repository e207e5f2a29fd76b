"""`node` and `nodes`: whatever has an id, by its id.

An id that is unknown, of another organisation, of no kind we know, or of something the caller may
not see is answered alike, with null.
"""

from typing import Any

import strawberry

from domain.errors import Invalid
from schema.context import Info
from schema.reading.fields import READS, argument, with_arguments
from schema.reading.plan import Planner
from schema.typed_ids import NotAnId, decode, kind_of

MOST_NODES = 100


def node(description: str) -> Any:
    """The root field for one id."""

    async def resolve(root: Any, info: Info, **given: Any) -> Any:
        (found,) = await nodes_by_id(info, [given["id"]])
        return found

    said = "The thing's id."
    return with_arguments(
        [argument("id", strawberry.ID, said)],
        strawberry.field(resolver=resolve, description=description, metadata={READS: True}),
    )


def nodes(description: str) -> Any:
    """The root field for many ids."""

    async def resolve(root: Any, info: Info, **given: Any) -> Any:
        if len(given["ids"]) > MOST_NODES:
            raise Invalid(f"At most {MOST_NODES} ids at once.", path=("ids",))
        return await nodes_by_id(info, given["ids"])

    said = f"The things' ids, at most {MOST_NODES}."
    return with_arguments(
        [argument("ids", list[strawberry.ID], said)],
        strawberry.field(resolver=resolve, description=description, metadata={READS: True}),
    )


async def nodes_by_id(info: Info, texts: list[str]) -> list[Any]:
    """What the caller sees of these, one statement for each kind among them."""
    planner = Planner(info._raw_info)
    asked = {text: kind for text in texts if (kind := _kind(text)) in planner.kinds}
    found: dict[str, Any] = {}
    for kind in dict.fromkeys(asked.values()):
        ids = {text: decode(text, kind) for text, its in asked.items() if its == kind}
        rows = await info.context.reader.by_id(planner.selection_of_kind(kind), ids.values())
        found |= {text: rows.get(id) for text, id in ids.items()}
    return [found.get(text) for text in texts]


def _kind(text: str) -> str | None:
    try:
        return kind_of(text)
    except NotAnId:
        return None
