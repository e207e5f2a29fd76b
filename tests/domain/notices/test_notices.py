"""Notices about anything: they show while whoever was told sees what they are about."""

from uuid import UUID

import pytest

from auth.actor import Role
from domain.database import on_behalf_of
from domain.errors import NotFound
from domain.ids import new_id
from domain.notices.access import NOTICED
from domain.notices.actions import read_notice, read_notices
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.subjects import SUBJECTS
from schema import STORED
from tests.people import Company, count, drafted_goal
from tests.schema.asking import ask, insert, sold

NOTICES = """query($filter: NoticeFilter) { notices(filter: $filter) { totalCount nodes {
  id goal { id } subject { __typename id } } } }"""
ONE = "query($id: ID!) { node(id: $id) { id } }"


def test_a_thing_is_seen_through_what_is_said_of_it_as_it_is_by_itself() -> None:
    by_kind = {stored.kind: stored for stored in STORED.values()}

    assert set(NOTICED) == {*SUBJECTS, "comment", "mention"}
    for kind, subject in SUBJECTS.items():
        assert (by_kind[kind].source, by_kind[kind].visible) == (subject.table, subject.visible)


async def _told(company: Company, name: str, *news: News) -> int:
    async with on_behalf_of(company.org):
        return await send(company.actor(name), news)


async def test_a_notice_about_a_sale_shows_while_its_reader_sees_the_sale(company: Company) -> None:
    kept, lost = await sold(company, "Rui", "10"), await sold(company, "Olga", "10")
    account = new_id()
    await insert(company, "account", [{"id": account, "name": "Northwind", "country": "PT"}])
    goal_id, mona = await drafted_goal(company), company.ids["Mona"]
    about: list[tuple[str, UUID]] = [
        ("sale", kept), ("sale", lost), ("account", account), ("goal", goal_id), ("sale", new_id()),
    ]  # fmt: skip

    for _ in range(2):
        news = [News(NoticeKind.PLAN_OPENED, id, mona, "once", of=kind) for kind, id in about]
        sent = await _told(company, "Rui", *news)

    assert sent == 0
    assert await count(company, "notice") == len(about)
    shown = (await ask(company.actor("Mona"), NOTICES))["notices"]
    assert [each["subject"]["__typename"] for each in shown["nodes"]] == ["Goal", "Account", "Sale"]
    assert [each["goal"] is not None for each in shown["nodes"]] == [True, False, False]
    assert shown["totalCount"] == 3
    of_sales = await ask(company.actor("Mona"), NOTICES, filter={"subjectKind": {"eq": "sale"}})
    assert of_sales["notices"]["nodes"] == [shown["nodes"][2]]

    no_manager = company.actor("Mona", without=frozenset({Role.MANAGER}))
    hidden = (await ask(no_manager, NOTICES))["notices"]
    assert ([each["subject"]["__typename"] for each in hidden["nodes"]], hidden["totalCount"]) == (
        ["Account"],
        1,
    )
    assert (await ask(no_manager, ONE, id=shown["nodes"][2]["id"]))["node"] is None
    of_kept = UUID(shown["nodes"][2]["id"].removeprefix("notice_"))
    for read in (read_notice, read_notices):
        with pytest.raises(NotFound):
            await read(no_manager, notice_id=of_kept)
    assert await count(company, "notice", "read_at is not null") == 0
    assert await count(company, "event", "act = 'notice.read'") == 0
