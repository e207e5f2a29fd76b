"""What people try with mutations who know the rules: nothing changes but what they may change.

Each attempt is refused in words of the schema, never with an error of ours, and leaves every row of
the organisation as it was. Hostile text is stored exactly or refused clearly.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest
from graphql import get_named_type, get_nullable_type, is_list_type

from auth.actor import Actor, Role
from domain.ids import new_id
from tests.catalogue import as_organisation
from tests.people import ROLES, count
from tests.scenarios import walking
from tests.scenarios.companies import APPS, Furnished, rows_of
from tests.scenarios.test_two_companies import valid_input
from tests.scenarios.wire import Wire
from tests.schema.asking import ask

pytestmark = pytest.mark.xdist_group("abuse")

GOALS: dict[str, dict[str, Any]] = {
    "goalUpdate": {"expectedVersion": 1, "name": "Mine now"},
    "goalSubmit": {"expectedVersion": 1},
    "goalApprove": {"seenVersion": 2},
    "goalReturn": {"seenVersion": 2, "note": "no"},
    "goalCheckIn": {"confidence": "ON_TRACK", "note": "x"},
    "blockerRaise": {"cause": "TOOLS", "what": "x"},
    "blockerResolve": {"resolution": "x"},
    "blockerWithdraw": {},
    "correctivePlanOpen": {"reason": "x", "dueOn": "2020-06-30"},
    "correctivePlanAgree": {"expectedVersion": 1},
    "correctivePlanClose": {"outcome": "x"},
    "correctiveStepAdd": {"what": "x"},
    "correctiveStepTick": {},
}
STATE = {
    "goalUpdate": "draft",
    "goalSubmit": "draft",
    "goalApprove": "submitted",
    "goalReturn": "submitted",
    "goalCheckIn": "approved",
    "blockerRaise": "approved",
    "correctivePlanOpen": "approved",
}
BELONGING = {
    "blockerResolve": "blocker approved",
    "blockerWithdraw": "blocker approved",
    "correctivePlanAgree": "plan approved",
    "correctivePlanClose": "plan approved",
    "correctiveStepAdd": "plan approved",
    "correctiveStepTick": "step approved",
}
"""What is done not to a goal but to what belongs to one."""
MAY = {
    "goalUpdate": {"Rui", "Mona", "Ada", "Cora"},
    "goalSubmit": {"Rui", "Cora"},
    "goalApprove": {"Mona", "Ada"},
    "goalReturn": {"Mona", "Ada"},
    "goalCheckIn": {"Rui"},
    "blockerRaise": {"Rui"},
    "blockerResolve": {"Mona", "Ada"},
    "blockerWithdraw": {"Rui"},
    "correctivePlanOpen": {"Mona", "Ada"},
    "correctivePlanAgree": {"Mona", "Ada"},
    "correctivePlanClose": {"Mona", "Ada"},
    "correctiveStepAdd": {"Rui", "Mona", "Ada"},
    "correctiveStepTick": {"Rui", "Mona", "Ada"},
}
"""Who may do it to a goal of Rui's."""
SEE = {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"}
"""Who sees a goal of Rui's, and so hears that it is not theirs to change."""

HOSTILE = {
    "quotes": """it's "quoted" \\ back\\slash ''; drop table goal; --""",
    "right to left": "\u05e9\u05dc\u05d5\u05dd abc \u200f\u0645\u0631\u062d\u0628\u0627",
    "emoji": "🚲👩‍👩‍👧‍👦 e\u0301 \U0001d518",
    "placeholders": "{row} {key} {value} :org :person ::uuid %s %(x)s $1 $2 {0} {{}}",
    "markup": "</script><b onload=x> &amp; <!-- ]]>",
    "formula": '=cmd|" /C calc"!A0',
    "graphql": '"""} query { me { today } } #',
}
UNREADABLE = {
    "turned round": "\u202eabc\u202c \u2067x\u2069",
    "new line": "a\nb",
    "escape": "a\x1bb",
    "empty": "",
    "blank": " \t ",
}


async def told(actor: Actor, name: str, /, **sent: object) -> Any:
    """What a mutation answers."""
    given = {"clientMutationId": str(new_id())} | sent
    return (await ask(actor, walking.mutation(name), input=given))[name]


def everybody(company: Furnished) -> dict[str, Actor]:
    cast = {name: company.company.actor(name) for name in ROLES}
    return cast | {name: company.app(name) for name in APPS}


async def test_nobody_does_to_a_goal_what_is_not_theirs_to_do(
    owner: asyncpg.Connection, ours: Furnished
) -> None:
    before = await rows_of(owner, ours)
    for who, actor in everybody(ours).items():
        for name, sent in GOALS.items():
            if who in MAY[name]:
                continue
            subject = BELONGING.get(name) or f"goal {STATE[name]}"
            id = ours.rows[f"{subject} Rui"]

            payload = await told(actor, name, id=id, **sent)
            absent = await told(actor, name, id=f"{id.rpartition('_')[0]}_{new_id()}", **sent)

            [error] = payload["errors"]
            expected = "NotPermittedError" if who in SEE else "NotFoundError"
            assert error["__typename"] == expected, (who, name)
            if who not in SEE:
                assert payload["errors"] == absent["errors"]
    assert await rows_of(owner, ours) == before


async def test_nobody_reads_what_somebody_else_was_told(
    owner: asyncpg.Connection, ours: Furnished
) -> None:
    to_mona = next(id for name, id in ours.rows.items() if name.endswith(" to Mona"))
    before = await rows_of(owner, ours)
    for actor in (actor for who, actor in everybody(ours).items() if who != "Mona"):
        for name in ("noticeRead", "noticesRead"):
            payload = await told(actor, name, id=to_mona)

            assert payload["notice"] is None
            assert payload["errors"] == (await told(actor, name, id=f"notice_{new_id()}"))["errors"]
    assert await rows_of(owner, ours) == before


async def test_nobody_approves_their_own_goal_whatever_they_are(
    owner: asyncpg.Connection, ours: Furnished
) -> None:
    before = await rows_of(owner, ours)
    for name in ("Rui", "Mona"):
        actor = ours.person(name, *Role)
        for act in ("goalApprove", "goalReturn"):
            goal = ours.rows[f"goal submitted {name}"]

            [error] = (await told(actor, act, id=goal, **GOALS[act]))["errors"]

            assert error["__typename"] == "NotPermittedError"
            assert "nobody their own" in error["message"]
    assert await rows_of(owner, ours) == before


async def test_nobody_drafts_a_goal_for_somebody_who_is_not_theirs(
    owner: asyncpg.Connection, ours: Furnished
) -> None:
    sent = {
        "name": "For you",
        "measure": "margin",
        "startsOn": "2020-06-01",
        "endsOn": "2020-06-30",
        "target": "1",
    }
    for_rui = {"Rui", "Mona", "Ada", "Cora"}
    before = await rows_of(owner, ours)
    for who, actor in everybody(ours).items():
        if who in for_rui:
            continue

        payload = await told(actor, "goalDraft", ownerId=ours.rows["person Rui"], **sent)
        absent = await told(actor, "goalDraft", ownerId=f"person_{new_id()}", **sent)

        assert payload["goal"] is None
        [error] = payload["errors"]
        # People look each other up; an app sees nobody.
        seen = "NotFoundError" if who in APPS else "NotPermittedError"
        assert error["__typename"] == seen
        assert absent["errors"][0]["__typename"] == "NotFoundError"
    assert await rows_of(owner, ours) == before


async def test_administration_is_refused_to_everybody_else(
    owner: asyncpg.Connection, ours: Furnished
) -> None:
    person, position = ours.rows["person Sam"], ours.rows["position Sam"]
    people = {"Cora", "Hal", "Adam"}
    attempts: list[tuple[str, set[str], dict[str, Any]]] = [
        ("personAdd", people, {"name": "New", "email": None}),
        ("personDeactivate", people, {"id": person, "reason": "x"}),
        ("roleGrant", {"Adam"}, {"personId": person, "role": "ADMIN"}),
        ("roleRevoke", {"Adam"}, {"personId": person, "role": "REP"}),
        ("positionAdd", people, {"title": "New"}),
        ("positionFill", people, {"id": position, "personId": person, "since": "2020-05-01"}),
        (
            "positionSetManager",
            people,
            {"id": position, "managerPositionId": None, "since": "2020-05-01"},
        ),
    ]
    before = await rows_of(owner, ours)
    for who, actor in everybody(ours).items():
        for name, may, sent in attempts:
            if who not in may:
                [error] = (await told(actor, name, **sent))["errors"]
                assert error["__typename"] == "NotPermittedError", (who, name)
    [error] = (
        await told(
            ours.company.actor("Adam"),
            "roleGrant",
            personId=ours.rows["person Adam"],
            role="COMP_ADMIN",
        )
    )["errors"]
    assert error["__typename"] == "InvalidError"
    assert await rows_of(owner, ours) == before


async def test_a_key_is_of_who_used_it_and_no_key_to_what_another_may_see(
    ours: Furnished,
) -> None:
    key, goal = str(new_id()), ours.rows["goal approved Rui"]
    sent = {"clientMutationId": key, "id": goal, "confidence": "AT_RISK", "note": "Rui's own words"}
    first = await told(ours.company.actor("Rui"), "goalCheckIn", **sent)

    replayed = {
        who: await told(actor, "goalCheckIn", **sent)
        for who, actor in everybody(ours).items()
        if who != "Rui"
    }

    assert first["errors"] == []
    for payload in replayed.values():
        assert payload["checkIn"] is None
        assert payload["errors"][0]["__typename"] in ("NotFoundError", "NotPermittedError")
        assert "words" not in str(payload)
    assert await told(ours.company.actor("Rui"), "goalCheckIn", **sent) == first


async def test_a_stale_version_changes_nothing(owner: asyncpg.Connection, ours: Furnished) -> None:
    before = await rows_of(owner, ours)
    for version in (-1, 0, 1, 3, 2**31 - 1):
        submitted, draft = ours.rows["goal submitted Sam"], ours.rows["goal draft Sam"]
        mona, sam = ours.company.actor("Mona"), ours.company.actor("Sam")
        payloads = [
            await told(mona, "goalApprove", id=submitted, seenVersion=version),
            await told(mona, "goalReturn", id=submitted, seenVersion=version, note="x"),
        ]
        if version != 1:
            payloads.append(
                await told(sam, "goalUpdate", id=draft, expectedVersion=version, name="Mine")
            )
            payloads.append(await told(sam, "goalSubmit", id=draft, expectedVersion=version))
        for payload in payloads:
            [error] = payload["errors"]
            assert error["__typename"] == "GoalVersionConflictError"
            assert error["seenVersion"] == version
    assert await rows_of(owner, ours) == before


async def test_one_address_is_given_once_however_many_ask_at_once(ours: Furnished) -> None:
    adam, before = ours.company.actor("Adam"), await count(ours.company, "person")
    sent = {"name": "Nadia", "email": "Nadia@example.test"}

    answers = await asyncio.gather(*(told(adam, "personAdd", **sent) for _ in range(8)))

    errors = [error["__typename"] for answered in answers for error in answered["errors"]]
    assert errors == ["ConflictError"] * 7
    assert await count(ours.company, "person") == before + 1


KEPT_IN: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "goalDraft": {"name": ("goal", "name")},
    "goalUpdate": {"name": ("goal", "name")},
    "goalApprove": {"note": ("goal_decision", "note")},
    "goalReturn": {"note": ("goal_decision", "note")},
    "goalCheckIn": {"note": ("check_in", "note")},
    "blockerRaise": {"what": ("blocker", "what")},
    "commentWrite": {"body": ("comment", "body")},
    "blockerResolve": {"resolution": ("blocker", "resolution")},
    "correctivePlanOpen": {"reason": ("corrective_plan", "reason")},
    "correctivePlanClose": {"outcome": ("corrective_plan", "outcome")},
    "correctiveStepAdd": {"what": ("corrective_step", "what")},
    "agendaItemAdd": {"what": ("agenda_item", "what")},
    "noteWrite": {"body": ("note", "body")},
    "noteReply": {"body": ("note_reply", "body")},
    "taskAsk": {"details": ("task", "details")},
    "feedbackAsk": {"question": ("feedback_request", "question")},
    "feedbackRequestAnswer": {"words": ("feedback", "words")},
    "feedbackRequestDecline": {"reason": ("feedback_reply", "reason")},
    "feedbackGive": {"words": ("feedback", "words")},
    "recognitionGive": {"words": ("recognition", "words")},
    "insightTell": {each: ("insight", each) for each in ("title", "words")},
    "insightAnswer": {"words": ("insight_step", "words")},
    "personAdd": {each: ("person", each) for each in ("name", "email", "title")},
    "personDeactivate": {"reason": ("event", "reason")},
    "positionAdd": {"title": ("position", "title")},
}
"""Where a text is kept that can be tried again and again."""


