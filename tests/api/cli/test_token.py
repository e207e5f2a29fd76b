"""`attain token` signs in where the company is served now."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from api.cli.token import token
from api.refusal import CommandRefused
from tests.scenarios.server import free_port


class SignIn(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"accessToken": f"of {sent['email']}"}).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def served() -> Iterator[int]:
    """The port of a server that lets everybody sign in."""
    server = HTTPServer(("127.0.0.1", 0), SignIn)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def write_sign_ins(path: Path, address: str) -> None:
    rep = {"role": "rep", "organisation": "acme", "email": "rep@acme.example", "password": "x"}
    path.write_text(json.dumps({"address": address, "people": [rep]}), encoding="utf-8")


def test_a_company_generated_for_another_port_is_signed_in_to_where_it_is_served(
    served: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    unused = free_port()
    write_sign_ins(tmp_path / "sign-ins-acme.json", f"http://localhost:{unused}")
    monkeypatch.setenv("ATTAIN_HOME", str(tmp_path))

    monkeypatch.setenv("PORT", str(served))
    token("rep", organisation="acme")
    assert capsys.readouterr().out == "of rep@acme.example\n"

    monkeypatch.setenv("PORT", str(unused))
    with pytest.raises(CommandRefused, match=f"Nothing answers at http://localhost:{unused}"):
        token("rep", organisation="acme")


def test_the_demo_is_signed_in_to_where_it_said_it_listens(
    served: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_sign_ins(tmp_path / "sign-ins.json", f"http://localhost:{served}")
    monkeypatch.setenv("ATTAIN_HOME", str(tmp_path))
    monkeypatch.setenv("PORT", str(free_port()))

    token("rep", organisation="")

    assert capsys.readouterr().out == "of rep@acme.example\n"
