"""Counting attempts to sign in, in the database, so that all processes count together.

Who tries to sign in belongs to no organisation yet, so the rows belong to none (their `org_id` is
nil): an organisation or a person that does not exist is counted exactly like one that does, and an
address is counted across all the organisations it tries. Accounts and addresses are stored as
keyed hashes only.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.backends.base.client import TransactionalDBClient

from auth.throttle import NONE, WINDOW, Failures, origin, wait
from domain.callers.errors import Throttled
from domain.database import on_behalf_of
from domain.ids import new_id

NOBODYS = UUID(int=0)
LATELY = timedelta(days=30)  # how long an address stays known for an account

# In ascending order, so that two attempts never wait for each other in a circle.
_TAKE_TURNS = "select pg_advisory_xact_lock(turn) from unnest($1::bigint[]) as turns(turn)"
_FAILURES = """
select count(*) filter (where account = $2) as account_count,
       max(attempted_at) filter (where account = $2) as account_latest,
       count(*) filter (where address = $3) as address_count,
       max(attempted_at) filter (where address = $3) as address_latest
from sign_in_attempt
where org_id = $1 and (account = $2 or address = $3) and not succeeded and attempted_at > $4
"""
_IS_KNOWN = (
    "select 1 from sign_in_attempt where org_id = $1 and account = $2 and address = $3"
    " and succeeded and attempted_at > $4 limit 1"
)
_BEGIN = (
    "insert into sign_in_attempt (org_id, id, account, address, attempted_at)"
    " values ($1, $2, $3, $4, $5)"
)
_SUCCEEDED = "update sign_in_attempt set succeeded = true where org_id = $1 and id = $2"
_TAKE_BACK = "delete from sign_in_attempt where org_id = $1 and id = $2"
_FORGET = (
    "delete from sign_in_attempt where org_id = $1"
    " and attempted_at < case when succeeded then $2::timestamptz else $3::timestamptz end"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, counted as a failure until it succeeds."""

    id: UUID
    failures_before: int  # of the account, in the last 24 hours


async def begin_attempt(
    key: bytes, *, slug: str, email: str, address: str, now: datetime
) -> Attempt:
    """Count an attempt as failed before anything is checked. Raises Throttled, counting nothing.

    Attempts on one account, or from one address, take turns here: fifty at once each see the one
    before.
    """
    account = _keyed(key, "account", f"{slug}\0{email.strip().lower()}")
    place = _keyed(key, "address", place_of(address))
    async with on_behalf_of(NOBODYS) as transaction:
        turns = sorted(int.from_bytes(name[:8], signed=True) for name in (account, place))
        await transaction.execute_query(_TAKE_TURNS, [turns])

        of_account, of_address = await _failures(transaction, account, place, now)
        known, _ = await transaction.execute_query(
            _IS_KNOWN, [NOBODYS, account, place, now - LATELY]
        )
        pause = wait(NONE if known else of_account, of_address, now)
        if pause:
            raise Throttled(pause)

        attempt = Attempt(new_id(), of_account.count)
        await transaction.execute_query(_BEGIN, [NOBODYS, attempt.id, account, place, now])
    return attempt


async def succeeded(attempt: Attempt) -> None:
    """It was no failure, and the account is known from its address from now on."""
    async with on_behalf_of(NOBODYS) as transaction:
        await transaction.execute_query(_SUCCEEDED, [NOBODYS, attempt.id])


async def take_back(attempt: Attempt) -> None:
    """It was never checked, so it counts for nothing."""
    async with on_behalf_of(NOBODYS) as transaction:
        await transaction.execute_query(_TAKE_BACK, [NOBODYS, attempt.id])


async def forget_attempts(now: datetime) -> int:
    """Remove what no longer counts; how many rows."""
    async with on_behalf_of(NOBODYS) as transaction:
        removed, _ = await transaction.execute_query(_FORGET, [NOBODYS, now - LATELY, now - WINDOW])
    return removed


async def _failures(
    transaction: TransactionalDBClient, account: bytes, place: bytes, now: datetime
) -> tuple[Failures, Failures]:
    [row] = await transaction.execute_query_dict(_FAILURES, [NOBODYS, account, place, now - WINDOW])
    return (
        Failures(row["account_count"], row["account_latest"]),
        Failures(row["address_count"], row["address_latest"]),
    )


def place_of(address: str) -> str:
    """What callers from this address count under."""
    try:
        return origin(address)
    except ValueError:
        return "elsewhere"  # a Unix socket, say: all such callers count together


def _keyed(key: bytes, purpose: str, text: str) -> bytes:
    message = f"attain sign-in {purpose}\0{text}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256")
