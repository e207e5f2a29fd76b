"""A year of setting goals, made up beside the real sales: what was proposed, returned, agreed and noted.

The fiscal year 2020 runs from July 2019. The company's goal for it stands above the managers', theirs
above the representatives', and each representative's consists of four quarters. The results are the
data's own; who proposed what, who agreed and what they said is not. Some propose less than they will
reach, quarter after quarter, and some hope for more.

Values in, rows out: the same sales give the same rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from api.example.today import QUARTERS, TODAY, YEAR
from api.generated.ids import Ids
from api.generated.rows import CheckIn, Goal
from domain.goals.models import Acceptance, Confidence, GoalAct, GoalScope, GoalStatus, RollUp

SEED = "adventureworks/year"
MADE_UP = "Made up for the example; only the sales are real."
_OF_THE_YEAR = ("fiscal year 2020", *YEAR)
AWAY_IN = "Q2 2020"
MORE_WHEN_RETURNED = Decimal("1.06")
OVER_ASSIGNED = Decimal("0.98")  # a team's target of what its people's come to
LEANS = (0.84, 1.0, 1.22, 1.02, 0.88, 0.97, 1.3, 1.0, 0.8, 1.05, 1.15, 0.95, 0.86, 1.25)
RETURNED = (
    "Last year you sold more than this in the same quarter. (Made up)",
    "Please look at the renewals again; I read more in them. (Made up)",
    "The number is fine for a flat market. Ours is not. (Made up)",
)
NOTES = {
    Confidence.ON_TRACK: ("Orders come in as planned. (Made up)", "Two large orders closed. (Made up)"),
    Confidence.AT_RISK: ("Behind, with a full pipeline. (Made up)", "Deliveries slip. (Made up)"),
    Confidence.OFF_TRACK: ("The big order moved to next quarter. (Made up)",),
}  # fmt: skip

Sold = Callable[[UUID, date, date], Decimal]
"""What somebody sold from one day to another, both included."""


@dataclass(frozen=True, slots=True)
class Team:
    """A manager and those who report to them."""

    manager: UUID
    people: Sequence[UUID]
    delegate: UUID | None
    """Who decided in the manager's place while they were away."""


class Step(NamedTuple):
    id: UUID
    goal_id: UUID
    owner_id: UUID
    act: str
    person_id: UUID | None
    on_behalf_of_id: UUID | None
    seen_version: int | None
    note: str | None
    target: Decimal
    decided_at: datetime


class Proposal(NamedTuple):
    id: UUID
    goal_id: UUID
    amount: Decimal
    note: str
    person_id: UUID
    proposed_at: datetime


@dataclass(slots=True)
class Year:
    """The rows of the year, table by table."""

    goals: list[Goal] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)

    @property
    def tables(self) -> Mapping[str, Sequence[NamedTuple]]:
        return {
            "goal": self.goals,
            "goal_decision": self.steps,
            "goal_proposal": self.proposals,
            "check_in": self.check_ins,
        }


@dataclass(slots=True)
class _Made:
    """One goal as its steps make it."""

    goal: Goal
    year: Year
    ids: Ids

    def step(
        self,
        act: GoalAct,
        by: UUID | None,
        on: date,
        *,
        note: str | None = None,
        on_behalf_of: UUID | None = None,
        target: Decimal | None = None,
        proposed: Decimal | None = None,
    ) -> None:
        goal, at = self.goal, _at(on, 9 + self.goal.version % 8)
        goal = goal._replace(
            version=goal.version + 1, updated_at=at, target=target or goal.target,
            proposed=proposed or goal.proposed, **_become(act, at),
        )  # fmt: skip
        self.goal = goal
        self.year.steps.append(
            Step(
                self.ids.on(on), goal.id, goal.owner_id, act.value, by, on_behalf_of,
                goal.version - 1 or None, note, goal.target, at,
            )
        )  # fmt: skip
        if proposed is not None:
            self.year.proposals.append(
                Proposal(self.ids.on(on), goal.id, proposed, MADE_UP, goal.owner_id, at)
            )


def _become(act: GoalAct, at: datetime) -> dict[str, Any]:
    match act:
        case GoalAct.SUBMITTED:
            return {"status": GoalStatus.SUBMITTED.value, "submitted_at": at}
        case GoalAct.RETURNED:
            return {"status": GoalStatus.RETURNED.value}
        case GoalAct.APPROVED:
            return {"status": GoalStatus.APPROVED.value, "approved_at": at}
        case GoalAct.ACCEPTED:
            return {"acceptance": Acceptance.ACCEPTED.value}
    return {}


