"""Reading a body before anything acts on it: so many bytes, so many seconds, never more.

The server cuts slow headers; a slow body it would wait for without end. Reading here, whole and
bounded, means that what stands behind never sees half a body, and that compressed bodies, which
can be a thousand times what they weigh, are refused unread.
"""

import asyncio
import contextlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.limits import EdgeLimits
from api.endpoint.errors import RequestRefused
from api.endpoint.replies import refusal_reply

_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}
_DISCARDED_BODIES = 16
_DISCARD_SECONDS = 1.0


class Disconnected(Exception):
    """The caller went away while sending; nobody is left to answer."""


class BoundedBody:
    """ASGI middleware: 414, 415, 413 and 408."""

    def __init__(self, app: ASGIApp, limits: EdgeLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check_head(scope)
            if scope["method"] not in _WITHOUT_BODY:
                receive = _replayed(await self._read(receive), receive)
        except RequestRefused as refused:
            await self._discard(receive)
            await refusal_reply(scope, refused)(scope, receive, send)
            return
        except Disconnected:
            return
        await self._app(scope, receive, send)

    def _check_head(self, scope: Scope) -> None:
        allowed = self._limits.url_bytes
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > allowed:
            raise RequestRefused(
                f"The URL is longer than {allowed} bytes; send the request with POST.",
                status=414,
                limit="url_bytes",
            )
        headers = dict(scope["headers"])
        if headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise RequestRefused("Compressed bodies are not accepted.", status=415)
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length[:20]) > self._limits.body_bytes:
            raise self._too_large()

    async def _read(self, receive: Receive) -> bytes:
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await self._read_whole(receive)
        except TimeoutError:
            raise RequestRefused(
                f"The body did not arrive within {self._limits.body_seconds:g} seconds.",
                status=408,
                limit="body_seconds",
                headers={"Connection": "close"},
            ) from None

    async def _read_whole(self, receive: Receive) -> bytes:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            body += message.get("body", b"")
            if len(body) > self._limits.body_bytes:
                raise self._too_large()
            if not message.get("more_body", False):
                return bytes(body)

    async def _discard(self, receive: Receive) -> None:
        """Reads on for a moment and keeps nothing.

        Most callers read only once they have sent everything; closing on them while they send
        would show them a broken connection in place of the refusal.
        """
        left = _DISCARDED_BODIES * self._limits.body_bytes
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DISCARD_SECONDS):
                while left > 0:
                    message = await receive()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body", False):
                        return

    def _too_large(self) -> RequestRefused:
        return RequestRefused(
            f"The body is larger than {self._limits.body_bytes} bytes.",
            status=413,
            limit="body_bytes",
            headers={"Connection": "close"},
        )


def _replayed(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
