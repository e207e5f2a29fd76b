"""What an operation costs is known before it runs, and no way of writing it makes it cheaper."""

import gc
import re
import time
from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import (
    FragmentDefinitionNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_introspection_query,
    get_named_type,
    is_leaf_type,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from schema import schema
from schema.compiler.fields import MOST_NODES
from schema.connections import Connection, CountedConnection
from schema.cost import COST, Cost, Costs, cost_of
from schema.cost_rules import dear
from schema.storage import MOST

DOCUMENTS = sorted((Path(__file__).parents[2] / "documents").glob("*.graphql"))
POINTS, NODES = 5_000, 20_000


def cost(text: str, costs: Costs | None = None, /, **variables: object) -> Cost:
    document = parse(text)
    operation, *_ = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    count = costs.of if costs else cost_of
    return count(operation, fragments, variables)


def points(text: str, **variables: object) -> int:
    return cost(text, **variables).points


PAGE = "goals(first: 10) { nodes { id owner { name } } }"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", Cost(1, 0)),
        ("{ salesTotal { amount lines } }", Cost(1_005, 5)),
        ("{ sales(first: 10) { nodes { amount { amount } } } }", Cost(71, 20)),
        ("{ goals(first: 10) { nodes { actual { amount } attainment } } }", Cost(41, 20)),
        ("{ me { today } }", Cost(1, 1)),
        ("{ me { today roles person { name } } }", Cost(2, 2)),
        ("{ goals { nodes { id } } }", Cost(21, 20)),
        ("{ goals(first: 10) { nodes { id } } }", Cost(11, 10)),
        (f"{{ {PAGE} }}", Cost(21, 20)),
        ("{ goals(first: 10) { edges { cursor node { id owner { name } } } } }", Cost(21, 20)),
        ("{ goals(first: 10) { edges { cursor } } }", Cost(11, 10)),
        ("{ goals(first: 10) { pageInfo { hasNextPage } totalCount } }", Cost(12, 0)),
        ("{ goals(first: 10) { nodes { checkIns(first: 3) { nodes { id } } } } }", Cost(51, 40)),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', Cost(3, 3)),
        ('{ nodes(ids: "a") { id } }', Cost(1, 1)),
    ],
)
def test_objects_cost_one_and_pages_multiply(text: str, expected: Cost) -> None:
    assert cost(text) == expected


def test_an_act_costs_ten_and_what_its_payload_may_show() -> None:
    act = "mutation($i: GoalSubmitInput!) { goalSubmit(input: $i) { clientMutationId %s } }"

    assert cost(act % "") == Cost(10, 0)
    assert cost(act % "goal { id owner { id } }") == Cost(12, 2)
    assert cost(act % "errors { ... on GoalStateError { goal { id } } }") == Cost(20, 10)


def test_of_an_interface_the_dearest_type_counts() -> None:
    node = '{ node(id: "x") { id %s } }'
    cheap, dear = "... on Person { name }", "... on Goal { owner { name } territory { name } }"

    assert points(node % cheap) == 1
    assert points(node % f"{cheap} {dear}") == points(node % dear) == 3
    assert points(node % "... on Node { ... on Goal { owner { name } } }") == 2


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("query($n: Int!) { goals(first: $n) { nodes { id } } }", {"n": 7}, 8),
        ("query($n: Int! = 5) { goals(first: $n) { nodes { id } } }", {}, 6),
        ("query($n: Int! = 5) { goals(first: $n) { nodes { id } } }", {"n": 7}, 8),
        ("query($n: Int) { goals(first: $n) { nodes { id } } }", {}, 21),
        ("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["a"] * 9}, 9),
        ("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": "a"}, 1),
        ("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": []}, 1),
        ("query($b: Boolean!) { me { person @include(if: $b) { name } } }", {"b": True}, 2),
        ("query($b: Boolean!) { me { person @include(if: $b) { name } } }", {"b": False}, 1),
        ("query($b: Boolean! = true) { me { ... @skip(if: $b) { person { name } } } }", {}, 1),
        ("{ me { person @include(if: false) { name } } }", {}, 1),
        ("{ me { person @skip(if: true) @include(if: true) { name } } }", {}, 1),
    ],
)
def test_variables_count_as_they_are_sent(text: str, variables: Any, expected: int) -> None:
    assert cost(text, **variables).points == expected


@pytest.mark.parametrize(
    "first", [101, -1, 0, 10**40, 1e300, None, "7", [1] * 500, {"a": 1}, True, 0.5]
)
def test_a_page_that_cannot_be_asked_for_counts_as_one_that_can(first: object) -> None:
    sent = cost("query($n: Int!) { goals(first: $n) { nodes { id } } }", n=first)

    assert 1 <= sent.points <= 101


