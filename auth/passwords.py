"""Passwords people choose, and secrets machines are given.

Passwords are guessable, so they are hashed slowly (argon2id). Secrets are 256 random bits, which
nobody guesses, so one SHA-256 is enough and look-ups stay fast.

Hashing takes about 64 MiB and some tens of milliseconds on purpose: callers on an event loop run
`Passwords` in a thread, few at a time.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256  # characters after normalisation; NIST SP 800-63B asks for at least 64
_FEWEST_DIFFERENT = 5
_COMMON = frozenset(
    {
        "0123456789ab",
        "123456789012",
        "1234567890123",
        "1234567891011",
        "123456789abc",
        "123qweasdzxc",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "a123456789012",
        "abc123456789",
        "abcd12345678",
        "abcdefgh1234",
        "abcdefghijkl",
        "adminadmin12",
        "administrator",
        "administrator1",
        "asdfghjkl123",
        "changeme1234",
        "changemenow1",
        "correcthorsebatterystaple",
        "iloveyou1234",
        "iloveyouforever",
        "letmein12345",
        "p@ssw0rd1234",
        "p@ssword1234",
        "passw0rd1234",
        "password123!@#",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "q1w2e3r4t5y6",
        "qazwsxedcrfv",
        "qwerty123456",
        "qwerty1234567",
        "qwerty12345678",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiop1234",
        "qwertyuiopas",
        "welcome12345",
        "welcome123456",
        "zaq12wsxcde3",
    }
)


class PasswordRefused(ValueError):
    """A new password does not do; the message says why and may be shown."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs; by default the low-memory profile of RFC 9106, section 4."""

    passes: int = 3
    memory_kib: int = 65536
    lanes: int = 4


class Passwords:
    """Hashes and checks passwords at one cost."""

    def __init__(self, cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._hasher = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        self._nobodys = self._hasher.hash(secrets.token_bytes(32))

    def hash(self, password: str) -> str:
        """The text to store for a new password. Raises PasswordRefused."""
        return self._hasher.hash(acceptable(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one.

        Pass None for an account that does not exist or has no password: the answer is no, after
        the same work, so that its time does not tell which accounts exist.
        """
        try:
            self._hasher.verify(stored or self._nobodys, _normal(password))
        except (PasswordRefused, VerificationError, InvalidHashError):
            return False
        return stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether to hash anew, after a match, because the cost has changed since."""
        return self._hasher.check_needs_rehash(stored)

    def rehash(self, password: str) -> str:
        """The text to store instead. What was accepted when it was chosen is not judged again:
        somebody who knows their password signs in, however the rules have changed."""
        return self._hasher.hash(_normal(password))


def acceptable(password: str) -> str:
    """The normalised password, or PasswordRefused with the reason as a sentence."""
    password = _normal(password)
    if len(password) < SHORTEST:
        raise PasswordRefused(f"A password needs at least {SHORTEST} characters.")
    if len(set(password)) < _FEWEST_DIFFERENT or password.lower() in _COMMON:
        raise PasswordRefused("This password is among the first that are guessed.")
    return password


def _normal(password: str) -> str:
    """NFC, so that the same letters typed on two keyboards are the same password."""
    # Measured before and after: normalisation of a long text is work, and it can lengthen.
    if len(password) > LONGEST or len(password := unicodedata.normalize("NFC", password)) > LONGEST:
        raise PasswordRefused(f"A password has at most {LONGEST} characters.")
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise PasswordRefused("A password is made of whole Unicode characters.")
    return password


def generate_password() -> str:
    """A password that can be read aloud and typed: twelve syllables, 72 random bits."""
    syllables = [secrets.choice("bdfghjklmnprstvz") + secrets.choice("aeiu") for _ in range(12)]
    return "-".join("".join(syllables[start : start + 3]) for start in range(0, 12, 3))


def generate_secret() -> str:
    """A partner app's secret: 256 random bits, 43 characters that need no escaping in a URL."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> bytes:
    """What is stored of a random secret. Not for passwords."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def secret_matches(stored: bytes, secret: str) -> bool:
    """Whether the secret is the stored one, in time that does not depend on where they differ."""
    return hmac.compare_digest(stored, hash_secret(secret))
