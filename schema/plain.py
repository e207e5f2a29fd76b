"""Object types that have no row of their own: values, pages, payloads, errors."""

from typing import Any, TypeVar, dataclass_transform

import strawberry

T = TypeVar("T")


def description_of(cls: type) -> str:
    """The class's docstring, its lines joined, as its description in the schema."""
    return " ".join((vars(cls).get("__doc__") or "").split())


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def plain(cls: type[T]) -> type[T]:
    """An object type that shows nothing but what it is given; its docstring describes it.

    Said aloud, since a type of the schema that is neither plain nor stored is refused.
    """
    made = strawberry.type(cls, description=description_of(cls))
    made.__plain__ = True  # type: ignore[attr-defined]  # read by is_plain alone
    return made


def is_plain(cls: type) -> bool:
    return "__plain__" in vars(cls)


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def input_of(cls: type[T]) -> type[T]:
    """An input type, described by its docstring."""
    return strawberry.input(cls, description=description_of(cls))


def described_enum(
    cls: Any, description: str, values: dict[str, str], *, name: str | None = None
) -> Any:
    """Show a Python enum in the schema, under its own name or another, with a sentence for each of
    its members."""
    shown = strawberry.enum(cls, name=name, description=description)
    for value in shown.__strawberry_definition__.values:
        value.description = values[value.name]
    return shown
