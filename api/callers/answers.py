"""What these routes answer: JSON, never kept by anybody, and one shape for every refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.endpoint.facts import facts_of

CHALLENGE = "Bearer"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass
class Refused(Exception):
    """The request is refused with a status, a word for programs and a sentence for people."""

    status: int
    error: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.message)


def answer(content: Mapping[str, object]) -> Response:
    return JSONResponse(content, headers=_NO_STORE)


def refusal(request: Request, refused: Refused, message_name: str = "message") -> Response:
    """The refusal as `{error, message}`; RFC 6749 calls the message `error_description`."""
    facts_of(request.scope).error_code = refused.error
    return JSONResponse(
        {"error": refused.error, message_name: refused.message},
        refused.status,
        {**_NO_STORE, **refused.headers},
    )


def bad_request(message: str, status: int = 400) -> Refused:
    return Refused(status, "invalid_request", message)


def unauthenticated(error: str, message: str, challenge: str = CHALLENGE) -> Refused:
    return Refused(401, error, message, {"WWW-Authenticate": challenge})
