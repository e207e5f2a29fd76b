"""Being told that something changed: the one subscription there is.

It is a hint, with as much of what changed as the client selects: whoever was told pulls what they
keep. So it can be merged, come late after a lost connection, or be missed, and nothing is wrong for
longer than until the next pull.

    the history goes on -> who may have to know? -> they are asked of the database again
    -> what do they see of it? -> something: tell, and then wait for a second at least
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import strawberry

from auth.actor import Actor
from domain.errors import Invalid
from schema.audience import Audiences, Seat
from schema.changes import MOST_TOLD, Kinds, Look, look, newest_number
from schema.compiler.fields import argument, told, with_arguments
from schema.context import Info
from schema.nodes import Node
from schema.plain import plain

SECONDS_BETWEEN = 1.0
"""The shortest time between two looks for one subscriber; what happens meanwhile is told together."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """What a subscription runs with; it is `info.context` where the subscription begins.

    `renewed` asks the database who the caller is now, and raises what ends the subscription.
    `audiences` says when to look, and `turns` bounds how many do at the same time. `passes` says of a fault whether it passes by itself, such as a database that
    is being restarted. `resumes` is a number that the transport remembers, as good as `since`.
    """

    actor: Actor
    renewed: Callable[[], Awaitable[Actor]]
    audiences: Audiences
    turns: asyncio.Semaphore
    passes: Callable[[Exception], bool]
    resumes: int | None = None


@plain
class Changes:
    """Something that you can see changed."""

    number: int = strawberry.field(
        description="The number in the organisation's history up to which you have now been told. Send"
        " it as `since` when you subscribe again, and you miss nothing."
    )
    nodes: list[Node] = told(
        "What changed, as far as you see it: each thing once, the latest changed first, at"
        f" most {MOST_TOLD}; where there are so many, there may be more. A hint, not a record: it may"
        " be empty, and it leaves out what went away and what came into sight, or out of it, because"
        " somebody's rights or position changed. So pull what you keep.",
        lambda root: root.subjects,
    )
    subjects: strawberry.Private[tuple[tuple[str, UUID], ...]]
    actor: strawberry.Private[Actor]


async def changes(info: Info, since: int | None = None) -> AsyncGenerator[Changes, None]:
    """Refuses before it begins: what cannot be subscribed to is answered, and no stream."""
    if since is not None and since < 0:
        raise Invalid("`since` is a number of the history: 0 or more.", path=("since",))
    subscriber = cast("Subscriber", info.context)
    given = [number for number in (since, subscriber.resumes) if number is not None]
    return _told(subscriber, max(given, default=None))


async def _told(subscriber: Subscriber, since: int | None) -> AsyncGenerator[Changes, None]:
    with subscriber.audiences.seat(subscriber.actor) as seat:
        newest = await newest_number(seat.actor)
        # A number from the future is of a history that was restored since, or from nowhere.
        seen = newest if since is None else min(since, newest)
        if seen == newest:
            await seat.called.wait()
        while True:
            begun = time.monotonic()
            seat.called.clear()
            async with subscriber.turns:
                shown = await _look(subscriber, seat, seen)
            if shown is None:
                seat.called.set()
            else:
                seen = shown.newest
                if shown.number is not None:
                    yield Changes(number=shown.number, subjects=shown.subjects, actor=seat.actor)
            await asyncio.sleep(max(0.0, begun + SECONDS_BETWEEN - time.monotonic()))
            await seat.called.wait()


async def _look(subscriber: Subscriber, seat: Seat, since: int) -> Look | None:
    """One look for a caller who was asked of the database just now; none where it is away."""
    try:
        seat.actor = await subscriber.renewed()
        return await look(stored_kinds(), seat.actor, since)
    except Exception as fault:
        if not subscriber.passes(fault):
            raise
        return None


def stored_kinds() -> Kinds:
    """The stored types that have ids, by their kind."""
    from schema import STORED  # the schema is built of this module

    return {stored.kind: stored for stored in STORED.values() if stored.kind}


def _subscription(description: str, resolver: Callable[..., Any], since: str) -> Any:
    return with_arguments(
        [argument("since", int | None, since, default=strawberry.UNSET)],
        strawberry.field(resolver=resolver, description=description, is_subscription=True),
    )


@plain
class Subscription:
    """What you can be told of as it happens."""

    changes: Changes = _subscription(
        "Says that something you can see changed: at once if something did after `since`, and then"
        " whenever something does, at most once a second. What you cannot see is never told.",
        changes,
        "You are told of what changed after this number of the history; of what changes from now on,"
        " if left out.",
    )
