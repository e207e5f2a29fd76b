"""The server that the audits talk to: the real endpoint and edge over the tests' small shop."""

from starlette.applications import Starlette
from starlette.routing import Route

from api.edge import EdgeLimits, Metrics, configure_logs, edge
from api.health import health
from tests.api.endpoint.shop import Shop, endpoint

configure_logs(json=True, level="warning")

app = edge(
    Starlette(routes=[Route("/graphql", endpoint(Shop())), Route("/health", health)]),
    limits=EdgeLimits(body_bytes=100_000, body_seconds=1.0, deadline_seconds=2.0),
    metrics=Metrics(),
)
