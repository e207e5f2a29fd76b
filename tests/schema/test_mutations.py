"""What callers do, and how they hear that it was refused."""

import asyncio
from typing import Any

import pytest

from auth.actor import Actor, Scope
from domain.ids import new_id
from schema.typed_ids import encode
from tests.people import Company, count, drafted_goal, found_company, goal_row, submitted_goal
from tests.schema.asking import answer, ask, goal, goal_id, person_id

DRAFT = """mutation($input: GoalDraftInput!) { goalDraft(input: $input) {
  clientMutationId errors { __typename ... on UserError { message path } }
  goal { id version name status target { amount currency } owner { name } viewerCan } } }"""
UPDATE = """mutation($input: GoalUpdateInput!) { goalUpdate(input: $input) {
  errors { __typename ... on UserError { message path }
    ... on GoalVersionConflictError { seenVersion currentVersion goal { name version } }
    ... on GoalStateError { status } }
  goal { name version target { amount } decisions { nodes { act target { amount } } } } } }"""
APPROVE = """mutation($input: GoalApproveInput!) { goalApprove(input: $input) {
  errors { __typename ... on UserError { message path }
    ... on GoalVersionConflictError { seenVersion currentVersion }
    ... on GoalStateError { status goal { latestDecision { person { name } } } } }
  goal { status version } } }"""


def draft(company: Company, **values: object) -> dict[str, object]:
    return {
        "clientMutationId": "draft-1",
        "ownerId": person_id(company, "Rui"),
        "name": "June",
        "measure": "revenue",
        "startsOn": "2020-06-01",
        "endsOn": "2020-06-30",
        "target": "1500.5",
        **values,
    }


WRITTEN = [
    "CHANGE", "SET_MATRIX", "SHARE", "PRORATE", "SUBMIT", "KEEP_PRIVATE", "PROPOSE", "ALIGN", "ROLL_UP",
    "SPREAD",
]  # fmt: skip


async def sent(actor: Actor, document: str, **values: object) -> Any:
    """The one payload that a message is answered with."""
    (payload,) = (await ask(actor, document, input=values)).values()
    return payload


async def test_a_phone_drafts_a_goal_under_an_id_of_its_own(company: Company) -> None:
    made = goal_id(new_id())

    payload = await sent(company.actor("Rui"), DRAFT, **draft(company, id=made))

    assert payload == {
        "clientMutationId": "draft-1",
        "errors": [],
        "goal": {
            "id": made,
            "version": 1,
            "name": "June",
            "status": "DRAFT",
            "target": {"amount": "1500.50", "currency": "USD"},
            "owner": {"name": "Rui"},
            "viewerCan": WRITTEN,
        },
    }


async def test_the_same_message_again_has_the_same_answer_and_another_input_is_refused(
    company: Company,
) -> None:
    rui = company.actor("Rui")

    first = await sent(rui, DRAFT, **draft(company))
    again = await sent(rui, DRAFT, **draft(company))
    other = await sent(rui, DRAFT, **draft(company, target="1500.50"))

    assert first == again
    assert other["goal"] is None
    (error,) = other["errors"]
    assert (error["__typename"], error["path"]) == ("ConflictError", ["clientMutationId"])
    assert await count(company, "goal") == 1


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        ({"name": "   "}, "InvalidError", ["name"]),
        ({"target": "0"}, "InvalidError", ["target"]),
        ({"target": "1.00001"}, "InvalidError", ["target"]),
        ({"endsOn": "2020-05-31"}, "InvalidError", ["endsOn"]),
        ({"clientMutationId": "with space"}, "InvalidError", ["clientMutationId"]),
        ({"clientMutationId": ""}, "InvalidError", ["clientMutationId"]),
        ({"id": "person_01920000-0000-7000-8000-000000000001"}, "InvalidError", ["id"]),
        ({"ownerId": "person_01920000-0000-7000-8000-000000000001"}, "NotFoundError", ["ownerId"]),
        (
            {"territoryId": "territory_01920000-0000-7000-8000-000000000001"},
            "NotFoundError",
            ["territoryId"],
        ),
    ],
)
async def test_a_refusal_names_the_field_and_changes_nothing(
    company: Company, change: dict[str, object], kind: str, path: list[str]
) -> None:
    payload = await sent(company.actor("Rui"), DRAFT, **draft(company, **change))

    assert payload["goal"] is None
    (error,) = payload["errors"]
    assert (error["__typename"], error["path"]) == (kind, path)
    assert error["message"].endswith(".")
    assert await count(company, "goal") == await count(company, "event") == 0
    assert await count(company, "idempotency_key") == 0


