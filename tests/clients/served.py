"""A small made-up company, served as users serve theirs, while other people's programs talk to it.

python -m tests.clients.served ENVIRONMENTS COMMAND ... runs the command for each environment named,
`development,production`, with ATTAIN_ADDRESS, ATTAIN_ENVIRONMENT and ATTAIN_SIGN_INS set, and exits
as the first that failed does. ATTAIN_HOME names a folder that keeps the company from run to run;
without it there is a new one each time.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.scenarios.server import ROOT, free_port

SIZES = ("--people", "60", "--territories", "12", "--goals", "400", "--sales", "2000")
BUDGETS = ("ORGANISATION", "APP", "PARTNER", "PERSON")
PLENTY = "1000000000"
CHEAP = {"ATTAIN_ARGON2_TIME_COST": "1", "ATTAIN_ARGON2_MEMORY_KIB": "8192"}
"""The passwords are made up and thrown away."""
ORIGIN = "https://app.attain.example"
PATIENCE_SECONDS = 60


def main() -> int:
    environments, *command = sys.argv[1:]
    with ExitStack() as stack:
        home = os.environ.get("ATTAIN_HOME") or stack.enter_context(
            tempfile.TemporaryDirectory(prefix="attain-clients-")
        )
        sign_ins = Path(home) / "sign-ins-generated.json"
        settings = {
            **os.environ,
            **_plenty(),
            **CHEAP,
            "ATTAIN_HOME": home,
            "ATTAIN_ORIGINS": ORIGIN,
        }
        settings |= {"PORT": str(free_port()), "ATTAIN_SIGN_INS": str(sign_ins)}
        _attain(settings, "migrate")
        if not sign_ins.exists():
            _attain(settings, "generate", *SIZES)
        codes = [_run(command, settings, environment) for environment in environments.split(",")]
    return next(filter(None, codes), 0)


def _run(command: Sequence[str], settings: Mapping[str, str], environment: str) -> int:
    told = {**settings, "ATTAIN_ENVIRONMENT": environment}
    log = Path(settings["ATTAIN_HOME"]) / f"served-{environment}.log"
    with _served(told, log) as address:
        print(f"In {environment}:", flush=True)  # noqa: T201
        return subprocess.run(command, env={**told, "ATTAIN_ADDRESS": address}).returncode


def _plenty() -> dict[str, str]:
    """A few callers ask for thousands here; that budgets hold is tested elsewhere."""
    names = [f"ATTAIN_{name}_POINTS" for name in BUDGETS]
    return {name + suffix: PLENTY for name in names for suffix in ("", "_PER_SECOND")}


def _attain(settings: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(f"attain {' '.join(arguments)} failed:\n{done.stdout}")


@contextmanager
def _served(settings: Mapping[str, str], log: Path) -> Iterator[str]:
    """The address at which it is ready."""
    address = f"http://127.0.0.1:{settings['PORT']}"
    with log.open("ab") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve"],
            cwd=ROOT,
            env=settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _is_ready(address):
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The server did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _is_ready(address: str) -> bool:
    try:
        with urlopen(f"{address}/ready") as reply:
            return "status" in json.load(reply)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
