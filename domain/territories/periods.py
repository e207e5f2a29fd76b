"""Calendar periods, for figures by territory."""

from datetime import date
from enum import StrEnum

from domain.errors import Invalid

MOST_PERIODS = 120


class Grain(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[self]


# Every territory with every period that begins from :first_day to :last_day, each :months long.
TERRITORY_PERIODS = """(
  select territory.org_id, territory.id as territory_id, territory.name as territory_name,
    period.starts_on::date as starts_on, (period.starts_on + step.length)::date - 1 as ends_on,
    organisation.currency
  from territory
  join organisation on organisation.org_id = :org::uuid
  cross join (select make_interval(months => :months::int) as length) step
  cross join generate_series(:first_day::date::timestamp, :last_day::date::timestamp, step.length)
    as period (starts_on)
  where territory.org_id = :org::uuid)"""


def periods_between(
    grain: Grain, first: date | None, last: date | None, today: date
) -> tuple[date, date]:
    """The first day of the first period, and the last day, both of a range given in days or left
    open: from the beginning of today's year, up to today. Raises Invalid."""
    last = last or today
    first = first or today.replace(month=1, day=1)
    if last < first:
        raise Invalid(f"The days end on {last}, before they start on {first}.", path=("filter",))
    begins = _beginning(grain, first)
    months = (last.year - begins.year) * 12 + last.month - begins.month
    if months // grain.months >= MOST_PERIODS:
        raise Invalid(f"These are more than {MOST_PERIODS} periods at once.", path=("filter",))
    return begins, last


def _beginning(grain: Grain, day: date) -> date:
    return day.replace(month=day.month - (day.month - 1) % grain.months, day=1)
