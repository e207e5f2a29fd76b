"""What the database itself refuses, should our code forget."""

import asyncpg
import pytest

from domain.callers.attempts import NOBODYS
from domain.callers.proofs import Proofs
from domain.database import on_behalf_of, reading
from tests.domain.callers.cast import new_address, signed_in
from tests.people import Company, found_company


@pytest.mark.parametrize(
    "secret",
    [
        "password_hash from credential",
        "secret_hash from client_secret",
        "current_hash from session",
        "previous_hash from session",
        "account from sign_in_attempt",
    ],
)
async def test_the_role_that_reads_for_callers_reads_no_secret(
    company: Company, secret: str
) -> None:
    async with reading(company.org) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"select {secret}")


async def test_no_company_sees_anothers_callers_nor_anybodys_attempts(
    company: Company, proofs: Proofs
) -> None:
    await signed_in(company, proofs, address=new_address())
    other = await found_company("Contoso")

    async with on_behalf_of(other.org) as transaction:
        for table in ("credential", "session", "sign_in_attempt"):
            assert await transaction.execute_query_dict(f"select 1 from {table}") == []


async def test_an_attempt_tells_neither_account_nor_address(
    company: Company, proofs: Proofs
) -> None:
    await signed_in(company, proofs, address="198.51.100.7")

    async with on_behalf_of(NOBODYS) as transaction:
        rows = await transaction.execute_query_dict(
            "select s::text as row, encode(account, 'escape') as account,"
            " encode(address, 'escape') as address from sign_in_attempt s"
        )

    assert rows
    assert not any(word in str(rows) for word in ("rui", "example.test", "198.51", company.slug))
