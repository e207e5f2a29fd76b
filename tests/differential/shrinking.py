"""Makes an operation that is answered wrongly as small as it goes, for whoever has to read it.

Selections, arguments, directives, fragments and variables are taken away one after the other, for
as long as the answer stays wrong.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
    parse,
    print_ast,
    validate,
)

from tests.differential.comparing import Differs
from tests.differential.oracle.standing import Caller
from tests.differential.subject import GRAPHQL_SCHEMA
from tests.differential.trial import Trial

PATIENCE_SECONDS = 20
LISTS = ("selections", "arguments", "directives")
Place = tuple[Node, str, int]


async def smallest(
    trial: Trial,
    caller: Caller,
    text: str,
    sent: Mapping[str, Any],
    wrong: Differs,
    *,
    by_field: bool,
) -> Differs:
    """What differs for the smallest operation found that is still answered wrongly."""
    until = time.monotonic() + PATIENCE_SECONDS
    goes_on = True
    while goes_on:
        goes_on = False
        for smaller in _smaller(parse(text)):
            if time.monotonic() > until:
                return wrong
            found = await _still_wrong(trial, caller, smaller, sent, by_field)
            if found is not None:
                text, wrong, goes_on = smaller, found, True
                break
    return wrong


async def _still_wrong(
    trial: Trial, caller: Caller, text: str, sent: Mapping[str, Any], by_field: bool
) -> Differs | None:
    if validate(GRAPHQL_SCHEMA, parse(text)):
        return None
    known = dict(trial.cursors)
    try:
        await trial.of(caller, text, sent, by_field=by_field)
    except Differs as found:
        return found
    finally:
        trial.cursors = known
    return None


def _smaller(document: DocumentNode) -> Iterator[str]:
    """The same document with one thing less, the largest things first."""
    for number in range(len(list(_places(document)))):
        less = deepcopy(document)
        parent, name, index = list(_places(less))[number]
        items = list(getattr(parent, name))
        item = items.pop(index)
        below = getattr(item, "selection_set", None)
        if below is not None and not isinstance(item, FieldNode):
            _set(parent, name, [*items[:index], *below.selections, *items[index:]])
            yield _tidied(less)
        if items or name != "selections":
            _set(parent, name, items)
            yield _tidied(less)


def _places(node: Any) -> Iterator[Place]:
    """Where something stands that can be taken away, from the outside in."""
    pending = [node]
    while pending:
        parent = pending.pop(0)
        for name in parent.keys:
            value = getattr(parent, name, None)
            if isinstance(value, Node):
                pending.append(value)
            for index, item in enumerate(value if isinstance(value, tuple | list) else ()):
                pending.append(item)
                if name in LISTS:
                    yield parent, name, index


def _tidied(document: DocumentNode) -> str:
    """The document without fragments and variables that it does not use any more."""
    size = -1
    while size != len(document.definitions):
        size = len(document.definitions)
        spread = {each.name.value for each in _all(document, FragmentSpreadNode)}
        kept = [
            each
            for each in document.definitions
            if not isinstance(each, FragmentDefinitionNode) or each.name.value in spread
        ]
        _set(document, "definitions", kept)
    (operation,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    defined = operation.variable_definitions or ()
    _set(operation, "variable_definitions", [])
    used = {each.name.value for each in _all(document, VariableNode)}
    kept_variables = [each for each in defined if each.variable.name.value in used]
    _set(operation, "variable_definitions", kept_variables)
    return print_ast(document)


def _set(node: Node, name: str, items: Sequence[Node]) -> None:
    """Nodes do not want to be changed; this one is a copy of ours."""
    object.__setattr__(node, name, tuple(items))


def _all(node: Any, kind: type[Any]) -> Iterator[Any]:
    if isinstance(node, kind):
        yield node
    for name in node.keys:
        value = getattr(node, name, None)
        for item in value if isinstance(value, tuple | list) else (value,):
            if isinstance(item, Node):
                yield from _all(item, kind)
