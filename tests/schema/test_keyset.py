"""Cursors by themselves: what goes in comes out, and nothing else is taken for one."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.database.connection import unlabelled
from domain.errors import Invalid
from domain.sql import bind
from schema.compiler.keyset import Key, Order, cursor, read_cursor

ID = UUID("01920000-0000-7000-8000-000000000001")
BY_NAME = Order("Person.name.asc", (Key("{row}.name", str), Key("{row}.id", UUID)), False)
EVERY_KIND = Order(
    "Every.kind.asc",
    (
        Key("{row}.a", str, nullable=True),
        Key("{row}.b", int),
        Key("{row}.c", date),
        Key("{row}.d", datetime),
        Key("{row}.e", Decimal),
        Key("{row}.f", UUID),
    ),
    False,
)


def forged(order: Order, values: object) -> str:
    body = json.dumps([1, order.name, values], default=str).encode()
    return urlsafe_b64encode(sha256(body).digest()[:6] + body).rstrip(b"=").decode()


@given(
    st.tuples(
        st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        st.integers(-(2**63), 2**63 - 1),
        st.dates(),
        st.datetimes(timezones=st.just(UTC)),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.uuids(),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_cursor_holds_its_values_exactly(database: str, values: tuple[object, ...]) -> None:
    names = "abcdef"
    kinds = [key.kind.cast for key in EVERY_KIND.keys]
    row = ", ".join(f":{name}::{kind} as {name}" for name, kind in zip(names, kinds, strict=True))
    text = f"select {cursor(EVERY_KIND).format(row='r')} from (select {row}) r"
    statement, arguments = bind(text, dict(zip(names, values, strict=True)))

    async with unlabelled() as connection:
        made = await connection.fetchval(statement, *arguments)

    if len(made) <= 2_500:
        assert read_cursor(EVERY_KIND, made) == list(values)


@given(st.data())
def test_a_cursor_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    right = forged(BY_NAME, ["Ødegård", ID])
    place = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))

    changed = right[:place] + other + right[place + 1 :]

    if changed != right:
        with pytest.raises(Invalid, match="not a cursor of ours"):
            read_cursor(BY_NAME, changed)


@pytest.mark.parametrize("text", ["", "x", "=" * 10, "AAAA", "é", "a" * 3_000, "YXJyYXk6Mg"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="not a cursor of ours"):
        read_cursor(BY_NAME, text)


def test_the_cursor_of_another_order_is_refused() -> None:
    down = Order("Person.name.desc", BY_NAME.keys, True)

    with pytest.raises(Invalid, match="another order"):
        read_cursor(down, forged(BY_NAME, ["Ada", ID]))


@pytest.mark.parametrize(
    "values", [["Ada", None], [None, ID], ["Ada\0", ID], [7, ID], ["Ada"], ["Ada", ID, ID], "Ada"]
)
def test_values_that_cannot_be_are_refused_even_with_a_right_checksum(values: object) -> None:
    with pytest.raises(Invalid, match="values that cannot be"):
        read_cursor(BY_NAME, forged(BY_NAME, values))


def test_an_order_over_nulls_goes_on_behind_them() -> None:
    order = Order("n", (Key("n", int, nullable=True), Key("id", int)), False)

    assert order.by(["n", "id"]) == "n asc nulls last, id asc"
    assert order.after([":a", ":b"]) == "(n > :a or n is null or (n = :a and (id > :b)))"
    assert order.after([None, ":b"]) == "(n is null and (id > :b))"


def test_an_order_without_nulls_is_one_comparison_of_rows() -> None:
    assert BY_NAME.after([":a", ":b"]) == "({row}.name, {row}.id) > (:a, :b)"
