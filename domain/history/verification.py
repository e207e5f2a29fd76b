"""Checking the chain: whether anybody has changed, added or taken out an event behind our back."""

from dataclasses import dataclass
from uuid import UUID

from domain.database import reading
from domain.history.canonical import beginning, chained

_EVENTS = (
    "select number, id, act, subject_kind, subject_id, person_id, client_id, via,"
    " before::text as before, after::text as after, reason, recorded_at, previous_hash, hash"
    " from event where org_id = $1 and number is not null order by number"
)
_HEAD = "select last_number, last_hash from history_head where org_id = $1"


@dataclass(frozen=True, slots=True)
class Verified:
    """Every event up to this number is as it was recorded."""

    last_number: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold, in words."""

    number: int
    problem: str


async def verify(org: UUID) -> Verified | Broken:
    """Walk the organisation's history from its beginning, in bounded memory."""
    async with reading(org) as connection:
        head = await connection.fetchrow(_HEAD, org)
        expected, last = beginning(org), 0
        async for event in connection.cursor(_EVENTS, org, prefetch=1000):
            last += 1
            if event["number"] != last:
                return Broken(last, f"event {last} is missing")
            if event["previous_hash"] != expected:
                return Broken(last, f"event {last} is not chained to the one before it")
            expected = chained(expected, dict(event))
            if event["hash"] != expected:
                return Broken(
                    last, f"event {last} ({event['id']}) was changed after it was recorded"
                )
        stands = (0, beginning(org)) if head is None else (head["last_number"], head["last_hash"])
        if stands != (last, expected):
            return Broken(last + 1, f"the history ends at event {last}, its head at {stands[0]}")
        return Verified(last)
