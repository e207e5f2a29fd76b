"""Ids are UUIDv7 (RFC 9562): made here or on the phone, and close together in an index when made
close together in time."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """48 bits of Unix milliseconds, version, 12 random bits, variant, 62 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
