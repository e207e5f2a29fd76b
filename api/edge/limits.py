"""Bounds that hold for every request, whatever it asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EdgeLimits:
    """`body_seconds` is for reading the whole body, `deadline_seconds` for answering after that."""

    url_bytes: int = 8_192
    body_bytes: int = 1_048_576
    body_seconds: float = 10.0
    deadline_seconds: float = 15.0
