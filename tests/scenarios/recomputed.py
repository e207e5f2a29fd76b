"""The figures of the example company once more, from its files alone: a program that knows nothing of
Attain's code, of its database or of its API, and does plain sums over lists.

    company = Company(Path("examples/adventureworks"))
    company.moved("Jae Pak", "Syed Abbas", date(2019, 10, 10))
    company.reached(Goal("Amy Alberts", "team", "margin", first, last, target))
"""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import groupby
from pathlib import Path

BEGINNING, DAY = date(2017, 7, 1), timedelta(days=1)


@dataclass(frozen=True)
class Line:
    day: date
    seller: str
    reseller: str
    amount: Decimal
    cost: Decimal
    quantity: Decimal


@dataclass(frozen=True)
class Goal:
    """What there is to be reached: whose, counting whom, of what, from which to which day."""

    owner: str
    scope: str
    measure: str
    first: date
    last: date
    target: Decimal
    named: Sequence[str] = ()


@dataclass(frozen=True)
class Pace:
    gone: int
    left: int
    expected_share: Decimal
    expected: Decimal
    needed: Decimal | None
    run_rate: Decimal | None
    projected: Decimal | None
    status: str


@dataclass
class Company:
    """Everybody by name, as the files name them."""

    folder: Path
    sales: list[Line] = field(default_factory=list)
    above: dict[str, list[tuple[date, str | None]]] = field(default_factory=dict)
    """For each person who is above them, from which day on; the earliest first."""
    daily: dict[tuple[str, date], dict[str, Decimal]] = field(default_factory=dict)
    """What everybody sold on each day, by what is measured."""

    def __post_init__(self) -> None:
        names = {row["EmployeeKey"]: row["Salesperson"] for row in self._rows("Salesperson.csv")}
        for row in self._rows("Reporting.csv"):
            boss = names.get(row["ManagerKey"])
            self.above[names[row["EmployeeKey"]]] = [(BEGINNING, boss)]
        for row in self._rows("Sales.csv"):
            self.sales.append(
                Line(
                    date.fromisoformat(row["OrderDate"].replace("/", "-")),
                    names[row["EmployeeKey"]],
                    row["ResellerKey"],
                    Decimal(row["Sales"]),
                    Decimal(row["Cost"]),
                    Decimal(row["Quantity"]),
                )
            )

        nothing = {"revenue": Decimal(0), "margin": Decimal(0), "units": Decimal(0)}
        for line in self.sales:
            sold = self.daily.setdefault((line.seller, line.day), dict(nothing))
            sold["revenue"] += line.amount
            sold["margin"] += line.amount - line.cost
            sold["units"] += line.quantity

    def _rows(self, file: str) -> Iterator[Mapping[str, str]]:
        with (self.folder / file).open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines, delimiter="|", quoting=csv.QUOTE_NONE)

    def moved(self, person: str, boss: str, since: date) -> None:
        """From this day on somebody reports to another."""
        self.above[person].append((since, boss))

    def boss(self, person: str, day: date) -> str | None:
        since = [boss for first, boss in self.above[person] if first <= day]
        return since[-1] if since else None

    def is_in_team(self, person: str, leader: str, day: date) -> bool:
        """Whether somebody is the leader, or stands below them, at any depth, on a day."""
        at: str | None = person
        while at is not None and at != leader:
            at = self.boss(at, day)
        return at == leader

    def counts(self, goal: Goal, seller: str, day: date) -> bool:
        if not goal.first <= day <= goal.last:
            return False
        match goal.scope:
            case "own":
                return seller == goal.owner
            case "team":
                return self.is_in_team(seller, goal.owner, day)
            case "contributors":
                return seller in goal.named
        return True

    def reached(self, goal: Goal) -> Collection[Decimal]:
        """What was reached: one number; several where two sellers won a customer on the same day and
        the files do not say who was first."""
        if goal.measure == "new_customers":
            return self._customers_won(goal)
        sold = (
            sold[goal.measure]
            for (seller, day), sold in self.daily.items()
            if self.counts(goal, seller, day)
        )
        return {sum(sold, Decimal(0))}

    def _customers_won(self, goal: Goal) -> Collection[Decimal]:
        surely = perhaps = 0
        by_reseller = sorted(
            (line for line in self.sales if line.amount > 0), key=lambda line: line.reseller
        )
        for _, bought in groupby(by_reseller, key=lambda line: line.reseller):
            lines = list(bought)
            first = min(line.day for line in lines)
            won = {self.counts(goal, line.seller, first) for line in lines if line.day == first}
            surely += won == {True}
            perhaps += won == {True, False}
        return {Decimal(surely + more) for more in range(perhaps + 1)}

    def pace(
        self, goal: Goal, reached: Decimal, today: date, thresholds: tuple[Decimal, Decimal]
    ) -> Pace:
        """Where a goal stands in its working days, Monday to Friday; `thresholds` are those under
        which it is at risk, and off track."""
        whole = working_days(goal.first, goal.last)
        gone = working_days(goal.first, min(today, goal.last))
        left, places = whole - gone, 2 if goal.measure in ("revenue", "margin") else 4
        at_risk, off_track = (Fraction(each) for each in thresholds)
        expected = Fraction(goal.target) * gone / whole
        rest = max(Fraction(goal.target) - Fraction(reached), Fraction(0))
        return Pace(
            gone,
            left,
            rounded(Fraction(gone, whole), 4),
            rounded(expected, places),
            rounded(rest / left, places) if left else None,
            rounded(Fraction(reached) / gone, places) if gone else None,
            rounded(Fraction(reached) * whole / gone, places) if gone else None,
            "ON_TRACK"
            if Fraction(reached) >= at_risk * expected
            else "AT_RISK"
            if Fraction(reached) >= off_track * expected
            else "OFF_TRACK",
        )

    def shared_by_last_year(self, goal: Goal, levels: int) -> dict[str, Decimal]:
        """A goal shared out below its owner by what everybody, with whom they lead, reached on the same
        days a year before; to the cent, by largest remainder, in the order of names."""
        found: dict[str, Decimal] = {}
        above = {goal.owner: goal.target}
        for _ in range(levels):
            level: dict[str, Decimal] = {}
            for leader, amount in above.items():
                below = sorted(
                    person for person in self.above if self.boss(person, goal.first) == leader
                )
                if below:
                    weights = self._weights(goal, below)
                    level |= dict(zip(below, shared(amount, weights), strict=True))
            found |= level
            above = level
        return found

    def _weights(self, goal: Goal, people: Sequence[str]) -> list[Fraction]:
        first, last = (day.replace(year=day.year - 1) for day in (goal.first, goal.last))
        known: dict[str, Fraction] = {}
        for person in people:
            led = {each for each in self.above if self.is_in_team(each, person, goal.first)}
            sold = [
                line.amount
                for line in self.sales
                if line.seller in led and first <= line.day <= last
            ]
            if sold:
                known[person] = Fraction(sum(sold))
        mean = Fraction(sum(known.values())) / len(known) if any(known.values()) else Fraction(1)
        return [known.get(person, mean) if any(known.values()) else mean for person in people]


