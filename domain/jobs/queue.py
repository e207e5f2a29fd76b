"""Putting a job into the queue, on the connection of the act that asks for it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from pgqueuer.adapters.persistence.qb import QueryQueueBuilder
from pgqueuer.domain.settings import DBSettings, Durability
from tortoise.backends.base.client import BaseDBAsyncClient

# Ids and counts, never content: the queue belongs to the platform and has no row security.
Payload = Mapping[str, UUID | int]

# Every name is given, since pgqueuer would otherwise take it from variables such as CHANNEL.
NAMES = DBSettings(
    prefix="",
    db_schema="jobs",
    channel="ch_pgqueuer",
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
)
_ENQUEUE = QueryQueueBuilder(settings=NAMES).build_enqueue_query("raise")


async def enqueue(transaction: BaseDBAsyncClient, job: str, payload: Payload) -> None:
    """Have a job done once the transaction is committed; never, if it is not.

    Raises TypeError for a payload that holds anything but ids and whole numbers.
    """
    await transaction.execute_query_dict(
        _ENQUEUE, [[0], [job], [written(payload)], [timedelta(0)], [None], ["{}"]]
    )


def written(payload: Payload) -> bytes:
    """The payload as it stands in the queue."""
    for name, value in payload.items():
        if not isinstance(value, UUID | int):
            raise TypeError(f"A job is given ids and numbers; {name} is {type(value).__name__}.")
    return json.dumps(dict(payload), default=str, sort_keys=True).encode()


def read(payload: bytes | None) -> Payload:
    """What was written: every text is an id."""
    facts = json.loads(payload or b"{}")
    return {name: UUID(value) if isinstance(value, str) else value for name, value in facts.items()}
