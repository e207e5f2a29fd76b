"""Each scalar takes one spelling of a value, from variables and from literals alike."""

import datetime
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import strawberry
from hypothesis import given
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig

from schema.scalars import SCALARS, Rate, print_decimal, read_decimal
from schema.typed_ids import NotAnId, decode, encode, kind_of

UTC = datetime.UTC


@strawberry.type
class Query:
    """Each field shows what Python received; `shown...` prints what Python holds."""

    @strawberry.field
    def decimal(self, value: Decimal) -> str:
        return repr(value)

    @strawberry.field
    def rate(self, value: Rate) -> str:
        return repr(value)

    @strawberry.field
    def date(self, value: datetime.date) -> str:
        return repr(value)

    @strawberry.field
    def date_time(self, value: datetime.datetime) -> str:
        return repr(value)

    @strawberry.field
    def int(self, value: int) -> str:
        return repr(value)

    @strawberry.field
    def shown_decimal(self) -> Decimal | None:
        return held  # type: ignore[return-value]

    @strawberry.field
    def shown_rate(self) -> Rate | None:
        return held  # type: ignore[return-value]

    @strawberry.field
    def shown_date(self) -> datetime.date | None:
        return held  # type: ignore[return-value]

    @strawberry.field
    def shown_date_time(self) -> datetime.datetime | None:
        return held  # type: ignore[return-value]


held: object = None
SCHEMA = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))
FIELDS = {
    "Decimal": "decimal",
    "Rate": "rate",
    "Date": "date",
    "DateTime": "dateTime",
    "Int": "int",
}

ACCEPTED: list[tuple[str, Any, str]] = [
    ("Decimal", "0", "Decimal('0')"),
    ("Decimal", "-0", "Decimal('0')"),
    ("Decimal", "-0.00", "Decimal('0.00')"),
    ("Decimal", "1234.50", "Decimal('1234.50')"),
    ("Decimal", "-999999999999999999.9999999999", "Decimal('-999999999999999999.9999999999')"),
    ("Rate", "0.075", "Decimal('0.075')"),
    ("Date", "2020-02-29", "datetime.date(2020, 2, 29)"),
    (
        "DateTime",
        "2020-05-29T13:45:00Z",
        "datetime.datetime(2020, 5, 29, 13, 45, tzinfo=datetime.timezone.utc)",
    ),
    (
        "DateTime",
        "2020-05-29T13:45:00.5Z",
        "datetime.datetime(2020, 5, 29, 13, 45, 0, 500000, tzinfo=datetime.timezone.utc)",
    ),
    ("Int", 2147483647, "2147483647"),
]

NO_DECIMALS: tuple[Any, ...] = (
    *(0.1, 1, True, [], {}, "", " 1", "1 ", "1\n", "+1", "1.", ".5", "01", "1_000"),
    *("1,5", "1.234,56", "1e3", "1E+999999", "NaN", "sNaN", "Infinity", "-inf", "0x10"),
    *("١٢", "１", "1" * 19, "0." + "1" * 11, "--1", "1\0"),
)

REFUSED: list[tuple[str, Any]] = [
    *((kind, value) for kind in ("Decimal", "Rate") for value in NO_DECIMALS),
    *(
        ("Date", value)
        for value in (
            *(20200529, "2020-5-29", "2020-02-30", "0000-01-01", "20200529", "2020-W22-5"),
            *("29.05.2020", "2020-05-29T00:00:00Z", " 2020-05-29", "٢٠٢٠-٠٥-٢٩", ""),
        )
    ),
    *(
        ("DateTime", value)
        for value in (
            *(1590759900, "2020-05-29", "2020-05-29T13:45:00", "2020-05-29T13:45:00+00:00"),
            *("2020-05-29T13:45Z", "2020-05-29 13:45:00Z", "2020-05-29T24:00:00Z"),
            *("2020-05-29t13:45:00z", "2020-05-29T13:45:60Z", "2020-05-29T13:45:00.1234567Z", ""),
        )
    ),
    *(("Int", value) for value in (2147483648, 1.5, "1", True)),
]


def ask(kind: str, value: object, *, as_literal: bool) -> Any:
    if as_literal:
        literal = json.dumps(value, ensure_ascii=False)
        return SCHEMA.execute_sync(f"{{ shown: {FIELDS[kind]}(value: {literal}) }}")
    query = f"query($value: {kind}!) {{ shown: {FIELDS[kind]}(value: $value) }}"
    return SCHEMA.execute_sync(query, variable_values={"value": value})


@pytest.mark.parametrize("as_literal", [False, True], ids=["variable", "literal"])
def test_scalars_take_their_one_spelling(as_literal: bool) -> None:
    for kind, value, received in ACCEPTED:
        result = ask(kind, value, as_literal=as_literal)

        assert (result.errors, result.data) == (None, {"shown": received}), (kind, value)


