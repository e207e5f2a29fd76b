"""From text to a validated operation, remembering documents that were valid."""

from collections import OrderedDict

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.endpoint.errors import Code, ErrorEntry, RequestRefused, too_many
from api.endpoint.execution import Operation
from api.endpoint.limits import DocumentLimits
from api.endpoint.measure import check_document


class Documents:
    """Parses, measures and validates; valid documents stay in a cache bounded by their length.

    The least recently used leave first. Only valid documents are kept, so a stranger's failing
    ones push nobody's out.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        limits: DocumentLimits,
        *,
        introspection: bool,
        hide_suggestions: bool,
    ) -> None:
        self._schema = schema._schema
        self._limits = limits
        self._hide_suggestions = hide_suggestions
        self._rules = (
            *specified_rules,
            MaybeNullValidationRule,
            OneOfInputValidationRule,
            *(() if introspection else (NoSchemaIntrospectionCustomRule,)),
        )
        self._valid: OrderedDict[str, DocumentNode] = OrderedDict()
        self._characters = 0

    def knows(self, text: str) -> bool:
        """Whether this document has been read before, and was valid."""
        return text in self._valid

    def prepare(self, text: str, operation_name: str | None) -> Operation:
        """The operation to run. Raises RequestRefused with the parse or validation errors."""
        document = self._valid.get(text)
        if document is None:
            document = self._parsed(text)
            check_document(document, self._limits)
            self._check_valid(document)
            self._keep(text, document)
        else:
            self._valid.move_to_end(text)
        return Operation(text, document, _chosen(document, operation_name))

    def _parsed(self, text: str) -> DocumentNode:
        characters, tokens = self._limits.characters, self._limits.tokens
        if len(text) > characters:
            raise too_many("characters", "characters", len(text), characters)
        try:
            return parse(text, max_lexical_tokens=tokens, max_comments=tokens)
        except GraphQLError as fault:
            raise self._refused([fault], Code.PARSE_FAILED) from None

    def _check_valid(self, document: DocumentNode) -> None:
        faults = validate(
            self._schema,
            document,
            self._rules,
            max_errors=self._limits.validation_errors,
            hide_suggestions=self._hide_suggestions,
        )
        if faults:
            raise self._refused(faults, Code.VALIDATION_FAILED)

    def _refused(self, faults: list[GraphQLError], code: Code) -> RequestRefused:
        limits = [limit_of(fault) for fault in faults]
        return RequestRefused(
            "The document is not valid.",
            code,
            limit=next(filter(None, limits), None),
            is_about_document=True,
            errors=tuple(
                shown_fault(fault, code, self._limits.message_characters) for fault in faults
            ),
        )

    def _keep(self, text: str, document: DocumentNode) -> None:
        self._valid[text] = document
        self._characters += len(text)
        while self._characters > self._limits.cached_characters:
            oldest, _ = self._valid.popitem(last=False)
            self._characters -= len(oldest)


_LIMITS = (
    ("tokens. Parsing aborted.", "tokens"),
    ("comments. Parsing aborted.", "tokens"),
    ("nested too deeply", "depth"),
    ("Maximum introspection depth exceeded", "introspection_depth"),
    ("error limit reached. Validation aborted.", "validation_errors"),
    ("error limit reached. Execution aborted.", "coercion_errors"),
    ("Validation aborted.", "depth"),
)
"""How the messages of graphql-core's own limits end; the first that fits counts."""


def limit_of(fault: GraphQLError) -> str | None:
    """The limit that graphql-core ran into, which it tells in words only."""
    return next((limit for words, limit in _LIMITS if words in fault.message), None)


def shown_fault(fault: GraphQLError, code: Code, message_characters: int) -> ErrorEntry:
    """A client's fault as an entry of `errors`: GraphQL's own message, shortened."""
    limit = limit_of(fault)
    extensions = {"code": code, "limit": limit} if limit else {"code": code}
    shown: ErrorEntry = {
        "message": shortened(fault.message, message_characters),
        "extensions": extensions,
    }
    if fault.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in fault.locations[:10]]
    if fault.path:
        shown["path"] = list(fault.path)
    return shown


def shortened(message: str, characters: int) -> str:
    """Long messages are long because they repeat what the caller sent."""
    return message if len(message) <= characters else f"{message[: characters - 1]}…"


def _chosen(document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if operation_name is None:
        if len(operations) == 1:
            return operations[0]
        message = (
            f"The document holds {len(operations)} operations; "
            "`operationName` must say which one to run."
        )
        raise _unresolved(message if operations else "The document holds no operation.")
    for operation in operations:
        if operation.name and operation.name.value == operation_name:
            return operation
    raise _unresolved("The document holds no operation of the name in `operationName`.")


def _unresolved(message: str) -> RequestRefused:
    return RequestRefused(message, Code.OPERATION_RESOLUTION_FAILURE, is_about_document=True)
