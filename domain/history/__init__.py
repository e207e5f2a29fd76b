"""One organisation's history: a single line of events, without holes, chained by hash."""

from domain.history.numbering import number_events
from domain.history.recording import record
from domain.history.verification import Broken, Verified, verify

__all__ = ["Broken", "Verified", "number_events", "record", "verify"]
