"""What an installation proves and checks identities with: its keys, its tokens, its passwords."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar

from auth.keyring import Keyring
from auth.passwords import Cost, Passwords
from auth.tokens import AccessTokens
from domain.callers.errors import TooManyAtOnce

T = TypeVar("T")

AUDIENCE = "attain"


class PasswordChecks:
    """Slow hashing off the event loop, few at a time: each takes 64 MiB and some tens of ms.

    `at_once` bounds memory; `waiting` bounds how many stand in line, so that a crowd of guessers
    is turned away rather than served after its callers are gone.
    """

    def __init__(self, passwords: Passwords, *, at_once: int = 4, waiting: int = 64) -> None:
        self._passwords = passwords
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="password")
        self._room = at_once + waiting

    async def matches(self, stored: str | None, password: str) -> bool:
        """As `Passwords.matches`. Raises TooManyAtOnce."""
        return await self._run(lambda: self._passwords.matches(stored, password))

    async def hash(self, password: str) -> str:
        """As `Passwords.hash`. Raises PasswordRefused or TooManyAtOnce."""
        return await self._run(lambda: self._passwords.hash(password))

    async def rehash(self, stored: str, password: str) -> str | None:
        """After a match: what to store instead, where the cost has changed. Raises TooManyAtOnce."""
        if not self._passwords.needs_rehash(stored):
            return None
        return await self._run(lambda: self._passwords.rehash(password))

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._room == 0:
            raise TooManyAtOnce
        self._room -= 1
        try:
            # A caller who gives up leaves the line; a thread at work ends its work and frees itself.
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._room += 1


@dataclass(frozen=True, slots=True)
class Proofs:
    """Opened once per process and closed by whoever opened it.

    `issuer` is the address under which clients know this installation, without a slash at the end.
    """

    issuer: str
    keyring: Keyring
    tokens: AccessTokens
    passwords: PasswordChecks

    @classmethod
    def open(cls, keys: Path, issuer: str, cost: Cost, now: datetime) -> Self:
        """`keys` is the file of keys, made on first use. Raises KeyringError."""
        keyring = Keyring.open(keys, now)
        tokens = AccessTokens(keyring, issuer, AUDIENCE)
        return cls(issuer, keyring, tokens, PasswordChecks(Passwords(cost)))

    def close(self) -> None:
        self.passwords.close()
