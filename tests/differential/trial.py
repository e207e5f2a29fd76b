"""The differential trial: one operation through both roads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from graphql import parse, validate

from api.endpoint import Operation
from tests.differential.callers import callers
from tests.differential.company import Company
from tests.differential.comparing import Differs, compare
from tests.differential.oracle.execution import Document, Expected, expected
from tests.differential.oracle.facts import Facts
from tests.differential.oracle.pages import Place
from tests.differential.oracle.standing import Caller, View
from tests.differential.subject import GRAPHQL_SCHEMA, Answer, answer


@dataclass(slots=True, repr=False)
class Trial:
    """Two companies with everything known about them, and everybody who asks. `cursors` are those
    of answers that were right."""

    ours: Company
    theirs: Company
    facts: Mapping[UUID, Facts]
    cursors: dict[str, Place] = field(default_factory=dict)
    callers: list[Caller] = field(init=False)
    views: dict[Caller, View] = field(init=False)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("the trial")  # everything there is would drown a counterexample

    def __post_init__(self) -> None:
        self.callers = [*callers(self.ours, self.theirs), *callers(self.theirs, self.ours)[:12]]
        self.views = {caller: View(self.facts[caller.org], caller) for caller in self.callers}

    def caller(self, label: str) -> Caller:
        """The first of our callers whose label begins so."""
        return next(each for each in self.callers if each.label.startswith(label))

    async def of(
        self,
        caller: Caller,
        text: str,
        sent: Mapping[str, Any] | None = None,
        *,
        by_field: bool = False,
    ) -> tuple[Expected, Answer]:
        """Both answers to an operation, which are the same. Raises Differs."""
        operation, document = _read(text)
        sent = sent or {}
        must_be = expected(document, self.views[caller], self.cursors, sent)
        try:
            answered = await answer(caller, operation, sent, by_field=by_field)
            compare(must_be, answered, self.cursors)
        except Exception as wrong:
            kind = "" if isinstance(wrong, Differs) else f"{type(wrong).__name__}: "
            road = "field by field" if by_field else "whole"
            raise Differs(
                f"{kind}{wrong}\n\ncaller: {caller.label}, answered {road}\n"
                f"variables: {dict(sent)!r}\n\n{text}"
            ) from wrong
        return must_be, answered


class NotValid(Exception):
    """What was made is no operation of this schema, so there is nothing to compare."""


@lru_cache(maxsize=200)
def _read(text: str) -> tuple[Operation, Document]:
    parsed = parse(text)
    if faults := validate(GRAPHQL_SCHEMA, parsed):
        raise NotValid(f"{faults} in {text}")
    document = Document.of(GRAPHQL_SCHEMA, parsed)
    return Operation(text, parsed, document.operation), document
