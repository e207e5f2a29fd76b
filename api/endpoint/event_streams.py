"""The form of server-sent events: for streams, and for callers who accept nothing else.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md ("distinct connections mode")
"""

from functools import lru_cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.endpoint.errors import RequestRefused
from api.endpoint.negotiation import choose_media_type, weights

MEDIA_TYPE = "text/event-stream"
COMPLETE = b"event: complete\ndata:\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # or nginx keeps events back until it has a page of them
    (b"vary", b"Accept, Authorization"),
]
_TEXT_HEADERS = {name.decode(): value.decode() for name, value in HEADERS}


def takes_events(request: Request) -> bool:
    """Whether the caller names event streams among what they accept."""
    return _names_events(request.headers.get("accept", ""))


@lru_cache(maxsize=256)
def _names_events(accept: str) -> bool:
    return weights(accept).get(MEDIA_TYPE, 0.0) > 0


def takes_only_events(request: Request) -> bool:
    """Whether an event stream is the only form of ours that the caller accepts."""
    return takes_events(request) and choose_media_type(request.headers.get("accept")) is None


def event_of(body: bytes, number: int | None = None) -> bytes:
    """One result as an event; `body` is JSON without line breaks."""
    id = b"" if number is None else b"id: %d\n" % number
    return b"event: next\n" + id + b"data: " + body + b"\n\n"


def single_event(body: bytes) -> Response:
    """The only result of a query or a mutation."""
    return Response(event_of(body) + COMPLETE, headers=_TEXT_HEADERS)


def refused_event(refused: RequestRefused) -> Response:
    """What is wrong with a document, told where the caller would read the result."""
    return single_event(orjson.dumps({"errors": refused.shown()}))
