"""The messages of graphql-transport-ws, read strictly and written whole.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from dataclasses import dataclass
from enum import IntEnum

import orjson

from api.endpoint.errors import RequestRefused

SUBPROTOCOL = "graphql-transport-ws"
_LONGEST_ID = 256


class CloseCode(IntEnum):
    """Why a socket is closed. Clients connect again by themselves after 1001, 1013, 4403, 4408 and
    4499, and give up after the others."""

    GOING_AWAY = 1001
    MESSAGE_TOO_BIG = 1009
    TRY_AGAIN_LATER = 1013
    INTERNAL_ERROR = 4500
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INIT_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITS = 4429
    TERMINATED = 4499


@dataclass
class ProtocolBroken(Exception):
    """The client sent something that the protocol does not know; the socket is closed."""

    code: CloseCode
    reason: str


@dataclass(frozen=True, slots=True)
class Init:
    payload: dict[str, object]


@dataclass(frozen=True, slots=True)
class Subscribe:
    id: str
    payload: dict[str, object]


@dataclass(frozen=True, slots=True)
class Complete:
    id: str


@dataclass(frozen=True, slots=True)
class Ping:
    payload: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class Pong:
    pass


Message = Init | Subscribe | Complete | Ping | Pong


def read_message(text: str) -> Message:
    """Raises ProtocolBroken."""
    try:
        sent = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _bad("The message is not valid JSON.") from None
    if not isinstance(sent, dict):
        raise _bad("The message must be a JSON object.")
    payload = sent.get("payload")
    match sent.get("type"):
        case "connection_init":
            return Init(_optional(payload) or {})
        case "subscribe":
            return Subscribe(_id(sent), _operation(payload))
        case "complete":
            return Complete(_id(sent))
        case "ping":
            return Ping(_optional(payload))
        case "pong":
            _optional(payload)
            return Pong()
    raise _bad("The message's type is none that a client sends.")


def _id(sent: dict[str, object]) -> str:
    id = sent.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= _LONGEST_ID:
        raise _bad(f"The message needs an id: a text of 1 to {_LONGEST_ID} characters.")
    return id


def _optional(payload: object) -> dict[str, object] | None:
    if payload is None or isinstance(payload, dict):
        return payload
    raise _bad("The message's payload must be an object.")


_KINDS: dict[str, type] = {
    "query": str,
    "documentId": str,
    "operationName": str,
    "variables": dict,
    "extensions": dict,
}


def _operation(payload: object) -> dict[str, object]:
    """An operation to run. What is said in its fields is judged later, and refused for it alone."""
    if not isinstance(payload, dict):
        raise _bad("A subscribe message needs a payload with an operation.")
    for name, kind in _KINDS.items():
        value = payload.get(name)
        if value is not None and not isinstance(value, kind):
            raise _bad(f"`{name}` in the payload is of the wrong kind.")
    if not {"query", "documentId", "extensions"} & payload.keys() or (
        "query" in payload and payload["query"] is None
    ):
        raise _bad("The payload needs `query`, a GraphQL document as a text.")
    return payload


def _bad(reason: str) -> ProtocolBroken:
    return ProtocolBroken(CloseCode.BAD_REQUEST, reason)


ACK = '{"type":"connection_ack"}'
PING = '{"type":"ping"}'


def pong(payload: dict[str, object] | None) -> str:
    said = {"type": "pong"} if payload is None else {"type": "pong", "payload": payload}
    return orjson.dumps(said).decode()


def next_message(id: str, body: bytes) -> str:
    """`body` is the whole result, as JSON."""
    return f'{{"id":{_text(id)},"type":"next","payload":{body.decode()}}}'


def error_message(id: str, refused: RequestRefused) -> str:
    return orjson.dumps({"id": id, "type": "error", "payload": refused.shown()}).decode()


def complete_message(id: str) -> str:
    return f'{{"id":{_text(id)},"type":"complete"}}'


def _text(id: str) -> str:
    return orjson.dumps(id).decode()