class _Making:
    def __init__(self, director: UUID, sold: Sold, currency: str) -> None:
        self.director, self.sold, self.currency = director, sold, currency
        self.chance, self.ids = Random(SEED), Ids(SEED)  # noqa: S311 - no secrets
        self.made, self.numbered = Year(), 0

    def year(self, teams: Sequence[Team]) -> Year:
        """From the bottom up, since a target above follows from those below."""
        leans = iter(LEANS * len(teams))
        company = self._begun(self.director, *_OF_THE_YEAR)
        for team in teams:
            above = self._begun(team.manager, *_OF_THE_YEAR, parent=company)
            for seller in team.people:
                year = self._begun(seller, *_OF_THE_YEAR, parent=above)
                lean = next(leans)
                for quarter in QUARTERS:
                    self._quarter(self._begun(seller, *quarter, parent=year), team, lean)
                self._agreed(year, GoalScope.OWN, team.manager)
            self._agreed(above, GoalScope.TEAM, self.director)
        # By the board, of whom nobody is in the data.
        self._agreed(company, GoalScope.ORGANISATION, None)
        # Each after the goal that it lies within.
        self.made.goals.sort(key=lambda goal: goal.external_id)
        return self.made

    def _begun(
        self, owner: UUID, name: str, starts_on: date, ends_on: date, parent: "_Made | None" = None
    ) -> _Made:
        """A draft, numbered in the order in which goals are drafted from above."""
        self.numbered += 1
        drafted = starts_on - timedelta(days=self.chance.randrange(30, 40))
        goal = Goal(
            self.ids.on(drafted), f"FY2020/{self.numbered:03}", f"Revenue, {name}", owner, None,
            "revenue", starts_on, ends_on, Decimal(0), self.currency, GoalStatus.DRAFT.value, 0,
            _at(drafted, 9), _at(drafted, 9), GoalScope.OWN.value, RollUp.NONE.value,
            parent.goal.id if parent else None, None if parent else "The board sets it for the company.",
            None, None, None, None, MADE_UP,
        )  # fmt: skip
        return _Made(goal, self.made, self.ids)

    def _agreed(self, year: _Made, scope: GoalScope, approver: UUID | None) -> None:
        """What the goals within it come to, for a team somewhat less; agreed in June."""
        goal = year.goal
        within = [each.target for each in self.made.goals if each.parent_id == goal.id]
        target = sum(within, Decimal(0))
        if scope is not GoalScope.OWN:
            target = _rounded(target * OVER_ASSIGNED, 10_000)
        year.goal = goal._replace(scope=scope.value, roll_up=RollUp.SUM.value, target=target)
        year.step(GoalAct.DRAFTED, goal.owner_id, goal.created_at.date())
        year.step(GoalAct.SUBMITTED, goal.owner_id, goal.starts_on - timedelta(days=20))
        year.step(GoalAct.APPROVED, approver, goal.starts_on - timedelta(days=12))
        self.made.goals.append(year.goal)

    def _quarter(self, quarter: _Made, team: Team, lean: float) -> None:
        """A quarter of one seller, who expects what came of it, as they lean."""
        goal, owner = quarter.goal, quarter.goal.owner_id
        last = min(goal.ends_on, TODAY)
        length, gone = ((day - goal.starts_on).days + 1 for day in (goal.ends_on, last))
        result = float(self.sold(owner, goal.starts_on, last)) * length / gone
        proposed = _rounded(Decimal(result * lean * self.chance.lognormvariate(0, 0.04)), 100)
        quarter.goal = goal._replace(target=proposed)

        def days(before: int) -> date:
            return goal.starts_on - timedelta(days=before)

        quarter.step(GoalAct.DRAFTED, owner, goal.created_at.date())
        quarter.step(GoalAct.PROPOSED, owner, days(24), proposed=proposed)
        quarter.step(GoalAct.SUBMITTED, owner, days(22))
        if lean < 0.9 and self.chance.random() < 0.6:
            quarter.step(
                GoalAct.RETURNED, team.manager, days(19), note=self.chance.choice(RETURNED)
            )
            more = _rounded(proposed * MORE_WHEN_RETURNED, 100)
            quarter.step(GoalAct.CHANGED, owner, days(15), target=more)
            quarter.step(GoalAct.SUBMITTED, owner, days(14))
        away = team.delegate if goal.name.endswith(AWAY_IN) else None
        quarter.step(
            GoalAct.APPROVED, away or team.manager, days(9), on_behalf_of=away and team.manager
        )
        if self.chance.random() < 0.7:
            quarter.step(GoalAct.ACCEPTED, owner, days(7))
        self.made.goals.append(quarter.goal)
        self.made.check_ins.extend(self._check_ins(quarter.goal, last))

    def _check_ins(self, goal: Goal, last: date) -> Iterator[CheckIn]:
        """Each month they say what they had sold by then."""
        length = (goal.ends_on - goal.starts_on).days + 1
        for gone in (30, 60, 88):
            day = goal.starts_on + timedelta(days=gone - self.chance.randrange(4))
            if day > last:
                return
            value = self.sold(goal.owner_id, goal.starts_on, day)
            pace = float(value / goal.target) * length / ((day - goal.starts_on).days + 1)
            confidence = (
                Confidence.ON_TRACK if pace >= 0.9
                else Confidence.AT_RISK if pace >= 0.67 else Confidence.OFF_TRACK
            )  # fmt: skip
            noted = _at(day, 17)
            note = self.chance.choice(NOTES[confidence])
            yield CheckIn(
                self.ids.on(day),
                goal.id,
                goal.owner_id,
                value,
                confidence.value,
                note,
                noted,
                noted,
            )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 0), UTC)


def _rounded(amount: Decimal, to: int) -> Decimal:
    """A whole multiple, and at least one."""
    return max((amount / to).quantize(Decimal(1), ROUND_HALF_UP), Decimal(1)) * to


def past_year(director: UUID, teams: Sequence[Team], sold: Sold, currency: str) -> Year:
    """The rows, for these people and what they sold."""
    return _Making(director, sold, currency).year(teams)
