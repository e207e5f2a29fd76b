"""Fields that read. A type's file names them; none has a body of its own.

`to_one`, `to_any` and `to_many` lead from one stored row to others. The rest begin a read: `single`,
`page`, `aggregates`, `node` and `nodes` at the root, `one` on a payload or another plain type.
A resolver runs only where an operation is not compiled whole; then it asks for its field whole.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from auth.actor import Actor
from schema.context import Info
from schema.storage import MOST, STORAGE, By, ToAny, ToMany, ToOne, stored_type_of

BEGINS = "attain.begins"
WORKED = "attain.worked"
"""In the metadata of a root field whose answer is worked out by a function, and not read."""
COMPILER = "attain.compiler"
"""Under this name a built schema carries what fetches its fields."""
MOST_NODES = 100
Named = Callable[[Actor, Mapping[str, Any]], Mapping[str, tuple[object, str]]]


@dataclass(frozen=True, slots=True)
class Single:
    """The read begins at the only row of the type's source."""


@dataclass(frozen=True, slots=True)
class One:
    """At the row whose id the parent gives."""

    key: Callable[[Any, Actor], UUID | None]


@dataclass(frozen=True, slots=True)
class List:
    """At a page of the type's rows, narrowed by `where` (SQL over `{row}`, for the caller). `named`
    gives the values, with their types, that a type's source asks for by name."""

    where: Callable[[Actor], str] | None = None
    order: By | None = None
    named: Named | None = None


@dataclass(frozen=True, slots=True)
class Aggregates:
    """At groups of the rows of another type, whose fields the filter compares."""

    of: type


@dataclass(frozen=True, slots=True)
class ById:
    """At whatever has the id, or the ids, that the caller sends."""

    many: bool


@dataclass(frozen=True, slots=True)
class Told:
    """At the rows that the parent names by kind and id; those that the caller sees of them."""

    subjects: Callable[[Any], Sequence[tuple[str, UUID]]]


Begin = Single | One | List | Aggregates | ById | Told


def to_one(description: str, at: str | None = None, *, sql: str | None = None) -> Any:
    """Another row, whose id is in the column `at` or is what `sql` over `{row}` gives."""
    return _field(description, {STORAGE: ToOne(key=sql or f"{{row}}.{at}")})


def to_any(description: str, *, kind: str, key: str, of: Collection[str] | None = None) -> Any:
    """Another row of whichever type has this kind, which is one `of` these where some are named: SQL
    over `{row}` for its kind and its id."""
    return _field(description, {STORAGE: ToAny(kind=kind, key=key, of=of)})


def to_many(
    description: str,
    *,
    foreign_key: str | None = None,
    link: str | None = None,
    among: str | None = None,
    key: str = "{row}.id",
    order: By | None = None,
    filter: type | None = None,
    order_by: type | None = None,
    most: int = MOST,
) -> Any:
    """A page of other rows: those whose `foreign_key` is this row's `key`, or for which `link`
    holds, SQL over their `{row}` and this row's `{key}`, or whose ids are `among` those that this SQL
    over `{key}` selects. With `most` a page may be that long."""
    link = link or (f"{{row}}.{foreign_key} = {{key}}" if foreign_key else "")
    storage = ToMany(key=key, link=link, among=among, order=order, most=most)
    return _field(description, {STORAGE: storage}, _page_arguments(filter, order_by, most))


def single(description: str) -> Any:
    """The only row that there is of a type for a caller."""
    return _begin(description, Single())


def one(description: str, key: Callable[[Any, Actor], UUID | None]) -> Any:
    """One row, by an id that the parent gives; null where the caller sees none."""
    return _begin(description, One(key))


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
    """A list of the type's rows. `arguments` are further ones, for `named`."""
    own = [argument(name, kind, said) for name, (kind, said) in (arguments or {}).items()]
    begin = List(where, order, named)
    return _begin(description, begin, [*own, *_page_arguments(filter, order_by)])


def aggregates(description: str, *, of: type, filter: type) -> Any:
    """Aggregates over the rows of another stored type, one for each group; `filter` narrows that
    type's rows."""
    return _begin(description, Aggregates(of), [_filter_argument(filter)])


def node(description: str) -> Any:
    """The root field for one id. An id that is unknown, of another organisation, of no kind we
    know, or of something the caller may not see is answered alike, with null."""
    said = argument("id", strawberry.ID, "The thing's id.")
    return _begin(description, ById(many=False), [said])


def nodes(description: str) -> Any:
    """The root field for many ids."""
    said = argument("ids", list[strawberry.ID], f"The things' ids, at most {MOST_NODES}.")
    return _begin(description, ById(many=True), [said])


def told(description: str, subjects: Callable[[Any], Sequence[tuple[str, UUID]]]) -> Any:
    """The rows that the parent names, as far as the caller sees them."""
    return _begin(description, Told(subjects))


def _begin(
    description: str, begin: Begin, arguments: list[StrawberryArgument] | None = None
) -> Any:
    async def resolve(root: Any, info: Info, **_given: Any) -> Any:
        compiler = info._raw_info.schema.extensions[COMPILER]
        return await compiler.field(info._raw_info, root, begin, info.context)

    return with_arguments(
        arguments or [],
        strawberry.field(resolver=resolve, description=description, metadata={BEGINS: begin}),
    )


def _field(
    description: str,
    metadata: Mapping[str, object],
    arguments: list[StrawberryArgument] | None = None,
) -> Any:
    return with_arguments(
        arguments or [],
        strawberry.field(resolver=_never, description=description, metadata=metadata),
    )


def _never(root: Any) -> Any:
    raise RuntimeError("A relation is read with the row that it leads from.")


def _page_arguments(
    filter: type | None, order_by: type | None, most: int = MOST
) -> list[StrawberryArgument]:
    first = argument("first", int, f"How many at most, 1 to {most:,}.", default=20)
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


def aggregated(begin: Aggregates) -> Any:
    """How the rows are stored that are aggregated."""
    return stored_type_of(begin.of)
