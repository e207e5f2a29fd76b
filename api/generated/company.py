"""A whole company from a seed: values in, rows out. The same seed and sizes give the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_DNS, UUID, uuid5

from api.generated.goals import Goals, goals
from api.generated.market import Market, market
from api.generated.people import FEWEST_PEOPLE, OFFICE, People, people
from api.generated.rows import Person
from api.generated.sales import Sold, sales
from api.generated.seasons import Calendar
from api.generated.territories import Territories, territories

TODAY = date(2026, 5, 20)
CURRENCY = "EUR"
SALES_DAYS = 730
DIRECT, BELOW = 8, 100  # of the manager who is shown: as near to these as there is


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows of each kind. Raises ValueError for what cannot be made."""

    people: int = 2_000
    territories: int = 200
    goals: int = 20_000
    sales: int = 200_000

    def __post_init__(self) -> None:
        if self.people < FEWEST_PEOPLE:
            raise ValueError(f"A company has at least {FEWEST_PEOPLE} people.")
        if self.territories < 1 or self.goals < 0 or self.sales < 0:
            raise ValueError("There is at least one territory, and nothing is fewer than none.")


@dataclass(frozen=True, slots=True)
class Company:
    """All that was made."""

    org: UUID
    slug: str
    name: str
    seed: int
    today: date
    people: People
    territories: Territories
    market: Market
    sold: Sold
    goals: Goals

    @property
    def tables(self) -> list[tuple[str, Sequence[NamedTuple]]]:
        """Rows by table, each after those that it refers to."""
        return [
            ("person", self.people.persons),
            ("position", self.people.positions),
            ("reporting_line", self.people.reporting_lines),
            ("holding", self.people.holdings),
            ("role_grant", self.people.role_grants),
            ("territory", self.territories.territories),
            ("territory_assignment", self.territories.assignments),
            ("account", self.market.accounts),
            ("product", self.market.products),
            ("sale", self.sold.lines),
            ("goal", self.goals.goals),
            ("goal_decision", self.goals.decisions),
            ("check_in", self.goals.check_ins),
        ]

    @property
    def counts(self) -> dict[str, int]:
        return {table: len(rows) for table, rows in self.tables}

    @property
    def cast(self) -> dict[str, Person]:
        """Somebody of every role: a manager of middling size and one who sells below them, the
        chief executive, and the office."""
        manager = self._manager()
        below = self.people.everybody_below(manager)
        rep = next(n for n in below if not self.people.seats[n].below)
        shown = {"rep": rep, "manager": manager, "executive": 0}
        shown |= {role.value: n for n, (role, _) in enumerate(OFFICE, 1)}
        return {role: self.people.persons[n] for role, n in shown.items()}

    def territory_of(self, person: Person) -> UUID:
        """Raises KeyError for somebody outside sales."""
        return self.territories.of[self.people.persons.index(person)]

    def _manager(self) -> int:
        def distance(seat: int) -> tuple[int, int]:
            direct = len(self.people.seats[seat].below)
            return abs(len(self.people.everybody_below(seat)) - BELOW), abs(direct - DIRECT)

        return min(
            (n for n, s in enumerate(self.people.seats) if s.in_sales and s.below), key=distance
        )


def company(
    sizes: Sizes, *, seed: int = 1, slug: str = "generated", today: date = TODAY
) -> Company:
    """Raises ValueError for more goals than there are periods for."""
    folk = people(sizes.people, seed=str(seed), slug=slug, today=today)
    land = territories(folk, sizes.territories, seed=str(seed), today=today)
    trade = market(sizes.sales, seed=str(seed), today=today)
    # To the end of next year, since goals look ahead.
    calendar = Calendar.between(today - timedelta(days=SALES_DAYS), date(today.year + 1, 12, 31))
    sold = sales(
        folk, land, trade, calendar, sizes.sales, seed=str(seed), today=today, currency=CURRENCY
    )
    return Company(
        org=uuid5(NAMESPACE_DNS, f"{seed}.{slug}.example"),
        slug=slug,
        name="Halcyon Instruments (generated)",
        seed=seed,
        today=today,
        people=folk,
        territories=land,
        market=trade,
        sold=sold,
        goals=goals(
            folk, land, sold, calendar, sizes.goals, seed=str(seed), today=today, currency=CURRENCY
        ),
    )
