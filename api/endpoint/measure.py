"""Measuring a document before it is validated, in time that grows with its text only.

Validation itself is what hostile documents attack: fragments that spread fragments double the
work at each step, and fields of one name are compared in pairs. So each definition is measured
once, what fragments bring is added up from those measures as numbers, and a document over a
limit is refused before any rule of GraphQL sees it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

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
        _check_measure(replace(spread_out.of(name), root_fields=0), limits)
    _check_comparisons([*operations, *fragments], {f.name.value: f for f in fragments}, limits)


def _check_measure(found: Measure, limits: DocumentLimits) -> None:
    for limit, count, allowed, noun in (
        ("depth", found.depth, limits.depth, "levels of fields"),
        ("aliases", found.aliases, limits.aliases, "aliases"),
        ("root_fields", found.root_fields, limits.root_fields, "root fields"),
        ("directives", found.directives, limits.directives, "directives"),
        ("selections", found.selections, limits.selections, "selections"),
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
        return found


def _measure(definition: OperationDefinitionNode | FragmentDefinitionNode) -> Measure:
    found = Measure(directives=len(definition.directives or ()))
    for variable in getattr(definition, "variable_definitions", None) or ():
        found.directives += len(variable.directives or ())
        _check_strings(variable.default_value)
    pending: list[tuple[SelectionSetNode, int]] = [(definition.selection_set, 0)]
    while pending:
        selection_set, above = pending.pop()
        for selection in selection_set.selections:
            found.selections += 1
            found.directives += len(selection.directives or ())
            for directive in selection.directives or ():
                _check_arguments(directive)
            if isinstance(selection, FragmentSpreadNode):
                found.spreads.append((selection.name.value, above))
                continue
            if isinstance(selection, FieldNode):
                _count_field(selection, above, found)
                if selection.selection_set:
                    pending.append((selection.selection_set, above + 1))
            elif isinstance(selection, InlineFragmentNode):
                pending.append((selection.selection_set, above))
    return found


def _count_field(node: FieldNode, above: int, found: Measure) -> None:
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


def _check_comparisons(
    definitions: Iterable[OperationDefinitionNode | FragmentDefinitionNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    limits: DocumentLimits,
) -> None:
    """Walks the selections as they would be merged, level by level, and counts pairs on the way.

    A circle of fragments ends at the depth that is allowed, or with the selections.
    """
    comparisons = selections = 0
    pending = [([definition.selection_set], 1) for definition in definitions]
    while pending:
        merged, depth = pending.pop()
        by_name: dict[str, list[FieldNode]] = defaultdict(list)
        for node in _fields(merged, fragments):
            by_name[(node.alias or node.name).value].append(node)
            selections += 1
        for nodes in by_name.values():
            comparisons += len(nodes) * (len(nodes) - 1) // 2
            below = [node.selection_set for node in nodes if node.selection_set]
            if below and depth < limits.depth:
                pending.append((below, depth + 1))
        if comparisons > limits.comparisons:
            raise too_many("comparisons", "fields to merge", comparisons, limits.comparisons)
        if selections > 2 * limits.selections:
            raise too_many("selections", "selections", selections, limits.selections)


def _fields(
    selection_sets: list[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """The fields of selection sets that are merged, each fragment spread out once."""
    pending, spread = list(selection_sets), set()
    while pending:
        for selection in pending.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                pending.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in fragments and name not in spread:
                    spread.add(name)
                    pending.append(fragments[name].selection_set)
