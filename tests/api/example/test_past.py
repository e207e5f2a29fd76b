"""The year that is made up for the example, from sales that are not."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from api.example.past import MADE_UP, Team, Year, past_year
from api.example.today import TODAY, YEAR

DIRECTOR, NORTH, SOUTH = UUID(int=1), UUID(int=2), UUID(int=3)
TEAMS = (
    Team(NORTH, [UUID(int=n) for n in range(10, 16)], SOUTH),
    Team(SOUTH, [UUID(int=n) for n in range(20, 23)], NORTH),
)


def sold(person: UUID, first: date, last: date) -> Decimal:
    """A hundred a day and seller's number."""
    return Decimal(((last - first).days + 1) * 100 * (int(person) % 10 + 1))


def made() -> Year:
    return past_year(DIRECTOR, TEAMS, sold, "USD")


def test_the_same_sales_make_the_same_year() -> None:
    assert made() == made()


def test_targets_add_up_from_quarters_to_the_company() -> None:
    year = made()
    goals = {goal.id: goal for goal in year.goals}

    assert len(goals) == 1 + len(TEAMS) + 9 * 5
    for goal in year.goals:
        below = [each for each in year.goals if each.parent_id == goal.id]
        assert not below or goal.roll_up == "sum"
        assert (goal.parent_id is None) == (goal.owner_id == DIRECTOR)
        if below and goal.scope == "own":
            assert sum(each.target for each in below) == goal.target
        elif below:
            assert abs(goal.target / sum(each.target for each in below) - Decimal("0.98")) < Decimal("0.05")  # fmt: skip
        assert goal.territory_id is None  # whose figures are the data's own alone
    order = [goal.id for goal in year.goals]
    assert all(not g.parent_id or order.index(g.parent_id) < order.index(g.id) for g in year.goals)


def test_every_goal_tells_how_it_was_agreed_and_nobody_agrees_with_themselves() -> None:
    year = made()
    delegated = set()
    for goal in year.goals:
        steps = [step for step in year.steps if step.goal_id == goal.id]
        acts = [step.act for step in steps]
        assert (acts[0], goal.version) == ("drafted", len(steps))
        assert "approved" in acts
        assert [step.seen_version for step in steps] == [None, *range(1, len(steps))]
        assert [step.decided_at for step in steps] == sorted(step.decided_at for step in steps)
        assert (goal.status, goal.description) == ("approved", MADE_UP)
        assert steps[-1].target == goal.target
        assert (acts[-1] == "accepted") == (goal.acceptance == "accepted")
        for step in steps:
            if step.act in ("approved", "returned"):
                assert step.person_id != goal.owner_id
                assert step.act == "approved" or step.note
            if step.on_behalf_of_id:
                delegated.add((step.person_id, step.on_behalf_of_id))
    assert delegated == {(NORTH, SOUTH), (SOUTH, NORTH)}
    assert {"returned", "changed", "accepted"} <= {step.act for step in year.steps}


def test_what_they_note_is_what_they_had_sold() -> None:
    year = made()
    goals = {goal.id: goal for goal in year.goals}

    for entry in year.check_ins:
        goal, day = goals[entry.goal_id], entry.noted_at.date()
        assert goal.starts_on <= day <= min(TODAY, goal.ends_on)
        assert entry.value == sold(goal.owner_id, goal.starts_on, day)
        assert "Made up" in entry.note
    assert len(year.check_ins) > 9 * 9
    assert {proposal.goal_id for proposal in year.proposals} == {
        goal.id for goal in year.goals if goal.ends_on - goal.starts_on < timedelta(days=100)
    }
    assert {(goal.starts_on, goal.ends_on) for goal in year.goals} >= {YEAR}
