"""What a subscription costs its caller."""

from pathlib import Path

from domain.goals.actions import approve_goal, submit_goal
from tests.api.subscriptions.served import changes, served, silence, subscribe
from tests.people import Company, drafted_goal

DEAR = """
subscription Dear($since: Int) {
  changes(since: $since) {
    nodes { id ... on Goal { status checkIns(first: 60) { nodes { id author { name } } } } }
  }
}
"""
"""Costs 611 points."""


async def test_each_event_is_charged_and_waits_for_whoever_has_too_little_left(
    database: str, tmp_path: Path, company: Company
) -> None:
    goal = await drafted_goal(company, "Rui")
    async with served(
        database, tmp_path, cost_points=1_000, person_points=1_000, person_points_per_second=120
    ) as at:
        rui = await at.subscribed(company, "Rui", document=DEAR)

        await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)
        await silence(rui, 1.0)
        await approve_goal(company.actor("Mona"), goal_id=goal, seen_version=2)

        told = changes(await rui.receive())
        assert [(node["id"], node["status"]) for node in told["nodes"]] == [
            (f"goal_{goal}", "APPROVED")  # the newest state, not that of the event that waited
        ]
        await rui.send(subscribe("2", None, DEAR))
        refused = await rui.receive()
        assert (refused["type"], refused["id"]) == ("error", "2")
        extensions = refused["payload"][0]["extensions"]
        assert (extensions["code"], extensions["limit"]) == ("RATE_LIMITED", "person")
        await rui.close()