def texts() -> list[tuple[str, str]]:
    return [(name, field) for name, kept_in in KEPT_IN.items() for field in kept_in]


@pytest.mark.parametrize(("name", "field"), texts())
async def test_hostile_text_is_kept_exactly_or_refused(
    owner: asyncpg.Connection, ours: Furnished, name: str, field: str
) -> None:
    tries = (
        HOSTILE
        | UNREADABLE
        | {"long": "é" * 4000, "too long": "é" * 4001, "far too long": "é" * 100_000}
    )
    actor, given = writer(ours, name)
    rows: dict[str, Any] = {}

    for what, text in tries.items():
        thing = await renewed(ours, name)
        sent = given | {field: text, **thing}
        may_be_refused = what not in HOSTILE or field == "email"
        if may_be_refused and (thing or not rows):
            rows = await rows_of(owner, ours)

        payload = await told(actor, name, **sent)

        if payload["errors"]:
            assert {error["__typename"] for error in payload["errors"]} <= {
                "InvalidError",
                "ConflictError",
            }, (what, payload)
            assert may_be_refused, what
            assert payload["errors"][0]["path"] == [field]
            assert await rows_of(owner, ours) == rows
        else:
            rows = {}
            assert what != "far too long", "every text has a bound"
            if not text.strip():
                continue  # left out
            await as_organisation(owner, ours.company.org)
            table, column = KEPT_IN[name][field]
            stored = await owner.fetchval(
                f"select {column} from {table} where org_id = $1 and {column} = $2 limit 1",
                ours.company.org,
                text.strip(),
            )
            assert stored == text.strip(), what


