"""Making a new cluster: all of it in a folder of its own, renamed into place when it is whole.

So a cluster that exists has its role, its database and its password, whenever we were killed.
"""

import os
import secrets
import shutil
from pathlib import Path

from api.postgres.account import Account
from api.postgres.binaries import Binaries
from api.postgres.errors import PostgresRefused
from api.postgres.places import Cluster

ROLE = "attain"
DATABASE = "attain"
PARTIAL = ".partial-"


def create(cluster: Cluster, binaries: Binaries, account: Account, *, durable: bool) -> None:
    """Make the cluster's folder with its data. Takes a second or two; the caller holds the lock."""
    root = cluster.folder.parent
    for left_over in root.glob(f"{PARTIAL}*"):
        shutil.rmtree(left_over, ignore_errors=True)

    partial = Cluster(root / f"{PARTIAL}{secrets.token_hex(4)}", cluster.major)
    partial.folder.mkdir()
    partial.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    try:
        _initialise(partial, binaries, account, durable=durable)
        password = secrets.token_urlsafe(24)
        _write_secret(partial.password_file, password)
        _add_role_and_database(partial, binaries, account, password)
        partial.folder.rename(cluster.folder)
    except BaseException:
        shutil.rmtree(partial.folder, ignore_errors=True)
        raise


def _initialise(partial: Cluster, binaries: Binaries, account: Account, *, durable: bool) -> None:
    partial.data.mkdir(mode=0o700)
    account.own(partial.data)
    # The superuser's password is thrown away: nobody signs in as one, and an administrator of the
    # machine can always reach the data in single-user mode.
    password_file = partial.folder / "superuser"
    _write_secret(password_file, secrets.token_urlsafe(24))
    account.own(password_file)

    command = [binaries.program("initdb"), "--pgdata", str(partial.data), "--username=postgres"]
    command += ["--encoding=UTF8", "--data-checksums", "--auth=scram-sha-256"]
    command += [f"--pwfile={password_file}", "--no-instructions"]
    if not durable:
        command += ["--no-sync"]
    # The same order and the same upper case on every system; code points, no ICU.
    if binaries.major >= 17:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = account.run([*command, *locale])
    else:
        made = account.run([*command, "--locale=C.UTF-8"])
        if made.returncode != 0 and "locale" in made.stdout:
            made = account.run([*command, "--locale=C"])
    password_file.unlink()
    if made.returncode != 0:
        raise PostgresRefused(
            f"initdb could not make the database's folder:\n{made.stdout.strip()}"
        )


def _add_role_and_database(
    partial: Cluster, binaries: Binaries, account: Account, password: str
) -> None:
    # In single-user mode, which needs no socket and reads one statement a line.
    statements = (
        f"create role {ROLE} login createrole createdb nosuperuser nobypassrls password '{password}';\n"
        f"grant pg_read_all_settings to {ROLE};\n"  # so that it can ask which server it is on
        f"create database {DATABASE} owner {ROLE};\n"
        f"revoke connect, temporary on database {DATABASE} from public;\n"
    )
    command = [binaries.program("postgres"), "--single", "-D", str(partial.data), "-j"]
    command += ["-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "postgres"]
    # With -j, a statement ends at a semicolon and an empty line.
    added = account.run(command, text=statements.replace(";\n", ";\n\n"))
    if added.returncode != 0:
        said = added.stdout.replace(password, "...").strip()
        raise PostgresRefused(f"PostgreSQL could not make the role and the database:\n{said}")


def _write_secret(path: Path, secret: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
