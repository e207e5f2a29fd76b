"""Runs compiled reads.

A query is answered whole: tree, bound arguments, plan, one statement, bytes. Where that is not
possible (a mutation, a subscription, a query about the schema, an argument that is refused),
ordinary execution runs, and each of its fields at which a read begins is fetched whole here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import (
    DirectiveNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.schema.schema import Schema

from auth.actor import Actor
from domain.errors import Refusal
from domain.sql import viewer
from schema.compiler.binding import Bound, bound
from schema.compiler.fields import Begin, One
from schema.compiler.nulls import settled_data, settled_field
from schema.compiler.pieces import MISSING, sql_of
from schema.compiler.plans import Kept, Plan, standing_of
from schema.compiler.selection import Root, Tree, field_tree, operation_tree
from schema.compiler.statement import KEY, Statement
from schema.context import Context, Proof

MOST_DOCUMENTS = 500
MOST_CHARACTERS = 8_000_000
"""Of all plans' statements together."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The JSON of a field, finished; ordinary execution takes it as it is."""

    json: orjson.Fragment | None
    errors: Sequence[GraphQLError] = ()


class Operation(Protocol):
    """A validated operation with its document's fragments. The document's text and the operation's
    name tell it from others."""

    @property
    def text(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def definition(self) -> OperationDefinitionNode: ...
    @property
    def fragments(self) -> Mapping[str, FragmentDefinitionNode]: ...


@dataclass(frozen=True, slots=True)
class _Known:
    """What a document's plans have in common: the variables on which its selection depends."""

    deciding: tuple[str, ...]
    is_compilable: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A plan, and what is to be sent with it for one caller."""

    plan: Plan
    arguments: Sequence[object]
    tree: Tree


@dataclass(frozen=True, slots=True)
class _BoundTree:
    tree: Tree
    decided: tuple[object, ...]
    places: tuple[Bound, ...]
    values: Mapping[str, object]


class Compiler:
    """For one schema; keeps its plans."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._known: Kept[_Known] = Kept(MOST_DOCUMENTS)
        self._trees: Kept[Tree] = Kept(MOST_DOCUMENTS)
        self._unsent: Kept[_BoundTree | None] = Kept(MOST_DOCUMENTS)
        self._plans: Kept[Plan] = Kept(MOST_CHARACTERS)

    async def answer(
        self, operation: Operation, sent: Mapping[str, object], context: Context
    ) -> bytes | ExecutionResult | None:
        """The whole response. None where ordinary execution has to say what is wrong, or where the
        operation is none that is compiled."""
        while True:
            try:
                read = self.read(operation, sent, context.actor, context.proof)
            except Refusal:
                return None
            if read is None:
                return None
            text = await context.fetch(read.plan.statement, read.arguments)
            if text is not None:
                break
            await context.renew()
        if MISSING not in text:
            return text.encode()
        settled = settled_data(text, read.tree)
        return ExecutionResult(settled.value, settled.errors)

    def read(
        self,
        operation: Operation,
        sent: Mapping[str, object],
        actor: Actor,
        proof: Proof | None = None,
    ) -> Read | None:
        """The one statement that answers a query for this caller, with its arguments. None where
        the operation is not compiled, or its variables do not fit. Raises Refusal.

        With a `proof` the statement gives null where that does not hold."""
        key = (operation.text, operation.name)
        known = self._known.get(key, lambda: _known(operation))
        if not known.is_compilable:
            return None
        if sent and operation.definition.variable_definitions:
            arguments = self._bound(operation, known, sent, actor)
        else:
            # Of what nobody has sent there is one version a day for all who stand alike.
            kept = (key, standing_of(actor), actor.today)
            arguments = self._unsent.get(kept, lambda: self._bound(operation, known, sent, actor))
        if arguments is None:
            return None
        sql = proof.sql if proof else None
        plan = self._plans.get(
            (key, arguments.decided, standing_of(actor), sql, arguments.places),
            lambda: _plan(Statement(actor, arguments.places).whole(arguments.tree), sql),
            lambda made: len(made.statement),
        )
        values = {**arguments.values, **viewer(actor), **(proof.values if proof else {})}
        return Read(plan, [values[name] for name in plan.names], arguments.tree)

    def _bound(
        self, operation: Operation, known: _Known, sent: Mapping[str, object], actor: Actor
    ) -> _BoundTree | None:
        """The operation's tree with its arguments; None where the variables do not fit."""
        definitions = operation.definition.variable_definitions or ()
        variables = get_variable_values(self._schema._schema, definitions, dict(sent))
        if isinstance(variables, list):
            return None
        decided = tuple(variables.coerced.get(name) for name in known.deciding)
        tree = self._trees.get(
            (operation.text, operation.name, decided),
            lambda: operation_tree(
                self._schema._schema, operation.definition, operation.fragments, variables
            ),
        )
        places, values = bound(self._schema, tree, variables, actor)
        return _BoundTree(tree, decided, places, values)

    async def field(
        self, info: GraphQLResolveInfo[Any], parent: object, begin: Begin, context: Context
    ) -> Finished | None:
        """The value of one field of ordinary execution at which a read begins. Raises Refusal."""
        actor = context.actor
        key = begin.key(parent, actor) if isinstance(begin, One) else None
        if isinstance(begin, One) and key is None:
            return None
        shown = info.parent_type.fields[info.field_name]
        variables = _coerced(info)
        tree = field_tree(
            info.schema, info.operation, info.fragments, variables, shown, info.field_nodes
        )
        (root,) = tree.roots
        assert isinstance(root, Root)
        places, values = bound(self._schema, tree, variables, actor, parent)
        plan = _plan(sql_of(Statement(actor, places).root(root)), None)
        values = {**values, **viewer(actor), KEY: key}
        text = await context.snapshot.value(plan.statement, [values[each] for each in plan.names])
        if MISSING not in text:
            return None if text == "null" else Finished(orjson.Fragment(text))
        settled = settled_field(text, root)
        shown_value = (
            None if settled.value is None else orjson.Fragment(orjson.dumps(settled.value))
        )
        return Finished(shown_value, settled.errors)


def _plan(body: str, proof: str | None) -> Plan:
    return Plan.of(
        f"select {body}" if proof is None else f"select case when {proof} then {body} end"
    )


def _known(operation: Operation) -> _Known:
    definition = operation.definition
    finding = _DecidingVariables()
    for node in (definition, *operation.fragments.values()):
        visit(node, finding)
    return _Known(
        tuple(sorted(finding.names)),
        definition.operation is OperationType.QUERY
        and not any(name.startswith("__") for name in _root_names(operation)),
    )


def _root_names(operation: Operation) -> set[str]:
    """The names of all fields at the root, `__typename` apart."""
    names: set[str] = set()
    pending, spread = [definition_set(operation.definition)], set()
    while pending:
        for selected in pending.pop().selections:
            if isinstance(selected, FieldNode):
                names.add(selected.name.value)
            elif (fragment := getattr(selected, "name", None)) is None:
                pending.append(selected.selection_set)
            elif fragment.value not in spread:
                spread.add(fragment.value)
                pending.append(operation.fragments[fragment.value].selection_set)
    return names - {"__typename"}


def definition_set(definition: OperationDefinitionNode) -> Any:
    return definition.selection_set


class _DecidingVariables(Visitor):
    """Finds the variables in `@skip` and `@include`."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)


def _coerced(info: GraphQLResolveInfo[Any]) -> VariableValues:
    given: Any = info.variable_values
    return given if isinstance(given, VariableValues) else VariableValues({}, dict(given))
