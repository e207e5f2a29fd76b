"""Walking every list gives each row once and in order, whatever the size of a page."""

import pytest

from tests.differential.trial import Trial
from tests.differential.walking import ordered_lists, walk

ASKING = ("Audrey", "Mona", "Rui", "partner with performance:read, sales:read")
BELOW = {
    "performance": "territory { id } periodStart",
    "goalsAsOf": "goal { id } since",
    "payPlanTemplates": "key text",
    "recognitionCounts": "month value { id } given",
    "programmePairs": "programme { id } until coachee { id }",
    "programmeReports": "programme { id } until manager { id }",
    "programmeTotals": "programme { id } until",
    "activities": "kind happenedAt person { id } subject { id }",
    "payTotals": "plan { id } startsOn endsOn total { currency }",
}
BY_EMAIL = "people(orderBy: {field: EMAIL, "

FEW = (
    "approvals(", "amendments(", "creditingPolicies(", "payTotals(", "feedbackVisibilities(",
    "feedback(", "unnamedFeedback(", "feedbackRequests(", "recognition(", "programmes(",
    "programmePairs(", "programmeReports(", "programmeTotals(", "scorecards(", "assessments(",
    "assessmentScores(", "digests(",
)  # fmt: skip


@pytest.mark.parametrize("beginning", ordered_lists())
async def test_walking_a_list_gives_every_row_once_and_in_order(
    trial: Trial, beginning: str
) -> None:
    below = BELOW.get(beginning.partition("(")[0], "id")
    for label in ASKING:
        caller = trial.caller(label)
        if BY_EMAIL in beginning and label != "Audrey":
            continue
        whole = await walk(trial, caller, beginning, 100, below)

        for size in (1, 7) if len(whole) < 40 else (9,):
            walked = await walk(trial, caller, beginning, size, below)

            assert walked == whole
        # Of what happened, two may be alike but for their place.
        rows = [repr(edge if "activities(" in beginning else edge["node"]) for edge in whole]
        assert len(set(rows)) == len(rows)
        if label == "Audrey":
            assert len(rows) >= 9 or beginning in FEW


async def test_a_filtered_list_is_walked_like_a_whole_one(trial: Trial) -> None:
    place = f"territory_{trial.ours.territory('World')}"
    filters = (
        f'goals(filter: {{within: ["{place}"]}}, orderBy: {{field: STATUS, direction: DESC}}, ',
        'sales(filter: {soldOn: {gte: "2020-01-01"}}, ',
        'people(filter: {name: {in: ["Sam", "Mona"]}}, ',
        "goals(filter: {current: true, whose: TEAM}, orderBy: {field: UPDATED_AT}, ",
    )
    for label in ("Audrey", "Vera", "Mona"):
        caller = trial.caller(label)
        for beginning in filters:
            whole = await walk(trial, caller, beginning, 100, "id")
            walked = await walk(trial, caller, beginning, 2, "id")

            assert walked == whole


async def test_a_cursor_of_another_order_or_none_of_ours_is_refused(trial: Trial) -> None:
    caller = trial.caller("Audrey")
    goals = await walk(trial, caller, "goals(", 100, "id")
    text = "query($after: String) { people(after: $after) { nodes { id } } }"

    for after in (goals[0]["cursor"], "", "no cursor", goals[0]["cursor"][:-1]):
        expected, answered = await trial.of(caller, text, {"after": after})

        assert expected.refused == {"people": {"BAD_USER_INPUT"}}
        assert answered.data is None
