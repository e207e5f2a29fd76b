"""The same over server-sent events."""

import json

from domain.callers.sessions import revoke_sessions
from domain.goals.actions import submit_goal
from tests.api.subscriptions.served import CHANGES, Served, newest
from tests.people import Company, drafted_goal, submitted_goal

EVENTS = {"Accept": "text/event-stream"}
URQL = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"


async def test_changes_come_as_events_with_their_number(company: Company, at: Served) -> None:
    goal = await drafted_goal(company, "Rui")
    stream = await at.stream(await at.token(company, "Mona"), since=await newest(company))

    await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)

    told = await stream.told()
    number = await newest(company)
    assert (told["event"], told["id"]) == ("next", str(number))
    assert json.loads(told["data"]) == {
        "data": {
            "changes": {
                "number": number,
                "nodes": [{"__typename": "Goal", "id": f"goal_{goal}", "status": "SUBMITTED"}],
            }
        }
    }
    assert stream.status == 200
    assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert stream.headers["cache-control"] == "no-store"
    assert stream.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in stream.headers
    stream.writer.close()


async def test_a_stream_that_broke_goes_on_where_it_was(company: Company, at: Served) -> None:
    await submitted_goal(company, "Rui")
    token = await at.token(company, "Rui")
    first = await at.stream(token, since=0)
    number = (await first.told())["id"]
    first.writer.close()
    goal = await drafted_goal(company, "Rui")

    again = await at.stream(token, since=0, **{"Last-Event-ID": number})

    nodes = json.loads((await again.told())["data"])["data"]["changes"]["nodes"]
    assert [node["id"] for node in nodes] == [f"goal_{goal}"]
    again.writer.close()


async def test_a_stream_outlives_the_deadline_of_requests_and_says_now_and_then_that_it_lives(
    company: Company, at: Served
) -> None:
    stream = await at.stream(await at.token(company, "Rui"))
    comments = [await stream.event() for _ in range(2)]  # the second after 3 s; requests have 1 s

    await drafted_goal(company, "Rui")

    assert comments == [{"": ""}, {"": ""}]
    assert (await stream.told())["event"] == "next"
    stream.writer.close()


async def test_a_revoked_caller_is_told_so_and_the_stream_completes(
    company: Company, at: Served
) -> None:
    stream = await at.stream(await at.token(company, "Rui"))

    await revoke_sessions(company.actor("Adam"), person_id=company.ids["Rui"], now=at.clock())

    told = await stream.told(2)
    assert told["event"] == "next"
    assert json.loads(told["data"])["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert await stream.told() == {"event": "complete", "data": ""}


async def test_whoever_accepts_json_as_well_gets_json_for_queries_and_streams_for_subscriptions(
    company: Company, at: Served
) -> None:
    token = await at.token(company, "Rui")
    headers = {"Authorization": f"Bearer {token}", "Accept": URQL}

    query = await at.http.post("/graphql", json={"query": "{ me { today } }"}, headers=headers)
    stream = await at.stream(token, since=0, Accept=URQL)
    refused = await at.http.post(
        "/graphql", json={"query": "subscription { changes { no } }"}, headers=headers
    )

    assert query.headers["content-type"].startswith("application/graphql-response+json")
    assert query.json()["data"] == {"me": {"today": "2020-05-29"}}
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    stream.writer.close()


async def test_whoever_accepts_events_only_gets_every_result_as_an_event(
    company: Company, at: Served
) -> None:
    token = await at.token(company, "Rui")
    headers = {"Authorization": f"Bearer {token}", **EVENTS}

    replies = [
        await at.http.post("/graphql", json={"query": text}, headers=headers)
        for text in ("{ me { today } }", "{ nothing }", "{")
    ]

    for reply in replies:
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert reply.text.startswith("event: next\ndata: {")
        assert reply.text.endswith("\n\nevent: complete\ndata:\n\n")
    assert '"today":"2020-05-29"' in replies[0].text
    assert '"GRAPHQL_VALIDATION_FAILED"' in replies[1].text
    assert '"GRAPHQL_PARSE_FAILED"' in replies[2].text


async def test_plain_json_cannot_carry_a_subscription(company: Company, at: Served) -> None:
    headers = {"Authorization": f"Bearer {await at.token(company, 'Rui')}"}

    replies = [
        await at.http.post("/graphql", json={"query": CHANGES}, headers={**headers, **more})
        for more in ({}, {"Accept": "application/json"}, {"Accept": "*/*"})
    ]

    for reply in replies:
        assert reply.status_code == 400
        assert reply.json()["errors"][0]["extensions"]["code"] == "OPERATION_RESOLUTION_FAILURE"


async def test_nobody_streams_without_a_token(company: Company, at: Served) -> None:
    reply = await at.http.post("/graphql", json={"query": CHANGES}, headers=EVENTS)

    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
