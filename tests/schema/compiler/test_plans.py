"""Plans are everybody's of one standing, hold nobody's values, and do not pile up."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from graphql import OperationDefinitionNode, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from api.endpoint import Operation
from auth.actor import Actor, Assurance, Role, Scope
from domain.ids import new_id
from schema import schema
from schema.compiler import running
from schema.compiler.plans import Kept, Plan
from schema.compiler.running import Compiler, Read
from schema.compiler.selection import Place
from schema.context import Proof
from tests.people import TODAY

GOALS = """query Goals($first: Int, $after: String, $filter: GoalFilter, $short: Boolean = false) {
  goals(first: $first, after: $after, filter: $filter) {
    totalCount nodes { id name @skip(if: $short) owner { email } } } }"""
PEOPLE = """query People($after: String, $filter: PersonFilter) {
  people(after: $after, filter: $filter) { nodes { name } } }"""
SALES = "{ sales(first: 5) { nodes { amount { amount } cost { amount } } } }"


def person(*roles: Role) -> Actor:
    nothing: frozenset[Any] = frozenset()
    return Actor(
        org=new_id(), person=new_id(), client=None, roles=frozenset(roles), scopes=nothing,
        territories=nothing, session=new_id(), assurance=Assurance.PASSWORD, today=TODAY, via="web",
    )  # fmt: skip


def partner(*scopes: Scope) -> Actor:
    return replace(
        person(), person=None, session=None, client=new_id(), scopes=frozenset(scopes),
        territories=frozenset({new_id()}), assurance=Assurance.CLIENT_SECRET,
    )  # fmt: skip


def read(compiler: Compiler, actor: Actor, text: str, **sent: object) -> Read:
    parsed = parse(text)
    [definition] = (d for d in parsed.definitions if isinstance(d, OperationDefinitionNode))
    found = compiler.read(Operation(text, parsed, definition), sent, actor)
    assert found is not None
    return found


def plan(compiler: Compiler, actor: Actor, text: str, **sent: object) -> Plan:
    return read(compiler, actor, text, **sent).plan


@pytest.fixture
def compiler() -> Compiler:
    return Compiler(schema)


def test_people_who_stand_alike_share_a_plan_and_send_values_of_their_own(
    compiler: Compiler,
) -> None:
    one, other = person(Role.MANAGER), replace(person(Role.MANAGER), today=TODAY + timedelta(1))

    first, second = (read(compiler, actor, GOALS, first=5) for actor in (one, other))

    assert first.plan is second.plan
    assert {one.org, one.person, one.today} <= set(first.arguments)
    assert {other.org, other.person, other.today} <= set(second.arguments)
    assert not {one.org, one.person, one.today} & set(second.arguments)
    apps = [plan(compiler, partner(Scope.SALES_READ), SALES) for _ in range(2)]
    assert apps[0] is apps[1]


def test_people_who_stand_differently_never_share_a_plan(compiler: Compiler) -> None:
    callers = [person(), *(person(role) for role in Role), person(Role.REP, Role.MANAGER)]
    callers += [partner(scope) for scope in Scope] + [partner(*Scope)]

    plans = [plan(compiler, actor, SALES) for actor in callers]

    assert len({id(each) for each in plans}) == len(callers)
    assert len({each.statement for each in plans}) >= 5


def test_a_plan_differs_by_what_directives_leave_out(compiler: Compiler) -> None:
    rui = person(Role.REP)

    whole, short = plan(compiler, rui, GOALS, short=False), plan(compiler, rui, GOALS, short=True)

    assert plan(compiler, rui, GOALS, short=True) is short
    assert '"name":' in whole.statement
    assert '"name":' not in short.statement


def test_pages_of_about_the_same_size_share_a_plan(compiler: Compiler) -> None:
    rui = person(Role.REP)

    plans = {n: plan(compiler, rui, GOALS, first=n) for n in range(1, 101)}

    assert plans[4] is plans[5]
    assert plans[21] is plans[50]
    assert plans[5] is not plans[6]
    assert len({id(each) for each in plans.values()}) == 8


def test_other_values_of_the_same_question_share_a_plan(compiler: Compiler) -> None:
    rui = person(Role.REP)

    def asked(**filter: object) -> Plan:
        return plan(compiler, rui, GOALS, filter=filter)

    assert asked(name={"eq": "May"}) is asked(name={"eq": "June"})
    assert asked(name={"in": ["a"]}) is asked(name={"in": ["b", "c"]})
    assert asked(name={"eq": "May"}) is not asked(name={"startsWith": "May"})
    assert asked(whose="MINE") is not asked(whose="TEAM")
    assert asked(current=True) is not asked(current=False)


def test_a_remembered_callers_plan_asks_for_proof_and_is_another(compiler: Compiler) -> None:
    rui = person(Role.REP)
    parsed = parse(SALES)
    [definition] = parsed.definitions
    assert isinstance(definition, OperationDefinitionNode)
    operation = Operation(SALES, parsed, definition)

    proved = compiler.read(
        operation, {}, rui, Proof("exists (select :standing)", {"standing": "s"})
    )

    assert proved is not None
    assert proved.plan.statement.startswith("select case when exists (select $1) then")
    assert "s" in proved.arguments
    assert plan(compiler, rui, SALES) is not proved.plan


def _cursor(*values: object) -> str:
    body = json.dumps([1, "Person.name.asc", values]).encode()
    return urlsafe_b64encode(sha256(body).digest()[:6] + body).rstrip(b"=").decode()


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
OPERATORS = st.sampled_from(["eq", "startsWith"])


@settings(max_examples=30, deadline=None)
@given(text=TEXTS, other=TEXTS, operator=OPERATORS, id=st.uuids(), first=st.integers(6, 10))
def test_nothing_that_a_caller_sends_is_ever_part_of_a_statement(
    text: str, other: str, operator: str, id: UUID, first: int
) -> None:
    compiler, mona = Compiler(schema), person(Role.MANAGER)
    tame = plan(
        compiler, mona, PEOPLE, after=_cursor("x", str(new_id())), filter={"name": {operator: "x"}}
    )
    goals = plan(
        compiler,
        mona,
        GOALS,
        first=8,
        filter={"name": {"in": ["x"]}, "id": {"eq": f"goal_{new_id()}"}},
    )

    hostile = read(
        compiler, mona, PEOPLE, after=_cursor(text, str(id)), filter={"name": {operator: other}}
    )
    listed = plan(
        compiler,
        mona,
        GOALS,
        first=first,
        filter={"name": {"in": [text, other]}, "id": {"eq": f"goal_{id}"}},
    )
    written = plan(
        compiler, mona,
        f"query People {{ people(after: {_quoted(_cursor(text, str(id)))},"
        f" filter: {{name: {{{operator}: {_quoted(other)}}}}}) {{ nodes {{ name }} }} }}",
    )  # fmt: skip

    assert hostile.plan.statement == written.statement == tame.statement
    assert {text, other, id} <= {each for each in hostile.arguments if isinstance(each, str | UUID)}
    assert listed.statement == goals.statement


def _quoted(text: str) -> str:
    return json.dumps(text)


@settings(max_examples=15, deadline=None)
@given(sent=st.lists(TEXTS.map(lambda text: f"canary {text}"), min_size=1, max_size=5))
def test_what_callers_send_beside_a_document_stays_in_no_cache(sent: list[str]) -> None:
    compiler, mona = Compiler(schema), person(Role.MANAGER)
    app = partner(*Scope)
    cursor = _cursor("canary", str(new_id()))

    for actor in (mona, app):
        for text in sent:
            plan(compiler, actor, GOALS, first=5, filter={"name": {"eq": text, "in": sent}})
        plan(compiler, actor, PEOPLE, after=cursor, filter={"title": {"startsWith": sent[0]}})
        plan(compiler, actor, SALES)
        plan(compiler, actor, SALES, unknown="canary")

    kept = list(_kept_in(compiler))
    # Declarations are long to tell, and the same ones are kept again and again.
    told = {str(each) for each in {id(each): each for each in kept}.values()}
    assert not [text for text in told if "canary" in text or cursor in text]
    callers = {mona.org, mona.person, mona.session, app.org, app.client, *app.territories}
    assert not callers & {each for each in kept if isinstance(each, UUID)}
    assert not [text for text in told if any(str(id) in text for id in callers)]


def _kept_in(compiler: Compiler) -> Iterator[object]:
    """Every value in the compiler's caches, keys included; the schema's declarations left out."""
    for cache in vars(compiler).values():
        if isinstance(cache, Kept):
            for key, (value, _) in cache._kept.items():
                yield from _values(key)
                yield from _values(value)


def _values(of: object) -> Iterator[object]:
    if isinstance(of, dict):
        yield from _values(list(of.items()))
    elif isinstance(of, list | tuple | set | frozenset):
        for each in of:
            yield from _values(each)
    elif isinstance(of, Place):
        return  # nodes of the document, whose text is kept anyway
    elif is_dataclass(of) and type(of).__module__.startswith("schema.compiler"):
        for field in fields(of):
            yield from _values(getattr(of, field.name))
    else:
        yield of


HOSTILE: Mapping[str, Callable[[int], tuple[str, dict[str, object]]]] = {
    "comments": lambda n: (f"{{ me {{ today }} }} # {n} {'x' * 2_000}", {}),
    "aliases": lambda n: (f"{{ a{n}: me {{ b{n}: today }} }}", {}),
    "names of operations": lambda n: (f"query N{n} {{ goals {{ nodes {{ name }} }} }}", {}),
    "literals": lambda n: (
        f'{{ goals(filter: {{name: {{eq: "{n}"}}}}) {{ nodes {{ id }} }} }}',
        {},
    ),
    "filters": lambda n: (GOALS, {"first": 1 + n % 100, "filter": _some_filters(n)}),
    "values": lambda n: (GOALS, {"filter": {"name": {"eq": "x" * (n % 1_000)}}}),
    "directives": lambda n: (
        _WITH_DIRECTIVES,
        {f"v{bit}": bool(n >> bit & 1) for bit in range(10)},
    ),
}
_TRIES = {
    "name": {"eq": "x"}, "whose": "MINE", "current": True, "status": {"eq": "DRAFT"},
    "startsOn": {"gte": "2020-01-01"}, "endsOn": {"lt": "2020-01-01"}, "measure": {"eq": "revenue"},
    "owner": {"eq": f"person_{new_id()}"}, "id": {"in": []}, "territory": {"in": []},
}  # fmt: skip
_WITH_DIRECTIVES: str = (
    "query(" + ", ".join(f"$v{n}: Boolean!" for n in range(10)) + ") { me { today "
    + " ".join(f"a{n}: today @include(if: $v{n})" for n in range(10)) + " } }"
)  # fmt: skip


def _some_filters(n: int) -> dict[str, object]:
    return {name: value for bit, (name, value) in enumerate(_TRIES.items()) if n >> bit & 1}


@pytest.mark.parametrize("way", HOSTILE)
def test_no_client_makes_the_caches_grow_beyond_their_bounds(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(running, "OF_DOCUMENTS", 20_000)
    monkeypatch.setattr(running, "OF_PLANS", 100_000)
    compiler, rui = Compiler(schema), person(Role.REP)

    for n in range(300):
        text, sent = HOSTILE[way](n)
        plan(compiler, rui, text, **sent)

    for name, most in {
        "_known": 20_000,
        "_trees": 20_000,
        "_unsent": 20_000,
        "_plans": 100_000,
    }.items():
        cache: Kept[object] = getattr(compiler, name)
        texts = [
            len(each)
            for key, (value, _) in cache._kept.items()
            for part in (key, value if isinstance(value, Plan) else ())
            for each in _values(part)
            if isinstance(each, str)
        ]
        assert cache._weight <= most
        assert sum(texts) <= 2 * most, (name, sum(texts))


def test_what_was_used_last_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "OF_PLANS", 30_000)
    compiler, rui = Compiler(schema), person(Role.REP)
    home = plan(compiler, rui, GOALS, first=5)

    for n in range(200):
        plan(compiler, rui, f"{{ a{n}: goals {{ nodes {{ name }} }} }}")
        assert plan(compiler, rui, GOALS, first=5) is home

    assert len(compiler._plans) < 100
