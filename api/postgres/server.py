"""The door to the database server: `running`, `stop`, and `attached` around both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from api.postgres import embedded
from api.postgres.binaries import OLDEST_MAJOR
from api.postgres.errors import PostgresRefused
from api.postgres.reporting import Report, silent
from api.settings import Settings

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 2.0
WATCH_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that accepts connections.

    `dsn` holds a password: never log it. `data_directory` is None for an external server.
    """

    dsn: str = field(repr=False)
    major: int
    data_directory: Path | None
    attachment: embedded.Attachment | None = field(default=None, repr=False)


async def running(settings: Settings, *, report: Report = silent, durable: bool = True) -> Server:
    """Find or start the server; raises `PostgresRefused` with the reason where that cannot be.

    `report` is told in a sentence what takes long. `durable=False` is for throw-away test data: the
    server then does not wait for the disk.
    """
    if settings.database_url is not None:
        dsn = settings.database_url.get_secret_value()
        return Server(dsn, await _major_of(dsn), data_directory=None)
    attachment = await embedded.attach(
        settings.home, settings.pg_bin, durable=durable, report=report
    )
    cluster = attachment.cluster
    return Server(attachment.dsn, cluster.major, cluster.data, attachment)


async def stop(server: Server, *, report: Report = silent) -> None:
    """Give the server back. An embedded one is stopped when nobody else is attached to it."""
    if server.attachment is not None:
        await embedded.detach(server.attachment, report=report)


@asynccontextmanager
async def attached(
    settings: Settings, *, report: Report = silent, durable: bool = True
) -> AsyncIterator[Server]:
    """`running` on the way in and `stop` on the way out."""
    server = await running(settings, report=report, durable=durable)
    try:
        yield server
    finally:
        # Also when we are being cancelled: the server must not outlive an orderly end.
        await asyncio.shield(stop(server, report=report))


async def keep_running(server: Server, settings: Settings, *, report: Report = silent) -> None:
    """Watch an embedded server for as long as we run, and start it again if it dies.

    A start that fails is told and tried again, ever more rarely: a full disk may get room.
    """
    pause = WATCH_SECONDS
    while server.attachment is not None:
        await asyncio.sleep(pause)
        try:
            await embedded.restart_if_dead(
                server.attachment, settings.pg_bin, durable=True, report=report
            )
        except (PostgresRefused, OSError) as error:
            report(str(error))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        else:
            pause = WATCH_SECONDS


async def _major_of(dsn: str) -> int:
    where = _place_in(dsn)
    try:
        connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS)
    except asyncpg.InvalidPasswordError:
        raise PostgresRefused(
            f"The server of DATABASE_URL ({where}) refuses the user name or the password."
        ) from None
    except asyncpg.InvalidCatalogNameError:
        raise PostgresRefused(
            f"The server of DATABASE_URL ({where}) has no such database. Create it first."
        ) from None
    except asyncpg.PostgresError as error:
        raise PostgresRefused(
            f"The server of DATABASE_URL ({where}) refuses us: {error.sqlstate} {type(error).__name__}."
        ) from None
    except (OSError, TimeoutError, asyncpg.InterfaceError) as error:
        raise PostgresRefused(
            f"The server of DATABASE_URL ({where}) cannot be reached ({type(error).__name__}). Is "
            "it running, and are host and port right? Without DATABASE_URL, Attain starts a "
            "server of its own."
        ) from None
    except ValueError:
        # The text of such errors can repeat parts of the password.
        raise PostgresRefused(
            "DATABASE_URL cannot be read. It looks like postgresql://user:password@host:5432/name."
        ) from None
    try:
        major = int(connection.get_server_version().major)
    finally:
        # What answers may be anything that speaks the protocol, and may never say goodbye.
        with suppress(TimeoutError):
            await connection.close(timeout=CLOSE_SECONDS)
    if major < OLDEST_MAJOR:
        raise PostgresRefused(
            f"The server of DATABASE_URL ({where}) is PostgreSQL {major}; Attain needs "
            f"{OLDEST_MAJOR} or newer."
        )
    return major


def _place_in(dsn: str) -> str:
    parts = urlsplit(dsn)
    try:
        port = parts.port or 5432
    except ValueError:
        port = 5432
    return f"{parts.hostname or 'local socket'}:{port}{parts.path}"
