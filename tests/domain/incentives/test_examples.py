"""A plan's own examples are tried by what will pay; and two versions differ in words."""

from typing import Any

import pytest

from domain.incentives.documents import examples_of, plan_of
from domain.incentives.examples import failing
from domain.incentives.wording import changes
from tests.domain.incentives.test_documents import DOCUMENT, changed

EXAMPLE: dict[str, Any] = {
    "name": "A year beyond the first tier, and a refund",
    "deals": [
        {"name": "big", "amount": "150000"},
        {"name": "big back", "amount": "-15000", "takes_back": "big"},
    ],
    "pays": {"commission": "8100"},
}


def tried(**said: Any) -> list[str]:
    document = DOCUMENT | {"examples": [EXAMPLE | said]}
    return [each.sentence for each in failing(plan_of("reps", document), examples_of(document))]


def test_an_example_that_comes_out_as_it_says_fails_nothing() -> None:
    assert tried() == []
    assert tried(total="8100.00") == []


def test_an_example_that_comes_out_otherwise_says_how() -> None:
    assert tried(pays={"commission": "8000"}, total="9") == [
        "`commission` pays 8100.00, and the example says 8000.",
        "It pays 8100.00, and the example says 9.",
    ]
    assert tried(pays={"bonus": "1"}) == ["The plan has no `bonus`."]
    assert tried(pays={}) == ["It does not say what it is meant to pay."]


def test_an_example_that_cannot_be_worked_out_says_why() -> None:
    [sentence] = tried(deals=[{"name": "back", "amount": "-5", "takes_back": "nothing"}])

    assert "it is not known what the deal that back takes back was paid" in sentence


TIERS = "components.0.commission.table.tiers"


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (
            f"{TIERS}.1.pays", "9 %",
            "Component commission, the commission, the rate table, tier from 100000, what it pays was 0.08, and is 0.09.",
        ),
        ("components.0.cap", "60000", "Component commission, the cap was 50000, and is 60000."),
        ("components.0.cap", None, "Component commission, the cap was 50000; none is said any more."),
        (
            "components.0.gate", 'attainment("revenue") > 50%',
            'Component commission, the gate is now attainment("revenue") > 50%; there was none said.',
        ),
        ("measures.0.over", "quarter", "Measure revenue, the span was year, and is quarter."),
        ("currency", "EUR", "The currency was USD, and is EUR."),
    ],
)  # fmt: skip
def test_versions_differ_in_words(path: str, value: object, says: str) -> None:
    before = plan_of("reps", DOCUMENT)

    assert changes(before, plan_of("reps", changed(path, value))) == [says]
    assert changes(before, before) == []


def test_a_tier_that_comes_or_goes_is_told_with_what_it_pays() -> None:
    before = plan_of("reps", DOCUMENT)
    tiers = [{"start": "0", "pays": "5 %"}, {"start": "90000", "pays": "8 %"}]

    assert changes(before, plan_of("reps", changed(TIERS, tiers))) == [
        "Component commission, the commission, the rate table, tier from 100000 is gone; it pays 0.08.",
        "Component commission, the commission, the rate table, tier from 90000 is new; it pays 0.08.",
    ]