@pytest.mark.parametrize("first", ["101", "-1", "0", "9" * 999, "null", '"7"', "{a: 1}", "1e400"])
def test_a_page_written_wrong_counts_as_one_that_can_be_asked_for(first: str) -> None:
    assert 1 <= points(f"{{ goals(first: {first}) {{ nodes {{ id }} }} }}") <= 101


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_our_own_documents_fit_with_their_largest_pages(path: Path) -> None:
    text = path.read_text()
    largest = cost(text, **dict.fromkeys(re.findall(r"\$(first\w*): Int!", text), 100))

    assert largest.points <= POINTS / 3
    assert largest.nodes <= NODES


@pytest.mark.parametrize(
    "text",
    [
        "{ goals(first: 100) { nodes { checkIns(first: 100) { nodes { id } } } } }",
        "{ goals(first: 100) { nodes { checkIns { nodes { goal { checkIns { nodes { id } } } } } } } }",
        "{" + " ".join(f"a{n}: goals(first: 100) {{ totalCount nodes {{ id }} }}" for n in range(50)) + "}",
        "{ people(first: 100) { nodes { "
        + " ".join(f"a{n}: manager {{ manager {{ manager {{ name }} }} }}" for n in range(40))
        + " } } }",
    ],
)  # fmt: skip
def test_hostile_nesting_does_not_fit(text: str) -> None:
    assert points(text) > POINTS


def test_tools_may_ask_for_the_whole_schema_but_not_again_and_again() -> None:
    everything = get_introspection_query()
    types = "__schema { types { fields { args { type { name } } type { name } } } }"

    assert points(everything) < POINTS / 4
    assert points("{" + " ".join(f"a{n}: {types}" for n in range(20)) + "}") > points(everything)


def test_a_type_asked_for_by_its_name_counts_as_the_largest() -> None:
    within = "{ fields { args { type { name } } type { fields { type { name } } } } }"

    by_name = points(f'{{ __type(name: "Goal") {within} }}')

    assert 1 < by_name < points(f"{{ __schema {{ types {within} }} }}")


def test_what_is_declared_dear_costs_what_its_declaration_says() -> None:
    @strawberry.type
    class Row:
        plain: int = 0
        sum: int = dear(strawberry.field(default=0), points=4)

    @strawberry.type
    class Query:
        @strawberry.field(metadata={COST: 50})  # type: ignore[untyped-decorator]  # with metadata
        def rows(self, first: int = 3) -> Connection[Row] | None:
            return None

        sums: list[Row] = dear(strawberry.field(default_factory=list), points=60)

        @strawberry.field
        def counted(self, first: int = 3) -> CountedConnection[Row] | None:
            return None

    costs = Costs(strawberry.Schema(Query)._schema)

    assert cost("{ sums { plain } }", costs) == Cost(65, 5)
    assert cost("{ rows { nodes { plain } } }", costs) == Cost(54, 3)
    assert cost("{ rows { nodes { plain sum } } }", costs) == Cost(66, 3)
    assert cost("{ counted { nodes { plain } totalCount } }", costs) == Cost(14, 3)


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("{ me { today person { name manager { name } } } }", 3),
        ("{ goals(first: 100) { totalCount nodes { target { amount } owner { name } } } }", 3),
        ("{ goals { edges { node { owner { name } } } } }", 2),
        ('{ node(id: "x") { ... on Goal { owner { manager { name } } } } }', 3),
        (
            '{ nodes(ids: ["x", "y"]) { id ... on Goal { owner { manager { name } } } ... on Sale { person { id } } } }',
            5,
        ),
        ("{ salesTotal { amount } }", 1),
        ('{ __type(name: "Goal") { fields { name } } }', 0),
    ],
)
def test_tables_count_once_whatever_the_number_of_rows(text: str, tables: int) -> None:
    assert cost(text).tables == tables


def test_where_a_row_may_be_of_several_types_the_tables_of_each_count() -> None:
    alone = cost("{ history(first: 1) { nodes { subject { id } } } }").tables
    further = "... on Goal { owner { name } } ... on Sale { person { name } product { name } }"
    with_more = cost(f"{{ history(first: 1) {{ nodes {{ subject {{ id {further} }} }} }} }}").tables

    some = "{ insights(first: 1) { nodes { steps { nodes { link { id } } } } } }"

    assert alone > 10
    assert cost(some).tables == 2 + 4  # a link leads to four types, and the history to all
    assert with_more == alone + 3


def test_counting_takes_time_that_grows_with_the_text_only() -> None:
    """Fragments that spread fragments double at each step; abstract types are as many as there
    are types, at each level."""
    doubling = " ".join(
        f"fragment f{n} on Goal {{ owner {{ name }} a: latestDecision {{ id }} ...f{n + 1} ...f{n + 1} }}"
        for n in range(40)
    )
    text = f'{{ node(id: "x") {{ ...f0 }} }} {doubling} fragment f40 on Goal {{ id }}'
    nested = "... on Node { " * 150 + "id" + " }" * 150

    started = time.process_time()
    doubled, flat = cost(text), cost(f'{{ node(id: "x") {{ {nested} }} }}')
    seconds = time.process_time() - started

    assert doubled == Cost(1_000_000_000, 1_000_000_000)
    assert doubled.tables == 1_000_000_000
    assert (flat, flat.tables) == (Cost(1, 1), 1)
    assert seconds < 1.0


