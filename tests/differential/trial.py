"""The differential trial: one operation through both roads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, parse, validate

from tests.differential.callers import callers
from tests.differential.company import Company
from tests.differential.comparing import Differs, compare
from tests.differential.oracle.execution import Document, Expected, expected
from tests.differential.oracle.facts import Facts
from tests.differential.oracle.pages import Place
from tests.differential.oracle.standing import Caller, View
from tests.differential.subject import GRAPHQL_SCHEMA, Answer, answer


@dataclass(slots=True)
class Trial:
    """Two companies with everything known about them, and everybody who asks. `cursors` are those
    of answers that were right."""

    ours: Company
    theirs: Company
    facts: Mapping[object, Facts]
    cursors: dict[str, Place] = field(default_factory=dict)
    callers: list[Caller] = field(init=False)
    views: dict[Caller, View] = field(init=False)

    def __post_init__(self) -> None:
        self.callers = [*callers(self.ours, self.theirs), *callers(self.theirs, self.ours)[:12]]
        self.views = {caller: View(self.facts[caller.org], caller) for caller in self.callers}

    def caller(self, label: str) -> Caller:
        """The first of our callers whose label begins so."""
        return next(each for each in self.callers if each.label.startswith(label))

    async def of(
        self, caller: Caller, text: str, sent: Mapping[str, Any] | None = None
    ) -> tuple[Expected, Answer]:
        """Both answers to an operation, which are the same. Raises Differs."""
        parsed, document = _read(text)
        sent = sent or {}
        must_be = expected(document, self.views[caller], self.cursors, sent)
        answered = await answer(caller, parsed, sent)
        try:
            compare(must_be, answered, self.cursors)
        except Differs as differs:
            message = f"{differs}\n\ncaller: {caller.label}\nvariables: {dict(sent)!r}\n\n{text}"
            raise Differs(message) from None
        return must_be, answered


@lru_cache(maxsize=200)
def _read(text: str) -> tuple[DocumentNode, Document]:
    parsed = parse(text)
    faults = validate(GRAPHQL_SCHEMA, parsed)
    assert not faults, (faults, text)
    return parsed, Document.of(GRAPHQL_SCHEMA, parsed)
