"""The operations that our own clients send, each run against rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from auth.actor import Actor, Role, Scope
from domain.ids import new_id
from domain.incentives.crediting_due import credit_due
from schema import printed_schema
from schema.typed_ids import encode
from tests.people import MORNING, Company, drafted_goal, submitted_goal
from tests.schema.asking import (
    Answer,
    answer,
    ask,
    goal,
    goal_id,
    insert,
    person_id,
    sold,
    territory,
    territory_id,
)

ROOT = Path(__file__).resolve().parents[2]


async def send(actor: Actor, name: str, **variables: object) -> Answer:
    """What the committed document of this name answers; `answer` validates it first."""
    answered = await answer(
        actor, (ROOT / "documents" / f"{name}.graphql").read_text(), **variables
    )
    assert not answered.errors, [error.original_error or error for error in answered.errors]
    return answered


async def check_in(company: Company, of: UUID, day: int, **values: object) -> UUID:
    made = new_id()
    row = {
        "id": made,
        "goal_id": of,
        "author_id": company.ids["Rui"],
        "confidence": "on_track",
        "note": f"note of day {day}",
        "noted_at": datetime(2020, 5, day, 12, tzinfo=UTC),
        **values,
    }
    await insert(company, "check_in", [row])
    return made


def test_the_committed_schema_is_what_the_code_says() -> None:
    committed = (ROOT / "schema.graphql").read_text()

    assert committed == printed_schema(), "run `attain schema --write` and read the difference"


async def test_a_rep_finds_current_goals_with_their_latest_three_check_ins(
    company: Company,
) -> None:
    west = await territory(company, "West")
    may = await goal(company, "Rui", territory_id=west, version=3)
    await goal(company, "Rui", starts_on=date(2020, 6, 1), ends_on=date(2020, 6, 30))
    await goal(company, "Sam")
    await sold(company, "Rui", "850.1200")
    ids = [await check_in(company, may, day) for day in (3, 4, 5)]
    ids.append(await check_in(company, may, 6, value=Decimal("850.5"), confidence="at_risk"))

    data = (await send(company.actor("Rui"), "RepHome")).data

    assert data["me"] == {
        "person": {"id": person_id(company, "Rui"), "name": "Rui", "title": "Cast"},
        "organisation": {"id": encode("organisation", company.org), "name": "Northwind"},
        "roles": ["REP"],
        "today": "2020-05-29",
    }
    (shown,) = data["goals"]["nodes"]
    check_ins = shown.pop("checkIns")["nodes"]
    assert shown == {
        "id": goal_id(may),
        "version": 3,
        "name": "May of Rui",
        "status": "APPROVED",
        "stage": "ACTIVE",
        "acceptance": None,
        "measuredBy": {"key": "revenue", "name": "Revenue", "unit": "MONEY"},
        "owner": {"id": person_id(company, "Rui"), "name": "Rui"},
        "territory": {"id": territory_id(west), "name": "West"},
        "period": {"startsOn": "2020-05-01", "endsOn": "2020-05-31"},
        "target": {"amount": "1000.00", "currency": "USD"},
        "actual": {"amount": "850.12", "currency": "USD"},
        "attainment": "0.8501",
        "viewerCan": [
            "ACCEPT",
            "REQUEST_CHANGE",
            "CHECK_IN",
            "RAISE_BLOCKER",
            "SPREAD",
        ],
        "pace": {
            "status": "AT_RISK",
            "expectedShare": "1",
            "expectedToDate": "1000.00",
            "neededPerWorkingDay": None,
            "projected": "850.12",
            "workingDaysLeft": 0,
        },
    }
    assert [each["id"] for each in check_ins] == [encode("check_in", ids[n]) for n in (3, 2, 1)]
    assert check_ins[0] == {
        "id": encode("check_in", ids[3]),
        "value": "850.5",
        "confidence": "AT_RISK",
        "note": "note of day 6",
        "notedAt": "2020-05-06T12:00:00Z",
    }


async def test_before_approving_a_manager_reads_what_the_past_says(company: Company) -> None:
    for month, result in ((1, "120"), (2, "130"), (3, "125")):
        await goal(
            company, "Rui", starts_on=date(2020, month, 1), ends_on=date(2020, month, 28),
            proposed=Decimal(100),
        )  # fmt: skip
        await sold(company, "Rui", result, on=date(2020, month, 15))
    june = await goal(
        company, "Rui", starts_on=date(2020, 6, 1), ends_on=date(2020, 6, 30), status="submitted",
        proposed=Decimal(200),
    )  # fmt: skip

    (shown,) = (await send(company.actor("Mona"), "ManagerApprovals")).data["approvals"]["nodes"]
    detail = (await send(company.actor("Mona"), "GoalDetail", id=goal_id(june))).data["node"]
    may = await goal(company, "Rui")
    running = (await send(company.actor("Mona"), "TeamPace")).data["goals"]["nodes"]

    assert shown["proposalBias"]["verdict"] == "SANDBAGGING"
    assert (shown["proposalBias"]["bias"], shown["proposalBias"]["corrected"]) == ("1.25", "250.00")
    assert shown["attainability"]["sentence"] == detail["attainability"]["sentence"]
    assert detail["proposalBias"]["sentence"] == shown["proposalBias"]["sentence"]
    assert detail["stage"] == "SUBMITTED"
    assert [each["id"] for each in running] == [goal_id(may)]


async def test_a_rep_checks_in_from_a_phone_that_sends_the_message_twice(
    company: Company,
) -> None:
    may = await goal(company, "Rui")
    written = encode("check_in", new_id())
    message = {
        "clientMutationId": "phone-1",
        "id": goal_id(may),
        "checkInId": written,
        "value": "412.5",
        "confidence": "AT_RISK",
        "note": 'Two deals slipped; "Ødegård" signs in June.',
        "notedAt": "2020-05-20T08:30:00Z",
    }

    first = (await send(company.actor("Rui"), "CheckIn", input=message)).data["goalCheckIn"]
    again = (await send(company.actor("Rui"), "CheckIn", input=message)).data["goalCheckIn"]

    assert first == again
    assert first["errors"] == []
    assert first["checkIn"] == {
        "id": written,
        "value": "412.5",
        "confidence": "AT_RISK",
        "note": 'Two deals slipped; "Ødegård" signs in June.',
        "notedAt": "2020-05-20T08:30:00Z",
        "goal": {
            "id": goal_id(may),
            "version": 1,
            "checkIns": {"nodes": [{"id": written}]},
        },
    }


async def test_a_check_in_whose_id_is_taken_is_refused_at_its_own_id_and_not_at_the_goals(
    company: Company,
) -> None:
    may = goal_id(await goal(company, "Rui"))
    message = {"id": may, "checkInId": encode("check_in", new_id()), "confidence": "AT_RISK"}
    rui = company.actor("Rui")

    await send(rui, "CheckIn", input={**message, "clientMutationId": "phone-1"})
    told = await send(rui, "CheckIn", input={**message, "clientMutationId": "phone-2"})

    answer = told.data["goalCheckIn"]
    assert answer["checkIn"] is None
    assert answer["errors"] == [
        {
            "__typename": "ConflictError",
            "message": "This id is already in use; make a new one for a new record.",
            "path": ["checkInId"],
        }
    ]


async def test_a_manager_sees_what_waits_for_them_and_approves_it(company: Company) -> None:
    waiting = await submitted_goal(company, "Rui")
    await submitted_goal(company, "Mona")
    await submitted_goal(company, "Olga")
    await drafted_goal(company, "Sam")
    mona = company.actor("Mona")

    listed = (await send(mona, "ManagerApprovals")).data["approvals"]
    (shown,) = listed["nodes"]
    message = {"clientMutationId": "yes", "id": shown["id"], "seenVersion": shown["version"]}
    approved = (await send(mona, "ApproveGoal", input=message)).data["goalApprove"]

    assert listed["totalCount"] == 1
    assert shown["id"] == goal_id(waiting)
    plans = ["ALIGN", "ROLL_UP", "SPREAD", "SET_BUDGET"]
    assert shown["viewerCan"] == ["APPROVE", "RETURN", "ALIGN", "ROLL_UP", "SET_BUDGET"]
    assert shown["latestDecision"]["act"] == "SUBMITTED"
    assert shown["latestDecision"]["person"]["name"] == "Rui"
    assert approved["errors"] == []
    assert (approved["goal"]["status"], approved["goal"]["version"]) == ("APPROVED", 3)
    may = ["AMEND", "OPEN_PLAN", "OVERRIDE", *plans]
    assert approved["goal"]["viewerCan"] == may
    assert approved["goal"]["latestDecision"]["person"]["name"] == "Mona"
    assert (await send(mona, "ManagerApprovals")).data["approvals"]["totalCount"] == 0


async def test_who_comes_second_hears_who_decided(company: Company) -> None:
    waiting = await submitted_goal(company, "Rui")
    returned = {"clientMutationId": "no", "id": goal_id(waiting), "seenVersion": 2, "note": "More."}
    approved = {"clientMutationId": "yes", "id": goal_id(waiting), "seenVersion": 2}

    first = (await send(company.actor("Mona"), "ReturnGoal", input=returned)).data["goalReturn"]
    second = (await send(company.actor("Ada"), "ApproveGoal", input=approved)).data["goalApprove"]

    assert first["errors"] == []
    assert first["goal"]["latestDecision"]["note"] == "More."
    assert second["goal"] is None
    (error,) = second["errors"]
    assert (error["__typename"], error["status"]) == ("GoalStateError", "RETURNED")
    assert error["goal"]["latestDecision"]["person"]["name"] == "Mona"
    assert error["goal"]["version"] == 3


async def test_a_hundred_team_goals_take_as_many_statements_as_one(company: Company) -> None:
    west = await territory(company, "West")
    await goal(company, "Rui", territory_id=west)
    alone = await send(company.actor("Mona"), "TeamPerformance", **{"from": "2020-05-01"})
    for number in range(99):
        await goal(company, ("Rui", "Sam")[number % 2], territory_id=west, name=f"Goal {number}")
    await goal(company, "Mona")
    await goal(company, "Olga")
    await sold(company, "Sam", "250")

    team = await send(company.actor("Mona"), "TeamPerformance", **{"from": "2020-05-01"})

    nodes: list[dict[str, Any]] = team.data["goals"]["nodes"]
    assert len(nodes) == 100
    assert {node["owner"]["name"] for node in nodes} == {"Rui", "Sam"}
    assert {node["attainment"] for node in nodes} == {"0", "0.25"}
    assert team.statements == alone.statements == 1


async def test_the_rep_home_takes_one_statement(company: Company) -> None:
    west = await territory(company, "West")
    for _ in range(5):
        may = await goal(company, "Rui", territory_id=west)
        await check_in(company, may, 2)

    home = await send(company.actor("Rui"), "RepHome")

    assert len(home.data["goals"]["nodes"]) == 5
    assert home.statements == 1


@pytest.mark.parametrize("scopes", [(Scope.PERFORMANCE_READ,), tuple(Scope)])
async def test_a_partner_reads_attainment_and_nothing_of_anybody(
    company: Company, scopes: tuple[Scope, ...]
) -> None:
    west = await territory(company, "West")
    coast = await territory(company, "Coast", west)
    east = await territory(company, "East")
    await goal(company, "Rui", territory_id=coast)
    await goal(company, "Sam", territory_id=east)
    await goal(company, "Rui", territory_id=coast, status="draft")
    await sold(company, "Rui", "500", at=coast)
    await sold(company, None, "70.25", at=west)
    await sold(company, "Sam", "9", at=east)

    answered = await send(
        company.partner(*scopes, territories=frozenset({west})),
        "PartnerPerformance",
        **{"from": "2020-05-10", "to": "2020-05-10"},
    )

    period = {"periodStart": "2020-05-01", "periodEnd": "2020-05-31"}
    figures = {
        "target": {"amount": "1000.00", "currency": "USD"},
        "actual": {"amount": "500.00", "currency": "USD"},
        "attainment": "0.5",
    }
    assert answered.data["performance"]["nodes"] == [
        {
            "territory": {"id": territory_id(coast), "name": "Coast"},
            "sales": {"amount": "500.00", "currency": "USD"},
            **period,
            **figures,
        },
        {
            "territory": {"id": territory_id(west), "name": "West"},
            "sales": {"amount": "570.25", "currency": "USD"},
            **period,
            **figures,
        },
    ]
    assert answered.statements == 1


async def test_what_waits_is_shown_only_to_those_who_may_decide(company: Company) -> None:
    await submitted_goal(company)
    directs = company.actor("Ada", without=frozenset({Role.MANAGER}))

    waiting = (await send(company.actor("Ada"), "ManagerApprovals")).data["approvals"]
    without_the_role = (await send(directs, "ManagerApprovals")).data["approvals"]

    assert waiting["totalCount"] == 1
    assert without_the_role["totalCount"] == 0


async def act(actor: Actor, document: str, /, **values: object) -> dict[str, Any]:
    """What the only act of a document came to; nothing was refused."""
    sent = await send(actor, document, input={"clientMutationId": str(new_id()), **values})
    ((_, payload),) = sent.data.items()
    assert payload["errors"] == [], payload
    done: dict[str, Any] = payload
    return done


async def test_a_goal_is_shared_out_after_somebody_looked_at_it(company: Company) -> None:
    top = await goal(company, "Ada", target=Decimal("100.01"), scope="team")
    had = await goal(company, "Mona", parent_id=top, status="draft", target=Decimal(40))
    ada = company.actor("Ada")

    proposed = await act(ada, "ProposeCascade", id=goal_id(top), method="EQUAL")
    cascade = proposed["cascade"]["id"]
    preview = (await send(ada, "CascadePreview", id=cascade)).data["node"]
    applied = await act(ada, "ApplyCascade", cascadeId=cascade)
    tree = (await send(ada, "GoalTree", id=goal_id(top))).data["node"]

    lines = {line["person"]["name"]: line for line in preview["lines"]["nodes"]}
    assert preview["state"] == "PROPOSED"
    assert lines["Mona"]["before"]["amount"] == "40.00"
    assert applied["cascade"]["state"] == "APPLIED"
    below = {each["id"]: each["target"]["amount"] for each in tree["descendants"]["nodes"]}
    assert below[goal_id(had)] == lines["Mona"]["street"]["amount"]
    assert tree["children"]["totalCount"] == tree["descendants"]["totalCount"] == len(lines)
    assert (tree["childrenTarget"]["amount"], tree["unallocated"]["amount"]) == ("100.01", "0.00")


async def test_many_goals_are_proposed_agreed_upon_and_answered(company: Company) -> None:
    waiting, drafted = await submitted_goal(company, "Rui"), await drafted_goal(company, "Sam")
    rui, sam, mona = (company.actor(name) for name in ("Rui", "Sam", "Mona"))

    said = await act(sam, "ProposeTarget", id=goal_id(drafted), expectedVersion=1, amount="900")
    items = [{"goalId": goal_id(each), "seenVersion": 2} for each in (waiting, drafted)]
    approved, refused = (await act(mona, "ApproveGoals", items=items))["results"]
    accepted = await act(rui, "AcceptGoal", id=goal_id(waiting), expectedVersion=3)
    detail = (await send(rui, "GoalDetail", id=goal_id(waiting))).data["node"]

    assert said["goal"]["proposed"]["amount"] == "900.00"
    assert (approved["errors"], approved["goal"]["status"]) == ([], "APPROVED")
    assert [each["__typename"] for each in refused["errors"]] == ["GoalStateError"]
    assert accepted["goal"]["acceptance"] == "ACCEPTED"
    assert [each["number"] for each in detail["revisions"]["nodes"]] == [1]


async def test_what_is_in_the_way_is_told_and_resolved(company: Company) -> None:
    may = await goal(company, "Rui")
    rui, mona = company.actor("Rui"), company.actor("Mona")

    raised = await act(rui, "RaiseBlocker", id=goal_id(may), cause="TOOLS", what="No laptop.")
    told = (await send(mona, "Notices")).data
    read = await act(mona, "ReadNotices", id=told["notices"]["nodes"][0]["id"])
    resolved = await act(
        mona, "ResolveBlocker", id=raised["blocker"]["id"], resolution="Bought one."
    )
    detail = (await send(rui, "GoalDetail", id=goal_id(may))).data["node"]

    assert (told["unread"]["totalCount"], read["notice"]["readAt"] is None) == (1, False)
    assert (await send(mona, "Notices")).data["unread"]["totalCount"] == 0
    assert resolved["blocker"]["state"] == "RESOLVED"
    assert [each["resolution"] for each in detail["blockers"]["nodes"]] == ["Bought one."]


async def test_a_note_is_written_offline_read_and_answered(company: Company) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    about, note, reply = person_id(company, "Rui"), f"note_{new_id()}", f"note_reply_{new_id()}"
    may = goal_id(await goal(company, "Rui"))

    for _ in range(2):
        written = await act(
            mona,
            "WriteNote",
            id=note,
            aboutId=about,
            body="Well *done*.",
            evidence=[{"goalId": may}],
        )
    assert written["note"]["viewerCan"] == ["EDIT", "SHARE", "WITHDRAW"]
    await act(mona, "ShareNote", noteId=note, personIds=[about, person_id(company, "Hal")])
    await act(mona, "TakeNoteBack", noteId=note, personIds=[person_id(company, "Hal")])
    await act(mona, "EditNote", noteId=note, expectedVersion=1, body="Very well *done*.")
    answered = await act(rui, "ReplyToNote", noteId=note, replyId=reply, body="Thank you.")
    await act(rui, "AcknowledgeNote", noteId=note, version=2)
    [listed] = (await send(rui, "Notes", filter={"words": "thank"})).data["notes"]["nodes"]
    detail = (await send(rui, "NoteDetail", id=note)).data["node"]
    own = await act(rui, "WriteNote", aboutId=about, body="For myself.")
    withdrawn = await act(rui, "WithdrawNote", noteId=own["note"]["id"])

    assert [each["id"] for each in answered["note"]["replies"]["nodes"]] == [reply]
    assert (listed["id"], listed["visibility"], listed["acknowledged"]) == (note, "COACHEE", True)
    assert detail["bodyHtml"] == "<p>Very well <em>done</em>.</p>"
    assert [each["subject"] for each in detail["evidence"]["nodes"]] == [
        {"__typename": "Goal", "id": may}
    ]
    assert [each["version"] for each in detail["revisions"]["nodes"]] == [2, 1]
    assert withdrawn["note"] is None


async def test_what_is_said_of_a_goal_is_read_edited_and_withdrawn(company: Company) -> None:
    may, rui, mona = await goal(company, "Rui"), company.actor("Rui"), company.actor("Mona")
    about, at_rui = {"id": goal_id(may)}, f"@[Rui]({person_id(company, 'Rui')})"

    said = await act(mona, "WriteComment", subjectId=about["id"], body=f"Well done, {at_rui}.")
    comment = said["comment"]["id"]
    [mention] = (await send(rui, "Mentions")).data["mentions"]["nodes"]
    edited = await act(mona, "EditComment", id=comment, expectedVersion=1, body="*Well* done.")
    [shown] = (await send(rui, "Comments", **about)).data["node"]["comments"]["nodes"]
    withdrawn = await act(mona, "WithdrawComment", id=comment)

    assert mention["comment"]["bodyHtml"] == "<p>Well done, @Rui.</p>"
    assert edited["comment"]["bodyHtml"] == shown["bodyHtml"] == "<p><em>Well</em> done.</p>"
    assert [each["version"] for each in shown["earlier"]] == [1]
    assert (withdrawn["comment"]["body"], withdrawn["comment"]["viewerCan"]) == (None, [])
    assert (await send(rui, "Mentions")).data["mentions"]["totalCount"] == 0


async def test_a_running_goal_is_amended_and_another_is_asked_for(company: Company) -> None:
    may, june = await goal(company, "Rui"), await goal(company, "Sam")
    mona = company.actor("Mona")

    amended = await act(
        mona, "AmendGoal", id=goal_id(may), seenVersion=1, effectiveFrom="2020-05-20",
        target="800", policy="REPLACE", reason="A customer left.",
    )  # fmt: skip
    asked = await act(
        company.actor("Sam"), "RequestChange", id=goal_id(june), expectedVersion=1, note="Too much."
    )
    days = {"startsOn": "2020-06-01", "endsOn": "2020-06-12"}
    delegated = await act(mona, "DelegateApprovals", toId=person_id(company, "Ada"), **days)
    detail = (await send(mona, "GoalDetail", id=goal_id(may))).data["node"]

    assert amended["amendment"]["targetBefore"]["amount"] == "1000.00"
    assert [each["id"] for each in detail["amendments"]["nodes"]] == [amended["amendment"]["id"]]
    assert asked["goal"]["acceptanceDecision"]["note"] == "Too much."
    assert delegated["delegation"]["delegate"]["name"] == "Ada"


async def test_amendments_delegations_and_plans_are_decided_from_a_phone(company: Company) -> None:
    may, cora = await goal(company, "Rui"), company.actor("Cora")
    mona = company.actor("Mona")
    lent = await act(
        mona, "DelegateApprovals", toId=person_id(company, "Olga"), startsOn="2020-05-29",
        endsOn="2020-06-02",
    )  # fmt: skip
    olga = replace(company.actor("Olga"), delegators=frozenset({company.ids["Mona"]}))
    asked = {
        "id": goal_id(may),
        "effectiveFrom": "2020-05-16",
        "policy": "REPLACE",
        "reason": "More.",
    }
    first = await act(cora, "AmendGoal", **asked, seenVersion=1, target="1500")

    [waits] = (await send(olga, "AmendmentApprovals")).data["amendments"]["nodes"]
    assert waits["id"] == first["amendment"]["id"]
    await act(
        olga, "ReturnAmendment", amendmentId=waits["id"], seenVersion=1, note="Say by how much."
    )
    second = await act(cora, "AmendGoal", **asked, seenVersion=1, target="1200")
    await act(mona, "ApproveAmendment", amendmentId=second["amendment"]["id"], seenVersion=1)
    [given] = (await send(mona, "Delegations")).data["delegations"]["nodes"]
    assert given["id"] == lent["delegation"]["id"]
    ended = await act(mona, "EndDelegation", id=given["id"])
    assert (ended["delegation"]["current"], ended["delegation"]["endedBy"]["name"]) == (
        False,
        "Mona",
    )

    plan = (await act(mona, "OpenPlan", id=goal_id(may), reason="Behind.", dueOn="2020-06-30"))[
        "plan"
    ]
    step = (await act(company.actor("Rui"), "AddStep", id=plan["id"], what="Call everybody."))[
        "step"
    ]
    await act(company.actor("Rui"), "TickStep", id=step["id"])
    agreed = (await act(mona, "AgreeToPlan", id=plan["id"], expectedVersion=3))["plan"]
    closed = (await act(mona, "ClosePlan", id=plan["id"], outcome="On track."))["plan"]
    assert (agreed["state"], closed["state"], closed["version"]) == ("AGREED", "CLOSED", 5)
    shown = (await send(mona, "GoalDetail", id=goal_id(may))).data["node"]
    assert [each["onBehalfOf"] for each in shown["amendments"]["nodes"]] == [
        {"id": person_id(company, "Mona"), "name": "Mona"}, None,
    ]  # fmt: skip
    assert shown["target"]["amount"] == "1200.00"
    assert [each["version"] for each in shown["correctivePlans"]["nodes"]] == [5]


async def test_many_are_drafted_seen_and_given_back_and_rules_are_kept(company: Company) -> None:
    cora, mona = company.actor("Cora"), company.actor("Mona")
    template = new_id()
    await insert(company, "goal_template", [{
        "id": template, "name": "June", "goal_name": "June 2020", "measure": "revenue",
        "target": Decimal(500), "currency": "USD",
    }])  # fmt: skip
    [listed] = (await send(mona, "GoalTemplates")).data["goalTemplates"]["nodes"]
    made = await act(
        mona, "AssignTemplate", templateId=listed["id"], startsOn="2020-06-01", endsOn="2020-06-30",
        people=[{"personId": person_id(company, who)} for who in ("Rui", "Sam")],
    )  # fmt: skip
    assert made["assignment"]["drafted"] == 2
    waiting = await submitted_goal(company)
    proposals = (await send(mona, "TeamProposals")).data["goals"]
    assert sorted((each["name"], each["status"]) for each in proposals["nodes"]) == [
        ("June 2020", "DRAFT"), ("June 2020", "DRAFT"), ("Revenue, May 2020", "SUBMITTED"),
    ]  # fmt: skip
    items = [{"goalId": goal_id(waiting), "seenVersion": 2}]
    [back] = (await act(mona, "ReturnGoals", items=items, note="Too low."))["results"]
    assert back["goal"]["latestDecision"]["note"] == "Too low."

    lock = (await act(
        cora, "LockGoals", startsOn="2020-05-01", endsOn="2020-05-31", locksOn="2020-05-29",
        reason="Agreed.",
    ))["goalLock"]  # fmt: skip
    await act(cora, "ChangeGoalRules", expectedVersion=1, checkInEveryDays=14)
    rules = (await send(company.actor("Rui"), "GoalRules")).data
    assert (rules["goalPolicy"]["checkInEveryDays"], rules["goalPolicy"]["version"]) == (14, 2)
    assert [each["inForce"] for each in rules["goalLocks"]["nodes"]] == [True]
    lifted = (await act(cora, "LiftGoalLock", id=lock["id"], reason="One more."))["goalLock"]
    assert lifted["inForce"] is False


async def test_a_pay_plan_is_drafted_published_assigned_and_read(company: Company) -> None:
    cora, fay, rui = (company.actor(name) for name in ("Cora", "Fay", "Rui"))
    made = await act(
        cora,
        "DefinePayPlan",
        key="reps",
        name="Reps",
        beginsOn="2020-01-01",
        template="ACCELERATOR",
    )
    plan, [draft] = made["plan"]["id"], made["plan"]["versions"]["nodes"]
    assert draft["failing"] == []
    sent = {"versionId": draft["id"], "expectedVersion": 1, "acknowledged": True}
    messages = {
        caller.person: (await send(caller, "PublishPayPlan", input=sent | {
            "clientMutationId": "once", "expectedVersion": seen,
        })).data["payPlanVersionPublish"]["errors"]
        for caller, seen in ((cora, 1), (fay, 2))
    }  # fmt: skip
    [own], [stale] = messages.values()
    assert own["__typename"] == "NotPermittedError"
    assert (stale["__typename"], stale["currentVersion"]) == ("VersionConflictError", 1)
    published = (await act(fay, "PublishPayPlan", **sent))["version"]
    assert (published["number"], published["publishedBy"]["name"]) == (1, "Fay")

    people = [{"personId": person_id(company, "Rui"), "targetIncentive": "30000"}]
    put = await act(cora, "AssignPayPlan", planId=plan, startsOn="2020-02-01", people=people)
    assert (put["plan"]["current"]["number"], put["plan"]["assignments"]["totalCount"]) == (1, 1)
    agreed = await act(
        cora, "SetPayOverride", planId=plan, personId=person_id(company, "Rui"), kind="QUOTA",
        key="revenue", value="90000", startsOn="2020-02-01", reason="Parental leave.",
    )  # fmt: skip
    text = published["text"].replace("100 %", "110 %")
    further = (await act(cora, "DraftPayPlan", planId=plan, beginsOn="2020-07-01", text=text))[
        "version"
    ]
    assert further["changes"] == [
        "Component commission, the commission, the rate table, tier from 1.00 is gone; it pays 1.5.",
        "Component commission, the commission, the rate table, tier from 1.10 is new; it pays 1.5.",
    ]
    changed = await act(
        cora, "ChangePayPlanDraft", versionId=further["id"], expectedVersion=1, note="As agreed."
    )
    assert (changed["version"]["version"], changed["version"]["note"]) == (2, "As agreed.")

    [listed] = (await send(rui, "PayPlans")).data["payPlans"]["nodes"]
    [on_it] = listed["assignments"]["nodes"]
    assert on_it["targetIncentive"] == {"amount": "30000.00", "currency": "USD"}
    shown = (await send(rui, "PayPlanDetail", id=plan)).data["node"]
    assert [each["number"] for each in shown["versions"]["nodes"]] == [1]
    assert [each["value"] for each in shown["overrides"]["nodes"]] == ["90000"]
    assert (await send(company.actor("Sam"), "PayPlanDetail", id=plan)).data["node"] is None

    asked = {"versionId": further["id"], "startsOn": "2020-03-01", "endsOn": "2020-05-01"}
    tried = (await act(cora, "TryPlan", **asked, payeeIds=[person_id(company, "Rui")]))["trial"]
    [listed] = (await send(fay, "PlanTrials")).data["payTrials"]["nodes"]
    trial = (await send(fay, "PlanTrial", id=tried["id"])).data["node"]
    assert (listed["id"], trial["plan"]["name"], trial["paid"]) == (tried["id"], "Reps", None)
    stopped = await act(cora, "CancelPlanTrial", id=tried["id"])
    assert (tried["state"], stopped["trial"]["state"]) == ("WAITING", "CANCELLED")

    renamed = await act(cora, "RenamePayPlan", planId=plan, expectedVersion=1, name="Sellers")
    assert (renamed["plan"]["name"], renamed["plan"]["version"]) == ("Sellers", 2)
    unwanted = await act(cora, "DiscardPayPlanDraft", versionId=further["id"], expectedVersion=2)
    assert unwanted["version"]["discardedAt"] is not None

    over = await act(
        cora, "EndPayOverride", overrideId=agreed["override"]["id"], expectedVersion=1,
        endsOn="2020-04-30", reason="Back again.",
    )  # fmt: skip
    assert over["override"]["endsOn"] == "2020-04-30"
    ended = await act(
        cora, "EndPayAssignment", assignmentId=on_it["id"], expectedVersion=1, endsOn="2020-05-28"
    )
    assert ended["assignment"]["endsOn"] == "2020-05-28"


async def test_sales_are_credited_by_rules_and_by_hand_and_everybody_is_told_why(
    company: Company,
) -> None:
    """The worked example of docs/crediting.md."""
    cora, fay, rui = (company.actor(name) for name in ("Cora", "Fay", "Rui"))
    made = [
        (await act(cora, "DefineCreditingRule", name=name, kind=kind, place=place, **more))["rule"]
        for place, (name, kind, more) in enumerate(
            [("Together", "SPLIT", {}), ("Alone", "DIRECT", {}), ("Managers", "ROLL_UP", {"levels": 1})]
        )
    ]  # fmt: skip
    sale = await sold(company, None, "100.01", order_number="SO-1", external_id="A")
    await insert(company, "sale_split", [
        {"id": new_id(), "sale_id": sale, "person_id": company.ids[name], "share": Decimal(share)}
        for name, share in (("Rui", "0.6"), ("Sam", "0.4"))
    ])  # fmt: skip
    await sold(company, None, "-33.33", reverses_id=sale, external_id="B")
    alone = await sold(company, "Olga", "5")
    await credit_due(company.org, datetime(2020, 5, 29, tzinfo=UTC))

    async def shown() -> list[tuple[str, str]]:
        nodes = await ask(fay, "{ credits { nodes { person { name } amount { amount } } } }")
        return sorted(
            (each["person"]["name"], each["amount"]["amount"]) for each in nodes["credits"]["nodes"]
        )

    olgas = [("Eve", "5.00"), ("Olga", "5.00")]
    assert await shown() == [
        *olgas[:1], ("Mona", "-33.33"), ("Mona", "100.01"), *olgas[1:], ("Rui", "-20.00"), ("Rui", "60.01"),
        ("Sam", "-13.33"), ("Sam", "40.00"),
    ]  # fmt: skip
    why = (await send(fay, "WhyCredit", id=encode("sale", sale))).data["node"]
    assert [(each["rule"], each["gave"]) for each in why["crediting"]["verdicts"]] == [
        ("Together", 2), ("Alone", 0), ("Managers", 1)
    ]  # fmt: skip
    assert len(why["credits"]["nodes"]) == 3
    assert (await send(company.actor("Sam"), "WhyCredit", id=encode("sale", alone))).data[
        "node"
    ] is None

    retired = await act(cora, "RetireCreditingRule", ruleId=made[1]["id"], expectedVersion=1)
    later = await act(
        cora, "ChangeCreditingRule", ruleId=made[2]["id"], expectedVersion=1, startsOn="2020-06-01"
    )
    await credit_due(company.org, datetime(2020, 5, 29, tzinfo=UTC))
    uncredited = (await send(fay, "UncreditedSales")).data["saleCreditings"]["nodes"]
    rules = (await send(fay, "CreditingRules")).data["creditingRules"]["nodes"]
    assert (retired["rule"]["retired"], later["rule"]["startsOn"]) == (True, "2020-06-01")
    assert [each["sale"]["id"] for each in uncredited] == [encode("sale", alone)]
    assert [each["name"] for each in rules] == ["Together", "Managers"]
    assert (await send(fay, "OverCreditedSales")).data["saleCreditings"]["nodes"] == []

    of_olga = {"saleId": encode("sale", alone), "personId": person_id(company, "Olga")}
    asked = {**of_olga, "share": "0.5", "reasonCode": "MISSED", "reason": "No rule is about her."}
    first, second = [(await act(cora, "ProposeCredit", **asked))["proposal"] for _ in range(2)]
    waiting = (await send(fay, "CreditProposals")).data["creditProposals"]
    assert waiting["totalCount"] == 2
    seen = {"expectedVersion": 1}
    given = await act(fay, "ApproveCredit", proposalId=first["id"], **seen)
    declined = await act(fay, "DeclineCredit", proposalId=second["id"], note="Twice.", **seen)
    assert given["proposal"]["credit"]["amount"]["amount"] == "2.50"
    assert declined["proposal"]["note"] == "Twice."
    back = await act(
        fay, "ReverseCredit", creditId=given["proposal"]["credit"]["id"], reason="A rule is."
    )
    assert back["credit"]["amount"]["amount"] == "-2.50"
    assert (await send(rui, "CreditProposals")).data["creditProposals"]["totalCount"] == 0


async def test_two_people_prepare_a_one_to_one_and_hold_it(company: Company) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    soon, later = (f"{MORNING + timedelta(days):%Y-%m-%dT%H:%M:%SZ}" for days in (1, 2))
    id = encode("one_to_one", new_id())
    with_mona = {"withId": person_id(company, "Mona"), "startsAt": soon}
    planned = (await act(rui, "PlanOneToOne", oneToOneId=id, **with_mona))["oneToOne"]
    seen = {"seenStartsAt": planned["startsAt"], "startsAt": later}
    await act(mona, "MoveOneToOne", id=id, **seen)

    async def add(who: Actor, what: str, **values: object) -> str:
        added = await act(who, "AddAgendaItem", id=id, what=what, **values)
        point: str = added["agendaItem"]["id"]
        return point

    car, own, chat = (
        await add(rui, "A car"), await add(rui, "Thanks", onlyMine=True), await add(mona, "Chat")
    )  # fmt: skip
    await act(rui, "OrderAgenda", id=id, itemIds=[own, chat, car])
    await act(rui, "OpenAgendaItem", id=own)
    await act(mona, "WithdrawAgendaItem", id=chat)
    await act(mona, "TickAgendaItem", id=own)
    held = (await act(mona, "HoldOneToOne", id=id, heldOn="2020-05-28"))["oneToOne"]
    assert (held["state"], held["heldOn"], held["viewerCan"]) == ("HELD", "2020-05-28", [])
    following = (await act(mona, "PlanOneToOne", withId=person_id(company, "Rui"), startsAt=later))[
        "oneToOne"
    ]
    await act(rui, "CancelOneToOne", id=following["id"])

    listed = (await send(rui, "OneToOnes", filter={"state": {"eq": "HELD"}})).data["oneToOnes"]
    [meeting] = listed["nodes"]
    detail = (await send(rui, "OneToOneDetail", id=meeting["id"])).data["node"]
    points = [(point["what"], point["state"]) for point in detail["agenda"]["nodes"]]
    assert points == [("Chat", "WITHDRAWN"), ("A car", "CARRIED"), ("Thanks", "TICKED")]
    [carried] = following["agenda"]["nodes"]
    assert (carried["what"], carried["timesCarried"]) == ("A car", 1)


async def test_a_task_out_of_a_one_to_one_and_a_programme_go_their_way(company: Company) -> None:
    hal, mona, rui = (company.actor(name) for name in ("Hal", "Mona", "Rui"))
    days = {"startsOn": "2020-05-18", "until": "2020-08-01", "everyWeeks": 2}
    programme = (await act(hal, "DefineProgramme", name="Fortnight", purpose="To talk.", **days))[
        "programme"
    ]
    soon = f"{MORNING:%Y-%m-%dT%H:%M:%SZ}"
    planned = await act(mona, "PlanOneToOne", withId=person_id(company, "Rui"), startsAt=soon)
    meeting = planned["oneToOne"]["id"]
    asked = await act(
        mona,
        "AskForTask",
        title="Call them",
        dueOn="2020-06-05",
        ownerId=person_id(company, "Rui"),
        oneToOneId=meeting,
        parts=[{"personId": person_id(company, name), "what": "Half"} for name in ("Rui", "Mona")],
    )
    task = {"id": asked["task"]["id"]}
    later = {"dueOn": "2020-06-08", "seenDueOn": "2020-06-05", "reason": "Whit Monday."}
    await act(rui, "ChangeDueDay", **task, **later)
    [half, _] = asked["task"]["parts"]["nodes"]
    await act(rui, "TickTaskPart", id=half["id"])
    await act(rui, "HandTaskOver", **task, toId=person_id(company, "Mona"))
    await act(mona, "FinishTask", **task)
    await act(rui, "TickTaskPart", id=half["id"])  # which it was before: nothing changes
    await act(mona, "ReopenTask", **task)
    dropped = (await act(mona, "DropTask", **task))["task"]
    assert (dropped["state"], dropped["dueOn"]) == ("DROPPED", "2020-06-08")
    [listed] = (await send(rui, "Tasks")).data["tasks"]["nodes"]
    assert (listed["oneToOne"]["id"], listed["viewerCan"]) == (meeting, [])
    detail = (await send(rui, "TaskDetail", **task)).data["node"]
    assert [each["reason"] for each in detail["dueChanges"]["nodes"]] == ["Whit Monday."]
    await act(mona, "HoldOneToOne", id=meeting)

    told = (await send(mona, "Programmes")).data
    assert [each["id"] for each in told["programmes"]["nodes"]] == [programme["id"]]
    [report] = told["programmeReports"]["nodes"]
    assert (report["planned"], report["done"], report["due"]) == (2, 1, 1)
    pairs = (await send(rui, "ProgrammePairs")).data["programmePairs"]["nodes"]
    assert [each["state"] for each in pairs] == ["DONE"]
    [total] = (await send(hal, "ProgrammeTotals")).data["programmeTotals"]["nodes"]
    assert total["planned"] is None
    assert (await act(hal, "RetireProgramme", id=programme["id"]))["programme"]["viewerCan"] == []
