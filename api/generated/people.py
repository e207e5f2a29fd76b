"""The people and their tree of positions: who leads whom, and with which roles.

At the top a chief executive; below them one person of each role in the office, and a chief revenue
officer who leads the sales force. There everybody who leads somebody leads five to nine people, as
far as the number of people allows.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from asyncpg import Range

from api.generated.ids import Ids
from api.generated.rows import Holding, Person, Position, ReportingLine, RoleGrant
from api.generated.words import FAMILY, GIVEN
from auth.actor import Role

NARROW, WIDE = 5, 9
NEWEST_DAYS = 800  # everybody has been here longer than the sales and goals go back
OFFICE = (
    (Role.FINANCE, "Chief Financial Officer"),
    (Role.COMP_ADMIN, "Compensation Manager"),
    (Role.HR, "Head of People"),
    (Role.AUDITOR, "Internal Auditor"),
    (Role.ADMIN, "System Administrator"),
)
FEWEST_PEOPLE = len(OFFICE) + 4  # and the two chiefs, and two who sell

_TITLES = ("Sales Manager", "Regional Sales Director", "Vice President Sales")
_SELLERS = ("Account Executive", "Sales Representative", "Senior Account Executive")


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in the tree; `above` and `below` are places in the list of seats."""

    title: str
    role: Role
    above: int | None
    below: tuple[int, ...]
    depth: int
    in_sales: bool


@dataclass(frozen=True, slots=True)
class People:
    """The seats from the top down, level by level, and who sits in each: `persons[n]` in seat n."""

    seats: list[Seat]
    persons: list[Person]
    joined: list[date]
    positions: list[Position]
    reporting_lines: list[ReportingLine]
    holdings: list[Holding]
    role_grants: list[RoleGrant]

    @property
    def sales_force(self) -> list[int]:
        """The seats of those who have goals: everybody in sales but the head of it."""
        return [n for n, seat in enumerate(self.seats) if seat.in_sales and seat.depth > 1]

    @property
    def head_of_sales(self) -> int:
        return next(n for n, seat in enumerate(self.seats) if seat.in_sales)

    def everybody_below(self, seat: int) -> list[int]:
        below, waiting = [], list(self.seats[seat].below)
        while waiting:
            below += waiting
            waiting = [lower for upper in waiting for lower in self.seats[upper].below]
        return below

    def manager_of(self, seat: int) -> UUID:
        """The person directly above. Raises ValueError at the top."""
        above = self.seats[seat].above
        if above is None:
            raise ValueError("Nobody is above the top.")
        return self.persons[above].id


def people(count: int, *, seed: str, slug: str, today: date) -> People:
    """As many people as asked for, at least `FEWEST_PEOPLE`."""
    chance, ids = Random(f"{seed}/people"), Ids(f"{seed}/people/ids")  # noqa: S311 - no secrets
    seats = _seats(count, chance)
    joined = [today - timedelta(days=chance.randrange(NEWEST_DAYS, 3000)) for _ in seats]
    names = _names(count, chance)
    persons = [
        Person(ids.on(day), f"E{n:05}", name, f"{_address(name, n)}@{slug}.example", seat.title)
        for n, (seat, day, name) in enumerate(zip(seats, joined, names, strict=True), 1)
    ]

    founded = today - timedelta(days=3650)
    positions = [
        Position(ids.on(founded), f"P{n:05}", f"{seat.title} {n}")
        for n, seat in enumerate(seats, 1)
    ]
    lines = [
        ReportingLine(ids.on(founded), positions[n].id, positions[seat.above].id, Range(founded))
        for n, seat in enumerate(seats)
        if seat.above is not None
    ]
    holdings = [
        Holding(ids.on(day), position.id, person.id, Range(day))
        for position, person, day in zip(positions, persons, joined, strict=True)
    ]
    grants = [
        RoleGrant(ids.on(day), person.id, seat.role.value, datetime.combine(day, time(9), UTC))
        for seat, person, day in zip(seats, persons, joined, strict=True)
    ]
    vacant = _vacant_positions(seats, positions, founded, chance, ids)
    return People(
        seats,
        persons,
        joined,
        positions + [position for position, _ in vacant],
        lines + [line for _, line in vacant],
        holdings,
        grants,
    )


