"""The companies are written once for all modules here, and read anew for each: an event that had
no number yet may have been given one by somebody's sweep in between."""

import pytest_asyncio

from tests.differential.company import Company, found
from tests.differential.oracle.facts import read_facts
from tests.differential.trial import Trial


@pytest_asyncio.fixture(scope="session")
async def companies(database: str) -> tuple[Company, Company]:
    """Two companies with the same names; nothing of the one may ever show in the other."""
    return await found("ours", "USD"), await found("theirs", "KWD")


@pytest_asyncio.fixture(scope="module")
async def trial(companies: tuple[Company, Company]) -> Trial:
    facts = {each.org: await read_facts(each.org) for each in companies}
    return Trial(*companies, facts)