def all_texts() -> list[tuple[str, str]]:
    """Every text that a mutation takes, but the message's own name."""
    return [
        (name, field)
        for name, input_type in walking.mutations().items()
        for field, shown in input_type.fields.items()
        if get_named_type(shown.type).name == "String" and field != "clientMutationId"
    ]


async def test_no_text_whatsoever_breaks_a_mutation(ours: Furnished) -> None:
    tries = ("".join(HOSTILE.values()), "\x1b\n\u202e", "é" * 100_000)
    for name, field in all_texts():
        is_list = is_list_type(get_nullable_type(walking.mutations()[name].fields[field].type))
        for number, who in enumerate(("Rui", "Mona", "Cora")):
            # All of it at once as each; what is too long, or only unseen, as one of them.
            for text in (tries[0], *tries[1 + number : 2 + number]):
                sent = valid_input(ours, name, who) | {field: [text] if is_list else text}

                payload = await told(ours.company.actor(who), name, **sent)

                # What is masked would be an error of the answer, which `ask` does not take.
                assert payload["errors"] == [] or payload["errors"][0]["message"]


async def test_what_is_for_people_is_refused_to_an_app_and_nothing_breaks(ours: Furnished) -> None:
    done = set()
    for name in walking.mutations():
        payload = await told(ours.app("sales"), name, **valid_input(ours, name, "sales"))
        if not payload["errors"]:
            done.add(name)

    # Of several goals each is refused by itself.
    assert done <= {"salesPost", "saleWithdraw", "goalsApprove", "goalsReturn"}