def _seats(count: int, chance: Random) -> list[Seat]:
    sales = _Team.of(count - len(OFFICE) - 2, chance)
    above: list[int | None] = [None] + [0] * (len(OFFICE) + 1)
    seats = [
        ("Chief Executive Officer", Role.EXECUTIVE, False),
        *((t, r, False) for r, t in OFFICE),
    ]
    seats.append(("Chief Revenue Officer", Role.MANAGER, True))
    level = [(team, len(seats) - 1) for team in sales.teams]
    while level:
        lower = []
        for team, leader in level:
            above.append(leader)
            role = Role.MANAGER if team.teams else Role.REP
            seats.append((_title(team, chance), role, True))
            lower += [(under, len(seats) - 1) for under in team.teams]
        level = lower

    below: list[list[int]] = [[] for _ in seats]
    depths = [0] * len(seats)
    for n, leader_of in enumerate(above):
        if leader_of is not None:
            below[leader_of].append(n)
            depths[n] = depths[leader_of] + 1
    return [
        Seat(title, role, above[n], tuple(below[n]), depths[n], in_sales)
        for n, (title, role, in_sales) in enumerate(seats)
    ]


def _title(team: "_Team", chance: Random) -> str:
    if not team.teams:
        return chance.choice(_SELLERS)
    return _TITLES[min(team.height, len(_TITLES)) - 1]


@dataclass(frozen=True, slots=True)
class _Team:
    """Somebody with the teams below them; without any, they sell."""

    teams: tuple["_Team", ...]

    @property
    def height(self) -> int:
        return 1 + max(team.height for team in self.teams) if self.teams else 0

    @classmethod
    def of(cls, below: int, chance: Random, height: int | None = None) -> "_Team":
        """A team of so many people below its leader, at any depth; as flat as may be."""
        if height is None:
            height = next(h for h in range(20) if _capacity(WIDE, h) >= below)
        if height <= 1:
            return cls(tuple(cls(()) for _ in range(below)))
        direct = _span(below, height, chance)
        # What each may have below them, so that nobody leads too few or too many.
        most = _capacity(WIDE, height - 1)
        least = min(_capacity(NARROW, height - 1), (below - direct) // direct)
        shares = _shared(below - direct, direct, least, most, chance)
        return cls(tuple(cls.of(share, chance, height - 1) for share in shares))


def _capacity(span: int, height: int) -> int:
    """How many people are below somebody when everybody leads `span`, down to `height` levels."""
    return sum(span**level for level in range(1, height + 1))


def _span(below: int, height: int, chance: Random) -> int:
    fitting = [
        span
        for span in range(2, WIDE + 1)
        if span + span * _capacity(NARROW, height - 1)
        <= below
        <= span + span * _capacity(WIDE, height - 1)
    ]
    middle = min(range(2, WIDE + 1), key=lambda span: abs(_capacity(span, height) - below))
    near = [span for span in fitting if span >= NARROW and abs(span - middle) <= 1]
    if near:
        return chance.choice(near)
    return fitting[-1] if fitting else max(2, -(-below // (1 + _capacity(WIDE, height - 1))))


def _shared(total: int, parts: int, least: int, most: int, chance: Random) -> list[int]:
    """`total` in so many parts of uneven size, each within its bounds."""
    shares = [least] * parts
    left = total - least * parts
    weights = [chance.uniform(0.4, 1.6) for _ in shares]
    while left > 0:
        (part,) = chance.choices(range(parts), weights)
        added = min(left, most - shares[part], max(1, total // (8 * parts)))
        shares[part] += added
        left -= added
        if shares[part] == most:
            weights[part] = 0.0
    return shares


def _names(count: int, chance: Random) -> list[str]:
    return [f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}" for _ in range(count)]


def _address(name: str, number: int) -> str:
    """An e-mail's local part that nobody else has, in plain letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}.{number}"


def _vacant_positions(
    seats: Sequence[Seat], positions: Sequence[Position], founded: date, chance: Random, ids: Ids
) -> list[tuple[Position, ReportingLine]]:
    """One position in a hundred waits for somebody."""
    leaders = [n for n, seat in enumerate(seats) if seat.below and seat.in_sales]
    vacant = []
    for n in range(len(seats) // 100):
        position = Position(
            ids.on(founded), f"P{len(seats) + n + 1:05}", f"{_SELLERS[0]} {len(seats) + n + 1}"
        )
        leader = positions[chance.choice(leaders)]
        line = ReportingLine(ids.on(founded), position.id, leader.id, Range(founded))
        vacant.append((position, line))
    return vacant
