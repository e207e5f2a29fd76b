"""Entity tags: a phone that has the answer already is told so in place of being sent it again."""

from hashlib import sha256

from api.endpoint.codings import Coding
from api.endpoint.negotiation import MediaType


def entity_tag(body: bytes, media_type: MediaType, coding: Coding) -> str:
    """A strong tag of the body in this media type and coding, each of which makes other bytes.

    It is taken before the body is encoded, so that an answer that is not sent is not compressed.
    """
    digest = sha256(body)
    digest.update(f"\0{media_type}\0{coding}".encode())
    return f'"{digest.hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Whether an `If-None-Match` header names the tag. The comparison is weak, as RFC 9110 wants
    it: a proxy that compresses for us marks our tags with `W/`."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(given.strip().removeprefix("W/") == tag for given in if_none_match.split(","))
