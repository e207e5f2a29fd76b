"""Documents that partner apps had remembered: each its own, within bounds."""

from hashlib import sha256

import asyncpg
import pytest

from domain.callers import persisted
from domain.callers.client_tokens import ClientId
from domain.callers.clients import register_client, revoke_client
from domain.callers.persisted import keep_document, use_document
from domain.database import on_behalf_of
from tests.domain.callers.cast import NOON
from tests.domain.callers.test_clients import BOTH
from tests.people import Company, count, found_company


async def an_app(company: Company, name: str = "Forecasts Inc.") -> ClientId:
    app = await register_client(
        company.actor("Adam"), name=name, scopes=BOTH, territories=set(), now=NOON
    )
    return app.client_id


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


async def keep(app: ClientId, *texts: str) -> None:
    for text in texts:
        await keep_document(app.org, app.client, digest(text), text)


async def known(app: ClientId, *texts: str) -> list[bool]:
    return [await use_document(app.org, app.client, digest(text)) == text for text in texts]


async def test_an_app_finds_its_own_documents_and_nobody_elses(company: Company) -> None:
    app, other = await an_app(company), await an_app(company, "Others Ltd.")
    elsewhere = await an_app(await found_company("Contoso"))
    swapped = ClientId(elsewhere.org, app.client)

    await keep(app, "{ mine é }", "{ mine é }")

    assert await known(app, "{ mine é }", "{ else }") == [True, False]
    assert await known(other, "{ mine é }") == [False]
    assert await known(elsewhere, "{ mine é }") == [False]
    assert await known(swapped, "{ mine é }") == [False]
    assert await count(company, "persisted_document") == 1


async def test_what_has_not_been_used_longest_leaves_first(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persisted, "MOST_DOCUMENTS", 3)
    monkeypatch.setattr(persisted, "MOST_CHARACTERS", 100)
    app, other = await an_app(company), await an_app(company, "Others Ltd.")
    await keep(other, "{ untouched }")
    await keep(app, "{ a }", "{ b }", "{ c }")

    assert await known(app, "{ a }") == [True]  # and is used by that
    await keep(app, "{ d }")
    by_number = await known(app, "{ b }", "{ a }", "{ c }", "{ d }")
    await keep(app, long := "{ " + "e" * 88 + " }")
    by_length = await known(app, "{ a }", "{ c }", "{ d }", long)
    await keep(app, too_long := "{ " + "f" * 100 + " }")

    assert by_number == [False, True, True, True]
    assert by_length == [False, False, True, True]
    assert await known(app, long, too_long) == [False, False]
    assert await known(other, "{ untouched }") == [True]


async def test_a_revoked_app_has_nothing_more_remembered(company: Company) -> None:
    app = await an_app(company)
    await revoke_client(company.actor("Adam"), client=app.client, reason="Left.", now=NOON)

    await keep(app, "{ late }")

    assert await count(company, "persisted_document") == 0


async def test_the_database_refuses_a_hash_that_is_not_that_of_its_text(company: Company) -> None:
    app = await an_app(company)

    with pytest.raises(Exception, match="hash_is_of_text") as refused:
        await keep_document(app.org, app.client, digest("{ a }"), "{ b }")

    assert isinstance(refused.value.__cause__ or refused.value, asyncpg.CheckViolationError)
    async with on_behalf_of(app.org) as transaction:
        rows = await transaction.execute_query_dict("select 1 from persisted_document")
    assert rows == []
