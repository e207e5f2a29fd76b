"""Plans as documents: nothing is lost on the way, and every fault is told with its place."""

import json
from typing import Any

import pytest
from hypothesis import given

from domain.incentives.documents import NotAPlan, plan_of, terms_of
from domain.incentives.tables import Method, RateTable
from domain.incentives.terms import Commission, Plan, Refunds
from tests.domain.incentives.plans import D, one, plan
from tests.domain.incentives.test_calculating import FULL
from tests.domain.incentives.test_tables import tables

DOCUMENT: dict[str, Any] = {
    "currency": "USD",
    "measures": [{"key": "revenue", "over": "year", "goal": "revenue"}],
    "components": [
        {
            "key": "commission",
            "name": "Commission",
            "commission": {
                "measure": "revenue",
                "table": {
                    "method": "marginal",
                    "tiers": [
                        {"start": "0", "end": "100000", "pays": "5 %"},
                        {"start": "100000", "pays": "0.08"},
                    ],
                },
            },
            "cap": "50000",
        }
    ],
}


def test_a_document_says_what_the_plan_is() -> None:
    made = plan_of("reps", DOCUMENT)

    [component] = made.components
    assert isinstance(component.earns, Commission)
    assert isinstance(component.earns.table, RateTable)
    assert [(tier.start, tier.pays) for tier in component.earns.table.tiers] == [
        (D(0), D("0.05")),
        (D(100000), D("0.08")),
    ]
    assert component.cap == D(50000)


@pytest.mark.parametrize("made", [FULL, plan_of("reps", DOCUMENT)])
def test_a_plan_comes_back_from_its_document(made: Plan) -> None:
    written = json.loads(json.dumps(terms_of(made)))

    assert plan_of(made.key, written) == made


@given(tables)
def test_every_table_comes_back(table: RateTable) -> None:
    refunds = Refunds.ORIGINAL if table.method is Method.MARGINAL else Refunds.TOTAL
    made = plan(one(Commission("revenue", table, refunds=refunds)))

    assert plan_of("test", json.loads(json.dumps(terms_of(made)))) == made


def changed(path: str, value: Any) -> dict[str, Any]:
    """The document with one thing in it changed."""
    document = json.loads(json.dumps(DOCUMENT))
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = document
    for part in way:
        place = place[part]
    place[last] = value
    return document  # type: ignore[no-any-return]  # JSON


TIERS = "components.0.commission.table.tiers"


@pytest.mark.parametrize(
    ("path", "value", "at", "says"),
    [
        ("colour", "red", "colour", "No plan knows this."),
        ("components", [], "components", "A plan has 1 to 50 components."),
        ("components.0.commission", None, "components.0", "Say one way to earn"),
        ("components.0.formula", "1 USD", "components.0", "Say one way to earn"),
        (f"{TIERS}.0.pays", 0.05, f"{TIERS}.0.pays", "Write the number as text"),
        (f"{TIERS}.0.pays", "NaN", f"{TIERS}.0.pays", "is no number"),
        (f"{TIERS}.0.pays", "1e5", f"{TIERS}.0.pays", "is no number"),
        (f"{TIERS}.0.pays", "٥", f"{TIERS}.0.pays", "is no number"),
        (f"{TIERS}.0.pays", "9" * 40, f"{TIERS}.0.pays", "is no number"),
        (f"{TIERS}.0.end", "90000", "components.0.tiers.0.end", "leaves a gap"),
        (f"{TIERS}.0.end", "110000", "components.0.tiers.0.end", "overlaps"),
        ("components.0.commission.measure", "margin", "commission.measure", "does not measure"),
        ("components.0.gate", "1 +", "commission.gate", "Here a value should stand"),
        ("measures.0.where", "deal.amount > 1", "revenue.where", "cannot be done"),
        ("rounding", {"places": "5"}, "rounding.places", "less than or equal to 4"),
        ("rounding", {"places": "-1"}, "rounding.places", "greater than or equal to 0"),
        ("measures.0.over", "ever", "revenue.goal", "never begins again"),
        ("measures.0.over", "decade", "measures.0.over", "Input should be"),
    ],
)
def test_every_fault_is_told_with_its_place(path: str, value: Any, at: str, says: str) -> None:
    with pytest.raises(NotAPlan) as refused:
        plan_of("reps", changed(path, value))

    [fault] = refused.value.each
    assert says in fault.message
    assert ".".join(fault.path) == at


def test_all_faults_are_told_at_once() -> None:
    document = changed(f"{TIERS}.0.pays", "much") | {"currency": None}

    with pytest.raises(NotAPlan) as refused:
        plan_of("reps", document)

    assert len(refused.value.each) == 2
