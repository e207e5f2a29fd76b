"""The tree of territories, and who works which: it follows the tree of people.

Each who leads in sales has a territory of their own for as long as there are enough, from the top
down; those below share it, and whoever sells works that of their leader.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from asyncpg import Range

from api.generated.ids import Ids
from api.generated.people import People
from api.generated.rows import Assignment, Territory
from api.generated.words import REGIONS, WORLD


@dataclass(frozen=True, slots=True)
class Territories:
    """`of[seat]` is the territory of everybody in sales."""

    territories: list[Territory]
    assignments: list[Assignment]
    of: dict[int, UUID]


@dataclass(slots=True)
class _Place:
    name: str
    parent: "_Place | None"
    inner: int = 0  # how many territories lie directly within it so far

    def next_name(self) -> str:
        self.inner += 1
        if self.parent is None:
            return _numbered([region for region, _ in REGIONS], self.inner)
        areas = dict(REGIONS).get(self.name)
        return _numbered(list(areas), self.inner) if areas else f"{self.name} {self.inner}"


def territories(people: People, count: int, *, seed: str, today: date) -> Territories:
    """As many territories as asked for, at least one."""
    ids, founded = Ids(f"{seed}/territories/ids"), today - timedelta(days=3650)
    head = people.head_of_sales
    world = _Place(WORLD, None)
    places, made = {head: world}, [world]
    for seat in _from_the_top(people):
        above = people.seats[seat].above
        assert above is not None
        if len(made) < count:
            places[seat] = _Place(places[above].next_name(), places[above])
            made.append(places[seat])
        else:
            places[seat] = _shared_with_a_sibling(people, places, seat)
    while len(made) < count:  # more territories than people: those wait for somebody
        within = made[(len(made) - 1) // 8]
        made.append(_Place(within.next_name(), within))

    rows: dict[int, Territory] = {}
    for n, place in enumerate(made, 1):
        parent = None if place.parent is None else rows[id(place.parent)].id
        rows[id(place)] = Territory(ids.on(founded), f"T{n:04}", place.name, parent)
    of = {seat: rows[id(place)].id for seat, place in places.items()}
    assignments = [
        Assignment(ids.on(people.joined[seat]), territory, people.persons[seat].id, Range(since))
        for seat, territory in of.items()
        for since in (people.joined[seat],)
    ]
    return Territories(list(rows.values()), assignments, of)


def _from_the_top(people: People) -> list[int]:
    """Everybody in sales below the head of it: each level whole, and in it the first of each team
    before the second of any, so that no team is left without."""
    place = {n: m for seat in people.seats for m, n in enumerate(seat.below)}
    return sorted(people.sales_force, key=lambda n: (people.seats[n].depth, place[n], n))


def _shared_with_a_sibling(people: People, places: dict[int, _Place], seat: int) -> _Place:
    above = people.seats[seat].above
    assert above is not None
    if not people.seats[seat].below:
        return places[above]
    own = [n for n in people.seats[above].below if n in places and n < seat]
    siblings = [places[n] for n in own if places[n].parent is places[above]]
    return siblings[seat % len(siblings)] if siblings else places[above]


def _numbered(names: list[str], number: int) -> str:
    if number <= len(names):
        return names[number - 1]
    return f"{names[(number - 1) % len(names)]} {(number - 1) // len(names) + 1}"