@pytest.mark.parametrize("as_literal", [False, True], ids=["variable", "literal"])
def test_scalars_refuse_every_other_spelling(as_literal: bool) -> None:
    for kind, value in REFUSED:
        result = ask(kind, value, as_literal=as_literal)

        assert result.data is None, (kind, value)
        assert result.errors, (kind, value)


def test_a_name_without_quotes_is_no_string() -> None:
    for kind in ("Decimal", "Rate", "Date", "DateTime"):
        result = SCHEMA.execute_sync(f"{{ {FIELDS[kind]}(value: goal) }}")

        assert result.errors, kind
        assert f"{kind} must be a" in result.errors[0].message


def test_a_refusal_says_the_form_that_would_be_right() -> None:
    said = {
        kind: ask(kind, 1.5, as_literal=False).errors[0].message.partition("invalid value: ")[2]
        for kind in ("Date", "DateTime")
    }

    assert said == {
        "Date": 'Date must be a day as a string of the form "YYYY-MM-DD".',
        "DateTime": "DateTime must be an instant in UTC as a string of the form "
        '"YYYY-MM-DDTHH:MM:SSZ".',
    }


@pytest.mark.parametrize(
    ("field", "value", "printed"),
    [
        ("shownDecimal", Decimal("1E+3"), "1000"),
        ("shownDecimal", Decimal("1E-9"), "0.000000001"),
        ("shownDecimal", Decimal("-0.00"), "0.00"),
        ("shownDecimal", Decimal("77548570.2000"), "77548570.2000"),
        ("shownRate", Decimal("1.000"), "1.000"),
        ("shownDate", datetime.date(2020, 5, 29), "2020-05-29"),
        ("shownDate", datetime.date(33, 1, 2), "0033-01-02"),
        ("shownDateTime", datetime.datetime(2020, 5, 29, 13, tzinfo=UTC), "2020-05-29T13:00:00Z"),
        (
            "shownDateTime",
            datetime.datetime(
                2020, 5, 29, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2))
            ),
            "2020-05-28T23:00:00Z",
        ),
        (
            "shownDateTime",
            datetime.datetime(2020, 5, 29, 1, 2, 3, 4, tzinfo=UTC),
            "2020-05-29T01:02:03.000004Z",
        ),
        ("shownDecimal", Decimal("NaN"), None),
        ("shownDecimal", Decimal("Infinity"), None),
        ("shownDecimal", 0.1, None),
        ("shownDecimal", 1, None),
        ("shownDate", datetime.datetime(2020, 5, 29, tzinfo=UTC), None),
        ("shownDate", "2020-05-29", None),
        ("shownDateTime", datetime.datetime(2020, 5, 29), None),
    ],
)
def test_scalars_print_one_spelling_or_fail(field: str, value: object, printed: str | None) -> None:
    global held
    held = value

    result = SCHEMA.execute_sync(f"{{ {field} }}")

    assert result.data == {field: printed}
    assert bool(result.errors) == (printed is None)


@given(
    st.decimals(
        min_value=Decimal("-999999999999999999"),
        max_value=Decimal("999999999999999999"),
        allow_nan=False,
        places=10,
    )
)
def test_a_decimal_that_is_printed_reads_back_the_same(value: Decimal) -> None:
    assert read_decimal(print_decimal(value)) == value


def test_every_scalar_is_described() -> None:
    for kind in ("Decimal", "Rate", "Date", "DateTime"):
        described = SCHEMA._schema.type_map[kind].description

        assert described, kind


GOAL = UUID("0192f0c4-5e6b-7c11-8a53-0d1e2f3a4b5c")


def test_an_id_says_its_kind_and_reads_back() -> None:
    text = encode("coaching_note", GOAL)

    assert text == "coaching_note_0192f0c4-5e6b-7c11-8a53-0d1e2f3a4b5c"
    assert decode(text, "coaching_note") == GOAL
    assert kind_of(text) == "coaching_note"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "goal_",
        str(GOAL),
        f"person_{GOAL}",
        f"Goal_{GOAL}",
        f"goal_{str(GOAL).upper()}",
        f"goal_{GOAL.hex}",
        f"goal_{{{GOAL}}}",
        f"goal_urn:uuid:{GOAL}",
        f"goal_{GOAL} ",
        f"goal_{GOAL}\n",
        f"goal_goal_{GOAL}",
        f"team_goal_{GOAL}",
        "goal_0192f0c4-5e6b-7c11-8a53-0d1e2f3a4b5",
        "goal_٠192f0c4-5e6b-7c11-8a53-0d1e2f3a4b5c",
    ],
)
def test_an_id_of_another_kind_or_spelling_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(NotAnId, match=r"^The id must be that of a goal: goal_<uuid>\.$"):
        decode(text, "goal")


@pytest.mark.parametrize("text", ["", str(GOAL), f"_{GOAL}", f"Goal_{GOAL}", "goal_x"])
def test_no_kind_is_read_from_what_is_no_id(text: str) -> None:
    with pytest.raises(NotAnId):
        kind_of(text)
