"""Whoever was here before is answered from one statement, and never as who they no longer are."""

from datetime import UTC, date, datetime

import httpx2
import pytest

from api.manifest import digest_of
from auth.actor import Role
from domain.callers.clients import revoke_client
from domain.callers.sessions import revoke_sessions
from domain.goals.delegating import delegate_approvals, end_delegation
from domain.goals.form_rules import Contributor
from domain.goals.sharing import share_goal
from domain.people.actions import grant_role, revoke_role
from tests.people import count, drafted_goal
from tests.scenarios.companies import Furnished
from tests.scenarios.wire import Wire
from tests.schema.asking import goal_id

pytestmark = pytest.mark.xdist_group("abuse")

MINE = "{ me { roles scopes } goals(first: 5) { totalCount edges { node { id } } } }"
ROADS = {
    "a read": MINE,
    "nothing to read": "{ __typename }",
    "the schema": "{ __schema { queryType { name } } }",
    "an invalid document": "{ nobodyKnowsThis }",
    "no document": "{",
    "an act": (
        'mutation { goalSubmit(input: {clientMutationId: "a", id: "%s", expectedVersion: 1})'
        " { goal { id } } }"
    ),
}


async def reads(wire: Wire, token: str) -> httpx2.Response:
    reply = await wire.ask(token, MINE)
    assert reply.status_code == 200
    assert "errors" not in reply.json(), reply.text
    return reply


async def test_a_revoked_session_is_refused_at_the_very_next_request_on_every_road(
    wire: Wire, ours: Furnished
) -> None:
    """Each road is tried by a process that still remembers the caller: whoever is refused is
    forgotten, so each time somebody signs in anew."""
    adam, sam = ours.company.actor("Adam"), ours.company.ids["Sam"]
    goal = ours.rows["goal draft Rui"]
    events = await count(ours.company, "event", "act like 'goal.%'")

    for road, document in ROADS.items():
        wire.tokens.pop(f"{ours.word} Sam", None)
        token = await wire.sign_in(ours, "Sam")
        await reads(wire, token)
        await reads(wire, token)
        await revoke_sessions(adam, person_id=sam, now=datetime.now(UTC))

        reply = await wire.ask(token, document.replace("%s", goal))

        assert (reply.status_code, road) == (401, road)
        assert reply.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
        assert "data" not in reply.json()
    assert await count(ours.company, "event", "act like 'goal.%'") == events


async def test_a_changed_role_changes_what_is_seen_at_the_next_request(
    wire: Wire, ours: Furnished
) -> None:
    adam, olga = ours.company.actor("Adam"), ours.company.ids["Olga"]
    token = await wire.sign_in(ours, "Olga")
    assert (await reads(wire, token)).json()["data"]["me"]["roles"] == ["REP"]
    before = (await reads(wire, token)).json()["data"]["goals"]

    await grant_role(adam, person_id=olga, role=Role.COMP_ADMIN)
    widened = (await reads(wire, token)).json()["data"]

    assert sorted(widened["me"]["roles"]) == ["COMP_ADMIN", "REP"]
    assert widened["goals"]["totalCount"] > before["totalCount"]

    await revoke_role(adam, person_id=olga, role=Role.COMP_ADMIN)
    narrowed = (await reads(wire, token)).json()["data"]

    assert narrowed["me"]["roles"] == ["REP"]
    assert narrowed["goals"] == before


async def test_a_revoked_partner_app_reads_nothing_and_registers_nothing(
    wire: Wire, ours: Furnished
) -> None:
    [name, *_] = ours.apps
    app = ours.apps[name].client_id.client
    token = await wire.sign_in(ours, name)
    for _ in range(2):
        assert (await wire.ask(token, "{ me { scopes } }")).status_code == 200

    await revoke_client(
        ours.company.actor("Adam"), client=app, reason="The contract ended.",
        now=datetime.now(UTC),
    )  # fmt: skip

    document = "{ me { scopes today } }"
    kept = await count(ours.company, "persisted_document")
    reply = await wire.send(
        "/graphql",
        json={"query": document, "documentId": f"sha256:{digest_of(document)}"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert reply.status_code == 401
    assert (await wire.ask(token, "{ me { scopes } }")).status_code == 401
    assert await count(ours.company, "persisted_document") == kept


async def test_whoever_has_a_part_in_a_goal_sees_it_for_as_long_as_they_have(
    wire: Wire, ours: Furnished
) -> None:
    ada, draft = ours.company.actor("Ada"), await drafted_goal(ours.company)
    asked = f'{{ node(id: "{goal_id(draft)}") {{ ... on Goal {{ name viewerCan }} }} }}'
    token = await wire.sign_in(ours, "Olga")
    before = (await wire.ask(token, asked)).json()["data"]

    olga = Contributor(ours.company.ids["Olga"], "Opens doors")
    await share_goal(ada, goal_id=draft, expected_version=1, contributors=[olga])
    shared = (await wire.ask(token, asked)).json()["data"]
    await share_goal(ada, goal_id=draft, expected_version=2, contributors=[])
    after = (await wire.ask(token, asked)).json()["data"]

    assert before == after == {"node": None}
    assert shared == {"node": {"name": "Revenue, May 2020", "viewerCan": []}}


async def test_a_delegation_that_ends_between_screen_and_tap_is_over_at_the_tap(
    wire: Wire, ours: Furnished
) -> None:
    mona, olga = ours.company.actor("Mona"), ours.company.ids["Olga"]
    waiting = ours.rows["goal submitted Sam"]
    screen = "{ approvals { nodes { id version } } goals { nodes { id } } }"
    token = await wire.sign_in(ours, "Olga")
    before = (await wire.ask(token, screen)).json()["data"]
    delegation = await delegate_approvals(
        mona, to_id=olga, starts_on=date(2020, 5, 29), ends_on=date(2020, 5, 29)
    )
    shown = (await wire.ask(token, screen)).json()["data"]
    assert waiting in {each["id"] for each in shown["approvals"]["nodes"]}

    await end_delegation(mona, delegation_id=delegation)
    tapped = await wire.ask(
        token,
        "mutation($input: GoalApproveInput!) { goalApprove(input: $input) {"
        " errors { __typename } goal { id } } }",
        input={"clientMutationId": "tap", "id": waiting, "seenVersion": 2},
    )

    assert tapped.json()["data"]["goalApprove"] == {
        "errors": [{"__typename": "NotFoundError"}],
        "goal": None,
    }
    assert (await wire.ask(token, screen)).json()["data"] == before
    goal = waiting.rpartition("_")[2]
    assert await count(ours.company, "goal", f"id = '{goal}' and status = 'submitted'") == 1