async def test_a_change_takes_what_is_given_and_leaves_the_rest(company: Company) -> None:
    made = goal_id(await drafted_goal(company))
    rui = company.actor("Rui")
    base = {"id": made}

    named = await sent(
        rui, UPDATE, **base, clientMutationId="1", expectedVersion=1, name="New name"
    )
    raised = await sent(rui, UPDATE, **base, clientMutationId="2", expectedVersion=2, target="2000")
    null = await sent(rui, UPDATE, **base, clientMutationId="3", expectedVersion=3, name=None)
    stale = await sent(rui, UPDATE, **base, clientMutationId="4", expectedVersion=1, name="Late")

    assert named["errors"] == raised["errors"] == []
    assert named["goal"]["name"] == raised["goal"]["name"] == "New name"
    assert raised["goal"]["target"] == {"amount": "2000.00"}
    assert [d["target"]["amount"] for d in raised["goal"]["decisions"]["nodes"]] == [
        "1000.00", "1000.00", "2000.00"
    ]  # fmt: skip
    assert null["errors"][0]["path"] == ["name"]
    assert "cannot be null" in null["errors"][0]["message"]
    (error,) = stale["errors"]
    assert error["__typename"] == "GoalVersionConflictError"
    assert (error["seenVersion"], error["currentVersion"]) == (1, 3)
    assert error["goal"] == {"name": "New name", "version": 3}


async def test_nobody_approves_what_is_not_theirs_to_approve(company: Company) -> None:
    waiting = await submitted_goal(company, "Rui")
    monas = await submitted_goal(company, "Mona")
    refusals = {
        ("Rui", waiting): "NotPermittedError",
        ("Mona", monas): "NotPermittedError",
        ("Cora", waiting): "NotPermittedError",
        ("Fay", waiting): "NotPermittedError",
        ("Sam", waiting): "NotFoundError",
        ("Eve", waiting): "NotFoundError",
        ("Hal", waiting): "NotFoundError",
    }

    for (name, which), kind in refusals.items():
        payload = await sent(
            company.actor(name), APPROVE, clientMutationId="x", id=goal_id(which), seenVersion=2
        )
        assert payload["goal"] is None
        assert [error["__typename"] for error in payload["errors"]] == [kind], name
    partner = company.partner(*Scope)
    message = {"clientMutationId": "x", "id": goal_id(waiting), "seenVersion": 2}
    assert (await sent(partner, APPROVE, **message))["errors"][0]["__typename"] == "NotFoundError"

    assert (await goal_row(company, waiting)).status == "submitted"
    assert (await goal_row(company, monas)).status == "submitted"


async def test_absent_foreign_and_hidden_goals_are_refused_alike(company: Company) -> None:
    other = await found_company()
    theirs, hidden = await submitted_goal(other), await submitted_goal(company, "Olga")
    mona = company.actor("Mona")

    answers = [
        await sent(mona, APPROVE, clientMutationId=f"{n}", id=goal_id(each), seenVersion=2)
        for n, each in enumerate((theirs, hidden, new_id()))
    ]

    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["errors"][0]["message"] == (
        "There is no such goal, or it is not yours to see."
    )


async def test_of_two_approvers_at_once_one_wins_and_the_other_is_told_who(
    company: Company,
) -> None:
    waiting = await submitted_goal(company, "Rui")
    message = {"clientMutationId": "x", "id": goal_id(waiting), "seenVersion": 2}

    both = await asyncio.gather(
        *(sent(company.actor(name), APPROVE, **message) for name in ("Mona", "Ada"))
    )

    (won,) = [each for each in both if not each["errors"]]
    (lost,) = [each for each in both if each["errors"]]
    winner = "Mona" if both[0] is won else "Ada"
    assert won["goal"] == {"status": "APPROVED", "version": 3}
    (error,) = lost["errors"]
    assert (error["__typename"], error["status"]) == ("GoalStateError", "APPROVED")
    assert error["goal"]["latestDecision"]["person"]["name"] == winner