def writer(company: Furnished, name: str) -> tuple[Actor, dict[str, object]]:
    """Who may send this mutation, with what."""
    rui, mona, adam, ada = map(company.company.actor, ("Rui", "Mona", "Adam", "Ada"))
    period = {"measure": "margin", "startsOn": "2020-06-01", "endsOn": "2020-06-30", "target": "1"}
    me = {"ownerId": company.rows["person Rui"]}
    person: dict[str, object] = {"name": "Somebody", "email": None, "title": ""}
    writers: dict[str, tuple[Actor, dict[str, object]]] = {
        "goalDraft": (rui, {**period, **me}),
        "goalUpdate": (rui, {}),
        "goalApprove": (mona, {}),
        "goalReturn": (mona, {}),
        "goalCheckIn": (rui, {"id": company.rows["goal approved Rui"], "confidence": "AT_RISK"}),
        "blockerRaise": (rui, {"id": company.rows["goal approved Rui"], "cause": "TOOLS"}),
        "blockerResolve": (mona, {}),
        "commentWrite": (rui, {"subjectId": company.rows["goal approved Rui"]}),
        "correctivePlanOpen": (mona, {"dueOn": "2020-06-30"}),
        "correctivePlanClose": (mona, {}),
        "correctiveStepAdd": (rui, {"id": company.rows["plan approved Rui"]}),
        "agendaItemAdd": (rui, {"id": company.rows["one-to-one read by Mona Rui"]}),
        "noteWrite": (mona, {"aboutId": company.rows["person Rui"]}),
        "noteReply": (mona, {}),
        "taskAsk": (rui, {"title": "To be tried", "dueOn": "2020-06-30"}),
        "feedbackAsk": (rui, {"askedIds": [company.rows["person Mona"]], "dueOn": "2020-06-30"}),
        "feedbackRequestAnswer": (mona, {}),
        "feedbackRequestDecline": (mona, {}),
        "feedbackGive": (mona, {"personId": company.rows["person Rui"]}),
        "recognitionGive": (mona, {"receiverIds": [company.rows["person Rui"]], "isPublic": True}),
        "insightTell": (rui, {"title": "A title", "words": "Words", "topic": "PRICE"}),
        "insightAnswer": (ada, {}),
        "personAdd": (adam, person),
        "personDeactivate": (adam, {}),
        "positionAdd": (adam, {}),
    }
    return writers[name]


