"""Wherever a stored type's table is entered, its visibility and the organisation go along.

Each type's predicate is marked: beside what it says, it names the row that it is about and the type.
Then every statement is read back, and each entry of a type's rows has to carry its mark among the
conditions that must hold of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from graphql import GraphQLInputObjectType, OperationDefinitionNode, get_named_type, parse

from api.endpoint import Operation
from auth.actor import Actor, Assurance, Role, Scope
from domain.ids import new_id
from schema import STORED
from schema.storage import StoredType, ToOne
from schema.typed_ids import encode
from tests.catalogue import as_organisation, tell
from tests.people import TODAY, Company
from tests.scenarios.companies import furnished
from tests.schema.asking import answer, statement
from tests.schema.compiler.entries import entries
from tests.schema.compiler.patching import compiler_in_use, new_compiler
from tests.schema.compiler.walking import QUERY, Way, each_step, shortest, ways

REACHED = STORED.keys() - {"SalesPosting"}  # which its mutation's payload alone shows
EACH_TWENTIETH, EACH_FOURTH = 20, 4
SUMMED = {
    "salesTotal": "Sale",
    "blockersByCause": "Blocker",
    "insightsByTopic": "Insight",
    "criterionTrends": "AssessmentScore",
}
_FENCE = re.compile(r"\(select found\.\* from (.+?) found where found\.", re.DOTALL)
_NOTHING: frozenset[Any] = frozenset()


def caller(*roles: Role) -> Actor:
    return Actor(
        org=new_id(), person=new_id(), client=None, roles=frozenset(roles), scopes=_NOTHING,
        territories=_NOTHING, session=new_id(), assurance=Assurance.PASSWORD, today=TODAY, via="web",
    )  # fmt: skip


PARTNER = Actor(
    org=new_id(), person=None, client=new_id(), roles=_NOTHING, scopes=frozenset(Scope),
    territories=frozenset({new_id()}), session=None, assurance=Assurance.CLIENT_SECRET, today=TODAY,
    via="partner",
)  # fmt: skip


@pytest.fixture
def marked() -> Iterator[None]:
    """Every predicate names its type and its row, and is never a mere true or false."""
    with new_compiler() as patched:
        for name, stored in STORED.items():
            patched.setattr(stored, "visible", _marking(name, stored.visible))
        yield


def _marking(name: str, visible: Callable[[Actor], str]) -> Callable[[Actor], str]:
    return lambda actor: f"({visible(actor)} and '{{row}} seen as {name}' <> '')"


def _entered(text: str) -> tuple[Counter[str], list[str]]:
    """How often a statement enters each type's rows, and what is missing where it does."""
    entered: Counter[str] = Counter()
    missing = []
    for entry in entries(text):
        types = _types_of(entry.source)
        if not types or not re.fullmatch(r"r\d+|named", entry.row):
            continue  # SQL of a declaration, which has no rows to show
        marks = [
            name for name in types if f"'{entry.row} seen as {name}' <> ''" in entry.conditions
        ]
        if len(marks) != 1:
            missing.append(f"{entry.source} as {entry.row} without a mark: {entry.conditions}")
        elif not any(
            re.fullmatch(rf"{entry.row}\.org_id = \$\d+(::uuid)?", each)
            for each in entry.conditions
        ):
            missing.append(f"{entry.source} as {entry.row} of any organisation")
        else:
            entered[marks[0]] += 1
    return entered, missing


@cache
def _types_of(source: str) -> tuple[str, ...]:
    return tuple(name for name, stored in STORED.items() if _is_of(source, stored))


def _is_of(source: str, stored: StoredType) -> bool:
    behind = _FENCE.match(source)
    return _bare(behind[1] if behind else source) == _bare(stored.source)


@cache
def _bare(source: str) -> str:
    """SQL with its parameters and their casts made alike."""
    return re.sub(r"(\$\d+|(?<!:):[a-z_][a-z0-9_]*)(::[a-z\[\]]+)?", "?", source)


def _compiled(actor: Actor, document: str, variables: Mapping[str, object]) -> str:
    """The statement of a document that is valid because of how it was made."""
    parsed = parse(document)
    [definition] = parsed.definitions
    assert isinstance(definition, OperationDefinitionNode)
    read = compiler_in_use().read(Operation(document, parsed, definition), variables, actor)
    assert read is not None
    return read.plan.statement


def _variables(way: Way) -> dict[str, object]:
    kind = STORED[way.steps[0].type].kind
    return {"id": f"{kind}_{new_id()}"} if "$id" in way.steps[0].opened else {}


@pytest.mark.usefixtures("marked")
def test_every_way_to_every_type_carries_its_visibility_and_the_organisation() -> None:
    actor = caller(Role.MANAGER, Role.REP)
    walked = [*each_step(), *islice(ways(3), 0, None, EACH_TWENTIETH)]
    assert len(walked) > 400
    ended: Counter[str] = Counter()

    for number, way in enumerate(walked):
        documents = [way.document("__typename", page=("nodes", "edges")[number % 2])]
        if way.steps[-1].is_page:
            documents.append(way.counting())
        for document in documents:
            entered, missing = _entered(_compiled(actor, document, _variables(way)))

            assert missing == [], document
            assert entered[way.type] >= 1, document
            for each in way.types:
                assert entered[each], (each, document)
        ended[way.type] += len(documents)

    assert ended.keys() == REACHED


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    "actor",
    [caller(role) for role in Role] + [PARTNER],
    ids=lambda a: str(next(iter(a.roles), "app")),
)
def test_no_role_enters_a_table_without_them(actor: Actor) -> None:
    # Together the roles go all steps, each of them a part and to every type.
    part = [*Role].index(next(iter(actor.roles))) if actor.roles else 0
    for way in [*shortest().values(), *islice(each_step(), part % EACH_FOURTH, None, EACH_FOURTH)]:
        text = _compiled(actor, way.document("__typename"), _variables(way))

        entered, missing = _entered(text)

        assert missing == []
        assert entered[way.type] >= 1


