"""The page that documents the open format says what the format is."""

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from domain.incentives import documents
from domain.incentives.documents import examples_of, plan_of
from domain.incentives.examples import failing
from domain.incentives.terms import OF_A_DEAL, OF_A_PAYEE
from domain.incentives.yaml_text import read

PAGE = (Path(__file__).parents[3] / "docs" / "pay-plans.md").read_text(encoding="utf-8")
EXAMPLE, *PARTS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def _within(declared: Any) -> Iterator[Any]:
    """The types that a declared type is made of."""
    yield declared
    for part in get_args(declared):
        yield from _within(part)


def _words(model: type[BaseModel]) -> Iterator[str]:
    """Every key of a part of a document and of the parts below, and every word that it may hold."""
    for name, field in model.model_fields.items():
        yield name
        for found in _within(field.annotation):
            if isinstance(found, type) and issubclass(found, BaseModel):
                yield from _words(found)
            elif isinstance(found, type) and issubclass(found, Enum):
                yield from (str(member.value) for member in found)


def test_its_example_is_a_plan_that_pays_what_it_says() -> None:
    terms = read(EXAMPLE)

    plan = plan_of("page", terms)

    assert len(examples_of(terms)) == 2
    assert failing(plan, examples_of(terms)) == []


def test_what_it_shows_of_a_commission_is_a_part_of_a_plan() -> None:
    terms = dict(read(EXAMPLE))
    for part in filter(lambda each: each.startswith("grid:"), PARTS):
        commission = {"measure": "revenue", **read(part)}
        component = {"key": "shown", "name": "Shown", "commission": commission}

        assert plan_of("page", terms | {"components": [component]})


def test_it_names_every_key_and_every_word_of_the_format() -> None:
    named = set(re.findall(r"[\w.]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))
    words = set(_words(documents._Plan))

    assert len(words) > 90
    assert sorted(words - named) == []
    assert sorted((OF_A_DEAL.keys() | OF_A_PAYEE.keys()) - named) == []
