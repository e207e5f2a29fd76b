"""Goals by quarter, month and year, what was decided about them, and how they went.

Everybody in sales has the same periods, those of today first, so that a home screen and a manager's
list have something to show. A target is what the person's sales let expect, give or take. Goals of
the past and of today are mostly approved; those of the next periods are on their way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from api.generated.alignment import NO_PARENT, aligned, decided, proposal
from api.generated.ids import Ids
from api.generated.people import People
from api.generated.rows import CheckIn, Goal, GoalDecision
from api.generated.sales import Sold
from api.generated.seasons import Calendar
from api.generated.territories import Territories
from api.generated.words import CHECK_IN_NOTES, RETURNED_BECAUSE
from domain.goals.models import Confidence, GoalAct, GoalScope, GoalStatus, RollUp
from domain.measures.models import MARGIN, REVENUE

MONTHS_BACK = 20
YEAR = 6  # the place of the year's goals among the periods; they are a tree
SHARE_OF_MARGIN = 0.4  # of revenue
CHECK_INS_OF_THE_PAST, MOST_CHECK_INS = 2, 6
# What is decided on average: of goals that have begun, and of those that are to come.
_BEGUN = {GoalStatus.APPROVED: 94, GoalStatus.SUBMITTED: 4, GoalStatus.RETURNED: 2}
_COMING = {
    GoalStatus.DRAFT: 35,
    GoalStatus.SUBMITTED: 40,
    GoalStatus.RETURNED: 10,
    GoalStatus.APPROVED: 15,
}
_STEPS = {
    GoalStatus.DRAFT: (GoalAct.DRAFTED,),
    GoalStatus.SUBMITTED: (GoalAct.DRAFTED, GoalAct.SUBMITTED),
    GoalStatus.RETURNED: (GoalAct.DRAFTED, GoalAct.SUBMITTED, GoalAct.RETURNED),
    GoalStatus.APPROVED: (GoalAct.DRAFTED, GoalAct.SUBMITTED, GoalAct.APPROVED),
}


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a goal, what counts in them, and what they are called."""

    name: str
    starts_on: date
    ends_on: date
    measure: str


@dataclass(frozen=True, slots=True)
class Goals:
    goals: list[Goal] = field(default_factory=list)
    decisions: list[GoalDecision] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)


