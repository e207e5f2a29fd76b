"""`/oauth/token`: partner apps come to a token (RFC 6749, section 4.4)."""

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response

from api.callers.answers import Refused, answer, bad_request, refusal, unauthenticated
from api.callers.bodies import form_fields
from domain.callers.client_tokens import ClientToken, client_credentials
from domain.callers.errors import ClientRefused, ScopeRefused
from domain.callers.proofs import Proofs

_REALM = 'Basic realm="attain", charset="UTF-8"'


class TokenEndpoint:
    """Client credentials, by HTTP Basic or in the form; refusals as RFC 6749 spells them."""

    def __init__(self, proofs: Proofs, now: Callable[[], datetime]) -> None:
        self._proofs = proofs
        self._now = now

    async def token(self, request: Request) -> Response:
        try:
            return _token(await self._token(request))
        except Refused as refused:
            return refusal(request, refused, "error_description")
        except ClientRefused as refused:
            return refusal(request, _invalid_client(refused.message), "error_description")
        except ScopeRefused as refused:
            invalid = Refused(400, "invalid_scope", refused.message)
            return refusal(request, invalid, "error_description")

    async def _token(self, request: Request) -> ClientToken:
        form = await form_fields(request)
        if "grant_type" not in form:
            raise bad_request("The form needs grant_type.")
        if form["grant_type"] != "client_credentials":
            raise Refused(400, "unsupported_grant_type", "Only client_credentials is offered.")
        client_id, secret = _presented(request, form)
        scopes = frozenset(form["scope"].split(" ")) if "scope" in form else None
        return await client_credentials(
            self._proofs, client_id=client_id, secret=secret, scopes=scopes, now=self._now()
        )


def _presented(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Client id and secret, presented in exactly one of the two ways."""
    given = request.headers.getlist("authorization")
    if not given:
        if "client_id" not in form or "client_secret" not in form:
            raise _invalid_client("Present client_id and client_secret, or HTTP Basic.")
        return form["client_id"], form["client_secret"]
    if len(given) > 1 or "client_secret" in form:
        raise bad_request("Present the client id and secret once, in one way.")
    client_id, secret = _basic(given[0])
    if form.get("client_id", client_id) != client_id:
        raise bad_request("The form names another client than the header.")
    return client_id, secret


def _basic(header: str) -> tuple[str, str]:
    """RFC 6749, section 2.3.1: each half is form-encoded before HTTP Basic joins them."""
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise _invalid_client("Present client_id and client_secret, or HTTP Basic.")
    return unquote_plus(client_id), unquote_plus(secret)


def _invalid_client(message: str) -> Refused:
    return unauthenticated("invalid_client", message, _REALM)


def _token(token: ClientToken) -> Response:
    return answer(
        {
            "access_token": token.access,
            "token_type": "Bearer",
            "expires_in": int(token.expires_in.total_seconds()),
            "scope": " ".join(sorted(token.scopes)),
        }
    )
