"""Two companies side by side: nothing of the one shows to the other, whoever asks and however.

As each role of ours, every place in the schema that takes an id is given each id of theirs; the
answer must be, to the letter, the one for an id that does not exist. No answer, header, cursor, log
line or metric holds a word, an amount or an id of theirs, and no row of theirs changes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx2
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_named_type,
    get_nullable_type,
)

from domain.ids import new_id
from tests.people import ROLES
from tests.scenarios import walking
from tests.scenarios.companies import APPS, Furnished, furnished, rows_of
from tests.scenarios.wire import Wire, cursors
from tests.schema.asking import ask

CALLERS = (*sorted(ROLES.keys() - {"Eve", "Sam"}), *APPS)
"""Every role, and every app: Eve is what Mona is, Sam what Rui is."""
FOREMOST = ("Rui", "Mona", "Cora")
"""Between them they may do nearly everything, so they ask most; the others take turns."""
pytestmark = pytest.mark.xdist_group("two companies")
# Digits that stand alone, as an amount does; ids and moments in the logs hold any seven in a row.
THEIRS = re.compile(r"canary|\b8675[0-9]{3}\b|8,675", re.IGNORECASE)


Asked = tuple[str, walking.Place]


def kind_of(id: str) -> str:
    return id.rpartition("_")[0]


def normal(reply: httpx2.Response, *ids: str) -> tuple[int, str]:
    """A reply as it reads when the ids in the question, and what is of the moment, are left out."""
    text = reply.text
    for id in ids:
        text = text.replace(id.rpartition("_")[2], "ID")
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "NEW", text)
    return reply.status_code, re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "NOW", text)


def nothing_of(theirs: Furnished, text: str, *sent: str) -> None:
    """No canary in a text, and no id of theirs but those that the question itself held."""
    for id in sent:
        text = text.replace(id.rpartition("_")[2], "")
    assert not THEIRS.search(text)
    for name, id in theirs.rows.items():
        assert id.rpartition("_")[2] not in text, name


@pytest.fixture(autouse=True, scope="module")
async def nothing_changes(owner: asyncpg.Connection, theirs: Furnished, wire: Wire) -> Any:
    """Whatever the tests here do, no row of theirs changes and nothing of theirs is told."""
    await wire.sign_in(theirs, "Audrey")
    before = await rows_of(owner, theirs)
    assert [table for table, (count, _) in before.items() if not count] == []
    yield
    assert await rows_of(owner, theirs) == before
    told = wire.logged.getvalue() + await wire.metrics()
    assert not THEIRS.search(told)


async def places(wire: Wire, token: str) -> dict[str, list[walking.Place]]:
    """The places that take ids, by the kind that each names when it refuses one of another."""
    found: dict[str, list[walking.Place]] = {kind: [] for kind in walking.KINDS}
    for place in walking.id_arguments():
        kind = place.kind
        if kind is None:
            document = f"query($id: ID!) {{ {place.text} }}"
            refused = (await wire.ask(token, document, id=f"nobody_{new_id()}")).json()
            kind = walking.kind_asked_for(refused["errors"][0]["message"])
        found[kind].append(place)
    return found


def _chunks(found: list[Asked], most: int) -> Iterator[list[Asked]]:
    return (found[start : start + most] for start in range(0, len(found), most))


def batches(taking: Mapping[str, list[walking.Place]]) -> list[tuple[str, list[str]]]:
    """Documents that ask at several places at once, and the kind of id for each variable."""
    pairs = [(kind, place) for kind, found in taking.items() for place in found]
    by_id = [pair for pair in pairs if pair[1].kind]
    others = [pair for pair in pairs if not pair[1].kind]
    documents = []
    for chunk in (*_chunks(by_id, 4), *_chunks(others, 5)):
        declared = ", ".join(f"$i{n}: ID!" for n in range(len(chunk)))
        fields = " ".join(
            f"a{n}: {place.text.replace('$id', f'$i{n}')}" for n, (_, place) in enumerate(chunk)
        )
        documents.append((f"query({declared}) {{ {fields} }}", [kind for kind, _ in chunk]))
    return documents


async def test_every_place_that_takes_an_id_answers_theirs_like_one_that_does_not_exist(
    wire: Wire, ours: Furnished, theirs: Furnished
) -> None:
    taking = await places(wire, await wire.sign_in(ours, "Audrey"))
    assert all(taking.values()), "an id of some kind is taken nowhere"
    assert sum(map(len, taking.values())) > 60

    tokens = {name: await wire.sign_in(ours, name) for name in CALLERS}
    for number, (document, kinds) in enumerate(batches(taking)):
        for name in dict.fromkeys((FOREMOST[number % 3], *CALLERS[number % 8 :: 8])):
            token = tokens[name]
            absent = [f"{kind}_{new_id()}" for kind in kinds]
            foreign = [theirs.of_kind(kind)[-1] for kind in kinds]

            of_absent = await wire.ask(
                token, document, **{f"i{n}": id for n, id in enumerate(absent)}
            )
            of_foreign = await wire.ask(
                token, document, **{f"i{n}": id for n, id in enumerate(foreign)}
            )

            # A question about what is named by these ids is refused, and nothing that is read is.
            is_read = not any(f"{root}(" in document for root in walking.WORKED)
            refused = "errors" in of_absent.json() and is_read
            assert not refused, (name, document, wire.logged.entries[-2:])
            assert normal(of_foreign, *foreign) == normal(of_absent, *absent), name
            nothing_of(theirs, of_foreign.text, *foreign)


SAMPLES: Mapping[str, object] = {
    "String": "some words",
    "Int": 2,
    "Decimal": "12.50",
    "Date": "2020-05-29",
    "DateTime": "2020-05-29T12:00:00Z",
    "SaleInput": {
        "externalId": "some words",
        "soldOn": "2020-05-29",
        "quantity": "1",
        "amount": "12.50",
        "currency": "USD",
    },
    "MeasureUnit": "MONEY",
    "MeasureDirection": "HIGHER",
    "MeasureSource": "SALES_AMOUNT",
    "Confidence": "ON_TRACK",
    "GoalScope": "OWN",
    "Cause": "TOOLS",
    "Boolean": False,
    "AmendmentPolicy": "REPLACE",
    "Rate": "0.9",
    "CalendarKind": "CUSTOM",
    "PeriodGrain": "PERIOD",
    "SpreadBy": "DAYS",
    "YearNamedBy": "END",
    "Weekday": "MONDAY",
    "YearEnds": "LAST",
    "CustomPeriodInput": {"fiscalYear": 2020, "startsOn": "2020-01-01", "endsOn": "2020-12-31"},
    "DayOffInput": {"day": "2020-05-29", "name": "some words"},
    "Role": "FINANCE",
}


OF_EACH_ONCE = {"accessRequestMake", "goalTemplateAssign", "scorecardPublish"}
"""What counts those for whom it has not been done before."""


def valid_input(company: Furnished, name: str, caller: str) -> dict[str, object]:
    """An input with everything in it that a mutation takes, ids of the company's own; ids for new
    rows are left to the server."""
    whose = caller if caller in ROLES else "Rui"
    own = {
        "person": company.rows[f"person {whose}"],
        "position": company.rows["position Hal"],
        "territory": company.rows["coast"],
        "measure": company.rows["measure"],
        "calendar": company.rows["calendar"],
        "season": company.rows["season"],
        "day_off": company.rows["day_off"],
        "sale": company.rows.get(f"sale {whose}", company.rows["sale Rui"]),
        "blocker": company.rows.get(
            f"blocker approved {whose}", company.rows["blocker approved Rui"]
        ),
        "corrective_plan": company.rows["plan approved Rui"],
        "corrective_step": company.rows["step approved Rui"],
        "notice": company.of_kind("notice")[0],
        "goal": company.rows.get(f"goal approved {whose}", company.rows["goal approved Rui"]),
        "goal_amendment": company.rows["amendment of approved Rui"],
        "delegation": company.rows["delegation 0 of Mona to Hal"],
        "goal_lock": company.rows["goal lock 0"],
    }
    given: dict[str, object] = {}
    for field, shown in walking.mutations()[name].fields.items():
        kind = walking.kind_taken(shown)
        if kind is None:
            given[field] = sample(shown.type, own)
            if field == "writtenAt":
                given[field] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
            if field == "name":  # some names are given once
                given[field] = f"some words {new_id()}"
        elif not walking.is_new(shown):
            given[field] = own.get(kind) or company.of_kind(kind)[0]
    return given | {"clientMutationId": str(new_id())}


def with_id(given: dict[str, object], path: Sequence[str], id: str) -> dict[str, object]:
    """The same input with this id in its place, which may be in a part of it."""
    if len(path) == 1:
        return given | {path[0]: id}
    field, within = path
    part = given[field]
    assert isinstance(part, dict)
    return given | {field: [part | {within: id}]}


def sample(accepted: Any, own: Mapping[str, str]) -> object:
    """Something that an input of this type takes: of an enum the first, of parts what they need."""
    accepted = get_named_type(accepted)
    if accepted.name in SAMPLES:
        return SAMPLES[accepted.name]
    if isinstance(accepted, GraphQLEnumType):
        return next(iter(accepted.values))
    assert isinstance(accepted, GraphQLInputObjectType), f"Give a sample of {accepted}."
    needed = ((name, each.type) for name, each in accepted.fields.items() if _needed(each))
    return {
        name: own[name.removesuffix("Id")]
        if get_named_type(each).name == "ID"
        else sample(each, own)
        for name, each in needed
    }


def _needed(field: Any) -> bool:
    return isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined


async def test_every_mutation_answers_an_id_of_theirs_like_one_that_does_not_exist(
    wire: Wire, owner: asyncpg.Connection, theirs: Furnished
) -> None:
    # What is made under an id of theirs is one's own from then on: a company for this test alone.
    ours = await furnished(owner, "Plover", "311.50")
    tokens = {caller: await wire.sign_in(ours, caller) for caller in CALLERS}
    made: set[str] = set()
    taken = [
        (name, path, shown, kind)
        for name, input_type in walking.mutations().items()
        for path, shown in walking.ids_in(input_type)
        if (kind := walking.kind_taken(shown))
    ]
    assert len(taken) > 60
    for number, (name, path, shown, kind) in enumerate(taken):
        document = walking.mutation(name)
        of_theirs, is_new = theirs.of_kind(kind), walking.is_new(shown)
        others = CALLERS[number % len(CALLERS)] if number % 2 else FOREMOST[number % 3]
        for caller in dict.fromkeys((FOREMOST[number % 3], others)):
            # The last is left alone: what is made under an id of theirs would be found by it.
            free = [id for id in of_theirs[: -is_new or None] or of_theirs if id not in made]
            if not free:
                continue
            absent, foreign = f"{kind}_{new_id()}", free[0 if is_new else -1]
            once = with_id(valid_input(ours, name, caller), path, absent)
            again = with_id(valid_input(ours, name, caller), path, foreign)

            token = tokens[caller]
            if name in OF_EACH_ONCE:
                await wire.ask(token, document, input=valid_input(ours, name, caller))
            of_absent = await wire.ask(token, document, input=once)
            of_foreign = await wire.ask(token, document, input=again)

            assert "data" in of_absent.json(), of_absent.text
            assert normal(of_foreign, foreign) == normal(of_absent, absent), (caller, name)
            if is_new and not of_foreign.json()["data"][name]["errors"]:
                made.add(foreign)
            nothing_of(theirs, of_foreign.text, foreign)


async def test_every_place_of_a_mutation_refuses_an_id_of_another_kind(
    owner: asyncpg.Connection, ours: Furnished
) -> None:
    before, tried = await rows_of(owner, ours), 0
    for name, input_type in walking.mutations().items():
        given = valid_input(ours, name, "Cora")
        for place, shown in walking.ids_in(input_type):
            kind, path = walking.kind_taken(shown), [*place]
            if len(place) > 1:
                path.insert(1, "0")
            elif isinstance(get_nullable_type(shown.type), GraphQLList):
                path.append("0")
            other = ours.of_kind("account" if kind == "person" else "person")[0]
            sent = with_id(given, place, other) | {"clientMutationId": str(new_id())}

            asked = await ask(ours.company.actor("Cora"), walking.mutation(name), input=sent)

            [error] = asked[name]["errors"]
            assert (error["__typename"], error["path"]) == ("InvalidError", path), name
            tried += len(place) > 1
    assert tried > 9
    assert await rows_of(owner, ours) == before


async def test_an_id_of_theirs_in_a_part_of_a_list_is_refused_with_its_place(
    owner: asyncpg.Connection, ours: Furnished, theirs: Furnished
) -> None:
    kpi = {"measure": "units", "weight": "1", "threshold": "1", "target": "2", "stretch": "3"}
    sale = {"externalId": "new", "soldOn": "2020-05-29", "quantity": "1", "amount": "1"}
    draft = {"id": ours.rows["goal draft Rui"], "expectedVersion": 1}
    approved = {"id": ours.rows["goal approved Mona"]}
    version = "query($id: ID!) { node(id: $id) { ... on Goal { version } } }"
    seen = (await ask(ours.company.actor("Mona"), version, **approved))["node"]["version"]
    template = {"templateId": ours.of_kind("goal_template")[0], "target": "1"}
    may = {"startsOn": "2020-05-01", "endsOn": "2020-05-31"}
    plan = {"planId": ours.rows["pay_plan"]}
    note = {"aboutId": ours.rows["person Rui"], "body": "some words"}
    noted = {"noteId": ours.rows["note of Mona"], "expectedVersion": 1, "body": "some words"}
    cases: list[tuple[str, str, dict[str, Any], tuple[str, str], dict[str, Any]]] = [
        ("Rui", "goalShare", draft, ("contributors", "personId"), {}),
        ("Rui", "goalSetMatrix", draft, ("kpis", "ownerId"), kpi),
        (
            "Ada",
            "goalWeighChildren",
            approved | {"expectedVersion": seen},
            ("items", "goalId"),
            {"weight": "1"},
        ),
        (
            "Mona",
            "cascadePropose",
            approved | {"method": "WEIGHTS"},
            ("weights", "personId"),
            {"weight": "1"},
        ),
        *(
            ("Mona", act, of, ("evidence", f"{kind}Id"), {})
            for act, of in (("noteWrite", note), ("noteEdit", noted))
            for kind in ("goal", "sale", "account", "measure")
        ),
        (
            "Mona",
            "taskAsk",
            {"title": "x", "dueOn": "2020-06-30"},
            ("parts", "personId"),
            {"what": "x"},
        ),
        ("Cora", "goalTemplateAssign", template | may, ("people", "personId"), {}),
        *(
            ("Cora", "payPlanAssign", plan | may, ("people", f"{kind}Id"), {})
            for kind in ("person", "position")
        ),
        *(
            ("Cora", "salesPost", {}, ("sales", f"{kind}Id"), sale | {"currency": "USD"})
            for kind in ("person", "territory", "account", "product", "referredBy")
        ),
    ]
    tried = {(name, place) for _, name, _, place, _ in cases}
    one_by_one = {"goalsApprove", "goalsReturn"}  # each of which is an act of its own
    assert tried == {
        (name, place)
        for name, input_type in walking.mutations().items()
        for place, _ in walking.ids_in(input_type)
        if len(place) > 1 and name not in one_by_one
    }
    before = await rows_of(owner, ours)
    for who, name, given, place, part in cases:
        kind = walking.kind_taken(dict(walking.ids_in(walking.mutations()[name]))[place])
        assert kind is not None
        refused = []
        for id in (theirs.of_kind(kind)[0], f"{kind}_{new_id()}"):
            sent = with_id(given | {place[0]: part}, place, id)
            asked = await ask(
                ours.company.actor(who),
                walking.mutation(name),
                input=sent | {"clientMutationId": str(new_id())},
            )
            refused.append(asked[name]["errors"])
        of_theirs, of_absent = refused
        assert of_theirs == of_absent
        assert of_theirs[0]["path"][0] == place[0], (name, of_theirs)
    assert await rows_of(owner, ours) == before


async def test_cursors_and_words_of_theirs_find_only_rows_of_ours(
    wire: Wire, ours: Furnished, theirs: Furnished
) -> None:
    auditor = await wire.sign_in(theirs, "Audrey")
    lists = [(name, "") for name in walking.lists() if "after" in walking.QUERY.fields[name].args]
    made: list[tuple[str, str, str]] = []
    for name, order in [*lists, *walking.orders()]:
        for direction in ("ASC", "DESC") if order else ("",):
            by = order.replace("}", f", direction: {direction}}}")
            document = f"{{ {walking.root(name, 0, *filter(None, [by]))} }}"
            reply = await wire.ask(auditor, document)
            assert "errors" not in reply.json(), (document, reply.text)
            found = reply.json()["data"][name]
            made += [(name, by, edge["cursor"]) for edge in found["edges"][-1:]]
    assert len(made) > 40

    for caller in ("Audrey", "Rui", "Ada"):
        token = await wire.sign_in(ours, caller)
        for name, by, cursor in made:
            page = walking.root(name, 0, *filter(None, [by]), "after: $after")
            reply = await wire.ask(token, f"query($after: String) {{ {page} }}", after=cursor)
            nothing_of(theirs, reply.text)
            for text in cursors(reply.json()):
                nothing_of(theirs, text)
        for document, variables in spoken(theirs):
            reply = await wire.ask(token, document, **variables)
            assert reply.json()["data"] == {"people": EMPTY, "goals": EMPTY, "accounts": NONE}


EMPTY = {"totalCount": 0, "nodes": []}
NONE: dict[str, list[object]] = {"nodes": []}


def spoken(company: Furnished) -> Iterator[tuple[str, dict[str, object]]]:
    """Questions that name a company's things by their names, through aliases of variables and
    fragments."""
    document = """
      query($name: TextComparison, $text: TextComparison) {
        people(filter: {name: $name}) { ...people }
        goals(filter: {name: $text}) { ...goals }
        accounts(filter: {name: $text}) { nodes { name } } }
      fragment people on PersonConnection { totalCount nodes { name } }
      fragment goals on GoalConnection { totalCount nodes { name } }"""
    word = company.word
    yield document, {"name": {"startsWith": word}, "text": {"startsWith": word}}
    yield document, {"name": {"eq": f"{word} Rui"}, "text": {"eq": f"{word} account"}}
    yield document, {"name": {"in": [f"{word} Rui"]}, "text": {"in": [f"{word} account"]}}


async def test_things_of_the_same_name_are_each_companys_own(
    wire: Wire, ours: Furnished, theirs: Furnished
) -> None:
    document = """{
      accounts(filter: {name: {eq: "Twin account"}}) { nodes { id } }
      products(filter: {name: {eq: "Twin product"}}) { nodes { id } }
      territories(filter: {name: {eq: "Twin territory"}}) { totalCount nodes { id } } }"""

    for company in (ours, theirs):
        found = (await wire.ask(await wire.sign_in(company, "Audrey"), document)).json()["data"]

        for kind in ("account", "product", "territory"):
            [twin] = found["territories" if kind == "territory" else f"{kind}s"]["nodes"]
            assert twin["id"] == company.rows[f"twin {kind}"]
        assert found["territories"]["totalCount"] == 1


async def test_everything_that_each_caller_of_ours_may_read_holds_nothing_of_theirs(
    wire: Wire, ours: Furnished, theirs: Furnished
) -> None:
    documents = [f"{{ {walking.root(name, 1)} }}" for name in [*walking.lists(), "me"]]
    tokens = {caller: await wire.sign_in(ours, caller) for caller in CALLERS}

    for number, document in enumerate(documents):
        for caller in dict.fromkeys(("Audrey", FOREMOST[number % 3], *CALLERS[number % 8 :: 8])):
            token = tokens[caller]
            reply = await wire.ask(token, document)
            assert "errors" not in reply.json(), reply.text
            nothing_of(theirs, f"{reply.headers} {reply.text}")
            for text in cursors(reply.json()):
                nothing_of(theirs, text)
