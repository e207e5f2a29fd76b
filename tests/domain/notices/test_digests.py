"""How people want to be told, and digests: one for a person and a period, of what they still see."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.actor import Role
from domain.calendars.words import Weekday
from domain.comments.actions import withdraw_comment, write_comment
from domain.errors import Conflict, NotPermitted
from domain.notices.digests import make_digests
from domain.notices.models import Delivery, NoticeKind, Rhythm
from domain.notices.preferences import prefer_digest, prefer_notice
from domain.subjects import Thing
from tests.domain.notices.test_nudges import nudged, on_day
from tests.people import TODAY, Company, count, submitted_goal
from tests.schema.asking import ask, goal

NOW = datetime.now(UTC) + timedelta(days=2)
"""Of a round that goes when the day is over on which all this is told."""
DIGESTS = """{ digests { nodes { id rhythm startsOn endsOn counts { kind notices }
  notices { totalCount nodes { kind } } } } notices { totalCount nodes { delivery } }
  me { digestRhythm noticePreferences { kind delivery alwaysTold } } }"""


async def shown(company: Company, name: str) -> Any:
    return await ask(company.actor(name), DIGESTS)


async def mentioned(company: Company, name: str) -> Any:
    """Mona mentions Rui in a comment on a goal of his; and he everybody else."""
    thing = Thing("goal", await goal(company, "Rui"))
    words = f"@[{name}](person_{company.ids[name]})"
    author = company.actor("Mona" if name == "Rui" else "Rui")
    return await write_comment(author, thing=thing, body=words)


async def test_what_somebody_does_not_want_to_hear_they_are_not_told(company: Company) -> None:
    rui = company.actor("Rui")
    for delivery in Delivery:
        await prefer_notice(rui, kind=NoticeKind.MENTIONED, delivery=delivery)
        await mentioned(company, "Rui")

    told = (await shown(company, "Rui"))["notices"]["nodes"]
    assert [each["delivery"] for each in told] == ["DIGEST", "NOW"]
    preferences = (await shown(company, "Rui"))["me"]["noticePreferences"]
    assert len(preferences) == len(NoticeKind)
    assert [each["kind"] for each in preferences if each["delivery"] != "NOW"] == ["MENTIONED"]
    assert [each["kind"] for each in preferences if each["alwaysTold"]] == [
        "APPROVAL_WAITS", "APPROVAL_OVERDUE", "AMENDMENT_WAITS", "AMENDMENT_OVERDUE",
    ]  # fmt: skip
    assert all(
        each["delivery"] == "NOW"
        for each in (await shown(company, "Sam"))["me"]["noticePreferences"]
    )


async def test_what_others_wait_for_is_not_switched_off_and_no_app_prefers(
    company: Company,
) -> None:
    mona = company.actor("Mona")
    with pytest.raises(Conflict, match="cannot be switched off"):
        await prefer_notice(mona, kind=NoticeKind.APPROVAL_WAITS, delivery=Delivery.NEVER)
    for refused in (
        prefer_notice(company.partner(), kind=NoticeKind.MENTIONED, delivery=Delivery.NEVER),
        prefer_digest(company.partner(), rhythm=Rhythm.NEVER),
    ):
        with pytest.raises(NotPermitted):
            await refused
    assert (
        await count(company, "notice_preference") == await count(company, "digest_preference") == 0
    )
    assert await count(company, "event") == 0
    await prefer_notice(mona, kind=NoticeKind.CHECK_IN_OVERDUE, delivery=Delivery.NEVER)
    await prefer_notice(mona, kind=NoticeKind.APPROVAL_WAITS, delivery=Delivery.DIGEST)
    await submitted_goal(company)

    assert await nudged(company, 3) == 1
    assert await nudged(company, 4) == 0

    [told] = (await shown(company, "Mona"))["notices"]["nodes"]
    assert told["delivery"] == "DIGEST"


async def test_a_digest_is_made_once_however_often_and_by_however_many(company: Company) -> None:
    await prefer_digest(company.actor("Sam"), rhythm=Rhythm.NEVER)
    await prefer_digest(company.actor("Ada"), rhythm=Rhythm.WEEKLY, weekday=Weekday.FRIDAY)
    for name in ("Rui", "Ada", "Cora"):
        await mentioned(company, name)

    made = await asyncio.gather(*(make_digests(company.org, NOW) for _ in range(4)))

    assert sum(made) == await count(company, "digest") == 3
    assert await make_digests(company.org, NOW) == 0
    [digest] = (await shown(company, "Rui"))["digests"]["nodes"]
    assert (digest["rhythm"], digest["startsOn"], digest["endsOn"]) == (
        "DAILY", "2020-05-28", "2020-05-28",
    )  # fmt: skip
    assert digest["counts"] == [{"kind": "MENTIONED", "notices": 1}]
    assert digest["notices"]["totalCount"] == 1
    [weekly] = (await shown(company, "Ada"))["digests"]["nodes"]
    assert (weekly["startsOn"], weekly["endsOn"]) == ("2020-05-22", "2020-05-28")
    assert (await shown(company, "Sam"))["digests"]["nodes"] == []
    assert await count(company, "event", "act = 'digest.made' and number is not null") == 3

    await mentioned(company, "Rui")
    await mentioned(company, "Ada")
    assert await make_digests(company.org, NOW) == 0
    await on_day(company, TODAY + timedelta(days=1))
    assert await make_digests(company.org, NOW) == 1
    second, first = (await shown(company, "Rui"))["digests"]["nodes"]
    assert (second["startsOn"], second["notices"]["totalCount"], first) == ("2020-05-29", 1, digest)


async def test_a_digest_waits_for_its_hour_and_holds_what_was_told_before(company: Company) -> None:
    await mentioned(company, "Rui")

    assert await make_digests(company.org, datetime.now(UTC)) == 0
    assert await make_digests(company.org, NOW) == 1


async def test_a_digest_shows_nothing_that_was_taken_back_or_is_no_longer_theirs_to_see(
    company: Company,
) -> None:
    comment = await mentioned(company, "Rui")
    await mentioned(company, "Ada")
    await mentioned(company, "Ada")
    await make_digests(company.org, NOW)
    assert len((await shown(company, "Rui"))["digests"]["nodes"]) == 1

    await withdraw_comment(company.actor("Mona"), comment_id=comment)

    assert (await shown(company, "Rui"))["digests"]["nodes"] == []
    [digest] = (await shown(company, "Ada"))["digests"]["nodes"]
    assert digest["counts"] == [{"kind": "MENTIONED", "notices": 2}]
    no_longer = company.actor("Ada", without=frozenset({Role.MANAGER, Role.EXECUTIVE}))
    assert (await ask(no_longer, DIGESTS))["digests"]["nodes"] == []
    one = "query($id: ID!) { node(id: $id) { id } }"
    assert (await ask(no_longer, one, id=digest["id"]))["node"] is None
    for name in ("Mona", "Sam", "Audrey"):
        assert (await ask(company.actor(name), one, id=digest["id"]))["node"] is None