def test_the_largest_page_is_the_one_that_reading_grants() -> None:
    assert MOST == MOST_NODES


def test_fragments_in_a_circle_end() -> None:
    text = "{ me { ...a } } fragment a on Me { person { name } ...b } fragment b on Me { ...a }"

    assert points(text) == 2


def test_costs_are_forgotten_with_their_operations() -> None:
    costs = Costs(schema._schema)

    for n in range(20):
        cost(f"query a{n}($n: Int!) {{ {PAGE} goals(first: $n) {{ nodes {{ id }} }} }}", costs, n=n)
    gc.collect()

    assert costs._known == {}


def test_as_many_page_sizes_as_there_are_take_no_more_room_than_some() -> None:
    costs, document = (
        Costs(schema._schema),
        parse("query($n: Int!) { goals(first: $n) { nodes { id } } }"),
    )
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)

    found = [costs.of(operation, {}, {"n": n}).points for n in range(1, 101)]

    assert found == list(range(2, 102))
    (known,) = costs._known.values()
    assert len(known.costs) <= 64


QUERY = schema._schema.query_type
assert QUERY is not None


@st.composite
def selections(draw: st.DrawFn, on: GraphQLObjectType, depth: int) -> list[str]:
    """Some fields of an object type, some of them more than once."""
    shown = {
        name: field
        for name, field in on.fields.items()
        if depth or is_leaf_type(get_named_type(field.type))
    }
    if not shown:
        return ["__typename"]
    names = draw(st.lists(st.sampled_from(sorted(shown)), min_size=1, max_size=3))
    return [draw(selected(name, shown[name], depth)) for name in names]


@st.composite
def selected(draw: st.DrawFn, name: str, field: Any, depth: int) -> str:
    below = get_named_type(field.type)
    given = [f"first: {draw(st.integers(1, 100))}"] if "first" in field.args else []
    given += ['ids: ["a", "b"]'] if "ids" in field.args else []
    given += ['id: "a"'] if "id" in field.args else []
    given += ["by: MONTH"] if "by" in field.args else []
    alias = draw(st.sampled_from(["", "one: ", "two: "]))
    condition = draw(st.sampled_from(["", "", " @include(if: $b)", " @skip(if: $b)"]))
    head = f"{alias}{name}{'(' + ', '.join(given) + ')' if given else ''}{condition}"
    if is_leaf_type(below):
        return head
    if not isinstance(below, GraphQLObjectType):
        chosen = draw(st.sampled_from(schema._schema.get_possible_types(below)))
        within = draw(selections(chosen, depth - 1))
        return f"{head} {{ ... on {chosen.name} {{ {' '.join(within)} }} }}"
    return f"{head} {{ {' '.join(draw(selections(below, depth - 1)))} }}"


@settings(max_examples=40, deadline=None)
@given(parts=selections(QUERY, 5), more=selections(QUERY, 4), b=st.booleans())
def test_adding_a_selection_never_lowers_the_cost(
    parts: list[str], more: list[str], b: bool
) -> None:
    def asked(*parts: str) -> Cost:
        return cost(f"query($b: Boolean!) {{ {' '.join(parts)} }}", b=b)

    alone, both = asked(*parts), asked(*parts, *more)

    assert both.points >= max(alone.points, asked(*more).points)
    assert both.nodes >= max(alone.nodes, asked(*more).nodes)
    assert both.points <= alone.points + asked(*more).points


@settings(max_examples=40, deadline=None)
@given(parts=selections(QUERY, 5), b=st.booleans())
def test_a_copy_in_fragments_or_under_other_names_costs_the_same(parts: list[str], b: bool) -> None:
    head, own = "query($b: Boolean!)", " ".join(parts)
    renamed = own.replace("one: ", "three: ").replace("two: ", "")

    written = cost(f"{head} {{ {own} }}", b=b)

    assert cost(f"{head} {{ {renamed} }}", b=b) == written
    assert cost(f"{head} {{ ... on Query {{ {own} }} }}", b=b) == written
    assert cost(f"{head} {{ ...f }} fragment f on Query {{ ...g }} fragment g on Query {{ {own} }}", b=b) == written  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(text=st.text("{}ab:()$! ...@fgonQuery\n1\"", max_size=60), sent=st.dictionaries(
    st.sampled_from(["b", "n"]), st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none())
))  # fmt: skip
def test_no_document_that_parses_breaks_the_count(text: str, sent: dict[str, object]) -> None:
    try:
        parse(text)
    except Exception:
        text = "query($b: Boolean!, $n: Int!) { goals(first: $n) { nodes { id @skip(if: $b) nothing { here } } } }"  # fmt: skip
    if not any(isinstance(d, OperationDefinitionNode) for d in parse(text).definitions):
        return

    assert cost(text, **sent).points >= 1
