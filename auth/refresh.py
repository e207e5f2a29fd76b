"""Refresh tokens: a family per sign-in, each token good for one exchange.

The text `rt1.<org>.<family>.<secret>` tells the organisation before anything is looked up. The
secret is 256 bits and a seal: an HMAC that only we can make. A token without our seal is refused
unseen, so nobody who merely learned a family's id can have it revoked.

Each exchange gives a successor and makes the presented token the predecessor. An older token than
that has been copied: the family is revoked. The immediate predecessor is forgiven for 30 seconds,
because a phone that lost the answer, or two tabs at once, present it again; both must get the same
successor, or one of them would fall out. We keep hashes only and so cannot look the successor up;
instead it is derived: HMAC(our key, predecessor, generation). That is as good as random to anyone
without our key, even to the holder of the predecessor; whoever has our key has the keys that sign
access tokens too, which stand in the same file, and gains nothing by it.

A thief who copies the predecessor within the grace gets the same successor as the owner. They then
share one chain, and whoever comes second with the next token, later than the grace, ends it.

The caller holds the chain's row locked from reading it to storing what `exchange` returns.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Self
from uuid import UUID

from auth.passwords import hash_secret

GRACE = timedelta(seconds=30)
IDLE = timedelta(days=30)
LONGEST = timedelta(days=90)

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TEXT = re.compile(rf"rt1\.({_UUID})\.({_UUID})\.([A-Za-z0-9_-]{{64}})")
_SEED, _SEAL = 32, 16  # bytes; together 64 characters of base64 with no bit to spare


class InvalidRefreshToken(Exception):
    """Not a token of ours. Callers are told no more than that."""

    def __init__(self) -> None:
        super().__init__("The refresh token is not valid.")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    org: UUID
    family: UUID
    seed: bytes = field(repr=False)
    seal: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str, key: bytes) -> Self:
        """The token behind the text. Raises InvalidRefreshToken unless it bears our seal."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise InvalidRefreshToken
        secret = urlsafe_b64decode(match[3])
        token = cls(UUID(match[1]), UUID(match[2]), secret[:_SEED], secret[_SEED:])
        if not hmac.compare_digest(token.seal, _sealed(key, token.org, token.family, token.seed)):
            raise InvalidRefreshToken
        return token

    @property
    def text(self) -> str:
        secret = urlsafe_b64encode(self.seed + self.seal).decode("ascii")
        return f"rt1.{self.org}.{self.family}.{secret}"

    @property
    def hash(self) -> bytes:
        """What is stored of the token: 32 bytes."""
        return hash_secret(self.text)


@dataclass(frozen=True, slots=True)
class Chain:
    """What is stored of a family. `current` and `previous` are hashes of tokens."""

    generation: int
    current: bytes
    previous: bytes | None
    started: datetime
    rotated: datetime
    revoked: datetime | None = None


@unique
class Outcome(StrEnum):
    ROTATE = "rotate"  # store the new chain, give the token
    SAME_SUCCESSOR = "same_successor"  # nothing to store, give the token
    REVOKE_FAMILY = "revoke_family"  # store the revoked chain, end its session, give nothing
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Exchange:
    outcome: Outcome
    chain: Chain
    token: RefreshToken | None = None


def start(key: bytes, org: UUID, family: UUID, now: datetime) -> tuple[RefreshToken, Chain]:
    """A new family with its first token."""
    token = _token(key, org, family, secrets.token_bytes(_SEED))
    return token, Chain(0, token.hash, None, started=now, rotated=now)


def exchange(key: bytes, chain: Chain, presented: RefreshToken, now: datetime) -> Exchange:
    """What becomes of a parsed token that is presented to its family's chain."""
    if chain.revoked is not None:
        return Exchange(Outcome.REVOKED, chain)
    if now >= min(chain.started + LONGEST, chain.rotated + IDLE):
        return Exchange(Outcome.EXPIRED, chain)

    if hmac.compare_digest(presented.hash, chain.current):
        generation = chain.generation + 1
        token = _successor(key, presented, generation)
        rotated = Chain(generation, token.hash, presented.hash, chain.started, rotated=now)
        return Exchange(Outcome.ROTATE, rotated, token)

    is_previous = chain.previous is not None and hmac.compare_digest(presented.hash, chain.previous)
    if is_previous and now <= chain.rotated + GRACE:
        token = _successor(key, presented, chain.generation)
        return Exchange(Outcome.SAME_SUCCESSOR, chain, token)

    return Exchange(Outcome.REVOKE_FAMILY, replace(chain, revoked=now))


def _successor(key: bytes, token: RefreshToken, generation: int) -> RefreshToken:
    message = token.org.bytes + token.family.bytes + generation.to_bytes(8) + token.seed
    return _token(key, token.org, token.family, _mac(key, b"attain refresh successor\0", message))


def _token(key: bytes, org: UUID, family: UUID, seed: bytes) -> RefreshToken:
    return RefreshToken(org, family, seed, _sealed(key, org, family, seed))


def _sealed(key: bytes, org: UUID, family: UUID, seed: bytes) -> bytes:
    return _mac(key, b"attain refresh seal\0", org.bytes + family.bytes + seed)[:_SEAL]


def _mac(key: bytes, purpose: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256; the purpose keeps the key's uses apart, all parts have fixed lengths."""
    return hmac.digest(key, purpose + message, "sha256")
