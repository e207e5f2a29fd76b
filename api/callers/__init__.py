"""Signing in, refreshing and signing out; tokens for partner apps; from a request to its actor.

`Callers` is the page to start from: it has the routes, and `caller` for the endpoint.
"""

from api.callers.callers import Caller, Callers
from api.proofs import proofs_of

__all__ = ["Caller", "Callers", "proofs_of"]
