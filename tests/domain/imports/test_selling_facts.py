"""Opportunities and expenses from files: what goals count of them, before and after each is corrected,
and after each batch is undone."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import Conflict
from domain.imports import Outcome, list_batches
from tests.domain.imports.files import a_mapping
from tests.domain.imports.test_importing import ask, do
from tests.domain.imports.test_undoing import applied, undo
from tests.people import Company
from tests.schema.asking import ask as asked
from tests.schema.asking import goal

CUSTOMERS = """
[[source]]
kind = "accounts"
file = "customers.csv"
external_id = "No"
[source.fields]
name = "Name"
[[source]]
kind = "sales"
file = "orders.csv"
external_id = "Order"
[source.fields]
sold_on = "Day"
quantity = { value = "1" }
amount = "Amount"
account = "Customer"
person = "Who"
"""
FACTS = """
[[source]]
kind = "opportunities"
file = "pipeline.csv"
external_id = "Opportunity"
[source.fields]
name = "Name"
opened_on = "Opened"
closed_on = "Closed"
outcome = "Outcome"
person = "Who"
account = "Customer"
amount = "Amount"
currency = { value = "USD" }
[[source]]
kind = "expenses"
file = "spending.csv"
external_id = "Receipt"
[source.fields]
spent_on = "Day"
amount = "Amount"
currency = { value = "USD" }
person = "Who"
purpose = "For"
"""
PIPELINE = "Opportunity,Name,Opened,Closed,Outcome,Who,Customer,Amount\n"
SPENDING = "Receipt,Day,Amount,Who,For\n"
FILES = {
    "customers.csv": "No,Name\nC1,Ann's\nC2,Ben's\n",
    "orders.csv": "Order,Day,Amount,Customer,Who\nO1,2020-05-04,10.00,C1,rui\n"
    "O2,2020-05-05,20.00,C2,rui\nO3,2020-05-06,30.00,C2,sam\n",
    "pipeline.csv": PIPELINE + "P1,Chain,2020-04-01,2020-05-04,won,rui,C1,1000.00\n"
    "P2,Shop,2020-05-01,2020-05-08,won,rui,C2,\nP3,Club,2020-05-02,2020-05-09,lost,rui,,\n"
    "P4,Fair,2020-05-03,,open,rui,,500.00\n",
    "spending.csv": SPENDING + "E1,2020-05-02,100.00,rui,Fair\nE2,2020-05-03,50.01,rui,\n"
    "E3,2020-06-01,9.00,rui,June\n",
}
EVERYTHING = """
select 'opportunity', to_jsonb(t)::text from opportunity t where org_id = $1
union all select 'expense', to_jsonb(t)::text from expense t where org_id = $1
union all select 'account', to_jsonb(t)::text from account t where org_id = $1
union all select 'sale', to_jsonb(t)::text from sale t where org_id = $1
union all select 'first', to_jsonb(t)::text from first_sale t where org_id = $1
union all select 'tally', to_jsonb(t)::text from tally t where org_id = $1
order by 1, 2
"""
MEASURES = ("win_rate", "cycle_length", "acquisition_cost", "new_customers")


async def ruis_goals(company: Company) -> None:
    """One of each measure in May."""
    for measure in MEASURES:
        currency = "USD" if measure == "acquisition_cost" else None
        await goal(company, "Rui", measure=measure, target=Decimal("0.5"), currency=currency)


async def counted(company: Company) -> list[str | None]:
    """What Rui's goals have reached, in the order of `MEASURES`."""
    document = "{ goals { nodes { measuredBy { key } actual { amount } } } }"
    nodes = (await asked(company.actor("Rui"), document))["goals"]["nodes"]
    found = {
        node["measuredBy"]["key"]: node["actual"] and node["actual"]["amount"] for node in nodes
    }
    return [found[measure] for measure in MEASURES]


async def test_goals_count_what_the_files_say_and_no_longer_once_it_is_undone(
    company: Company, tmp_path: Path
) -> None:
    await ruis_goals(company)
    empty = await ask(company, EVERYTHING)
    nothing = await counted(company)
    mapping = a_mapping(tmp_path, FILES, sources=CUSTOMERS + FACTS)

    first = await applied(company, mapping)
    # 2 of 3 won; open for 33 and 7 days; 150.01 for 2 new customers.
    stands = ["0.6667", "20", "75.005", "2"]
    assert await counted(company) == stands
    assert (await do(company, mapping)).outcome is Outcome.UNCHANGED

    before = await ask(company, EVERYTHING)
    lost = FILES["pipeline.csv"].replace("2020-05-08,won", "2020-05-10,lost")
    more = FILES["spending.csv"].replace("50.01", "50.02") + "E4,2020-05-31,0.98,rui,Tea\n"
    later = {**FILES, "pipeline.csv": lost, "spending.csv": more}
    corrected = a_mapping(tmp_path / "later", later, sources=CUSTOMERS + FACTS)
    second = await applied(company, corrected)
    assert await counted(company) == ["0.3333", "33", "75.50", "2"]
    with pytest.raises(Conflict, match=f"undo {second} first"):
        await undo(company, first)

    await undo(company, second)

    assert await counted(company) == stands
    said = "select external_id, outcome, closed_on from opportunity where org_id = $1 order by 1"
    assert await ask(company, said) == [
        ("P1", "won", date(2020, 5, 4)), ("P2", "won", date(2020, 5, 8)),
        ("P3", "lost", date(2020, 5, 9)), ("P4", "open", None),
    ]  # fmt: skip
    assert len(await ask(company, EVERYTHING)) == len(before)
    await undo(company, first)
    assert (await counted(company), await ask(company, EVERYTHING)) == (nothing, empty)
    assert {batch.state for batch in await list_batches(company.system)} == {"undone"}
    assert await applied(company, mapping)
    assert await counted(company) == stands


async def test_everything_that_is_wrong_with_them_is_told_at_once(
    company: Company, tmp_path: Path
) -> None:
    pipeline = (
        PIPELINE + "P1,Chain,2020-04-01,,won,rui,,\nP2,Shop,2020-05-01,2020-05-08,open,rui,,\n"
        "P3,Club,2020-05-02,2020-05-01,lost,rui,,\nP4,Fair,2020-05-03,,maybe,rui,,\n"
        "P5,,2020-05-03,,open,rui,,\nP6,Cup,2020-05-03,,open,nobody,,\n"
    )
    spending = SPENDING + "E1,2020-05-02,,rui,\nE2,2020-05-32,1.00,rui,\n"
    files = {**FILES, "pipeline.csv": pipeline, "spending.csv": spending}

    report = await do(company, a_mapping(tmp_path, files, sources=CUSTOMERS + FACTS))

    assert report.outcome is Outcome.REFUSED
    assert sorted(report.sentence(fault) for fault in report.faults) == [
        "pipeline.csv, line 2: expected closed_on: the day on which it was won or lost",
        "pipeline.csv, line 3: expected no closed_on while the outcome is open",
        "pipeline.csv, line 4: expected closed_on not before opened_on",
        'pipeline.csv, line 5, column Outcome: found "maybe", expected one of open, won, lost',
        "pipeline.csv, line 6, column Name: expected a value; name may not be empty",
        'pipeline.csv, line 7, column Who: found "nobody", expected the external id of an existing'
        " person, or of one imported before this",
        "spending.csv, line 2, column Amount: expected a value; amount may not be empty",
        'spending.csv, line 3, column Day: found "2020-05-32", expected a date written as YYYY-MM-DD,'
        " 1900 to 2199",
    ]
    assert await ask(company, EVERYTHING) == []