def attainment(reached: Decimal, target: Decimal) -> Decimal:
    return rounded(Fraction(reached) / Fraction(target), 4)


def working_days(first: date, last: date) -> int:
    days = (first + DAY * number for number in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def rounded(value: Fraction, places: int) -> Decimal:
    """Half away from zero."""
    with localcontext(prec=60):
        units = (abs(value) * 10**places * 2 + 1) // 2
        return (Decimal(int(units)) * (-1 if value < 0 else 1)).scaleb(-places)


def shared(amount: Decimal, weights: Sequence[Fraction]) -> list[Decimal]:
    """Cents in proportion: each rounded down, and what is missing to those who lost most."""
    cents, whole = int(amount * 100), sum(weights)
    exact = [cents * weight / whole for weight in weights]
    parts = [int(each) for each in exact]
    lost = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in lost[: cents - sum(parts)]:
        parts[at] += 1
    return [(Decimal(part) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP) for part in parts]


@dataclass(frozen=True)
class Node:
    """A goal among others: what it is to reach, and what its owner proposes."""

    above: str | None
    target: Decimal
    proposed: Decimal | None


def gaps(nodes: Mapping[str, Node]) -> dict[str, tuple[Decimal | None, Decimal | None, int]]:
    """For each goal of a tree what is proposed below it, at its outermost goals; how much less that is than
    its target; and how many of them have not said anything."""
    found = {}
    for id, node in nodes.items():
        leaves = [nodes[each] for each in _leaves(nodes, id)]
        said = [leaf.proposed for leaf in leaves if leaf.proposed is not None]
        total = sum(said, Decimal(0)) if said else None
        gap = None if total is None else node.target - total
        found[id] = (total, gap, len(leaves) - len(said))
    return found


def _leaves(nodes: Mapping[str, Node], id: str) -> Iterator[str]:
    below = [each for each, node in nodes.items() if node.above == id]
    if not below:
        yield id
    for each in below:
        yield from _leaves(nodes, each)
