"""The first and the last day of the calendar are days like any other, and the longest names have
cursors that are taken back."""

import pytest
import pytest_asyncio

from tests.differential.company import Company, found
from tests.differential.oracle.facts import read_facts
from tests.differential.trial import Trial
from tests.differential.walking import walk

LISTS = (
    "sales(",
    "sales(orderBy: {field: SOLD_ON, direction: ASC}, ",
    "goals(",
    "goals(orderBy: {field: ENDS_ON, direction: DESC}, ",
    "goals(orderBy: {field: UPDATED_AT}, ",
    "goals(orderBy: {field: UPDATED_AT, direction: DESC}, ",
    'sales(filter: {soldOn: {eq: "0001-01-01"}}, ',
    'sales(filter: {soldOn: {eq: "9999-12-31"}}, ',
    'sales(filter: {soldOn: {lt: "9999-12-31"}}, ',
    'goals(filter: {startsOn: {gt: "0001-01-01"}, endsOn: {lte: "9999-12-31"}}, ',
    'history(filter: {recordedAt: {gt: "0001-01-01T00:00:00Z"}}, ',
    "products(",
    "accounts(orderBy: {field: NAME, direction: DESC}, ",
    'performance(by: YEAR, filter: {from: "9990-01-01", to: "9999-12-31"}, ',
    'performance(by: MONTH, filter: {from: "0001-01-01", to: "0001-12-31"}, ',
)


@pytest_asyncio.fixture(scope="module")
async def at_the_bounds(database: str) -> Trial:
    """A company some of whose days and instants are the first and the last that there are."""
    ours, theirs = [await _found(seed) for seed in ("bounds", "beyond")]
    facts = {each.org: await read_facts(each.org) for each in (ours, theirs)}
    return Trial(ours, theirs, facts)


async def _found(seed: str) -> Company:
    return await found(seed, "USD", to_the_bounds=True)


@pytest.mark.parametrize("beginning", LISTS)
async def test_what_is_at_its_bound_is_like_anything_else(
    at_the_bounds: Trial, beginning: str
) -> None:
    below = "periodStart periodEnd" if "performance" in beginning else "id"
    caller = at_the_bounds.caller("Audrey")

    walked = await walk(at_the_bounds, caller, beginning, 7, below)

    assert walked == await walk(at_the_bounds, caller, beginning, 100, below)
