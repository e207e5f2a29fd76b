"""`/auth/...`: people sign in, go on, sign out."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import Response

from api.callers.answers import Refused, answer, bad_request, refusal, unauthenticated
from api.callers.bodies import has_body, json_fields
from api.callers.origins import address_of
from api.endpoint import Unauthenticated
from auth.actor import Actor
from domain.callers.errors import RefreshRefused, SignInRefused, Throttled, TooManyAtOnce
from domain.callers.proofs import Proofs
from domain.callers.sessions import refresh_session, sign_out, sign_out_actor
from domain.callers.signing_in import VIAS, Tokens, sign_in

log = structlog.get_logger("attain.callers")

_SIGN_IN: Mapping[str, type] = {"organisation": str, "email": str, "password": str, "via": str}
_REFRESH: Mapping[str, type] = {"refreshToken": str}
_SIGN_OUT: Mapping[str, type] = {"refreshToken": str, "everywhere": bool}


class PeoplesDoor:
    """The endpoints; times come from `now`, addresses as `address_of` says."""

    def __init__(
        self,
        proofs: Proofs,
        authenticate: Callable[[Request], Awaitable[Actor | None]],
        proxies: int,
        now: Callable[[], datetime],
    ) -> None:
        self._proofs = proofs
        self._authenticate = authenticate
        self._proxies = proxies
        self._now = now

    async def sign_in(self, request: Request) -> Response:
        """`{organisation, email, password, via?}` -> tokens; 401, 429."""
        return await _answered(request, self._sign_in)

    async def refresh(self, request: Request) -> Response:
        """`{refreshToken}` -> tokens; 401: sign in again."""
        return await _answered(request, self._refresh)

    async def sign_out(self, request: Request) -> Response:
        """`{refreshToken?, everywhere?}`, or a Bearer token -> 204."""
        return await _answered(request, self._sign_out)

    async def _sign_in(self, request: Request) -> Response:
        sent = await json_fields(request, _SIGN_IN)
        via = sent.get("via", "other")
        if via not in VIAS:
            raise bad_request(f"`via` must be one of {', '.join(VIAS)}.")
        tokens = await sign_in(
            self._proofs,
            slug=_text(sent, "organisation"),
            email=_text(sent, "email"),
            password=_text(sent, "password"),
            via=str(via),
            address=address_of(request, self._proxies),
            now=self._now(),
        )
        return _tokens(tokens)

    async def _refresh(self, request: Request) -> Response:
        sent = await json_fields(request, _REFRESH)
        text = _text(sent, "refreshToken")
        return _tokens(await refresh_session(self._proofs, text, self._now()))

    async def _sign_out(self, request: Request) -> Response:
        sent = await json_fields(request, _SIGN_OUT) if has_body(request) else {}
        everywhere = sent.get("everywhere") is True
        if "refreshToken" in sent:
            text = _text(sent, "refreshToken")
            await sign_out(self._proofs, text, everywhere=everywhere, now=self._now())
        else:
            actor = await self._signed_in(request)
            await sign_out_actor(actor, everywhere=everywhere, now=self._now())
        headers = {
            "Cache-Control": "no-store",
            "Clear-Site-Data": '"cache", "cookies", "storage"',
        }
        return Response(status_code=204, headers=headers)

    async def _signed_in(self, request: Request) -> Actor:
        actor = await self._authenticate(request)
        if actor is None:
            raise unauthenticated("unauthenticated", "Send the refresh token, or a Bearer token.")
        if actor.session is None:
            raise Refused(403, "forbidden", "A partner app has no session to end.")
        return actor


async def _answered(request: Request, work: Callable[[Request], Awaitable[Response]]) -> Response:
    """The work's answer, or its refusal in words of HTTP."""
    try:
        return await work(request)
    except Refused as refused:
        return refusal(request, refused)
    except SignInRefused as refused:
        return refusal(request, unauthenticated("invalid_credentials", refused.message))
    except RefreshRefused as refused:
        return refusal(request, unauthenticated("invalid_token", refused.message))
    except Unauthenticated as refused:
        challenge = 'Bearer error="invalid_token"'
        return refusal(request, unauthenticated("invalid_token", refused.message, challenge))
    except Throttled as refused:
        log.warning("sign_in.throttled", seconds=refused.seconds)
        later = {"Retry-After": str(refused.seconds)}
        return refusal(request, Refused(429, "throttled", refused.message, later))
    except TooManyAtOnce as refused:
        return refusal(request, Refused(503, "busy", refused.message, {"Retry-After": "2"}))


def _text(sent: Mapping[str, object], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value:
        raise bad_request(f"The body needs `{name}`.")
    return value


def _tokens(tokens: Tokens) -> Response:
    return answer(
        {
            "accessToken": tokens.access,
            "tokenType": "Bearer",
            "expiresIn": int(tokens.expires_in.total_seconds()),
            "refreshToken": tokens.refresh,
            "refreshExpiresIn": int(tokens.refresh_expires_in.total_seconds()),
        }
    )
