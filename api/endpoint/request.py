"""Reading a GraphQL request from a URL or a JSON body, strictly and within bounds."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import orjson
from starlette.requests import Request

from api.endpoint.errors import Code, RequestRefused
from api.endpoint.limits import DocumentLimits


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """`document` is the text that was sent, `digest` the SHA-256 of the text that is meant, as 64
    lower-case hexadecimal digits; at least one of them is there."""

    document: str | None
    digest: str | None
    operation_name: str | None
    variables: dict[str, object]


_DOCUMENT_ID = re.compile(r"sha256:([0-9a-f]{64})")
_DIGEST = re.compile(r"[0-9a-f]{64}")


async def read_request(request: Request, limits: DocumentLimits) -> GraphQLRequest:
    """What the caller asks for. Raises RequestRefused for anything else than a GraphQL request.

    The edge has already bounded the URL and the body in bytes.
    """
    fields = _url_fields(request) if request.method == "GET" else await _body_fields(request)
    return request_of(fields, limits)


def request_of(fields: dict[str, object], limits: DocumentLimits) -> GraphQLRequest:
    """The request that these fields of a JSON object make. Raises RequestRefused."""
    digest = _digest(fields)
    document = fields.get("query")
    if digest is not None and document == "":
        document = None  # graphql-ws insists on a `query` and leaves it empty where a hash says it
    is_named_only = digest is not None and document is None
    if not is_named_only and (not isinstance(document, str) or not document):
        raise RequestRefused(
            "The request needs `query`, a GraphQL document as a string, or `documentId`."
        )
    operation_name = fields.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise RequestRefused("`operationName` must be a string or null.")
    variables = _object(fields, "variables")
    for name, value in variables.items():
        _check_value(name, value, limits)
    return GraphQLRequest(cast("str | None", document), digest, operation_name or None, variables)


def _digest(fields: dict[str, object]) -> str | None:
    """The hash that names a document: in `documentId`, as the draft of GraphQL over HTTP has it, or
    in `extensions.persistedQuery`, as Apollo, urql and Relay's clients send it."""
    of_id, of_extension = _digest_of_id(fields), _digest_of_extension(fields)
    if of_id and of_extension and of_id != of_extension:
        raise RequestRefused("`documentId` and `extensions.persistedQuery` name two documents.")
    return of_id or of_extension


def _digest_of_id(fields: dict[str, object]) -> str | None:
    given = fields.get("documentId")
    if given is None:
        return None
    match = _DOCUMENT_ID.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise RequestRefused(
            "`documentId` must be `sha256:` and the document's SHA-256, as 64 lower-case "
            "hexadecimal digits."
        )
    return match[1]


def _digest_of_extension(fields: dict[str, object]) -> str | None:
    given = _object(fields, "extensions").get("persistedQuery")
    if given is None:
        return None
    version = given.get("version") if isinstance(given, dict) else None
    digest = given.get("sha256Hash") if isinstance(given, dict) else None
    if version != 1 or isinstance(version, bool):
        raise RequestRefused("`extensions.persistedQuery` must be an object of version 1.")
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise RequestRefused(
            "`extensions.persistedQuery.sha256Hash` must be the document's SHA-256, as 64 "
            "lower-case hexadecimal digits."
        )
    return digest


def _url_fields(request: Request) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name in ("query", "documentId", "operationName", "variables", "extensions"):
        given = request.query_params.getlist(name)
        if len(given) > 1:
            raise RequestRefused(f"`{name}` stands {len(given)} times in the URL; once is enough.")
        if given:
            fields[name] = given[0]
    for name in ("variables", "extensions"):
        if text := fields.get(name):
            fields[name] = _json(cast("str", text).encode("utf-8", "surrogatepass"), f"`{name}`")
    return fields


async def _body_fields(request: Request) -> dict[str, object]:
    _check_content_type(request.headers.get("content-type", ""))
    body = _json(await request.body(), "The body")
    if isinstance(body, list):
        raise RequestRefused("Batches are not offered: send one operation a request.")
    if not isinstance(body, dict):
        raise RequestRefused("The body must be a JSON object with `query` or `documentId`.")
    return body


@lru_cache(maxsize=256)  # what is refused is not kept
def _check_content_type(content_type: str) -> None:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [p.removeprefix("charset=").strip('"') for p in parameters if "charset=" in p]
    if media_type != "application/json" or any(c not in ("utf-8", "utf8") for c in charsets):
        raise RequestRefused(
            "The body must be sent as `Content-Type: application/json`, in UTF-8.", status=415
        )


def _json(text: bytes, what: str) -> object:
    # orjson refuses invalid UTF-8, NaN, lone surrogates and nesting beyond 1,024 levels.
    try:
        return cast("object", orjson.loads(text))
    except orjson.JSONDecodeError as fault:
        message = f"{what} is not valid JSON (line {fault.lineno}, column {fault.colno})."
        raise RequestRefused(message) from None


def _object(fields: dict[str, object], name: str) -> dict[str, object]:
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RequestRefused(f"`{name}` must be a JSON object or null.")
    return value


def _check_value(name: str, value: object, limits: DocumentLimits) -> None:
    """Walks one variable without recursion and stops at the first excess."""
    pending, seen = [(value, 1)], 0
    while pending:
        value, depth = pending.pop()
        seen += 1
        if seen > limits.json_values:
            raise _excess(name, "json_values", f"more than {limits.json_values} values")
        if depth > limits.json_depth:
            raise _excess(name, "json_depth", f"more than {limits.json_depth} levels")
        if isinstance(value, str) and "\0" in value:
            raise RequestRefused(f"Variable `{name}` holds a NUL character.", Code.BAD_USER_INPUT)
        if isinstance(value, list):
            if len(value) > limits.list_items:
                raise _excess(name, "list_items", f"a list of more than {limits.list_items} items")
            pending.extend((item, depth + 1) for item in value)
        elif isinstance(value, dict):
            pending.extend((item, depth + 1) for item in value.values())
            pending.extend((key, depth + 1) for key in value if "\0" in key)


def _excess(name: str, limit: str, what: str) -> RequestRefused:
    return RequestRefused(f"Variable `{name}` holds {what}.", Code.BAD_USER_INPUT, limit=limit)