def goals(
    people: People,
    territories: Territories,
    sold: Sold,
    calendar: Calendar,
    count: int,
    *,
    seed: str,
    today: date,
    currency: str,
) -> Goals:
    """So many goals, shared out evenly. Raises ValueError for more than there are periods."""
    chance = Random(f"{seed}/goals")  # noqa: S311 - no secrets
    ids = Ids(f"{seed}/goals/ids")
    owners, periods = people.sales_force, list(periods_of(today))
    if count > len(owners) * len(periods):
        raise ValueError(f"Nobody has more than {len(periods)} goals.")
    made, year = Goals(), dict[int, Goal]()
    proposing = Random(f"{seed}/goals/proposals")  # noqa: S311 - no secrets
    for n in range(count):
        owner, period = owners[n % len(owners)], periods[n // len(owners)]
        goal = _goal(
            n + 1,
            people.persons[owner].id,
            territories.of[owner],
            period,
            _target(sold, calendar, people.persons[owner].id, period, today, chance),
            currency,
            today,
            chance,
            ids,
        )
        proposed = proposal(goal.owner_id, goal.target, seed, proposing)
        goal = goal._replace(proposed=proposed)
        made.goals.append(goal)
        if period == periods[YEAR]:
            year[owner] = goal
        made.decisions.extend(_decisions(goal, people.manager_of(owner), chance, ids))
        if goal.status == GoalStatus.APPROVED:
            made.check_ins.extend(_check_ins(goal, sold, today, chance, ids))
    return _with_tree(made, aligned(year, people))


def _with_tree(made: Goals, tree: Mapping[UUID, Goal]) -> Goals:
    teams = {id for id, goal in tree.items() if goal.scope == GoalScope.TEAM}
    return Goals(
        [tree.get(goal.id, goal) for goal in made.goals],
        [decided(step, tree) for step in made.decisions],
        [entry for entry in made.check_ins if entry.goal_id not in teams],
    )


def periods_of(today: date) -> Iterator[Period]:
    """The periods for which somebody has goals, in the order in which they get them."""
    month, quarter = today.replace(day=1), _quarter(today)
    yield _quarterly(quarter)
    yield _monthly(month)
    yield _quarterly(_months(quarter, -3))
    yield _monthly(_months(month, -1))
    yield _monthly(_months(month, 1))
    yield _quarterly(quarter, MARGIN)
    # The period at the place YEAR.
    yield Period(f"Revenue, {today.year}", date(today.year, 1, 1), date(today.year, 12, 31), REVENUE)  # fmt: skip
    yield _quarterly(_months(quarter, 3))
    yield _quarterly(_months(quarter, -6))
    yield _quarterly(_months(quarter, -9))
    for back in range(2, MONTHS_BACK):
        yield _monthly(_months(month, -back))
    for back in range(1, MONTHS_BACK):
        yield _monthly(_months(month, -back), MARGIN)


def _quarterly(first: date, measure: str = REVENUE) -> Period:
    name = f"{measure.capitalize()}, Q{(first.month + 2) // 3} {first.year}"
    return Period(name, first, _months(first, 3) - timedelta(days=1), measure)


def _monthly(first: date, measure: str = REVENUE) -> Period:
    name = f"{measure.capitalize()}, {first:%B %Y}"
    return Period(name, first, _months(first, 1) - timedelta(days=1), measure)


def _quarter(day: date) -> date:
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _months(first: date, count: int) -> date:
    years, month = divmod(first.month - 1 + count, 12)
    return first.replace(year=first.year + years, month=month + 1)


def _target(
    sold: Sold, calendar: Calendar, person: UUID, period: Period, today: date, chance: Random
) -> Decimal:
    """What their sales so far let expect of the period, give or take; whole hundreds."""
    share = calendar.expected(period.starts_on, period.ends_on)
    share /= calendar.expected(calendar.first, today)
    expected = float(sold.by(person, until=today)) * share * chance.lognormvariate(0.08, 0.22)
    if period.measure == MARGIN:
        expected *= SHARE_OF_MARGIN
    return Decimal(max(5, round(expected / 100)) * 100)


def _goal(
    number: int,
    owner: UUID,
    territory: UUID,
    period: Period,
    target: Decimal,
    currency: str,
    today: date,
    chance: Random,
    ids: Ids,
) -> Goal:
    odds = _BEGUN if period.starts_on <= today else _COMING
    (status,) = chance.choices(list(odds), list(odds.values()))
    drafted = min(period.starts_on, today) - timedelta(days=chance.randrange(12, 40))
    created = datetime.combine(drafted, time(8 + chance.randrange(9), chance.randrange(60)), UTC)
    steps = _STEPS[status]
    submitted = created + timedelta(days=3) if GoalAct.SUBMITTED in steps else None
    approved = created + timedelta(days=6) if GoalAct.APPROVED in steps else None
    return Goal(
        ids.on(drafted),
        f"G{number:07}",
        period.name,
        owner,
        territory,
        period.measure,
        period.starts_on,
        period.ends_on,
        target,
        currency,
        status.value,
        len(steps),
        created,
        created + timedelta(days=3 * (len(steps) - 1)),
        GoalScope.OWN.value,
        RollUp.NONE.value,
        None,
        NO_PARENT,
        None,
        submitted,
        approved,
        None,
        "",
    )


def _decisions(goal: Goal, manager: UUID, chance: Random, ids: Ids) -> Iterator[GoalDecision]:
    """Each step with the version that was seen; the first saw none."""
    for n, step in enumerate(_STEPS[GoalStatus(goal.status)]):
        decided = goal.created_at + timedelta(days=3 * n)
        is_decided = step in (GoalAct.APPROVED, GoalAct.RETURNED)
        note = chance.choice(RETURNED_BECAUSE) if step is GoalAct.RETURNED else None
        yield GoalDecision(
            ids.on(decided.date()),
            goal.id,
            goal.owner_id,
            step.value,
            manager if is_decided else goal.owner_id,
            n or None,
            note,
            goal.target,
            decided,
        )


def _check_ins(goal: Goal, sold: Sold, today: date, chance: Random, ids: Ids) -> Iterator[CheckIn]:
    """On some days of the period so far they say what they had sold by then."""
    last = min(today, goal.ends_on)
    if last < goal.starts_on:
        return
    is_running = goal.ends_on >= today
    count = chance.randrange(MOST_CHECK_INS + 1) if is_running else CHECK_INS_OF_THE_PAST
    length = (goal.ends_on - goal.starts_on).days + 1
    span = (last - goal.starts_on).days + 1
    days = sorted(chance.sample(range(span), min(count, span)))
    for day in (goal.starts_on + timedelta(days=n) for n in days):
        value = sold.by(goal.owner_id, before=goal.starts_on - timedelta(days=1), until=day)
        if goal.measure == MARGIN:
            value = (value * Decimal(str(SHARE_OF_MARGIN))).quantize(Decimal("0.01"))
        pace = float(value / goal.target) * length / ((day - goal.starts_on).days + 1)
        confidence = _confidence(pace)
        noted = datetime.combine(day, time(16, chance.randrange(60), chance.randrange(60)), UTC)
        yield CheckIn(
            ids.on(day),
            goal.id,
            goal.owner_id,
            value if chance.random() < 0.85 else None,
            confidence.value,
            chance.choice(CHECK_IN_NOTES[confidence.value]),
            noted,
            noted + timedelta(seconds=chance.randrange(1, 4000)),
        )


def _confidence(pace: float) -> Confidence:
    """By even pace: behind by a tenth is at risk, by a third off track."""
    if pace >= 0.9:
        return Confidence.ON_TRACK
    return Confidence.AT_RISK if pace >= 0.67 else Confidence.OFF_TRACK
