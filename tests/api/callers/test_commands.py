"""`attain users`, `clients` and `keys`, as an operator runs them."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.callers.proofs import Proofs
from tests.api.callers.door import Door
from tests.domain.callers.cast import NOON
from tests.people import Company, count


class Ran(NamedTuple):
    code: int
    said: str


class Attain:
    """The command line, on the test's database and a home of its own."""

    def __init__(self, database_url: str, home: Path) -> None:
        self._environment = os.environ | {
            "DATABASE_URL": database_url,
            "ATTAIN_HOME": str(home),
            "ATTAIN_ARGON2_TIME_COST": "1",
            "ATTAIN_ARGON2_MEMORY_KIB": "8192",
            "ATTAIN_ARGON2_PARALLELISM": "1",
        }

    async def __call__(self, *arguments: str, typed: str = "") -> Ran:
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "api.cli",
            *arguments,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await running.communicate(typed.encode())
        assert running.returncode is not None
        return Ran(running.returncode, said.decode())


@pytest.fixture
def attain(database: str, keys: Path) -> Attain:
    return Attain(database, keys.parent)


def after(label: str, said: str) -> str:
    found = re.search(rf"^{label}:\s+(\S+)$", said, re.MULTILINE)
    assert found, said
    return found[1]


async def test_somebody_is_added_signs_in_and_is_deactivated(
    company: Company, http: Door, attain: Attain
) -> None:
    here = ("--organisation", company.slug)

    added = await attain(
        "users", "add", "nia@example.test", *here, "--name", "Nia", "--role", "rep", "--generate"
    )
    assert added.code == 0, added.said
    password = after("Password", added.said)
    reply = await http.sign_in(company, "Nia", password=password)
    access = reply.json()["accessToken"]
    assert (await http.me(access)).json()["roles"] == ["rep"]

    people, seen = await asyncio.gather(
        attain("users", "list", *here), attain("users", "sessions", "NIA@example.test", *here)
    )
    assert "nia@example.test\tNia\trep\tsigns in" in people.said
    assert "rui@example.test\tRui\trep\tno password" in people.said
    assert re.search(r"\tmobile\t2026-03-02 12:00 to 2026-03-02 12:00\t", seen.said)

    gone = await attain("users", "deactivate", "nia@example.test", *here, "--reason", "Left.")
    assert gone.code == 0, gone.said
    assert (await http.me(access)).status_code == 401
    assert (await http.sign_in(company, "Nia", password=password)).status_code == 401


async def test_a_password_is_asked_for_and_never_shown(
    company: Company, http: Door, attain: Attain
) -> None:
    word = "the quiet accordion"
    here = ("--organisation", company.slug)

    done, nobody = await asyncio.gather(
        attain("users", "password", "rui@example.test", *here, typed=f"{word}\n{word}\n"),
        attain("users", "password", "nobody@example.test", *here, "--generate"),
    )

    refusal = "Nobody in this organisation has the e-mail address 'nobody@example.test'.\n"
    assert nobody == (1, refusal)
    assert done.code == 0, done.said
    assert word not in done.said
    assert (await http.sign_in(company, password=word)).status_code == 200
    assert await count(company, "credential") == 1


async def test_a_partner_app_is_registered_rotated_and_revoked(
    company: Company, http: Door, attain: Attain
) -> None:
    here = ("--organisation", company.slug)

    first = await attain("clients", "register", "Forecasts", *here, "--scope", "sales:read")
    assert first.code == 0, first.said
    client_id, secret = after("Client id", first.said), after("Client secret", first.said)
    rotated, listed = await asyncio.gather(
        attain("clients", "rotate", client_id, *here, "--overlap-days", "0"),
        attain("clients", "list", *here),
    )

    assert f"{client_id}\tForecasts\tsales:read\tno territory\t0 requests\tuntil" in listed.said
    tokens = [
        await http.client.post(
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": presented,
            },
        )
        for presented in (secret, after("Client secret", rotated.said))
    ]
    assert [reply.status_code for reply in tokens] == [200, 200]  # the test's clock is in the past
    assert await count(company, "client_secret", "ends_at is not null") == 1

    revoked = await attain("clients", "revoke", "Forecasts", *here, "--reason", "Contract ended.")
    assert revoked.code == 0, revoked.said
    assert (await http.me(tokens[1].json()["access_token"])).status_code == 401


async def test_keys_rotate_under_a_running_server(proofs: Proofs, attain: Attain) -> None:
    before, _ = proofs.keyring.signing(NOON)

    rotated = await attain("keys", "rotate")

    assert rotated.code == 0, rotated.said
    now, _ = proofs.keyring.signing(NOON.replace(year=2027))
    assert now != before
    assert f"Key {now} signs from now on." in rotated.said
