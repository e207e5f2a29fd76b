"""Notes over a socket: their readers are told, and nobody else hears, or could count, that there is one."""

import asyncio
from typing import Any

from domain.coaching.note_answers import reply_to_note
from domain.coaching.note_sharing import share_note, take_note_back
from domain.coaching.notes import edit_note, withdraw_note, write_note
from tests.api.subscriptions.served import Served, changes, newest, silence
from tests.api.subscriptions.websocket import WebSocket
from tests.people import Company, drafted_goal

WORDS = """
subscription($since: Int) { changes(since: $since) { number nodes { __typename id
  ... on Note { body replies { nodes { body } } revisions { nodes { body } } }
  ... on NoteReply { body } ... on Notice { kind message subject { id } } } } }
"""


async def heard(socket: WebSocket) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = changes(await socket.receive())["nodes"]
    return nodes


async def all_silent(*sockets: WebSocket) -> None:
    await asyncio.gather(*map(silence, sockets))


async def test_a_note_is_told_to_whoever_reads_it_while_they_do(
    company: Company, at: Served
) -> None:
    mona, rui, ids = company.actor("Mona"), company.actor("Rui"), company.ids
    theirs, *others = [
        await at.subscribed(company, who, document=WORDS) for who in ("Rui", "Hal", "Ada", "Sam")
    ]
    begun = await newest(company)

    note = await write_note(mona, about_id=ids["Rui"], body="A canary.")
    await edit_note(mona, note_id=note, expected_version=1, body="A second canary.")
    await all_silent(theirs, *others)
    assert await newest(company) == begun

    await share_note(mona, note_id=note, person_ids=[ids["Rui"]])
    told = {each["__typename"]: each for each in await heard(theirs)}
    assert told["Note"] == {
        "__typename": "Note", "id": f"note_{note}", "body": "A second canary.",
        "replies": {"nodes": []}, "revisions": {"nodes": [{"body": "A second canary."}]},
    }  # fmt: skip
    assert told["Notice"]["kind"] == "NOTE_SHARED"
    assert "canary" not in str(told["Notice"])

    await take_note_back(mona, note_id=note, person_ids=[ids["Rui"]])
    await edit_note(mona, note_id=note, expected_version=2, body="A third canary.")
    # Shared and taken back before anybody looked.
    await share_note(mona, note_id=note, person_ids=[ids["Rui"], ids["Hal"]])
    await take_note_back(mona, note_id=note, person_ids=[ids["Rui"], ids["Hal"]])
    late = await at.subscribed(company, "Rui", since=begun, document=WORDS)
    await all_silent(theirs, late, *others)
    await withdraw_note(mona, note_id=note)

    again = await write_note(mona, about_id=ids["Rui"], body="For both.")
    await share_note(mona, note_id=again, person_ids=[ids["Rui"]])
    await heard(theirs)
    await reply_to_note(rui, note_id=again, body="Thank you.")
    [answered] = [each for each in await heard(theirs) if each["__typename"] == "Note"]
    assert answered["replies"] == {"nodes": [{"body": "Thank you."}]}
    await all_silent(*others)

    # Whoever was told nothing hears of what comes with the number that it has, and of nothing before.
    await drafted_goal(company, "Sam")
    _, ada, sam = others
    for socket in (ada, sam):
        assert {each["__typename"] for each in await heard(socket)} == {"Goal"}
