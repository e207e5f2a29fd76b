"""A company in which somebody keeps goals private, beside the same company before they did: whoever
may not know of them is answered the same, to the letter, whatever they ask and however.

What they are then asked about by id, they are told of as of something that is not there.
"""

import re
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import pytest_asyncio

from auth.actor import Scope
from domain.ids import new_id
from domain.milestones.reaching import note_reached
from domain.notices.nudges import nudge
from domain.plans.falling_behind import correct
from schema.changes import look, newest_number
from schema.subscription import stored_kinds
from tests.scenarios import walking
from tests.scenarios.companies import Furnished, rows_of
from tests.scenarios.telling import Story, a_story, document_of
from tests.scenarios.test_two_companies import normal, valid_input, with_id
from tests.scenarios.wire import Wire

pytestmark = pytest.mark.xdist_group("a year of goals")

STRANGERS = ("Sam", "Olga", "Eve", "Cora", "Audrey", "till")
"""A colleague, a manager's delegate, an executive who leads others, and whoever keeps the books."""
INSIDERS = ("Rui", "Mona", "Ada", "Hal")
CANARY = re.compile(r"canary|8675309|8,675", re.IGNORECASE)
MAY = {"startsOn": "2020-05-01", "endsOn": "2020-05-31"}
ABOUT = """id contributions { nodes { person { id } actual { amount } share } }
  contributors { nodes { id } } parent { id } ancestors { nodes { id } } children { totalCount }
  descendants { totalCount nodes { id } } blockers { nodes { id } } correctivePlans { nodes { id } }
  cascades { nodes { lines { nodes { id } } } } decisions { nodes { id } }"""
