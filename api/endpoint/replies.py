"""Every answer is well-formed GraphQL JSON, whatever went wrong; this is where it is written."""

from collections.abc import Mapping

import orjson
from starlette.responses import Response
from starlette.types import Scope

from api.endpoint.errors import Code, RequestRefused
from api.endpoint.facts import facts_of
from api.endpoint.negotiation import MediaType, choose_media_type
from api.endpoint.unavailable import RETRY_AFTER_SECONDS, cause_of

PARTIAL_SUCCESS = 294
"""GraphQL over HTTP's status for data beside errors; any 2xx is a success to older clients."""


def data_reply(body: bytes, media_type: MediaType, *, has_errors: bool = False) -> Response:
    partial = has_errors and media_type is MediaType.GRAPHQL
    return _reply(body, media_type, PARTIAL_SUCCESS if partial else 200)


def refusal_reply(scope: Scope, refused: RequestRefused) -> Response:
    """The refusal in the media type that the caller accepts, else in JSON. Notes it for the log."""
    facts = facts_of(scope)
    facts.limit = refused.limit
    facts.error_code = refused.code
    accept = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
    media_type = choose_media_type(accept) or MediaType.JSON
    is_told_in_body = refused.is_about_document and media_type is MediaType.JSON
    return _reply(
        orjson.dumps({"errors": refused.shown()}),
        media_type,
        200 if is_told_in_body and refused.status == 400 else refused.status,
        refused.headers,
    )


def masked(scope: Scope) -> RequestRefused:
    """What a caller is told of a fault of ours; the log has the rest under the same reference."""
    return RequestRefused(masked_message(scope), Code.INTERNAL_SERVER_ERROR, status=500)


def masked_message(scope: Scope) -> str:
    return f"Something went wrong on our side. Reference: {facts_of(scope).request_id}"


def unavailable(scope: Scope, fault: BaseException) -> RequestRefused:
    """503 for a fault that `is_unavailable`; the request's log line names the cause."""
    facts_of(scope).cause = cause_of(fault)
    return RequestRefused(
        "The service cannot reach its database at the moment. Please try again.",
        Code.SERVICE_UNAVAILABLE,
        status=503,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def _reply(
    body: bytes, media_type: MediaType, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        body,
        status,
        {
            "Content-Type": media_type.content_type,
            "Vary": "Accept, Authorization",
            **(headers or {}),
        },
    )
