"""The road on trial: the one place that knows how an operation is run today."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import DocumentNode, ExecutionResult, execute

from auth.actor import Actor, Assurance, Role, Scope
from domain.errors import Refusal
from schema import schema
from schema.context import Context
from tests.differential.oracle.standing import Caller

GRAPHQL_SCHEMA = schema._schema
GRAPHQL = "GRAPHQL"
"""The code of an error that GraphQL itself made."""
REFUSES_ROOTS = False
"""Whether a refused argument fails the root field that it stands below, and is found wherever it
stands; ordinary execution refuses the field itself, and only where there is a row to ask it of."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the data as JSON holds it, and of each error its path and code."""

    data: Any
    errors: list[tuple[tuple[str | int, ...], str]]
    text: str


async def answer(caller: Caller, parsed: DocumentNode, sent: Mapping[str, Any]) -> Answer:
    """Runs a validated document with one operation for this caller."""
    async with Context(_actor(caller)) as context:
        running = execute(
            GRAPHQL_SCHEMA, parsed, context_value=context, variable_values=dict(sent)
        )
        result = await running if isawaitable(running) else running
    return _answer(result)


def _answer(result: ExecutionResult | bytes) -> Answer:
    if isinstance(result, bytes):
        body = json.loads(result, object_pairs_hook=_each_once)
        assert list(body) == ["data"], "finished bytes hold data and nothing else"
        return Answer(body["data"], [], result.decode())
    errors = [(tuple(error.path or ()), _code(error)) for error in result.errors or []]
    text = json.dumps(result.data, ensure_ascii=False)
    return Answer(json.loads(text), errors, text)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), "a response key comes twice"
    return found


def _code(error: Any) -> str:
    origin = error.original_error
    if origin is None:
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
    )
