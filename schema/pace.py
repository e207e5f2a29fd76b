"""How fast a goal is reached, as the schema shows it."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

import strawberry

from domain.goals.figures import share
from domain.goals.pace import (
    expected_to_date,
    needed_per_working_day,
    pace_status,
    projected,
    run_rate,
)
from schema.cost_rules import dear
from schema.measures import MeasureUnit
from schema.money import SHOWN_NUMBER, shown_amount
from schema.plain import described_enum, plain
from schema.scalars import Rate
from schema.storage import Value, composed


class PaceCurve(StrEnum):
    WORKING_DAYS = "working_days"
    SEASON = "season"


class PaceStatus(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


described_enum(
    PaceCurve,
    "By what it is said which part of a goal should be reached on a day.",
    {
        "WORKING_DAYS": "By working days alone: each counts the same.",
        "SEASON": "By the weights of a season, within each of its periods by working days.",
    },
)
described_enum(
    PaceStatus,
    "How what was reached stands to what was expected, by the thresholds of the organisation's policy.",
    {
        "ON_TRACK": "At, or near enough to, what was expected.",
        "AT_RISK": "Less than what puts a goal at risk.",
        "OFF_TRACK": "Less than what puts a goal off track.",
    },
)


@plain
class Pace:
    """How fast a goal is reached beside how fast it should be. Amounts are in the unit and currency
    of the target, rounded half away from zero: money to the currency's smallest unit, other numbers
    to four places."""

    status: PaceStatus = strawberry.field(description="How it stands.")
    curve: PaceCurve = strawberry.field(description="By what it is said how fast it should be.")
    expected_share: Rate = strawberry.field(
        description="Which part should be reached by the end of today, rounded half away from zero to"
        " four places."
    )
    expected_to_date: Decimal = strawberry.field(
        description="What should be reached by the end of today."
    )
    needed_per_working_day: Decimal | None = strawberry.field(
        description="What is left, for each working day after today; null where no such day is left."
    )
    run_rate: Decimal | None = strawberry.field(
        description="What was reached on each working day up to today; null where there was none."
    )
    projected: Decimal | None = strawberry.field(
        description="What is reached in the end if it goes on like this; null while nothing is expected."
    )
    working_days_gone: int = strawberry.field(
        description="Working days of the period up to today, which is counted."
    )
    working_days_left: int = strawberry.field(description="Working days of the period after today.")
    unit: MeasureUnit = strawberry.field(description="What the amounts are in.")
    currency: str | None = strawberry.field(
        description='ISO 4217 code such as "USD"; null for what is not money.'
    )


def _amount(sql: str) -> Value:
    return Value(sql=sql, shown=shown_amount("{row}.currency"))


def pace_field() -> Any:
    """The field of a goal."""
    row, reached, paced = "{row}", "{reached}", "{paced}"
    return dear(
        composed(
            "How fast it is reached beside how fast it should be; null before its period, while a"
            " draft is not complete, and for what does not add up day by day: rates, means, ratings,"
            " and whatever is better when it is lower.",
            status=Value(sql=pace_status(row, reached, paced)),
            curve=Value(sql=f"{paced}.curve"),
            expected_share=Value(
                sql=share(f"{paced}.elapsed", f"{paced}.whole"), shown=SHOWN_NUMBER
            ),
            expected_to_date=_amount(expected_to_date(row, paced)),
            needed_per_working_day=_amount(needed_per_working_day(row, reached, paced)),
            run_rate=_amount(run_rate(row, reached, paced)),
            projected=_amount(projected(row, reached, paced)),
            working_days_gone=Value(sql=f"{paced}.gone"),
            working_days_left=Value(sql=f"{paced}.days_left"),
            unit=Value(sql="{measured}.unit"),
            currency=Value(sql="{row}.currency"),
        ),
        points=3,
    )
