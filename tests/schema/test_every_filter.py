"""Every filter and every order of every list is tried once, so that none is only declared."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from domain.ids import new_id
from schema import schema
from tests.people import Company
from tests.schema.asking import answer

QUERY = schema._schema.query_type
assert QUERY is not None
SAMPLES = {
    "String": "x",
    "Int": 1,
    "Decimal": "1.5",
    "Date": "2020-05-29",
    "DateTime": "2020-05-29T12:00:00Z",
    "Boolean": True,
}
KINDS = ("goal", "person", "territory", "account", "product", "sale")


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
    below = "__typename" if name == "salesTotal" else "nodes { __typename } pageInfo { endCursor }"
    return f"query($sent: {shown}) {{ {name}({by}{argument}: $sent) {{ {below} }} }}"


async def test_every_filter_and_order_runs(company: Company) -> None:
    tries = list(_tries())
    assert len(tries) > 45
    auditor = company.actor("Audrey")

    for name, argument, which in tries:
        document = _document(name, argument)
        if argument == "orderBy":
            for direction in ("ASC", "DESC"):
                sent = {"field": which, "direction": direction}
                assert not (await answer(auditor, document, sent=sent)).errors, (name, which)
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
