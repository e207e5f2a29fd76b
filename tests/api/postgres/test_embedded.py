"""The embedded server through the life of one home: cold, warm, shared, killed, removed."""

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from api.postgres import PostgresRefused, Server, attached, keep_running, remove, running, stop
from api.postgres.places import Cluster
from api.postgres.postmaster import is_alive, read_pid_file
from tests import cluster
from tests.api.postgres import starters
from tests.cluster import settings_for


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for the whole file, so that a cluster is made once."""
    folder = cluster.make_home()
    yield folder
    asyncio.run(cluster.remove_home(folder))


async def ask(server: Server, question: str) -> object:
    connection = await asyncpg.connect(server.dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def pid_of(server: Server) -> int:
    assert server.data_directory is not None
    return pid_in(server.data_directory.parents[2])


def pid_in(home: Path) -> int:
    """The postmaster's number, from the one cluster of the home."""
    (folder,) = (home / "postgres").glob("1?")
    found = read_pid_file(Cluster(folder, int(folder.name)))
    assert found is not None
    return found.pid


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def ended(pid: int) -> None:
    while is_alive(pid):  # noqa: ASYNC110 - not a child of ours, so nothing tells us
        await asyncio.sleep(0.01)


async def test_a_cold_start_makes_a_private_server_and_a_login_without_privileges(
    home: Path,
) -> None:
    async with attached(settings_for(home)) as server:
        login = await ask(
            server,
            "select array[rolname::text, rolsuper::text, rolbypassrls::text, rolcreaterole::text]"
            " from pg_roles where rolname = current_user",
        )
        encoding = await ask(server, "show server_encoding")
        upper = await ask(server, "select upper('straße é')")
        checksums = await ask(server, "show data_checksums")
        fsync = await ask(server, "show fsync")
        listens_on = await ask(server, "show listen_addresses")
        owner = await ask(
            server,
            "select pg_get_userbyid(datdba)::text from pg_database where datname = 'attain'",
        )
        assert server.data_directory is not None
        folder = server.data_directory.parent
        modes = [mode_of(folder / name) for name in ("data", "socket", "password")]
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(server.dsn.replace("attain:", "attain:not-"))

    assert login == ["attain", "false", "false", "true"]
    assert (encoding, checksums, fsync, listens_on, owner) == ("UTF8", "on", "on", "", "attain")
    assert upper == "STRAßE É"
    assert modes == [0o700, 0o700, 0o600]


async def test_the_last_to_leave_stops_the_server_and_a_warm_start_keeps_the_data(
    home: Path,
) -> None:
    first = await running(settings_for(home))
    second = await running(settings_for(home))
    pid = pid_of(first)
    await ask(first, "create table kept (note text)")
    await ask(first, "insert into kept values ('still here')")

    await stop(first)
    alive_after_first = is_alive(pid)
    await stop(second)
    alive_after_last = is_alive(pid)
    async with attached(settings_for(home)) as again:
        note = await ask(again, "select note from kept")
        await ask(again, "drop table kept")

    assert (alive_after_first, alive_after_last) == (True, False)
    assert note == "still here"
    assert again.dsn == first.dsn


