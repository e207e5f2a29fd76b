"""Every list in every order, walked from its first page to its last."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type

from tests.differential.oracle.pages import Place
from tests.differential.oracle.standing import Caller
from tests.differential.subject import GRAPHQL_SCHEMA
from tests.differential.trial import Trial

NESTED = (
    "goals(first: 100) { nodes { checkIns(first: 100) { %s } decisions(first: 100) { %s }"
    " revisions { %s } amendments { %s } segments { %s } } }"
)
EDGES = "edges { cursor }"
TROUBLES = """ troubles: goals(first: 100) { nodes { blockers(first: 100) { %s }
  correctivePlans(first: 100) { %s nodes { steps(first: 100) { %s } } } } }"""
TREES = """goals(first: 100) { nodes { children(first: 100) { %s } ancestors { %s } descendants { %s }
  proposals { %s } cascades { %s nodes { lines(first: 1000) { %s } } } } }"""
FORMS = """ forms: goals(first: 100) { nodes { contributors { %s } contributions { %s } kpis { %s }
  adjustments { %s } ratings { %s } } }
  goalTemplates { nodes { assignments { %s nodes { goals(first: 100) { %s } leftAlone { %s } } } } }"""
PAY = "payPlans { nodes { versions { %s } assignments(first: 100) { %s } overrides(first: 100) { %s } } } pay { nodes { lines(first: 1000) { %s } versions { %s } } }"
CREDITS = "sales(first: 100) { nodes { credits(first: 100) { %s } splits { %s } } }"
TALKS = "oneToOnes(first: 100) { nodes { agenda(first: 100) { %s } tasks(first: 100) { %s } } } tasks(first: 100) { nodes { parts { %s } dueChanges { %s } } }"
NOTES = """notes(first: 100) { nodes { readers { %s } evidence { %s } replies { %s } revisions { %s } } }"""
VOICES = """ feedbackRequests(first: 100) { nodes { asked { %s } replies { %s } feedback { %s } unnamedFeedback { %s } } }
  feedback(first: 100) { nodes { namedReaders { %s } unnamedReaders { %s } } }
  recognitionWall(first: 100) { nodes { receivers { %s } values { %s } } } insights(first: 100) { nodes { steps { %s } } }"""
ASSESSED = "assessments(first: 100) { nodes { scores { %s } sameOccasion { %s } } }"
YEARS = "calendars { nodes { periods(first: 100) { %s } } } goalPolicy { daysOff { %s } }"


def ordered_lists() -> list[str]:
    """Each list at the root, in each order, both ways round, as the beginning of a field:
    `goals(orderBy: {...}, `."""
    query = GRAPHQL_SCHEMA.query_type
    assert isinstance(query, GraphQLObjectType)
    found = []
    for name, shown in query.fields.items():
        if "first" not in shown.args:
            continue
        by = "by: MONTH, " if name == "performance" else ""
        found.append(f"{name}({by}")
        if "orderBy" in shown.args:
            order: Any = get_named_type(shown.args["orderBy"].type)
            values: GraphQLEnumType = order.fields["field"].type.of_type
            found += [
                f"{name}(orderBy: {{field: {value}, direction: {direction}}}, "
                for value in values.values
                for direction in ("ASC", "DESC")
            ]
    return found


async def walk(trial: Trial, caller: Caller, beginning: str, size: int, below: str) -> list[Any]:
    """All pages of a list, one after the other; each is compared on its way."""
    text = f"""query($after: String) {{ list: {beginning}first: {size}, after: $after) {{
      edges {{ cursor node {{ {below} }} }} pageInfo {{
        hasNextPage hasPreviousPage startCursor endCursor }} }} }}"""
    edges: list[Any] = []
    after = None
    while True:
        _, answered = await trial.of(caller, text, {"after": after})
        page = answered.data["list"]
        edges += page["edges"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return edges
        assert page["edges"], "a page without rows promises another"


async def walk_every_list(trial: Trial) -> Mapping[str, Place]:
    """Cursors of all rows of ours that an auditor sees, in every order."""
    auditor = trial.caller("Audrey")
    before = dict(trial.cursors)
    for beginning in ordered_lists():
        await walk(trial, auditor, beginning, 100, "__typename")
    await trial.of(auditor, "{ " + NESTED.replace("%s", EDGES) + YEARS % (EDGES, EDGES) + " }")
    for nested in (TREES, TROUBLES, FORMS, PAY, CREDITS, TALKS, NOTES, VOICES):
        await trial.of(auditor, "{ " + nested.replace("%s", EDGES) + " }")
    # An auditor leads nobody.
    await walk(trial, trial.caller("Hal"), "programmeReports(", 100, "__typename")
    # What an auditor has no business with.
    hr = trial.caller("Hal")
    for beginning in ("assessments(", "assessmentScores("):
        await walk(trial, hr, beginning, 100, "__typename")
    await trial.of(hr, "{ " + ASSESSED.replace("%s", EDGES) + " }")
    found, trial.cursors = trial.cursors, before | trial.cursors
    return found
