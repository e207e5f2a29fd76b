"""Generated values of input types, as literals and as variables."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
)

from tests.differential.pools import (
    DAYS,
    INSTANTS,
    KIND_OF,
    NO_CURSORS,
    NO_IDS,
    PERFORMANCE_DAYS,
    Pools,
)

T = TypeVar("T")
ODD_SIZES = (0, 101, -1, 2**31 - 1)


@dataclass(slots=True)
class Choices:
    """Choosing by the bytes of a tape. Zeros choose the first of each, as does the tape's end, so
    that a counterexample shrinks to what is simplest; one draw for all is what makes it fast."""

    tape: bytes
    at: int = 0

    def below(self, count: int) -> int:
        if count <= 1:
            return 0
        return (self._next() if count <= 256 else self._next() * 256 + self._next()) % count

    def one(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def sometimes(self, percent: int) -> bool:
        return self._next() >= 256 - percent * 256 // 100

    def _next(self) -> int:
        self.at += 1
        return self.tape[self.at - 1] if self.at <= len(self.tape) else 0


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of an operation, and where it is used, which says what it may hold."""

    name: str
    type: Any
    default: str | None
    where: str

    @property
    def declared(self) -> str:
        return f"${self.name}: {self.type}" + (f" = {self.default}" if self.default else "")


