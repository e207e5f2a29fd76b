"""A company in which somebody keeps notes to herself, beside the same company before she did: nobody else,
whatever they are, is answered another letter, nor does the database look at another row for them.
"""

import re
from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest

from auth.actor import Actor, Scope
from domain.coaching.evidence_rules import Link
from domain.coaching.note_answers import acknowledge_note, reply_to_note
from domain.coaching.note_sharing import share_note, take_note_back
from domain.coaching.notes import edit_note, withdraw_note, write_note
from domain.database import on_behalf_of
from domain.history import number_events
from domain.ids import new_id
from domain.people.actions import deactivate_person, set_manager
from schema.changes import look, newest_number
from schema.subscription import stored_kinds
from tests.domain.coaching.noting import everything, read, shared, words_of
from tests.people import ROLES, TODAY, Company, found_company
from tests.scenarios import walking
from tests.schema.asking import answer, ask, compiled, goal
from tests.schema.compiler.explaining import explained, reader

CANARY = re.compile("canary|zebra", re.IGNORECASE)
PRIVATE_TABLES = ("note", "note_revision", "note_reply", "note_evidence")
SEARCH = """query($words: String) { notes(filter: {words: $words}, first: 50) { totalCount
  nodes { id body author { name } evidence { nodes { name } } replies { totalCount } } } }"""


def strangers(company: Company) -> dict[str, Actor]:
    """Everybody but Mona: whom she writes about, her own director, whoever administers or audits."""
    cast = {name: company.actor(name) for name in ROLES if name != "Mona"}
    return cast | {"an app": company.partner(*Scope)}


LISTENING = ("Rui", "Hal", "Audrey")
"""Of the others, those who are asked about everything there is: between them they see most of it."""


def questions(company: Company, everything: bool) -> Iterator[tuple[str, dict[str, object]]]:
    """Notes by every filter and counted, and searched; with everything every list there is."""
    for name in walking.lists() if everything else ():
        yield f"{{ {walking.root(name, 0)} }}", {}
    rui, mona = (f"person_{company.ids[name]}" for name in ("Rui", "Mona"))
    may = f"goal_{company.extra['may']}"
    for given in (
        f'about: {{eq: "{rui}"}}', f'author: {{eq: "{mona}"}}', f'goal: "{may}"', "shared: false",
        "shared: true", "unacknowledged: false", 'writtenAt: {gte: "2020-01-01T00:00:00Z"}',
    ):  # fmt: skip
        yield (
            f"{{ notes(filter: {{{given}}}) {{ totalCount edges {{ cursor }} nodes {{ id }} }} }}",
            {},
        )
    for words in ("canary", "-nothing", '"canary zebra"', "zebra or canary"):
        yield SEARCH, {"words": words}


async def answers(company: Company, name: str, actor: Actor) -> list[str]:
    found = []
    for document, sent in questions(company, everything=name in LISTENING):
        answered = await answer(actor, document, **sent)
        found.append(f"{answered.data} {answered.errors} {answered.statements}")
    return found


async def keep_notes(company: Company) -> dict[str, UUID]:
    """Everything that can become of a note which nobody else reads."""
    mona, may = company.actor("Mona"), company.extra["may"]
    note = await write_note(
        mona, about_id=company.ids["Rui"], body="A canary.", evidence=[Link(goal_id=may)]
    )
    await edit_note(mona, note_id=note, expected_version=1, body="A canary zebra.")
    gone = await write_note(mona, about_id=company.ids["Mona"], body="A canary of her own.")
    await withdraw_note(mona, note_id=gone)
    ids = {"note": note}
    for table in ("note_revision", "note_evidence"):
        ids[table] = (await everything(company, table))[0]["id"]
    return ids


