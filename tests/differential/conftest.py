"""The companies, written once for all modules here and read once."""

import pytest_asyncio

from tests.differential.company import found
from tests.differential.oracle.facts import read_facts
from tests.differential.trial import Trial


@pytest_asyncio.fixture(scope="session")
async def trial(database: str) -> Trial:
    """Two companies with the same names; nothing of the one may ever show in the other."""
    ours, theirs = await found("ours", "USD"), await found("theirs", "KWD")
    facts = {each.org: await read_facts(each.org) for each in (ours, theirs)}
    return Trial(ours, theirs, facts)
