"""Measuring a document before it is validated, in time that grows with its text only.

Validation itself is what hostile documents attack: fragments that spread fragments double the
work at each step, and fields of one name are compared in pairs. So each definition is measured
once, what fragments bring is added up from those measures as numbers, and a document over a
limit is refused before any rule of GraphQL sees it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
)

from api.endpoint.errors import Code, RequestRefused, too_many
from api.endpoint.limits import DocumentLimits


@dataclass(slots=True)
class Measure:
    """Counts of one definition; `spreads` holds (fragment, fields above it) still to be added."""

    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    selections: int = 0
    repeats: int = 0
    spreads: list[tuple[str, int]] = field(default_factory=list)


def check_document(document: DocumentNode, limits: DocumentLimits) -> None:
    """Raises RequestRefused, naming the limit, for a document that exceeds one."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fragments = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
    if len(operations) > limits.operations:
        raise too_many("operations", "operations", len(operations), limits.operations)
    if len(fragments) > limits.fragments:
        raise too_many("fragments", "fragments", len(fragments), limits.fragments)
    spread_out = _FragmentSums({f.name.value: _measure(f) for f in fragments})
    for operation in operations:
        _check_measure(spread_out.total(_measure(operation)), limits)
    for name in spread_out.own:
        _check_measure(spread_out.of(name), limits)


def _check_measure(found: Measure, limits: DocumentLimits) -> None:
    for limit, count, allowed, noun in (
        ("depth", found.depth, limits.depth, "levels of fields"),
        ("aliases", found.aliases, limits.aliases, "aliases"),
        ("root_fields", found.root_fields, limits.root_fields, "root fields"),
        ("directives", found.directives, limits.directives, "directives"),
        ("selections", found.selections, limits.selections, "selections"),
        ("repeats", found.repeats, limits.repeats, "fields of one name in one selection set"),
    ):
        if count > allowed:
            raise too_many(limit, noun, count, allowed)


class _FragmentSums:
    """Each fragment's measure with the fragments it spreads; each is summed once.

    A spread that closes a circle adds nothing: validation refuses the circle. The recursion is
    as deep as there are fragments, which is bounded.
    """

    def __init__(self, own: dict[str, Measure]) -> None:
        self.own = own
        self._sums: dict[str, Measure] = {}
        self._open: set[str] = set()

    def of(self, name: str) -> Measure:
        if name not in self._sums:
            self._open.add(name)
            self._sums[name] = self.total(self.own[name])
            self._open.remove(name)
        return self._sums[name]

    def total(self, own: Measure) -> Measure:
        found = Measure(
            own.depth,
            own.aliases,
            own.root_fields,
            own.directives,
            own.selections,
            own.repeats,
        )
        for name, above in own.spreads:
            if name not in self.own or name in self._open:
                continue
            spread = self.of(name)
            found.depth = max(found.depth, above + spread.depth)
            found.root_fields += spread.root_fields if above == 0 else 0
            found.aliases += spread.aliases
            found.directives += spread.directives
            found.selections += spread.selections
            found.repeats = max(found.repeats, spread.repeats)
        return found


def _measure(definition: OperationDefinitionNode | FragmentDefinitionNode) -> Measure:
    found = Measure(directives=len(definition.directives or ()))
    for variable in getattr(definition, "variable_definitions", None) or ():
        found.directives += len(variable.directives or ())
        _check_strings(variable.default_value)
    # An inline fragment adds to the selection set it stands in, so it shares that one's names.
    names: Counter[str] = Counter()
    pending: list[tuple[SelectionSetNode, int, Counter[str]]] = [
        (definition.selection_set, 0, names)
    ]
    while pending:
        selection_set, above, names = pending.pop()
        for selection in selection_set.selections:
            found.selections += 1
            found.directives += len(selection.directives or ())
            for directive in selection.directives or ():
                _check_arguments(directive)
            if isinstance(selection, FragmentSpreadNode):
                found.spreads.append((selection.name.value, above))
                continue
            if isinstance(selection, FieldNode):
                _count_field(selection, above, names, found)
                if selection.selection_set:
                    pending.append((selection.selection_set, above + 1, Counter()))
            elif isinstance(selection, InlineFragmentNode):
                pending.append((selection.selection_set, above, names))
    return found


def _count_field(node: FieldNode, above: int, names: Counter[str], found: Measure) -> None:
    name = (node.alias or node.name).value
    names[name] += 1
    found.repeats = max(found.repeats, names[name])
    found.depth = max(found.depth, above + 1)
    found.aliases += node.alias is not None
    found.root_fields += above == 0
    _check_arguments(node)


def _check_arguments(node: Node) -> None:
    for argument in getattr(node, "arguments", None) or ():
        _check_strings(argument.value)


def _check_strings(value: Node | None) -> None:
    if value is not None and any("\0" in text for text in _strings(value)):
        raise RequestRefused(
            "A string in the document holds a NUL character.",
            Code.BAD_USER_INPUT,
            is_about_document=True,
        )


def _strings(value: Node) -> Iterator[str]:
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, StringValueNode):
            yield node.value
        elif isinstance(node, ListValueNode):
            pending.extend(node.values)
        elif isinstance(node, ObjectValueNode):
            pending.extend(entry.value for entry in node.fields)
