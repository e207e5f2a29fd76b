"""How a target is shared out down the lines of an organisation, from values alone.

In every group of people who report to the same leader the plan quotas sum to the leader's exactly,
to the last unit of the currency. The street quota, which counts, is the plan quota with the level's
uplift upon it; the level below shares the plan quota, so uplift never builds up.

Whoever has agreed to a goal already keeps it, and the rest is shared among the others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import NamedTuple
from uuid import UUID

from domain.errors import Invalid
from domain.money import minor_units
from domain.shares import places_of, shares

DEEPEST = 20
NAMED = 5
ADDS_UP = frozenset({"sales_amount", "sales_margin", "sales_quantity", "new_customers", "check_in"})
ADDED_UP_UNITS = frozenset({"money", "number"})
HAS_HISTORY = ADDS_UP - {"check_in"}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody below the goal's owner, and the nearest leader above them."""

    person: UUID
    name: str
    above: UUID


@dataclass(frozen=True, slots=True)
class Child:
    """A goal that somebody has already below the one above; `plan` is its plan quota."""

    goal: UUID
    version: int
    plan: Decimal
    target: Decimal | None
    locked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What one person gets. `above` is the place of their leader's line, None directly below the
    owner; `weight` what their part follows from, None where nothing is known of them."""

    person: UUID
    above: int | None
    depth: int
    leads: bool
    weight: Decimal | None
    uplift: Decimal
    plan: Decimal
    street: Decimal
    child: Child | None

    @property
    def locked(self) -> bool:
        return self.child is not None and self.child.locked


Weights = Mapping[UUID, Decimal]
Children = Mapping[tuple[UUID, UUID], Child]
"""By the goal they stand below and their owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """One goal to be shared out: whose it is, how much, in units of how many places, and by what."""

    goal: UUID
    owner: UUID
    plan: Decimal
    places: int
    levels: int
    uplifts: Sequence[Decimal]
    weights: Weights
    weights_are_given: bool
    children: Children

    def lines(self, members: Sequence[Member]) -> list[Line]:
        """A line for everybody on the levels asked for, level by level. Raises Invalid."""
        below = groups(members)
        found: list[Line] = []
        level: list[tuple[int | None, UUID, UUID | None, Decimal]] = [
            (None, self.owner, self.goal, self.plan)
        ]
        for depth in range(1, self.levels + 1):
            begin = len(found)
            for above, leader, goal, plan in level:
                if group := below.get(leader):
                    found += self._group(group, below, above, goal, plan, depth)
            level = [
                (place, line.person, line.child.goal if line.child else None, line.plan)
                for place, line in enumerate(found[begin:], begin)
            ]
        return found

    def _group(
        self,
        group: Sequence[Member],
        below: Mapping[UUID, Sequence[Member]],
        above: int | None,
        goal: UUID | None,
        plan: Decimal,
        depth: int,
    ) -> list[Line]:
        children = [self.children.get((goal, each.person)) if goal else None for each in group]
        weights = [self.weights.get(each.person) for each in group]
        if self.weights_are_given:
            _all_or_none(group, weights)
        kept = sum((each.plan for each in children if each and each.locked), Decimal(0))
        free = [at for at, child in enumerate(children) if not (child and child.locked)]
        rest = self._parts(max(plan - kept, Decimal(0)), [weights[at] for at in free])
        parts = dict(zip(free, rest, strict=True))
        uplift = self.uplifts[depth - 1] if depth <= len(self.uplifts) else Decimal(0)

        lines = []
        for at, (member, weight, child) in enumerate(zip(group, weights, children, strict=True)):
            if at in parts:
                part, raised = parts[at], uplift
                street = rounded_street(part, uplift, max(self.places, places_of(part)))
            else:
                assert child is not None, "whoever gets no part keeps their own goal"
                part, raised = child.plan, Decimal(0)
                street = child.plan if child.target is None else child.target
            leads = member.person in below
            lines.append(
                Line(member.person, above, depth, leads, weight, raised, part, street, child)
            )
        return lines

    def _parts(self, rest: Decimal, weights: Sequence[Decimal | None]) -> list[Decimal]:
        if not weights:
            return []
        known = known_weights(weights, given=self.weights_are_given)
        # What was agreed already may have been finer than the currency's smallest unit.
        return shares(rest, known, max(self.places, places_of(rest)))


