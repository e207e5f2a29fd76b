"""The embedded server of one home: found, made, started, attached to, left and removed."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from api.postgres import postmaster
from api.postgres.account import server_account
from api.postgres.binaries import Binaries, find_binaries
from api.postgres.creation import DATABASE, ROLE, create
from api.postgres.errors import PostgresRefused
from api.postgres.locks import is_locked, locked, open_lock, try_lock
from api.postgres.places import (
    PORT,
    Cluster,
    find_root,
    make_home,
    make_root,
    make_socket_folder,
    reachable,
    socket_folders,
    starter_lock,
)
from api.postgres.reporting import Report, silent


@dataclass(frozen=True)
class Attachment:
    """Our share in a running server. Shares are counted by locks, which the kernel takes back."""

    home: Path
    cluster: Cluster
    descriptor: int
    dsn: str


async def attach(home: Path, pg_bin: Path | None, *, durable: bool, report: Report) -> Attachment:
    """Attach to the home's server, which is made and started where it is not there or not alive."""
    home = _real(home)
    make_home(home)
    wait = "Another start of Attain is preparing the database; waiting for it."
    async with locked(starter_lock(home), lambda: report(wait)):
        cluster = await _ensure_running(home, pg_bin, durable=durable, report=report)
        descriptor = open_lock(cluster.attached_lock)
        try_lock(descriptor, shared=True)  # an exclusive one is only ever taken under our lock
    return Attachment(home, cluster, descriptor, _dsn(cluster))


async def restart_if_dead(
    attachment: Attachment, pg_bin: Path | None, *, durable: bool, report: Report
) -> bool:
    """Start the server again if it died under us; says whether that was so."""
    found = postmaster.read_pid_file(attachment.cluster)
    if found is not None and postmaster.is_alive(found.pid):
        return False
    async with locked(starter_lock(attachment.home)):
        if postmaster.is_running(attachment.cluster):
            return False
        report("PostgreSQL has died; starting it again.")
        await _ensure_running(attachment.home, pg_bin, durable=durable, report=report)
    return True


async def detach(attachment: Attachment, *, report: Report) -> None:
    """Give our share back; whoever is last stops the server."""
    async with locked(starter_lock(attachment.home)):
        try:
            if try_lock(attachment.descriptor):
                await postmaster.stop(attachment.cluster, report)
        finally:
            os.close(attachment.descriptor)


async def remove(home: Path, *, report: Report = silent) -> None:
    """Remove the home's servers with all their data; refused while any Attain uses the home."""
    home = _real(home)
    if not home.is_dir():
        return
    async with locked(starter_lock(home)):
        root = find_root(home)
        if root is None:
            return
        clusters = [
            Cluster(folder, int(folder.name)) for folder in root.iterdir() if folder.name.isdigit()
        ]
        if any(is_locked(cluster.attached_lock) for cluster in clusters):
            raise PostgresRefused(
                f"Another Attain is using {home}. Stop it first; nothing was removed."
            )
        for cluster in clusters:
            await postmaster.stop(cluster, report)
            for folder in socket_folders(cluster):
                if folder.is_dir() and not folder.is_symlink():
                    for stale in folder.glob(".s.PGSQL.*"):  # a killed server leaves its socket
                        stale.unlink()
                    folder.rmdir()
        await asyncio.to_thread(shutil.rmtree, root)
        if (home / "postgres").is_symlink():
            (home / "postgres").unlink()


async def _ensure_running(
    home: Path, pg_bin: Path | None, *, durable: bool, report: Report
) -> Cluster:
    account = server_account()
    binaries = await asyncio.to_thread(find_binaries, pg_bin)
    root = await asyncio.to_thread(make_root, home, account)
    cluster = Cluster(root / str(binaries.major), binaries.major)
    _refuse_other_version(cluster, binaries)
    if cluster.folder.exists() and postmaster.is_running(cluster):
        await _until_ready(cluster)
        return cluster

    binaries = await asyncio.to_thread(reachable, binaries, account)
    if not cluster.folder.exists():
        report(f"Making a PostgreSQL {binaries.major} database in {cluster.folder}.")
        await asyncio.to_thread(create, cluster, binaries, account, durable=durable)
    socket_folder = make_socket_folder(cluster, account)
    await postmaster.start(
        cluster, binaries, account, socket_folder, durable=durable, report=report
    )
    return cluster


async def _until_ready(cluster: Cluster) -> None:
    # A starter that was killed between launching and waiting leaves a server that still recovers.
    while not postmaster.is_ready(cluster):
        if not is_locked(cluster.life_lock):
            raise PostgresRefused("PostgreSQL ended while it was starting. Start Attain again.")
        await asyncio.sleep(postmaster.POLL_SECONDS)


def _refuse_other_version(cluster: Cluster, binaries: Binaries) -> None:
    version_file = cluster.data / "PG_VERSION"
    if cluster.folder.exists():
        found = version_file.read_text().strip() if version_file.exists() else "no"
        if found != str(binaries.major):
            raise PostgresRefused(_other_version(found, cluster.data, binaries))
        return
    # PG_BIN is somebody's choice of a version, which gets a folder of its own. Without it, a new
    # version of the wheel must not begin an empty database beside the one in use.
    others = [folder.name for folder in cluster.folder.parent.iterdir() if folder.name.isdigit()]
    if others and binaries.source != "PG_BIN":
        newest = max(others, key=int)
        raise PostgresRefused(
            _other_version(newest, cluster.folder.parent / newest / "data", binaries)
        )


def _other_version(found: str, data: Path, binaries: Binaries) -> str:
    return (
        f"{data} holds data of PostgreSQL {found}, but the programs in {binaries.folder} are of "
        f"version {binaries.major}, which cannot read them. Go on with version {found} by setting "
        f"PG_BIN to its programs; or move the data over: start Attain with that PG_BIN, save them "
        f"with pg_dump, start Attain with the new version on an empty ATTAIN_HOME, and load them "
        f"with psql."
    )


def _dsn(cluster: Cluster) -> str:
    found = postmaster.read_pid_file(cluster)
    if found is None:
        raise PostgresRefused("PostgreSQL ended just after its start. Start Attain again.")
    password = cluster.password_file.read_text()
    return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={found.socket_folder}&port={PORT}"


def _real(home: Path) -> Path:
    return Path(os.path.realpath(home))