async def test_a_private_note_is_nobody_elses_on_any_road(company: Company) -> None:
    company.extra["may"] = await goal(company, "Rui")
    people = strangers(company)
    before = {name: await answers(company, name, actor) for name, actor in people.items()}
    newest = await newest_number(company.system)

    ids = await keep_notes(company)

    await number_events(company.org)
    assert await newest_number(company.system) == newest
    for name, actor in people.items():
        after = await answers(company, name, actor)
        assert after == before[name], name
        assert not CANARY.search(str(after))
        for kind, id in ids.items():
            by_id = f'{{ node(id: "{kind}_{id}") {{ __typename }} }}'
            assert (await ask(actor, by_id))["node"] is None, (name, kind)
        told = await look(stored_kinds(), actor, 0)
        assert not {id for _, id in told.subjects} & set(ids.values())
    assert (await ask(company.system, "{ notes { totalCount } }"))["notes"]["totalCount"] == 0
    assert [await everything(company, table) for table in ("notice", "event")] == [[], []]
    mine = await ask(company.actor("Mona"), SEARCH, words="canary zebra")
    assert mine["notes"]["totalCount"] == 1


async def test_whatever_is_done_with_the_id_of_a_private_note_it_is_like_one_of_nothing(
    company: Company,
) -> None:
    company.extra["may"] = await goal(company, "Rui")
    note = (await keep_notes(company))["note"]
    rui = f"person_{company.ids['Rui']}"
    acts: dict[str, dict[str, object]] = {
        "noteEdit": {"expectedVersion": 2, "body": "Mine."},
        "noteShare": {"personIds": [rui]},
        "noteTakeBack": {"personIds": [rui]},
        "noteWithdraw": {},
        "noteReply": {"body": "Mine."},
        "noteAcknowledge": {"version": 2},
    }
    tables = [*PRIVATE_TABLES, "reader", "notice", "event", "idempotency_key"]
    before = [await everything(company, table) for table in tables]

    for name, actor in strangers(company).items():
        for act, sent in acts.items():
            key = str(new_id())
            of_note, again, of_nothing = [
                (
                    await ask(
                        actor,
                        walking.mutation(act),
                        input={"clientMutationId": key, "noteId": f"note_{id}", **sent},
                    )
                )[act]
                for id in (note, note, new_id())
            ]
            assert of_note == again == of_nothing, (name, act)
            assert {error["__typename"] for error in of_note["errors"]} == {"NotFoundError"}

    assert [await everything(company, table) for table in tables] == before


async def test_a_key_of_its_authors_opens_a_private_note_to_nobody(company: Company) -> None:
    mona, key = company.actor("Mona"), str(new_id())
    rui = f"person_{company.ids['Rui']}"
    sent = {"clientMutationId": key, "aboutId": rui, "body": "A canary."}
    first = (await ask(mona, walking.mutation("noteWrite"), input=sent))["noteWrite"]

    for actor in strangers(company).values():
        replayed = (await ask(actor, walking.mutation("noteWrite"), input=sent))["noteWrite"]
        assert replayed["note"] is None or replayed["note"]["id"] != first["note"]["id"]

    assert (await ask(mona, walking.mutation("noteWrite"), input=sent))["noteWrite"] == first


async def test_the_second_lock_shows_nobody_elses_words_to_a_statement_without_conditions(
    company: Company, database: str
) -> None:
    note = await shared(company, "Mona", "Rui", "Hal", links=True)
    await reply_to_note(company.actor("Hal"), note_id=note, body="A canary.")
    await write_note(company.actor("Mona"), about_id=company.ids["Rui"], body="A canary.")
    counts = {table: f"select count(*) as rows from {table}" for table in PRIVATE_TABLES}
    expected = {
        "Mona": [2, 2, 1, 1], "Rui": [1, 1, 1, 1], "Hal": [1, 1, 1, 0], "Ada": [0] * 4,
        "Audrey": [0] * 4, "Adam": [0] * 4,
    }  # fmt: skip

    async with reader(database, company.org) as connection:
        for table in (*PRIVATE_TABLES, "reader"):
            assert await connection.fetchval(f"select count(*) from {table}") == 0
        for name, rows in expected.items():
            await connection.execute(f"set app.person_id = '{company.ids[name]}'")
            seen = [await connection.fetchval(each) for each in counts.values()]
            assert seen == rows, name
    for name, rows in expected.items():
        async with on_behalf_of(company.org, company.ids[name]) as transaction:
            for each, count in zip(counts.values(), rows, strict=True):
                assert (await transaction.execute_query_dict(each))[0]["rows"] == count, name
            if not any(rows):
                for table in PRIVATE_TABLES:
                    for change in ("update {} set readers = readers", "delete from {}"):
                        changed, _ = await transaction.execute_query(change.format(table))
                        assert changed == 0