async def renewed(company: Furnished, name: str) -> dict[str, object]:
    """A thing to which the mutation has not been done yet, where it can be done but once."""
    rui, adam = company.company.actor("Rui"), company.company.actor("Adam")
    if name == "personDeactivate":
        made = await told(adam, "personAdd", name="Passing", email=None)
        return {"id": made["person"]["id"]}
    if name == "blockerResolve":
        goal = company.rows["goal approved Rui"]
        raised = await told(rui, "blockerRaise", id=goal, cause="TOOLS", what="To be tried")
        return {"id": raised["blocker"]["id"]}
    if name in ("noteReply", "recognitionGive") or name.endswith(("Answer", "Decline")):
        return await _of_coaching(company, name)
    if name in ("correctivePlanOpen", "correctivePlanClose"):
        return {"id": await _goal_or_plan(company, name)}
    if name not in ("goalUpdate", "goalApprove", "goalReturn"):
        return {}
    drafted = await told(
        rui,
        "goalDraft",
        ownerId=company.rows["person Rui"],
        name="To be tried",
        measure="margin",
        startsOn="2020-07-01",
        endsOn="2020-07-31",
        target="1",
        noParentReason="To be tried alone",
    )
    id = drafted["goal"]["id"]
    if name == "goalUpdate":
        return {"id": id, "expectedVersion": 1}
    await told(rui, "goalSubmit", id=id, expectedVersion=1)
    return {"id": id, "seenVersion": 2}


