"""One act: one transaction, performed once, and part of the history when it ends.

    @act
    async def approve_goal(actor: Actor, *, goal_id: UUID, ...) -> UUID: ...

The function runs inside a transaction of the actor's organisation and returns the id of its
subject. What `@act` adds, in order:

1. If the caller gave an idempotency key (`actor.once`), it is claimed in the transaction. A second
   message with the key waits here for the first, then gets the same answer; with another input it
   is refused. A refused act keeps nothing under the key, so it can be mended and sent again.
2. After a deadlock, or where it was `Overtaken`, the whole transaction is tried again,
   a few times. Where the id that a phone chose is in use, once: the same may have arrived
   twice at the same time, and what is made again finds that it is there.
3. After the commit the organisation's events get their numbers.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

import asyncpg

from auth.actor import Actor
from auth.once import Once
from domain.database import on_behalf_of
from domain.errors import Conflict
from domain.history import number_events
from domain.ids import new_id
from domain.rows import IdTaken

P = ParamSpec("P")
TRIES = 4

log = logging.getLogger(__name__)

# A plain INSERT tells nothing back through Tortoise; a query does.
_CLAIM = (
    "with claimed as ("
    "insert into idempotency_key (org_id, actor_id, key, act, fingerprint)"
    " values ($1, $2, $3, $4, $5) on conflict do nothing returning key"
    ") select key from claimed"
)
_EARLIER = (
    "select act, fingerprint, subject_id from idempotency_key"
    " where org_id = $1 and actor_id = $2 and key = $3"
)
_KEEP = (
    "update idempotency_key set subject_id = $4 where org_id = $1 and actor_id = $2 and key = $3"
)


class KeyReused(Conflict):
    def __init__(self, once: Once) -> None:
        super().__init__(
            f"The key {once.key!r} was already used for another message; nothing was done."
            " Use a new key for each new message, and the same key only to send it again.",
            path=("clientMutationId",),
        )


class Busy(Conflict):
    def __init__(self) -> None:
        super().__init__("Others were changing the same records; nothing was done. Send it again.")


class Overtaken(Exception):
    """Somebody else added the same since this act looked; made again, it finds what they did."""


def act(
    work: Callable[Concatenate[Actor, P], Awaitable[UUID]],
) -> Callable[Concatenate[Actor, P], Coroutine[Any, Any, UUID]]:
    """Make a function one act, as the module's heading says."""

    @wraps(work)
    async def performed(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> UUID:
        subject = await retried(lambda: _transact(work, actor, *args, **kwargs))
        await _number(actor.org)
        return subject

    return performed


@act
async def take_up(actor: Actor) -> UUID:
    """Claim a message whose parts are acts of their own: sent again with another input it is
    refused, whichever of its parts were done. Returns an id of no meaning."""
    return new_id()


async def _transact(
    work: Callable[Concatenate[Actor, P], Awaitable[UUID]],
    actor: Actor,
    *args: P.args,
    **kwargs: P.kwargs,
) -> UUID:
    async with on_behalf_of(actor.org, actor.person) as transaction:
        if actor.once is None:
            return await work(actor, *args, **kwargs)

        caller, once = actor.person or actor.client or actor.org, actor.once
        claimed = await transaction.execute_query_dict(
            _CLAIM, [actor.org, caller, once.key, once.act, once.fingerprint]
        )
        if not claimed:
            earlier = await transaction.execute_query_dict(_EARLIER, [actor.org, caller, once.key])
            return _same_answer(once, earlier[0])
        subject = await work(actor, *args, **kwargs)
        await transaction.execute_query(_KEEP, [actor.org, caller, once.key, subject])
        return subject


def _same_answer(once: Once, earlier: Mapping[str, Any]) -> UUID:
    if (earlier["act"], earlier["fingerprint"]) != (once.act, once.fingerprint):
        raise KeyReused(once)
    subject: UUID = earlier["subject_id"]
    return subject


async def retried(attempt: Callable[[], Awaitable[UUID]]) -> UUID:
    """The attempt's result; it is made again, whole, when PostgreSQL broke a deadlock with it, and once
    where an id was in use."""
    taken = False
    for tries in range(1, TRIES + 1):
        try:
            return await attempt()
        except IdTaken:
            if taken or tries == TRIES:
                raise
            taken = True
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, Overtaken) as why:
            if tries == TRIES:
                raise Busy from why
            await asyncio.sleep(random.uniform(0, 0.02 * 2**tries))  # noqa: S311 - not a secret
        except asyncpg.LockNotAvailableError as why:
            raise Busy from why
    raise AssertionError("The last try returns or raises.")


async def _number(org: UUID) -> None:
    # The act is done and committed, and the caller has to hear so whatever happens here. If
    # numbering fails, the next act, pull or sweep does it.
    try:
        await number_events(org)
    except Exception:
        log.exception("events wait for their numbers")
