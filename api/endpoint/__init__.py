"""GraphQL over HTTP: one request in, one well-formed GraphQL response out.

The page to start from is `endpoint.py`; it reads in the order in which a request passes:
negotiation, request, documents, execution, errors, replies.
"""

from api.endpoint.endpoint import GraphQLEndpoint
from api.endpoint.errors import RequestRefused, Unauthenticated
from api.endpoint.execution import Execution, Operation
from api.endpoint.limits import DocumentLimits

__all__ = [
    "DocumentLimits",
    "Execution",
    "GraphQLEndpoint",
    "Operation",
    "RequestRefused",
    "Unauthenticated",
]
