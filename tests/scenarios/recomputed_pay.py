"""The pay of the example company once more, from its files alone: a program that knows nothing of Attain's
code, of its plans' documents or of its API. What the plans say is written down here a second time.

    paid = everything(Path("examples/adventureworks"), quarters, years)
    paid["Representatives", "Linda Mitchell", "2020-05-01"]["commission"]
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

ZERO, CENT = Decimal(0), Decimal("0.01")
MONTHS = [
    f"{year}-{month:02}"
    for year in range(2017, 2021)
    for month in range(1, 13)
    if "2017-07" <= f"{year}-{month:02}" <= "2020-05"
]
NEW_TERMS = "2019-07"
NORTH = {
    "Michael Blythe": 16_000, "Linda Mitchell": 16_000, "Jillian Carson": 16_000, "Garrett Vargas": 10_000,
    "Tsvi Reiter": 14_000, "Pamela Ansman-Wolfe": 8_000, "Shu Ito": 12_000, "José Saraiva": 12_000,
    "David Campbell": 10_000, "Tete Mensa-Annan": 8_000,
}  # fmt: skip
EUROPE = {"Jae Pak": 16_000, "Ranjit Varkey Chudukatil": 12_000, "Rachel Valdez": 8_000}
PACIFIC = {"Lynn Tsoflias": 8_000}
TEAMS = {
    "Stephen Jiang": ("2017-07", Decimal("0.002"), 20_000, NORTH),
    "Amy Alberts": ("2018-07", Decimal("0.004"), 16_000, EUROPE),
    "Syed Abbas": ("2019-07", Decimal("0.01"), 10_000, PACIFIC),
}
"""Each manager: on the plan since when, what part of the team's deals, the bonus of a year, who."""
STARTED = {
    "Jae Pak": "2018-07", "Ranjit Varkey Chudukatil": "2018-07", "Tete Mensa-Annan": "2018-11",
    "Rachel Valdez": "2019-07", "Lynn Tsoflias": "2019-07",
}  # fmt: skip
OTHERWISE = {
    ("Jillian Carson", "2017-07"): Decimal(50_000),
    ("Tete Mensa-Annan", "2018-11"): Decimal(350_000) / 4,
    ("Tete Mensa-Annan", "2018-12"): Decimal(350_000) / 2,
    ("Tete Mensa-Annan", "2019-01"): Decimal(100_000) * 3 / 4,
}
"""Targets of a month that are not those of the file: agreed with one alone, or of somebody who is new."""
SHARED = {
    "SO51822": ("Jillian Carson", 4), "SO53535": ("Ranjit Varkey Chudukatil", 2), "SO69471": ("Tsvi Reiter", 2),
}  # fmt: skip
"""Orders of which somebody else sold so many tenths."""

Targets: TypeAlias = Mapping[tuple[str, str], Decimal]
"""By whose, and the first day."""
Paid: TypeAlias = dict[tuple[str, str, str], dict[str, Decimal]]
"""By plan, person and the period's first day, what each component pays; of those that wait, with
" pending" after the name what they would pay now; and the "total"."""


@dataclass(frozen=True)
class Line:
    """A person's part of a line of an order."""

    amount: Decimal
    pieces: Decimal
    category: str


@dataclass(frozen=True)
class Files:
    """By month and seller, or whose team sold it, in the order in which deals count."""

    own: Mapping[tuple[str, str], Sequence[Line]]
    team: Mapping[tuple[str, str], Sequence[Line]]
    monthly: Mapping[tuple[str, str], Decimal]


def everything(folder: Path, quarters: Targets, years: Targets) -> Paid:
    """All pay; quarters and years are what was agreed for them, since no file says it."""
    files = _files(folder)
    paid: Paid = {}
    for people in (NORTH, EUROPE, PACIFIC):
        for who, bonus in people.items():
            _representative(paid, files, who, Fraction(bonus, 4), quarters)
            _spring(paid, files, who)
    for who, (since, rate, bonus, _) in TEAMS.items():
        _manager(paid, files, who, since, rate, Fraction(bonus), years)
    for amounts in paid.values():
        pays = [amount for name, amount in amounts.items() if not name.endswith("pending")]
        amounts["total"] = sum(pays, ZERO)
    return paid


def _representative(paid: Paid, files: Files, who: str, bonus: Fraction, quarters: Targets) -> None:
    so_far = ZERO
    for month in MONTHS:
        if month < STARTED.get(who, ""):
            continue
        lines = [each.amount for each in files.own[who, month]]
        if month < NEW_TERMS:
            target = OTHERWISE.get((who, month)) or files.monthly[who, month]
            steps = [(ZERO, Decimal("0.01")), (target, Decimal("0.015"))]
            _, earned = _earned(ZERO, lines, steps)
            paid["Representatives", who, f"{month}-01"] = {"commission": earned}
            continue
        place = (int(month[5:]) - 1) % 3
        quarter = quarters[who, f"{month[:5]}{int(month[5:]) - place:02}-01"]
        steps = [
            (ZERO, Decimal("0.01")), (quarter, Decimal("0.015")),
            (quarter * Decimal("1.2"), Decimal("0.02")),
        ]  # fmt: skip
        so_far, earned = _earned(ZERO if place == 0 else so_far, lines, steps)
        at_once = _curve(bonus, so_far, quarter)
        paid["Representatives", who, f"{month}-01"] = {
            "commission": earned,
            "bonus": at_once if place == 2 else ZERO,
            "bonus pending": ZERO if place == 2 else at_once,
        }


