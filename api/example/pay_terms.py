"""Who of the example's people is paid by which plan, and what is agreed with some of them alone.

The plans themselves are documents, in `examples/adventureworks/plans`. The company's own database
pays its salespeople 1 to 2 % and a bonus; what stands here is made up in its manner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.incentives.plan_models import OverrideKind

CALENDAR = "Fiscal years from July"


@dataclass(frozen=True, slots=True)
class Paid:
    """Some people on a plan from a day on, each for a target incentive of a year."""

    since: date
    people: Mapping[str, int]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PlanPaid:
    """A plan with its versions, each a document and the day on which it begins, and who is on it."""

    key: str
    name: str
    versions: Sequence[tuple[str, date]]
    paid: Sequence[Paid]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed with one person alone."""

    plan: str
    who: str
    kind: OverrideKind
    key: str
    value: Decimal
    starts_on: date
    reason: str
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """An order that two sold together, and the part of it that is the other's."""

    order: str
    seller: str
    other: str
    part: Decimal


BEGINNING, YEAR_2019, YEAR_2020 = date(2017, 7, 1), date(2018, 7, 1), date(2019, 7, 1)
SPRING = date(2020, 4, 1), date(2020, 6, 30)
NEWCOMER, JOINED = "Tete Mensa-Annan", date(2018, 11, 1)
FROM_THE_BEGINNING = {
    "Michael Blythe": 16_000, "Linda Mitchell": 16_000, "Jillian Carson": 16_000, "Garrett Vargas": 10_000,
    "Tsvi Reiter": 14_000, "Pamela Ansman-Wolfe": 8_000, "Shu Ito": 12_000, "José Saraiva": 12_000,
    "David Campbell": 10_000,
}  # fmt: skip
FROM_2019 = {"Jae Pak": 16_000, "Ranjit Varkey Chudukatil": 12_000}
FROM_2020 = {"Rachel Valdez": 8_000, "Lynn Tsoflias": 8_000}

PLANS = (
    PlanPaid(
        "representatives",
        "Representatives",
        (
            ("representatives-2018", BEGINNING),
            ("representatives-2019", JOINED),
            ("representatives-2020", YEAR_2020),
        ),
        (
            Paid(BEGINNING, FROM_THE_BEGINNING),
            Paid(YEAR_2019, FROM_2019),
            Paid(JOINED, {NEWCOMER: 8_000}),
            Paid(YEAR_2020, FROM_2020),
        ),
    ),
    PlanPaid(
        "managers",
        "Sales managers",
        (("managers-2018", BEGINNING), ("managers-2020", YEAR_2020)),
        (
            Paid(BEGINNING, {"Stephen Jiang": 20_000}),
            Paid(YEAR_2019, {"Amy Alberts": 16_000}),
            Paid(YEAR_2020, {"Syed Abbas": 10_000}),
        ),
    ),
    PlanPaid(
        "accessories",
        "Accessories in spring 2020",
        (("accessories-2020", SPRING[0]),),
        (
            Paid(
                SPRING[0],
                dict.fromkeys((*FROM_THE_BEGINNING, *FROM_2019, NEWCOMER, *FROM_2020), 0),
                until=SPRING[1],
            ),
        ),
    ),
)


def _target(who: str, quota: int, first: date, last: date, why: str) -> Agreed:
    kind = OverrideKind.QUOTA
    return Agreed("representatives", who, kind, "revenue", Decimal(quota), first, why, last)


def _rate(who: str, rate: str, since: date, why: str) -> Agreed:
    kind = OverrideKind.BASE_RATE
    return Agreed("managers", who, kind, "team_deals", Decimal(rate), since, why)


AGREED = (
    _target(
        "Jillian Carson", 50_000, BEGINNING, date(2017, 7, 31),
        "The company's file has no target for her first month. (Made up)",
    ),
    _rate("Amy Alberts", "0.004", YEAR_2019, "Europe is smaller than North America. (Made up)"),
    _rate("Syed Abbas", "0.01", YEAR_2020, "One representative, and a region to open. (Made up)"),
)  # fmt: skip

SHARED = (
    Shared("SO51822", "Linda Mitchell", "Jillian Carson", Decimal("0.4")),
    Shared("SO53535", "Jae Pak", "Ranjit Varkey Chudukatil", Decimal("0.2")),
)
"""Known to be sold by two when they were credited; tenths, so that no half cents are left over."""
SHARED_LATER = Shared("SO69471", "Linda Mitchell", "Tsvi Reiter", Decimal("0.2"))
"""This one was thought to be Linda's alone, and the pay of May worked out so."""