"""What a goal says of other rows, those of other goals among them."""
FILTERS = (
    'name: {startsWith: "Canary"}', "whose: TEAM", "whose: MINE", "current: true",
    'measure: {eq: "lessons"}', "status: {in: [APPROVED]}", "owner: {eq: $rui}",
    "territory: {eq: $west}", "within: [$west]", 'startsOn: {eq: "2020-05-01"}',
)  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def story(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    """May is agreed and half over; Olga decides in Mona's place, and Eve is an executive as well."""
    home = tmp_path_factory.mktemp("home")
    scopes = frozenset({*Scope})
    async with a_story(home, database, scopes=scopes) as story:
        await story.on("2020-05-14")
        await story.does("Adam", "roleGrant", personId=story.person("Eve"), role="EXECUTIVE")
        await story.does(
            "Cora", "measureDefine", key="lessons", name="Lessons", unit="NUMBER",
            direction="HIGHER", source="CHECK_IN",
        )  # fmt: skip
        for seller in ("Rui", "Sam", "Olga"):
            await story.sell(seller, "600.00", "2020-05-04")
        west = story.places["west"]
        await story.agreed("Rui", "Mona", "Rui's May", "1000.00", territoryId=west, **MAY)
        await story.agreed("Mona", "Ada", "Mona's May", "2000.00", scope="TEAM", **MAY)
        waits = await story.draft("Sam", "Sam's May", "900.00", **MAY)
        await story.does("Sam", "goalSubmit", id=waits, expectedVersion=1)
        await story.does(
            "Mona", "approvalsDelegate", toId=story.person("Olga"), startsOn="2020-05-14",
            endsOn="2020-05-31",
        )  # fmt: skip
        for name in (*STRANGERS, *INSIDERS):
            await story.wire.sign_in(story.told, name)
        for day in ("2020-05-19", "2020-05-14"):
            await story.on(day)
            await rounds(story)
        yield story


async def rounds(story: Story) -> None:
    for go in (note_reached, correct, nudge):
        await story.goes(go)


def questions() -> Iterator[str]:
    """Everything that can be listed; goals in every order, and by every filter."""
    lists = [
        walking.root(name, 0) for name in walking.lists() if name not in ("history", "approvals")
    ]
    yield from (" ".join(lists[start : start + 6]) for start in range(0, len(lists), 6))
    yield f"goals(first: 100) {{ nodes {{ {ABOUT} }} }}"
    orders = [order for name, order in walking.orders() if name == "goals"]
    picked = [*orders, *(f"filter: {{{each}}}" for each in FILTERS)]
    yield " ".join(
        f"g{number}: goals(first: 100, {given}) {{ totalCount nodes {{ id }} }}"
        for number, given in enumerate(picked)
    )
    yield """people(first: 100) { nodes { id goals { totalCount nodes { id } } } }
      approvals { totalCount nodes { id } }"""


async def answers(story: Story, name: str) -> dict[str, str]:
    """What somebody is answered to everything, by the question."""
    token = await story.wire.sign_in(story.told, name)
    given = {"rui": story.person("Rui"), "west": story.places["west"]}
    found = {}
    for question in questions():
        named = {key: id for key, id in given.items() if f"${key}" in question}
        declared = ", ".join(f"${key}: ID!" for key in named)
        document = f"query{f'({declared})' if named else ''} {{ {question} }}"
        reply = await story.wire.ask(token, document, **named)
        assert "errors" not in reply.json(), (name, question, reply.text)
        found[question] = f"{reply.headers.get('etag')} {reply.text}"
    return found


async def keep_private_and_live_with_it(story: Story) -> list[str]:
    """Two goals of Rui's with everything that can happen to a goal; the ids of all of it."""
    money = await story.draft(
        "Rui", "Canary revenue", "8675309.25", territoryId=story.places["west"], private=True,
        description="Canary description", noParentReason="Canary reason", **MAY,
    )  # fmt: skip
    course = await story.draft("Rui", "Canary course", "10", measure="lessons", **MAY)
    await story.does("Rui", "goalKeepPrivate", id=course, expectedVersion=1)
    await story.does(
        "Rui", "goalPropose", id=money, expectedVersion=1, amount="8675309.01", note="Canary"
    )
    for goal in (money, course):
        await story.does("Rui", "goalSubmit", id=goal, expectedVersion=2, note="Canary note")
    await story.does("Mona", "goalReturn", id=course, seenVersion=3, note="Canary comment")
    await story.does("Rui", "goalSubmit", id=course, expectedVersion=4)
    await story.on("2020-05-19")  # long enough for a nudge
    await rounds(story)
    await story.does("Mona", "goalApprove", id=money, seenVersion=3, note="Canary approval")
    await story.does("Mona", "goalApprove", id=course, seenVersion=5)
    await story.does("Rui", "goalAccept", id=money, expectedVersion=4, note="Canary taken on")
    await story.does(
        "Rui", "goalCheckIn", id=course, value="9", confidence="AT_RISK", note="Canary check-in"
    )
    await story.does("Rui", "blockerRaise", id=course, cause="TOOLS", what="Canary blocker")
    amendment = await story.does(
        "Mona", "goalAmend", id=money, seenVersion=5, effectiveFrom="2020-05-19",
        target="8675309.75", policy="SEGMENTS", reason="Canary amendment",
    )  # fmt: skip
    await story.does("Ada", "goalAmendmentApprove", amendmentId=amendment["id"], seenVersion=5)
    plan = await story.does(
        "Mona", "correctivePlanOpen", id=course, reason="Canary plan", dueOn="2020-05-30"
    )
    await story.does("Rui", "correctiveStepAdd", id=plan["id"], what="Canary step")
    await story.does(
        "Mona", "goalOverrideActual", id=money, seenVersion=6, value="8675309.5", reason="Canary"
    )
    await rounds(story)
    ids = await story.ids_about(money, course)
    return [*ids, story.person("Rui")]


async def test_whoever_may_not_know_of_it_is_answered_as_if_it_were_not(story: Story) -> None:
    before = {name: await answers(story, name) for name in STRANGERS}
    newest = await newest_number(story.company.system)
    heard = {event["number"] for event in await history(story)}

    await keep_private_and_live_with_it(story)
    await story.on("2020-05-14")

    for name in STRANGERS:
        after = await answers(story, name)
        for question, said in after.items():
            assert said == before[name][question], (name, question)
            assert not CANARY.search(said), (name, question)
    for name in ("RepHome", "TeamPerformance", "TeamPace", "ManagerApprovals", "Notices"):
        for stranger in STRANGERS:
            assert not CANARY.search(str(await story.ask(stranger, name)))
    for insider in INSIDERS:
        shown = await story.ask(insider, "{ goals(first: 9) { nodes { name target { amount } } } }")
        assert len(CANARY.findall(str(shown))) == 3, insider

    actors = [story.company.actor(name) for name in STRANGERS if name != "till"]
    for actor in actors:
        told = await look(stored_kinds(), actor, newest)
        assert (told.number, told.subjects) == (None, ()), actor.roles
    told = await look(stored_kinds(), story.company.actor("Mona"), newest)
    assert told.number is not None

    # An auditor sees by the numbers that something was done, and of it what was said to whom.
    events = [event for event in await history(story) if event["number"] not in heard]
    assert {event["act"] for event in events} <= {"notice.sent"}
    assert {event["person"] for event in events} == {None}
    assert not CANARY.search(str(events))


async def history(story: Story) -> list[dict[str, object]]:
    asked = """{ history(first: 50) { nodes { number act subjectKind subjectId subject { id }
        person { id } reason changes { name before after } } } }"""
    events: list[dict[str, object]] = (await story.ask("Audrey", asked))["history"]["nodes"]
    return events


async def test_every_act_answers_its_id_like_one_of_nothing_and_leaves_it_as_it_was(
    wire: Wire, owner: asyncpg.Connection, ours: Furnished
) -> None:
    about = {row: id for row, id in ours.rows.items() if "private Rui" in row}
    hidden = {id.rpartition("_")[0]: id for id in about.values()}
    assert len(hidden) >= 7, hidden
    tried = not_there = 0
    token = await wire.sign_in(ours, "Cora")
    before = await rows_of(owner, ours)
    for name, taken in walking.mutations().items():
        for path, shown in walking.ids_in(taken):
            kind = walking.kind_taken(shown)
            if kind not in hidden or walking.is_new(shown):
                continue
            absent = f"{kind}_{new_id()}"
            given = valid_input(ours, name, "Cora")
            given |= {
                version: 3 for version in ("expectedVersion", "seenVersion") if version in given
            }
            of_absent, of_hidden = [
                await wire.ask(
                    token,
                    document_of(name),
                    input=with_id(given, path, id) | {"clientMutationId": str(new_id())},
                )
                for id in (absent, hidden[kind])
            ]

            assert "Error" in of_absent.text, (name, path)
            not_there += "NotFoundError" in of_absent.text
            assert normal(of_hidden, hidden[kind]) == normal(of_absent, absent), (name, path)
            tried += 1
    after = await rows_of(owner, ours)
    # What asks for several things keeps that it was asked.
    assert {table for table in before if before[table] != after[table]} == {"idempotency_key"}
    # Few are refused for something else before anybody looks.
    assert tried > 35
    assert tried - not_there < 8, (tried, not_there)
