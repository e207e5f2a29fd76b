"""Reading what was sent, strictly: JSON for people's clients, a form for partner apps.

JSON only, by its media type: a form on somebody else's page cannot send that, so nobody is signed
in or out by looking at a page.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from api.callers.answers import bad_request

LONGEST = 8_192
_MOST_FIELDS = 20
_WORDS = {str: "text", bool: "true or false"}


async def json_fields(request: Request, kinds: Mapping[str, type]) -> dict[str, object]:
    """The fields of the JSON object in the body, each of its kind; unknown names are refused."""
    body = await _body(request, "application/json")
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("The body is not valid JSON.") from None
    if not isinstance(sent, dict):
        raise bad_request("The body must be a JSON object.")
    for name, value in sent.items():
        if name not in kinds:
            raise bad_request(f"The body may hold {', '.join(kinds)}, and nothing else.")
        if type(value) is not kinds[name]:
            raise bad_request(f"`{name}` must be {_WORDS[kinds[name]]}.")
    return sent


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of the form in the body; RFC 6749 counts an empty one as not sent."""
    body = await _body(request, "application/x-www-form-urlencoded")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS,
            errors="strict",
        )  # fmt: skip
    except ValueError:
        raise bad_request("The body is not a form in UTF-8.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise bad_request("A field stands twice in the form.")
    return {name: value for name, value in fields.items() if value}


def has_body(request: Request) -> bool:
    headers = request.headers
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


async def _body(request: Request, media_type: str) -> bytes:
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != media_type:
        raise bad_request(f"The body must be sent as `Content-Type: {media_type}`.", 415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            raise bad_request(f"The body is larger than {LONGEST} bytes.", 413)
    return bytes(body)
