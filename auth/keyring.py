"""The keys that sign access tokens, and how they take turns.

A key is `next` (published, so that others know it before it is used), then `current` (signs), then
`retired` (its private half is destroyed; its public half still checks what it signed until the
last of those tokens has expired). All stand in one file, readable by its owner only, together with
the key that refresh tokens are derived with. The file is replaced as a whole, under a lock beside
it, so it is never half written and two rotations do not race.

Several processes share the file. Each looks at most once a second whether it was replaced, and at
once when it meets a key id it does not know; so rotation needs no restart.
"""

import fcntl
import json
import os
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LIFETIME = timedelta(minutes=10)  # of an access token
SKEW = timedelta(seconds=60)  # between the clocks of our servers
_LOOK = timedelta(seconds=1)


class KeyringError(Exception):
    """The file of keys is missing, damaged or open to others; for the operator to read."""


@unique
class State(StrEnum):
    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Key:
    """One Ed25519 key; `since` is when it came into its state."""

    state: State
    since: datetime
    public: Ed25519PublicKey
    private: Ed25519PrivateKey | None = field(repr=False)

    @classmethod
    def generate(cls, state: State, now: datetime) -> Self:
        private = Ed25519PrivateKey.generate()
        return cls(state, now, private.public_key(), private)

    @property
    def kid(self) -> str:
        """The thumbprint of RFC 7638, so an id can never come to mean another key."""
        required = json.dumps(self._public_members(), sort_keys=True, separators=(",", ":"))
        return _text(sha256(required.encode("ascii")).digest())

    @property
    def jwk(self) -> dict[str, str]:
        """The public half as RFC 8037 writes it."""
        return {**self._public_members(), "kid": self.kid, "alg": "EdDSA", "use": "sig"}

    @property
    def retired(self) -> datetime | None:
        return self.since if self.state is State.RETIRED else None

    def checks(self, now: datetime) -> bool:
        """Whether a token signed by this key can still be valid."""
        return self.state is not State.RETIRED or now < self.since + LIFETIME + SKEW

    def _public_members(self) -> dict[str, str]:
        return {"crv": "Ed25519", "kty": "OKP", "x": _text(self.public.public_bytes_raw())}


@dataclass(frozen=True, slots=True)
class Ring:
    """What the file holds."""

    keys: tuple[Key, ...]
    refresh_key: bytes = field(repr=False)

    @classmethod
    def generate(cls, now: datetime) -> Self:
        keys = (Key.generate(State.CURRENT, now), Key.generate(State.NEXT, now))
        return cls(keys, secrets.token_bytes(32))

    def only(self, state: State) -> Key:
        """The one key in the state `current` or `next`."""
        [key] = [key for key in self.keys if key.state is state]
        return key

    def rotated(self, now: datetime) -> "Ring":
        retired = replace(self.only(State.CURRENT), state=State.RETIRED, since=now, private=None)
        current = replace(self.only(State.NEXT), state=State.CURRENT, since=now)
        waning = (key for key in self.keys if key.state is State.RETIRED and key.checks(now))
        keys = (current, Key.generate(State.NEXT, now), retired, *waning)
        return replace(self, keys=keys)


