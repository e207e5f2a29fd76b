"""What every request passes on its way in, outermost first: arrival, origins, body, deadline."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from api.edge.arrival import Arrival, answer_fault
from api.edge.body import BoundedBody
from api.edge.deadline import Deadline
from api.edge.limits import EdgeLimits
from api.edge.logs import GRANIAN_LOGGING, configure_logs
from api.edge.metrics import Metrics, metrics_page

__all__ = [
    "GRANIAN_LOGGING",
    "EdgeLimits",
    "Metrics",
    "answer_fault",
    "configure_logs",
    "edge",
    "metrics_page",
]


def edge(
    app: ASGIApp, *, limits: EdgeLimits, metrics: Metrics, allowed_origins: Sequence[str] = ()
) -> ASGIApp:
    """`app` behind the edge. Browsers of other origins are let in only where named."""
    app = BoundedBody(Deadline(app, limits.deadline_seconds), limits)
    if allowed_origins:
        app = CORSMiddleware(
            app,
            allow_origins=allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "GraphQL-Cost",
                "If-None-Match",
                "Last-Event-ID",  # from those who read event streams with `fetch`
                "X-Request-Id",
                "ApolloGraphQL-Client-Name",  # Apollo Client, told what it is part of
                "ApolloGraphQL-Client-Version",
            ],
            expose_headers=["ETag", "Retry-After", "X-Request-Id"],
            max_age=600,
        )
    return Arrival(app, metrics)
