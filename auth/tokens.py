"""Access tokens: a signed JWT (RFC 9068) that says who calls, for ten minutes, and nothing else.

It holds ids only. Roles, scopes granted and whether the session still lives are read from the
database at each request, so what is revoked stops at once.

The signature is PyJWT's work, with one algorithm. Everything around it is ours and an allow-list:
PyJWT lets pass what we never write (`=` at the end, `jku` or `jwk` in the header, any `typ`, an
`exp` that is text or a century away), so a token must have exactly the header and the claims that
`issue` writes, of exactly those types.
"""

import json
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self, TypeGuard
from uuid import UUID

from jwt import PyJWS
from jwt.exceptions import PyJWTError

from auth.keyring import LIFETIME, SKEW, Keyring

LONGEST = 2048  # characters; ours have about 600
TYP = "at+jwt"

_ALGORITHM = "EdDSA"
_SKEW = SKEW.total_seconds()
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SUBJECT = re.compile(r"(person|client)_([0-9a-f-]{36})")
_HEADER = frozenset({"alg", "kid", "typ"})
_CLAIMS = frozenset({"iss", "aud", "sub", "org", "iat", "exp", "jti"})
_OPTIONAL = frozenset({"sid", "scope"})


class InvalidToken(Exception):
    """The token is refused. The message is the same for every caller; `reason` is for our log."""

    def __init__(self, reason: str) -> None:
        super().__init__("The access token is not valid.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a token says. Exactly one of `person` and `client` is set; a person has a session.

    `scopes` is what a partner app asked for, or None for all it was granted. It can only narrow
    the grant in the database, never widen it.
    """

    org: UUID
    person: UUID | None = None
    client: UUID | None = None
    session: UUID | None = None
    scopes: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if (self.person is None) == (self.client is None):
            raise ValueError("An access token is for a person or for a partner app.")
        if (self.person is None) != (self.session is None):
            raise ValueError("A person's access token belongs to a session, a partner app's not.")

    @classmethod
    def of(cls, claims: dict[str, Any]) -> Self:
        """Raises ValueError for claims that do not fit together."""
        subject = _SUBJECT.fullmatch(claims["sub"])
        if subject is None:
            raise ValueError("sub names neither a person nor a partner app.")
        kind, id_ = subject[1], UUID(subject[2])
        return cls(
            org=UUID(claims["org"]),
            person=id_ if kind == "person" else None,
            client=id_ if kind == "client" else None,
            session=UUID(claims["sid"]) if "sid" in claims else None,
            scopes=frozenset(claims["scope"].split()) if "scope" in claims else None,
        )

    @property
    def claims(self) -> dict[str, str]:
        sub = f"person_{self.person}" if self.person else f"client_{self.client}"
        claims = {"sub": sub, "org": str(self.org)}
        if self.session is not None:
            claims["sid"] = str(self.session)
        if self.scopes is not None:
            claims["scope"] = " ".join(sorted(self.scopes))
        return claims


@dataclass(frozen=True, slots=True)
class _Known:
    """A token whose signature was good: what cannot change about it. Times in seconds."""

    token: AccessToken
    kid: str
    issued: int
    expires: int


class AccessTokens:
    """Issues and checks the tokens of one installation.

    `remembered` is how many tokens are kept whose signature need not be checked again.
    """

    def __init__(
        self, keyring: Keyring, issuer: str, audience: str, *, remembered: int = 10_000
    ) -> None:
        self._remembered = remembered
        self._keyring = keyring
        self._issuer = issuer
        self._audience = audience
        self._jws = PyJWS(algorithms=[_ALGORITHM])
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def issue(self, token: AccessToken, now: datetime) -> str:
        """The text of a token that is good for `LIFETIME` from now."""
        issued = int(now.timestamp())
        claims = token.claims | {
            "iss": self._issuer,
            "aud": self._audience,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
            "jti": secrets.token_urlsafe(16),
        }
        kid, private = self._keyring.signing(now)
        payload = json.dumps(claims, separators=(",", ":")).encode("ascii")
        return self._jws.encode(payload, private, _ALGORITHM, {"kid": kid, "typ": TYP})

    def verify(self, text: str, now: datetime) -> AccessToken:
        """What a token says that we issued and that is good now. Raises InvalidToken."""
        if len(text) > LONGEST:
            raise InvalidToken("too long")
        # By their hash, which costs a microsecond: nobody finds ten thousand tokens in our memory.
        name = sha256(text.encode("utf-8", "surrogatepass")).digest()

        known = self._known.get(name)
        if known is None:
            known = self._signed(text, now)
            self._check_now(known, now)
            self._remember(name, known)
            return known.token
        try:
            self._check_now(known, now)
        except InvalidToken:
            del self._known[name]
            raise
        self._known.move_to_end(name)
        return known.token

    def _remember(self, name: bytes, known: _Known) -> None:
        """A phone sends one token many times; what cannot change about it is checked once.

        Only tokens that we signed come here, so strangers cannot crowd them out; the least recently
        used leave first. Times and the key are asked for at every use.
        """
        self._known[name] = known
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)

    def _signed(self, text: str, now: datetime) -> _Known:
        """What the token says, once header, signature and names are found in order."""
        if not _COMPACT.fullmatch(text):
            raise InvalidToken("not three parts of base64url")
        try:
            header = self._jws.get_unverified_header(text)
            self._check_header(header)
            key = self._keyring.checking(header["kid"], now)
            if key is None:
                raise InvalidToken("kid unknown or retired")
            payload = self._jws.decode(text, key.public, algorithms=[_ALGORITHM])
            claims = json.loads(payload)
        except PyJWTError as error:
            raise InvalidToken(f"{type(error).__name__}: {error}") from error
        except (ValueError, RecursionError) as error:
            raise InvalidToken("claims are not JSON") from error
        self._check_claims(claims)
        try:
            token = AccessToken.of(claims)
        except ValueError as error:
            raise InvalidToken(str(error)) from error
        return _Known(token, header["kid"], claims["iat"], claims["exp"])

    def _check_now(self, known: _Known, now: datetime) -> None:
        """What may have changed since the signature was checked: the time, and the key."""
        key = self._keyring.checking(known.kid, now)
        if key is None:
            raise InvalidToken("kid unknown or retired")
        seconds = now.timestamp()
        if known.issued > seconds + _SKEW:
            raise InvalidToken("iat is in the future")
        if known.expires <= seconds:
            raise InvalidToken("expired")
        if key.retired is not None and known.issued > key.retired.timestamp() + _SKEW:
            raise InvalidToken("signed after its key was retired")

    def _check_header(self, header: dict[str, Any]) -> None:
        if header.get("alg") != _ALGORITHM:
            raise InvalidToken("alg is not EdDSA")
        if header.get("typ") != TYP:
            raise InvalidToken("typ is not at+jwt")
        if header.keys() != _HEADER:
            raise InvalidToken("header members missing or unknown")

    def _check_claims(self, claims: Any) -> None:
        if not _is_ours(claims):
            raise InvalidToken("claims missing, unknown or of a wrong type")
        if claims["iss"] != self._issuer:
            raise InvalidToken("iss is another")
        if claims["aud"] != self._audience:
            raise InvalidToken("aud is another")
        if not 0 < claims["exp"] - claims["iat"] <= LIFETIME.total_seconds():
            raise InvalidToken("lives longer than our tokens do")


def _is_ours(claims: Any) -> TypeGuard[dict[str, Any]]:
    """Whether these are the claims `issue` writes: no other names, times as integers, else text."""
    return (
        isinstance(claims, dict)
        and _CLAIMS <= claims.keys() <= _CLAIMS | _OPTIONAL
        and all(
            type(value) is (int if name in ("iat", "exp") else str)
            for name, value in claims.items()
        )
    )
