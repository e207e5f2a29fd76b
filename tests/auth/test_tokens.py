import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from auth.keyring import LIFETIME, Keyring
from auth.tokens import AccessToken, AccessTokens, InvalidToken
from tests.auth.conftest import AUDIENCE, ISSUER, NOON

ORG, RUTH, APP, SESSION = (UUID(int=number) for number in range(1, 5))
SECOND = timedelta(seconds=1)
RUTHS = AccessToken(ORG, person=RUTH, session=SESSION)
APPS = AccessToken(ORG, client=APP, scopes=frozenset({"sales:read", "performance:read"}))

Json = dict[str, Any]
Sign = Callable[[bytes], bytes]


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def part(text: str, index: int) -> Json:
    segment = text.split(".")[index]
    parsed: Json = json.loads(base64.urlsafe_b64decode(segment + "=="))
    return parsed


def assemble(header: object, claims: object, sign: Sign) -> str:
    signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{signed}.{b64(sign(signed.encode()))}"


def without(parts: Json, name: str) -> Json:
    return {key: value for key, value in parts.items() if key != name}


@pytest.mark.parametrize("token", [RUTHS, APPS, AccessToken(ORG, client=APP)])
def test_a_token_says_what_it_was_issued_with(tokens: AccessTokens, token: AccessToken) -> None:
    text = tokens.issue(token, NOON)

    assert tokens.verify(text, NOON) == token
    assert tokens.verify(text, NOON + LIFETIME - SECOND) == token


def test_a_token_holds_ids_and_times_only(tokens: AccessTokens, keyring: Keyring) -> None:
    text = tokens.issue(RUTHS, NOON)

    claims = part(text, 1)
    assert part(text, 0) == {"alg": "EdDSA", "kid": keyring.signing(NOON)[0], "typ": "at+jwt"}
    assert len(claims.pop("jti")) == 22
    assert claims == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": f"person_{RUTH}",
        "org": str(ORG),
        "sid": str(SESSION),
        "iat": 1590753600,
        "exp": 1590754200,
    }


def test_no_two_tokens_have_the_same_id(tokens: AccessTokens) -> None:
    assert len({part(tokens.issue(RUTHS, NOON), 1)["jti"] for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (LIFETIME, "expired"),
        (LIFETIME + timedelta(days=400), "expired"),
        (-61 * SECOND, "iat is in the future"),
    ],
)
def test_a_token_is_good_in_its_ten_minutes_only(
    tokens: AccessTokens, after: timedelta, reason: str
) -> None:
    text = tokens.issue(RUTHS, NOON)
    assert tokens.verify(text, NOON - 60 * SECOND) == RUTHS  # our servers' clocks may differ

    with pytest.raises(InvalidToken) as refused:
        tokens.verify(text, NOON + after)

    assert refused.value.reason == reason


def test_tokens_seen_before_are_remembered_within_bounds_and_still_checked(
    keyring: Keyring,
) -> None:
    tokens = AccessTokens(keyring, ISSUER, AUDIENCE, remembered=3)
    texts = [tokens.issue(RUTHS, NOON) for _ in range(5)]

    assert all(tokens.verify(text, NOON) == RUTHS for text in texts * 2)

    assert len(tokens._known) == 3
    for text in texts:
        with pytest.raises(InvalidToken):
            tokens.verify(text, NOON + LIFETIME)
    assert not tokens._known


def test_what_is_remembered_of_tokens_holds_none(tokens: AccessTokens) -> None:
    text = tokens.issue(RUTHS, NOON)

    tokens.verify(text, NOON)

    remembered = repr(tokens._known)
    assert str(RUTH) in remembered
    assert not any(part in remembered for part in text.split("."))


def test_a_remembered_token_ends_with_its_key(
    tokens: AccessTokens, keyring: Keyring, tmp_path: Path
) -> None:
    elsewhere = Keyring.open(tmp_path / "keys.json", NOON)
    theirs = AccessTokens(elsewhere, ISSUER, AUDIENCE)
    text = tokens.issue(RUTHS, NOON)
    assert tokens.verify(text, NOON) == theirs.verify(text, NOON) == RUTHS

    elsewhere.replace(NOON)  # all keys anew: every token ends

    with pytest.raises(InvalidToken):
        theirs.verify(text, NOON)
    with pytest.raises(InvalidToken):  # another process looks at the file once a second
        tokens.verify(text, NOON + SECOND)


def test_a_remembered_token_outlives_the_retirement_of_its_key_as_any_other(
    tokens: AccessTokens, keyring: Keyring
) -> None:
    text = tokens.issue(RUTHS, NOON)
    tokens.verify(text, NOON)

    keyring.rotate(NOON + SECOND)

    assert tokens.verify(text, NOON + LIFETIME - SECOND) == RUTHS
    with pytest.raises(InvalidToken):
        tokens.verify(text, NOON + LIFETIME)


