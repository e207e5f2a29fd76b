"""A real server, started as a user starts it, and a client that speaks to it over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from api.cli.finishing import PAID

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "documents"
PATIENCE_SECONDS = 180


@dataclass(slots=True)
class Caller:
    """Somebody with a token."""

    http: httpx2.Client
    token: str
    refresh_token: str = ""

    def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """The whole answer to a document: one of `documents/` by name, or a text."""
        path = DOCUMENTS / f"{document}.graphql"
        text = path.read_text() if document.isidentifier() and path.exists() else document
        reply = self.http.post(
            "/graphql",
            json={"query": text, "variables": variables},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        answer: dict[str, Any] = reply.json()
        return answer

    def data(self, document: str, **variables: object) -> dict[str, Any]:
        """The answer's data; there must be no errors."""
        answer = self.ask(document, **variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data


@dataclass(slots=True)
class DemoServer:
    """`attain demo` on a home and a port of its own."""

    home: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    http: httpx2.Client = field(default_factory=httpx2.Client)

    def start(self, **settings: str) -> None:
        """Start with further settings in the environment, and wait until it is ready."""
        self.port = self.port or free_port()
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        environment = {**os.environ, "ATTAIN_HOME": str(self.home), "PORT": str(self.port)}
        environment |= settings
        environment.pop("DATABASE_URL", None)
        with (self.home / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "demo"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            assert self.process.poll() is None, (self.home / "output").read_text()
            assert time.monotonic() < deadline, (self.home / "output").read_text()
            time.sleep(0.1)

    def wait_for_pay(self) -> None:
        """Wait until its people's pay is worked out, which goes on while the server answers."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while PAID not in (said := (self.home / "output").read_text()):
            assert time.monotonic() < deadline, said
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal; its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        self.http.close()
        return self.process.wait(30)

    def workers(self) -> list[int]:
        """The process ids of its workers, where it has several."""
        assert self.process is not None
        forker = [pid for pid in _children(self.process.pid) if "forkserver" in _command(pid)]
        return [worker for pid in forker for worker in _children(pid)]

    def payer(self) -> int:
        """The process id of what works out its people's pay."""
        assert self.process is not None
        [payer] = [pid for pid in _children(self.process.pid) if "spawn_main" in _command(pid)]
        return payer

    def sign_ins(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.home / "sign-ins.json").read_text())
        return content

    def sign_in(self, role: str) -> Caller:
        """Somebody of this role, or the partner app, with a fresh token."""
        if role == "partner":
            return self._partner()
        [person] = [person for person in self.sign_ins()["people"] if person["role"] == role]
        sent = {name: person[name] for name in ("organisation", "email", "password")}
        reply = self.http.post("/auth/sign-in", json={**sent, "via": "mobile"})
        assert reply.status_code == 200, reply.text
        return Caller(self.http, reply.json()["accessToken"], reply.json()["refreshToken"])

    def _partner(self) -> Caller:
        partner: Mapping[str, str] = self.sign_ins()["partner"]
        basic = b64encode(f"{partner['clientId']}:{partner['clientSecret']}".encode()).decode()
        reply = self.http.post(
            "/oauth/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}"},
        )
        assert reply.status_code == 200, reply.text
        return Caller(self.http, reply.json()["access_token"])

    def _is_ready(self) -> bool:
        try:
            return self.http.get("/ready").status_code == 200
        except httpx2.TransportError:
            return False


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
