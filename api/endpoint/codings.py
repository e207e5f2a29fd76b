"""Answers made smaller for the way: zstd, br or gzip, as `Accept-Encoding` allows.

The levels are those past which a typical answer of 5,400 bytes gets little smaller for what it costs
(one core, microseconds and bytes): zstd-1 19 us 1,331, zstd-3 25 us 1,361; br-3 60 us 1,344, br-4
115 us 1,291; gzip-6 66 us 1,406, gzip-1 41 us 1,506. So zstd goes before br, and br before gzip.
"""

import gzip
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import brotli
import zstandard

from api.endpoint.negotiation import LONGEST_HEADER, weights

SMALL = 1_000
"""Bytes below which an answer fits into one packet anyway."""


class Coding(StrEnum):
    """Named as HTTP names them, in the order in which we prefer them."""

    ZSTD = "zstd"
    BROTLI = "br"
    GZIP = "gzip"
    IDENTITY = "identity"

    def encoded(self, body: bytes) -> bytes:
        """The body in this coding; the same bytes each time."""
        match self:
            case Coding.ZSTD:
                return _zstd.compress(body)
            case Coding.BROTLI:
                return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=3))
            case Coding.GZIP:
                return gzip.compress(body, 6, mtime=0)
            case _:
                return body


# Kept, since making one takes longer than using it; the event loop uses it alone.
_zstd = zstandard.ZstdCompressor(level=1)


@dataclass(frozen=True, slots=True)
class Codings:
    """What a caller accepts: the coding for a small answer, and for a large one."""

    small: Coding
    large: Coding

    def for_body(self, body: bytes) -> Coding:
        return self.small if len(body) < SMALL else self.large


AS_IT_IS = Codings(Coding.IDENTITY, Coding.IDENTITY)


def choose_codings(accept_encoding: str | None) -> Codings | None:
    """The codings for an `Accept-Encoding` header (RFC 9110, section 12.5.3); None where it refuses
    the plain answer and allows no coding of ours."""
    if accept_encoding is None:
        return AS_IT_IS
    return _chosen(accept_encoding[:LONGEST_HEADER])


@lru_cache(maxsize=256)
def _chosen(accept_encoding: str) -> Codings | None:
    given = weights(accept_encoding)
    others = given.get("*")
    best = max(
        (coding for coding in Coding if coding is not Coding.IDENTITY),
        key=lambda coding: given.get(coding, others or 0.0),  # the first of equals
    )
    weight = given.get(best, others or 0.0)
    # Plain is acceptable unless refused, by name or among the others; it wins only if named higher.
    plain = given.get("identity", others if others == 0.0 else None)
    if weight <= 0.0:
        return None if plain == 0.0 else AS_IT_IS
    if plain == 0.0:
        return Codings(best, best)
    is_plain_preferred = plain is not None and plain > weight
    return AS_IT_IS if is_plain_preferred else Codings(Coding.IDENTITY, best)
