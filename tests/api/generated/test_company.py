"""A made-up company follows from its seed and hangs together, before any database is asked."""

from collections import Counter
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import pairwise

import pytest

from api.generated import Company, Sizes, company
from api.generated.goals import Period, periods_of
from api.generated.rows import Goal
from auth.actor import Role
from domain.measures.models import REVENUE

SMALL = Sizes(people=300, territories=40, goals=3_000, sales=5_000)


@pytest.fixture(scope="module")
def made() -> Company:
    return company(SMALL)


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(made: Company) -> None:
    again, other = company(SMALL), company(SMALL, seed=2)

    assert again.tables == made.tables
    assert (again.org, again.cast) == (made.org, made.cast)
    for (table, rows), (_, others) in zip(made.tables, other.tables, strict=True):
        assert {row[0] for row in rows}.isdisjoint(row[0] for row in others), table


def test_there_is_as_much_of_everything_as_was_asked_for(made: Company) -> None:
    counts = made.counts

    asked = {name: counts[name] for name in ("person", "territory", "goal", "sale")}
    assert asked == {"person": 300, "territory": 40, "goal": 3_000, "sale": 5_000}


def test_every_id_is_a_uuid_of_version_7_and_there_once(made: Company) -> None:
    ids = [row[0] for _, rows in made.tables for row in rows]

    assert {made_id.version for made_id in ids} == {7}
    assert len(set(ids)) == len(ids)
    assert [line.id for line in made.sold.lines] == sorted(line.id for line in made.sold.lines)


def test_the_sales_force_is_a_tree_in_which_leaders_lead_five_to_nine() -> None:
    tree = company(Sizes(people=2_000, territories=200, goals=0, sales=0)).people

    spans = Counter(len(seat.below) for seat in tree.seats if seat.below)
    assert set(spans) == {5, 6, 7, 8, 9}
    assert max(seat.depth for seat in tree.seats) == 5
    for seat in tree.seats[len(OFFICE_AND_CHIEF) :]:
        assert seat.role is (Role.MANAGER if seat.below else Role.REP)


OFFICE_AND_CHIEF = ("executive", "finance", "comp_admin", "hr", "auditor", "admin")


def test_somebody_of_every_role_is_there_to_sign_in(made: Company) -> None:
    grants = {grant.person_id: grant.role for grant in made.people.role_grants}

    assert {role: grants[person.id] for role, person in made.cast.items()} == {
        role.value: role.value for role in Role
    }
    manager = made.people.persons.index(made.cast["manager"])
    rep = made.people.persons.index(made.cast["rep"])
    assert rep in made.people.everybody_below(manager)


def test_every_goals_owner_holds_its_territory_for_all_of_its_days(made: Company) -> None:
    held = {(a.person_id, a.territory_id): a.during.lower for a in made.territories.assignments}

    assert all(
        goal.territory_id is not None and held[goal.owner_id, goal.territory_id] <= goal.starts_on
        for goal in made.goals.goals
    )


def test_the_years_goals_are_a_tree_in_which_every_team_is_over_assigned(made: Company) -> None:
    goals = {goal.id: goal for goal in made.goals.goals}
    seat_of = {person.id: n for n, person in enumerate(made.people.persons)}
    below: dict[object, list[Goal]] = {}
    for goal in goals.values():
        if goal.parent_id is not None:
            parent = goals[goal.parent_id]
            assert made.people.seats[seat_of[goal.owner_id]].above == seat_of[parent.owner_id]
            assert (goal.name, parent.scope, parent.roll_up) == (parent.name, "team", "sum")
            below.setdefault(parent.id, []).append(goal)
        assert (goal.parent_id is None) == (goal.no_parent_reason is not None)
        assert (goal.proposed is None) == (goal.scope == "team")

    teams = [goal for goal in goals.values() if goal.scope == "team"]
    assert len(below) == len(teams) > 20
    for team in teams:
        over = sum(each.target for each in below[team.id]) / team.target - 1
        assert abs(over - Decimal("0.03")) < Decimal("0.02")