async def test_a_killed_attain_loses_no_committed_row_and_the_next_start_attaches(
    home: Path,
) -> None:
    writer = await asyncio.create_subprocess_exec(
        *starters.command("write_for_ever", home), cwd=starters.SOURCE, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    committed = -1
    while committed < 50:
        committed = int(await writer.stdout.readline())

    started_before = pid_in(home)
    writer.kill()
    rest = (await writer.stdout.read()).split()
    await writer.wait()
    committed = int(rest[-1]) if rest else committed
    async with attached(settings_for(home)) as server:
        # In one statement: the killed writer's last row may be committed while we look.
        found = await ask(server, "select array[count(*), max(number)] from written")
        started = pid_of(server)
        await ask(server, "drop table written")

    assert isinstance(found, list)
    rows, highest = found
    assert highest in {committed, committed + 1}  # one more may be committed and not yet told
    assert rows == highest + 1
    assert started == started_before


async def test_a_killed_postmaster_is_recovered_by_the_next_start(home: Path) -> None:
    first = await running(settings_for(home))
    await ask(first, "create table survived as select generate_series(1, 1000) as number")
    killed = pid_of(first)

    os.kill(killed, signal.SIGKILL)
    await ended(killed)
    async with attached(settings_for(home)) as server:
        rows = await ask(server, "select count(*) from survived")
        await ask(server, "drop table survived")
        new = pid_of(server)
    await stop(first)

    assert rows == 1000
    assert new != killed


async def test_a_postmaster_that_dies_under_a_running_attain_is_started_again(home: Path) -> None:
    heard: list[str] = []
    async with attached(settings_for(home)) as server:
        watching = asyncio.create_task(
            keep_running(server, settings_for(home), report=heard.append)
        )
        killed = pid_of(server)

        os.kill(killed, signal.SIGKILL)
        async with asyncio.timeout(30):
            while not heard or await _is_down(server):  # noqa: ASYNC110 - asks the server
                await asyncio.sleep(0.05)
        watching.cancel()
        new = pid_of(server)

    assert heard == ["PostgreSQL has died; starting it again."]
    assert new != killed
    assert await _ends(new)


async def test_a_postmaster_that_cannot_start_again_yet_is_told_and_tried_again(home: Path) -> None:
    heard: list[str] = []
    async with attached(settings_for(home)) as server:
        assert server.data_directory is not None
        control = server.data_directory / "global" / "pg_control"
        away = control.with_name("away")
        watching = asyncio.create_task(
            keep_running(server, settings_for(home), report=heard.append)
        )

        control.rename(away)
        os.kill(pid_of(server), signal.SIGKILL)
        async with asyncio.timeout(30):
            while len(heard) < 2:  # noqa: ASYNC110 - asks the list
                await asyncio.sleep(0.05)
        away.rename(control)
        async with asyncio.timeout(30):
            while await _is_down(server):  # noqa: ASYNC110 - asks the server
                await asyncio.sleep(0.05)
        watching.cancel()

    assert heard[0] == "PostgreSQL has died; starting it again."
    assert heard[1].startswith("PostgreSQL did not start:")


async def test_a_pid_file_that_names_a_zombie_or_another_program_does_not_stop_a_start(
    home: Path,
) -> None:
    async with attached(settings_for(home)) as server:
        assert server.data_directory is not None
        pid_file = server.data_directory / "postmaster.pid"
        stale = pid_file.read_text()
        old = str(pid_of(server))
    # Not through asyncio, which would reap the zombie.
    zombie = subprocess.Popen(["true"])  # noqa: ASYNC220
    other = subprocess.Popen(["sleep", "60"])  # noqa: ASYNC220
    await ended(zombie.pid)

    answers = []
    for impostor in (zombie, other):
        pid_file.write_text(stale.replace(old, str(impostor.pid), 1))
        shutil.chown(pid_file, user=pid_file.parent.stat().st_uid)
        async with attached(settings_for(home)) as server:
            answers.append(await ask(server, "select 1"))
    other_lives = other.poll() is None
    other.kill()
    other.wait()
    zombie.wait()

    assert answers == [1, 1]
    assert other_lives


async def test_four_starters_at_once_share_one_server_that_ends_with_the_last(
    own_home: Path,
) -> None:
    racers = [
        await asyncio.create_subprocess_exec(
            *starters.command("attach_and_leave", own_home),
            cwd=starters.SOURCE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    said = []
    for racer in racers:
        assert racer.stdout is not None
        said.append(json.loads(await racer.stdout.readline()))
    pid = pid_in(own_home)
    for racer in racers:
        await racer.communicate(b"leave\n")

    assert [racer.returncode for racer in racers] == [0, 0, 0, 0]
    assert len({(server["started"], server["dsn"]) for server in said}) == 1
    assert await _ends(pid)


async def test_removing_is_refused_while_somebody_is_attached_and_complete_afterwards(
    own_home: Path,
) -> None:
    async with attached(settings_for(own_home), durable=False) as server:
        with pytest.raises(PostgresRefused, match=r"Another Attain is using .*nothing was removed"):
            await remove(own_home)
        answer = await ask(server, "select 1")

    await remove(own_home)

    assert answer == 1
    assert os.listdir(own_home) == ["postgres.lock"]


async def test_a_folder_that_attain_did_not_make_is_never_touched(own_home: Path) -> None:
    theirs = own_home / "postgres" / "precious"
    theirs.parent.mkdir()
    theirs.write_text("mine")

    with pytest.raises(PostgresRefused, match="was not made by Attain"):
        await running(settings_for(own_home))
    with pytest.raises(PostgresRefused, match="was not made by Attain"):
        await remove(own_home)

    assert theirs.read_text() == "mine"


@pytest.fixture
async def own_home() -> AsyncIterator[Path]:
    """A home for one test."""
    folder = cluster.make_home()
    yield folder
    shutil.rmtree(folder / "postgres" / "precious", ignore_errors=True)
    try:
        await cluster.remove_home(folder)
    except PostgresRefused:
        shutil.rmtree(folder, ignore_errors=True)


async def _ends(pid: int) -> bool:
    """Whether a process that has let go of its files is gone a moment later."""
    for _ in range(200):
        if not is_alive(pid):
            return True
        await asyncio.sleep(0.02)
    return False


async def _is_down(server: Server) -> bool:
    try:
        await ask(server, "select 1")
    except (OSError, asyncpg.PostgresError):
        return True
    return False
