"""Who of all that subscribe may have to hear that a history went on.

Each subscriber looks for themselves, asked of the database anew; with thousands of them in one
organisation each sign-in would cost thousands of looks. So for each organisation one statement goes
before, once a second at most: which of these people could see any of it? It is made of the same
predicates as the look itself, for everybody of the same standing at once. It decides nothing but who
looks.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, date, datetime
from itertools import groupby
from uuid import UUID

from asyncpg.pool import PoolConnectionProxy

from auth.actor import Actor
from domain.database import Sight, reading
from domain.people.organisations import today_in
from domain.sql import bind, viewer
from schema.changes import Kinds, Past, Search, events_after

log = logging.getLogger(__name__)

SECONDS_BETWEEN = 1.0
AT_ONCE = 2
"""For how many organisations this is asked at the same time, so that requests find connections."""
_ORGANISATION = "select business_date, time_zone from organisation where org_id = $1"


class Seat:
    """One subscriber's place. `called` is set when they may have to look; `actor` is who they were
    when they last looked, kept true by the subscriber."""

    __slots__ = ("actor", "called")

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.called = asyncio.Event()


class Audiences:
    """Everybody who subscribes in this process, by organisation. `news_of` gives what is set when
    an organisation's history goes on."""

    def __init__(
        self, news_of: Callable[[UUID], asyncio.Event], kinds: Callable[[], Kinds]
    ) -> None:
        self._news_of = news_of
        self._kinds = kinds
        self._seats: dict[UUID, set[Seat]] = {}
        self._criers: dict[UUID, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    @contextmanager
    def seat(self, actor: Actor) -> Iterator[Seat]:
        """A place for as long as somebody listens. What was recorded before is not called out; so
        take it before reading where the history stands."""
        seat = Seat(actor)
        self._seats.setdefault(actor.org, set()).add(seat)
        if actor.org not in self._criers:
            # In an empty context: it outlives whoever was the first to sit down.
            self._criers[actor.org] = asyncio.create_task(
                self._cry(actor.org), name="calling", context=Context()
            )
        try:
            yield seat
        finally:
            self._seats[actor.org].discard(seat)
            if not self._seats[actor.org]:
                del self._seats[actor.org]
                self._criers.pop(actor.org).cancel()

    async def _cry(self, org: UUID) -> None:
        since: int | None = None
        while True:
            news = self._news_of(org)
            try:
                async with self._turns:
                    since = await self._call(org, since)
            except Exception as fault:  # whatever it is, in a second the same is asked again
                log.warning("subscribers were not called: %s", type(fault).__qualname__)
                await asyncio.sleep(SECONDS_BETWEEN)
                continue
            await asyncio.sleep(SECONDS_BETWEEN)
            await news.wait()

    async def _call(self, org: UUID, since: int | None) -> int:
        """Call whoever may have to look; how far the history was looked through."""
        seats = self._seats[org].copy()
        # Whoever is called is told nothing: each then looks for themselves.
        async with reading(org, sees=Sight(pay_of="all", words_of="all")) as connection:
            past = await events_after(connection, org, since or 0)
            called = seats
            if since is not None and past.floor <= since and not past.has_import:
                today = await _today(connection, org)
                called = {seat for seat in seats if seat.actor.today != today}
                for group in _of_one_standing(seats - called):
                    called |= await self._concerned(connection, group, past)
        for seat in called:
            seat.called.set()
        return past.newest

    async def _concerned(
        self, connection: PoolConnectionProxy, group: list[Seat], past: Past
    ) -> set[Seat]:
        """Those of a group who could see any of it. They differ in nothing but the person."""
        search = Search.of(self._kinds(), group[0].actor, past)
        if not search.finds_any:
            return set()
        rows = search.rows.replace(":person::uuid", "listener.id")
        statement, arguments = bind(
            "select listener.id from unnest(:listeners::uuid[]) as listener(id)"
            f" where exists ({rows})",
            {
                **search.values,
                **viewer(group[0].actor),
                "listeners": [_listener(seat.actor) for seat in group],
            },
        )
        found = {row["id"] for row in await connection.fetch(statement, *arguments)}
        return {seat for seat in group if _listener(seat.actor) in found}


def _of_one_standing(seats: set[Seat]) -> Iterator[list[Seat]]:
    """Together whose predicates are the same but for the person."""
    for _, group in groupby(sorted(seats, key=_standing), key=_standing):
        yield list(group)


def _standing(seat: Seat) -> tuple[str, ...]:
    actor = seat.actor
    where = sorted(str(territory) for territory in actor.territories)
    for_whom = sorted(map(str, actor.delegators))
    shared = sorted(map(str, actor.shares))
    own = (*sorted(actor.roles), "", *sorted(actor.scopes))
    return (str(actor.client), *own, *where, "", *for_whom, "", *shared)


def _listener(actor: Actor) -> UUID:
    listener = actor.person or actor.client
    assert listener is not None
    return listener


async def _today(connection: PoolConnectionProxy, org: UUID) -> date:
    row = await connection.fetchrow(_ORGANISATION, org)
    return today_in(row["business_date"], row["time_zone"], datetime.now(UTC))
