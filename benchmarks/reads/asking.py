"""Callers with tokens of their own, and their requests as they stand on the wire."""

import json
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson

from api.manifest import digest_of
from benchmarks.reads.client import NUMBER
from benchmarks.reads.data import PASSWORD, Data, variables_of

DOCUMENTS = Path(__file__).resolve().parent / "documents"
YOUNG_SECONDS = 240  # tokens are good for ten minutes
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request: sizes in bytes, `body` as it was sent."""

    status: int
    head: int
    body: bytes
    encoding: str

    @property
    def json(self) -> Json:
        content: Json = orjson.loads(self.body)
        return content


class Callers:
    """People and partner apps, signed in at a running Attain."""

    def __init__(self, port: int, data: Data) -> None:
        self._port, self._data = port, data
        self._signed_in = 0.0
        self._tokens: dict[str, str] = {}
        self._refresh: dict[str, str] = {}

    def of(self, document: str) -> Sequence[str]:
        """Who asks with this document."""
        partners = [client for client, _ in self._data.partners]
        return {"TeamPerformance": self._data.managers, "PartnerPerformance": partners}.get(
            document, self._data.reps
        )

    def token(self, caller: str) -> str:
        return self._tokens[caller]

    def sign_in(self) -> None:
        """See that every token is good for a while."""
        if time.monotonic() - self._signed_in < YOUNG_SECONDS:
            return
        for person in {*self._data.reps, *self._data.managers}:
            self._tokens[person], self._refresh[person] = self._person(person)
        for client, secret in self._data.partners:
            basic = b64encode(f"{client}:{secret}".encode()).decode()
            headers = {"Authorization": f"Basic {basic}"}
            form = "application/x-www-form-urlencoded"
            reply = self._post("/oauth/token", b"grant_type=client_credentials", form, headers)
            self._tokens[client] = reply["access_token"]
        self._signed_in = time.monotonic()

    def _person(self, email: str) -> tuple[str, str]:
        path, sent = "/auth/refresh", {"refreshToken": self._refresh.get(email)}
        if email not in self._refresh:
            who = {"organisation": self._data.slug, "email": email, "password": PASSWORD}
            path, sent = "/auth/sign-in", {**who, "via": "mobile"}
        reply = self._post(path, orjson.dumps(sent), "application/json", {})
        return reply["accessToken"], reply["refreshToken"]

    def _post(self, path: str, body: bytes, kind: str, headers: Mapping[str, str]) -> Json:
        answer = ask(self._port, path, body, {"Content-Type": kind, **headers})
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {answer.body!r}")
        return answer.json


def by_hash(document: str, data: Data, caller: str) -> bytes:
    """The body of one of our own apps: the document's hash and the variables."""
    digest = digest_of(text_of(document))
    variables = variables_of(document, data, caller)
    return orjson.dumps({"documentId": f"sha256:{digest}", "variables": variables})


def by_text(document: str, data: Data, caller: str) -> bytes:
    """The body that any client sends: the document itself and the variables."""
    variables = variables_of(document, data, caller)
    return orjson.dumps({"query": text_of(document), "variables": variables})


def text_of(document: str) -> str:
    return (DOCUMENTS / f"{document}.graphql").read_text(encoding="utf-8")


def on_the_wire(path: str, token: str, body: bytes) -> bytes:
    """A request over HTTP/1.1 on a connection that is kept."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nAccept: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def ask(
    port: int, path: str, body: bytes, headers: Mapping[str, str], number: int | None = None
) -> Answer:
    """One request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        given = f"{time.time_ns() if number is None else number:016d}"[-16:]
        connection.request(
            "POST", path, body.replace(NUMBER.encode(), given.encode()), dict(headers)
        )
        reply = connection.getresponse()
        content = reply.read()
        head = sum(len(name) + len(value) + 4 for name, value in reply.getheaders()) + 19
        return Answer(reply.status, head, content, reply.getheader("content-encoding") or "")
    finally:
        connection.close()


def bearer(token: str, **headers: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        **headers,
    }


BOTH_KNOW = ("CHANGE", "SUBMIT", "APPROVE", "RETURN", "CHECK_IN")
"""Ours looks for twenty more, and pays for it."""


def comparable(answer: Json) -> str:
    """An answer as text, without what two servers may rightly choose otherwise: opaque cursors, ids
    and times of what was made just now, and of what may be done to a goal all but the actions that
    both know. Raises RuntimeError for one with errors."""

    def shown(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: shown(one, key) for key, one in sorted(value.items())}
        if name == "viewerCan":
            return [action for action in value if action in BOTH_KNOW]
        if isinstance(value, list):
            return [shown(one, name) for one in value]
        return "..." if name in ("endCursor", "clientMutationId") and value is not None else value

    if answer.get("errors") or not answer.get("data"):
        raise RuntimeError(f"An answer has errors: {answer}")
    data = shown(answer["data"])
    if "goalCheckIn" in data:
        entry = data["goalCheckIn"]["checkIn"]
        entry.update(id="...", notedAt="...")
        entry["goal"]["checkIns"] = bool(entry["goal"]["checkIns"]["nodes"])
    return json.dumps({**answer, "data": data}, sort_keys=True)
