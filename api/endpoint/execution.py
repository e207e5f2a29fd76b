"""Running one operation: the step that can be replaced.

Parsing, validation and the choice of the operation are done by then. An execution answers with an
ordinary result, or with the finished JSON text of a response without errors.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    execute,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """A validated operation. `text` is the document as sent; it names the operation in a cache."""

    text: str
    document: DocumentNode
    definition: OperationDefinitionNode

    @property
    def name(self) -> str | None:
        return self.definition.name.value if self.definition.name else None

    @property
    def kind(self) -> str:
        return self.definition.operation.value

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The document's fragments by name."""
        return {
            each.name.value: each
            for each in self.document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }

    @property
    def asks_about_schema_only(self) -> bool:
        """Whether every field at the root is one of GraphQL's own, such as `__schema`."""
        return all(
            isinstance(selected, FieldNode) and selected.name.value.startswith("__")
            for selected in self.definition.selection_set.selections
        )


Execution = Callable[[Operation, dict[str, object], object], Awaitable[ExecutionResult | bytes]]
"""(operation, variables as sent, context) -> result, or the response's bytes."""


def ordinary_execution(
    schema: strawberry.Schema, *, hide_suggestions: bool, coercion_errors: int
) -> Execution:
    """GraphQL's own execution over a Strawberry schema.

    graphql-core is called directly, since Strawberry's `execute` would parse and validate again
    and has no way to leave suggestions out. Schema extensions and operation directives live in
    the steps that this leaves out, so a schema that has any is refused.
    """
    if schema.extensions or schema.directives:
        raise ValueError("The endpoint runs no schema extensions and no operation directives.")

    async def run(
        operation: Operation, variables: dict[str, object], context: object
    ) -> ExecutionResult:
        result = execute(
            schema._schema,
            operation.document,
            context_value=context,
            variable_values=variables,
            operation_name=operation.name,
            executor_class=schema.execution_context_class,
            max_coercion_errors=coercion_errors,
            hide_suggestions=hide_suggestions,
            operation_extensions=None,
        )
        return await result if isawaitable(result) else result

    return run
