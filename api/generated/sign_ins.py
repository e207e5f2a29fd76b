"""Passwords for somebody of every role and a secret for a partner app, in a file of the owner's.

They are made by chance, not from the seed: whoever knows the seed must not know them.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.callers import proofs_of
from api.example.sign_ins import write_private
from api.generated.company import Company
from api.settings import Settings
from auth.actor import Actor, Scope
from auth.passwords import generate_password
from domain.callers.clients import register_client
from domain.callers.passwords import set_password

PARTNER = "Generated Insights"


def generated_sign_ins_file(home: Path, slug: str) -> Path:
    return home / f"sign-ins-{slug}.json"


async def write_generated_sign_ins(
    system: Actor, company: Company, settings: Settings
) -> dict[str, Any]:
    """Let the cast sign in and admit a partner app to the manager's territory; what is written."""
    now = datetime.now(UTC)
    content = {
        "address": settings.issuer,
        "people": await _people(system, company, settings, now),
        "partner": await _partner(system, company, now),
    }
    write_private(generated_sign_ins_file(settings.home, company.slug), content)
    return content


async def _people(
    system: Actor, company: Company, settings: Settings, now: datetime
) -> list[dict[str, str]]:
    people, proofs = [], proofs_of(settings, settings.issuer, now)
    try:
        for role, person in company.cast.items():
            password = generate_password()
            await set_password(
                system, proofs.passwords, person_id=person.id, password=password, now=now
            )
            people.append(
                {
                    "role": role,
                    "name": person.name,
                    "organisation": company.slug,
                    "email": person.email,
                    "password": password,
                }
            )
    finally:
        proofs.close()
    return people


async def _partner(system: Actor, company: Company, now: datetime) -> dict[str, Any]:
    territory = company.territory_of(company.cast["manager"])
    [name] = [row.name for row in company.territories.territories if row.id == territory]
    credentials = await register_client(
        system,
        name=PARTNER,
        scopes={Scope.PERFORMANCE_READ, Scope.TERRITORIES_READ},
        territories={territory},
        now=now,
    )
    return {
        "role": "partner",
        "name": PARTNER,
        "organisation": company.slug,
        "clientId": str(credentials.client_id),
        "clientSecret": credentials.secret,
        "scopes": sorted([Scope.PERFORMANCE_READ, Scope.TERRITORIES_READ]),
        "territory": name,
    }
