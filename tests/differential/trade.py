"""Territories in three levels and beside them, customers, products, and what was sold."""

from datetime import date, timedelta
from decimal import Decimal

from tests.differential.furnishing import Furniture, during
from tests.differential.words import HOSTILE, LONG, hostile, mark

# Territory -> the one it lies within.
TERRITORIES = {
    "World": None,
    "West": "World",
    "East": "World",
    "Coast": "West",
    "Hills": "West",
    "Port": "East",
    "Moon": None,
    "Crater": "Moon",
    "Empty": None,
}
# What they are called where it is not their own name: a tie across the tree, and a hostile word.
CALLED = {"Hills": "Coast", "Crater": hostile(6), "Port": hostile(2), "Empty": LONG}
ASSIGNED = (
    ("Coast", "Rui", during()),
    ("West", "Mona", during()),
    ("Hills", "Sam", during("2017-07-01", "2020-05-29")),
    ("Hills", "Nia", during("2020-05-29")),
    ("East", "Olga", during()),
    ("Port", "Olga", during("2020-05-30")),
    ("Moon", "Pia", during("2019-01-01", "2020-01-01")),
    ("Port", "Gus", during()),
    ("World", "Vera", during()),
    ("Crater", "Noor", during()),
)
AMOUNTS = (
    "0", "0.0001", "-0.0001", "0.1", "0.125", "1", "10.5", "99.99", "100", "1200.0000", "-45.6700",
    "77548570.2000", "9999999999999999.9999", "-9999999999999999.9999", "5000499999999999.4999",
    "0.005", "12345678.9012", "3", "7.7777", "2500",
)  # fmt: skip
CURRENCIES = ("USD", "USD", "USD", "JPY", "KWD", "EUR")


def furnish_trade(made: Furniture) -> None:
    """Everything that sales name, and the sales."""
    _territories(made)
    _accounts_and_products(made)
    _measures(made)
    _sales(made)
    _opportunities_and_expenses(made)


def _territories(made: Furniture) -> None:
    for number, (name, outer) in enumerate(TERRITORIES.items()):
        id = made.new_id()
        made.add(
            "territory",
            name,
            id=id,
            name=CALLED.get(name, name),
            kind=f"{hostile(number)} {mark('territory', id)}",
            potential=None if number % 3 == 0 else Decimal(number) * Decimal("1234.5678"),
            parent_id=made.id("territory", outer),
            version=number + 1,
            updated_at=made.instant(number + 2),
        )
    for place, person, days in ASSIGNED:
        made.add(
            "territory_assignment",
            territory_id=made.id("territory", place),
            person_id=made.id("person", person),
            during=days,
        )


def _accounts_and_products(made: Furniture) -> None:
    # The longest name there can be makes the longest cursor.
    longest = "\x01" * 300 if made.to_the_bounds else LONG[:150]
    for number, word in enumerate((*HOSTILE[:11], "Same", "Same", "Same", longest)):
        account, product = made.new_id(), made.new_id()
        made.add(
            "account",
            str(number),
            id=account,
            name=word,
            kind=("", "store", hostile(number + 1))[number % 3],
            city=mark("account", account),
            state="" if number % 4 else hostile(number + 4),
            country=("US", "DE", "", "\u202e")[number % 4],
            version=number + 1,
            updated_at=made.instant(number),
        )
        made.add(
            "product",
            str(number),
            id=product,
            name=word[::-1] if number % 2 else word,
            category=("Bikes", "", hostile(number + 7))[number % 3],
            subcategory="" if number % 2 else hostile(number),
            color=mark("product", product),
            version=number + 1,
            updated_at=made.instant(number + 1),
        )


# Beside those that every organisation has: source, unit, which is better, and levels.
MEASURES = {
    "craft": ("rating", "number", "higher", [hostile(1), hostile(4), LONG]),
    "manners": ("rating", "number", "higher", ["Rude", "Civil"]),
    "visits": ("check_in", "number", "higher", []),
    "visits_missed": ("check_in", "number", "lower", []),
    "certified": ("check_in", "yes_no", "higher", []),
    "portal_share": ("check_in", "percent", "higher", []),
    "debt": ("check_in", "money", "lower", []),
    "takings": ("sales_amount", "money", "lower", []),
}


