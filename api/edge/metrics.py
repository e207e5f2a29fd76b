"""Counts for Prometheus. Labels come from our own short lists, never from what a caller wrote."""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response

from api.edge.workers import ALIVE, of_all_workers

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


class Metrics:
    """One application's counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "attain_requests_total",
            "Requests answered.",
            ["route", "operation", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "attain_request_seconds",
            "Time from arrival to the end of the reply.",
            ["route", "operation"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "attain_requests_in_flight",
            "Requests being answered.",
            registry=self.registry,
            multiprocess_mode=ALIVE,
        )
        self.refusals = Counter(
            "attain_refusals_total",
            "Requests refused by a limit.",
            ["limit"],
            registry=self.registry,
        )
        self.connections = Gauge(
            "attain_open_connections",
            "Connections that stay open: sockets and event streams.",
            ["kind"],
            registry=self.registry,
            multiprocess_mode=ALIVE,
        )
        self._kinds: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, route: str, operation: str, status: int, seconds: float) -> None:
        """Count one request; the labels are looked up once for each of their few combinations."""
        kind = route, operation, status
        if kind not in self._kinds:
            self._kinds[kind] = (
                self.requests.labels(route, operation, str(status)),
                self.seconds.labels(route, operation),
            )
        requests, times = self._kinds[kind]
        requests.inc()
        times.observe(seconds)


def metrics_page(
    metrics: Metrics, token: str | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """`/metrics` for callers on this machine, and for bearers of the token where one is set.

    A caller that a proxy speaks for is not on this machine, whatever the socket says.
    """

    async def answer(request: Request) -> Response:
        if not (_is_on_this_machine(request) or _has_token(request, token)):
            return Response(status_code=404)
        return Response(
            generate_latest(of_all_workers(metrics.registry)),
            headers={"Content-Type": CONTENT_TYPE_LATEST},
        )

    return answer


def _has_token(request: Request, token: str | None) -> bool:
    given = request.headers.get("authorization", "").encode()
    return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())


def _is_on_this_machine(request: Request) -> bool:
    if request.client is None or {"forwarded", "x-forwarded-for"} & set(request.headers):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