async def test_acts_of_one_document_follow_one_another_and_each_stands_by_itself(
    company: Company,
) -> None:
    made = goal_id(await drafted_goal(company))
    document = """mutation($id: ID!) {
      first: goalUpdate(input: {clientMutationId: "a", id: $id, expectedVersion: 1, name: "B"}) {
        goal { version status name } }
      late: goalUpdate(input: {clientMutationId: "b", id: $id, expectedVersion: 1, name: "C"}) {
        goal { version } errors { __typename } }
      done: goalSubmit(input: {clientMutationId: "c", id: $id, expectedVersion: 2}) {
        goal { version status name viewerCan } } }"""

    answered = await answer(company.actor("Rui"), document, id=made)

    assert answered.errors == []
    assert answered.data == {
        "first": {"goal": {"version": 2, "status": "DRAFT", "name": "B"}},
        "late": {"goal": None, "errors": [{"__typename": "GoalVersionConflictError"}]},
        "done": {
            "goal": {
                "version": 3,
                "status": "SUBMITTED",
                "name": "B",
                "viewerCan": ["PROPOSE"],
            }
        },
    }


async def test_a_replayed_message_shows_only_what_the_caller_may_still_see(
    company: Company,
) -> None:
    waiting = await submitted_goal(company, "Rui")
    message = {"clientMutationId": "x", "id": goal_id(waiting), "seenVersion": 2}
    mona = company.actor("Mona")
    await sent(mona, APPROVE, **message)

    replayed = await sent(company.actor("Mona", without=mona.roles), APPROVE, **message)

    assert replayed == {"errors": [], "goal": None}


async def test_only_administrators_administer(company: Company) -> None:
    add = """mutation($input: PersonAddInput!) { personAdd(input: $input) {
      errors { __typename } person { id name email } } }"""
    grant = """mutation($input: RoleGrantInput!) { roleGrant(input: $input) {
      errors { __typename ... on UserError { message } } person { roles } } }"""
    fill = """mutation($input: PositionFillInput!) { positionFill(input: $input) {
      errors { __typename } position { vacant holder { name } } } }"""
    new = {"clientMutationId": "1", "name": "Nia", "email": "nia@example.test"}
    seat = {
        "clientMutationId": "2",
        "id": encode("position", company.positions["Sam"]),
        "since": "2020-05-01",
    }

    refused = await sent(company.actor("Mona"), add, **new)
    added = await sent(company.actor("Hal"), add, **new)
    nia = {"clientMutationId": "3", "personId": added["person"]["id"], "role": "REP"}
    granted = await sent(company.actor("Adam"), grant, **nia)
    vacated = await sent(company.actor("Adam"), fill, **seat, personId=None)

    assert refused == {"errors": [{"__typename": "NotPermittedError"}], "person": None}
    assert (added["person"]["name"], added["person"]["email"]) == ("Nia", "nia@example.test")
    assert granted == {"errors": [], "person": {"roles": ["REP"]}}
    assert vacated == {"errors": [], "position": {"vacant": True, "holder": None}}


async def test_viewer_can_says_what_the_action_would_allow(company: Company) -> None:
    draft, waiting = await goal(company, "Rui", status="draft"), await submitted_goal(company)
    approved = await goal(company, "Rui")
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Goal { viewerCan } } }"
    ids = [goal_id(each) for each in (draft, waiting, approved)]

    async def can(name: str) -> list[list[str]]:
        data = await ask(company.actor(name), document, ids=ids)
        return [node["viewerCan"] for node in data["nodes"]]

    tree, spread, budget = ["ALIGN", "ROLL_UP"], ["SPREAD"], ["SET_BUDGET"]
    owns = ["ACCEPT", "REQUEST_CHANGE", "CHECK_IN", "RAISE_BLOCKER", *spread]
    assert await can("Rui") == [WRITTEN, ["PROPOSE"], owns]
    plans = [*tree, *spread, *budget]
    changes = ["CHANGE", "SET_MATRIX", "SHARE", "PRORATE"]
    above = ["AMEND", "OPEN_PLAN", "OVERRIDE", *plans]
    decides = ["APPROVE", "RETURN", *tree, *budget]
    assert await can("Mona") == [[*changes, *plans], decides, above]
    overrides = ["AMEND", "OVERRIDE", *plans]
    assert await can("Cora") == [[*changes, "SUBMIT", *plans], [*tree, *budget], overrides]
    assert await can("Fay") == [budget, budget, budget]