@pytest.mark.usefixtures("marked")
def test_a_relation_is_filtered_by_only_as_far_as_the_caller_sees_where_it_leads() -> None:
    tried = 0
    for name, argument, field, target in _relations_filtered_by():
        compared = {field: {"eq": f"{target.kind}_{new_id()}"}}
        is_page = "first" in QUERY.fields[name].args
        below = "nodes { __typename }" if is_page else "__typename"
        document = f"query($f: {argument} = null) {{ {name}(filter: $f) {{ {below} }} }}"

        entered, missing = _entered(statement(caller(Role.MANAGER), document, f=compared))

        assert missing == []
        filtered = _entered(statement(caller(Role.MANAGER), document))[0]
        assert entered - filtered == Counter({target.name: 1}), document
        tried += 1
    assert tried >= 9


def _relations_filtered_by() -> Iterator[tuple[str, str, str, StoredType]]:
    for name, field in QUERY.fields.items():
        if "filter" not in field.args:
            continue
        shown = get_named_type(field.args["filter"].type)
        assert isinstance(shown, GraphQLInputObjectType)
        rows = get_named_type(field.type)
        node: Any = get_named_type(rows.fields["nodes"].type) if "nodes" in rows.fields else None
        stored = STORED[node.name if node else SUMMED[name]]
        for input_name in shown.fields:
            compared = stored.fields.get(input_name)
            if compared is not None and isinstance(compared.storage, ToOne):
                yield name, shown.name, input_name, compared.target


def test_the_reading_of_statements_finds_what_it_is_for() -> None:
    guarded = "from goal r1 where (r1.org_id = $1::uuid) and ((x and 'r1 seen as Goal' <> ''))"

    assert _entered(f"select 1 {guarded}") == (Counter(Goal=1), [])
    assert _entered("select 1 from goal r1 where (r1.org_id = $1::uuid)")[1]
    assert _entered(f"select 1 {guarded.replace('$1::uuid', 'r1.org_id')}")[1]
    assert _entered(f"select 1 {guarded.replace(') and (', ') or (')}")[1]
    assert _entered(f"select (select 1 from goal r2 where r2.id = 1) {guarded}")[1]
    assert _entered(f"select 1 from (select 1 {guarded}) r2 left join goal r2 on (true)")[1]
    assert _entered(f"select 1 {guarded} and 'from goal r3' = ''") == (Counter(Goal=1), [])


@pytest_asyncio.fixture(scope="module")
async def full(database: str) -> tuple[Company, Mapping[str, list[str]]]:
    """A company with rows of every type, and their ids by type."""
    connection = await asyncpg.connect(database)
    company = (await furnished(connection, "Osprey", "7300")).company
    await tell(connection, company.org, company.ids["Audrey"])
    await as_organisation(connection, company.org)
    ids: dict[str, list[str]] = {}
    for name, stored in STORED.items():
        ids[name] = []
        if stored.kind:
            [key] = stored.key
            found = await connection.fetch(f"select {key} as id from {stored.source}")
            ids[name] = [encode(stored.kind, row["id"]) for row in found]
    await connection.close()
    return company, ids


@pytest.mark.parametrize("hidden", sorted(REACHED))
async def test_of_a_type_that_nobody_sees_nothing_shows_on_any_way(
    full: tuple[Company, Mapping[str, list[str]]], hidden: str
) -> None:
    company, ids = full
    audrey, stored = company.actor("Audrey"), STORED[hidden]
    auditor = replace(audrey, roles=audrey.roles | {Role.HR})
    below = "id __typename" if stored.kind else "__typename"
    asked = [
        (way, way.document(below), sent)
        for way in each_step()
        if way.type == hidden
        for sent in _ids_for(way, ids)
    ]

    before = [await _shown(auditor, text, sent, hidden, ids[hidden]) for _, text, sent in asked]
    with new_compiler() as patched:
        patched.setattr(stored, "visible", lambda _actor: "false")
        after = [await _shown(auditor, text, sent, hidden, ids[hidden]) for _, text, sent in asked]
        counted = [
            await answer(auditor, way.counting(), **sent)
            for way, _, sent in asked
            if way.steps[-1].is_counted
        ]

    assert any(before)
    assert not any(after)
    assert not [each for each in counted if re.search(r"'totalCount': [^0]", repr(each.data))]


def _ids_for(way: Way, ids: Mapping[str, list[str]]) -> list[dict[str, object]]:
    """For a way that begins at an id, some ids of its kind."""
    if "$id" not in way.steps[0].opened:
        return [{}]
    return [{"id": id} for id in ids[way.steps[0].type][:3]]


async def _shown(
    actor: Actor, document: str, sent: Mapping[str, object], name: str, ids: Sequence[str]
) -> bool:
    """Whether an answer shows a row of the type, by its name or by an id."""
    text = repr((await answer(actor, document, **sent)).data)
    return f"'__typename': '{name}'" in text or any(id in text for id in ids)
