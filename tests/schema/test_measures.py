"""What an organisation measures: seen by everybody, decided by comp administrators."""

from typing import Any

import pytest

from auth.actor import Actor, Scope
from domain.ids import new_id
from schema.typed_ids import encode
from tests.people import Company, count
from tests.schema.asking import ask

ERRORS = "errors { __typename ... on UserError { message path } }"
MEASURE = "measure { id version key name description unit direction source levels retired }"
DEFINE = f"""mutation($input: MeasureDefineInput!) {{ measureDefine(input: $input) {{
  {ERRORS} {MEASURE} }} }}"""
UPDATE = f"""mutation($input: MeasureUpdateInput!) {{ measureUpdate(input: $input) {{
  errors {{ __typename ... on UserError {{ message path }}
    ... on MeasureVersionConflictError {{ seenVersion currentVersion measure {{ name }} }} }}
  {MEASURE} }} }}"""
RETIRE = f"""mutation($input: MeasureRetireInput!) {{ measureRetire(input: $input) {{
  {ERRORS} {MEASURE} }} }}"""
LIST = "{ measures(first: 100, filter: {retired: false}) { nodes { key unit direction source } } }"
CRAFT = {
    "key": "craft", "name": "Craft", "unit": "NUMBER", "direction": "HIGHER", "source": "RATING",
    "levels": ["Learning", "Solid", "Masterly"],
}  # fmt: skip


async def sent(actor: Actor, document: str, **values: object) -> Any:
    message = {"clientMutationId": str(new_id()), **values}
    (payload,) = (await ask(actor, document, input=message)).values()
    return payload


async def test_every_organisation_begins_with_the_usual_measures(company: Company) -> None:
    for actor in (company.actor("Rui"), company.partner(Scope.SALES_READ)):
        nodes = (await ask(actor, LIST))["measures"]["nodes"]

        assert {node["key"] for node in nodes} == {
            "revenue", "margin", "units", "new_customers", "win_rate", "cycle_length",
            "acquisition_cost",
        }  # fmt: skip
        lower = {node["key"] for node in nodes if node["direction"] == "LOWER"}
        assert lower == {"cycle_length", "acquisition_cost"}
    assert (await ask(company.partner(), LIST))["measures"]["nodes"] == []


async def test_a_measure_is_defined_reworded_and_retired(company: Company) -> None:
    cora, made = company.actor("Cora"), encode("measure", new_id())

    defined = await sent(cora, DEFINE, id=made, **CRAFT, description="By its manager.")
    reworded = await sent(
        cora, UPDATE, measureId=made, expectedVersion=1, levels=["New", "Good", "Best"], name="Art"
    )
    stale = await sent(cora, UPDATE, measureId=made, expectedVersion=1, description="Late.")
    more = await sent(cora, UPDATE, measureId=made, expectedVersion=2, levels=["Bad", "Good"])
    retired = await sent(cora, RETIRE, measureId=made, expectedVersion=2)
    again = await sent(cora, RETIRE, measureId=made, expectedVersion=3)

    kept = {**CRAFT, "id": made, "description": "By its manager.", "version": 1, "retired": False}
    assert defined == {"errors": [], "measure": kept}
    kept |= {"version": 2, "levels": ["New", "Good", "Best"], "name": "Art"}
    assert reworded == {"errors": [], "measure": kept}
    (error,) = stale["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("MeasureVersionConflictError", 2)
    assert error["measure"] == {"name": "Art"}
    assert more["errors"][0]["path"] == ["levels"]
    assert retired["measure"] == kept | {"version": 3, "retired": True}
    assert again["errors"][0]["__typename"] == "ConflictError"
    keys = [node["key"] for node in (await ask(cora, LIST))["measures"]["nodes"]]
    assert "craft" not in keys
    assert await count(company, "event", f"subject_id = '{made[8:]}'") == 3


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        ({"key": "Revenue"}, "InvalidError", ["key"]),
        ({"key": "revenue"}, "ConflictError", ["key"]),
        ({"unit": "PERCENT"}, "InvalidError", ["unit"]),
        ({"source": "WIN_RATE", "levels": []}, "InvalidError", ["unit"]),
        ({"source": "CHECK_IN"}, "InvalidError", ["levels"]),
        ({"levels": ["Only"]}, "InvalidError", ["levels"]),
        ({"name": " "}, "InvalidError", ["name"]),
        ({"name": "x" * 101}, "InvalidError", ["name"]),
        ({"description": "x" * 1001}, "InvalidError", ["description"]),
    ],
)
async def test_what_cannot_be_measured_is_refused_and_nothing_changes(
    company: Company, change: dict[str, object], kind: str, path: list[str]
) -> None:
    payload = await sent(company.actor("Cora"), DEFINE, **CRAFT | change)

    (error,) = payload["errors"]
    assert (error["__typename"], error["path"]) == (kind, path)
    assert payload["measure"] is None
    assert await count(company, "measure") == 7
    assert await count(company, "event") == 0


async def test_only_comp_administrators_decide_what_is_measured(company: Company) -> None:
    made = (await sent(company.actor("Cora"), DEFINE, **CRAFT))["measure"]["id"]
    others = [
        company.actor(name) for name in ("Rui", "Mona", "Ada", "Fay", "Hal", "Audrey", "Adam")
    ]

    for actor in (*others, company.partner(*Scope)):
        about = {"measureId": made, "expectedVersion": 1}
        for payload in (
            await sent(actor, DEFINE, **CRAFT | {"key": "mine"}),
            await sent(actor, UPDATE, **about, name="Mine"),
            await sent(actor, RETIRE, **about),
        ):
            assert [error["__typename"] for error in payload["errors"]] == ["NotPermittedError"]

    assert await count(company, "measure", "version = 1 and retired_at is null") == 8
    assert await count(company, "event") == 1
