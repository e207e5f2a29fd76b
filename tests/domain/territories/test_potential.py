"""What could be sold in a territory: said by comp administrators, read by those who plan."""

from decimal import Decimal
from typing import Any

import pytest

from auth.actor import Scope
from domain.errors import Changed, Invalid, NotFound, NotPermitted, Refusal
from domain.ids import new_id
from domain.territories.actions import set_potential
from domain.territories.models import Territory
from tests.people import Company, count
from tests.schema.asking import ask, territory, territory_id
from tests.schema.test_mutations import sent

SET = """mutation($input: TerritorySetPotentialInput!) { territorySetPotential(input: $input) {
  errors { __typename ... on UserError { message path } ... on VersionConflictError { currentVersion } }
  territory { name version potential } } }"""
READ = "query($id: ID!) { node(id: $id) { ... on Territory { name potential } } }"


async def test_a_comp_administrator_says_it_and_those_who_plan_read_it(company: Company) -> None:
    west = await territory(company, "West")
    given: dict[str, Any] = {"territoryId": territory_id(west), "expectedVersion": 1}
    cora = company.actor("Cora")

    made = await sent(cora, SET, clientMutationId="1", **given, potential="1200.50")
    stale = await sent(cora, SET, clientMutationId="2", **given, potential="7")

    assert made == {
        "errors": [],
        "territory": {"name": "West", "version": 2, "potential": "1200.5"},
    }
    [error] = stale["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("VersionConflictError", 2)
    shown = {}
    for name in company.ids:
        data = await ask(company.actor(name), READ, id=territory_id(west))
        shown[name] = data["node"]["potential"]
    planners = {"Ada", "Mona", "Eve", "Cora", "Fay", "Audrey"}
    assert {name for name, potential in shown.items() if potential == "1200.5"} == planners
    assert {shown[name] for name in shown.keys() - planners} == {None}
    partner = company.partner(*Scope, territories=frozenset({west}))
    assert (await ask(partner, READ, id=territory_id(west)))["node"]["potential"] is None

    cleared = await sent(cora, SET, clientMutationId="3", **given | {"expectedVersion": 2})
    assert cleared["territory"]["potential"] is None


async def test_what_is_refused_changes_nothing(company: Company) -> None:
    west, nowhere = await territory(company, "West"), new_id()
    some = Decimal(5)
    refusals: list[tuple[str, Any, int, Decimal, type[Refusal]]] = [
        ("Mona", west, 1, some, NotPermitted),
        ("Rui", west, 1, some, NotPermitted),
        ("Adam", nowhere, 1, some, NotPermitted),
        ("Cora", nowhere, 1, some, NotFound),
        ("Cora", west, 2, some, Changed),
        ("Cora", west, 1, Decimal(-1), Invalid),
        ("Cora", west, 1, Decimal("0.00001"), Invalid),
        ("Cora", west, 1, Decimal("NaN"), Invalid),
        ("Cora", west, 1, Decimal(10) ** 15, Invalid),
    ]
    for who, place, version, potential, kind in refusals:
        with pytest.raises(kind):
            await set_potential(
                company.actor(who),
                territory_id=place,
                expected_version=version,
                potential=potential,
            )

    assert await count(company, Territory._meta.db_table, "potential is null and version = 1") == 1
    assert await count(company, "event") == 0
