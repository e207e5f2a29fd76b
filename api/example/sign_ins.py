"""Passwords for the example's people and a secret for its partner app, for scripts and clients to
start from: `ATTAIN_HOME/sign-ins.json`, readable by the owner only."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api.callers import proofs_of
from api.example.cast import CAST, find_person
from api.example.today import SLUG
from api.settings import Settings
from auth.actor import Actor, Scope
from auth.passwords import generate_password, generate_secret
from domain.callers.clients import ensure_client
from domain.callers.passwords import ensure_sign_in
from domain.callers.proofs import PasswordChecks
from domain.database import on_behalf_of, reading

PARTNER = "Example Insights (made up)"
PARTNER_TERRITORY = "North America"


def sign_ins_file(home: Path) -> Path:
    return home / "sign-ins.json"


async def write_sign_ins(system: Actor, settings: Settings) -> None:
    """Make what is written true; what the file already holds stays as it is."""
    path, now = sign_ins_file(settings.home), datetime.now(UTC)
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    proofs = proofs_of(settings, settings.issuer, now)
    try:
        people = await _people(system, proofs.passwords, known.get("people", []), now)
    finally:
        proofs.close()
    partner = await _partner(system, known.get("partner", {}), now)
    content = {"address": settings.issuer, "people": people, "partner": partner}
    if content != known:
        write_private(path, content)


async def _people(
    system: Actor, checks: PasswordChecks, known: list[dict[str, str]], now: datetime
) -> list[dict[str, str]]:
    passwords = {person["email"]: person["password"] for person in known}
    can_sign_in = await _with_password(system)
    people = []
    for member in CAST:
        password = passwords.get(member.email) or generate_password()
        person_id = await find_person(system, member)
        assert person_id is not None
        # Checking a password is slow on purpose; what we wrote at an earlier start still holds.
        if member.email not in passwords or person_id not in can_sign_in:
            await ensure_sign_in(system, checks, person_id=person_id, password=password, now=now)
        people.append(
            {
                "role": member.role.value,
                "name": member.name,
                "organisation": SLUG,
                "email": member.email,
                "password": password,
            }
        )
    return people


async def _with_password(system: Actor) -> set[UUID]:
    async with on_behalf_of(system.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select person_id from credential where org_id = $1", [system.org]
        )
    return {row["person_id"] for row in rows}


async def _partner(system: Actor, known: dict[str, Any], now: datetime) -> dict[str, Any]:
    async with reading(system.org) as connection:
        territory = await connection.fetchval(
            "select id from territory where org_id = $1 and name = $2",
            system.org,
            PARTNER_TERRITORY,
        )
    secret = known.get("clientSecret") or generate_secret()
    client_id = await ensure_client(
        system,
        name=PARTNER,
        scopes=frozenset(Scope),
        territories=frozenset({territory}),
        secret=secret,
        now=now,
    )
    return {
        "role": "partner",
        "name": PARTNER,
        "organisation": SLUG,
        "clientId": str(client_id),
        "clientSecret": secret,
        "scopes": sorted(Scope),
        "territory": PARTNER_TERRITORY,
    }


def write_private(path: Path, content: object) -> None:
    """Whole or not at all, and readable by nobody else, not even for a moment."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, ensure_ascii=False)
        file.write("\n")
    beside.replace(path)
