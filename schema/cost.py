"""What an operation may cost at most, known before anything of it runs.

A scalar costs nothing and an object one point; a page costs one, and what is below it as often as
the page has rows. `schema.cost_rules` knows what each field costs beside that.

Where a page may be longer than others, its rows cost less, but not the pages below them.

Of an interface or a union the dearest type counts, and a fragment counts wherever it is spread. A
selection that stands twice counts twice, also where GraphQL would merge the two. So adding to a
document never makes it cheaper. What a page asks for beyond what reading grants is counted as the
largest page; reading refuses it.

Apart from that the tables are counted: for PostgreSQL a statement is work before it has read a row,
and that work grows with the square of the tables in it.
"""

import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)
from graphql.utilities import value_from_ast_untyped

from schema.cost_rules import COST, WIDE, Rule, Rules, possible_types, rules_of
from schema.storage import MOST, WIDEST

__all__ = ["COST", "Cost", "Costs", "cost_of"]

INTROSPECTED = 100
"""So many objects of the schema's description, which is in memory, cost as much as one row."""
MOST_POINTS = 1_000_000_000
"""Where counting ends: no limit is as high, and JSON still knows the number."""
ABSENT = -1
"""The size of a variable that is not sent and has no default: the argument's own default counts."""
REMEMBERED = 64
"""For so many combinations of page sizes and conditions an operation's cost is remembered."""

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Cost:
    """`points` for the work, `nodes` for the objects that the answer may hold, `tables` for how often
    a statement enters a table, however many rows it reads there."""

    points: int
    nodes: int
    tables: int = field(default=0, compare=False)


def cost_of(
    operation: OperationDefinitionNode, fragments: Fragments, variables: Mapping[str, object]
) -> Cost:
    """The cost of an operation that Attain's schema found valid, with the variables as sent."""
    return _costs().of(operation, fragments, variables)


@cache
def _costs() -> "Costs":
    from schema import schema  # here, since the schema is made of types that name COST

    return Costs(schema._schema)


