"""Runs compiled reads.

A query is answered whole: tree, bound arguments, plan, one statement, bytes. Where that is not
possible (a mutation, a subscription, a query about the schema, an argument that is refused),
ordinary execution runs, and each of its fields at which a read begins is fetched whole here.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
)
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.schema.schema import Schema

from auth.actor import Actor
from domain.errors import Refusal
from domain.sql import viewer
from schema.catalogue import worked_fields
from schema.compiler.binding import Bound, bound
from schema.compiler.fields import Begin, One
from schema.compiler.nulls import settled_data, settled_field
from schema.compiler.operations import Known, Operation, known_of
from schema.compiler.pieces import MISSING, sql_of
from schema.compiler.plans import Kept, Plan, rights_of
from schema.compiler.selection import Root, Tree, field_tree, operation_tree
from schema.compiler.statement import KEY, Statement
from schema.context import Context, Proof

OF_DOCUMENTS, OF_PLANS = 400_000, 8_000_000
"""How many characters the documents have of which something is kept, which takes some 150 bytes a
character; and the plans' statements, with the documents that they are known by."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The JSON of a field, finished; ordinary execution takes it as it is."""

    json: orjson.Fragment | None
    errors: Sequence[GraphQLError] = ()


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
        self._worked = worked_fields(schema._schema)
        self._known: Kept[Known] = Kept(OF_DOCUMENTS)
        self._trees: Kept[Tree] = Kept(OF_DOCUMENTS)
        self._unsent: Kept[_BoundTree | None] = Kept(OF_DOCUMENTS)
        self._plans: Kept[Plan] = Kept(OF_PLANS)

    async def answer(
        self, operation: Operation, sent: Mapping[str, object], context: Context
    ) -> bytes | ExecutionResult | None:
        """The whole response. None where ordinary execution has to say what is wrong, or where the
        operation is none that is compiled."""
        while True:
            try:
                read = self.read(operation, sent, context.actor, context.proof)
            except (Refusal, GraphQLError):
                return None
            if read is None:
                return None
            text = await context.fetch(
                read.plan.statement, read.arguments, by_sight=read.plan.by_sight
            )
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
        the operation is not compiled, or its variables do not fit. Raises Refusal and GraphQLError.

        With a `proof` the statement gives null where that does not hold."""
        key, rights = (operation.text, operation.name), rights_of(actor)
        known = self._known_of(operation)
        if not known.is_compilable:
            return None
        if sent and operation.definition.variable_definitions:
            arguments = self._bound(operation, known, sent, actor)
        else:
            # Of what nobody has sent there is one version a day for all who stand alike.
            kept = (key, rights, actor.today)
            arguments = self._unsent.get(
                kept, lambda: self._bound(operation, known, sent, actor), _of(operation)
            )
        if arguments is None:
            return None
        sql = proof.sql if proof else None
        plan = self._plans.get(
            (key, arguments.decided, rights, sql, arguments.places),
            lambda: _plan(Statement(actor, arguments.places).whole(arguments.tree), sql),
            lambda made: len(operation.text) + len(made.statement),
        )
        values = {**arguments.values, **viewer(actor), **(proof.values if proof else {})}
        return Read(plan, [values[name] for name in plan.names], arguments.tree)

    def _bound(
        self, operation: Operation, known: Known, sent: Mapping[str, object], actor: Actor
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
            _of(operation),
        )
        places, values = bound(tree, variables, actor)
        return _BoundTree(tree, decided, places, values)

    def _known_of(self, operation: Operation) -> Known:
        key = (operation.text, operation.name)
        return self._known.get(key, lambda: known_of(operation, self._worked), _of(operation))

    async def field(
        self, info: GraphQLResolveInfo[Any], parent: object, begin: Begin, context: Context
    ) -> Finished | None:
        """The value of one field of ordinary execution at which a read begins. Raises Refusal."""
        actor = context.actor
        key = begin.key(parent, actor) if isinstance(begin, One) else None
        if isinstance(begin, One) and key is None:
            return None
        tree, where = self._field_tree(info, context.operation)
        (root,) = tree.roots
        assert isinstance(root, Root)
        places, values = bound(tree, _coerced(info), actor, parent)

        def made() -> Plan:
            return _plan(sql_of(Statement(actor, places).root(root)), None)

        def weight(plan: Plan) -> int:
            return len(context.operation.text if context.operation else "") + len(plan.statement)

        key_of_plan = (where, rights_of(actor), places)
        plan = self._plans.get(key_of_plan, made, weight) if where else made()
        values = {**values, **viewer(actor), KEY: key}
        text = await context.snapshot.value(plan.statement, [values[each] for each in plan.names])
        if MISSING not in text:
            return None if text == "null" else Finished(orjson.Fragment(text))
        settled = settled_field(text, root)
        shown_value = (
            None if settled.value is None else orjson.Fragment(orjson.dumps(settled.value))
        )
        return Finished(shown_value, settled.errors)

    def _field_tree(
        self, info: GraphQLResolveInfo[Any], operation: Operation | None
    ) -> tuple[Tree, Hashable | None]:
        """What a field selects, and where it stands: in which operation, and at which path."""
        shown, variables = info.parent_type.fields[info.field_name], _coerced(info)

        def made() -> Tree:
            return field_tree(
                info.schema, info.operation, info.fragments, variables, shown, info.field_nodes
            )

        if operation is None:
            return made(), None
        known = self._known_of(operation)
        decided = tuple(variables.coerced.get(name) for name in known.deciding)
        path = tuple(key for key in info.path.as_list() if isinstance(key, str))
        where = (operation.text, operation.name, decided, info.parent_type.name, path)
        return self._trees.get(where, made, _of(operation)), where


def _plan(body: str, proof: str | None) -> Plan:
    return Plan.of(
        f"select {body}" if proof is None else f"select case when {proof} then {body} end"
    )


def _of(operation: Operation) -> Callable[[object], int]:
    """What something kept of an operation weighs: its document's length."""
    return lambda _kept: len(operation.text)


def _coerced(info: GraphQLResolveInfo[Any]) -> VariableValues:
    given: Any = info.variable_values
    return given if isinstance(given, VariableValues) else VariableValues({}, dict(given))