# Each attack is made with our own, current key, unless it is about the signature: so it is the
# rule at hand that refuses, not the signature.
HEADERS: list[tuple[str, Callable[[Json], object]]] = [
    ("no alg", lambda header: without(header, "alg")),
    ("alg in other letters", lambda header: header | {"alg": "eddsa"}),
    ("alg Ed448", lambda header: header | {"alg": "Ed448"}),
    ("alg is a list", lambda header: header | {"alg": ["EdDSA"]}),
    ("no kid", lambda header: without(header, "kid")),
    ("unknown kid", lambda header: header | {"kid": "someone-elses"}),
    ("kid is a path", lambda header: header | {"kid": "../../dev/null"}),
    ("kid is a number", lambda header: header | {"kid": 7}),
    ("kid is null", lambda header: header | {"kid": None}),
    ("no typ", lambda header: without(header, "typ")),
    ("an id token", lambda header: header | {"typ": "JWT"}),
    ("a logout token", lambda header: header | {"typ": "logout+jwt"}),
    ("typ in other letters", lambda header: header | {"typ": "AT+JWT"}),
    ("unknown crit (CVE-2026-32597)", lambda header: header | {"crit": ["exp2"], "exp2": 1}),
    ("crit that PyJWT knows", lambda header: header | {"crit": ["b64"], "b64": True}),
    ("empty crit", lambda header: header | {"crit": []}),
    ("detached payload", lambda header: header | {"crit": ["b64"], "b64": False}),
    ("jku", lambda header: header | {"jku": "https://evil.example/jwks.json"}),
    ("x5u", lambda header: header | {"x5u": "https://evil.example/cert.pem"}),
    ("x5c", lambda header: header | {"x5c": ["MIIB"]}),
    ("jwk", lambda header: header | {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}),
    ("zip", lambda header: header | {"zip": "DEF"}),
    ("a header that is a list", lambda header: [header]),
    ("a header that is null", lambda header: None),
]

CLAIMS: list[tuple[str, Callable[[Json], object]]] = [
    *(
        (f"no {name}", lambda claims, name=name: without(claims, name))
        for name in ("iss", "aud", "sub", "org", "sid", "iat", "exp", "jti")
    ),
    *(
        (f"{name} is null", lambda claims, name=name: claims | {name: None})
        for name in ("iss", "aud", "sub", "org", "sid", "iat", "exp", "jti", "scope")
    ),
    ("another iss", lambda claims: claims | {"iss": ISSUER + "/"}),
    ("another aud", lambda claims: claims | {"aud": "payroll"}),
    ("aud is a list", lambda claims: claims | {"aud": [AUDIENCE, "payroll"]}),
    ("exp is text", lambda claims: claims | {"exp": str(claims["exp"])}),
    ("exp is a fraction", lambda claims: claims | {"exp": claims["exp"] - 0.5}),
    ("exp is true", lambda claims: claims | {"exp": True}),
    ("exp is NaN", lambda claims: claims | {"exp": float("nan")}),
    ("exp is infinite", lambda claims: claims | {"exp": float("inf")}),
    ("exp is in a century", lambda claims: claims | {"exp": claims["exp"] + 10**10}),
    ("exp has a thousand digits", lambda claims: claims | {"exp": 10**1000}),
    ("exp a second too late", lambda claims: claims | {"exp": claims["exp"] + 1}),
    (
        "exp before iat",
        lambda claims: claims | {"iat": claims["iat"] + 50, "exp": claims["iat"] + 9},
    ),
    ("long expired", lambda claims: claims | {"iat": 0, "exp": 600}),
    ("iat in the future", lambda claims: claims | {"iat": claims["iat"] + 61}),
    ("iat is text", lambda claims: claims | {"iat": str(claims["iat"])}),
    ("sub is a number", lambda claims: claims | {"sub": 7}),
    ("sub of another kind", lambda claims: claims | {"sub": f"system_{RUTH}"}),
    ("sub without a kind", lambda claims: claims | {"sub": str(RUTH)}),
    ("sub is no uuid", lambda claims: claims | {"sub": "person_" + "-" * 36}),
    ("a client with a session", lambda claims: claims | {"sub": f"client_{APP}"}),
    ("org is no uuid", lambda claims: claims | {"org": "adventureworks"}),
    ("a claim of roles", lambda claims: claims | {"roles": ["admin"]}),
    ("nbf, which we do not write", lambda claims: claims | {"nbf": claims["iat"]}),
    ("claims that are a list", lambda claims: [claims]),
    ("claims that are a number", lambda claims: 7),
]


def refused(tokens: AccessTokens, text: str) -> InvalidToken:
    """The refusal, which must look the same whatever the reason."""
    with pytest.raises(InvalidToken) as caught:
        tokens.verify(text, NOON)
    assert str(caught.value) == "The access token is not valid."
    assert caught.value.reason
    return caught.value


@pytest.mark.parametrize(("attack", "change"), HEADERS, ids=[name for name, _ in HEADERS])
def test_a_header_we_would_not_write_is_refused(
    tokens: AccessTokens, keyring: Keyring, attack: str, change: Callable[[Json], object]
) -> None:
    honest = tokens.issue(RUTHS, NOON)
    _, private = keyring.signing(NOON)
    header, claims = part(honest, 0), part(honest, 1)
    assert tokens.verify(assemble(header, claims, private.sign), NOON) == RUTHS

    refused(tokens, assemble(change(header), claims, private.sign))


