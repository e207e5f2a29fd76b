"""What is answered whole by one statement, and the short list of what is not."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    parse,
)

from api.endpoint import Operation
from auth.actor import Actor, Role, Scope
from domain.errors import Refusal
from domain.history import number_events
from domain.ids import new_id
from schema import STORED, compiler
from schema.catalogue import worked_fields
from tests.catalogue import fill_every_table, tell, try_out
from tests.people import Company
from tests.schema.asking import answer, goal, goal_id, person_id, sold
from tests.schema.compiler.walking import BUILT, QUERY, Way, shortest, ways, whole
from tests.schema.test_every_filter import SAMPLES

DOCUMENTS = sorted((Path(__file__).parents[3] / "documents").glob("*.graphql"))
NOT_WHOLE: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "a mutation: its act runs first, then its payload is read": (
        "mutation($i: GoalSubmitInput!) { goalSubmit(input: $i) { clientMutationId } }",
        {"i": {"clientMutationId": "a", "id": "goal_x", "expectedVersion": 1}},
    ),
    "a subscription: it is a stream": ("subscription { changes { upTo } }", {}),
    "a question about the schema": ("{ __schema { queryType { name } } }", {}),
    "a question about a type": ('{ __type(name: "Goal") { name } }', {}),
    "a question about the schema beside others": (
        "{ me { today } __schema { queryType { name } } }",
        {},
    ),
    "a question about the schema in a fragment": (
        "{ ...F } fragment F on Query { ... { __schema { queryType { name } } } }",
        {},
    ),
    "an answer that is worked out": ("{ payWhatIf { failure } }", {}),
    "an answer that is worked out, beside others and in a fragment": (
        "{ me { today } ...F } fragment F on Query { ... { payWhatIf { failure } } }",
        {},
    ),
    "an argument that is refused": ("{ goals(first: 0) { nodes { id } } }", {}),
    "a cursor that is refused": ('{ goals(after: "x") { nodes { id } } }', {}),
    "a filter that is refused": ('{ goals(filter: {owner: {eq: "x"}}) { nodes { id } } }', {}),
    "a comparison by what is hidden": (
        '{ people(filter: {email: {eq: "x"}}) { nodes { id } } }',
        {},
    ),
    "a variable that does not fit": (
        "query($n: Int!) { goals(first: $n) { nodes { id } } }",
        {"n": "many"},
    ),
    "a null where an argument takes none": (
        "query($n: Int) { goals(first: $n) { nodes { id } } }",
        {"n": None},
    ),
    "a variable that is missing": ("query($n: Int!) { goals(first: $n) { nodes { id } } }", {}),
}
"""By the reason. Ordinary execution says what is wrong, or runs it."""


@lru_cache(maxsize=100)
def operation(text: str) -> Operation:
    parsed = parse(text)
    [definition] = (d for d in parsed.definitions if isinstance(d, OperationDefinitionNode))
    return Operation(text, parsed, definition)


def is_whole(actor: Actor, text: str, **sent: object) -> bool:
    try:
        return compiler.read(operation(text), sent, actor) is not None
    except (Refusal, GraphQLError):
        return False


@pytest.mark.parametrize("reason", NOT_WHOLE)
def test_what_is_not_answered_whole_has_a_reason(company: Company, reason: str) -> None:
    text, sent = NOT_WHOLE[reason]

    assert not is_whole(company.actor("Rui"), text, **sent)


async def test_ordinary_execution_says_what_is_wrong(company: Company) -> None:
    text, sent = NOT_WHOLE["a null where an argument takes none"]

    answered = await answer(company.actor("Rui"), text, **sent)

    [error] = answered.errors
    assert (answered.data, error.path) == (None, ["goals"])
    assert "has invalid value" in error.message
    assert answered.statements == 0


@pytest.mark.parametrize(
    "text",
    [
        "{ __typename }",
        "{ me { __typename } a: me { b: today } }",
        "query($yes: Boolean!) { me @include(if: $yes) { today @skip(if: $yes) } }",
        '{ node(id: "nothing") { id ... on Versioned { version } ...P } } fragment P on Person { name }',
        '{ nodes(ids: ["x", "y"]) { __typename } }',
        "{ salesTotal { lines } performance(by: YEAR) { nodes { attainment } } }",
        "{ history { nodes { subject { ... on Goal { name } } changes { name } } } }",
        "query A($n: Int = 3) { goals(first: $n) { edges { cursor } pageInfo { endCursor } totalCount } }",
    ],
)
def test_everything_else_is_answered_whole(company: Company, text: str) -> None:
    sent = {"yes": True} if "$yes" in text else {}

    assert is_whole(company.actor("Rui"), text, **sent)


@cache
def queries() -> dict[str, str]:
    texts = {path.stem: path.read_text() for path in DOCUMENTS}
    return {
        name: text
        for name, text in texts.items()
        if operation(text).definition.operation is OperationType.QUERY
        and not any(f" {root}(" in text for root in worked_fields(BUILT))
    }


@pytest.mark.parametrize("name", queries())
async def test_our_own_queries_are_answered_whole_for_every_caller(
    company: Company, name: str
) -> None:
    text = queries()[name]
    names = {v.variable.name.value for v in operation(text).definition.variable_definitions or ()}
    every: dict[str, object] = {
        "id": f"cascade_{new_id()}" if "Cascade" in name else goal_id(await goal(company, "Rui")),
        "first": 7, "firstSteps": 6, "firstCheckIns": 5, "firstChildren": 4,
        "retired": True, "soldOn": {"gte": "2020-01-01"},
        "after": None, "afterChild": None, "filter": None, "feedback": None, "unnamed": None, "orderBy": None,
        "person": person_id(company, "Rui"), "since": "2020-01-01",
        "from": "2020-01-01", "to": "2020-12-31", "by": "QUARTER",
        "status": ["APPROVED", "DRAFT"], "territoryIds": [f"territory_{new_id()}"],
    }  # fmt: skip
    all_given = {key: value for key, value in every.items() if key in names}
    assert all_given.keys() == names
    needed: dict[str, object] = {
        key: every[key] for key in ("id", "person", "since") if key in names
    }
    people = [company.actor(person) for person in company.ids]
    assert {role for person in people for role in person.roles} == set(Role)

    for actor in [*people, company.partner(*Scope), company.partner(Scope.TERRITORIES_READ)]:
        for sent in (needed, all_given):
            answered = await answer(actor, text, **sent)

            assert (answered.errors, answered.statements) == ([], 1)


async def full(company: Company, dsn: str) -> Actor:
    """Somebody who sees everything of a company with a row in every table."""
    connection = await asyncpg.connect(dsn)
    await fill_every_table(connection, company.org)
    await tell(connection, company.org, company.ids["Audrey"])
    await try_out(connection, company.org)
    await goal(company, "Rui")
    await sold(company, "Rui", "5.00")
    await connection.close()
    await number_events(company.org)
    audrey = company.actor("Audrey")
    return replace(audrey, roles=audrey.roles | {Role.HR})


TOGETHER = 8
"""Fields that are asked for at once: one that is not compiled has all of them answered otherwise."""


async def test_every_field_of_every_stored_type_is_answered_whole(
    company: Company, database: str
) -> None:
    auditor = await full(company, database)
    asked = 0

    for name in shortest():
        shown, way = BUILT.type_map[name], await _way_to(auditor, name)
        assert isinstance(shown, GraphQLObjectType)
        names = [*shown.fields]
        for some in (names[start : start + TOGETHER] for start in range(0, len(names), TOGETHER)):
            fields = " ".join(whole(each, shown.fields[each]) for each in some)
            answered = await answer(auditor, way.document(fields))

            assert (answered.errors, answered.statements) == ([], 1), fields
            assert [each for each in some if f"'{each}'" not in repr(answered.data)] == [], fields
            asked += len(some)
    reached = shortest().keys()
    assert STORED.keys() - reached == {"SalesPosting"}  # which its mutation's payload alone shows
    assert asked == sum(len(STORED[each].fields) - len(STORED[each].compared) for each in reached)


async def _way_to(auditor: Actor, name: str) -> Way:
    """A way to a row of a type that the caller finds without knowing an id."""
    for way in ways(3):
        names = {step.name for step in way.steps}
        if way.type == name and not names & {"node", "nodes", "subject", "link"}:
            found = (await answer(auditor, way.document("__typename"))).data
            if f"'{name}'" in repr(found):
                return way
    raise AssertionError(f"{name} has no row that the auditor finds.")


async def test_every_argument_is_answered_whole_as_a_variable_and_in_the_document(
    company: Company, database: str
) -> None:
    auditor = await full(company, database)
    tried = set()

    kinds = sorted(stored.kind for stored in STORED.values() if stored.kind)
    for name, text, argument in _arguments():
        for kind in kinds if "ID" in _leaves(argument.type) else kinds[:1]:
            value = _value(argument.type, kind)
            as_variable = text.replace("HEAD", f"query($v: {argument.type})").replace("VALUE", "$v")
            written = _literal(argument.type, value)
            in_document = text.replace("HEAD", "query").replace("VALUE", written)
            if is_whole(auditor, as_variable, v=value):
                break
        for document, sent in ((as_variable, {"v": value}), (in_document, {})):
            answered = await answer(auditor, document, **sent)

            if name.endswith(".after"):
                assert answered.refusal.message.startswith("This is not a cursor"), document
            else:
                assert (answered.errors, answered.statements) == ([], 1), document
        tried.add(name)
    assert len(tried) >= 40


def _arguments() -> Iterator[tuple[str, str, GraphQLArgument]]:
    """Every argument by its name, with a document that gives it as VALUE; HEAD is its beginning."""
    worked = worked_fields(BUILT)
    for name, field in QUERY.fields.items():
        for argument_name, argument in field.args.items() if name not in worked else ():
            by = "by: MONTH, " if "by" in field.args and argument_name != "by" else ""
            text = f"HEAD {{ {name}({by}{argument_name}: VALUE) {{ {_below(field)} }} }}"
            yield f"{name}.{argument_name}", text, argument
    for type_name, way in shortest().items():
        shown = BUILT.type_map[type_name]
        assert isinstance(shown, GraphQLObjectType)
        for name, field in shown.fields.items():
            for argument_name, argument in field.args.items():
                text = way.document(f"{name}({argument_name}: VALUE) {{ {_below(field)} }}")
                text = text.removeprefix("query($id: ID!) ")
                text = text.replace("$id", f'"{STORED[type_name].kind}_{new_id()}"')
                yield f"{type_name}.{name}.{argument_name}", f"HEAD {text}", argument


def _below(field: GraphQLField) -> str:
    return (
        "nodes { __typename }"
        if "nodes" in getattr(get_named_type(field.type), "fields", {})
        else "__typename"
    )


def _value(shown: Any, kind: str) -> Any:
    """A value of an input type with everything in it; ids are of this kind."""
    if isinstance(shown, GraphQLNonNull):
        return _value(shown.of_type, kind)
    if isinstance(shown, GraphQLList):
        return [_value(shown.of_type, kind)]
    if isinstance(shown, GraphQLEnumType):
        return next(iter(shown.values))
    if isinstance(shown, GraphQLInputObjectType):
        own = {"account", "product", "person", "territory", "owner", "parent", "within", "sale"}
        own |= {
            "leader", "coachee", "about", "author", "goal", "giver", "receiver", "asker", "value",
            "manager", "askedBy", "oneToOne", "note", "programme", "assessor", "scorecard",
            "firstVersion",
        }  # fmt: skip
        return {
            name: _value(field.type, _kind_of(name, kind) if name in own else kind)
            for name, field in shown.fields.items()
        }
    return f"{kind}_{new_id()}" if shown.name == "ID" else SAMPLES[shown.name]


def _leaves(shown: Any) -> set[str]:
    """The names of the types of what a value of an input type is made up of."""
    named: Any = get_named_type(shown)
    if isinstance(named, GraphQLInputObjectType):
        return {leaf for field in named.fields.values() for leaf in _leaves(field.type)}
    return {named.name}


def _kind_of(name: str, kind: str) -> str:
    return {
        "owner": "person", "leader": "person", "coachee": "person", "about": "person",
        "manager": "person", "askedBy": "person", "oneToOne": "one_to_one", "author": "person",
        "giver": "person", "receiver": "person", "asker": "person", "assessor": "person",
        "value": "recognition_value", "firstVersion": "scorecard",
        "parent": "territory", "within": "territory",
    }.get(name, name)  # fmt: skip


def _literal(shown: Any, value: Any) -> str:
    """A value as it is written in a document."""
    if isinstance(shown, GraphQLNonNull):
        return _literal(shown.of_type, value)
    if isinstance(shown, GraphQLList):
        return f"[{', '.join(_literal(shown.of_type, each) for each in value)}]"
    if isinstance(shown, GraphQLInputObjectType):
        parts = (
            f"{name}: {_literal(shown.fields[name].type, each)}" for name, each in value.items()
        )
        return f"{{{', '.join(parts)}}}"
    if isinstance(shown, GraphQLEnumType):
        return str(value)
    if isinstance(value, bool | int):
        return str(value).lower()
    return f'"{value}"'


async def test_an_act_is_done_and_then_each_part_of_its_payload_is_one_statement(
    company: Company,
) -> None:
    draft = await goal(company, "Rui", status="draft", no_parent_reason="Alone.")
    document = """mutation($i: GoalSubmitInput!) { goalSubmit(input: $i) {
      clientMutationId errors { __typename } goal { status owner { name } checkIns { totalCount } } } }"""
    sent = {"clientMutationId": "one", "id": goal_id(draft), "expectedVersion": 1}

    answered = await answer(company.actor("Rui"), document, i=sent)

    assert answered.errors == []
    assert answered.data["goalSubmit"]["goal"]["status"] == "SUBMITTED"
    assert answered.statements == 1
