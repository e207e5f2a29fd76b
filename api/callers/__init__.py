"""Signing in, refreshing and signing out; tokens for partner apps; from a request to its actor.

`Callers` is the page to start from: it has the routes, and `authenticate` for the endpoint.
"""

from api.callers.callers import Callers
from api.proofs import proofs_of

__all__ = ["Callers", "proofs_of"]
