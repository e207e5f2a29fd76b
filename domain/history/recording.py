"""What happened is recorded in the transaction in which it happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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

_INSERT_EACH = (
    "insert into event (org_id, id, act, subject_kind, subject_id, person_id, client_id, via,"
    " before, after, reason) select $1, each.id, $2, $3, each.subject_id, $4, $5, $6,"
    " each.before::jsonb, each.after::jsonb, $7"
    " from unnest($8::uuid[], $9::uuid[], $10::text[], $11::text[])"
    " as each (id, subject_id, before, after)"
)


@dataclass(frozen=True, slots=True)
class Happened:
    """What one subject of many was, and is."""

    subject_id: UUID
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


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


async def record_each(
    actor: Actor,
    act: str,
    subject_kind: str,
    happened: Sequence[Happened],
    *,
    reason: str | None = None,
) -> None:
    """Append one event for each of many subjects to which the same was done, in one statement."""
    await current_transaction().execute_insert(
        _INSERT_EACH,
        [
            actor.org,
            act,
            subject_kind,
            actor.person,
            actor.client,
            actor.via,
            reason,
            [new_id() for _ in happened],
            [each.subject_id for each in happened],
            [as_json(each.before or None) for each in happened],
            [as_json(each.after or None) for each in happened],
        ],
    )
