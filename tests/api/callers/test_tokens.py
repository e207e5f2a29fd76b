"""Attacks on access tokens over HTTP: each is told the same, and nothing changes."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.keyring import LIFETIME, SKEW
from auth.tokens import AccessToken
from domain.callers.proofs import Proofs
from domain.ids import new_id
from tests.api.callers.door import Door, door
from tests.domain.callers.cast import CHEAP, ISSUER, NOON, SECOND, give_password
from tests.people import Company, count, found_company

Json = dict[str, Any]


def part(token: str, index: int) -> Json:
    parsed: Json = json.loads(base64.urlsafe_b64decode(token.split(".")[index] + "=="))
    return parsed


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def assemble(header: Json, claims: Json, sign: Callable[[bytes], bytes]) -> str:
    signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{signed}.{b64(sign(signed.encode()))}"


def forgeries(proofs: Proofs, honest: str, refresh: str) -> dict[str, str]:
    """What a stranger, or somebody with a token of their own, can make of an honest token."""
    _, ours = proofs.keyring.signing(NOON)
    header, claims = part(honest, 0), part(honest, 1)
    published = proofs.keyring.jwks(NOON)["keys"][0]
    public = ours.public_key().public_bytes_raw()
    stranger = Ed25519PrivateKey.generate()

    def with_public_key(message: bytes) -> bytes:
        return hmac.digest(public, message, "sha256")

    def signed(header_changes: Json, claim_changes: Json) -> str:
        return assemble(header | header_changes, claims | claim_changes, ours.sign)

    return {
        "alg none": assemble(header | {"alg": "none"}, claims, lambda _: b""),
        "HS256 with our public key": assemble(header | {"alg": "HS256"}, claims, with_public_key),
        "a stranger's key": assemble(header, claims, stranger.sign),
        "unknown kid": signed({"kid": "someone-elses"}, {}),
        "unknown crit": signed({"crit": ["x"], "x": 1}, {}),
        "jku": signed({"jku": "https://evil.example/jwks.json"}, {}),
        "x5u": signed({"x5u": "https://evil.example/cert.pem"}, {}),
        "jwk": signed({"jwk": published}, {}),
        "an id token": signed({"typ": "JWT"}, {}),
        "another audience": signed({}, {"aud": "payroll"}),
        "another issuer": signed({}, {"iss": "https://evil.example"}),
        "no expiry": assemble(
            header, {name: claims[name] for name in claims if name != "exp"}, ours.sign
        ),
        "expires in a century": signed({}, {"exp": claims["exp"] + 10**9}),
        "a refresh token": refresh,
        "cut off": honest[:-1],
        "a letter changed": honest[:-3] + ("A" if honest[-3] != "A" else "B") + honest[-2:],
        "nothing": "",
        "two tokens": f"{honest} {honest}",
        "far too long": "a" * 7_000,
    }


async def test_every_forgery_is_refused_alike_and_changes_nothing(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")
    tokens = (await http.sign_in(company)).json()
    honest = tokens["accessToken"]
    events = await count(company, "event")

    for attack, text in forgeries(proofs, honest, tokens["refreshToken"]).items():
        reply = await http.me(text)
        assert (reply.status_code, attack) == (401, attack)
        assert reply.json() == {"message": "The access token is not valid."}
        out = await http.client.post("/auth/sign-out", headers={"Authorization": f"Bearer {text}"})
        assert (out.status_code, attack) == (401, attack)
        assert out.headers["www-authenticate"] == 'Bearer error="invalid_token"'

    assert (await http.me(honest)).status_code == 200
    assert await count(company, "event") == events
    assert await count(company, "session", "revoked_at is null") == 1


async def test_a_token_with_anothers_ids_inside_is_nobodys(
    company: Company, proofs: Proofs, http: Door
) -> None:
    """Signed by us, as if our own code had mixed ids up: the database refuses each."""
    other = await found_company("Contoso")
    for here in (company, other):
        await give_password(here, proofs, "Rui")
    access = (await http.sign_in(company)).json()["accessToken"]
    theirs = proofs.tokens.verify((await http.sign_in(other)).json()["accessToken"], NOON)
    ours = proofs.tokens.verify(access, NOON)
    mixed = [
        replace(ours, org=other.org),
        replace(ours, person=company.ids["Adam"]),
        replace(ours, person=theirs.person),
        replace(ours, session=theirs.session),
        replace(ours, session=new_id()),
        replace(theirs, org=company.org),
        replace(ours, org=UUID(int=0)),
        AccessToken(company.org, client=new_id()),
        AccessToken(company.org, client=ours.person),
    ]

    for token in mixed:
        assert (await http.me(proofs.tokens.issue(token, NOON))).status_code == 401
    assert (await http.me(proofs.tokens.issue(ours, NOON))).status_code == 200


async def test_an_access_token_is_no_refresh_token(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")
    access = (await http.sign_in(company)).json()["accessToken"]

    assert (await http.refresh(access)).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        [("Authorization", "Basic dXNlcjpwYXNz")],
        [("Authorization", "Bearer")],
        [("Authorization", "{access}")],
        [("Authorization", "Bearer {access}"), ("Authorization", "Bearer {access}")],
        [("Cookie", "access={access}")],
        [("X-Authorization", "Bearer {access}")],
    ],
)
async def test_a_token_counts_once_as_a_bearer_and_nowhere_else(
    company: Company, proofs: Proofs, http: Door, headers: list[tuple[str, str]]
) -> None:
    await give_password(company, proofs, "Rui")
    access = (await http.sign_in(company)).json()["accessToken"]
    sent = [(name, value.format(access=access)) for name, value in headers]

    assert (await http.client.get("/me", headers=sent)).status_code == 401
    assert (await http.client.get(f"/me?access_token={access}")).status_code == 401
    lower = {"authorization": f"bearer {access}"}
    assert (await http.client.get("/me", headers=lower)).status_code == 200


async def test_keys_take_turns_in_two_processes_without_a_restart(
    company: Company, proofs: Proofs, http: Door, keys: Path
) -> None:
    await give_password(company, proofs, "Rui")
    old = (await http.sign_in(company)).json()["accessToken"]
    others_proofs = Proofs.open(keys, ISSUER, CHEAP, NOON)
    async with door(others_proofs, http.clock) as other:
        published = [key["kid"] for key in await _published(other)]
        proofs.keyring.rotate(http.clock())
        http.clock.passes(SECOND)

        new = (await other.sign_in(company)).json()["accessToken"]
        assert part(new, 0)["kid"] == published[1]  # it was published before it signed
        for process in (http, other):
            current, *others = [key["kid"] for key in await _published(process)]
            assert current == published[1]
            assert published[0] in others
            assert (await process.me(old)).status_code == 200
            assert (await process.me(new)).status_code == 200

        http.clock.passes(LIFETIME + SKEW)
        for process in (http, other):
            assert published[0] not in [key["kid"] for key in await _published(process)]
            assert (await process.me(old)).status_code == 401
    others_proofs.close()


async def test_a_running_server_lets_keys_take_turns_once_a_month(
    proofs: Proofs, http: Door
) -> None:
    first, _ = proofs.keyring.signing(http.clock())

    await http.callers.hourly()
    assert proofs.keyring.signing(http.clock())[0] == first

    http.clock.passes(timedelta(days=30))
    await http.callers.hourly()
    second, _ = proofs.keyring.signing(http.clock())
    assert second != first
    await http.callers.hourly()
    assert proofs.keyring.signing(http.clock())[0] == second


async def test_what_is_published_may_be_kept_and_holds_no_secret(http: Door) -> None:
    jwks = await http.client.get("/.well-known/jwks.json")
    metadata = await http.client.get("/.well-known/oauth-authorization-server")

    assert jwks.headers["cache-control"] == metadata.headers["cache-control"]
    assert jwks.headers["cache-control"] == "public, max-age=300"
    assert all(
        key.keys() == {"crv", "kty", "x", "kid", "alg", "use"} for key in jwks.json()["keys"]
    )
    assert metadata.json() == {
        "issuer": ISSUER,
        "token_endpoint": f"{ISSUER}/oauth/token",
        "jwks_uri": f"{ISSUER}/.well-known/jwks.json",
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": ["performance:read", "territories:read", "sales:read", "sales:write"],
    }


async def _published(process: Door) -> list[dict[str, str]]:
    keys: list[dict[str, str]] = (await process.client.get("/.well-known/jwks.json")).json()["keys"]
    return keys


async def test_an_access_token_ends_after_ten_minutes(
    company: Company, proofs: Proofs, http: Door
) -> None:
    await give_password(company, proofs, "Rui")
    access = (await http.sign_in(company)).json()["accessToken"]

    http.clock.passes(timedelta(minutes=10) - SECOND)
    assert (await http.me(access)).status_code == 200
    http.clock.passes(SECOND)
    assert (await http.me(access)).status_code == 401