class Keyring:
    """The keys of one installation, shared through a file. Times are aware; callers pass them."""

    def __init__(self, path: Path) -> None:
        """Use `open`."""
        self._path = path
        self._looked: datetime | None = None
        self._stamp: tuple[int, ...] | None = None
        self._ring: Ring | None = None
        self._by_kid: dict[str, Key] = {}

    @classmethod
    def open(cls, path: Path, now: datetime) -> Self:
        """The keys in the file, made on first use. Raises KeyringError."""
        with _locked(path):
            if not path.exists():
                _write(path, Ring.generate(now))
        keyring = cls(path)
        keyring._look(now)
        return keyring

    def signing(self, now: datetime) -> tuple[str, Ed25519PrivateKey]:
        """The current key's id and private half."""
        key = self._current_ring(now).only(State.CURRENT)
        if key.private is None:
            raise KeyringError(f"{self._path} lacks the private half of the current key.")
        return key.kid, key.private

    def checking(self, kid: str, now: datetime) -> Key | None:
        """The key of that id, if a token signed by it can be valid now."""
        self._current_ring(now)
        if kid not in self._by_kid:
            self._look(now)
        key = self._by_kid.get(kid)
        return key if key is not None and key.checks(now) else None

    def jwks(self, now: datetime) -> dict[str, list[dict[str, str]]]:
        """The public document for `/.well-known/jwks.json`."""
        return {"keys": [key.jwk for key in self._current_ring(now).keys if key.checks(now)]}

    def refresh_key(self, now: datetime) -> bytes:
        """The key of `auth.refresh`; rotation leaves it as it is."""
        return self._current_ring(now).refresh_key

    def rotate(self, now: datetime, *, if_older_than: timedelta = timedelta(0)) -> bool:
        """Let the next key sign. Only if the current one has signed for so long; says whether.

        Several processes may ask at once: the age is looked at under the lock, so one rotates.
        """
        with _locked(self._path):
            ring, _ = _read(self._path)
            is_due = now - ring.only(State.CURRENT).since >= if_older_than
            if is_due:
                _write(self._path, ring.rotated(now))
        self._look(now)
        return is_due

    def replace(self, now: datetime) -> None:
        """All keys anew, because the file was seen by others: every token ends at once."""
        with _locked(self._path):
            _write(self._path, Ring.generate(now))
        self._look(now)

    def _current_ring(self, now: datetime) -> Ring:
        if self._ring is None or self._looked is None or abs(now - self._looked) >= _LOOK:
            return self._look(now)
        return self._ring

    def _look(self, now: datetime) -> Ring:
        if self._ring is None or _stamp(self._path) != self._stamp:
            self._ring, self._stamp = _read(self._path)
            self._by_kid = {key.kid: key for key in self._ring.keys}
        self._looked = now
        return self._ring


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One writer at a time, of all processes; released by the system if we are killed."""
    # A file of its own: the file of keys is replaced, and a lock would stay with the old one.
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _stamp(path: Path, descriptor: int | None = None) -> tuple[int, ...]:
    """Changes whenever the file is replaced. Raises KeyringError if others may open the file."""
    try:
        status = os.stat(path if descriptor is None else descriptor)
    except OSError as error:
        raise KeyringError(f"The signing keys cannot be read: {error}.") from error
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyringError(f"{path} must be readable by its owner only (chmod 600).")
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _read(path: Path) -> tuple[Ring, tuple[int, ...]]:
    try:
        with path.open("rb") as file:
            stamp = _stamp(path, file.fileno())  # of the very file that is read
            written = json.load(file)
        ring = Ring(tuple(_key(entry) for entry in written["keys"]), _bytes(written["refresh_key"]))
        ring.only(State.CURRENT), ring.only(State.NEXT)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyringError(f"The signing keys in {path} cannot be read.") from error
    return ring, stamp


def _write(path: Path, ring: Ring) -> None:
    """Replace the file as a whole; the caller holds the lock."""
    keys = [_entry(key) for key in ring.keys]
    text = json.dumps({"keys": keys, "refresh_key": _text(ring.refresh_key)}, indent=2)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _entry(key: Key) -> dict[str, str]:
    entry = {**key.jwk, "state": key.state.value, "since": key.since.isoformat()}
    return entry if key.private is None else entry | {"d": _text(key.private.private_bytes_raw())}


def _key(entry: dict[str, Any]) -> Key:
    private = Ed25519PrivateKey.from_private_bytes(_bytes(entry["d"])) if "d" in entry else None
    public = Ed25519PublicKey.from_public_bytes(_bytes(entry["x"]))
    return Key(State(entry["state"]), datetime.fromisoformat(entry["since"]), public, private)


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
