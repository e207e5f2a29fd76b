"""How goals are agreed on a phone: what is missing, many at once, what was in force that day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from auth.actor import Actor
from domain.database import on_behalf_of
from domain.goals.actions import approve_goal, draft_goal
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amending import amend_goal, approve_amendment
from domain.goals.delegating import delegate_approvals
from domain.ids import new_id
from tests.people import TODAY, Company, count, found_company, goal_row, submitted_goal
from tests.schema.asking import ask, goal, goal_id, person_id, sold

APPROVE_ALL = """mutation($input: GoalsApproveInput!) { goalsApprove(input: $input) {
  errors { __typename ... on UserError { message path } }
  results { goalId goal { status version } errors { __typename ... on UserError { path }
    ... on GoalVersionConflictError { changes { field before after } } } } } }"""


async def sent(actor: Actor, document: str, **values: object) -> Any:
    """The one payload that a message is answered with."""
    (payload,) = (await ask(actor, document, input=values)).values()
    return payload


async def test_a_phone_shows_what_is_missing_before_and_when_it_is_handed_in(
    company: Company,
) -> None:
    rui = company.actor("Rui")
    made = goal_id(
        await draft_goal(
            rui, owner_id=company.ids["Rui"], name="Something", starts_on=date(2020, 6, 1)
        )
    )

    shown = await ask(
        rui, "query($id: ID!) { node(id: $id) { ... on Goal { missing revision } } }", id=made
    )
    payload = await sent(
        rui,
        """mutation($input: GoalSubmitInput!) { goalSubmit(input: $input) { goal { id }
          errors { ... on GoalIncompleteError { message path missing sentences } } } }""",
        clientMutationId="a", id=made, expectedVersion=1,
    )  # fmt: skip

    missing = ["MEASURE", "TARGET", "DUE_DATE", "PARENT"]
    sentences = [
        "Say what counts: the measure is missing.",
        "Say how much: the target is missing.",
        "Say by when: the last day is missing.",
        "Say what it serves: name the goal above it, or give the reason for none.",
    ]
    assert shown["node"] == {"missing": missing, "revision": 0}
    assert payload == {
        "goal": None,
        "errors": [
            {
                "message": " ".join(sentences),
                "path": ["id"],
                "missing": missing,
                "sentences": sentences,
            }
        ],
    }


async def test_many_are_approved_at_once_and_each_is_told_by_itself(company: Company) -> None:
    good, stale, own = [await submitted_goal(company, who) for who in ("Rui", "Sam", "Mona")]
    foreign = await submitted_goal(await found_company("Contoso"))
    mona = company.actor("Mona")
    items = [
        {"goalId": goal_id(good), "seenVersion": 2},
        {"goalId": goal_id(stale), "seenVersion": 1},
        {"goalId": goal_id(own), "seenVersion": 2},
        {"goalId": goal_id(foreign), "seenVersion": 2},
    ]

    first = await sent(mona, APPROVE_ALL, clientMutationId="bulk", items=items, note="Agreed.")
    again = await sent(mona, APPROVE_ALL, clientMutationId="bulk", items=items, note="Agreed.")
    other = await sent(mona, APPROVE_ALL, clientMutationId="bulk", items=items[:1])

    assert first == again
    assert first["errors"] == []
    assert [each["goalId"] for each in first["results"]] == [each["goalId"] for each in items]
    assert [each["goal"] for each in first["results"]] == [
        {"status": "APPROVED", "version": 3}, None, None, None,
    ]  # fmt: skip
    assert [each["errors"] for each in first["results"]] == [
        [],
        [
            {
                "__typename": "GoalVersionConflictError",
                "path": ["seenVersion"],
                "changes": [{"field": "status", "before": "draft", "after": "submitted"}],
            }
        ],
        [{"__typename": "NotPermittedError", "path": ["id"]}],
        [{"__typename": "NotFoundError", "path": ["id"]}],
    ]
    assert (other["errors"][0]["path"], other["results"]) == (["clientMutationId"], [])
    assert await count(company, "goal_decision", "act = 'approved'") == 1
    assert await count(company, "event", "act = 'goal.approved'") == 1


async def test_a_message_that_was_killed_half_way_goes_on_where_it_stopped(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    goals = [await submitted_goal(company, who) for who in ("Rui", "Sam")]
    items = [{"goalId": goal_id(each), "seenVersion": 2} for each in goals]
    mona, seen = company.actor("Mona"), []
    number_events = "domain.acts._number"

    async def killed(_org: object) -> None:
        seen.append(_org)
        if len(seen) == 2:  # after the first goal's commit; the message itself was taken up before
            raise KeyboardInterrupt

    monkeypatch.setattr(number_events, killed)
    with pytest.raises(KeyboardInterrupt):
        await sent(mona, APPROVE_ALL, clientMutationId="bulk", items=items)
    monkeypatch.undo()
    assert [(await goal_row(company, each)).status for each in goals] == ["approved", "submitted"]

    answered = await sent(mona, APPROVE_ALL, clientMutationId="bulk", items=items)

    assert [each["errors"] for each in answered["results"]] == [[], []]
    assert await count(company, "goal_decision", "act = 'approved'") == 2


@pytest.mark.parametrize("items", [[], ["one"] * 101, ["one", "one"]])
async def test_between_one_and_a_hundred_each_named_once(
    company: Company, items: list[str]
) -> None:
    made = goal_id(await submitted_goal(company))
    given = [
        {"goalId": made if len(items) == 2 else goal_id(new_id()), "seenVersion": 2} for _ in items
    ]

    payload = await sent(company.actor("Mona"), APPROVE_ALL, clientMutationId="bulk", items=given)

    assert payload["results"] == []
    assert payload["errors"][0]["path"] == ["items"]
    assert await count(company, "goal_decision", "act = 'approved'") == 0


async def test_a_delegate_finds_what_waits_and_nothing_else(company: Company) -> None:
    waiting = await submitted_goal(company)
    await goal(company, "Rui")
    await delegate_approvals(
        company.actor("Mona"), to_id=company.ids["Olga"], starts_on=date(2020, 5, 29),
        ends_on=date(2020, 5, 29),
    )  # fmt: skip
    olga = replace(company.actor("Olga"), delegators=frozenset({company.ids["Mona"]}))

    shown = await ask(
        olga,
        """{ approvals { nodes { id viewerCan revisions { nodes { number } } } }
          goals { nodes { id } }
          delegations { nodes { delegator { name } delegate { name } current } } }""",
    )

    assert shown["approvals"]["nodes"] == [
        {
            "id": goal_id(waiting),
            "viewerCan": ["APPROVE", "RETURN"],
            "revisions": {"nodes": [{"number": 1}]},
        }
    ]
    assert shown["goals"]["nodes"] == [{"id": goal_id(waiting)}]
    assert shown["delegations"]["nodes"] == [
        {"delegator": {"name": "Mona"}, "delegate": {"name": "Olga"}, "current": True}
    ]
    await approve_goal(olga, goal_id=waiting, seen_version=2)
    decided = await ask(
        company.actor("Rui"),
        """query($id: ID!) { node(id: $id) { ... on Goal { latestDecision {
          person { name } onBehalfOf { name } } } } }""",
        id=goal_id(waiting),
    )
    assert decided["node"]["latestDecision"] == {
        "person": {"name": "Olga"},
        "onBehalfOf": {"name": "Mona"},
    }

    amendment = await amend_goal(
        company.actor("Cora"), goal_id=waiting, seen_version=3, target=Decimal(2000),
        effective_from=date(2020, 5, 16), policy=AmendmentPolicy.REPLACE, reason="More.",
    )  # fmt: skip
    found = "{ amendments { nodes { reason goal { id viewerCan } } } goals { nodes { id } } }"
    assert await ask(olga, found) == {
        "amendments": {
            "nodes": [{"reason": "More.", "goal": {"id": goal_id(waiting), "viewerCan": []}}]
        },
        "goals": {"nodes": [{"id": goal_id(waiting)}]},
    }
    await approve_amendment(olga, amendment_id=amendment, seen_version=3)
    shown = await ask(
        company.actor("Rui"),
        """query($id: ID!) { node(id: $id) { ... on Goal { amendments { nodes {
          decidedBy { name } onBehalfOf { name } } } } } }""",
        id=goal_id(waiting),
    )
    assert shown["node"]["amendments"]["nodes"] == [
        {"decidedBy": {"name": "Olga"}, "onBehalfOf": {"name": "Mona"}}
    ]
    assert await ask(olga, found) == {"amendments": {"nodes": []}, "goals": {"nodes": []}}


async def test_before_an_import_corrected_it_a_day_has_the_target_of_then(company: Company) -> None:
    imported = await goal(company, "Rui")
    other = await submitted_goal(company, "Rui")
    await change_goal_by_import(company, other, date(2020, 5, 2), 5)  # before it was agreed
    await approve_goal(company.actor("Mona"), goal_id=other, seen_version=3)
    for corrected_on, target in ((date(2020, 4, 28), 900), (date(2020, 5, 11), 950), (TODAY, 975)):
        await change_goal_by_import(company, imported, corrected_on, target)
    amendment = await amend_goal(
        company.actor("Cora"), goal_id=imported, seen_version=4, target=Decimal(2000),
        effective_from=date(2020, 5, 30), policy=AmendmentPolicy.REPLACE, reason="More.",
    )  # fmt: skip
    await approve_amendment(company.actor("Mona"), amendment_id=amendment, seen_version=4)

    document = """query($day: Date, $goal: ID!) { goalsAsOf(asOf: $day, filter: {goal: {eq: $goal}}) {
      nodes { since target { amount } amendment { reason } } } }"""
    said = {}
    for day in ("2020-04-27", "2020-05-10", "2020-05-11", "2020-05-28", None, "2020-05-30"):
        [node] = (await ask(company.actor("Rui"), document, day=day, goal=goal_id(imported)))[
            "goalsAsOf"
        ]["nodes"]
        said[day] = (node["target"]["amount"], node["since"], node["amendment"])
    [whole] = (await ask(company.actor("Rui"), document, day="2020-05-01", goal=goal_id(other)))[
        "goalsAsOf"
    ]["nodes"]

    assert said == {
        "2020-04-27": ("1000.00", "2020-05-01", None),
        "2020-05-10": ("900.00", "2020-05-01", None),
        "2020-05-11": ("950.00", "2020-05-11", None),
        "2020-05-28": ("950.00", "2020-05-11", None),
        None: ("975.00", "2020-05-29", None),
        "2020-05-30": ("2000.00", "2020-05-30", {"reason": "More."}),
    }
    assert whole["target"]["amount"] == "5.00"


async def change_goal_by_import(company: Company, goal: UUID, day: date, target: int) -> None:
    """As a file's correction writes it, on this day of the organisation's."""
    async with on_behalf_of(company.org) as transaction:
        for today, statement in (
            (
                day,
                "update goal set target = $3, version = version + 1 where org_id = $1 and id = $2",
            ),
            (TODAY, None),
        ):
            await transaction.execute_query(
                "update organisation set business_date = $2 where org_id = $1", [company.org, today]
            )
            if statement:
                await transaction.execute_query(statement, [company.org, goal, Decimal(target)])


async def test_after_an_amendment_an_earlier_day_still_has_its_target(company: Company) -> None:
    made = await submitted_goal(company)
    mona, ada = company.actor("Mona"), company.actor("Ada")
    await approve_goal(mona, goal_id=made, seen_version=2)
    for amount, on in (("300", 4), ("45.50", 20)):
        await sold(company, "Rui", amount, on=date(2020, 5, on))
    amendment = await amend_goal(
        mona, goal_id=made, seen_version=3, effective_from=date(2020, 5, 16),
        target=Decimal(2000), policy=AmendmentPolicy.SEGMENTS, reason="A customer came over.",
    )  # fmt: skip
    await approve_amendment(ada, amendment_id=amendment, seen_version=3)

    document = """query($day: Date, $owner: ID!) {
      goalsAsOf(asOf: $day, filter: {owner: {eq: $owner}}) { nodes { since target { amount }
        amendment { policy reason targetBefore { amount } targetAfter { amount }
          requestedBy { name } decidedBy { name } }
        goal { target { amount } acceptance segments { nodes { startsOn endsOn stated { amount }
          target { amount } actual { amount } } } } } } }"""
    days = {
        day: (await ask(company.actor("Rui"), document, day=day, owner=person_id(company, "Rui")))[
            "goalsAsOf"
        ]["nodes"]
        for day in ("2020-05-15", "2020-05-16", None)
    }

    [before], [after] = days["2020-05-15"], days["2020-05-16"]
    assert (before["since"], before["target"], before["amendment"]) == (
        "2020-05-01", {"amount": "1000.00"}, None,
    )  # fmt: skip
    assert (after["since"], after["target"]) == ("2020-05-16", {"amount": "1516.13"})
    assert after == days[None][0]
    assert after["amendment"] == {
        "policy": "SEGMENTS",
        "reason": "A customer came over.",
        "targetBefore": {"amount": "1000.00"},
        "targetAfter": {"amount": "1516.13"},
        "requestedBy": {"name": "Mona"},
        "decidedBy": {"name": "Ada"},
    }
    assert after["goal"]["segments"]["nodes"] == [
        {
            "startsOn": "2020-05-01",
            "endsOn": "2020-05-15",
            "stated": {"amount": "1000.00"},
            "target": {"amount": "483.87"},
            "actual": {"amount": "300.00"},
        },
        {
            "startsOn": "2020-05-16",
            "endsOn": "2020-05-31",
            "stated": {"amount": "2000.00"},
            "target": {"amount": "1032.26"},
            "actual": {"amount": "45.50"},
        },
    ]
