"""Subscriptions: connections that stay open, over WebSocket and over server-sent events.

The page to start from is `socket.py` for graphql-transport-ws, and `event_stream.py` for SSE; both
run operations on the same `road.py` and stand in the same list of `connections.py`.
"""

from api.subscriptions.limits import StreamLimits
from api.subscriptions.subscriptions import Subscriptions

__all__ = ["StreamLimits", "Subscriptions"]