def test_a_goals_steps_lead_to_its_status_and_a_leader_decides(made: Company) -> None:
    above = {made.people.persons[n].id: made.people.manager_of(n) for n in made.people.sales_force}
    steps: dict[object, list[str]] = {goal.id: [] for goal in made.goals.goals}
    for decision in made.goals.decisions:
        steps[decision.goal_id].append(decision.act)
        if decision.act in ("approved", "returned"):
            assert decision.person_id == above[decision.owner_id]

    ends = {"draft": "drafted"}
    assert {goal.status for goal in made.goals.goals} == {
        "draft",
        "submitted",
        "returned",
        "approved",
    }
    for goal in made.goals.goals:
        assert steps[goal.id][-1] == ends.get(goal.status, goal.status)
        assert goal.version == len(steps[goal.id])


def test_nothing_happens_after_today_and_check_ins_tell_what_was_sold(made: Company) -> None:
    tonight = datetime.combine(made.today, time(23, 59), UTC)

    assert max(line.sold_on for line in made.sold.lines) <= made.today
    assert max(step.decided_at for step in made.goals.decisions) < tonight
    goals = {goal.id: goal for goal in made.goals.goals}
    by_owner: dict[object, list[tuple[date, object]]] = {}
    for line in made.sold.lines:
        by_owner.setdefault(line.person_id, []).append((line.sold_on, line.amount))
    told = [entry for entry in made.goals.check_ins if goals[entry.goal_id].measure == "revenue"]
    assert len(told) > 1_000
    for entry in told:
        goal = goals[entry.goal_id]
        assert goal.starts_on <= entry.noted_at.date() <= goal.ends_on
        assert entry.noted_at < tonight
        lines = by_owner.get(goal.owner_id, [])
        sums = sum(a for day, a in lines if goal.starts_on <= day <= entry.noted_at.date())  # type: ignore[misc]
        assert entry.value in (None, sums)


def test_territories_are_one_tree_with_names_of_their_own(made: Company) -> None:
    rows = made.territories.territories
    earlier = {row.id: n for n, row in enumerate(rows)}

    assert [row.name for row in rows if row.parent_id is None] == ["World"]
    assert all(earlier[row.parent_id] < n for n, row in enumerate(rows) if row.parent_id)
    assert len({row.name for row in rows}) == len(rows)


@pytest.mark.parametrize("people", [9, 10, 11, 17, 23, 40, 77, 130])
def test_any_number_of_people_makes_a_company(people: int) -> None:
    made = company(Sizes(people=people, territories=people * 2, goals=people, sales=20))

    counts = made.counts
    assert (counts["person"], counts["territory"]) == (people, people * 2)
    assert (counts["goal"], counts["sale"]) == (people, 20)
    assert set(made.cast) == {role.value for role in Role}


def test_what_cannot_be_made_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="at least 9 people"):
        Sizes(people=8)

    with pytest.raises(ValueError, match="Nobody has more than 47 goals"):
        company(Sizes(people=10, territories=3, goals=500, sales=0))


def test_the_periods_begin_with_those_of_today_and_no_two_are_alike() -> None:
    today = date(2026, 5, 20)

    periods = list(periods_of(today))

    assert periods[:3] == [
        Period("Revenue, Q2 2026", date(2026, 4, 1), date(2026, 6, 30), REVENUE),
        Period("Revenue, May 2026", date(2026, 5, 1), date(2026, 5, 31), REVENUE),
        Period("Revenue, Q1 2026", date(2026, 1, 1), date(2026, 3, 31), REVENUE),
    ]
    assert len({(p.starts_on, p.ends_on, p.measure) for p in periods}) == len(periods)
    months = sorted({p.starts_on for p in periods if (p.ends_on - p.starts_on).days < 31})
    assert all((later - earlier).days <= 31 for earlier, later in pairwise(months))
