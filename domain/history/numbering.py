"""Events get their number after they are committed.

A number taken inside the act's transaction would either make writers wait for one another or leave
holes and late arrivals. Whoever comes first after a commit locks the organisation's head, numbers
every committed event that has none, chains it, and says so once. Within one process, callers for
the same organisation share a run.
"""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from tortoise.backends.base.client import TransactionalDBClient

from domain.database import on_behalf_of
from domain.history.canonical import beginning, chained

CHANNEL = "attain_history"
BATCH = 1000

_HEAD = "select last_number, last_hash from history_head where org_id = $1 for update"
_NEW_HEAD = "insert into history_head (org_id, last_number, last_hash) values ($1, 0, $2) on conflict do nothing"
_WAITING = (
    "select id, act, subject_kind, subject_id, person_id, client_id, via, before::text as before,"
    " after::text as after, reason, recorded_at from event"
    " where org_id = $1 and number is null order by recorded_at, id limit $2"
)
_NUMBER = (
    "update event set number = given.number, previous_hash = given.previous_hash, hash = given.hash"
    " from unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::bytea[])"
    " as given(id, number, previous_hash, hash)"
    " where event.org_id = $1 and event.id = given.id"
)
_MOVE_HEAD = "update history_head set last_number = $2, last_hash = $3 where org_id = $1"


@dataclass(slots=True)
class _Line:
    """The numbering of one organisation in this process: runs begun and, of those, ended well."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    begun: int = 0
    ended: int = 0


_lines: dict[UUID, _Line] = {}


async def number_events(org: UUID) -> None:
    """Return once every event of the organisation committed before this call has its number."""
    line = _lines.setdefault(org, _Line())
    # A run already under way may have read before our commit; the one after it serves everybody
    # who is waiting by then.
    begun_before = line.begun
    async with line.turn:
        if line.ended > begun_before:
            return
        line.begun += 1
        await _run(org)
        line.ended = line.begun


async def _run(org: UUID) -> None:
    while await _number_batch(org) == BATCH:
        pass


async def _number_batch(org: UUID) -> int:
    async with on_behalf_of(org) as transaction:
        number, last_hash = await _locked_head(transaction, org)
        # Read after the lock is held: a fresh snapshot, so nothing numbered meanwhile is seen as waiting.
        waiting = await transaction.execute_query_dict(_WAITING, [org, BATCH])
        if not waiting:
            return 0
        numbers, previous, hashes = [], [], []
        for event in waiting:
            number += 1
            previous.append(last_hash)
            last_hash = chained(last_hash, {**event, "number": number})
            numbers.append(number)
            hashes.append(last_hash)
        await transaction.execute_query(
            _NUMBER, [org, [event["id"] for event in waiting], numbers, previous, hashes]
        )
        await transaction.execute_query(_MOVE_HEAD, [org, number, last_hash])
        # Part of the transaction: sent when it commits. A hint only; readers pull by number.
        await transaction.execute_query(f"select pg_notify('{CHANNEL}', $1)", [f"{org} {number}"])
        return len(waiting)


async def _locked_head(transaction: TransactionalDBClient, org: UUID) -> tuple[int, bytes]:
    head = await transaction.execute_query_dict(_HEAD, [org])
    if not head:
        await transaction.execute_query(_NEW_HEAD, [org, beginning(org)])
        head = await transaction.execute_query_dict(_HEAD, [org])
    return head[0]["last_number"], bytes(head[0]["last_hash"])
