"""`/.well-known/...`: the public keys, and where to get a token (RFC 8414)."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from auth.actor import Scope
from domain.callers.proofs import Proofs

# The next key is published before it signs, so what somebody kept for five minutes still serves.
_KEPT = {"Cache-Control": "public, max-age=300"}


class WellKnown:
    def __init__(self, proofs: Proofs, now: Callable[[], datetime]) -> None:
        self._proofs = proofs
        self._now = now

    async def jwks(self, _request: Request) -> Response:
        return JSONResponse(self._proofs.keyring.jwks(self._now()), headers=_KEPT)

    async def metadata(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self._proofs.issuer,
                "token_endpoint": f"{self._proofs.issuer}/oauth/token",
                "jwks_uri": f"{self._proofs.issuer}/.well-known/jwks.json",
                "response_types_supported": [],
                "grant_types_supported": ["client_credentials"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                ],
                "scopes_supported": [scope.value for scope in Scope],
            },
            headers=_KEPT,
        )
