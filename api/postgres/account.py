"""The account that the server runs as.

PostgreSQL refuses to run as root. A plain user runs it as themselves; root hands it to `postgres`
where the system has such an account, else to `nobody`. No account is made, and no folder that we
did not make changes its mode, so what the account cannot reach has to be put elsewhere.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from api.postgres.errors import PostgresRefused


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def run(
        self,
        command: list[str],
        *,
        text: str | None = None,
        output: IO[bytes] | None = None,
        keep_open: tuple[int, ...] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, apart from our terminal and our environment.

        Of its own session, so that Ctrl-C at our terminal does not reach the server.
        """
        options: dict[str, Any] = {}
        if not self.is_ours:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603 - the programs that `find_binaries` chose
            command,
            input=text if text is not None else "",
            stdout=output or subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            pass_fds=keep_open,
            **options,
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can pass through the folder, tried rather than computed."""
        return (
            self.is_ours
            or self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode == 0
        )

    def can_run(self, program: str) -> bool:
        """Whether the account can start the program, tried rather than computed."""
        return self.run(["/bin/sh", "-c", '"$1" --version', "sh", program]).returncode == 0

    def own(self, path: Path) -> None:
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """Ourselves, or as root an account without privileges."""
    if os.geteuid() != 0:
        return Account("you", os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise PostgresRefused(
        "PostgreSQL does not run as root, and this system has neither the account `postgres` nor "
        "`nobody`. Start Attain as an ordinary user, or set DATABASE_URL."
    )
