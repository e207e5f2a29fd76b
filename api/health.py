"""Whether the process lives, and whether it can serve."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Readiness = Callable[[], Awaitable[str | None]]
"""Asks the database; gives None when all is well, else a sentence on what is missing."""


async def health(_request: Request) -> Response:
    """Answers while the process lives; asks nothing of the database."""
    return JSONResponse({"status": "ok"})


def ready(check: Readiness, seconds: float = 1.0) -> Callable[[Request], Awaitable[Response]]:
    """`/ready`: 200 while requests can be served, 503 with the reason while they cannot."""

    async def answer(_request: Request) -> Response:
        reason = await _missing(check, seconds)
        if reason is None:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "reason": reason}, 503, {"Retry-After": "2"})

    return answer


async def _missing(check: Readiness, seconds: float) -> str | None:
    try:
        async with asyncio.timeout(seconds):
            return await check()
    except TimeoutError:
        return f"The database did not answer within {seconds:g} s."
    except Exception:  # whatever it is, the process is not ready, and says so in one sentence
        return "The database cannot be asked."
