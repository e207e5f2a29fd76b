"""What was sold in the two years before today, line by line, in the order of the days."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate
from random import Random
from uuid import UUID

from api.generated.ids import Ids
from api.generated.market import CENT, Market
from api.generated.people import People
from api.generated.rows import Sale
from api.generated.seasons import Calendar
from api.generated.territories import Territories

LEADERS_SHARE = 0.1  # what somebody who leads sells beside, of what one of theirs sells
WITHOUT_SELLER = 0.005
LINE_VALUE = (7.2, 0.7)  # of the logarithm: a line comes to some 1,300 in the middle
WITHOUT_COST = 0.03
ACCOUNTS_OF_A_SELLER = 12
DISCOUNTS = tuple(Decimal(percent) / 100 for percent in (100, 100, 97, 95, 95, 90, 85, 80))


@dataclass(slots=True)
class Sold:
    """The lines, and of each seller what they had sold up to each day."""

    lines: list[Sale]
    _days: dict[UUID, list[date]] = field(default_factory=lambda: defaultdict(list))
    _sums: dict[UUID, list[Decimal]] = field(default_factory=lambda: defaultdict(list))

    def note(self, line: Sale) -> None:
        self.lines.append(line)
        if line.person_id is not None:
            sums = self._sums[line.person_id]
            self._days[line.person_id].append(line.sold_on)
            sums.append((sums[-1] if sums else Decimal(0)) + line.amount)

    def by(self, person: UUID, *, before: date | None = None, until: date) -> Decimal:
        """The amount that a person sold until a day, of which `before` and earlier are left out."""
        total = self._until(person, until)
        return total - self._until(person, before) if before else total

    def _until(self, person: UUID, day: date) -> Decimal:
        lines = bisect_right(self._days.get(person, []), day)
        return self._sums[person][lines - 1] if lines else Decimal(0)


def sales(
    people: People,
    territories: Territories,
    market: Market,
    calendar: Calendar,
    count: int,
    *,
    seed: str,
    today: date,
    currency: str,
) -> Sold:
    """So many lines. Who sells well sells at all times; a few sell most."""
    chance, ids = Random(f"{seed}/sales"), Ids(f"{seed}/sales/ids")  # noqa: S311 - no secrets
    force = people.sales_force
    talent = [
        chance.lognormvariate(0, 0.5) * (LEADERS_SHARE if people.seats[seat].below else 1)
        for seat in force
    ]
    sellers = chance.choices(force, cum_weights=list(accumulate(talent)), k=count)
    products = chance.choices(
        range(len(market.products)), cum_weights=list(accumulate(market.demand)), k=count
    )

    sold = Sold([])
    days = calendar.days(count, today, chance)
    for n, (day, seller, product) in enumerate(zip(days, sellers, products, strict=True), 1):
        price = (market.prices[product] * chance.choice(DISCOUNTS)).quantize(CENT)
        # Of what is cheap more is bought at once.
        quantity = max(1, round(chance.lognormvariate(*LINE_VALUE) / float(price)))
        cost = None if chance.random() < WITHOUT_COST else market.products[product].standard_cost
        own = seller * ACCOUNTS_OF_A_SELLER + chance.randrange(ACCOUNTS_OF_A_SELLER)
        sold.note(
            Sale(
                ids.on(day),
                f"S{n:07}",
                f"SO{n + 100_000}",
                day,
                None if chance.random() < WITHOUT_SELLER else people.persons[seller].id,
                territories.of[seller],
                market.accounts[own % len(market.accounts)].id,
                market.products[product].id,
                Decimal(quantity),
                price,
                price * quantity,
                None if cost is None else cost * quantity,
                currency,
            )
        )
    return sold
