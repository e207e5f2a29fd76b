"""Going a round at once for an organisation that has something due, rather than at its time.

The database tells which round is wanted for whom, in the transaction that makes something due; it says
so once for a transaction, however much that changed. A notification is a hint and nothing more: what is
due stands in a table, and where a hint is lost, or whoever heard it died, the round finds it at its time.

Turns are taken in the order in which they were wanted, a few at a time. An organisation with much to do
has one turn after the other, between which the others have theirs; and it rests as long as its turn took,
so that a flood of changes is worked off in lots, and the process has time for whatever else it does.
"""

import asyncio
import logging
from dataclasses import dataclass
from time import monotonic
from typing import Final
from uuid import UUID

from domain.jobs.registry import Round

log = logging.getLogger(__name__)

CHANNEL: Final = "attain_due"
TURNS_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """A round that is wanted for an organisation."""

    round: str
    org: UUID


class AtOnce:
    """The rounds that a worker was told of, and goes."""

    def __init__(self, rounds: dict[str, Round]) -> None:
        self._rounds = rounds
        self._turns = asyncio.Semaphore(TURNS_AT_ONCE)
        self._told: set[Wanted] = set()
        self._going: dict[Wanted, asyncio.Task[None]] = {}

    def hear(self, payload: str | bytes | bytearray) -> None:
        """A notification: the name of a round, and the id of an organisation."""
        name, _, org = str(payload).partition(" ")
        try:
            wanted = Wanted(name, UUID(org))
        except ValueError:  # whoever may connect may notify, and write what they like
            return
        if name not in self._rounds:
            return
        self._told.add(wanted)
        if wanted not in self._going:
            self._going[wanted] = asyncio.create_task(self._go(wanted), name=f"{name} at once")

    async def stop(self) -> None:
        """Give up what is under way; it is undone, and due as before."""
        going = list(self._going.values())
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)

    async def _go(self, wanted: Wanted) -> None:
        try:
            while wanted in self._told:
                took = await self._turn(wanted)
                await asyncio.sleep(took)
        except Exception:  # the round finds it again at its time
            log.exception("%s failed at once for organisation %s", wanted.round, wanted.org)
        finally:
            self._told.discard(wanted)
            del self._going[wanted]

    async def _turn(self, wanted: Wanted) -> float:
        """How long it took, in seconds."""
        work = self._rounds[wanted.round].for_organisation
        async with self._turns:
            self._told.discard(wanted)  # what is told from here on wants another turn
            began = monotonic()
            if work is not None and await work(wanted.org):
                self._told.add(wanted)
            return monotonic() - began
