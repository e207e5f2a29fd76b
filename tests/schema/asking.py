"""Asking the schema as a caller, below HTTP, and the rows that tests ask about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from inspect import isawaitable
from typing import Any
from uuid import UUID

import orjson
from graphql import (
    ExecutionResult,
    OperationDefinitionNode,
    execute,
    parse,
    validate,
)

from api.endpoint import Operation
from auth.actor import Actor
from domain.database import on_behalf_of
from domain.errors import Refusal
from domain.ids import new_id
from schema import compiler, schema
from schema.compiler.running import Read
from schema.context import Context
from schema.typed_ids import encode
from tests.people import Company


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller got, and how many statements it took."""

    data: Any
    errors: list[Any]
    statements: int

    @property
    def refusal(self) -> Refusal:
        """The one expected refusal among the errors."""
        (error,) = self.errors
        origin = error.original_error
        assert isinstance(origin, Refusal), error
        return origin


async def answer(actor: Actor, document: str, **variables: object) -> Answer:
    """Validates and executes a document for this caller, as the endpoint does."""
    operation = _operation(document)
    async with Context(actor) as context:
        whole = await compiler.answer(operation, variables, context)
        if isinstance(whole, bytes):
            return Answer(orjson.loads(whole)["data"], [], context.statements)
        if whole is None:
            running = execute(
                schema._schema,
                operation.document,
                context_value=context,
                variable_values=variables or None,
                executor_class=schema.execution_context_class,
                operation_extensions=None,
            )
            whole = await running if isawaitable(running) else running
        assert isinstance(whole, ExecutionResult)
        data = orjson.loads(orjson.dumps(whole.data))
        statements = context.statements + context.snapshot.statements
        return Answer(data, list(whole.errors or []), statements)


@lru_cache(maxsize=500)
def _operation(document: str) -> Operation:
    parsed = parse(document)
    assert not (faults := validate(schema._schema, parsed)), faults
    (definition,) = (d for d in parsed.definitions if isinstance(d, OperationDefinitionNode))
    return Operation(document, parsed, definition)


def statement(actor: Actor, document: str, **variables: object) -> str:
    """The statement that answers a document."""
    return compiled(actor, document, **variables).plan.statement


def compiled(actor: Actor, document: str, **variables: object) -> Read:
    """The statement that answers a document, with what is sent along."""
    read = compiler.read(_operation(document), variables, actor)
    assert read is not None, "this is compiled"
    return read


async def ask(actor: Actor, document: str, **variables: object) -> Any:
    """The answer's data; there must be no errors."""
    answered = await answer(actor, document, **variables)
    assert not answered.errors, [error.original_error or error for error in answered.errors]
    return answered.data


async def insert(company: Company, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of the company's as they are, whoever reads them."""
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        for row in rows:
            values = {"org_id": company.org, **row}
            places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
            await transaction.execute_query(
                f"insert into {table} ({', '.join(values)}) values ({places}) returning 1",
                list(values.values()),
            )


async def territory(company: Company, name: str, parent: UUID | None = None) -> UUID:
    """A territory within another."""
    made = new_id()
    await insert(company, "territory", [{"id": made, "name": name, "parent_id": parent}])
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into territory_within (org_id, outer_id, inner_id, depth)"
            " select $1::uuid, $2::uuid, $2::uuid, 0 union all"
            " select $1::uuid, outer_id, $2::uuid, depth + 1 from territory_within"
            " where org_id = $1::uuid and inner_id = $3::uuid",
            [company.org, made, parent],
        )
    return made


async def sold(
    company: Company,
    seller: str | None,
    amount: str,
    *,
    on: date = date(2020, 5, 4),
    at: UUID | None = None,
    **values: object,
) -> UUID:
    """One line sold."""
    made = new_id()
    row = {
        "id": made,
        "sold_on": on,
        "person_id": company.ids[seller] if seller else None,
        "territory_id": at,
        "quantity": Decimal(1),
        "amount": Decimal(amount),
        "currency": "USD",
        **values,
    }
    await insert(company, "sale", [row])
    return made


async def goal(company: Company, owner: str, **values: object) -> UUID:
    """An approved goal of May 2020, unless said otherwise."""
    made = new_id()
    row = {
        "id": made,
        "name": f"May of {owner}",
        "owner_id": company.ids[owner],
        "measure": "revenue",
        "starts_on": date(2020, 5, 1),
        "ends_on": date(2020, 5, 31),
        "target": Decimal("1000"),
        "currency": "USD",
        "status": "approved",
        **values,
    }
    await insert(company, "goal", [row])
    return made


def goal_id(uuid: UUID) -> str:
    return encode("goal", uuid)


def person_id(company: Company, name: str) -> str:
    return encode("person", company.ids[name])


def territory_id(uuid: UUID) -> str:
    return encode("territory", uuid)
