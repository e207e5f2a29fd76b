"""What stories about callers need besides the cast: passwords, addresses, a clock."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.actor import Actor
from auth.passwords import Cost
from domain.callers.passwords import ensure_sign_in
from domain.callers.proofs import Proofs
from domain.callers.signing_in import Tokens, sign_in
from domain.callers.standing import standing_of
from domain.database import on_behalf_of
from tests.people import Company

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ISSUER = "https://attain.example"
CHEAP = Cost(passes=1, memory_kib=8, lanes=1)  # the slowness of the hash is not what is tested
PASSWORD = "the yellow bicycle"
SECOND = timedelta(seconds=1)

_addresses = itertools.count(1)


def new_address() -> str:
    """An address from which nobody has tried before; each worker has a database of its own."""
    return f"2001:db8:{next(_addresses):x}::1"


async def give_password(company: Company, proofs: Proofs, who: str, text: str = PASSWORD) -> None:
    await ensure_sign_in(
        company.system, proofs.passwords, person_id=company.ids[who], password=text, now=NOON
    )


async def signed_in(
    company: Company, proofs: Proofs, who: str = "Rui", now: datetime = NOON, **changes: Any
) -> Tokens:
    """Somebody of the cast signs in, having a password from now on."""
    await give_password(company, proofs, who)
    return await try_password(company, proofs, who, now, **changes)


async def try_password(
    company: Company, proofs: Proofs, who: str = "Rui", now: datetime = NOON, **changes: Any
) -> Tokens:
    """Somebody tries to sign in as one of the cast."""
    attempt = {
        "slug": company.slug,
        "email": f"{who.lower()}@example.test",
        "password": PASSWORD,
        "via": "mobile",
        "address": new_address(),
        "now": now,
    }
    return await sign_in(proofs, **{**attempt, **changes})


async def actor_of(proofs: Proofs, access: str, now: datetime = NOON) -> Actor:
    """Who calls with this access token."""
    return (await standing_of(proofs.tokens.verify(access, now))).actor(now)


async def change(company: Company, statement: str, *values: object) -> None:
    """A change from elsewhere in the installation; `$1` is the organisation."""
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(statement, [company.org, *values])
