"""Who is told what, when, and for how long."""

from datetime import timedelta

import asyncpg

from auth.actor import Role
from domain.callers.sessions import revoke_sessions
from domain.goals.actions import approve_goal, change_goal, submit_goal
from domain.people.actions import deactivate_person, revoke_role
from tests.api.subscriptions.served import Served, changes, newest, silence, subscribe
from tests.api.subscriptions.websocket import Closed, WebSocket
from tests.people import Company, drafted_goal, found_company, submitted_goal


async def test_a_manager_hears_of_a_goal_submitted_below_and_a_colleague_does_not(
    company: Company, at: Served
) -> None:
    goal = await drafted_goal(company, "Rui")
    mona = await at.subscribed(company, "Mona")
    sam = await at.subscribed(company, "Sam")

    await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)

    assert changes(await mona.receive()) == {
        "number": await newest(company),
        "nodes": [{"__typename": "Goal", "id": f"goal_{goal}", "status": "SUBMITTED"}],
    }
    await silence(sam)


async def test_what_was_missed_is_told_at_once_and_only_what_the_caller_sees_counts(
    company: Company, at: Served
) -> None:
    goal = await submitted_goal(company, "Rui")
    seen = await newest(company)
    await submitted_goal(company, "Olga")

    rui = await at.subscribed(company, "Rui", since=0)
    nobody = await at.subscribed(company, "Sam", since=0)

    told = changes(await rui.receive())
    assert told["number"] == seen  # not the number of what happened to Olga since
    assert [node["id"] for node in told["nodes"]] == [f"goal_{goal}"]
    await silence(rui)
    await silence(nobody, 0.2)


async def test_whoever_subscribes_without_a_number_hears_of_what_comes(
    company: Company, at: Served
) -> None:
    await submitted_goal(company, "Rui")
    rui = await at.greeted(await at.token(company, "Rui"))
    await rui.send(subscribe("1", None))
    await silence(rui, 0.5)

    goal = await drafted_goal(company, "Rui")

    assert [node["id"] for node in changes(await rui.receive())["nodes"]] == [f"goal_{goal}"]


async def test_many_changes_are_told_together_and_no_more_than_once_a_second(
    company: Company, at: Served
) -> None:
    goals = [await drafted_goal(company, "Rui") for _ in range(3)]
    rui = await at.subscribed(company, "Rui")
    versions = dict.fromkeys(goals, 1)

    for _ in range(5):
        for goal in goals:
            version = versions[goal]
            await change_goal(
                company.actor("Rui"), goal_id=goal, expected_version=version, name=f"May {version}"
            )
            versions[goal] += 1
    last = await newest(company)

    told = [changes(await rui.receive())]
    while told[-1]["number"] < last:
        told.append(changes(await rui.receive(3)))
    assert len(told) <= 3
    assert len(told[-1]["nodes"]) == len({node["id"] for node in told[-1]["nodes"]})
    await silence(rui)


async def test_another_organisation_hears_nothing(company: Company, at: Served) -> None:
    elsewhere = await found_company("Elsewhere")
    executive = await at.subscribed(elsewhere, "Ada", since=0)
    await silence(executive, 0.3)

    await submitted_goal(company, "Rui")

    await silence(executive)


async def test_a_role_taken_away_ends_what_it_let_the_caller_hear(
    company: Company, at: Served
) -> None:
    goal = await drafted_goal(company, "Rui")
    ada = await at.subscribed(company, "Ada")
    fay = await at.subscribed(company, "Fay")

    await revoke_role(company.actor("Adam"), person_id=company.ids["Fay"], role=Role.FINANCE)
    assert [node["id"] for node in changes(await fay.receive())["nodes"]] == [
        f"person_{company.ids['Fay']}"
    ]
    await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)

    assert changes(await ada.receive())["nodes"][0]["status"] == "SUBMITTED"
    await silence(fay)


async def test_a_revoked_session_is_cut_within_two_seconds_also_when_nothing_runs_in_it(
    company: Company, at: Served
) -> None:
    listening = await at.subscribed(company, "Rui")
    idle = await at.greeted(await at.token(company, "Rui"))
    other = await at.subscribed(company, "Sam")

    await revoke_sessions(company.actor("Adam"), person_id=company.ids["Rui"], now=at.clock())

    for socket in (listening, idle):
        assert (await socket.closed(2)).code == 4401
    await silence(other, 0.2)


async def test_whoever_is_deactivated_is_cut(company: Company, at: Served) -> None:
    rui = await at.subscribed(company, "Rui")

    await deactivate_person(company.actor("Adam"), person_id=company.ids["Rui"], reason="Left.")

    assert await how_it_ends(rui) == 4401


async def how_it_ends(socket: WebSocket) -> int:
    """The code of the close, past whatever is told before."""
    while True:
        try:
            await socket.receive(2)
        except Closed as closed:
            return closed.code


async def test_a_socket_outlives_its_access_token_and_not_its_session(
    company: Company, at: Served
) -> None:
    goal = await drafted_goal(company, "Rui")
    before = at.clock.time
    rui = await at.subscribed(company, "Rui")
    try:
        at.clock.passes(timedelta(hours=1))
        await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)

        assert changes(await rui.receive())["nodes"][0]["status"] == "SUBMITTED"

        at.clock.passes(timedelta(days=400))
        await drafted_goal(company, "Rui")

        assert (await rui.closed(3)).code == 4401
    finally:
        at.clock.time = before


async def test_what_happens_while_the_listening_connection_is_away_is_told_once_it_is_back(
    company: Company, at: Served, database: str
) -> None:
    goal = await drafted_goal(company, "Rui")
    rui = await at.subscribed(company, "Rui")
    owner = await asyncpg.connect(database)
    try:
        cut = await owner.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where application_name = 'attain_listener' and datname = current_database()"
        )
        await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)
    finally:
        await owner.close()

    assert cut == 1
    assert changes(await rui.receive())["nodes"][0]["status"] == "SUBMITTED"


async def test_a_database_that_drops_its_connections_ends_no_subscription(
    company: Company, at: Served, database: str
) -> None:
    goal = await drafted_goal(company, "Rui")
    rui = await at.subscribed(company, "Rui")
    await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)
    assert changes(await rui.receive())["nodes"][0]["status"] == "SUBMITTED"
    owner = await asyncpg.connect(database)
    try:
        await owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname ="
            " current_database() and application_name in ('attain_reader', 'attain_listener')"
        )
    finally:
        await owner.close()

    await approve_goal(company.actor("Mona"), goal_id=goal, seen_version=2)

    assert changes(await rui.receive())["nodes"][0]["status"] == "APPROVED"
