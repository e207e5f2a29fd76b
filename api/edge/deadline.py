"""No request runs for ever: after the deadline it is cancelled, and its transaction with it. Only a
stream of events, once it has begun, bounds itself."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.endpoint.errors import Code, RequestRefused
from api.endpoint.replies import refusal_reply


class Deadline:
    """ASGI middleware: 504 once `seconds` have passed without the beginning of a reply."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def noting(message: Message) -> None:
            nonlocal has_begun
            if not has_begun and _is_stream(message):
                deadline.reschedule(None)
            has_begun = True
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as deadline:
                await self._app(scope, receive, noting)
        except TimeoutError:
            if has_begun or not deadline.expired():
                raise
            await refusal_reply(scope, self._too_slow())(scope, receive, send)

    def _too_slow(self) -> RequestRefused:
        return RequestRefused(
            f"The request took longer than {self._seconds:g} seconds and was stopped. A change may "
            "have been made before that; repeat it with the same clientMutationId to be sure.",
            Code.TIMEOUT,
            status=504,
            limit="deadline_seconds",
        )


def _is_stream(message: Message) -> bool:
    """Whether a reply begins that goes on for as long as the caller listens."""
    content_type = dict(message.get("headers", ())).get(b"content-type", b"")
    return bool(content_type.startswith(b"text/event-stream"))
