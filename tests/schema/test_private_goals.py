"""A private goal leaves no trace with those who do not see it: no row, no count, no event, no sum."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from auth.actor import Actor, Role, Scope
from domain.database import on_behalf_of
from domain.goals.actions import approve_goal, check_in, submit_goal
from domain.goals.models import Confidence
from schema import STORED
from schema.changes import Kinds, Look, look
from tests.people import Company, drafted_goal
from tests.schema.asking import ask, goal, goal_id, person_id, sold, territory, territory_id

KINDS: Kinds = {stored.kind: stored for stored in STORED.values() if stored.kind}
SEE_IT = {"Rui", "Mona", "Ada", "Hal"}


async def kept_by_rui(company: Company) -> UUID:
    """A goal of Rui's at version 3, approved, private and checked in on."""
    made = await drafted_goal(company)
    await _keep(company, made)
    await submit_goal(company.actor("Rui"), goal_id=made, expected_version=1)
    await approve_goal(company.actor("Mona"), goal_id=made, seen_version=2)
    await check_in(company.actor("Rui"), goal_id=made, confidence=Confidence.AT_RISK, note="Hush.")
    return made


async def test_who_does_not_see_a_private_goal_hears_nothing_of_what_happens_to_it(
    company: Company,
) -> None:
    kept = await kept_by_rui(company)

    told = {name: await look(KINDS, company.actor(name), 0) for name in company.ids}

    assert {name for name, each in told.items() if each.subjects == (("goal", kept),)} == SEE_IT
    assert {each.number for name, each in told.items() if name not in SEE_IT} == {None}
    partner = company.partner(*Scope)
    assert await look(KINDS, partner, 0) == Look(newest=told["Rui"].newest)


async def test_an_auditor_reads_the_history_without_what_happened_to_private_goals(
    company: Company,
) -> None:
    kept, open_to_all = await kept_by_rui(company), await drafted_goal(company)
    document = "{ history(first: 100) { nodes { subjectId subject { id } act } } }"

    async def subjects(*roles: Role, name: str = "Audrey") -> set[str]:
        actor = company.actor(name)
        shown = await ask(_with(actor, *roles), document)
        return {event["subjectId"] for event in shown["history"]["nodes"]}

    assert await subjects(Role.AUDITOR) == {goal_id(open_to_all)}
    assert await subjects(Role.AUDITOR, Role.HR) == {goal_id(open_to_all), goal_id(kept)}
    assert await subjects(Role.AUDITOR, name="Rui") == {goal_id(open_to_all), goal_id(kept)}
    assert await subjects(Role.AUDITOR, Role.MANAGER, name="Eve") == {goal_id(open_to_all)}


async def test_a_private_goal_is_in_no_sum_of_its_territory(company: Company) -> None:
    west = await territory(company, "West")
    await goal(company, "Rui", territory_id=west, target=Decimal(1000))
    await goal(company, "Rui", territory_id=west, target=Decimal(500), private=True)
    await sold(company, "Rui", "250.00", at=west)
    document = """query($in: ID!) { performance(by: YEAR, filter: {territoryIds: [$in]}) {
      nodes { target { amount } actual { amount } } } }"""

    shown = await ask(company.actor("Ada"), document, **{"in": territory_id(west)})

    assert shown["performance"]["nodes"] == [
        {"target": {"amount": "1000.00"}, "actual": {"amount": "250.00"}}
    ]


async def test_what_a_caller_may_see_of_several_roles_adds_up(company: Company) -> None:
    kept, open_to_all = await goal(company, "Rui", private=True), await goal(company, "Rui")
    olgas = await goal(company, "Olga", private=True)
    mine = await goal(company, "Mona")
    document = """query($rui: ID!) { goals(first: 9) { nodes { id } }
      team: goals(filter: {whose: TEAM}) { nodes { id } totalCount }
      node(id: $rui) { ... on Person { goals { totalCount } } } }"""

    async def seen(name: str, *roles: Role) -> tuple[set[str], set[str], int]:
        actor = _with(company.actor(name), *roles)
        data = await ask(actor, document, rui=person_id(company, "Rui"))
        of_team = {node["id"] for node in data["team"]["nodes"]}
        assert data["team"]["totalCount"] == len(of_team)
        return (
            {node["id"] for node in data["goals"]["nodes"]},
            of_team,
            data["node"]["goals"]["totalCount"],
        )

    k, o, other, own = map(goal_id, (kept, open_to_all, olgas, mine))
    assert await seen("Mona", Role.MANAGER, Role.HR) == ({k, o, other, own}, {k, o}, 2)
    assert await seen("Mona", Role.MANAGER, Role.FINANCE) == ({k, o, own}, {k, o}, 2)
    assert await seen("Mona", Role.REP) == ({own}, set(), 0)
    assert await seen("Hal", Role.HR) == ({k, other}, set(), 1)
    assert await seen("Eve", Role.MANAGER, Role.COMP_ADMIN) == ({o, other, own}, {other}, 1)


def _with(actor: Actor, *roles: Role) -> Actor:
    return replace(actor, roles=frozenset(roles))


async def _keep(company: Company, kept: UUID) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update goal set private = true where org_id = $1 and id = $2", [company.org, kept]
        )
