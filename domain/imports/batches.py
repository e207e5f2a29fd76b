"""The batches of an organisation, and what they refused."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.database import reading
from domain.people.access import organisation_wide


@dataclass(frozen=True, slots=True)
class Batch:
    """One import that changed something. `counts` has one entry for each source."""

    id: UUID
    mapping: str
    state: str
    applied_at: datetime
    undone_at: datetime | None
    files: list[dict[str, Any]]
    counts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that a good-rows-only import left out, with its reasons."""

    file: str
    line: int
    content: str
    reasons: list[dict[str, Any]]


async def list_batches(actor: Actor, limit: int = 50) -> list[Batch]:
    """The newest batches first."""
    organisation_wide(actor, Act.IMPORT_RUN)
    async with reading(actor.org, actor.person) as connection:
        rows = await connection.fetch(
            "select id, mapping, state, applied_at, undone_at, files, counts from import_batch"
            " where org_id = $1 order by applied_at desc, id desc limit $2",
            actor.org,
            limit,
        )
    return [
        Batch(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), json.loads(row[6]))
        for row in rows
    ]


async def refused_rows(actor: Actor, batch: UUID, limit: int = 1000) -> list[Refused]:
    """What the batch left out, in the order of its files."""
    organisation_wide(actor, Act.IMPORT_RUN)
    async with reading(actor.org, actor.person) as connection:
        rows = await connection.fetch(
            "select file, line, content, reasons from import_refusal"
            " where org_id = $1 and batch_id = $2 order by file, line limit $3",
            actor.org,
            batch,
            limit,
        )
    return [Refused(row[0], row[1], row[2], json.loads(row[3])) for row in rows]
