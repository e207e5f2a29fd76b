"""Persisted documents in one process: whose they are, how many, and for how long unasked."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import cast

from api.callers import Caller
from api.callers.persisted import FRESH_SECONDS, PersistedDocuments
from auth.actor import Actor
from auth.tokens import AccessToken
from domain.database import on_behalf_of
from tests.domain.callers.test_persisted import an_app
from tests.people import Company


def caller(actor: Actor) -> Caller:
    async def renew() -> Caller:
        return caller(actor)

    token = AccessToken(actor.org, actor.person, actor.client, actor.session)
    return Caller(actor, token, None, renew)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


async def keep(documents: PersistedDocuments, who: Caller, *texts: str) -> None:
    for text in texts:
        await documents.keep(who, digest(text), text)


async def test_people_in_development_find_their_own_in_memory_within_its_bound(
    company: Company,
) -> None:
    documents = PersistedDocuments(characters=20)
    rui, sam = caller(company.actor("Rui")), caller(company.actor("Sam"))

    await keep(documents, rui, "{ a }", "{ b }", "{ c }", "{ a }", "{ d }", "{ e }")

    found = [await documents.find(rui, digest(f"{{ {name} }}")) for name in "abcde"]
    assert found == ["{ a }", None, "{ c }", "{ d }", "{ e }"]
    assert await documents.find(sam, digest("{ a }")) is None


async def test_what_is_served_from_memory_counts_as_used_in_the_database_too(
    company: Company,
) -> None:
    seconds = [0.0]
    app = await an_app(company)
    who = caller(replace(company.partner(), client=app.client))
    documents = PersistedDocuments(clock=lambda: seconds[-1])

    async def found_at(second: float) -> datetime:
        seconds.append(second)
        assert await documents.find(who, digest("{ a }")) == "{ a }"
        async with on_behalf_of(company.org) as transaction:
            [row] = await transaction.execute_query_dict("select used_at from persisted_document")
        return cast("datetime", row["used_at"])

    await keep(documents, who, "{ a }")
    at = [await found_at(s) for s in (0.0, FRESH_SECONDS - 1, FRESH_SECONDS, FRESH_SECONDS + 1)]

    assert at[0] == at[1] < at[2] == at[3]
