"""Persisted documents as this process meets them: the latest in memory, all in the database.

In development, where people may send any document too, theirs are kept in memory only.
"""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from uuid import UUID

from api.callers.callers import Caller
from domain.callers.persisted import keep_document, use_document

FRESH_SECONDS = 600.0
"""How long a document is served from memory before the database is told that it is in use."""

Key = tuple[UUID, UUID, str]


class PersistedDocuments:
    """One per process. `characters` bounds the texts in memory; `clock` counts seconds."""

    def __init__(self, characters: int = 2_000_000, clock: Callable[[], float] = monotonic) -> None:
        self._most = characters
        self._clock = clock
        self._texts: OrderedDict[Key, tuple[str, float]] = OrderedDict()
        self._characters = 0

    async def find(self, caller: Caller, digest: str) -> str | None:
        """The text of this hash, if this very caller had it remembered."""
        actor, key = caller.actor, _key(caller, digest)
        held = self._texts.get(key)
        if held is not None and (actor.client is None or self._clock() - held[1] < FRESH_SECONDS):
            self._texts.move_to_end(key)
            return held[0]
        if actor.client is None:
            return None
        text = await use_document(actor.org, actor.client, digest)
        if text is not None:
            self._hold(key, text)
        return text

    async def keep(self, caller: Caller, digest: str, text: str) -> None:
        """Remember a valid document for this caller, who is asked for first: this is written down
        before any statement proves whoever was only remembered. Raises Unauthenticated."""
        if caller.standing is not None:
            caller = await caller.renewed()
        actor = caller.actor
        if actor.client is not None:
            await keep_document(actor.org, actor.client, digest, text)
        self._hold(_key(caller, digest), text)

    def _hold(self, key: Key, text: str) -> None:
        before, _ = self._texts.pop(key, ("", 0.0))
        self._texts[key] = (text, self._clock())
        self._characters += len(text) - len(before)
        while self._characters > self._most:
            _, (oldest, _) = self._texts.popitem(last=False)
            self._characters -= len(oldest)


def _key(caller: Caller, digest: str) -> Key:
    actor = caller.actor
    holder = actor.client or actor.person
    assert holder is not None  # nobody else calls over the network
    return actor.org, holder, digest
