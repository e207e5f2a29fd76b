"""What is known about a request while it passes: for its log line, its metrics and its errors."""

import re
import time
from dataclasses import dataclass, field
from typing import cast

from starlette.types import Scope

from domain.ids import new_id

_WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SCOPE_KEY = "attain.facts"


@dataclass(slots=True)
class RequestFacts:
    """Filled in on the way. Ids and names from a bounded grammar only: no person, no value."""

    request_id: str
    arrived: float = field(default_factory=time.perf_counter)
    operation_name: str | None = None
    operation_kind: str | None = None
    org_id: str | None = None
    client_id: str | None = None
    limit: str | None = None
    error_code: str | None = None
    cause: str | None = None
    """What made the database unavailable: a type of exception, its SQLSTATE, a place in code."""


def facts_of(scope: Scope) -> RequestFacts:
    """The facts of this request; begins them where no edge stands in front."""
    if _SCOPE_KEY not in scope:
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        is_usable = _WELL_FORMED_ID.fullmatch(given) is not None
        scope[_SCOPE_KEY] = RequestFacts(given if is_usable else str(new_id()))
    return cast("RequestFacts", scope[_SCOPE_KEY])
