"""What goes wrong before a document runs, by the names that Apollo gave such errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """`extensions.code` of an error; clients and scanners classify by these names."""

    PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    BAD_REQUEST = "BAD_REQUEST"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    QUERY_TOO_COSTLY = "QUERY_TOO_COSTLY"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


ErrorEntry = dict[str, object]
"""One entry of `errors`, ready for JSON: message, extensions and perhaps locations and path."""


@dataclass(eq=False)
class RequestRefused(Exception):
    """The request cannot be answered with data.

    `limit` names the limit that refused it, `facts` are numbers beside it. `is_about_document` marks faults of the document and
    its variables: callers who accept only `application/json` get those with status 200, since
    for them a status other than 200 means that no GraphQL server answered.
    """

    message: str
    code: Code = Code.BAD_REQUEST
    status: int = 400
    limit: str | None = None
    is_about_document: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    errors: tuple[ErrorEntry, ...] = ()

    def __post_init__(self) -> None:
        super().__init__(self.message)

    def shown(self) -> list[ErrorEntry]:
        if self.errors:
            return list(self.errors)
        extensions: ErrorEntry = {"code": self.code}
        if self.limit:
            extensions["limit"] = self.limit
        extensions.update(self.facts)
        return [{"message": self.message, "extensions": extensions}]


class Unauthenticated(Exception):
    """Raised by `authenticate`: credentials were given and are not good. Answered with 401."""

    def __init__(self, message: str = "The access token is not valid.") -> None:
        super().__init__(message)
        self.message = message


def too_many(limit: str, noun: str, found: int, allowed: int) -> RequestRefused:
    return RequestRefused(
        f"The document has {found} {noun}; at most {allowed} are allowed.",
        Code.VALIDATION_FAILED,
        limit=limit,
        is_about_document=True,
    )
