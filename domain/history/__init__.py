"""One organisation's history: a single line of events, without holes, chained by hash."""

from domain.history.numbering import number_events
from domain.history.recording import Happened, record, record_each
from domain.history.telling import latest_events
from domain.history.verification import Broken, Verified, verify

__all__ = [
    "Broken",
    "Happened",
    "Verified",
    "latest_events",
    "number_events",
    "record",
    "record_each",
    "verify",
]
