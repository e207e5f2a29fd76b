"""Customers and products."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from api.generated.ids import Ids
from api.generated.rows import Account, Product
from api.generated.words import ACCOUNT_KINDS, CATALOGUE, CITIES, FAMILY, FORMS, SERIES, TRADES

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Market:
    """`prices[n]` is the list price of product n; few products sell most (`demand`)."""

    accounts: list[Account]
    products: list[Product]
    prices: list[Decimal]
    demand: list[float]


def market(sales: int, *, seed: str, today: date) -> Market:
    """As many customers and products as so many sales need."""
    chance = Random(f"{seed}/market")  # noqa: S311 - no secrets
    ids, founded = Ids(f"{seed}/market/ids"), today - timedelta(days=3650)
    accounts = []
    for n in range(1, max(5, sales // 50) + 1):
        city, country = chance.choice(CITIES)
        name = f"{chance.choice(FAMILY)} {chance.choice(TRADES)} {chance.choice(FORMS)}"
        kind = chance.choice(ACCOUNT_KINDS)
        accounts.append(Account(ids.on(founded), f"C{n:06}", name, kind, city, country))

    products, prices = [], []
    for n in range(1, min(400, max(5, sales // 500)) + 1):
        category, kinds = chance.choice(CATALOGUE)
        kind, middle = chance.choice(kinds)
        cost = _cents(middle * chance.lognormvariate(0, 0.4))
        name = f"{kind} {chance.choice(SERIES)}{chance.randrange(100, 1000)}"
        products.append(Product(ids.on(founded), f"A{n:04}", name, category, kind, cost))
        prices.append((cost * Decimal(chance.randrange(140, 240)) / 100).quantize(CENT))
    demand = [1 / math.sqrt(rank) for rank in range(1, len(products) + 1)]
    return Market(accounts, products, prices, demand)


def _cents(value: float) -> Decimal:
    return Decimal(round(value * 100)) / 100