class Costs:
    """Costs over one schema. Each is remembered for as long as its operation is."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._rules = rules_of(schema)
        self._possible = possible_types(schema)
        self._roots = {
            operation: shown.name
            for operation, shown in (
                ("query", schema.query_type),
                ("mutation", schema.mutation_type),
                ("subscription", schema.subscription_type),
            )
            if shown
        }
        self._known: dict[int, _Known] = {}

    def of(
        self,
        operation: OperationDefinitionNode,
        fragments: Fragments,
        variables: Mapping[str, object],
    ) -> Cost:
        """At least one point, since asking at all costs something."""
        known = self._known.get(id(operation)) or self._meet(operation, fragments)
        sizes = tuple(sent.size(variables) for sent in known.steering)
        cost = known.costs.get(sizes)
        if cost is None:
            counted = self._count(operation, fragments, known.steering, sizes)
            cost = Cost(
                min(max(1, counted.points), MOST_POINTS),
                min(counted.nodes, MOST_POINTS),
                min(counted.tables, MOST_POINTS),
            )
            if len(known.costs) >= REMEMBERED:
                known.costs.clear()
            known.costs[sizes] = cost
        return cost

    def _meet(self, operation: OperationDefinitionNode, fragments: Fragments) -> "_Known":
        identity, known = id(operation), self._known

        def forget(_gone: object) -> None:
            known.pop(identity, None)

        steering = tuple(_steering(operation, fragments))
        made = _Known(weakref.ref(operation, forget), steering)
        known[identity] = made
        return made

    def _count(
        self,
        operation: OperationDefinitionNode,
        fragments: Fragments,
        steering: Sequence["_Steering"],
        sizes: Sequence[int],
    ) -> "_Count":
        given = {sent.name: size for sent, size in zip(steering, sizes, strict=True)}
        counting = _Counting(self._rules, self._possible, fragments, given)
        root = self._roots.get(operation.operation.value, "")
        return counting.selections(operation.selection_set, root)


class _Count(NamedTuple):
    """Points and nodes, once; and for each row of the page of which the type is a connection. What
    of both is for pages is counted apart as well. Tables are entered once, whatever the number of rows."""

    points: int = 0
    nodes: int = 0
    paged_points: int = 0
    paged_nodes: int = 0
    row_points: int = 0
    row_nodes: int = 0
    row_paged_points: int = 0
    row_paged_nodes: int = 0
    tables: int = 0

    def plus(self, other: "_Count") -> "_Count":
        return _Count(*map(sum, zip(self, other, strict=True)))


_NOTHING = _Count()


@dataclass(slots=True)
class _Counting:
    """One operation with certain sizes. Each selection set is counted once for each type that it
    is met on, however often it is spread."""

    rules: Rules
    possible: Mapping[str, frozenset[str]]
    fragments: Fragments
    sizes: Mapping[str, int]
    counted: dict[tuple[int, str], _Count] = field(default_factory=dict)

    def selections(self, selection_set: SelectionSetNode, on: str) -> _Count:
        """What is selected of an object type. Recurs with fields and with fragments, of which a
        document has few, and not with fragments in line, of which it may have hundreds."""
        key = (id(selection_set), on)
        if key in self.counted:
            return self.counted[key]
        self.counted[key] = _NOTHING  # a circle of fragments, which validation refuses, ends here
        counted = _NOTHING
        for selected in self._met(selection_set, on):
            if isinstance(selected, FieldNode):
                counted = counted.plus(self._field(selected, on))
            else:
                counted = counted.plus(self.selections(selected, on))
        self.counted[key] = counted
        return counted

    def _met(
        self, selection_set: SelectionSetNode, on: str
    ) -> Iterator[FieldNode | SelectionSetNode]:
        """The fields, and the selection sets of fragments that are spread, as far as they count."""
        pending = [selection_set]
        while pending:
            for selected in pending.pop().selections:
                if not self._is_included(selected):
                    continue
                if isinstance(selected, FieldNode):
                    yield selected
                elif isinstance(selected, InlineFragmentNode):
                    condition = selected.type_condition
                    if condition is None or self._fits(on, condition.name.value):
                        pending.append(selected.selection_set)
                elif isinstance(selected, FragmentSpreadNode):
                    fragment = self.fragments.get(selected.name.value)
                    if fragment and self._fits(on, fragment.type_condition.name.value):
                        yield fragment.selection_set

    def _fits(self, on: str, condition: str) -> bool:
        return on == condition or on in self.possible.get(condition, ())

    def _field(self, node: FieldNode, on: str) -> _Count:
        rule = self.rules.get(on, {}).get(node.name.value)
        if rule is None:
            return _NOTHING
        below = self._below(node, rule)
        points, nodes = rule.points + below.points, rule.nodes + below.nodes
        tables = below.tables
        if rule.is_row:
            return _Count(
                row_points=points + rule.extra,
                row_nodes=nodes,
                row_paged_points=below.paged_points,
                row_paged_nodes=below.paged_nodes,
                tables=tables,
            )
        if rule.is_description:
            return _Count(points=-(-rule.items * points // INTROSPECTED))
        if rule.first is not None:
            rows = min(self._size(node, "first", rule.first), rule.most)
            is_wide = rule.most > MOST
            points += rule.extra + _rows(rows, below.row_points, below.row_paged_points, is_wide)
            nodes += _rows(rows, below.row_nodes, below.row_paged_nodes, is_wide)
            return _Count(points, nodes, points, nodes, tables=tables)
        items = min(self._size(node, "ids", rule.items), MOST) if rule.is_by_ids else rule.items
        return _Count(
            rule.extra + items * points,
            items * nodes,
            items * below.paged_points,
            items * below.paged_nodes,
            tables=tables,
        )

    def _below(self, node: FieldNode, rule: Rule) -> _Count:
        """Each figure that of the type for which it is largest, but tables of all types together:
        whichever a row turns out to be, the statement is prepared for each. An id says what it is: of so
        many ids, so many types count, the dearest."""
        if node.selection_set is None or not rule.below:
            return _NOTHING._replace(tables=rule.tables)
        counts = [self.selections(node.selection_set, name) for name in rule.below]
        largest = _Count(*map(max, zip(*counts, strict=True)))
        tables = sorted((each.tables for each in counts), reverse=True)
        if rule.is_by_id or rule.is_by_ids:
            most = 1 if rule.is_by_id else min(self._size(node, "ids", rule.items), MOST)
            return largest._replace(tables=sum(each + 1 for each in tables[:most]))
        return largest._replace(tables=sum(tables) + rule.tables)

    def _size(self, node: FieldNode, name: str, default: int) -> int:
        for argument in node.arguments or ():
            if argument.name.value == name:
                size = self._value(argument.value)
                return default if size == ABSENT else size
        return default

    def _is_included(self, selected: SelectionNode) -> bool:
        for directive in selected.directives or ():
            unless = {"include": 0, "skip": 1}.get(directive.name.value)
            if unless is not None and any(
                self._value(argument.value) == unless for argument in directive.arguments or ()
            ):
                return False
        return True

    def _value(self, value: ValueNode) -> int:
        if isinstance(value, VariableNode):
            return self.sizes.get(value.name.value, WIDEST)
        return _size(_plain(value))


@dataclass(frozen=True, slots=True)
class _Steering:
    """A variable on which the cost depends, and its size where it is not sent."""

    name: str
    default: int

    def size(self, variables: Mapping[str, object]) -> int:
        return _size(variables[self.name]) if self.name in variables else self.default


@dataclass(slots=True)
class _Known:
    """What is remembered of an operation: no more than hangs on the operation itself."""

    operation: "weakref.ref[OperationDefinitionNode]"
    steering: tuple[_Steering, ...]
    costs: dict[tuple[int, ...], Cost] = field(default_factory=dict)


def _rows(rows: int, each: int, paged: int, is_wide: bool) -> int:
    """What so many rows count, each of which counts so much, of that so much for pages below it."""
    if not is_wide:
        return rows * each
    return rows * paged - (-rows * (each - paged) // WIDE)


def _size(value: object) -> int:
    """A page's rows, a list's length (one text is a list of one), or a condition as 0 or 1. What
    is none of these is refused when the operation runs; until then it is as dear as can be."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return max(1, min(int(value), WIDEST)) if value == value and abs(value) < 1e9 else WIDEST
    if isinstance(value, list):
        return min(len(value), WIDEST)
    return 1 if isinstance(value, str) else WIDEST


