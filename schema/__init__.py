"""What Attain shows to callers: types that say how they are stored, inputs, and one schema."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType

from schema.catalogue import complete
from schema.compiler.executing import Execution
from schema.compiler.fields import COMPILER
from schema.compiler.running import Compiler
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription


class Names(NameConverter):
    """Strawberry's names, except that a connection is called so whether or not it is counted."""

    def from_generic(
        self, generic_type: StrawberryObjectDefinition, types: list[StrawberryType | type]
    ) -> str:
        return super().from_generic(generic_type, types).replace("Counted", "")


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    execution_context_class=Execution,
    config=StrawberryConfig(name_converter=Names(), scalar_map=SCALARS),
)
"""The schema that the endpoint serves."""

STORED = complete(schema._schema)
"""Its stored types by name."""

compiler = schema._schema.extensions[COMPILER] = Compiler(schema)
"""Answers its queries."""


def printed_schema() -> str:
    """The schema in GraphQL's own language, sorted, as `schema.graphql` holds it."""
    return schema.as_str() + "\n"
