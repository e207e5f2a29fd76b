"""Logs, metrics and PostgreSQL's own log hold ids and names of ours, and nothing of anybody's.

Whatever is said to the server here holds canaries: names, addresses, amounts, passwords, tokens,
notes, in variables and in documents, in what succeeds, what is refused and what nobody expected.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from api.postgres import Server
from domain.ids import new_id
from domain.imports import Outcome, run_import
from tests.domain.imports.files import HEADER, a_mapping
from tests.people import ROLES, count
from tests.scenarios import walking
from tests.scenarios.companies import Furnished, email
from tests.scenarios.wire import Wire, password

pytestmark = pytest.mark.xdist_group("abuse")

CANARY = re.compile(r"heron|canary|4200[.]|8675309|99887766", re.IGNORECASE)
SECRET = "Canary 99887766 canary@example.test"


def said_nothing(text: str, *secrets: str) -> None:
    found = CANARY.search(text)
    assert not found, text[max(0, found.start() - 300) : found.end() + 100]
    for secret in secrets:
        assert secret not in text


def database_log(server: Server) -> str:
    """What PostgreSQL has written by now, in this run."""
    assert server.data_directory is not None
    files = (server.data_directory / "log").glob("*.log")
    return "".join(file.read_text(errors="replace") for file in files)


@asynccontextmanager
async def refusing(owner: asyncpg.Connection, table: str, condition: str) -> AsyncIterator[None]:
    """A constraint that our code knows nothing of: whatever it refuses, nobody expected."""
    name = f"unexpected_{new_id().hex[:8]}"
    await owner.execute(f"alter table {table} add constraint {name} check ({condition}) not valid")
    try:
        yield
    finally:
        await owner.execute(f"alter table {table} drop constraint {name}")


async def test_signing_in_and_out_tells_no_name_no_password_and_no_token(
    wire: Wire, ours: Furnished
) -> None:
    await wire.give_password(ours, "Rui")
    attempt = {
        "organisation": ours.company.slug,
        "email": email("Heron", "Rui"),
        "password": password("Heron", "Rui"),
        "via": "mobile",
    }

    tokens = (await wire.send("/auth/sign-in", json=attempt)).json()
    refreshed = await wire.send("/auth/refresh", json={"refreshToken": tokens["refreshToken"]})
    refusals = [
        await wire.send("/auth/sign-in", json=attempt | wrong)
        for wrong in (
            {"password": SECRET},
            {"email": "canary@example.test"},
            {"organisation": "canary"},
            {"via": SECRET},
            {SECRET: "more"},
        )
    ]
    refusals.append(await wire.send("/auth/sign-in", content=f"{{{SECRET}"))
    refusals.append(await wire.send("/auth/refresh", json={"refreshToken": SECRET}))
    refusals.append(await wire.ask(SECRET, "{ me { today } }"))
    refusals.append(await wire.ask("ey.canary.99887766", "{ me { today } }"))
    refusals.append(await wire.ask(tokens["accessToken"] + "x", "{ me { today } }"))
    await wire.send("/auth/sign-out", json={"refreshToken": refreshed.json()["refreshToken"]})
    stale = await wire.ask(tokens["accessToken"], "{ me { today } }")

    assert [reply.status_code for reply in refusals if reply.status_code < 400] == []
    assert stale.status_code == 401
    secrets = [tokens["accessToken"], tokens["refreshToken"], refreshed.json()["refreshToken"]]
    said_nothing(wire.logged.getvalue() + await wire.metrics(), *secrets)
    for reply in refusals:
        said_nothing(f"{reply.headers} {reply.text}", *secrets)


async def test_questions_and_their_answers_leave_no_trace_of_what_they_hold(
    wire: Wire, ours: Furnished
) -> None:
    token = await wire.sign_in(ours, "Audrey")
    documents = [f"{{ {walking.root(name, 1)} }}" for name in walking.lists()]
    documents.append(f'{{ people(filter: {{email: {{eq: "{SECRET}"}}}}) {{ totalCount }} }}')
    documents.append(f'{{ people(filter: {{nome: "{SECRET}"}}) {{ totalCount }} }}')
    documents.append(f'{{ goals(after: "{SECRET}") {{ totalCount }} }}')
    documents.append(f'{{ people(filter: "{SECRET}')
    variables = {"filter": {"email": {"eq": SECRET}}, SECRET: SECRET}

    for document in documents:
        await wire.ask(token, document)
    asked = "query($filter: PersonFilter) { people(filter: $filter) { totalCount } }"
    await wire.ask(token, asked, **variables)
    await wire.ask(token, asked, filter={"email": {"eq": 99887766}})
    await wire.ask(token, asked, filter={SECRET: SECRET})
    await wire.client.get(
        "/graphql",
        params={"query": asked, "variables": f'{{"filter": "{SECRET}"}}', "canary": SECRET},
        headers={"Authorization": f"Bearer {token}", "User-Agent": SECRET, "Cookie": SECRET},
    )
    await wire.client.get(f"/{SECRET}")

    assert '"route":"/graphql"' in wire.logged.getvalue().replace(": ", ":")
    said_nothing(wire.logged.getvalue() + await wire.metrics(), token)


async def test_what_nobody_expected_is_masked_and_told_by_its_place_alone(
    wire: Wire, owner: asyncpg.Connection, ours: Furnished, postgres: Server
) -> None:
    admin, rep = await wire.sign_in(ours, "Adam"), await wire.sign_in(ours, "Rui")
    people = await count(ours.company, "person")
    notes = await count(ours.company, "check_in")
    person = {"name": SECRET, "email": "canary@example.test", "title": "Canary"}
    noted = {"id": ours.rows["goal approved Rui"], "confidence": "ON_TRACK", "value": "99887766.00"}

    async with (
        refusing(owner, "person", "name !~ 'Canary'"),
        refusing(owner, "check_in", "value < 99887766"),
    ):
        replies = [
            await wire.ask(
                token, walking.mutation(name), input=sent | {"clientMutationId": str(new_id())}
            )
            for token, name, sent in (
                (admin, "personAdd", person),
                (rep, "goalCheckIn", noted | {"note": SECRET}),
            )
        ]

    for reply in replies:
        [error] = reply.json()["errors"]
        assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
        assert re.fullmatch(r"Something went wrong on our side[.] Reference: \S+", error["message"])
        said_nothing(reply.text)
        reference = error["message"].rpartition(" ")[2]
        [entry] = [
            each
            for each in wire.logged.entries
            if each["event"] == "request.failed" and each["request_id"] == reference
        ]
        assert "23514" in str(entry["exception"])
    assert (people, notes) == (
        await count(ours.company, "person"),
        await count(ours.company, "check_in"),
    )
    said_nothing(wire.logged.getvalue() + await wire.metrics())
    refused = database_log(postgres)
    assert "unexpected_" in refused
    said_nothing(refused)


async def test_a_key_that_is_taken_shows_in_no_log(
    owner: asyncpg.Connection, ours: Furnished, postgres: Server
) -> None:
    await owner.execute(f"set app.org_id = '{ours.company.org}'")

    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute(
            "insert into person (org_id, id, name, email) values ($1, $2, $3, $4)",
            ours.company.org,
            new_id(),
            SECRET,
            email("Heron", "Rui"),
        )

    told = database_log(postgres)
    assert "person_email_once" in told
    said_nothing(told)


async def test_refused_rows_of_an_import_show_to_who_imports_and_in_no_log(
    wire: Wire, ours: Furnished, tmp_path: Path, postgres: Server
) -> None:
    rows = f"{HEADER}{SECRET},2020-05-01,{SECRET}\nS2,{SECRET},99887766.00\n"
    mapping = a_mapping(tmp_path / "files", {"sales.csv": rows})
    sales = await count(ours.company, "sale")

    report = await run_import(ours.company.org, ours.company.actor("Cora"), mapping)

    assert report.outcome is Outcome.REFUSED
    assert any("99887766" in report.sentence(fault) for fault in report.faults)
    assert await count(ours.company, "sale") == sales
    said_nothing(wire.logged.getvalue())
    said_nothing(database_log(postgres))


async def test_each_of_the_cast_leaves_only_ids_in_the_log(wire: Wire, ours: Furnished) -> None:
    for name in ROLES:
        await wire.ask(await wire.sign_in(ours, name), "query Mine { me { person { name } } }")

    entries = [entry for entry in wire.logged.entries if entry.get("operation") == "Mine"]
    assert len(entries) == len(ROLES)
    assert {entry["org_id"] for entry in entries} == {str(ours.company.org)}
    for entry in entries:
        assert entry.keys() <= {
            "request_id", "method", "route", "status", "milliseconds", "operation", "kind",
            "org_id", "client_id", "limit", "code", "cause", "event", "level", "timestamp",
            "logger",
        }  # fmt: skip
