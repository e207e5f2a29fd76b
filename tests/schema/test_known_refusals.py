"""Whatever an act may refuse with is something that its payload can say; otherwise its caller would hear
of a fault on our side."""

import inspect
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from graphql import get_named_type

from domain.errors import Refusal
from schema import schema
from schema.errors import SHOWN_AS
from schema.mutation import Mutation


def acts() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every mutation with the act that it performs."""
    for field in Mutation.__strawberry_definition__.fields:  # type: ignore[attr-defined]  # Strawberry's
        resolve = field.base_resolver.wrapped_func
        within = inspect.getclosurevars(resolve).nonlocals
        yield schema.config.name_converter.get_graphql_name(field), within["act"]


def refusals(function: Callable[..., Any]) -> set[type[Refusal]]:
    """The refusals that a function names, or another of the domain that it names, and so on."""
    found: set[type[Refusal]] = set()
    pending, seen = [function], set[Callable[..., Any]]()
    while pending:
        one = inspect.unwrap(pending.pop())
        if one in seen:
            continue
        seen.add(one)
        for name in _names(one.__code__):
            named = one.__globals__.get(name)
            if inspect.isclass(named) and issubclass(named, Refusal):
                found.add(named)
            elif inspect.isfunction(named) and named.__module__.startswith(("domain.", "schema.")):
                pending.append(named)
    return found


def _names(code: CodeType) -> set[str]:
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    return {*code.co_names, *(name for each in inner for name in _names(each))}


def told(mutation: str) -> set[str]:
    """The types in which a payload can refuse, those for one of several things among them."""
    fields: Any = schema._schema.mutation_type
    payload: Any = get_named_type(fields.fields[mutation].type)
    types = [payload, *(get_named_type(field.type) for field in payload.fields.values())]
    unions = [get_named_type(each.fields["errors"].type) for each in types if _can_refuse(each)]
    return {each.name for union in unions for each in union.types}


def _can_refuse(type: Any) -> bool:
    return "errors" in getattr(type, "fields", ())


def test_an_act_refuses_with_nothing_that_its_payload_does_not_know() -> None:
    unknown = []
    for name, act in acts():
        for refusal in refusals(act):
            shown = next(SHOWN_AS[each] for each in refusal.__mro__ if each in SHOWN_AS)
            if shown.__name__ not in told(name):
                unknown.append((name, refusal.__name__))

    assert unknown == []


def test_the_refusals_of_an_act_are_found_wherever_they_are_raised() -> None:
    by_name = {name: {each.__name__ for each in refusals(act)} for name, act in acts()}

    assert by_name["goalSubmit"] >= {
        "Incomplete",
        "StaleVersion",
        "WrongState",
        "Locked",
        "NotFound",
    }
    assert by_name["cascadePropose"] >= {"WrongState", "Invalid", "NotPermitted"}
