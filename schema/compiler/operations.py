"""What is known of an operation before any of its values: whether it is compiled, and which of its
variables decide what it selects."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Protocol

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)


class Operation(Protocol):
    """A validated operation with its document's fragments. The document's text and the operation's
    name tell it from others."""

    @property
    def text(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def definition(self) -> OperationDefinitionNode: ...
    @property
    def fragments(self) -> Mapping[str, FragmentDefinitionNode]: ...


@dataclass(frozen=True, slots=True)
class Known:
    """`deciding` are the variables in `@skip` and `@include`."""

    deciding: tuple[str, ...]
    is_compilable: bool


def known_of(operation: Operation, worked: Set[str]) -> Known:
    """A query is compiled, unless it asks about the schema, or for one of the root fields that are
    `worked` out."""
    finding = _DecidingVariables()
    for node in (operation.definition, *operation.fragments.values()):
        visit(node, finding)
    is_read = not any(name.startswith("__") or name in worked for name in _root_names(operation))
    is_query = operation.definition.operation is OperationType.QUERY
    return Known(tuple(sorted(finding.names)), is_query and is_read)


def _root_names(operation: Operation) -> set[str]:
    """The names of all fields at the root, `__typename` apart."""
    names: set[str] = set()
    spread: set[str] = set()
    pending = [operation.definition.selection_set]
    while pending:
        for selected in pending.pop().selections:
            match selected:
                case FieldNode():
                    names.add(selected.name.value)
                case InlineFragmentNode():
                    pending.append(selected.selection_set)
                case FragmentSpreadNode() if selected.name.value not in spread:
                    spread.add(selected.name.value)
                    pending.append(operation.fragments[selected.name.value].selection_set)
    return names - {"__typename"}


class _DecidingVariables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)
