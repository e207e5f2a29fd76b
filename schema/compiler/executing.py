"""Ordinary execution that takes finished values as they are.

What is not compiled whole (a mutation's payload, a subscription's event, a question about the
schema) runs through GraphQL's own executor. Where one of its fields begins a read, the value comes
finished, as JSON; the executor puts it into the answer and does not look below it.
"""

from typing import Any

from graphql import GraphQLError
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.compiler.running import Finished


class Execution(StrawberryGraphQLCoreExecutionContext):
    """For `strawberry.Schema(execution_context_class=...)`."""

    def complete_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        if not isinstance(result, Finished):
            return super().complete_value(
                return_type, field_details_list, info, path, result, position_context
            )
        for error in result.errors:
            self._add(error, path)
        if result.json is None:
            return super().complete_value(
                return_type, field_details_list, info, path, None, position_context
            )
        return result.json

    def _add(self, error: GraphQLError, path: Path) -> None:
        """An error below the finished value, at its place in the whole answer."""
        at = path
        for key in error.path or ():
            at = Path(at, key, None)
        self.collected_errors.add(GraphQLError(error.message, path=at.as_list()), at)
