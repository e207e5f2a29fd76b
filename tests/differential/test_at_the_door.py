"""What no row can hold is refused at the door, before it could reach a statement."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.people import found_company
from tests.scenarios.companies import Furnished
from tests.scenarios.wire import opened

NUL = "a\0b"
DOCUMENT = """query($text: String, $id: ID!, $after: String, $ids: [ID!]) {
  goals(filter: {name: {eq: $text}, id: {in: $ids}}, after: $after) { nodes { id } }
  node(id: $id) { id } }"""
SOUND: Mapping[str, object] = {"text": "a", "id": "goal_1", "after": None, "ids": []}


@pytest.mark.parametrize("name", ["text", "id", "after", "ids"])
async def test_a_nul_is_refused_in_every_place_of_a_request(
    database: str, tmp_path: Path, name: str
) -> None:
    company = Furnished(await found_company(), f"Door {name}", {}, {})
    async with opened(tmp_path, database) as wire:
        token = await wire.sign_in(company, "Rui")
        sound = await wire.ask(token, DOCUMENT, **SOUND)

        sent = {**SOUND, name: [NUL] if name == "ids" else NUL}
        in_variables = await wire.ask(token, DOCUMENT, **sent)
        in_the_document = await wire.ask(token, '{ node(id: "a\\u0000b") { id } }')
        alone = await wire.ask(token, '{ node(id: "\\ud800") { id } }')

    assert sound.json() == {"data": {"goals": {"nodes": []}, "node": None}}
    for refused in (in_variables, in_the_document, alone):
        body = refused.json()
        assert list(body) == ["errors"], body
        (error,) = body["errors"]
        assert error["extensions"]["code"] in ("BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED")
