"""Whoever changes the history behind our back is found out, and the place is named."""

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from domain.database import on_behalf_of
from domain.history import Broken, Verified, number_events, record, verify
from domain.history.canonical import HASHED
from domain.ids import new_id
from tests.people import Company, count, found_company

CHANGES = {
    "id": "gen_random_uuid()",
    "act": "'goal.returned'",
    "subject_kind": "'goaL'",
    "subject_id": "gen_random_uuid()",
    "person_id": "null",
    "client_id": "gen_random_uuid()",
    "via": "'Mobile'",
    "before": '\'{"status": "submitteD"}\'',
    "after": 'after || \'{"target": "1000.01"}\'',
    "reason": "'Agreed!'",
    "recorded_at": "recorded_at + interval '1 microsecond'",
}


async def five_events(company: Company) -> None:
    for turn in range(1, 6):
        async with on_behalf_of(company.org):
            await record(
                company.actor("Mona"),
                "goal.approved",
                "goal",
                new_id(),
                before={"status": "submitted"},
                after={"status": "approved", "target": "1000.00", "turn": turn, "note": "ü, 日本"},
                reason="Agreed.",
            )
    await number_events(company.org)
    assert await verify(company.org) == Verified(5)


async def tamper(owner: asyncpg.Connection, company: Company, statement: str) -> None:
    """As somebody with the owner's password would: guards off, change, guards on."""
    await owner.execute(
        f"set app.org_id = '{company.org}'; alter table event disable trigger user;"
        f" {statement}; alter table event enable trigger user"
    )


async def performed(company: Company, statement: str) -> None:
    """As the application."""
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_script(statement)


async def test_an_empty_history_holds(company: Company) -> None:
    assert await verify(company.org) == Verified(0)


def test_every_column_that_is_hashed_is_tried() -> None:
    assert set(CHANGES) == set(HASHED) - {"number"}


@pytest.mark.parametrize("column", CHANGES)
async def test_a_changed_event_is_named(
    company: Company, owner: asyncpg.Connection, column: str
) -> None:
    await five_events(company)

    await tamper(owner, company, f"update event set {column} = {CHANGES[column]} where number = 3")

    broken = await verify(company.org)
    assert isinstance(broken, Broken)
    assert broken.number == 3
    assert "was changed after it was recorded" in broken.problem


@pytest.mark.parametrize(
    ("statement", "number", "problem"),
    [
        ("delete from event where number = 3", 3, "event 3 is missing"),
        ("delete from event where number = 1", 1, "event 1 is missing"),
        ("delete from event where number >= 4", 4, "the history ends at event 3, its head at 5"),
        ("delete from event", 1, "the history ends at event 0, its head at 5"),
        ("delete from history_head", 6, "the history ends at event 5, its head at 0"),
        (
            "update event set number = 9 where number = 2;"
            " update event set number = 2 where number = 3;"
            " update event set number = 3 where number = 9",
            2,
            "event 2 is not chained to the one before it",
        ),
        (
            "update event set previous_hash = set_byte(previous_hash, 7, get_byte(previous_hash, 7) # 1)"
            " where number = 4",
            4,
            "event 4 is not chained to the one before it",
        ),
        (
            "insert into event (org_id, id, act, subject_kind, via, number, previous_hash, hash)"
            " select org_id, gen_random_uuid(), act, subject_kind, via, 6, hash, hash from event"
            " where number = 5",
            6,
            "was changed after it was recorded",
        ),
        (
            "update history_head set last_number = 4",
            6,
            "the history ends at event 5, its head at 4",
        ),
    ],
)
async def test_a_broken_line_is_named(
    company: Company, owner: asyncpg.Connection, statement: str, number: int, problem: str
) -> None:
    untouched = await found_company("Contoso")
    await five_events(company)
    await five_events(untouched)

    await tamper(owner, company, statement)

    broken = await verify(company.org)
    assert isinstance(broken, Broken)
    assert broken.number == number
    assert problem in broken.problem
    assert await verify(untouched.org) == Verified(5)


@pytest.mark.parametrize(
    "statement",
    [
        "update event set reason = 'Never.'",
        "update event set number = 99 where number = 5",
        "update event set hash = previous_hash where number = 5",
        "delete from event",
        "truncate event",
        "alter table event disable trigger user",
        "delete from history_head",
    ],
)
async def test_the_application_itself_cannot_rewrite_its_history(
    company: Company, statement: str
) -> None:
    await five_events(company)

    with pytest.raises((OperationalError, IntegrityError)) as refusal:
        await performed(company, statement)

    assert isinstance(
        refusal.value.__cause__,
        asyncpg.InsufficientPrivilegeError | asyncpg.RestrictViolationError,
    )
    assert await verify(company.org) == Verified(5)
    assert await count(company, "event", "reason = 'Agreed.'") == 5


async def test_an_event_waiting_for_its_number_cannot_be_changed_either(company: Company) -> None:
    async with on_behalf_of(company.org):
        await record(company.system, "goal.approved", "goal", new_id(), reason="Agreed.")

    with pytest.raises(OperationalError, match="permission denied"):
        await performed(company, "update event set reason = 'Never.'")

    assert await count(company, "event", "reason = 'Agreed.' and number is null") == 1
