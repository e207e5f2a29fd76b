"""The outermost layer: names the request, dresses the reply, writes the one log line, counts."""

import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.metrics import Metrics
from api.endpoint.facts import RequestFacts, facts_of
from api.endpoint.outcome import log_fault
from api.endpoint.replies import masked, refusal_reply, unavailable
from api.endpoint.unavailable import is_unavailable

log = structlog.get_logger("attain.request")

NO_REPLY = 499
"""Logged where the caller went away, or the reply broke off, before a status was sent."""

_METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
_QUIET_ROUTES = {"/health", "/ready", "/metrics"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Set on every reply that does not say otherwise itself."""


class Arrival:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

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
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = facts.request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, dressed)
            except Exception as fault:
                if not is_unavailable(fault):
                    log_fault(scope, fault)
                if status == NO_REPLY:
                    await fault_reply(scope, fault)(scope, receive, dressed)
            finally:
                self._note(scope, facts, status)

    def _note(self, scope: Scope, facts: RequestFacts, status: int) -> None:
        seconds = time.perf_counter() - facts.arrived
        route = getattr(scope.get("route"), "path", "none")
        kind = facts.operation_kind or "none"
        self._metrics.requests.labels(route, kind, str(status)).inc()
        self._metrics.seconds.labels(route, kind).observe(seconds)
        if facts.limit:
            self._metrics.refusals.labels(facts.limit).inc()
        usual = log.debug if route in _QUIET_ROUTES else log.info
        write = log.warning if status >= 500 else usual
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


def fault_reply(scope: Scope, fault: Exception) -> Response:
    """What a caller is told of an exception that nobody expected."""
    if is_unavailable(fault):
        return refusal_reply(scope, unavailable(scope, fault))
    return refusal_reply(scope, masked(scope))


async def answer_fault(request: Request, fault: Exception) -> Response:
    """For `Starlette(exception_handlers={Exception: answer_fault})`: routes that are not GraphQL
    fail in the same words. The edge logs the fault, which Starlette raises again."""
    return fault_reply(request.scope, fault)
