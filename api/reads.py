"""The endpoint's execution: queries are compiled, everything else runs in the ordinary way."""

from graphql import ExecutionResult

from api.endpoint import Execution, Operation
from schema.compiler.running import Compiler
from schema.context import Context


def compiled_execution(compiler: Compiler, ordinary: Execution) -> Execution:
    """Answers by the compiler what it answers whole, and by `ordinary` the rest.

    Ordinary execution reads by more than one statement, so a caller who was only remembered is
    asked for first.
    """

    async def run(
        operation: Operation, variables: dict[str, object], context: object
    ) -> ExecutionResult | bytes:
        if isinstance(context, Context):
            whole = await compiler.answer(operation, variables, context)
            if whole is not None:
                return whole
            await context.renew()
            context.operation = operation
        return await ordinary(operation, variables, context)

    return run
