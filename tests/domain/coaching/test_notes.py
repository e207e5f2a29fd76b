"""Notes: written, edited, shared, taken back, answered, acknowledged, withdrawn."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from auth.actor import Scope
from domain.coaching.evidence_rules import Link
from domain.coaching.note_answers import acknowledge_note, reply_to_note
from domain.coaching.note_models import Note, NoteVisibility
from domain.coaching.note_rules import NoteAnswered, NoteChanged
from domain.coaching.note_sharing import share_note, take_note_back
from domain.coaching.notes import edit_note, withdraw_note, write_note
from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal
from domain.ids import new_id
from domain.rows import IdTaken
from tests.domain.coaching.noting import everything, read, shared, words_of
from tests.people import Company, found_company
from tests.schema.asking import ask, goal, insert, sold

PRIVATE, COACHEE, NAMED = NoteVisibility


async def test_a_note_goes_from_its_author_to_the_coachee_and_back(company: Company) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    note = await write_note(mona, about_id=company.ids["Rui"], body="You *listened*.")

    assert await read(rui, note) is None
    assert (await read(mona, note))["visibility"] == "PRIVATE"
    assert (await read(mona, note))["viewerCan"] == ["EDIT", "SHARE", "WITHDRAW"]
    await share_note(mona, note_id=note, person_ids=[company.ids["Rui"]])
    shown = await read(rui, note)
    assert shown["bodyHtml"] == "<p>You <em>listened</em>.</p>"
    assert shown["visibility"] == "COACHEE"
    assert shown["readers"]["nodes"] == [{"name": "Mona"}, {"name": "Rui"}]
    assert shown["viewerCan"] == ["REPLY", "ACKNOWLEDGE"]

    await reply_to_note(rui, note_id=note, body="Thank you.")
    await acknowledge_note(rui, note_id=note, version=1)

    shown = await read(mona, note)
    assert (shown["acknowledged"], shown["acknowledgedVersion"]) == (True, 1)
    assert shown["replies"]["nodes"] == [{"author": {"name": "Rui"}, "body": "Thank you."}]
    assert shown["viewerCan"] == ["EDIT", "SHARE", "REPLY"]
    await edit_note(mona, note_id=note, expected_version=1, body="You listened well.")
    shown = await read(rui, note)
    assert (shown["acknowledged"], shown["acknowledgedVersion"]) == (False, 1)
    assert [each["body"] for each in shown["revisions"]["nodes"]] == [
        "You listened well.",
        "You *listened*.",
    ]


async def test_what_happens_to_a_note_is_told_without_a_word_of_it(company: Company) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    note = await shared(company, "Mona", "Rui")

    await reply_to_note(rui, note_id=note, body="A canary answer.")
    await reply_to_note(mona, note_id=note, body="A canary answer to that.")
    await acknowledge_note(rui, note_id=note, version=1)
    await edit_note(mona, note_id=note, expected_version=1, body="A canary edited.")

    told = "{ notices { nodes { kind message subject { id } } } }"
    assert [each["kind"] for each in (await ask(rui, told))["notices"]["nodes"]] == [
        "NOTE_ANSWERED", "NOTE_SHARED",
    ]  # fmt: skip
    assert [each["kind"] for each in (await ask(mona, told))["notices"]["nodes"]] == [
        "NOTE_ACKNOWLEDGED", "NOTE_ANSWERED",
    ]  # fmt: skip
    events = await everything(company, "event")
    assert [each["act"] for each in events if each["subject_kind"] == "note"] == [
        "note.written", "note.replied", "note.replied", "note.acknowledged", "note.edited",
    ]  # fmt: skip
    assert "canary" not in str(events + await everything(company, "notice")).lower()


async def test_what_only_its_author_reads_leaves_no_event_and_no_notice(company: Company) -> None:
    mona = company.actor("Mona")
    note = await write_note(mona, about_id=company.ids["Rui"], body="A thought.")

    await edit_note(mona, note_id=note, expected_version=1, body="A second thought.")
    await withdraw_note(mona, note_id=note)

    for table in ("event", "notice", "note", "note_revision", "reader"):
        assert await everything(company, table) == [], table


@pytest.mark.parametrize(
    ("who", "about", "refusal"),
    [
        ("Rui", "Mona", NotPermitted),  # whom he reports to
        ("Rui", "Sam", NotPermitted),
        ("Eve", "Rui", NotPermitted),  # a manager elsewhere
        ("Hal", "Rui", NotPermitted),
        ("Cora", "Rui", NotPermitted),
        ("Adam", "Rui", NotPermitted),
        ("Ada", "Rui", None),  # at any depth
        ("Hal", "Hal", None),
    ],
)
async def test_notes_are_about_people_below_or_about_oneself(
    company: Company, who: str, about: str, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        assert await write_note(company.actor(who), about_id=company.ids[about], body="A note.")
        return
    with pytest.raises(refusal):
        await write_note(company.actor(who), about_id=company.ids[about], body="A note.")

    assert await everything(company, "note") == []


async def test_who_is_nobody_here_writes_no_note_and_is_named_in_none(company: Company) -> None:
    elsewhere = await found_company("Contoso")
    mona, rui = company.actor("Mona"), company.ids["Rui"]
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update person set disabled_at = now() where org_id = $1 and id = any($2)",
            [company.org, [company.ids["Sam"]]],
        )

    for actor in (company.partner(*Scope), company.system):
        with pytest.raises((NotFound, NotPermitted)):
            await write_note(actor, about_id=rui, body="A note.")
    for about in (elsewhere.ids["Rui"], new_id()):
        with pytest.raises(NotFound) as refused:
            await write_note(mona, about_id=about, body="A note.")
        assert refused.value.path == ("aboutId",)
    for named in (elsewhere.ids["Rui"], new_id(), company.ids["Sam"]):
        with pytest.raises(NotFound) as refused:
            await write_note(
                mona, about_id=rui, body="A note.", visibility=NAMED, person_ids=[rui, named]
            )
        assert refused.value.path == ("personIds", "1")

    assert await everything(company, "note") == []


async def test_a_note_that_comes_a_week_late_and_twice_is_one_note(company: Company) -> None:
    mona, note = company.actor("Mona"), new_id()
    written_at = datetime.now(UTC).replace(microsecond=5000) - timedelta(days=7)
    said: dict[str, Any] = {
        "id": note, "about_id": company.ids["Rui"], "body": "On the train.", "written_at": written_at,
    }  # fmt: skip

    assert await write_note(mona, **said) == note
    assert await write_note(mona, **said) == note
    await edit_note(mona, note_id=note, expected_version=1, body="At my desk.")
    assert await write_note(mona, **said) == note

    [row] = await everything(company, "note")
    assert (row["written_at"], row["written_on"]) == (written_at, date(2020, 5, 22))
    assert row["received_at"] > written_at + timedelta(days=6)
    assert (row["body"], row["version"]) == ("At my desk.", 2)
    with pytest.raises(IdTaken):
        await write_note(mona, **said | {"body": "Something else."})
    reply = new_id()
    await share_note(mona, note_id=note, person_ids=[company.ids["Rui"]])
    for _ in range(2):
        await reply_to_note(company.actor("Rui"), note_id=note, body="Late.", id=reply)
    assert len(await everything(company, "note_reply")) == 1


async def test_an_answer_is_read_by_those_who_read_the_note_then(company: Company) -> None:
    mona, rui, hal = (company.actor(name) for name in ("Mona", "Rui", "Hal"))
    note = await shared(company, "Mona", "Rui")
    await reply_to_note(rui, note_id=note, body="For the two of us.")
    await edit_note(mona, note_id=note, expected_version=1, body="As Hal found it.")
    await share_note(mona, note_id=note, person_ids=[company.ids["Hal"]])
    await reply_to_note(hal, note_id=note, body="For the three of us.")

    assert await words_of(hal, note) == [
        "As Hal found it.",
        "For the three of us.",
        "As Hal found it.",
    ]
    assert await words_of(rui, note) == [
        "As Hal found it.",
        "For the two of us.", "For the three of us.",
        "As Hal found it.", "What Mona says.",
    ]  # fmt: skip
    assert (await read(hal, note))["visibility"] == "NAMED"


async def test_a_note_is_taken_back_from_whoever_said_nothing_to_it(company: Company) -> None:
    mona, rui, sam, hal = (company.actor(name) for name in ("Mona", "Rui", "Sam", "Hal"))
    note = await shared(company, "Mona", "Rui", "Sam", "Hal", links=True)
    await reply_to_note(sam, note_id=note, body="I agree.")

    await take_note_back(mona, note_id=note, person_ids=[company.ids["Hal"]])

    assert await read(hal, note) is None
    assert (await read(rui, note))["readers"]["totalCount"] == 3
    async with on_behalf_of(company.org, company.ids["Hal"]) as transaction:
        for table in ("note", "note_revision", "note_reply", "note_evidence", "reader"):
            assert await transaction.execute_query_dict(f"select 1 from {table}") == [], table

    await acknowledge_note(rui, note_id=note, version=1)
    before = await everything(company, "reader")
    for spoke in ("Rui", "Sam"):
        with pytest.raises(NoteAnswered):
            await take_note_back(mona, note_id=note, person_ids=[company.ids[spoke]])
    with pytest.raises(NotFound):
        await take_note_back(mona, note_id=note, person_ids=[company.ids["Hal"]])
    with pytest.raises(Conflict):
        await withdraw_note(mona, note_id=note)
    assert await everything(company, "reader") == before
    assert "TAKE_BACK" not in (await read(mona, note))["viewerCan"]


async def test_what_is_an_authors_readers_are_refused_and_nobody_else_learns_of(
    company: Company,
) -> None:
    note = await shared(company, "Mona", "Rui", "Hal")
    hal = company.ids["Hal"]
    before = [
        await everything(company, table) for table in ("note", "reader", "note_reply", "event")
    ]

    async def tried(name: str) -> list[type[Exception]]:
        actor = company.actor(name)
        refusals: list[type[Exception]] = []
        for trial in (
            edit_note(actor, note_id=note, expected_version=1, body="Mine."),
            edit_note(actor, note_id=note, expected_version=7, body=""),
            share_note(actor, note_id=note, person_ids=[new_id()]),
            take_note_back(actor, note_id=note, person_ids=[hal]),
            withdraw_note(actor, note_id=note),
        ):
            with pytest.raises(Refusal) as refused:
                await trial
            refusals.append(refused.type)
        return refusals

    assert await tried("Rui") == await tried("Hal") == [NotPermitted] * 5
    with pytest.raises(NotPermitted):
        await acknowledge_note(company.actor("Hal"), note_id=note, version=1)
    for name in ("Ada", "Sam", "Eve", "Cora", "Fay", "Audrey", "Adam"):
        assert await tried(name) == [NotFound] * 5, name
        for trial in (
            reply_to_note(company.actor(name), note_id=note, body=""),
            acknowledge_note(company.actor(name), note_id=note, version=9),
        ):
            with pytest.raises(NotFound):
                await trial
    for nobody in (company.partner(*Scope), company.system):
        with pytest.raises(NotFound):
            await reply_to_note(nobody, note_id=note, body="A word.")
    assert before == [
        await everything(company, table) for table in ("note", "reader", "note_reply", "event")
    ]


async def test_what_does_not_fit_a_note_is_refused_and_changes_nothing(company: Company) -> None:
    mona, rui, ids = company.actor("Mona"), company.actor("Rui"), company.ids
    note = await shared(company, "Mona", "Rui")
    own = await write_note(rui, about_id=ids["Rui"], body="My own.")
    before = [await everything(company, table) for table in ("note", "note_revision", "event")]
    late = datetime.now(UTC) + timedelta(hours=1)

    for refusal, trial in (
        (Invalid, write_note(mona, about_id=ids["Rui"], body=" ")),
        (Invalid, write_note(mona, about_id=ids["Rui"], body="[" * 1_000_000)),
        (Invalid, write_note(mona, about_id=ids["Rui"], body="Soon.", written_at=late)),
        (Invalid, write_note(mona, about_id=ids["Rui"], body="!", person_ids=[ids["Hal"]])),
        (Invalid, write_note(mona, about_id=ids["Rui"], body="!", evidence=[Link()])),
        (Invalid, write_note(mona, about_id=ids["Rui"], body="!", evidence=[Link()] * 11)),
        (NoteChanged, edit_note(mona, note_id=note, expected_version=2, body="!")),
        (Invalid, edit_note(mona, note_id=note, expected_version=1, body="turned \u202e")),
        (Invalid, share_note(mona, note_id=note, person_ids=[])),
        (Invalid, take_note_back(mona, note_id=note, person_ids=[ids["Mona"]])),
        (Invalid, acknowledge_note(rui, note_id=note, version=2)),
        (Conflict, acknowledge_note(rui, note_id=own, version=1)),
        (Conflict, reply_to_note(rui, note_id=own, body="To myself.")),
        (IdTaken, write_note(rui, about_id=ids["Rui"], body="Mine.", id=note)),
    ):
        with pytest.raises(refusal):
            await trial
    assert before == [
        await everything(company, table) for table in ("note", "note_revision", "event")
    ]
    await acknowledge_note(rui, note_id=note, version=1)
    with pytest.raises(Conflict):
        await acknowledge_note(rui, note_id=note, version=1)


async def test_evidence_stays_what_it_was_on_the_day_of_the_note(company: Company) -> None:
    ids = company.ids
    may, account = await goal(company, "Rui"), new_id()
    await insert(company, "account", [{"id": account, "name": "Acme"}])
    early = await sold(company, "Rui", "100", on=date(2020, 5, 4), account_id=account)
    await sold(company, "Rui", "50.5", on=date(2020, 5, 22), account_id=account)
    await sold(company, "Rui", "7", on=date(2020, 5, 23), account_id=account)
    await sold(company, "Sam", "1000", on=date(2020, 5, 4), account_id=account)
    [revenue, rate] = [await _measure(company, key) for key in ("revenue", "win_rate")]

    note = await write_note(
        company.actor("Mona"),
        about_id=ids["Rui"],
        body="As of a week ago.",
        visibility=COACHEE,
        written_at=datetime.now(UTC) - timedelta(days=7),
        evidence=[
            Link(goal_id=may),
            Link(sale_id=early),
            Link(account_id=account, since=date(2020, 5, 5)),
            Link(measure_id=revenue),
            Link(measure_id=rate),
        ],
    )
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update goal set name = 'Another', target = 1 where org_id = $1", [company.org]
        )
        await transaction.execute_query(
            "update sale set amount = 1 where org_id = $1", [company.org]
        )

    shown = (await read(company.actor("Rui"), note))["evidence"]["nodes"]
    figures = [each["value"] and each["value"]["amount"] for each in shown]
    assert figures == ["150.50", "100.00", "50.50", "150.50", None]
    assert [each["name"] for each in shown] == ["May of Rui", "Sale", "Acme", "Revenue", "Win rate"]
    assert {each["asOf"] for each in shown} == {"2020-05-22"}
    assert [each["formula"] for each in shown] == [
        "Sum of the amounts of sales in USD, from 2020-05-01 to 2020-05-22.",
        "The amount of the sale.",
        "Sum of the amounts of their sales to the customer in USD, from 2020-05-05 to 2020-05-22.",
        "Sum of the amounts of sales in USD, from 2019-05-24 to 2020-05-22.",
        "Opportunities won / opportunities won or lost, from 2019-05-24 to 2020-05-22.",
    ]
    assert shown[0]["facts"] == [
        {"name": "attainment", "value": "0.1505"},
        {"name": "target", "value": "1000"},
    ]
    assert shown[0]["source"] == "Sales, as known on 2020-05-29."
    assert shown[0]["subject"] == {"id": f"goal_{may}"}


async def test_evidence_is_the_coachees_and_seen_by_its_author(company: Company) -> None:
    ids, mona = company.ids, company.actor("Mona")
    theirs, hers = await goal(company, "Rui"), await goal(company, "Mona")
    olgas, late = (
        await sold(company, "Olga", "5"),
        await sold(company, "Rui", "5", on=date(2020, 6, 1)),
    )
    sams, told = await sold(company, "Sam", "5"), new_id()
    await insert(
        company, "measure",
        [{"id": told, "key": "visits", "name": "Visits", "unit": "number", "direction": "higher",
          "source": "check_in"}],
    )  # fmt: skip
    draft = await goal(company, "Rui", measure=None, status="draft", target=None, currency=None)
    elsewhere = await goal(await found_company("Contoso"), "Rui")

    for refusal, link, path in (
        (NotFound, Link(goal_id=elsewhere), "goalId"),
        (NotFound, Link(goal_id=new_id()), "goalId"),
        (Invalid, Link(goal_id=hers), "goalId"),
        (Invalid, Link(goal_id=draft), "goalId"),
        (NotFound, Link(sale_id=olgas), "saleId"),
        (Invalid, Link(sale_id=sams), "saleId"),
        (Invalid, Link(sale_id=late), "saleId"),
        (NotFound, Link(account_id=new_id()), "accountId"),
        (NotFound, Link(measure_id=new_id()), "measureId"),
        (Invalid, Link(measure_id=told), "measureId"),
        (Invalid, Link(goal_id=theirs, since=date(2020, 5, 1)), "since"),
        (
            Invalid,
            Link(measure_id=await _measure(company, "units"), since=date(1990, 1, 1)),
            "since",
        ),
        (Invalid, Link(goal_id=theirs, sale_id=sams), ""),
    ):
        with pytest.raises(refusal) as refused:
            await write_note(
                mona, about_id=ids["Rui"], body="!", evidence=[Link(goal_id=theirs), link]
            )
        assert refused.value.path == tuple(filter(None, ("evidence", "1", path)))
    assert await everything(company, "note") == await everything(company, "note_evidence") == []


async def test_evidence_shows_to_readers_who_see_such_figures_anyway(company: Company) -> None:
    ids, mona = company.ids, company.actor("Mona")
    open_goal, private = await goal(company, "Rui"), await goal(company, "Rui", private=True)
    note = await write_note(
        mona, about_id=ids["Rui"], body="Look.", visibility=NAMED,
        person_ids=[ids[name] for name in ("Rui", "Sam", "Ada", "Fay", "Eve")],
        evidence=[Link(goal_id=open_goal), Link(goal_id=private)],
    )  # fmt: skip
    await share_note(mona, note_id=note, person_ids=[ids["Hal"], ids["Cora"], ids["Olga"]])

    seen = {
        name: [
            each["place"] for each in (await read(company.actor(name), note))["evidence"]["nodes"]
        ]
        for name in ("Mona", "Rui", "Ada", "Fay", "Cora", "Hal", "Sam", "Eve", "Olga")
    }

    assert seen == {
        "Mona": [1, 2], "Rui": [1, 2], "Ada": [1, 2], "Fay": [1], "Cora": [1], "Hal": [2],
        "Sam": [], "Eve": [], "Olga": [],
    }  # fmt: skip


async def test_a_note_without_its_author_among_the_readers_cannot_be_stored(
    company: Company,
) -> None:
    note = await shared(company, "Mona", "Rui")

    async with on_behalf_of(company.org, company.ids["Rui"]) as transaction:
        with pytest.raises(Exception, match="an_author_reads_their_note"):
            await transaction.execute_query(
                "update note set readers = $2 where org_id = $1",
                [company.org, [company.ids["Rui"]]],
            )
    async with on_behalf_of(company.org, company.ids["Rui"]):
        assert len((await Note.get(org_id=company.org, id=note)).readers) == 2


async def _measure(company: Company, key: str) -> UUID:
    async with on_behalf_of(company.org) as transaction:
        [row] = await transaction.execute_query_dict(
            "select id from measure where org_id = $1 and key = $2", [company.org, key]
        )
    found: UUID = row["id"]
    return found
