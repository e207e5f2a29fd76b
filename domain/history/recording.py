"""What happened is recorded in the transaction in which it happened."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.history.canonical import as_json
from domain.ids import new_id

_INSERT = (
    "insert into event (org_id, id, act, subject_kind, subject_id, person_id, client_id, via,"
    " before, after, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11)"
)


async def record(
    actor: Actor,
    act: str,
    subject_kind: str,
    subject_id: UUID | None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Append one event in the current transaction; it gets its number after the commit.

    `act` reads `subject.verb` in the past tense, such as `goal.approved`. `before` and `after` hold
    only what changed, decimals as text.
    """
    await current_transaction().execute_insert(
        _INSERT,
        [
            actor.org,
            new_id(),
            act,
            subject_kind,
            subject_id,
            actor.person,
            actor.client,
            actor.via,
            as_json(before),
            as_json(after),
            reason,
        ],
    )
