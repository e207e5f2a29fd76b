"""Over HTTP: one statement for whoever was here before, and never as who they no longer are; and
what is our fault is not shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from asyncpg.connection import LoggedQuery

from auth.actor import Role, Scope
from domain.callers.clients import change_client, revoke_client
from domain.callers.sessions import revoke_sessions
from domain.database import reads
from domain.people.actions import grant_role, revoke_role
from schema import STORED
from tests.scenarios.companies import Furnished, furnished
from tests.scenarios.wire import Wire, opened

HOME = (Path(__file__).parents[3] / "documents" / "RepHome.graphql").read_text()
SALES = "{ sales { nodes { id } } territories { totalCount } }"


@pytest_asyncio.fixture(scope="module")
async def company(database: str) -> Furnished:
    owner = await asyncpg.connect(database)
    made = await furnished(owner, "Petrel", "5100")
    await owner.close()
    return made


@pytest_asyncio.fixture(scope="module")
async def wire(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    async with opened(tmp_path_factory.mktemp("home"), database) as wire:
        yield wire


@asynccontextmanager
async def listening() -> AsyncIterator[list[str]]:
    """What the connections of the read pool are sent from here on."""
    sent: list[str] = []

    def heard(query: LoggedQuery) -> None:
        sent.append(query.query)

    connections = [each._con for each in reads()._holders if each._con is not None]
    for connection in connections:
        connection.add_query_logger(heard)
    yield sent
    await asyncio.sleep(0)  # asyncpg tells a moment later
    for connection in connections:
        connection.remove_query_logger(heard)


async def asked(wire: Wire, token: str, document: str) -> Any:
    reply = await wire.ask(token, document)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_somebody_who_was_here_before_is_answered_by_one_statement(
    wire: Wire, company: Furnished
) -> None:
    rui = await wire.sign_in(company, "Rui")
    first = await asked(wire, rui, HOME)

    async with listening() as sent:
        second = await asked(wire, rui, HOME)

    assert second == first
    assert second["data"]["me"]["roles"] == ["REP"]
    reading = [each for each in sent if not each.startswith("set app.org_id")]
    assert len(reading) == 1
    assert reading[0].startswith("select case when exists (")


async def test_a_changed_role_is_seen_by_the_very_next_request_though_all_is_kept(
    wire: Wire, company: Furnished
) -> None:
    adam, sam = company.company.actor("Adam"), company.company.ids["Sam"]
    token = await wire.sign_in(company, "Sam")
    await asked(wire, token, SALES)
    before = await asked(wire, token, SALES)

    await grant_role(adam, person_id=sam, role=Role.FINANCE)
    async with listening() as sent:
        granted = await asked(wire, token, SALES)
    again = await asked(wire, token, SALES)
    await revoke_role(adam, person_id=sam, role=Role.FINANCE)
    revoked = await asked(wire, token, SALES)

    sales = [len(each["data"]["sales"]["nodes"]) for each in (before, granted, again, revoked)]
    assert sales[0] == sales[3] == 1
    assert sales[1] == sales[2] >= 4
    proofs = [each for each in sent if each.startswith("select case when")]
    assert len(proofs) == 1  # which did not hold; then the caller was asked for, and the read made


async def test_a_revoked_session_is_refused_at_the_very_next_request_though_all_is_kept(
    wire: Wire, company: Furnished
) -> None:
    token = await wire.sign_in(company, "Olga")
    for _ in range(2):
        await asked(wire, token, HOME)

    await revoke_sessions(
        company.company.actor("Adam"), person_id=company.company.ids["Olga"], now=datetime.now(UTC)
    )
    reply = await wire.ask(token, HOME)

    assert (reply.status_code, "data" in reply.json()) == (401, False)


async def test_an_app_is_narrowed_and_revoked_at_the_very_next_request(
    wire: Wire, company: Furnished
) -> None:
    adam, credentials = company.company.actor("Adam"), company.apps["sales"]
    token, app = await wire.sign_in(company, "sales"), credentials.client_id.client
    await asked(wire, token, SALES)
    before = await asked(wire, token, SALES)

    await change_client(
        adam, client=app, scopes={Scope.SALES_READ}, territories=set(),
        expires_at=datetime(2099, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    narrowed = await asked(wire, token, SALES)
    await revoke_client(adam, client=app, reason="The contract ended.", now=datetime.now(UTC))
    revoked = await wire.ask(token, SALES)

    assert len(before["data"]["sales"]["nodes"]) == 2
    assert narrowed["data"] == {"sales": {"nodes": []}, "territories": {"totalCount": 0}}
    assert (revoked.status_code, "data" in revoked.json()) == (401, False)


async def test_a_missing_value_is_masked_as_a_fault_of_ours_and_logged_by_its_place(
    wire: Wire, company: Furnished
) -> None:
    mona = await wire.sign_in(company, "Mona")
    own = company.rows["goal approved Sam"]
    # Asked for by nobody else, since the plan is kept.
    document = (
        f'{{ me {{ today }} node(id: "{own}") {{ ... on Goal {{ id owner {{ email }} }} }} }}'
    )

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(STORED["Person"], "visible", lambda _actor: "false")
        reply = await wire.ask(mona, document)

    answered = reply.json()
    assert answered["data"] == {"me": {"today": "2020-05-29"}, "node": None}
    [error] = answered["errors"]
    assert error["path"] == ["node", "owner"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert error["message"].startswith("Something went wrong on our side. Reference: ")
    [logged] = [
        each
        for each in wire.logged.entries
        if each["event"] == "request.failed"
        and each["request_id"] == error["message"].rpartition(" ")[2]
    ]
    assert logged["path"] == ["node", "owner"]