def _measures(made: Furniture) -> None:
    for number, (key, (source, unit, direction, levels)) in enumerate(MEASURES.items()):
        id = made.new_id()
        made.add(
            "measure",
            key,
            id=id,
            key=key,
            name=f"{hostile(number)[:60]} {number % 2}" if number % 3 else "Same measure",
            description=mark("measure", id) if number % 2 else "",
            unit=unit,
            direction=direction,
            source=source,
            levels=levels,
            retired_at=made.instant(number) if number % 4 == 1 else None,
            version=number + 1,
            updated_at=made.instant(number + 3),
        )


SELLERS = (
    "Rui", "Rui", "Rui", "Sam", "Sam", "Nia", "Tom", "Olga", "Ute", "Gus", "Iris", "Pia", "Xan",
    "Mona", "Noor", None,
)  # fmt: skip


def _sales(made: Furniture) -> None:
    places = [*TERRITORIES, None]
    for number in range(110):
        id = made.new_id()
        amount = AMOUNTS[number % len(AMOUNTS)]
        seller = SELLERS[number % len(SELLERS)]
        has_cost = number % 3 != 0
        tied = number % 10 == 9
        made.add(
            "sale",
            id=id,
            order_number="" if number % 7 == 0 else "SO-1" if tied else
            f"{hostile(number)[:20]} {mark('sale', id)}",
            external_id=None if number % 3 else mark("sale", id),
            sold_on=_day(made, number),
            sold_at=made.instant(number) if number % 5 == 0 else None,
            person_id=made.id("person", seller),
            territory_id=made.id("territory", made.pick(places)),
            account_id=made.id("account", made.pick([None, *map(str, range(15))])),
            product_id=made.id("product", made.pick([None, *map(str, range(15))])),
            quantity=made.pick(AMOUNTS[:9]),
            unit_price=None if number % 4 == 0 else made.pick(AMOUNTS),
            amount=amount,
            cost=str(round(Decimal(amount) / 3, 4)) if has_cost else None,
            currency=made.currency if number % 2 else CURRENCIES[number % len(CURRENCIES)],
            version=number + 1,
            updated_at=made.instant(number),
        )  # fmt: skip


def _day(made: Furniture, number: int) -> str:
    odd = {0: made.first_day, 1: made.last_day, 2: "2020-02-29", 3: "2020-05-31", 4: "2020-05-01"}
    some = date(2020, 1, 1) + timedelta(days=made.number(0, 180))
    return odd.get(number % 16, some.isoformat())


def _opportunities_and_expenses(made: Furniture) -> None:
    places = [*TERRITORIES, None]
    for number in range(60):
        opportunity, expense = made.new_id(), made.new_id()
        outcome = ("won", "won", "lost", "open")[number % 4]
        opened = date(2020, 5, 20) - timedelta(days=made.number(0, 400))
        closed = opened + timedelta(days=made.number(0, 90))
        made.add(
            "opportunity",
            id=opportunity,
            external_id=None if number % 3 else mark("opportunity", opportunity),
            name=f"{hostile(number)} {mark('opportunity', opportunity)}",
            account_id=made.id("account", made.pick([None, *map(str, range(15))])),
            person_id=made.id("person", SELLERS[number % len(SELLERS)]),
            territory_id=made.id("territory", made.pick(places)),
            opened_on=opened.isoformat(),
            closed_on=None if outcome == "open" else closed.isoformat(),
            outcome=outcome,
            amount=made.pick(AMOUNTS) if number % 5 else None,
            currency=CURRENCIES[number % len(CURRENCIES)]
            if number % 5
            else made.pick([None, "USD"]),
            version=number + 1,
            updated_at=made.instant(number),
        )
        made.add(
            "expense",
            id=expense,
            external_id=None if number % 4 else mark("expense", expense),
            person_id=made.id("person", SELLERS[number * 7 % len(SELLERS)]),
            territory_id=made.id("territory", made.pick(places)),
            spent_on=_day(made, number),
            amount=AMOUNTS[number % len(AMOUNTS)],
            currency=made.currency if number % 2 else CURRENCIES[number % len(CURRENCIES)],
            purpose=f"{hostile(number)} {mark('expense', expense)}" if number % 3 else "",
            version=number + 1,
            updated_at=made.instant(number + 1),
        )
