"""Homes in awkward places, accounts, and versions: everything still starts with no hand work."""

# ruff: noqa: ASYNC240 - looking at a few paths does not hold up a test

import asyncio
import multiprocessing
import os
import pwd
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from api.postgres import PostgresRefused, attached, remove
from api.postgres.binaries import find_binaries
from api.settings import Settings
from tests import cluster
from tests.cluster import settings_for

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be kept out by itself")


@pytest.fixture
async def home() -> AsyncIterator[Path]:
    folder = cluster.make_home()
    yield folder
    await cluster.remove_home(folder)


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that only we may enter, as `mktemp -d` makes them."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


async def answers(settings: Settings) -> tuple[int, Path, str]:
    """Start, ask a question, stop; the version, where the data lie, and the DSN."""
    async with attached(settings, durable=False) as server:
        connection = await asyncpg.connect(server.dsn)
        asked = await connection.fetchval("select current_user || 1")
        await connection.close()
        assert asked == "attain1"
        assert server.data_directory is not None
        return server.major, server.data_directory, server.dsn


async def test_a_path_too_long_for_a_socket_and_with_spaces_starts_on_a_short_socket(
    home: Path,
) -> None:
    far = home / ("a folder with spaces " * 3).strip() / ("x" * 80)
    far.parent.mkdir(mode=0o711)
    far.mkdir(mode=0o711)

    _, data, dsn = await answers(settings_for(far))
    socket_folder = Path(dsn.partition("?host=")[2].partition("&")[0])
    mode = socket_folder.stat().st_mode & 0o777
    await remove(far)

    assert data == far / "postgres" / data.parent.name / "data"
    assert len(str(socket_folder)) < 60
    assert mode == 0o700
    assert not socket_folder.exists()


async def test_a_short_socket_folder_of_somebody_else_is_refused(home: Path) -> None:
    far = home / ("y" * 90)
    far.mkdir(mode=0o711)
    _, _, dsn = await answers(settings_for(far))
    socket_folder = Path(dsn.partition("?host=")[2].partition("&")[0])
    socket_folder.rmdir()
    theirs = home / "theirs"
    theirs.mkdir()
    socket_folder.symlink_to(theirs)

    try:
        with pytest.raises(PostgresRefused, match="belongs to somebody else"):
            await answers(settings_for(far))
    finally:
        socket_folder.unlink()
        await remove(far)

    assert os.listdir(theirs) == []


@needs_root
async def test_as_root_a_home_that_the_servers_account_cannot_reach_lies_elsewhere_behind_a_link(
    closed_folder: Path,
) -> None:
    home = closed_folder / "home"
    other = closed_folder / "other"

    _, data, _ = await answers(settings_for(home))
    _, data_again, _ = await answers(settings_for(home))
    _, data_of_other, _ = await answers(settings_for(other))
    link = home / "postgres"
    target = link.readlink()
    await remove(home)
    await remove(other)

    assert data == data_again == target / data.parent.name / "data"
    assert data_of_other != data
    assert target.parent == Path("/var/lib/attain/clusters")
    assert not link.is_symlink()
    assert not target.exists()
    assert closed_folder.stat().st_mode & 0o777 == 0o700


@needs_root
async def test_as_root_a_home_removed_by_hand_never_gives_its_data_to_the_next_of_that_name(
    closed_folder: Path,
) -> None:
    home = closed_folder / "home"
    _, data, _ = await answers(settings_for(home))
    shutil.rmtree(home)

    _, data_of_next, _ = await answers(settings_for(home))
    await remove(home)
    shutil.rmtree(data.parents[1])

    assert data_of_next != data


@needs_root
def test_a_plain_user_runs_the_server_as_themselves() -> None:
    nobody = pwd.getpwnam("nobody")
    home = cluster.make_home()
    shutil.chown(home, nobody.pw_uid, nobody.pw_gid)
    # Forked, not started anew: this Python may lie where that account cannot reach it.
    fork = multiprocessing.get_context("fork")
    told = fork.SimpleQueue()

    def as_nobody() -> None:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        _, data, _ = asyncio.run(answers(settings_for(home)))
        told.put((data.stat().st_uid, (home / "postgres").stat().st_mode & 0o777))
        asyncio.run(remove(home))

    find_binaries(None)  # imports now what the account might not be able to read
    starter = fork.Process(target=as_nobody)
    starter.start()
    starter.join(60)
    exit_code, left = starter.exitcode, os.listdir(home)
    shutil.rmtree(home)

    assert exit_code == 0
    assert told.get() == (nobody.pw_uid, 0o700)
    assert left == ["postgres.lock"]


@pytest.mark.skipif(not DEBIAN_15.is_dir(), reason="needs PostgreSQL 15")
async def test_postgresql_15_by_pg_bin_has_data_of_its_own(home: Path) -> None:
    of_15 = Settings(home=home, database_url=None, pg_bin=DEBIAN_15)

    major, data, _ = await answers(of_15)
    with pytest.raises(PostgresRefused) as refused:
        await answers(Settings(home=home, database_url=None, pg_bin=None))

    assert (major, data) == (15, home / "postgres" / "15" / "data")
    assert "holds data of PostgreSQL 15" in refused.value.sentence
    assert "pg_dump" in refused.value.sentence
    assert sorted(os.listdir(home / "postgres")) == ["15", "made-by-attain"]


async def test_pg_bin_without_programs_is_refused_by_name(home: Path) -> None:
    with pytest.raises(PostgresRefused, match=r"PG_BIN is .*/nowhere, but there are no"):
        await answers(Settings(home=home, database_url=None, pg_bin=home / "nowhere"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
async def test_a_home_that_cannot_be_written_to_is_refused_by_name(home: Path) -> None:
    home.chmod(0o500)

    try:
        with pytest.raises(PostgresRefused, match=r"cannot be written to\. Set ATTAIN_HOME to"):
            await answers(settings_for(home))
        with pytest.raises(
            PostgresRefused, match=r"postgres\.lock cannot be opened by this account"
        ):
            await remove(home)
    finally:
        home.chmod(0o700)