def members_of(
    owner: UUID, below: Sequence[tuple[UUID, str, int]], above: Mapping[UUID, Sequence[UUID]]
) -> list[Member]:
    """Everybody below the owner (with their names and how far below), each under the nearest leader of
    those above them. A vacant position is passed by. A leader is nearer to the owner than whom they
    lead, so that two people who are above each other by two positions make no circle."""
    depths = {person: depth for person, _, depth in below} | {owner: 0}
    return [
        Member(
            person, name, next(each for each in above[person] if depths.get(each, depth) < depth)
        )
        for person, name, depth in below
    ]


def groups(members: Sequence[Member]) -> dict[UUID, list[Member]]:
    """Everybody under the nearest leader above them, in the order given."""
    below: dict[UUID, list[Member]] = {}
    for member in members:
        below.setdefault(member.above, []).append(member)
    return below


def known_weights(weights: Sequence[Decimal | None], *, given: bool) -> list[Decimal]:
    """Weights for everybody in a group: whoever has none gets the mean of the others'. Where nobody
    has one, or nobody's is more than zero, all are alike; but weights that somebody gave stand as they are.

    Times the number of those known, so that the mean is exact.
    """
    known = [weight for weight in weights if weight is not None]
    total = sum(known, Decimal(0))
    if not known or (not total and not given):
        return [Decimal(1)] * len(weights)
    return [total if weight is None else weight * len(known) for weight in weights]


def weights_of_leaders(
    members: Sequence[Member], own: Weights, *, adds_own: bool
) -> dict[UUID, Decimal]:
    """For whoever leads others, the sum of what those below weigh, at any depth; with their own upon
    it, or else in place of it where nobody below has any."""
    total: dict[UUID, Decimal] = {}
    found: dict[UUID, Decimal] = dict(own)
    leads = groups(members)
    for member in reversed(_outwards(members)):
        below = total.get(member.person)
        weight = own.get(member.person)
        if below is not None:
            weight = below + (weight or 0) if adds_own else below
        if weight is not None:
            if member.person in leads:
                found[member.person] = weight
            total[member.above] = total.get(member.above, Decimal(0)) + weight
    return found


def _outwards(members: Sequence[Member]) -> list[Member]:
    """Leaders before whom they lead."""
    below, people = groups(members), {member.person for member in members}
    pending = [leader for leader in below if leader not in people]
    ordered: list[Member] = []
    while pending:
        for member in below.get(pending.pop(), ()):
            ordered.append(member)
            pending.append(member.person)
    return ordered


def _all_or_none(group: Sequence[Member], weights: Sequence[Decimal | None]) -> None:
    missing = [member.name for member, weight in zip(group, weights, strict=True) if weight is None]
    if missing and len(missing) < len(group):
        raise Invalid(
            f"Give a weight, which may be zero, to everybody who reports to the same leader; {named(missing)} had none.",
            path=("weights",),
        )


