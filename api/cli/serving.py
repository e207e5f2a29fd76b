"""Serving the application over HTTP with granian, in this process."""

import asyncio
import errno
import gc
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

from granian.asgi import LifespanProtocol
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server as Granian

from api.cli.progress import console, errors
from api.postgres import Server, keep_running
from api.refusal import CommandRefused
from api.settings import Settings

GRACE_SECONDS = 5.0
ASK_SECONDS = 0.05


def refuse_busy_port(settings: Settings) -> None:
    """Refuse a port that somebody listens on, before anything long is done."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror:
        raise _no_address_of_ours(settings.host) from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        # As servers do; without it the closed connections of a server before us would count too.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except PermissionError:
            raise CommandRefused(
                f"Port {settings.port} needs privileges that this account has not. Choose one "
                "above 1023 with PORT."
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise _no_address_of_ours(settings.host) from None
            raise CommandRefused(
                f"Port {settings.port} on {settings.host} cannot be used: {error.strerror}. Stop "
                f"what listens there, or choose another, such as PORT={settings.port % 65535 + 1}."
            ) from None


def _no_address_of_ours(host: str) -> CommandRefused:
    return CommandRefused(
        f"HOST is {host!r}, which is no address of this machine. Use 127.0.0.1 for this machine "
        "only, or 0.0.0.0 for all its addresses."
    )


async def serve_company(server: Server, settings: Settings, on_ready: Callable[[], None]) -> None:
    """Serve Attain on a database server, which is watched and started again if it dies."""

    def ready() -> None:
        address = address_of(settings)
        console.print(f"Attain is running at {address}", markup=False)
        if settings.is_development:
            console.print(f"GraphiQL            {address}/graphiql", markup=False)
        on_ready()
        console.print("Stop it with Ctrl-C.")

    watching = asyncio.create_task(keep_running(server, settings, report=errors.print))
    try:
        await _serve(server.dsn, settings, ready)
    finally:
        watching.cancel()


async def _serve(dsn: str, settings: Settings, on_ready: Callable[[], None]) -> None:
    if settings.workers > 1:
        from api.cli.workers import serve_with_workers

        await serve_with_workers(settings, dsn, on_ready)
    else:
        from api.app import create

        await serve(create(settings, dsn), settings, on_ready)


async def serve(application: Any, settings: Settings, on_ready: Callable[[], None]) -> None:
    """Serve until cancelled, then finish what is under way (5 seconds at most) and close down.

    `on_ready` is called once `/health` answers. Raises `CommandRefused` where the application does
    not start.
    """
    # The lifespan is ours, not granian's, which closes the application only after the last
    # connection has ended: a phone's open subscription would keep the database from being left.
    lifespan: Any = LifespanProtocol(application)  # type: ignore[no-untyped-call]  # not annotated
    await lifespan.startup()
    if lifespan.interrupt:
        raise CommandRefused(f"The application did not start: {lifespan.exc}") from lifespan.exc
    # The schema and all that is imported stay for good. Looking them over at each full collection
    # would hold every request under way up for some 40 milliseconds.
    gc.collect()
    gc.freeze()

    def with_state(scope: Any, receive: Any, send: Any) -> Any:
        scope["state"] = lifespan.state.copy()
        return application(scope, receive, send)

    async def say_goodbye() -> None:
        if parting := lifespan.state.get("say_goodbye"):
            await parting()

    try:
        await _serve_until_cancelled(with_state, settings, on_ready, say_goodbye)
    finally:
        await lifespan.shutdown()


async def _serve_until_cancelled(
    application: Any,
    settings: Settings,
    on_ready: Callable[[], None],
    say_goodbye: Callable[[], Awaitable[None]],
) -> None:
    server = Granian(
        application,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        backlog=settings.backlog,
        backpressure=settings.backpressure,
        http1_settings=HTTP1Settings(header_read_timeout=settings.header_read_timeout_ms),
        # Its own news (that embedding is experimental, that it stops) say nothing to our users.
        log_level=LogLevels.error,
    )
    serving = asyncio.create_task(server.serve())
    announcing = asyncio.create_task(_announce(settings, on_ready))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        # While the server still takes what they answer: what it finishes are requests, and
        # connections that stay open end only when they are told to.
        begun = time.monotonic()
        await say_goodbye()
        server.stop()  # type: ignore[no-untyped-call]  # granian does not annotate it
        left = max(0.0, GRACE_SECONDS - (time.monotonic() - begun))
        _, unfinished = await asyncio.wait([serving], timeout=left)
        if unfinished:
            # Streams that never end are cut when the process ends; each would complain at length.
            logging.getLogger("_granian").handlers = [logging.NullHandler()]
            asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        raise
    finally:
        announcing.cancel()


def address_of(settings: Settings) -> str:
    """The address at which somebody on this machine reaches the server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


async def _announce(settings: Settings, on_ready: Callable[[], None]) -> None:
    while not await _is_healthy(settings):  # noqa: ASYNC110 - granian has no event for it
        await asyncio.sleep(ASK_SECONDS)
    on_ready()


async def _is_healthy(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    try:
        reader, writer = await asyncio.open_connection(host, settings.port)
    except OSError:
        return False
    try:
        writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return (await reader.readline()).split()[1:2] == [b"200"]
    except OSError:
        return False
    finally:
        writer.close()
