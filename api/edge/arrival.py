"""The outermost layer: names the request, dresses the reply, writes the one log line, counts."""

import time
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.metrics import Metrics
from api.endpoint.facts import RequestFacts, facts_of
from api.endpoint.outcome import log_fault
from api.endpoint.replies import masked, refusal_reply, unavailable
from api.endpoint.unavailable import is_unavailable

log = structlog.get_logger("attain.request")

Header = tuple[bytes, bytes]

NO_REPLY = 499
"""Logged where the caller went away, or the reply broke off, before a status was sent."""

_METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
_QUIET_ROUTES = {"/health", "/ready", "/metrics"}
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""Set on every reply that does not say otherwise itself."""


class Arrival:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    @cached_property
    def _log(self) -> Any:
        """Bound at the first line, as logs are configured by then, and not again for each."""
        return log.bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        facts = facts_of(scope)
        status = NO_REPLY

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _dressed(message.get("headers", ()), facts.request_id)
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, dressed)
        except Exception as fault:
            if not is_unavailable(fault):
                log_fault(scope, fault)
            if status == NO_REPLY:
                await fault_reply(scope, fault)(scope, receive, dressed)
        finally:
            self._metrics.in_flight.dec()
            self._note(scope, facts, status)

    def _note(self, scope: Scope, facts: RequestFacts, status: int) -> None:
        seconds = time.perf_counter() - facts.arrived
        route = getattr(scope.get("route"), "path", "none")
        kind = facts.operation_kind or "none"
        self._metrics.answered(route, kind, status, seconds)
        if facts.limit:
            self._metrics.refusals.labels(facts.limit).inc()
        usual = self._log.debug if route in _QUIET_ROUTES else self._log.info
        write = self._log.warning if status >= 500 else usual
        write(
            "request",
            request_id=facts.request_id,
            method=scope["method"] if scope["method"] in _METHODS else "other",
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            operation=facts.operation_name,
            kind=facts.operation_kind,
            org_id=facts.org_id,
            client_id=facts.client_id,
            limit=facts.limit,
            code=facts.error_code,
            cause=facts.cause,
        )


def _dressed(headers: Iterable[Header], request_id: str) -> list[Header]:
    """The reply's headers with ours; ASGI names them in lower case."""
    given = [*headers]
    names = {name for name, _ in given}
    ours = (header for header in _HEADERS if header[0] not in names)
    return [*given, (b"x-request-id", request_id.encode()), *ours]


def fault_reply(scope: Scope, fault: Exception) -> Response:
    """What a caller is told of an exception that nobody expected."""
    if is_unavailable(fault):
        return refusal_reply(scope, unavailable(scope, fault))
    return refusal_reply(scope, masked(scope))


async def answer_fault(request: Request, fault: Exception) -> Response:
    """For `Starlette(exception_handlers={Exception: answer_fault})`: routes that are not GraphQL
    fail in the same words. The edge logs the fault, which Starlette raises again."""
    return fault_reply(request.scope, fault)