async def test_sharing_and_taking_back_reach_a_reader_who_pages_and_listens(
    company: Company,
) -> None:
    mona, hal, ids = company.actor("Mona"), company.actor("Hal"), company.ids
    notes = [await shared(company, "Mona", "Rui", "Hal") for _ in range(3)]
    page = """query($after: String) { notes(first: 1, after: $after) { totalCount
      nodes { id } pageInfo { endCursor hasNextPage } } }"""
    first = (await ask(hal, page))["notes"]
    assert (first["totalCount"], first["nodes"]) == (3, [{"id": f"note_{notes[2]}"}])
    heard = (await look(stored_kinds(), hal, 0)).newest

    await take_note_back(mona, note_id=notes[1], person_ids=[ids["Hal"]])
    await take_note_back(mona, note_id=notes[2], person_ids=[ids["Hal"]])  # where the cursor stands

    second = (await ask(hal, page, after=first["pageInfo"]["endCursor"]))["notes"]
    assert (second["totalCount"], second["nodes"]) == (1, [{"id": f"note_{notes[0]}"}])
    assert second["pageInfo"]["hasNextPage"] is False
    assert (await look(stored_kinds(), hal, heard)).subjects == ()
    told = "{ notices { totalCount nodes { subject { id } } } }"
    assert (await ask(hal, told))["notices"]["nodes"] == [{"subject": {"id": f"note_{notes[0]}"}}]

    await share_note(mona, note_id=notes[1], person_ids=[ids["Hal"]])
    since = await look(stored_kinds(), hal, heard)
    assert ("note", notes[1]) in since.subjects
    assert ("note", notes[2]) not in since.subjects
    assert (await ask(hal, told))["notices"]["totalCount"] == 3
    assert await words_of(hal, notes[1]) == ["What Mona says."] * 2


async def test_a_coachee_who_changes_manager_takes_along_what_was_shared_and_nothing_else(
    company: Company,
) -> None:
    mona, rui, eve = (company.actor(name) for name in ("Mona", "Rui", "Eve"))
    private = await write_note(mona, about_id=company.ids["Rui"], body="For me.")
    note = await shared(company, "Mona", "Rui", links=True)

    await set_manager(
        company.actor("Cora"),
        position_id=company.positions["Rui"],
        manager_position_id=company.positions["Eve"],
        since=TODAY,
    )

    for each in (private, note):
        assert await read(eve, each) is None
        assert await read(mona, each) is not None
    assert (await read(rui, note))["evidence"]["nodes"][0]["name"] == "May of Rui"
    assert (await read(mona, note))["evidence"]["nodes"][0]["subject"] is None  # no more his goals
    await reply_to_note(rui, note_id=note, body="All the best.")
    await edit_note(mona, note_id=private, expected_version=1, body="Still for me.")
    assert await write_note(eve, about_id=company.ids["Rui"], body="Welcome.")
    with pytest.raises(Exception, match="people below you"):
        await write_note(mona, about_id=company.ids["Rui"], body="Farewell.")