def rounded_street(plan: Decimal, uplift: Decimal, places: int) -> Decimal:
    """The plan quota with the uplift upon it, rounded half away from zero to so many places."""
    with localcontext(prec=50):
        return (plan * (1 + uplift)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def places_for(unit: str, currency: str | None, plan: Decimal) -> int:
    """Of how many decimal places the parts are: the currency's, none for what is counted whole;
    more only where the plan itself has more."""
    usual = minor_units(currency) if unit == "money" and currency else 0
    return max(usual, places_of(plan))


def adds_up(source: str, unit: str) -> bool:
    """Whether parts of such a figure sum to a whole: amounts and counts do, means and rates do not."""
    return source in ADDS_UP and unit in ADDED_UP_UNITS


def some_potential(potentials: Collection[Decimal]) -> None:
    """Somebody's territories have one, or it says nothing of anybody's share. Raises Invalid."""
    if not any(potentials):
        raise Invalid(
            "No territory of anybody below has a potential on the goal's first day, so nobody's share"
            " follows from it. Say what could be sold there first, or share by something else.",
            path=("method",),
        )


def sound_levels(levels: int) -> int:
    if not 1 <= levels <= DEEPEST:
        raise Invalid(f"A cascade goes 1 to {DEEPEST} levels down.", path=("levels",))
    return levels


def sound_uplifts(uplifts: Sequence[Decimal], levels: int) -> tuple[Decimal, ...]:
    """A rate for each level, from the first; those not given have none. Raises Invalid."""
    if len(uplifts) > levels:
        raise Invalid(
            f"There are uplifts for {len(uplifts)} levels, and the cascade has {levels}.",
            path=("uplifts",),
        )
    for uplift in uplifts:
        if not uplift.is_finite() or not 0 <= uplift <= 1 or places_of(uplift) > 8:
            raise Invalid(
                "An uplift is from 0 to 1 (100 %), of at most 8 decimal places.", path=("uplifts",)
            )
    return tuple(uplifts)


class PersonWeight(NamedTuple):
    """What one person's share weighs."""

    person_id: UUID
    weight: Decimal


def sound_weights(weights: Sequence[tuple[UUID, Decimal]]) -> dict[UUID, Decimal]:
    """Weights by person, each person once. Raises Invalid."""
    found = dict(weights)
    if len(found) < len(weights):
        raise Invalid("Somebody is given a weight twice.", path=("weights",))
    for weight in found.values():
        if not weight.is_finite() or not 0 <= weight < 10**15 or places_of(weight) > 8:
            raise Invalid(
                "A weight is zero or more, with at most 15 digits before the point and 8 after it.",
                path=("weights",),
            )
    return found


def a_year_earlier(day: date) -> date:
    """The same day of the year before; of a 29 February, the day before."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def tallied_pieces(first: date, last: date) -> list[tuple[str, date, date]]:
    """Days in a row as whole months, read by the month, and the days before and after them."""
    begin = first if first.day == 1 else _next_month(first)
    end = _next_month(last) if (last + timedelta(days=1)).day == 1 else last.replace(day=1)
    if begin >= end:
        return [("day", first, last)]
    pieces = [
        ("day", first, begin - timedelta(days=1)),
        ("month", begin, end - timedelta(days=1)),
        ("day", end, last),
    ]
    return [piece for piece in pieces if piece[1] <= piece[2]]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def named(names: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return f"{shown} and {more} more" if more > 0 else shown


@dataclass(frozen=True, slots=True)
class Placed:
    """Where somebody stands in a cascade: below whom, and with which goal at which version."""

    name: str
    above: UUID
    goal: tuple[UUID, int] | None


def placed(
    members: Sequence[Member], children: Children, *, goal: UUID, owner: UUID, levels: int
) -> dict[UUID, Placed]:
    """Everybody on the levels of a cascade, as they stand."""
    below, found = groups(members), dict[UUID, Placed]()
    level: list[tuple[UUID, UUID | None]] = [(owner, goal)]
    for _ in range(levels):
        next_level: list[tuple[UUID, UUID | None]] = []
        for leader, outer in level:
            for member in below.get(leader, ()):
                child = children.get((outer, member.person)) if outer else None
                found[member.person] = Placed(
                    member.name, leader, (child.goal, child.version) if child else None
                )
                next_level.append((member.person, child.goal if child else None))
        level = next_level
    return found


def changes_since(
    seen: Mapping[UUID, Placed], now: Mapping[UUID, Placed], *, versions: tuple[int, int]
) -> list[str]:
    """What is no longer as it was seen, in words."""
    at_first, by_now = versions
    stayed = [person for person in seen if person in now]
    people = {
        "came": [now[person].name for person in now if person not in seen],
        "went": [seen[person].name for person in seen if person not in now],
        "moved": [now[each].name for each in stayed if seen[each].above != now[each].above],
    }
    goals = [now[each].name for each in stayed if seen[each].goal != now[each].goal]
    changes = [f"{named(names)} {what}" for what, names in people.items() if names]
    if goals:
        changes.append(f"the goals of {named(goals)} changed")
    if at_first != by_now:
        changes.insert(0, f"the goal was seen at version {at_first} and is at version {by_now}")
    return changes