def _spring(paid: Paid, files: Files, who: str) -> None:
    """2 for each accessory from April on, once they are fifty, and 400 at most."""
    pieces = before = ZERO
    for month in ("2020-04", "2020-05"):
        pieces += sum(
            each.pieces for each in files.own[who, month] if each.category == "Accessories"
        )
        worth = min(2 * pieces, Decimal(400)) if pieces >= 50 else ZERO
        paid["Accessories in spring 2020", who, f"{month}-01"] = {"spif": worth - before}
        before = worth


def _manager(
    paid: Paid, files: Files, who: str, since: str, rate: Decimal, bonus: Fraction, years: Targets
) -> None:
    year = ZERO
    for month in MONTHS:
        if month < since:
            continue
        team = [each.amount for each in files.team[who, month]]
        own = [each.amount for each in files.own[who, month]]
        target = files.monthly[who, month]
        found = {
            "team_deals": _earned(ZERO, team, [(ZERO, rate), (target, rate * 3 / 2)])[1],
            "own_deals": _earned(ZERO, own, [(ZERO, Decimal("0.01"))])[1],
        }
        if month >= NEW_TERMS:
            year += sum(team)
            pending = _curve(bonus, year, years[who, "2019-07-01"])
            found |= {"bonus": ZERO, "bonus pending": pending}
        paid["Sales managers", who, f"{month}-01"] = found


def _earned(
    total: Decimal, lines: Sequence[Decimal], steps: Sequence[tuple[Decimal, Decimal]]
) -> tuple[Decimal, Decimal]:
    """Where the total gets to, and what that pays: of each line whatever lies in a step at its rate, to
    the cent."""
    paid = ZERO
    ends = [start for start, _ in steps[1:]]
    for amount in lines:
        reached = total + amount
        for place, (start, rate) in enumerate(steps):
            top = reached if place == len(ends) else min(reached, ends[place])
            if (part := top - max(total, start)) > 0:
                paid += _cents(part * rate)
        total = reached
    return total, paid


def _curve(bonus: Fraction, total: Decimal, target: Decimal) -> Decimal:
    """Half at 80 %, all at 100 %, half as much again at 120 % and beyond, in straight lines between; to
    the cent, of which nothing is below zero."""
    reached = Fraction(total) / Fraction(target)
    if reached < Fraction(4, 5):
        return ZERO
    worth = bonus * (
        Fraction(1, 2) + (min(reached, Fraction(6, 5)) - Fraction(4, 5)) * Fraction(5, 2)
    )
    return int((worth * 200 + 1) // 2) * CENT


def _cents(exact: Decimal) -> Decimal:
    """Half away from zero."""
    return exact.quantize(CENT, ROUND_HALF_UP)


def _files(folder: Path) -> Files:
    names = {row["EmployeeKey"]: row["Salesperson"] for row in _rows(folder, "Salesperson.csv")}
    by_id = {row["EmployeeID"]: row["Salesperson"] for row in _rows(folder, "Salesperson.csv")}
    categories = {row["ProductKey"]: row["Category"] for row in _rows(folder, "Product.csv")}
    leads = {who: leader for leader, (*_, team) in TEAMS.items() for who in team}
    own: dict[tuple[str, str], list[Line]] = defaultdict(list)
    team: dict[tuple[str, str], list[Line]] = defaultdict(list)
    in_order = sorted(
        _rows(folder, "Sales.csv"),
        key=lambda row: (row["OrderDate"], row["SalesOrderNumber"], row["ProductKey"]),
    )
    for row in in_order:
        month, seller = row["OrderDate"][:7].replace("/", "-"), names[row["EmployeeKey"]]
        whole = Line(Decimal(row["Sales"]), Decimal(row["Quantity"]), categories[row["ProductKey"]])
        for who, line in _parts(row["SalesOrderNumber"], seller, whole):
            own[who, month].append(line)
        if seller in leads:
            team[leads[seller], month].append(whole)
    targets = {
        (by_id[row["EmployeeID"]], row["TargetMonth"][:7].replace("/", "-")): Decimal(row["TargetAmount"])
        for row in _rows(folder, "Targets.csv")
    }  # fmt: skip
    return Files(own, team, targets)


def _parts(order: str, seller: str, whole: Line) -> Iterator[tuple[str, Line]]:
    """Tenths never leave two halves of a cent, so each part is the nearest cent."""
    if order not in SHARED:
        yield seller, whole
        return
    other, tenths = SHARED[order]
    part = _cents(whole.amount * tenths / 10)
    pieces = whole.pieces * tenths / 10
    yield seller, Line(whole.amount - part, whole.pieces - pieces, whole.category)
    yield other, Line(part, pieces, whole.category)


def _rows(folder: Path, file: str) -> Iterator[Mapping[str, str]]:
    with (folder / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="|", quoting=csv.QUOTE_NONE)
