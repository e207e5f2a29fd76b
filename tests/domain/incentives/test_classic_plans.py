"""The plans that ship as templates are whole: they read, and pay what their own examples say."""

from pathlib import Path

import pytest

from domain.incentives.documents import examples_of, plan_of
from domain.incentives.examples import failing
from domain.incentives.linting import Oddity, linted
from domain.incentives.yaml_text import read

FOLDER = Path(__file__).parents[3] / "examples" / "plans"
ODD = {
    "quota-bonus": {Oddity.CLIFF, Oddity.FLAT_TOP},
    "milestones": {Oddity.CLIFF, Oddity.DEAD_ZONE, Oddity.FLAT_TOP},
    "spif-with-budget": {Oddity.CLIFF, Oddity.FLAT_TOP},
    "spif": {Oddity.CLIFF, Oddity.FLAT_TOP},
}
"""What these say on purpose."""


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_classic_plan_pays_what_its_examples_say(path: Path) -> None:
    terms = read(path.read_text(encoding="utf-8"))

    plan = plan_of(path.stem.replace("-", "_"), terms)

    assert examples_of(terms)
    assert failing(plan, examples_of(terms)) == []
    assert {each.oddity for each in linted(plan)} == ODD.get(path.stem, set())


def test_there_are_several() -> None:
    assert len(list(FOLDER.glob("*.yaml"))) >= 5