async def test_what_a_leaver_kept_is_nobodys_and_what_they_shared_says_who_wrote_it(
    company: Company,
) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    private = await write_note(mona, about_id=company.ids["Rui"], body="For me.")
    note = await shared(company, "Mona", "Rui", "Hal")

    await deactivate_person(company.actor("Adam"), person_id=company.ids["Mona"], reason="Left.")

    for actor in strangers(company).values():
        assert await read(actor, private) is None
    shown = await read(rui, note)
    assert (shown["author"], shown["body"]) == ({"name": "Mona"}, "What Mona says.")
    await acknowledge_note(rui, note_id=note, version=1)
    await reply_to_note(rui, note_id=note, body="Still here.")
    assert (await read(company.actor("Hal"), note))["replies"]["nodes"][0]["body"] == "Still here."


MANY = (
    """insert into note (org_id, id, about_id, author_id, body, body_html, written_at, written_on, readers)
      select $1::uuid, gen_random_uuid(), $3::uuid, $2::uuid, 'A zebra' || repeat(' and more', 20), '<p></p>', now(), now(),
        array[$2::uuid] from generate_series(1, $4::int)""",
    """insert into note_reply (org_id, id, note_id, author_id, body, body_html, written_at, readers)
      select org_id, gen_random_uuid(), id, $3::uuid, 'A word', '<p></p>', now(), array[$2::uuid, $3::uuid]
      from note where org_id = $1 and author_id = $2::uuid limit $4::int / 4""",
    """insert into note_evidence (org_id, id, note_id, place, kind, subject_id, seen_as, name, unit, as_of, formula,
        source, readers) select org_id, gen_random_uuid(), id, 1, 'goal', $3::uuid, 'team', 'A goal', 'number', now(),
        'Counted.', 'Sales.', readers from note where org_id = $1 and author_id = $2::uuid limit $4::int / 4""",
)


async def test_a_list_and_a_search_look_at_as_much_however_much_others_wrote(
    company: Company, database: str, owner: asyncpg.Connection
) -> None:
    """Elsewhere there are notes already, so that the tables are large from the beginning."""
    elsewhere, rui = await found_company("Contoso"), company.ids["Rui"]
    await _write_many(owner, elsewhere, "Mona", 2_000)
    await _write_many(owner, company, "Mona", 100)
    listed = "{ notes(first: 50) { totalCount nodes { body replies { totalCount } viewerCan } } }"
    to_goal = f'{{ notes(filter: {{goal: "goal_{rui}"}}) {{ totalCount nodes {{ id }} }} }}'
    asked: list[tuple[str, dict[str, object]]] = [
        (listed, {}), (to_goal, {}), (SEARCH, {"words": "zebra"}), (SEARCH, {"words": "nowhere"}),
    ]  # fmt: skip

    alone = [await _looked_at(database, company, document, sent) for document, sent in asked]
    await _write_many(owner, company, "Eve", 5_000)
    among = [await _looked_at(database, company, document, sent) for document, sent in asked]

    # Not to the page: hers may lie further apart in an index, or in another one. A list that looked at
    # what others wrote would take fifty times as many.
    for before, after in zip(alone, among, strict=True):
        assert after < before * 4, (alone, among)
    found = await ask(company.actor("Mona"), SEARCH, words="zebra")
    assert found["notes"]["totalCount"] == 100


async def _write_many(owner: asyncpg.Connection, company: Company, author: str, count: int) -> None:
    about = company.ids["Olga" if author == "Eve" else "Rui"]
    await owner.execute(f"set app.org_id = '{company.org}'; set app.sees_words_of = 'all'")
    for statement in MANY:
        await owner.execute(statement, company.org, company.ids[author], about, count)
    for table in (*PRIVATE_TABLES, "reader"):
        await owner.execute(f"vacuum analyze {table}")


async def _looked_at(dsn: str, company: Company, document: str, sent: dict[str, object]) -> int:
    """How many pages the statement looks at, with the plan that is kept for all values."""
    mona = company.actor("Mona")
    asked = compiled(mona, document, **sent)
    async with reader(dsn, company.org, mona.person) as connection:
        plan = await explained(connection, asked.plan.statement, asked.arguments)
    assert plan.scans_of(*PRIVATE_TABLES, "reader") == [], plan.text
    return plan.pages
