"""The road on trial: the one place that knows how an operation is run today."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, execute

from api.endpoint import Operation
from auth.actor import Actor, Assurance, Role, Scope
from domain.errors import Refusal
from schema import compiler, schema
from schema.context import Context
from tests.differential.oracle.standing import Caller

GRAPHQL_SCHEMA = schema._schema
GRAPHQL = "GRAPHQL"
"""The code of an error that GraphQL itself made."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the data as JSON holds it, and of each error its path and code."""

    data: Any
    errors: list[tuple[tuple[str | int, ...], str]]
    text: str


async def answer(
    caller: Caller, operation: Operation, sent: Mapping[str, Any], *, by_field: bool = False
) -> Answer:
    """Runs a validated query for this caller: whole, or (as a mutation's payload is read) each
    field at the root by itself."""
    async with Context(_actor(caller)) as context:
        whole = None if by_field else await compiler.answer(operation, sent, context)
        if whole is None:
            running = execute(
                GRAPHQL_SCHEMA,
                operation.document,
                context_value=context,
                variable_values=dict(sent),
                executor_class=schema.execution_context_class,
                operation_extensions=None,
            )
            whole = await running if isawaitable(running) else running
    assert isinstance(whole, ExecutionResult | bytes)
    return _answer(whole)


def _answer(result: ExecutionResult | bytes) -> Answer:
    if isinstance(result, bytes):
        body = _read(result.decode())
        assert list(body) == ["data"], "finished bytes hold data and nothing else"
        return Answer(body["data"], [], result.decode())
    errors = [(tuple(error.path or ()), _code(error)) for error in result.errors or []]
    text = orjson.dumps(result.data).decode()
    return Answer(_read(text), errors, text)


def _read(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_once)
    except ValueError as wrong:
        raise ValueError(f"{wrong}: {text!r}") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), "a response key comes twice"
    return found


def _code(error: Any) -> str:
    origin = error.original_error
    if origin is None or isinstance(origin, GraphQLError):
        return GRAPHQL
    # Whatever is no refusal is a bug of ours: never to be taken for an answer.
    return origin.code if isinstance(origin, Refusal) else f"BUG {origin!r}"


def _actor(caller: Caller) -> Actor:
    is_person = caller.person is not None
    return Actor(
        org=caller.org,
        person=caller.person,
        client=None if is_person else caller.org,
        roles=frozenset(Role(role) for role in caller.roles),
        scopes=frozenset(Scope(scope) for scope in caller.scopes),
        territories=caller.territories,
        session=caller.person,
        assurance=Assurance.PASSWORD if is_person else Assurance.CLIENT_SECRET,
        today=caller.today,
        via="mobile" if is_person else "partner",
        delegators=caller.delegators,
        shares=caller.shares,
    )
