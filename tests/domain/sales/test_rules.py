"""What a posted sale may say, by examples."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.errors import Faults, Invalid
from domain.sales.models import PostedVerdict
from domain.sales.rules import (
    Posted,
    content_of,
    corrections,
    day_of,
    faults_of_count,
    faults_of_lines,
    verdict_on,
)

BERLIN = ZoneInfo("Europe/Berlin")


def posted(**values: Any) -> Posted:
    given: dict[str, Any] = {
        "external_id": "A-1", "quantity": Decimal(1), "amount": Decimal("10.50"), "currency": "USD",
        "sold_on": date(2020, 5, 4),
    }  # fmt: skip
    return Posted(**given | values)


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("America/Los_Angeles", "2020-05-01T06:59:59+00:00", "2020-04-30"),
        ("America/Los_Angeles", "2020-05-01T07:00:00+00:00", "2020-05-01"),
        ("Asia/Kolkata", "2020-04-30T18:30:00+00:00", "2020-05-01"),
        ("Asia/Kolkata", "2020-04-30T18:29:59+00:00", "2020-04-30"),
        # The night in which the clocks of Berlin go forward.
        ("Europe/Berlin", "2020-03-28T22:59:59+00:00", "2020-03-28"),
        ("Europe/Berlin", "2020-03-28T23:00:00+00:00", "2020-03-29"),
        ("Europe/Berlin", "2020-03-29T21:59:59+00:00", "2020-03-29"),
        ("Europe/Berlin", "2020-03-29T22:00:00+00:00", "2020-03-30"),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", "2011-12-30T09:59:59+00:00", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00:00+00:00", "2011-12-31"),
        # However the instant is spelt.
        ("America/Los_Angeles", "2020-05-01T15:59:59+09:00", "2020-04-30"),
    ],
)
def test_the_organisations_time_zone_decides_the_day(zone: str, instant: str, day: str) -> None:
    assert day_of(datetime.fromisoformat(instant), ZoneInfo(zone)).isoformat() == day


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"external_id": "  "}, "externalId"),
        ({"external_id": "x" * 201}, "externalId"),
        ({"external_id": "a\x00b"}, "externalId"),
        ({"order_number": "a\tb"}, "orderNumber"),
        ({"sold_on": None}, "soldOn"),
        ({"sold_at": datetime(2020, 5, 4, tzinfo=UTC)}, "soldOn"),
        ({"sold_on": date(1899, 12, 31)}, "soldOn"),
        ({"sold_on": None, "sold_at": datetime(2200, 1, 1, tzinfo=UTC)}, "soldAt"),
        ({"quantity": Decimal("1.00001")}, "quantity"),
        ({"unit_price": Decimal("1E15")}, "unitPrice"),
        ({"amount": Decimal("-1E15")}, "amount"),
        ({"cost": Decimal("0.12345")}, "cost"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "USD "}, "currency"),
    ],
)
def test_each_fault_has_its_place(change: dict[str, Any], name: str) -> None:
    (fault,) = faults_of_lines([posted(external_id="fine"), posted(**change)])

    assert fault.path == ("sales", "1", name)
    assert fault.message.endswith(".")


def test_every_fault_of_every_line_is_told_at_once() -> None:
    found = list(
        faults_of_lines(
            [
                posted(currency="€", amount=Decimal("1.23456")),
                posted(external_id=" B "),
                posted(external_id="B", sold_on=None),
            ]
        )
    )

    assert [".".join(fault.path) for fault in found] == [
        "sales.0.amount", "sales.0.currency", "sales.2.soldOn", "sales.2.externalId"
    ]  # fmt: skip
    with pytest.raises(Faults) as refused:
        Faults.raised(found)
    assert list(refused.value.each) == found
    with pytest.raises(Invalid) as alone:
        Faults.raised(found[:1])
    assert alone.value is found[0]
    Faults.raised([])


def test_a_message_has_1_to_100_sales() -> None:
    assert [len(list(faults_of_count(lines))) for lines in (0, 1, 100, 101)] == [1, 0, 0, 1]


def test_the_largest_amounts_are_as_for_files() -> None:
    largest = Decimal("999999999999999.9999")

    assert not list(faults_of_lines([posted(amount=largest, quantity=-largest, cost=Decimal(0))]))


def test_what_differs_is_a_correction_and_zeros_do_not() -> None:
    said = content_of(posted(), BERLIN)
    stands = {name: getattr(said, name) for name in said.__slots__} | {"id": 1, "version": 3}
    same = stands | {"amount": Decimal("10.5000")}
    other = stands | {"amount": Decimal("10.51"), "order_number": "7"}

    assert verdict_on(None, said) is PostedVerdict.ADDED
    assert verdict_on(same, said) is PostedVerdict.UNCHANGED
    assert verdict_on(other, said) is PostedVerdict.CORRECTED
    assert corrections(other, said) == {"order_number": "7", "amount": Decimal("10.51")}
