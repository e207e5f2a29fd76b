"""A made-up company in the database: seen through the schema, and written whole or not at all."""

from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from api.generated import Company, Sizes, company, generate, generated_sign_ins_file
from api.generated.rows import Person
from api.settings import Settings
from auth.actor import Actor, Assurance, Role
from domain.database import on_behalf_of
from domain.errors import Conflict
from domain.history.verification import Verified, verify
from domain.ids import new_id
from tests.schema.asking import ask

SIZES = Sizes(people=120, territories=20, goals=1_200, sales=4_000)


async def made(database: str, home: Path, slug: str, sizes: Sizes = SIZES) -> Company:
    """A company in the worker's database."""
    one = company(sizes, slug=slug)
    await generate(one, database, fast(home), lambda _sentence: None)
    return one


def fast(home: Path) -> Settings:
    return Settings(home=home, database_url=None, argon2_time_cost=1, argon2_memory_kib=8_192)


def caller(made: Company, person: Person, *roles: Role) -> Actor:
    nothing: frozenset[UUID] = frozenset()
    return Actor(
        org=made.org,
        person=person.id,
        client=None,
        roles=frozenset(roles),
        scopes=frozenset(),
        territories=nothing,
        session=new_id(),
        assurance=Assurance.PASSWORD,
        today=made.today,
        via="web",
    )


async def test_what_is_shown_adds_up_to_the_rows_that_were_made(
    database: str, tmp_path: Path
) -> None:
    one = await made(database, tmp_path, f"adds-up-{new_id().hex[:12]}")
    finance = caller(one, one.cast["finance"], Role.FINANCE)
    rep = one.cast["rep"]

    totals = await ask(finance, "{ salesTotal { amount currency lines } }")
    world = await ask(
        finance,
        "query($id: ID!) { performance(by: YEAR, filter: {territoryIds: [$id], from: "
        '"2024-01-01"}) { nodes { periodStart sales { amount } } } }',
        id=f"territory_{one.territories.territories[0].id}",
    )
    home = await ask(
        caller(one, rep, Role.REP),
        "{ goals(filter: {whose: MINE}, first: 100) { nodes { name actual { amount } target { amount }"
        " period { startsOn endsOn } measureKey } } }",
    )

    sold = sum((line.amount for line in one.sold.lines), Decimal(0))
    [total] = totals["salesTotal"]
    assert (Decimal(total["amount"]), total["currency"], total["lines"]) == (sold, "EUR", 4_000)
    years = world["performance"]["nodes"]
    assert sum(Decimal(year["sales"]["amount"]) for year in years) == sold
    own = [line for line in one.sold.lines if line.person_id == rep.id]
    goals = {
        (goal.name, str(goal.starts_on)): goal
        for goal in one.goals.goals
        if goal.owner_id == rep.id
    }
    assert len(home["goals"]["nodes"]) == len(goals) > 5
    for node in home["goals"]["nodes"]:
        goal = goals[node["name"], node["period"]["startsOn"]]
        lines = [line for line in own if goal.starts_on <= line.sold_on <= goal.ends_on]
        margins = [line.amount - line.cost for line in lines if line.cost is not None]
        counted = margins if goal.measure == "margin" else [line.amount for line in lines]
        assert Decimal(node["actual"]["amount"]) == sum(counted, Decimal(0))
        assert Decimal(node["target"]["amount"]) == goal.target


async def test_a_manager_sees_the_goals_of_everybody_below_and_of_nobody_else(
    database: str, tmp_path: Path
) -> None:
    one = await made(database, tmp_path, f"manager-{new_id().hex[:12]}")
    manager = one.cast["manager"]
    below = one.people.everybody_below(one.people.persons.index(manager))

    seen = await ask(
        caller(one, manager, Role.MANAGER, Role.REP),
        "{ goals(filter: {whose: TEAM}) { totalCount } }",
    )

    people = {one.people.persons[n].id for n in below}
    theirs = [goal for goal in one.goals.goals if goal.owner_id in people]
    assert seen["goals"]["totalCount"] == len(theirs) > 100


async def test_the_same_company_twice_is_refused_and_changes_nothing(
    database: str, tmp_path: Path
) -> None:
    slug = f"twice-{new_id().hex[:12]}"
    small = Sizes(people=10, territories=4, goals=12, sales=30)
    one = await made(database, tmp_path, slug, small)
    file = generated_sign_ins_file(tmp_path, slug)
    before = (await rows_of(one), file.read_text())

    with pytest.raises(Conflict, match="There is already an organisation"):
        await made(database, tmp_path, slug, Sizes(people=11, territories=4, goals=12, sales=30))

    assert (await rows_of(one), file.read_text()) == before
    assert before[0] == {"person": 10, "territory": 4, "goal": 12, "sale": 30}
    assert file.stat().st_mode & 0o777 == 0o600


async def test_its_history_says_what_was_made_and_holds(database: str, tmp_path: Path) -> None:
    one = await made(
        database,
        tmp_path,
        f"history-{new_id().hex[:12]}",
        Sizes(people=10, territories=4, goals=12, sales=30),
    )

    async with on_behalf_of(one.org) as transaction:
        events = await transaction.execute_query_dict(
            "select act, after->>'seed' as seed, after->'rows'->>'sale' as sales from event"
            " where org_id = $1 and number <= 2 order by number",
            [one.org],
        )
    verified = await verify(one.org)

    acts = [(event["act"], event["seed"], event["sales"]) for event in events]
    assert acts == [("organisation.founded", None, None), ("organisation.generated", "1", "30")]
    assert isinstance(verified, Verified)


async def rows_of(one: Company) -> dict[str, int]:
    """How many rows of the company each of the tables holds that were asked for by number."""
    counted = {}
    async with on_behalf_of(one.org) as transaction:
        for table in ("person", "territory", "goal", "sale"):
            [row] = await transaction.execute_query_dict(
                f"select count(*) as rows from {table} where org_id = $1", [one.org]
            )
            counted[table] = row["rows"]
    return counted
