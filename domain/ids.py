"""Ids are UUIDv7 (RFC 9562): made here or on the phone, and close together in an index when made
close together in time."""

import secrets
import time
from uuid import UUID

_latest = 0


def new_id() -> UUID:
    """48 bits of Unix milliseconds, version, 12 bits of the millisecond's fraction, variant, 62
    random bits. Those made in one process sort as they were made, whatever the clock does."""
    global _latest
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    moment = milliseconds << 12 | rest * 4096 // 1_000_000
    _latest = moment = max(moment, _latest + 1)
    high = (moment >> 12) << 16 | 0x7 << 12 | moment & 0xFFF
    return UUID(int=high << 64 | 0x2 << 62 | secrets.randbits(62))