async def _of_coaching(company: Furnished, name: str) -> dict[str, object]:
    """What is answered, or what somebody is recognised by."""
    rui, mona, hal, ada = map(company.company.actor, ("Rui", "Mona", "Hal", "Ada"))
    if name == "noteReply":
        about: dict[str, object] = {
            "aboutId": company.rows["person Rui"],
            "visibility": "COACHEE",
            "body": "Shared",
        }
        return {"noteId": (await told(mona, "noteWrite", **about))["note"]["id"]}
    if name == "recognitionGive":
        named = await told(hal, "recognitionValueDefine", name=f"Candour {str(new_id())[-12:]}")
        return {"valueIds": [named["value"]["id"]]}
    if name == "insightAnswer":
        insight = (await told(rui, "insightTell", title="A title", words="Words", topic="PRICE"))[
            "insight"
        ]
        await told(ada, "insightTake", insightId=insight["id"])
        return {"insightId": insight["id"]}
    asked = {"askedIds": [company.rows["person Mona"]], "question": "How?", "dueOn": "2020-06-30"}
    return {"requestId": (await told(rui, "feedbackAsk", **asked))["request"]["id"]}


async def _goal_or_plan(company: Furnished, name: str) -> str:
    """A goal without an open plan, or an open plan."""
    mona, goal = company.company.actor("Mona"), company.rows["goal approved Sam"]
    document = "query($id: ID!) { node(id: $id) { ... on Goal { correctivePlans { nodes { id state } } } } }"
    shown = (await ask(mona, document, id=goal))["node"]["correctivePlans"]["nodes"]
    still_open = [plan["id"] for plan in shown if plan["state"] != "CLOSED"]
    if name == "correctivePlanOpen":
        for plan in still_open:
            await told(mona, "correctivePlanClose", id=plan, outcome="Over.")
        return goal
    if still_open:
        return str(still_open[0])
    made = await told(mona, "correctivePlanOpen", id=goal, reason="Again.", dueOn="2020-06-30")
    return str(made["plan"]["id"])


@pytest.mark.parametrize("written", [r"a\u0000b", r"a\ud800b", r"a\udc00\ud800b"])
async def test_text_that_no_database_can_hold_is_refused_at_the_door(
    wire: Wire, owner: asyncpg.Connection, ours: Furnished, written: str
) -> None:
    token = await wire.sign_in(ours, "Adam")
    asked = "mutation($input: PositionAddInput!) { positionAdd(input: $input) { errors { __typename } } }"
    inline = (
        "mutation { positionAdd(input:"
        f' {{clientMutationId: "k1", title: "{written}"}}) {{ errors {{ __typename }} }} }}'
    )
    key = inline.replace("k1", written).replace(f'title: "{written}"', 'title: "x"')
    before = await rows_of(owner, ours)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    bodies = [
        f'{{"query": "{asked}", "variables": {{"input": {{"clientMutationId": "k", "title": "{written}"}}}}}}',
        json.dumps({"query": inline}),
        json.dumps({"query": key}),
        json.dumps(
            {"query": f'{{ people(filter: {{name: {{eq: "{written}"}}}}) {{ totalCount }} }}'}
        ),
        json.dumps({"query": f'{{ node(id: "{written}") {{ id }} }}'}),
        json.dumps({"query": f'{{ goals(after: "{written}") {{ totalCount }} }}'}),
    ]
    for body in bodies:
        reply = await wire.send("/graphql", content=body, headers=headers)

        answered = reply.json()
        codes = {error["extensions"]["code"] for error in answered.get("errors", [])}
        assert codes <= {"BAD_USER_INPUT", "BAD_REQUEST", "GRAPHQL_PARSE_FAILED"}, reply.text
        assert codes or "InvalidError" in reply.text or answered["data"] == {"node": None}, body
    assert await rows_of(owner, ours) == before
