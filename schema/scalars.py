"""Scalars that accept one spelling of a value and print one spelling of it.

GraphQL's own and Strawberry's are wide: a Decimal from a JSON float has lost digits before we see
it, `NaN` and `1E+999999` are decimals too, and a time without a zone is anybody's guess. All of
ours are strings on the wire, in variables as well as in literals.

String, Int and ID stay GraphQL's own, which cannot be replaced: the endpoint refuses NUL characters
and lone surrogates in any string, Int is strict by itself, and ids are read by `typed_ids`.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NewType

import strawberry
from graphql import GraphQLError, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

Rate = NewType("Rate", Decimal)
"""A fraction: 1 is 100 %."""

INTEGER_DIGITS = 18
FRACTION_DIGITS = 10

_DECIMAL = re.compile(
    rf"-?(?:0|[1-9][0-9]{{0,{INTEGER_DIGITS - 1}}})(?:\.[0-9]{{1,{FRACTION_DIGITS}}})?"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")

_DECIMAL_FORM = (
    f'a string of ASCII digits such as "-1234.50", with at most {INTEGER_DIGITS} digits before '
    f"and {FRACTION_DIGITS} after the point and no exponent"
)


def read_decimal(text: str) -> Decimal:
    """An exact number. Raises ValueError for any other spelling."""
    value = Decimal(_matched(_DECIMAL, text))
    return value if value else abs(value)  # there is no negative zero


def print_decimal(value: object) -> str:
    """All digits that the value has, and never an exponent."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError("A Decimal field must hold a finite Decimal.")
    return format(value if value else abs(value), "f")


def read_date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(_matched(_DATE, text))


def print_date(value: object) -> str:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise TypeError("A Date field must hold a date without a time.")
    return value.isoformat()


def read_date_time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(_matched(_DATE_TIME, text))


def print_date_time(value: object) -> str:
    """UTC with Z; microseconds, six digits, only where there are any."""
    if not isinstance(value, datetime.datetime) or value.tzinfo is None:
        raise TypeError("A DateTime field must hold a time with its zone.")
    return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat() + "Z"


def _matched(form: re.Pattern[str], text: str) -> str:
    if form.fullmatch(text) is None:
        raise ValueError
    return text


def _scalar(
    name: str,
    description: str,
    form: str,
    read: Callable[[str], object],
    print_: Callable[[object], str],
) -> ScalarDefinition:
    """A scalar that takes strings only; anything else is refused with a sentence on its form."""

    def parse_value(value: object) -> object:
        if isinstance(value, str):
            try:
                return read(value)
            except ValueError:
                pass
        raise GraphQLError(f"{name} must be {form}.")

    def parse_literal(node: ValueNode, _variables: object = None) -> object:
        if not isinstance(node, StringValueNode):
            raise GraphQLError(f"{name} must be {form}.", node)
        return parse_value(node.value)

    return strawberry.scalar(
        name=name,
        description=description,
        serialize=print_,
        parse_value=parse_value,
        parse_literal=parse_literal,
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    Decimal: _scalar(
        "Decimal",
        f"An exact decimal number: {_DECIMAL_FORM}.",
        _DECIMAL_FORM,
        read_decimal,
        print_decimal,
    ),
    Rate: _scalar(
        "Rate",
        f'A rate as a fraction: "1" is 100 %, "0.075" is 7.5 %. It is {_DECIMAL_FORM}.',
        _DECIMAL_FORM,
        read_decimal,
        print_decimal,
    ),
    datetime.date: _scalar(
        "Date",
        'A day of the calendar, such as "2020-05-29".',
        'a day as a string of the form "YYYY-MM-DD"',
        read_date,
        print_date,
    ),
    datetime.datetime: _scalar(
        "DateTime",
        'An instant in UTC, such as "2020-05-29T13:45:00Z"; microseconds only where there are any.',
        'an instant in UTC as a string of the form "YYYY-MM-DDTHH:MM:SSZ"',
        read_date_time,
        print_date_time,
    ),
}
"""For `StrawberryConfig(scalar_map=SCALARS)`."""
