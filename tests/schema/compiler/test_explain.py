"""Our own operations stay on indexes at ten times the example's size, for whoever asks.

The plans are those that the read pool's connections make and keep: one for all values.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from graphql import OperationDefinitionNode, OperationType, parse

from api.endpoint import Operation
from api.generated import Company
from api.generated.rows import Person
from api.postgres import Server
from auth.actor import Actor, Assurance, Role, Scope
from domain.database.prepared import LONGEST
from domain.ids import new_id
from domain.people.access import stands_above
from domain.sql import bind, viewer
from schema import compiler, schema
from schema.catalogue import worked_fields
from schema.compiler.running import Read
from tests import cluster
from tests.schema.compiler import tenfold
from tests.schema.compiler.beside_goals import TABLES
from tests.schema.compiler.explaining import Plan, explained, reader

DOCUMENTS = Path(__file__).parents[3] / "documents"
LARGE = (
    "goal", "sale", "check_in", "goal_decision", "person", "reach", "event", "territory_assignment",
    "account", "product",
)  # fmt: skip
CALLERS = ("rep", "manager", "head", "finance", "partner")
"""Finance stands for all who read across the organisation without managing, executives among them."""
_NOTHING: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Tenfold:
    dsn: str
    company: Company

    def caller(self, who: str) -> Actor:
        """`head` leads all who sell: nearly everybody."""
        company = self.company
        cast = dict(company.cast) | {"head": company.people.persons[company.people.head_of_sales]}
        roles = {
            "rep": {Role.REP},
            "manager": {Role.MANAGER, Role.REP},
            "head": {Role.MANAGER},
            "finance": {Role.FINANCE},
            "auditor": {Role.AUDITOR},
        }
        if who != "partner":
            return self._person(cast[who], frozenset(roles[who]))
        granted = [place for place in company.territories.territories if place.parent_id][:2]
        return replace(
            self._person(cast["rep"], frozenset()),
            person=None,
            client=new_id(),
            session=None,
            assurance=Assurance.CLIENT_SECRET,
            scopes=frozenset(Scope),
            territories=frozenset(place.id for place in granted),
        )

    def _person(self, person: Person, roles: frozenset[Role]) -> Actor:
        return Actor(
            org=self.company.org,
            person=person.id,
            client=None,
            roles=roles,
            scopes=frozenset(),
            territories=_NOTHING,
            session=new_id(),
            assurance=Assurance.PASSWORD,
            today=self.company.today,
            via="web",
        )

    def sent_with(self, name: str) -> dict[str, object]:
        if name == "TeamPerformance":
            return {"from": "2025-05-01"}
        if name == "Assessments":
            people = next(rows for table, rows in self.company.tables if table == "person")
            return {"person": f"person_{people[20]._asdict()['id']}", "since": "2026-01-01"}
        if name in ("GoalDetail", "GoalTree", "Comments"):
            goals = next(rows for table, rows in self.company.tables if table == "goal")
            return {"id": f"goal_{goals[0]._asdict()['id']}"}
        of_nobody = {
            "CascadePreview": "cascade", "PayPlanDetail": "pay_plan", "PayDetail": "pay_result", "PayVersions": "pay_result",
            "PlanTrial": "pay_trial", "NoteDetail": "note", "WhyCredit": "sale", "OneToOneDetail": "one_to_one",
            "TaskDetail": "task", "InsightDetail": "insight",
        }  # fmt: skip
        return {"id": f"{of_nobody[name]}_{new_id()}"} if name in of_nobody else {}

    def read(self, who: str, text: str, **sent: object) -> Read:
        parsed = parse(text)
        [definition] = (d for d in parsed.definitions if isinstance(d, OperationDefinitionNode))
        read = compiler.read(Operation(text, parsed, definition), sent, self.caller(who))
        assert read is not None
        return read

    async def plan(self, who: str, text: str, **sent: object) -> Plan:
        read = self.read(who, text, **sent)
        async with reader(self.dsn, self.company.org, self.caller(who).person) as connection:
            return await explained(connection, read.plan.statement, read.arguments)


@pytest_asyncio.fixture(scope="module")
async def company(postgres: Server, worker: str) -> AsyncIterator[Tenfold]:
    name = f"tenfold_{worker}"
    dsn = await cluster.migrated_database(postgres, name)
    connection = await asyncpg.connect(dsn)
    made = await tenfold.written(connection)
    await connection.close()
    yield Tenfold(dsn, made)
    connection = await asyncpg.connect(postgres.dsn)
    await cluster.drop_database(connection, name)
    await connection.close()


@cache
def our_queries() -> dict[str, str]:
    texts = {path.stem: path.read_text() for path in DOCUMENTS.glob("*.graphql")}
    return {
        name: text
        for name, text in sorted(texts.items())
        if not any(f" {root}(" in text for root in worked_fields(schema._schema))
        and any(
            isinstance(each, OperationDefinitionNode) and each.operation is OperationType.QUERY
            for each in parse(text).definitions
        )
    }


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("name", our_queries())
async def test_our_operations_stay_on_indexes(company: Tenfold, name: str, who: str) -> None:
    sent = company.sent_with(name)
    # A territory's figures are sums over its sales, of all people.
    most = 400_000 if name == "PartnerPerformance" else 30_000

    plan = await company.plan(who, our_queries()[name], **sent)

    assert plan.scans_of(*LARGE) == [], plan.text
    assert plan.rows_read <= most, plan.text
    # A connection keeps it prepared: to plan the longest takes ten times as long as to answer them.
    assert len(company.read(who, our_queries()[name], **sent).plan.statement) <= LONGEST


LISTS = {
    "goals": "{ goals(first: 50) { totalCount nodes { actual { amount } owner { name } } } }",
    "team": "{ goals(first: 50, filter: {whose: TEAM}) { nodes { latestDecision { act } } } }",
    "people": "{ people(first: 20) { nodes { manager { id } directReports { totalCount } } } }",
    "territories": "{ territories { nodes { depth children { totalCount } } } }",
    "latest sales": "{ sales(first: 50) { nodes { id product { name } account { name } } } }",
    "first sales": "{ sales(first: 50, orderBy: {field: SOLD_ON}) { nodes { id } } }",
    "an order": '{ sales(filter: {orderNumber: {eq: "SO100005"}}) { nodes { id } } }',
    "a day": '{ salesTotal(filter: {soldOn: {eq: "2026-05-04"}}) { amount cost } }',
    "history": "{ history(first: 50) { nodes { subject { id } person { id } changes { name } } } }",
    "accounts": "{ accounts(first: 50) { nodes { name } } }",
    "products": "{ products(first: 50) { nodes { name } } }",
    "tasks": "{ tasks(first: 50) { totalCount nodes { title parts { nodes { what } } goal { id } } } }",
    "one-to-ones": "{ oneToOnes(first: 50) { totalCount nodes { leader { name } agenda { nodes { what } } } } }",
    "notices": "{ notices(first: 50) { totalCount nodes { message goal { name } subject { id } } } }",
    "digests": "{ digests(first: 50) { nodes { endsOn counts { notices } notices { totalCount nodes { message } } } } }",
    "activities": "{ activities(first: 50) { nodes { message person { name } subject { id } } } }",
    "activities of some days": """{ activities(first: 50, filter: {switchedOff: false, happenedAt: {gte: "2026-04-01T00:00:00Z",
      lt: "2026-05-01T00:00:00Z"}}) { nodes { message subject { id } } } }""",
    "what happened in the days of digests": "{ digests(first: 20) { nodes { activities { nodes { message } } } } }",
    "mentions": "{ mentions(first: 50) { totalCount nodes { comment { body subject { id } } } } }",
    "blockers of a month by cause": """{ blockersByCause(filter: {raisedOn: {gte: "2026-04-01",
      lt: "2026-05-01"}}) { cause open resolved meanDaysToResolve } }""",
    "assessments": """{ assessments(first: 50) { totalCount nodes { comment person { name } scores { nodes { comment } }
      sameOccasion { totalCount } } } }""",
    "scores": "{ assessmentScores(first: 50) { nodes { criterion score } } }",
    "trends of a quarter": """{ criterionTrends(filter: {heldOn: {gte: "2026-02-01", lt: "2026-05-01"}}) {
      criterion month mean } }""",
    "scorecards": "{ scorecards(first: 50, filter: {newest: true}) { nodes { name criteria { name } } } }",
    "blockers": "{ blockers(first: 50) { nodes { what goal { name } } } }",
    "notes": "{ notes(first: 50) { totalCount nodes { body author { name } readers { nodes { name } } } } }",
    "a search in notes": """{ notes(filter: {words: "a word"}) { totalCount nodes { evidence { nodes { name } }
      replies { totalCount } revisions { nodes { body } } } } }""",
    "feedback": "{ feedback(first: 50) { totalCount nodes { words giver { name } person { name } request { question } } } }",
    "unnamed feedback": "{ unnamedFeedback(first: 50) { totalCount nodes { words person { name } } } }",
    "feedback requests": "{ feedbackRequests(first: 50) { totalCount nodes { question asker { name } } } }",
    "recognition": "{ recognition(first: 50) { totalCount nodes { words giver { name } } } }",
    "the wall": "{ recognitionWall(first: 50) { nodes { words giver { name } } } }",
    "insights": "{ insights(first: 50) { nodes { title author { name } votes } } }",
    "insights by votes": "{ insights(first: 50, orderBy: {field: VOTES}) { nodes { title } } }",
    "amendments": "{ amendments(first: 50) { nodes { reason goal { name } } } }",
    "delegations": "{ delegations(first: 50) { nodes { delegator { name } delegate { name } } } }",
    "opportunities": "{ opportunities(first: 50) { nodes { name person { name } } } }",
    "expenses": "{ expenses(first: 50) { nodes { amount { amount } person { name } } } }",
    "goals of a day": """{ goalsAsOf(asOf: "2026-04-01", first: 50) { nodes { since target { amount } } } }""",
    "what belongs to goals": """{ goals(first: 20) { nodes { milestones { percent }
      revisions { nodes { number } } amendments { nodes { reason } } segments { nodes { startsOn } }
      correctivePlans { nodes { state steps { nodes { what } } } } blockers { totalCount }
      proposals { nodes { note } } cascades { nodes { state lines { nodes { leads } } } }
      contributors { nodes { part } } kpis { nodes { place } } adjustments { nodes { place } }
      ratings { nodes { level } } comments { totalCount nodes { body earlier { body } } } } } }""",
}


@pytest.mark.parametrize("name", LISTS)
async def test_pages_read_little_more_than_they_show(company: Tenfold, name: str) -> None:
    for who in ("rep", "finance", "auditor", "partner"):
        plan = await company.plan(who, LISTS[name])

        assert plan.repeated <= 10_000, (who, plan.text)
        assert plan.scans_of("sale", "goal", "event", "reach", *TABLES) == [], (who, plan.text)


CONFIDED = {
    "notes": "note", "a search in notes": "note", "tasks": "task", "one-to-ones": "one_to_one",
    "feedback": "feedback", "unnamed feedback": "unnamed_feedback",
    "feedback requests": "feedback_request", "recognition": "recognition",
}  # fmt: skip
"""The lists of what is written in confidence, and in which table."""


async def test_of_what_is_confided_its_readers_rows_alone_are_looked_at(company: Tenfold) -> None:
    for name, table in CONFIDED.items():
        plan = await company.plan("rep", LISTS[name])

        # The page, its count, and what leads to rows of their own; others have thousands.
        assert plan.rows_of(table) <= 100, (name, plan.text)


async def test_a_sum_asks_of_each_person_once_whether_the_caller_is_above(company: Tenfold) -> None:
    text = '{ salesTotal(filter: {soldOn: {gte: "2026-05-01"}}) { amount cost lines } }'

    plan = await company.plan("head", text)

    looked = [node for node in plan.nodes if node.get("Relation Name") == "reach"]
    rows = sum(node["Actual Rows"] * node["Actual Loops"] for node in looked)
    assert 500 < rows <= tenfold.SIZES.people, plan.text


async def test_standing_above_somebody_is_one_look_up_in_an_index(company: Tenfold) -> None:
    head, rep = company.caller("head"), company.company.cast["rep"]
    statement, arguments = bind(
        f"select {stands_above(':other::uuid')}", {**viewer(head), "other": rep.id}
    )

    async with reader(company.dsn, company.company.org) as connection:
        plan = await explained(connection, statement, arguments)

    [scan] = [node for node in plan.nodes if "Relation Name" in node]
    assert (scan["Node Type"], scan["Index Name"]) == ("Index Only Scan", "reach_pkey"), plan.text
    assert (scan["Actual Rows"], scan["Actual Loops"], scan["Heap Fetches"]) == (1, 1, 0)
    assert "(viewer_id = " in scan["Index Cond"]
    assert "(person_id = " in scan["Index Cond"]