@pytest.mark.parametrize(("attack", "change"), CLAIMS, ids=[name for name, _ in CLAIMS])
def test_claims_we_would_not_write_are_refused_even_with_our_signature(
    tokens: AccessTokens, keyring: Keyring, attack: str, change: Callable[[Json], object]
) -> None:
    honest = tokens.issue(RUTHS, NOON)
    _, private = keyring.signing(NOON)
    header, claims = part(honest, 0), part(honest, 1)

    refused(tokens, assemble(header, change(claims), private.sign))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
@pytest.mark.parametrize("signature", [b"", b"anything"])
def test_alg_none_is_refused(tokens: AccessTokens, alg: str, signature: bytes) -> None:
    honest = tokens.issue(RUTHS, NOON)

    refused(
        tokens,
        assemble(part(honest, 0) | {"alg": alg}, part(honest, 1), lambda _: signature),
    )


@pytest.mark.parametrize("form", ["pem", "raw", "openssh", "jwk (CVE-2026-48526)", "jwks", "x"])
@pytest.mark.parametrize("alg", ["HS256", "HS512"])
def test_our_public_key_is_no_shared_secret(
    tokens: AccessTokens, keyring: Keyring, form: str, alg: str
) -> None:
    public = keyring.signing(NOON)[1].public_key()
    document = keyring.jwks(NOON)
    secret = {
        "pem": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "raw": public.public_bytes_raw(),
        "openssh": public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
        "jwk (CVE-2026-48526)": json.dumps(document["keys"][0]).encode(),
        "jwks": json.dumps(document).encode(),
        "x": document["keys"][0]["x"].encode(),
    }[form]
    honest = tokens.issue(RUTHS, NOON)

    def sign(message: bytes) -> bytes:
        return hmac.digest(secret, message, f"sha{alg[2:]}")

    refused(tokens, assemble(part(honest, 0) | {"alg": alg}, part(honest, 1), sign))


def test_another_keys_signature_under_our_kid_is_refused(tokens: AccessTokens) -> None:
    honest = tokens.issue(RUTHS, NOON)
    stranger = Ed25519PrivateKey.generate()

    text = assemble(part(honest, 0), part(honest, 1), stranger.sign)

    assert refused(tokens, text).reason == ("InvalidSignatureError: Signature verification failed")


def test_one_changed_bit_anywhere_is_refused(tokens: AccessTokens) -> None:
    honest = tokens.issue(RUTHS, NOON)

    for place in range(0, len(honest), 7):
        other = "A" if honest[place] != "A" else "B"
        refused(tokens, honest[:place] + other + honest[place + 1 :])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: ".",
        lambda text: "..",
        lambda text: text.rsplit(".", 1)[0],
        lambda text: text.rsplit(".", 1)[0] + ".",
        lambda text: text + ".",
        lambda text: text + "." + text,
        lambda text: text + "=",
        lambda text: text + "==",  # PyJWT accepts this
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text + "é",
        lambda text: text.replace(".", "．"),
        lambda text: text + "\0",
        lambda text: text + "\ud800",
        lambda text: text + "A" * 2048,
        lambda text: "A" * 10_000_000,
        lambda text: "." * 2000,
        lambda text: b64(b"[" * 1000) + "." + text.split(".", 1)[1],
        lambda text: b64(b"\xff\xfe") + "." + text.split(".", 1)[1],
    ],
)
def test_text_that_is_not_exactly_one_of_our_tokens_is_refused(
    tokens: AccessTokens, spoil: Callable[[str], str]
) -> None:
    refused(tokens, spoil(tokens.issue(RUTHS, NOON)))


def test_an_oversize_token_is_refused_before_any_work_even_with_our_signature(
    tokens: AccessTokens, keyring: Keyring
) -> None:
    honest = tokens.issue(APPS, NOON)
    _, private = keyring.signing(NOON)

    text = assemble(part(honest, 0), part(honest, 1) | {"scope": "a" * 3000}, private.sign)

    assert refused(tokens, text).reason == "too long"


def test_a_key_compromised_after_its_retirement_signs_nothing_new(
    tokens: AccessTokens, keyring: Keyring
) -> None:
    honest = tokens.issue(RUTHS, NOON)
    _, stolen = keyring.signing(NOON)
    keyring.rotate(NOON + SECOND)
    later = NOON + timedelta(minutes=5)
    seconds = int(later.timestamp())

    forged = assemble(
        part(honest, 0),
        part(honest, 1) | {"iat": seconds, "exp": seconds + 600},
        stolen.sign,
    )

    with pytest.raises(InvalidToken) as refusal:
        tokens.verify(forged, later)
    assert refusal.value.reason == "signed after its key was retired"
    assert tokens.verify(honest, later) == RUTHS


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"person": RUTH, "client": APP, "session": SESSION},
        {"person": RUTH},
        {"client": APP, "session": SESSION},
    ],
)
def test_a_token_for_nobody_or_for_two_cannot_be_made(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="access token"):
        AccessToken(ORG, **parts)