@dataclass(slots=True)
class Values:
    """Makes values, and the variables that stand for some of them."""

    choices: Choices
    pools: Pools
    variables: dict[str, Variable] = field(default_factory=dict)

    def written(self, type_: Any, where: str, *, has_default: bool = False) -> str:
        """A value as a document writes it: a literal, with variables here and there."""
        if self.choices.sometimes(25):
            return self._variable(type_, where, has_default)
        if isinstance(type_, GraphQLNonNull):
            return (
                self.written(type_.of_type, where)
                if _is_input(type_)
                else self._literal(type_, where)
            )
        if self.choices.sometimes(4):
            return "null"
        if isinstance(type_, GraphQLInputObjectType):
            fields = self._chosen_fields(type_)
            return "{" + ", ".join(
                f"{name}: {self.written(type_.fields[name].type, self._within(where, type_, name))}"
                for name in fields
            ) + "}"  # fmt: skip
        return self._literal(type_, where)

    def flag(self) -> str:
        """A Boolean for a directive."""
        literal = self.choices.one(("true", "false"))
        if self.choices.sometimes(50):
            default = literal if self.choices.sometimes(30) else None
            return self._declared(GraphQLNonNull(GraphQLBoolean), default, "flag")
        return literal

    def sent(self, variables: Sequence[Variable]) -> dict[str, Any]:
        """What a caller sends for these: something, null, or nothing."""
        found: dict[str, Any] = {}
        for variable in variables:
            optional = not isinstance(variable.type, GraphQLNonNull)
            if (optional or variable.default) and self.choices.sometimes(15):
                continue
            if optional and self.choices.sometimes(8):
                found[variable.name] = None
            else:
                found[variable.name] = self.plain(variable.type, variable.where)
        return found

    def plain(self, type_: Any, where: str) -> Any:
        """A value as JSON holds it."""
        if isinstance(type_, GraphQLNonNull):
            return self.plain(type_.of_type, where)
        if isinstance(type_, GraphQLList):
            if self.choices.sometimes(1):
                return [self.plain(type_.of_type, where)] * 101
            return [self.plain(type_.of_type, where) for _ in range(self.choices.below(4))]
        if isinstance(type_, GraphQLInputObjectType):
            return {
                name: self._plain_or_null(type_.fields[name].type, self._within(where, type_, name))
                for name in self._chosen_fields(type_)
            }
        if isinstance(type_, GraphQLEnumType):
            return self.choices.one(list(type_.values))
        return self._scalar(type_.name, where)

    def _plain_or_null(self, type_: Any, where: str) -> Any:
        if not isinstance(type_, GraphQLNonNull) and self.choices.sometimes(3):
            return None
        return self.plain(type_, where)

    def _variable(self, type_: Any, where: str, has_default: bool) -> str:
        default = None
        if has_default and isinstance(type_, GraphQLNonNull) and self.choices.sometimes(10):
            type_ = type_.of_type
        if self.choices.sometimes(20):
            default = self._literal(type_, where)
            if isinstance(type_, GraphQLNonNull) and self.choices.sometimes(50):
                type_ = type_.of_type
        return self._declared(type_, default, where)

    def _declared(self, type_: Any, default: str | None, where: str) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = Variable(name, type_, default, where)
        return f"${name}"

    def _literal(self, type_: Any, where: str) -> str:
        return _text(type_, self.plain(type_, where))

    def _chosen_fields(self, type_: GraphQLInputObjectType) -> list[str]:
        required = [name for name, each in type_.fields.items() if _is_required(each)]
        others = [name for name in type_.fields if name not in required]
        most = 2 if type_.name.endswith("Filter") else 1
        chosen = {self.choices.one(others) for _ in range(self.choices.below(most + 2))}
        return required + [name for name in others if name in chosen]

    def _within(self, where: str, type_: GraphQLInputObjectType, name: str) -> str:
        if type_.name.endswith("Filter"):
            return f"{type_.name}.{name}"
        return f"{where}:{name}"

    def _scalar(self, name: str, where: str) -> Any:
        column, _, operator = where.partition(":")
        match name:
            case "ID":
                return self._id(column)
            case "Int":
                return self._number(column)
            case "Boolean":
                return bool(self.choices.below(2))
            case "Date":
                is_period = column.startswith(("PerformanceFilter", "PayTotalFilter", "Programme"))
                return self.choices.one(PERFORMANCE_DAYS if is_period else DAYS)
            case "DateTime":
                return self.choices.one(INSTANTS)
            case "String" if column.startswith("after "):
                return self._cursor(column.removeprefix("after "))
            case "String":
                text = self.choices.one(self.pools.texts[column])
                return text[: self.choices.below(6)] if operator == "startsWith" else text
        raise NotImplementedError(f"no values of {name} at {where}")

    def _id(self, column: str) -> str:
        kind = KIND_OF.get(column)
        if kind is None or self.choices.sometimes(1):
            return self.choices.one(self.pools.everything)
        if self.choices.sometimes(1):
            return self.choices.one(NO_IDS)
        return self.choices.one(self.pools.ids[kind])

    def _number(self, column: str) -> int:
        if column.startswith("first "):
            if self.choices.sometimes(1):
                return self.choices.one(ODD_SIZES)
            return self.choices.below(int(column.removeprefix("first "))) + 1
        if column.endswith(".fiscalYear"):
            return self.choices.below(7) + 2016
        return self.choices.below(35) - 1

    def _cursor(self, name: str) -> str:
        if self.choices.sometimes(3):
            return self.choices.one((*NO_CURSORS, *self.pools.cursors["Query.people"][:1]))
        # A list that nobody of the walkers has two rows of gives no cursors of its own.
        return self.choices.one(self.pools.cursors[name] or NO_CURSORS)


def _is_input(type_: GraphQLNonNull[Any]) -> bool:
    return isinstance(type_.of_type, GraphQLInputObjectType)


def _is_required(shown: Any) -> bool:
    return isinstance(shown.type, GraphQLNonNull) and shown.default_value is Undefined


def _text(type_: Any, value: Any) -> str:
    """A value as a literal of its type."""
    if isinstance(type_, GraphQLNonNull):
        return _text(type_.of_type, value)
    if value is None:
        return "null"
    if isinstance(type_, GraphQLList):
        return "[" + ", ".join(_text(type_.of_type, item) for item in value) + "]"
    if isinstance(type_, GraphQLInputObjectType):
        fields = (f"{name}: {_text(type_.fields[name].type, item)}" for name, item in value.items())
        return "{" + ", ".join(fields) + "}"
    if isinstance(type_, GraphQLEnumType):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
