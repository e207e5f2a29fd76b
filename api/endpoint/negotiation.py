"""Which of our two media types the caller wants to read."""

from enum import StrEnum
from functools import lru_cache


class MediaType(StrEnum):
    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"

    @property
    def content_type(self) -> str:
        return f"{self}; charset=utf-8"


_RANGES = {
    MediaType.GRAPHQL: ("application/graphql-response+json", "application/*", "*/*"),
    MediaType.JSON: ("application/json", "application/*", "*/*"),
}


LONGEST_HEADER = 1_000
"""What stands behind so many characters of an `Accept...` header is not read: what was read is kept,
and strangers may send any."""


def choose_media_type(accept: str | None) -> MediaType | None:
    """The media type for an `Accept` header; None when none of ours is acceptable.

    No header, or a wildcard, means `application/json`: such callers are curl and `fetch`, who
    would not know the newer type. Named, the newer type wins a tie.
    """
    return MediaType.JSON if accept is None else _chosen(accept[:LONGEST_HEADER])


@lru_cache(maxsize=256)
def _chosen(accept: str) -> MediaType | None:
    if not accept.strip():
        return MediaType.JSON
    given = weights(accept)
    best: tuple[float, int, MediaType] | None = None
    for media_type, ranges in _RANGES.items():
        named = next((index for index, name in enumerate(ranges) if name in given), None)
        if named is None or given[ranges[named]] <= 0:
            continue
        prefers = 2 if named == 0 and media_type is MediaType.GRAPHQL else 0
        prefers += 1 if media_type is MediaType.JSON else 0
        candidate = (given[ranges[named]], prefers, media_type)
        if best is None or candidate[:2] > best[:2]:
            best = candidate
    return best[2] if best else None


def weights(accept: str) -> dict[str, float]:
    """The names in an `Accept...` header with their weights, 0 to 1; where one stands twice, the
    higher."""
    given: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        given[name] = max(given.get(name, 0.0), _quality(parameters))
    return given


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
