"""Root fields whose answer is worked out, not read.

    pay_what_if: PayWhatIf | None = worked(
        "What the period would pay if ...", _what_if, deals=inputs("What is sold.", PayDealInput, Deal)
    )

Such a field asks one function of the domain, which reads for the caller and calculates; what it
gives is a plain type. An operation that has one is not compiled whole: its other roots are read one by
one, each by a statement of its own, and what rows the answer leads to come in the same way.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.errors import Faults, Refusal
from schema.compiler.fields import WORKED, argument, with_arguments
from schema.compiler.filters import asked_id
from schema.context import Info
from schema.mutations import read_input


@dataclass(frozen=True, slots=True)
class Asked:
    """An argument: its type, and how what a caller sends for it is read."""

    kind: Any
    said: str
    read: Callable[[Any, tuple[str, ...], list[Refusal]], Any] = lambda value, path, faults: value
    default: Any = strawberry.UNSET


def value(kind: Any, said: str, **default: Any) -> Asked:
    """A value as it is."""
    return Asked(kind, said, **default)


def id_(kind: str, said: str) -> Asked:
    """An id of this kind, which can be left out."""
    return Asked(
        strawberry.ID | None, said, lambda text, path, faults: asked_id(text, kind, path=path)
    )


def needed_id(kind: str, said: str) -> Asked:
    """An id of this kind."""
    return Asked(strawberry.ID, said, id_(kind, said).read, default=...)


def input_(said: str, shown: type, makes: type) -> Asked:
    """An input, which can be left out; the function gets a `makes` of it."""

    def read(given: Any, path: tuple[str, ...], faults: list[Refusal]) -> Any:
        keywords = read_input(given, path, faults)
        return None if faults else makes(**keywords)

    return Asked(shown | None, said, read)


def inputs(said: str, shown: type, makes: type) -> Asked:
    """A list of inputs, none if left out; the function gets a `makes` of each."""

    def read(given: Any, path: tuple[str, ...], faults: list[Refusal]) -> Any:
        parts = [read_input(each, (*path, str(n)), faults) for n, each in enumerate(given)]
        return [] if faults else [makes(**part) for part in parts]

    return Asked(list[shown], said, read, default=[])  # type: ignore[valid-type]  # Strawberry's


def worked(description: str, answer: Callable[..., Awaitable[object]], **arguments: Asked) -> Any:
    """A root field that asks `answer` for the caller, with the arguments that they give."""

    async def resolve(root: Any, info: Info, **given: Any) -> Any:
        async with info.context.turn:
            return await answer(info.context.actor, **_read(arguments, given))

    return with_arguments(
        [_argument(name, asked) for name, asked in arguments.items()],
        strawberry.field(resolver=resolve, description=description, metadata={WORKED: True}),
    )


def _argument(name: str, asked: Asked) -> Any:
    default = {} if asked.default is ... else {"default": asked.default}
    return argument(name, asked.kind, asked.said, **default)


def _read(arguments: dict[str, Asked], given: dict[str, Any]) -> dict[str, Any]:
    """The function's keywords; what the caller left out is left out. Raises Invalid, of all that
    cannot be read at once."""
    faults: list[Refusal] = []
    keywords = {}
    for name, asked in arguments.items():
        sent = given.get(name, strawberry.UNSET)
        if sent is strawberry.UNSET or sent is None:
            continue
        try:
            keywords[name] = asked.read(sent, (to_camel_case(name),), faults)
        except Refusal as refused:
            faults.append(refused)
    Faults.raised(faults)
    return keywords
