"""Turning an execution's result into what the caller may see of it."""

import structlog
from graphql import ExecutionResult, GraphQLError
from starlette.types import Scope

from api.endpoint.documents import shown_fault
from api.endpoint.errors import Code, ErrorEntry, RequestRefused
from api.endpoint.facts import facts_of
from api.endpoint.replies import masked_message, unavailable
from api.endpoint.unavailable import is_unavailable
from domain.errors import Refusal

log = structlog.get_logger("attain.endpoint")


def shown_errors(
    scope: Scope, result: ExecutionResult, message_characters: int
) -> list[ErrorEntry]:
    """The result's errors as the caller sees them; faults of ours are masked and logged.

    Raises RequestRefused where the whole answer must go: variables that do not fit (nothing ran),
    and a database that went away (half an answer would read like a whole one).
    """
    faults = result.errors or []
    for fault in faults:
        if is_unavailable(fault.original_error):
            raise unavailable(scope, _origin(fault))
    if result.data is None and faults and all(fault.path is None for fault in faults):
        raise RequestRefused(
            "The variables do not fit the operation.",
            Code.BAD_USER_INPUT,
            is_about_document=True,
            errors=tuple(shown_fault(f, Code.BAD_USER_INPUT, message_characters) for f in faults),
        )
    codes = [_code(fault) for fault in faults]
    facts_of(scope).error_code = next(iter(codes), None)
    _log_ours(scope, [f for f, c in zip(faults, codes, strict=True) if c is _OURS])
    return [
        _shown(scope, fault, code, message_characters)
        for fault, code in zip(faults, codes, strict=True)
    ]


_OURS = Code.INTERNAL_SERVER_ERROR


def _code(fault: GraphQLError) -> Code:
    origin = _origin(fault)
    if isinstance(origin, Refusal):
        return Code(origin.code)
    if isinstance(origin, GraphQLError) and origin.nodes:
        # GraphQL names a place in the document only for what the caller wrote there; a value
        # of ours that does not fit its type names none.
        return Code.BAD_USER_INPUT
    return _OURS


def _shown(scope: Scope, fault: GraphQLError, code: Code, message_characters: int) -> ErrorEntry:
    shown = shown_fault(fault, code, message_characters)
    origin = _origin(fault)
    if isinstance(origin, Refusal):
        shown["message"] = origin.message
        if origin.facts:
            facts = {name: _plain(fact) for name, fact in origin.facts.items()}
            shown["extensions"] = {"code": code, "facts": facts}
    elif code is _OURS:
        shown["message"] = masked_message(scope)
        shown["extensions"] = {"code": code}
    return shown


def _plain(fact: object) -> object:
    return fact if fact is None or isinstance(fact, bool | int | str) else str(fact)


def _origin(fault: GraphQLError) -> BaseException:
    origin: BaseException = fault
    while isinstance(origin, GraphQLError) and origin.original_error is not None:
        origin = origin.original_error
    return origin


def _log_ours(scope: Scope, faults: list[GraphQLError]) -> None:
    """One entry for each type of exception, so that a list of a thousand rows is not a flood."""
    first_of_type = {type(_origin(fault)): fault for fault in reversed(faults)}
    for fault in first_of_type.values():
        log_fault(scope, _origin(fault), fault.path)


def log_fault(scope: Scope, fault: BaseException, path: list[str | int] | None = None) -> None:
    """An entry for a fault of ours, under the reference that the caller was given."""
    facts = facts_of(scope)
    log.error(
        "request.failed",
        request_id=facts.request_id,
        operation=facts.operation_name,
        path=[part[:64] for part in path or () if isinstance(part, str)],
        exc_info=fault,
    )
