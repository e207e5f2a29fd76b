"""Role x relation x class of field: what shows agrees with the published table, told by hand.

An all-seeing caller is shown everything, along every path of the schema; from that, `matrix.py`
says what each role in each relation would see. Each then asks the same, and must get exactly that:
the same rows, the same values, null where a field is not theirs, and counts of what they see.
Filters and orders by what is hidden are refused, and an id that is hidden answers as if it were
nobody's.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from graphql import get_named_type

from auth.actor import Actor, Role
from domain.database import on_behalf_of
from domain.ids import new_id
from schema import STORED, schema
from schema.typed_ids import encode
from tests.people import ROLES
from tests.scenarios import walking
from tests.scenarios.companies import APPS, Furnished
from tests.scenarios.matrix import CLASS_OF_ROWS, STRICTER_FIELDS, Onlooker
from tests.schema.asking import answer, ask

pytestmark = pytest.mark.xdist_group("field classes")

RELATIONS = ("Rui", "Mona", "Ada", "Sam", "Eve", "Olga")
"""To Rui: himself, his manager, hers, a colleague, his manager of once, somebody elsewhere."""
OF_PEOPLE = (
    "assessments",
    "people",
    "goals",
    "sales",
    "credits",
    "saleCreditings",
    "performance",
    "history",
)
"""Lists in which it matters how one stands to somebody."""
WATCHED = ("Ada", "Mona", "Rui", "Cora", "Hal", "sales")
"""Of the cast, those who differ in what they see of goals."""
NOT_LISTED = (
    "approvals", "amendments", "salesTotal", "blockersByCause", "insightsByTopic", "recognition", "digests",
    "criterionTrends", "activities",
)  # fmt: skip
LISTS = [
    name
    for name, shown in walking.lists().items()
    if name not in NOT_LISTED and shown.name not in walking.NAMED_READERS
]


def callers(company: Furnished) -> Iterator[tuple[Onlooker, Actor]]:
    """Each relation with each single role and with none, the cast as they are, and the apps."""
    for name in RELATIONS:
        for role in [None, *Role]:
            roles = frozenset({role} if role else ())
            if roles == ROLES[name]:
                continue  # as they are
            yield (
                Onlooker(company, name, {each.value for each in roles}),
                company.person(name, *roles),
            )
    for name, held in ROLES.items():
        yield Onlooker(company, name, {each.value for each in held}), company.company.actor(name)
    for name in APPS:
        yield Onlooker(company, name), company.app(name)


def masked(shown: Any, onlooker: Onlooker, owners: dict[str, str]) -> Any:
    """What this caller sees of what the all-seeing one was shown."""
    if isinstance(shown, list):
        each_seen = (masked(each, onlooker, owners) for each in shown)
        return [each for each in each_seen if each is not None]
    if not isinstance(shown, dict):
        return shown
    if "nodes" in shown:
        return masked_page(shown, onlooker, owners)
    kind = shown.get("__typename")
    if kind not in CLASS_OF_ROWS:
        return shown
    if not onlooker.sees(shown, owners):
        return None
    seen = {
        field: masked(value, onlooker, owners) if onlooker.sees_field(kind, field, shown) else None
        for field, value in shown.items()
    }
    if kind == "Goal":
        seen["viewerCan"] = onlooker.may_do(shown, owners[shown["id"]])
    if kind == "Comment":
        seen["viewerCan"] = onlooker.may_do_with_comment(shown["id"])
    if kind in ("Blocker", "CorrectivePlan"):
        seen["viewerCan"] = onlooker.may_do_about(kind, owners[shown["id"]])
    if kind == "Programme":
        seen["viewerCan"] = ["RETIRE"] if onlooker.roles & {"hr", "comp_admin"} else []
    if kind == "AccessRequest":
        decides = onlooker.roles & {"hr", "admin"} and onlooker.name != onlooker.asked(shown)
        seen["viewerCan"] = ["GRANT", "DECLINE"] if decides else []
    if kind in ("Insight", "Recognition"):
        seen |= onlooker.told(shown)
    if kind == "Assessment":
        seen["viewerCan"] = ["WITHDRAW"] if onlooker.name == "Mona" else []
    return seen


def masked_page(shown: dict[str, Any], onlooker: Onlooker, owners: dict[str, str]) -> Any:
    seen = [masked(node, onlooker, owners) for node in shown["nodes"]]
    page = shown | {"nodes": [node for node in seen if node is not None]}
    if "totalCount" in shown:
        page["totalCount"] = len(page["nodes"])
    if "edges" in shown:
        pairs = zip(seen, shown["edges"], strict=True)
        page["edges"] = [edge for node, edge in pairs if node is not None]
        cursors = [edge["cursor"] for edge in page["edges"]] or [None]
        ends = {"startCursor": cursors[0], "endCursor": cursors[-1]}
        page["pageInfo"] = shown["pageInfo"] | ends
    return page


async def owners_of(company: Furnished) -> dict[str, str]:
    """Whose each goal is, with what belongs to it; "private Rui" where he keeps it private."""
    data = await ask(
        company.company.system,
        "{ goals(first: 100) { nodes { id owner { id } checkIns { nodes { id } }"
        " decisions { nodes { id } } revisions { nodes { id } } amendments { nodes { id } }"
        " segments { nodes { id } } contributors { nodes { id } } kpis { nodes { id } }"
        " adjustments { nodes { id } } ratings { nodes { id } } closing { id } blockers { nodes { id } }"
        " correctivePlans { nodes { id steps { nodes { id } } } }"
        " proposals { nodes { id } } cascades { nodes { id lines { nodes { id } } } }"
        " comments(first: 100) { nodes { id } } } }"
        " mentions(first: 100) { nodes { id comment { id } } }"
        " notices(first: 100) { nodes { id goal { id } subject { id } } } }",
    )
    names = {id: row.removeprefix("person ") for row, id in company.rows.items()}
    owners = {}
    for goal in data["goals"]["nodes"]:
        lists = ("checkIns", "decisions", "revisions", "amendments", "segments")
        belonging = [each for name in lists for each in goal[name]["nodes"]]
        belonging += goal["proposals"]["nodes"] + goal["cascades"]["nodes"]
        for cascade in goal["cascades"]["nodes"]:
            belonging += cascade["lines"]["nodes"]
        forms = ("contributors", "kpis", "adjustments", "ratings")
        belonging += [each for name in forms for each in goal[name]["nodes"]]
        belonging += [goal["closing"]] if goal["closing"] else []
        belonging += goal["blockers"]["nodes"] + goal["correctivePlans"]["nodes"]
        for plan in goal["correctivePlans"]["nodes"]:
            belonging += plan["steps"]["nodes"]
        comments = [each["id"] for each in goal["comments"]["nodes"]]
        mentions = [
            each["id"] for each in data["mentions"]["nodes"] if each["comment"]["id"] in comments
        ]
        belonging += [{"id": id} for id in (*comments, *mentions)]
        belonging += [
            notice
            for notice in data["notices"]["nodes"]
            if notice["subject"]["id"] in (goal["id"], *comments, *mentions)
        ]
        for id in (goal["id"], *(each["id"] for each in belonging)):
            private = "private " if "private" in names[goal["id"]] else ""
            owners[id] = private + names[goal["owner"]["id"]]
    return owners


def test_every_type_and_field_of_the_schema_is_in_the_tables_by_hand() -> None:
    assert STORED.keys() == CLASS_OF_ROWS.keys()
    declared = {
        (name, shown_name)
        for name in STORED
        for shown_name, shown in schema._schema.type_map[name].fields.items()  # type: ignore[attr-defined]  # object types
        if getattr(
            STORED[name].fields[shown.extensions["strawberry-definition"].python_name].storage,
            "field_class",
            None,
        )
        not in (None, STORED[name].field_class)
    }
    assert declared == STRICTER_FIELDS.keys()


async def test_what_each_role_sees_in_each_relation_is_what_the_published_table_says(
    ours: Furnished,
) -> None:
    owners = await owners_of(ours)
    tried = 0
    for name in LISTS:
        # The cast as they are, with the rows related to each; each role in each relation, where it
        # matters, likewise, but of what all else is related to with its own fields.
        of_much = name in ("goals", "people")
        related, own = (f"{{ {walking.root(name, depth)} }}" for depth in (1, 0 if of_much else 1))
        whole = {text: await ask(ours.company.system, text) for text in (related, own)}
        assert whole[related][name]["nodes"], name
        for onlooker, actor in callers(ours):
            if name not in OF_PEOPLE and not is_of_cast(onlooker):
                continue
            among = WATCHED if of_much else (*ROLES, *APPS)
            document = related if is_of_cast(onlooker) and onlooker.name in among else own

            seen = (await ask(actor, document))[name]

            said = (onlooker.name, onlooker.roles, name)
            assert seen == masked_page(whole[document][name], onlooker, owners), said
            tried += 1
    assert tried > 350


async def test_what_is_in_no_list_of_its_own_shows_to_whom_the_published_table_says(
    ours: Furnished,
) -> None:
    owners = await owners_of(ours)
    listed = {shown.name for shown in walking.lists().values()}
    cast = [
        (onlooker, actor)
        for onlooker, actor in callers(ours)
        if is_of_cast(onlooker) and onlooker.name in WATCHED
    ]
    tried = 0
    for kind, name in walking.KINDS.items():
        if name in listed or name in walking.NAMED_READERS:
            continue
        below = walking.selection(schema._schema.type_map[name], 1)
        document = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {below} }} }}"
        ids = ours.of_kind(kind)[:30]
        whole = (await ask(ours.company.system, document, ids=ids))["nodes"]
        assert all(whole), name
        for onlooker, actor in cast:
            seen = (await ask(actor, document, ids=ids))["nodes"]

            expected = [masked(each, onlooker, owners) for each in whole]
            assert seen == expected, (onlooker.name, onlooker.roles, name)
            tried += 1
    assert tried > 100


async def test_what_names_its_readers_shows_to_these_alone_whatever_their_roles(
    ours: Furnished,
) -> None:
    readers = await readers_by_id(ours)
    assert {kind_of(id) for id in readers} == {
        kind for kind, name in walking.KINDS.items() if name in walking.NAMED_READERS
    }
    ids = sorted(readers)
    listed = [
        name for name, shown in walking.lists().items() if shown.name in walking.NAMED_READERS
    ]
    document = f"""query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id }} {
        " ".join(f"{name}(first: 100) {{ nodes {{ id }} }}" for name in listed)
    } }}"""

    everybody = [actor for _, actor in callers(ours)]
    everybody += [ours.person(name, *Role) for name in RELATIONS]
    for actor in everybody:
        seen = await ask(actor, document, ids=ids)

        own = [id for id in ids if actor.person in readers[id]]
        assert [each and each["id"] for each in seen.pop("nodes")] == [
            id if id in own else None for id in ids
        ]
        for name, page in seen.items():
            kind = STORED[walking.lists()[name].name].kind
            expected = {id for id in own if kind_of(id) == kind}
            assert {each["id"] for each in page["nodes"]} == expected


def is_of_cast(onlooker: Onlooker) -> bool:
    return onlooker.roles == {role.value for role in ROLES.get(onlooker.name, ())}


async def test_totals_are_over_what_one_sees(ours: Furnished) -> None:
    listed = "{ sales(first: 100) { nodes { id __typename amount { amount } cost { amount } } } }"
    whole = (await ask(ours.company.system, listed))["sales"]["nodes"]

    for onlooker, actor in callers(ours):
        seen = [sale for sale in whole if onlooker.sees(sale, {})]
        costs = [sale for sale in seen if onlooker.sees_field("Sale", "cost", sale)]
        total = await ask(actor, "{ salesTotal { amount cost lines } }")

        if not seen:
            assert total["salesTotal"] == []
            continue
        [row] = total["salesTotal"]
        assert row["lines"] == len(seen)
        assert Decimal(row["amount"]) == sum(Decimal(sale["amount"]["amount"]) for sale in seen)
        assert (row["cost"] is None) == (not costs)
        if costs:
            assert Decimal(row["cost"]) == sum(Decimal(sale["cost"]["amount"]) for sale in costs)


async def test_what_waits_for_approval_is_what_is_below_and_submitted(ours: Furnished) -> None:
    owners = await owners_of(ours)
    for name, held in ROLES.items():
        onlooker = Onlooker(ours, name, {role.value for role in held})
        waiting = await ask(ours.company.actor(name), "{ approvals { nodes { id } totalCount } }")

        expected = {
            id
            for id, owner in owners.items()
            if id.startswith("goal_0")
            and ours.rows.get(f"goal submitted {owner}") == id
            and onlooker.decides_for(owner)
        }
        assert {node["id"] for node in waiting["approvals"]["nodes"]} == expected
        assert waiting["approvals"]["totalCount"] == len(expected)


def comparisons() -> Iterator[tuple[str, str, str, str]]:
    """Every filter and order by a field that some callers may not read: the list, the class of the
    field, the argument and its name."""
    for name, shown in walking.lists().items():
        for kind, field in STRICTER_FIELDS:
            if shown.name not in (kind, "SalesTotal"):
                continue
            arguments = walking.QUERY.fields[name].args
            if "filter" in arguments:
                accepted: Any = get_named_type(arguments["filter"].type)
                if field in accepted.fields:
                    operators: Any = get_named_type(accepted.fields[field].type)
                    for operator, value in operators.fields.items():
                        sent = '["x"]' if "[" in str(value.type) else '"x"'
                        text = f"filter: {{{field}: {{{operator}: {sent}}}}}"
                        yield name, STRICTER_FIELDS[kind, field], text, field
            if "orderBy" in arguments:
                by: Any = get_named_type(arguments["orderBy"].type)
                values: Any = get_named_type(by.fields["field"].type)
                word = re.sub(r"(?=[A-Z])", "_", field).upper()
                if word in values.values:
                    text = f"orderBy: {{field: {word}}}"
                    yield name, STRICTER_FIELDS[kind, field], text, field


async def test_what_one_does_not_read_of_everybody_cannot_be_filtered_or_ordered_by(
    ours: Furnished,
) -> None:
    found = list(comparisons())
    assert {(name, field) for name, _, _, field in found} == {("people", "email")}
    assert len(found) == 4

    for name, what, argument, field in found:
        document = f"{{ {name}({argument}) {{ nodes {{ __typename }} }} }}"
        for onlooker, actor in callers(ours):
            answered = await answer(actor, document)

            if onlooker.sees_everybodys(what):
                assert answered.errors == []
            else:
                assert answered.data is None
                assert answered.refusal.code == "FORBIDDEN"
                assert f"`{field}`" in answered.refusal.message
                assert answered.statements == 0


async def test_an_id_that_is_hidden_answers_as_if_it_were_nobodys_with_the_same_work(
    ours: Furnished,
) -> None:
    owners = await owners_of(ours)
    everything = await shown_by_id(ours)
    watched = ("Sam", "Eve", "Olga", "Hal", "Adam", "Fay", *APPS)
    taking = await places(ours)
    tried = 0

    watching = [
        (onlooker, actor)
        for onlooker, actor in callers(ours)
        if onlooker.name in watched and is_of_cast(onlooker)
    ]
    for turn, (onlooker, actor) in enumerate(watching):
        for kind, found in taking.items():
            hidden = [
                id
                for id, shown in everything.items()
                if shown["__typename"] == walking.KINDS[kind] and not onlooker.sees(shown, owners)
            ]
            # Of several places that take a kind each is watched by half of them.
            for place in found[turn % 2 :: 2] or found if hidden else ():
                document = f"query($id: ID!) {{ {place.text} }}"
                absent = await answer(actor, document, id=f"{kind}_{new_id()}")
                for id in (hidden[0], hidden[-1]):
                    answered = await answer(actor, document, id=id)
                    said = (onlooker.name, place.name)
                    assert (answered.data, answered.errors) == (absent.data, absent.errors), said
                    assert answered.statements == absent.statements, said
                    tried += 1
    assert tried > 150


def kind_of(id: str) -> str:
    return id.rpartition("_")[0]


async def readers_by_id(company: Furnished) -> dict[str, set[UUID]]:
    """Who reads each row that names its readers."""
    async with on_behalf_of(company.company.org, sees_all_words=True) as transaction:
        return {
            encode(kind, row["id"]): set(row["readers"])
            for kind, name in walking.KINDS.items()
            if name in walking.NAMED_READERS
            for row in await transaction.execute_query_dict(
                f"select id, readers from {STORED[name].source} where org_id = $1",
                [company.company.org],
            )
        }


async def shown_by_id(company: Furnished) -> dict[str, Any]:
    """Every row of the company's as the all-seeing one is shown it; what names its readers, with these."""
    readers = await readers_by_id(company)
    names = {person: name for name, person in company.company.ids.items()}
    found: dict[str, Any] = {}
    for id in company.rows.values():
        kind = walking.KINDS[kind_of(id)]
        if kind in walking.NAMED_READERS:
            named = {names[person] for person in readers[id]}
            found[id] = {"__typename": kind, "id": id, "readers": named}
            continue
        about = "subjectId" if kind == "Event" else "id"
        document = (
            f"query($id: ID!) {{ node(id: $id) {{ __typename id ... on {kind} {{ {about} }} }} }}"
        )
        found[id] = (await ask(company.company.system, document, id=id))["node"]
    return found


async def places(company: Furnished) -> dict[str, list[walking.Place]]:
    """The places of the schema that take ids of each kind."""
    found: dict[str, list[walking.Place]] = {kind: [] for kind in walking.KINDS}
    for place in walking.id_arguments():
        kind = place.kind
        if kind is None:
            document = f"query($id: ID!) {{ {place.text} }}"
            refused = await answer(company.company.system, document, id=f"nobody_{new_id()}")
            kind = walking.kind_asked_for(refused.refusal.message)
        found[kind].append(place)
    return found