def _plain(value: ValueNode) -> object:
    """A literal, as far as its size matters."""
    if isinstance(value, ListValueNode):
        return [None] * len(value.values)
    if isinstance(value, IntValueNode) and len(value.value) > 9:
        return WIDEST
    return value_from_ast_untyped(value)


def _steering(operation: OperationDefinitionNode, fragments: Fragments) -> Iterator[_Steering]:
    """The variables in pages, lists of ids and conditions of an operation and what it spreads."""
    met = {
        argument.value.name.value
        for argument in _sizes(operation, fragments)
        if isinstance(argument.value, VariableNode)
    }
    for defined in operation.variable_definitions or ():
        name, default = defined.variable.name.value, defined.default_value
        if name in met:
            yield _Steering(name, ABSENT if default is None else _size(_plain(default)))


def _sizes(operation: OperationDefinitionNode, fragments: Fragments) -> Iterator[ArgumentNode]:
    pending, spread = [operation.selection_set], set()
    while pending:
        for selected in pending.pop().selections:
            for directive in selected.directives or ():
                yield from _arguments(directive)
            if isinstance(selected, FieldNode):
                yield from _arguments(selected)
            name = selected.name.value if isinstance(selected, FragmentSpreadNode) else ""
            if name in fragments and name not in spread:
                spread.add(name)
                pending.append(fragments[name].selection_set)
            elif below := getattr(selected, "selection_set", None):
                pending.append(below)


def _arguments(node: FieldNode | DirectiveNode) -> Iterator[ArgumentNode]:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "ids", "if"):
            yield argument
