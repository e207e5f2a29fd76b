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
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeGuard
from uuid import UUID

from jwt import PyJWS
from jwt.exceptions import PyJWTError

from auth.keyring import LIFETIME, SKEW, Keyring

LONGEST = 2048  # characters; ours have about 600
TYP = "at+jwt"

_ALGORITHM = "EdDSA"
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


class AccessTokens:
    """Issues and checks the tokens of one installation.

    `remembered` is how many tokens are kept whose signature need not be checked again.
    """

    def __init__(
        self, keyring: Keyring, issuer: str, audience: str, *, remembered: int = 4096
    ) -> None:
        self._remembered = remembered
        self._keyring = keyring
        self._issuer = issuer
        self._audience = audience
        self._jws = PyJWS(algorithms=[_ALGORITHM])
        self._seen: dict[str, tuple[dict[str, Any], str]] = {}

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
        if not _COMPACT.fullmatch(text):
            raise InvalidToken("not three parts of base64url")

        claims, kid = self._seen.get(text) or self._signed(text, now)
        key = self._keyring.checking(kid, now)
        if key is None:
            raise InvalidToken("kid unknown or retired")
        self._check_times(claims, now)
        if key.retired is not None and claims["iat"] > (key.retired + SKEW).timestamp():
            raise InvalidToken("signed after its key was retired")
        try:
            return AccessToken.of(claims)
        except ValueError as error:
            raise InvalidToken(str(error)) from error

    def _signed(self, text: str, now: datetime) -> tuple[dict[str, Any], str]:
        """The claims and the key's id, once header, signature and names are found in order."""
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
        return self._remember(text, claims, key.kid)

    def _remember(self, text: str, claims: dict[str, Any], kid: str) -> tuple[dict[str, Any], str]:
        """A phone sends one token many times; what cannot change about it is checked once.

        Only texts that we signed come here, so strangers cannot crowd them out. Times and the key
        are asked for at every use.
        """
        if len(self._seen) >= self._remembered:
            del self._seen[next(iter(self._seen))]  # the oldest
        self._seen[text] = claims, kid
        return claims, kid

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

    def _check_times(self, claims: dict[str, Any], now: datetime) -> None:
        seconds = now.timestamp()
        if claims["iat"] > seconds + SKEW.total_seconds():
            raise InvalidToken("iat is in the future")
        if claims["exp"] <= seconds:
            raise InvalidToken("expired")


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
