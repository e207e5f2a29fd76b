"""Every filter, every order and every mutation is tried once, so that none is only declared."""

from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from auth.actor import Actor
from domain.history import number_events
from domain.ids import new_id
from schema import schema
from tests.catalogue import fill_every_table
from tests.people import Company
from tests.schema.asking import answer

QUERY = schema._schema.query_type
assert QUERY is not None
SAMPLES = {
    "String": "x",
    "Int": 1,
    "Decimal": "1.5",
    "Rate": "0.5",
    "Date": "2020-05-29",
    "DateTime": "2020-05-29T12:00:00Z",
    "Boolean": True,
}
KINDS = (
    "goal", "person", "territory", "account", "product", "sale", "measure", "calendar", "opportunity",
    "expense", "goal_template", "pay_plan", "credit", "credit_proposal", "sale_crediting", "crediting_rule",
    "one_to_one", "task", "programme", "note", "recognition_value", "scorecard",
)  # fmt: skip

ENOUGH = ("accessRequestMake", "activityPrefer", "digestPrefer", "insightTell", "noticePrefer")
"""What any message does that can be read, whoever sends it."""


def _values(shown: Any, kind: str) -> Any:
    """A value of an input type with everything in it; ids are of this kind."""
    if isinstance(shown, GraphQLNonNull):
        return _values(shown.of_type, kind)
    if isinstance(shown, GraphQLList):
        return [_values(shown.of_type, kind)]
    if isinstance(shown, GraphQLEnumType):
        return next(iter(shown.values))
    if isinstance(shown, GraphQLInputObjectType):
        return {name: _values(field.type, kind) for name, field in shown.fields.items()}
    return f"{kind}_{new_id()}" if shown.name == "ID" else SAMPLES[shown.name]


def _tries() -> Iterator[tuple[str, str, str]]:
    assert QUERY is not None
    for name, field in QUERY.fields.items():
        if "filter" in field.args:
            shown = get_named_type(field.args["filter"].type)
            assert isinstance(shown, GraphQLInputObjectType)
            for input_name in shown.fields:
                yield name, "filter", input_name
        if "orderBy" in field.args:
            shown = get_named_type(field.args["orderBy"].type)
            assert isinstance(shown, GraphQLInputObjectType)
            order_field = get_named_type(shown.fields["field"].type)
            assert isinstance(order_field, GraphQLEnumType)
            for value in order_field.values:
                yield name, "orderBy", value


def _document(name: str, argument: str) -> str:
    assert QUERY is not None
    shown = get_named_type(QUERY.fields[name].args[argument].type)
    by = "by: MONTH, " if name == "performance" else ""
    is_page = "after" in QUERY.fields[name].args
    below = "nodes { __typename } pageInfo { endCursor }" if is_page else "__typename"
    more, after = (", $after: String", ", after: $after") if is_page else ("", "")
    return f"query($sent: {shown}{more}) {{ {name}({by}{argument}: $sent{after}) {{ {below} }} }}"


async def _two_pages(actor: Actor, document: str, name: str, sent: object) -> None:
    first = await answer(actor, document, sent=sent)
    assert not first.errors, (name, sent, first.errors)
    assert first.data[name]["nodes"], f"{name} shows nothing to order"
    cursor = first.data[name]["pageInfo"]["endCursor"]
    second = await answer(actor, document, sent=sent, after=cursor)
    assert not second.errors, (name, sent, second.errors)
    assert second.data[name]["nodes"] == []


async def test_every_filter_and_order_runs(company: Company, database: str) -> None:
    connection = await asyncpg.connect(database)
    await fill_every_table(connection, company.org)
    await connection.close()
    await number_events(company.org)
    tries = list(_tries())
    assert len(tries) > 45
    auditor = company.actor("Audrey")

    for name, argument, which in tries:
        document = _document(name, argument)
        if argument == "orderBy":
            for direction in ("ASC", "DESC"):
                sent = {"field": which, "direction": direction}
                await _two_pages(auditor, document, name, sent)
            continue
        assert QUERY is not None
        shown = get_named_type(QUERY.fields[name].args["filter"].type)
        assert isinstance(shown, GraphQLInputObjectType)
        refusals = []
        for kind in KINDS:
            sent = {which: _values(shown.fields[which].type, kind)}
            answered = await answer(auditor, document, sent=sent)
            if not answered.errors:
                break
            refusals.append(answered.refusal.message)
        else:
            pytest.fail(f"{name} by {which}: {refusals}")


async def test_every_mutation_answers_a_message_that_says_only_what_it_must(
    company: Company,
) -> None:
    mutation = schema._schema.mutation_type
    assert mutation is not None

    for name, field in mutation.fields.items():
        shown = get_named_type(field.args["input"].type)
        assert isinstance(shown, GraphQLInputObjectType)
        least = {
            each: _values(given.type, "person")
            for each, given in shown.fields.items()
            if isinstance(given.type, GraphQLNonNull)
        }
        document = f"""mutation($input: {shown}!) {{ {name}(input: $input) {{
          clientMutationId errors {{ __typename }} }} }}"""

        answered = await answer(company.actor("Audrey"), document, input=least)

        assert not answered.errors, (name, answered.errors)
        assert answered.data[name]["clientMutationId"] == "x"
        assert answered.data[name]["errors"] or name in ENOUGH, name
