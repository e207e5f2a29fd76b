"""What one request adds to a tree: its arguments, read and checked before anything runs.

What callers send becomes values of parameters. What of it steers the statement (which filters are
there, in which order, about how large a page) becomes text of ours, and that text is part of the
plan's key: two requests share a plan exactly where their statements are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues, get_argument_values

from auth.actor import Actor
from domain.errors import Invalid
from schema.compiler.fields import MOST_NODES, Aggregates, ById, List, Told, aggregated
from schema.compiler.filters import Parameters, conditions
from schema.compiler.keyset import Order
from schema.compiler.ordering import window
from schema.compiler.selection import Place, Tree
from schema.storage import MOST, WIDEST
from schema.typed_ids import NotAnId, decode, kind_of

BUCKETS = (1, 2, 3, 5, 10, 20, 50, MOST, 1_000, WIDEST)
"""Page sizes of which a statement knows. A limit must be part of the text, or the planner takes
it for any number; rounded up, few texts serve all sizes, and a parameter cuts the page."""


@dataclass(frozen=True, slots=True)
class BoundPage:
    """`bucket` rows at most, of which the parameter `first` are shown; `after` and `conditions`
    are SQL over `{row}`; `named` are the parameters that the type's source asks for."""

    bucket: int
    first: str
    order: Order
    after: str | None
    conditions: tuple[str, ...]
    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BoundIds:
    """Ids of these kinds, as two lists of the same length: kinds and UUIDs."""

    asked_kinds: tuple[str, ...]
    kinds: str
    ids: str


@dataclass(frozen=True, slots=True)
class BoundGroups:
    conditions: tuple[str, ...]


Bound = BoundPage | BoundIds | BoundGroups | None


def bound(
    tree: Tree, variables: VariableValues, actor: Actor, parent: object = None
) -> tuple[tuple[Bound, ...], dict[str, object]]:
    """The arguments of each place, and the values of the parameters that they name.

    Raises Invalid and NotPermitted.
    """
    parameters = Parameters()
    places = tuple(_bound(each, variables, actor, parent, parameters) for each in tree.places)
    return places, parameters.values


def _bound(
    place: Place,
    variables: VariableValues,
    actor: Actor,
    parent: object,
    parameters: Parameters,
) -> Bound:
    match place.begin:
        case None | List():
            given = get_argument_values(place.shown, place.node, variables)
            return _page(place, given, actor, parameters)
        case ById(many=many):
            given = get_argument_values(place.shown, place.node, variables)
            return _ids(given["ids"] if many else [given["id"]], place.kinds, parameters)
        case Told(subjects=subjects):
            named = [each for each in subjects(parent) if each[0] in place.kinds]
            return _bound_ids([kind for kind, _ in named], [id for _, id in named], parameters)
        case Aggregates() as begin:
            filter = get_argument_values(place.shown, place.node, variables).get("filter")
            found = conditions(
                aggregated(begin), place.shown.args["filter"], filter, actor, parameters
            )
            return BoundGroups(tuple(found))
    return None


def _page(
    place: Place, given: Mapping[str, Any], actor: Actor, parameters: Parameters
) -> BoundPage:
    begin, stored = place.begin, place.stored
    assert stored is not None, "a page is one of a stored type"
    by = begin.order if isinstance(begin, List) else place.storage and place.storage.order
    most = place.storage.most if place.storage else MOST
    view = window(stored, by or stored.order, given, actor, most)
    bucket = next(size for size in BUCKETS if size >= view.first)
    first = parameters.add(view.first, "int")
    found: tuple[str, ...] = ()
    if given.get("filter"):
        shown = place.shown.args["filter"]
        found = tuple(conditions(stored, shown, given["filter"], actor, parameters))
    after = None
    if view.after is not None:
        after = view.order.after(
            [
                None if value is None else parameters.add(value, key.kind.cast)
                for key, value in zip(view.order.keys, view.after, strict=True)
            ]
        )
    named = {}
    if isinstance(begin, List) and begin.named:
        for name, (value, cast) in begin.named(actor, given).items():
            named[name] = parameters.add(value, cast)
    return BoundPage(bucket, first, view.order, after, found, tuple(named.items()))


def _ids(texts: list[str], kinds: frozenset[str], parameters: Parameters) -> BoundIds:
    if len(texts) > MOST_NODES:
        raise Invalid(f"At most {MOST_NODES} ids at once.", path=("ids",))
    asked = [_kind(text, kinds) for text in texts]
    ids = [kind and decode(text, kind) for text, kind in zip(texts, asked, strict=True)]
    return _bound_ids(asked, ids, parameters)


def _bound_ids(
    kinds: Sequence[str | None], ids: Sequence[object], parameters: Parameters
) -> BoundIds:
    return BoundIds(
        tuple(sorted({kind for kind in kinds if kind})),
        parameters.add(kinds, "text[]"),
        parameters.add(ids, "uuid[]"),
    )


def _kind(text: str, kinds: frozenset[str]) -> str | None:
    try:
        kind = kind_of(text)
    except NotAnId:
        return None
    return kind if kind in kinds else None
