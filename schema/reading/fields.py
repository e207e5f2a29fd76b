"""Fields that read. A type's file names them; none has a body of its own.

`to_one` and `to_many` lead from one stored row to others and were read before they are resolved.
`one`, `page` and `aggregates` start a read: on a root type, a payload or another plain type.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from auth.actor import Actor
from domain.errors import Refusal
from schema.context import Info
from schema.reading.ordering import MOST
from schema.reading.plan import Planner, response_path
from schema.storage import STORAGE, By, ToMany, ToOne, stored_type_of

READS = "attain.reads"
MOST_GROUPS = 200
Named = Callable[[Actor, Mapping[str, Any]], Mapping[str, object]]


def to_one(description: str, at: str | None = None, *, sql: str | None = None) -> Any:
    """Another row, whose id is in the column `at` or is what `sql` over `{row}` gives."""
    storage = ToOne(key=sql or f"{{row}}.{at}")
    return with_arguments(
        [],
        strawberry.field(resolver=_related, description=description, metadata={STORAGE: storage}),
    )


def to_many(
    description: str,
    *,
    foreign_key: str | None = None,
    link: str | None = None,
    key: str = "{row}.id",
    order: By | None = None,
    filter: type | None = None,
    order_by: type | None = None,
) -> Any:
    """A page of other rows: those whose `foreign_key` is this row's `key`, or for which `link`
    holds, SQL over their `{row}` and this row's `{key}`."""
    storage = ToMany(key=key, link=link or f"{{row}}.{foreign_key} = {{key}}", order=order)
    return with_arguments(
        _page_arguments(filter, order_by),
        strawberry.field(resolver=_related, description=description, metadata={STORAGE: storage}),
    )


def _related(root: Any, info: Info, **arguments: str) -> Any:
    found = root.related[response_path(info.path)]
    if isinstance(found, Refusal):
        raise found
    return found


def page(
    description: str,
    *,
    filter: type | None = None,
    order_by: type | None = None,
    where: Callable[[Actor], str] | None = None,
    order: By | None = None,
    named: Named | None = None,
    arguments: Mapping[str, tuple[Any, str]] | None = None,
) -> Any:
    """A list of the type's rows, narrowed by `where` (SQL over `{row}`, for the caller). `named` gives the values
    that a type's source asks for by name, out of further `arguments`."""

    async def resolve(root: Any, info: Info, **given: str) -> Any:
        asked = Planner(info._raw_info).page(given)
        actor = info.context.actor
        values = named(actor, given) if named else {}
        narrowed = where(actor) if where else ""
        return await info.context.reader.page(asked, narrowed, order, values)

    own = [argument(name, kind, said) for name, (kind, said) in (arguments or {}).items()]
    return with_arguments(
        [*own, *_page_arguments(filter, order_by)],
        strawberry.field(resolver=resolve, description=description, metadata={READS: True}),
    )


def one(description: str, key: Callable[[Any, Actor], UUID | None]) -> Any:
    """One row, by an id that the parent or the caller gives; null where the caller sees none."""

    async def resolve(root: Any, info: Info) -> Any:
        wanted = key(root, info.context.actor)
        if wanted is None:
            return None
        selection = Planner(info._raw_info).selection()
        return (await info.context.reader.by_id(selection, [wanted])).get(wanted)

    return strawberry.field(resolver=resolve, description=description, metadata={READS: True})


def aggregates(description: str, *, of: type, filter: type) -> Any:
    """Aggregates over the rows of another stored type, one for each group; `filter` narrows that
    type's rows."""

    async def resolve(root: Any, info: Info, **given: Any) -> Any:
        selection = Planner(info._raw_info).selection()
        rows_of = stored_type_of(of)
        assert rows_of is not None, "the catalogue has refused types that are not stored"
        sent = given.get("filter")
        return await info.context.reader.grouped(selection, rows_of, sent, MOST_GROUPS)

    return with_arguments(
        [_filter_argument(filter)],
        strawberry.field(resolver=resolve, description=description, metadata={READS: True}),
    )


def _page_arguments(filter: type | None, order_by: type | None) -> list[StrawberryArgument]:
    first = argument("first", int, f"How many at most, 1 to {MOST}.", default=20)
    after = argument(
        "after",
        str | None,
        "Go on behind the row with this cursor of the same list.",
        default=strawberry.UNSET,
    )
    arguments = [first, after]
    if order_by is not None:
        said = "In which order. Rows without the value come last."
        arguments.insert(0, argument("order_by", order_by | None, said, default=strawberry.UNSET))
    if filter is not None:
        arguments.insert(0, _filter_argument(filter))
    return arguments


def _filter_argument(filter: type) -> StrawberryArgument:
    return argument(
        "filter",
        filter | None,
        "Which ones; all that you may see, if left out.",
        default=strawberry.UNSET,
    )


def argument(
    name: str, annotation: Any, description: str = "", **default: object
) -> StrawberryArgument:
    return StrawberryArgument(
        name,
        None,
        StrawberryAnnotation(annotation),
        description=description or None,
        **default,  # type: ignore[arg-type]  # only ever `default`
    )


def with_arguments(
    arguments: list[StrawberryArgument], declared: StrawberryField
) -> StrawberryField:
    declared.arguments = arguments
    return declared
