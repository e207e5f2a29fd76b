"""Every answer is well-formed GraphQL JSON, whatever went wrong; this is where it is written."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from starlette.responses import Response
from starlette.types import Scope

from api.endpoint.codings import Coding, Codings
from api.endpoint.entity_tags import entity_tag, is_known
from api.endpoint.errors import Code, RequestRefused
from api.endpoint.facts import facts_of
from api.endpoint.negotiation import MediaType, choose_media_type
from api.endpoint.unavailable import RETRY_AFTER_SECONDS, cause_of

VARY = "Accept, Accept-Encoding, Authorization"
PARTIAL_SUCCESS = 294
"""GraphQL over HTTP's status for data beside errors; any 2xx is a success to older clients."""


@dataclass(frozen=True, slots=True)
class Form:
    """In which form a caller accepts an answer, as their request says before anything runs."""

    media_type: MediaType
    codings: Codings
    if_none_match: str | None
    """What of `GET` the caller has already; meaningless for other methods."""


def whole_reply(body: bytes, form: Form, method: str) -> Response:
    """An answer without errors. What came by GET may be kept by its caller, and asked for again
    under its entity tag; whether it may still be seen is decided anew each time."""
    coding = form.codings.for_body(body)
    if method != "GET":
        return _reply(coding.encoded(body), form.media_type, 200, _encoded(coding))
    kept = {
        "ETag": (tag := entity_tag(body, form.media_type, coding)),
        "Cache-Control": "private, no-cache",
        "Vary": VARY,
    }
    if is_known(tag, form.if_none_match):
        return Response(status_code=304, headers=kept)
    return _reply(coding.encoded(body), form.media_type, 200, {**kept, **_encoded(coding)})


def partial_reply(body: bytes, form: Form) -> Response:
    """An answer with data and errors, which nobody keeps."""
    coding = form.codings.for_body(body)
    status = PARTIAL_SUCCESS if form.media_type is MediaType.GRAPHQL else 200
    return _reply(coding.encoded(body), form.media_type, status, _encoded(coding))


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


def _encoded(coding: Coding) -> dict[str, str]:
    return {} if coding is Coding.IDENTITY else {"Content-Encoding": coding}


def _reply(
    body: bytes, media_type: MediaType, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        body,
        status,
        {
            "Content-Type": media_type.content_type,
            "Vary": VARY,
            **(headers or {}),
        },
    )
