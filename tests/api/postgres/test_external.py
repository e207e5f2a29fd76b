"""A server that somebody else runs, named by DATABASE_URL: used and left alone, or refused."""

import asyncio
import socket
from urllib.parse import urlsplit

import asyncpg
import pytest
from pydantic import SecretStr

from api.postgres import PostgresRefused, Server, attached, running
from api.settings import Settings

SECRET = "hunter2-very-secret"


def settings_with(url: str) -> Settings:
    return Settings(database_url=SecretStr(url))


async def refusal_of(url: str) -> str:
    with pytest.raises(PostgresRefused) as refused:
        await running(settings_with(url))
    return refused.value.sentence


async def test_an_external_server_is_used_and_never_stopped(postgres: Server) -> None:
    async with attached(settings_with(postgres.dsn)) as server:
        seen = (server.dsn, server.major, server.data_directory, server.attachment)

    connection = await asyncpg.connect(postgres.dsn)
    answer = await connection.fetchval("select 1")
    await connection.close()
    assert seen == (postgres.dsn, postgres.major, None, None)
    assert answer == 1


async def test_a_server_that_cannot_be_reached_or_refuses_is_named_without_the_password(
    postgres: Server,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    password = urlsplit(postgres.dsn).password
    assert password is not None

    nobody_listens = await refusal_of(f"postgresql://u:{SECRET}@127.0.0.1:{port}/sales")
    wrong_password = await refusal_of(postgres.dsn.replace(password, SECRET))
    no_such_database = await refusal_of(postgres.dsn.replace("@/attain", "@/nowhere"))

    assert f"127.0.0.1:{port}/sales) cannot be reached" in nobody_listens
    assert "refuses the user name or the password" in wrong_password
    assert "/nowhere) has no such database" in no_such_database
    everything = nobody_listens + wrong_password + no_such_database
    assert SECRET not in everything
    assert password not in everything


async def test_a_server_older_than_15_is_refused_by_its_version() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(int.from_bytes(await reader.readexactly(4)) - 4)
        for kind, body in (
            (b"R", bytes(4)),  # signed in
            (b"S", b"server_version\x0014.9\x00"),
            (b"K", bytes(8)),
            (b"Z", b"I"),  # ready
        ):
            writer.write(kind + (len(body) + 4).to_bytes(4) + body)
        await reader.read(1)  # the farewell
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    refusal = await refusal_of(f"postgresql://u:{SECRET}@127.0.0.1:{port}/sales?sslmode=disable")
    server.close()

    assert refusal.endswith("is PostgreSQL 14; Attain needs 15 or newer.")
