"""A sales force in which Rui loses what others win, with figures that are easy to follow."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from domain.database import on_behalf_of
from domain.ids import new_id
from tests.people import SINCE, Company

WON = (20, 22, 24, 24, 26, 27, 28, 29, 30, 32, 36, 40)
"""Of eighty opportunities each, by the other twelve: the worked example of docs/gaps.md."""
ENDED_ON = date(2020, 2, 10)

_OPPORTUNITIES = """insert into opportunity (org_id, id, name, person_id, opened_on, closed_on, outcome)
  select $1, gen_random_uuid(), 'One of many', $2, $3::date - 10 - n % 40, $3,
    case when n <= $4 then 'won' else 'lost' end from generate_series(1, $5::int) n"""


async def sellers(
    company: Company, *, others: Sequence[int] = WON, rui: int = 8, at_moment: date = ENDED_ON
) -> list[str]:
    """Rui and Sam, with as many more as there are figures, sell in the same job; each wins so many of
    eighty. Returns the others' names, Sam's first."""
    names = ["Sam", *(f"Peer {n}" for n in range(1, len(others)))]
    async with on_behalf_of(company.org) as transaction:
        for number, name in enumerate(["Rui", *names], 1):
            if name not in company.ids:
                await _hired(company, name)
            await transaction.execute_query(
                "update position set title = $3 where org_id = $1 and id = $2",
                [company.org, company.positions[name], f"Account Executive {number}"],
            )
        for name, won in zip(["Rui", *names], [rui, *others], strict=True):
            await transaction.execute_query(
                _OPPORTUNITIES, [company.org, company.ids[name], at_moment, won, 80]
            )
    return names


async def _hired(company: Company, name: str) -> None:
    """Somebody more, in a position of their own that nobody is above."""
    person, position = new_id(), new_id()
    company.ids[name], company.positions[name] = person, position  # type: ignore[index]  # a dict
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into person (org_id, id, name, title) values ($1, $2, $3, 'Cast')",
            [company.org, person, name],
        )
        await transaction.execute_query(
            "insert into position (org_id, id, title) values ($1, $2, 'New')",
            [company.org, position],
        )
        await transaction.execute_query(
            "insert into holding (org_id, id, position_id, person_id, during)"
            " values ($1, $2, $3, $4, daterange($5::date, null))",
            [company.org, new_id(), position, person, SINCE],
        )


# Each order is of two lines, a bike and a helmet, on twelve days of March; a year before there was one line a day.
_ORDERS = """insert into sale (org_id, id, order_number, sold_on, person_id, product_id, quantity, amount, currency)
  select $1::uuid, gen_random_uuid(), n::text, '2020-03-01'::date + n, $2::uuid, line.product_id, 1, line.amount, 'USD'
  from generate_series(1, 12) n
  cross join lateral (values ($3::uuid, $5::numeric - n), ($4::uuid, $6::numeric + n % 3))
    line (product_id, amount)
  union all
  select $1::uuid, gen_random_uuid(), '', '2019-03-01'::date + n, $2::uuid, $3::uuid, 1, 500 + n, 'USD'
  from generate_series(1, 12) n"""


async def orders(company: Company, bikes: Mapping[str, int]) -> None:
    """Each sells bikes for so much an order, and helmets for a quarter of that; Rui sells hardly any."""
    products = {name: new_id() for name in ("Bikes", "Helmets")}
    async with on_behalf_of(company.org) as transaction:
        for name, product in products.items():
            await transaction.execute_query(
                "insert into product (org_id, id, name, category) values ($1, $2, $3, $3)",
                [company.org, product, name],
            )
        for name, amount in bikes.items():
            helmets = Decimal(amount) / (1000 if name == "Rui" else 4)
            values = [company.org, company.ids[name], *products.values(), amount, helmets]
            await transaction.execute_query(_ORDERS, values)
