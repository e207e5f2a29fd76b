"""The texts under which client libraries send one document, byte for byte.

A trusted document is known by the hash of its text, and a client hashes the text that it would have
sent: never the file, but what its own printer makes of the parsed document. So one document has a
few texts, which differ in white space and in `__typename`, and mean the same:

- as it stands in its file, for whoever hashes that (`sha256sum`, `curl`);
- as `print` of graphql-js writes it: Relay, the persisted documents of GraphQL code generator;
- with `__typename` in every selection below the root: Apollo Client and its manifest generator;
- either of these without empty lines, as urql writes them.

graphql-js 17 and 16 write objects and long lists differently, and both are in use.
"""

from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    EnumValueNode,
    FieldNode,
    ListValueNode,
    NameNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    parse,
    print_ast,
    visit,
)


def spellings(text: str) -> list[str]:
    """The document's text as given, then the others, each once. Raises GraphQLSyntaxError."""
    document = parse(text)
    return list(dict.fromkeys([text, *_printed(document)]))


def _printed(document: DocumentNode) -> Iterator[str]:
    for selected in (document, visit(document, _WithTypeNames())):
        for written in (selected, visit(selected, _AsVersion16())):
            yield print_ast(written)
            yield "\n".join(map(print_ast, written.definitions))


class _WithTypeNames(Visitor):
    """Adds `__typename` last, except to an operation's root and where it or GraphQL's own
    introspection is asked for already."""

    def enter_selection_set(
        self, node: SelectionSetNode, _key: Any, parent: Any, *_path: Any
    ) -> SelectionSetNode | None:
        if isinstance(parent, OperationDefinitionNode) or any(
            isinstance(selected, FieldNode) and selected.name.value.startswith("__")
            for selected in node.selections
        ):
            return None
        type_name = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=())
        return SelectionSetNode(selections=(*node.selections, type_name))


class _AsVersion16(Visitor):
    """Puts in place of a value the text that graphql-js 16 writes for it: no spaces inside braces,
    and never more than one line. Names of enums are printed as they are, so they carry the text."""

    def leave_object_value(self, node: ObjectValueNode, *_path: Any) -> Node:
        return EnumValueNode(value=f"{{{', '.join(map(print_ast, node.fields))}}}")

    def leave_list_value(self, node: ListValueNode, *_path: Any) -> Node:
        return EnumValueNode(value=f"[{', '.join(map(print_ast, node.values))}]")
