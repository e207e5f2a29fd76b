"""What an import leaves in the database, and what it never does."""

import asyncio
import os
import random
import signal
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import openpyxl  # type: ignore[import-untyped] # ships no types
import pytest

from domain.database import on_behalf_of
from domain.errors import Invalid, NotPermitted
from domain.goals.models import Goal
from domain.history import verify
from domain.imports import ImportReport, Outcome, list_batches, refused_rows, run_import
from domain.imports.proposing import propose
from tests.domain.imports.files import HEADER, SALES, a_mapping, sale_rows
from tests.people import Company, found_company


async def do(company: Company, mapping: Path, **choices: bool) -> ImportReport:
    return await run_import(
        company.org,
        company.system,
        mapping,
        dry_run=choices.get("dry_run", False),
        good_rows_only=choices.get("good_rows_only", False),
    )


async def ask(company: Company, question: str) -> list[tuple[Any, ...]]:
    """Rows of the company; `$1` is its id."""
    async with on_behalf_of(company.org) as transaction:
        _, rows = await transaction.execute_query(question, [company.org])
    return [tuple(row) for row in rows]


async def sales(company: Company) -> tuple[Any, ...]:
    """How many there are, and what they come to."""
    rows = await ask(company, "select count(*), sum(amount) from sale where org_id = $1")
    return rows[0]


async def imports_recorded(company: Company) -> int:
    rows = await ask(
        company, "select count(*) from event where org_id = $1 and act = 'import.applied'"
    )
    count: int = rows[0][0]
    return count


async def test_the_same_import_twice_changes_nothing_and_says_so(
    company: Company, tmp_path: Path
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(100)})

    first = await do(company, mapping)
    before = await ask(
        company, "select to_jsonb(sale)::text from sale where org_id = $1 order by 1"
    )
    second = await do(company, mapping)

    assert (first.outcome, first.changes) == (Outcome.APPLIED, 100)
    assert (second.outcome, second.changes, second.batch) == (Outcome.UNCHANGED, 0, None)
    assert second.sources[0].unchanged == 100
    assert before == await ask(
        company, "select to_jsonb(sale)::text from sale where org_id = $1 order by 1"
    )
    assert await imports_recorded(company) == 1
    assert len(await list_batches(company.system)) == 1


async def test_new_content_is_a_correction_and_the_old_is_kept(
    company: Company, tmp_path: Path
) -> None:
    first = await do(company, a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(3)}))
    changed = sale_rows(3).replace("S2,2020-05-03,10.00", "S2,2020-05-03,12.50")

    second = await do(
        company, a_mapping(tmp_path, {"sales.csv": HEADER + changed + "S4,2020-05-09,1\n"})
    )

    source = second.sources[0]
    assert (source.new, source.corrected, source.unchanged) == (1, 1, 2)
    assert await ask(
        company, "select external_id, amount, version from sale where org_id = $1 order by 1"
    ) == [("S1", 10, 1), ("S2", Decimal("12.5"), 2), ("S3", 10, 1), ("S4", 1, 1)]
    kept = await ask(
        company,
        "select batch_id, before ->> 'amount', before ->> 'batch_id' from import_revision"
        " where org_id = $1",
    )
    assert kept == [(second.batch, "10.0000", str(first.batch))]


async def test_one_bad_row_refuses_all_and_every_fault_is_told(
    company: Company, tmp_path: Path
) -> None:
    rows = sale_rows(3) + "S2,2020-05-01,1\nS5,2020-02-30,1\nS6,2020-05-01,1e3\n"
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + rows})

    report = await do(company, mapping)

    assert report.outcome is Outcome.REFUSED
    assert report.fault_counts == {"date": 1, "number": 1, "repeated": 1}
    assert [report.sentence(fault) for fault in report.faults] == [
        'sales.csv, line 5, column Id: found "S2", expected each external id once;'
        " this one is in line 3 already",
        'sales.csv, line 6, column Day: found "2020-02-30", expected a date written as'
        " YYYY-MM-DD, 1900 to 2199",
        'sales.csv, line 7, column Amount: found "1e3", expected a number such as 1234.56'
        " ('.' before decimals, no grouping)",
    ]
    assert await sales(company) == (0, None)
    assert await imports_recorded(company) == 0


async def test_good_rows_go_on_by_choice_and_refused_ones_are_kept_with_their_reasons(
    company: Company, tmp_path: Path
) -> None:
    rows = sale_rows(3) + "S4,2020-05-01,many\n"
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + rows})

    report = await do(company, mapping, good_rows_only=True)

    assert (report.outcome, report.refused) == (Outcome.APPLIED, 1)
    assert await sales(company) == (3, 30)
    assert report.batch is not None
    [refused] = await refused_rows(company.system, report.batch)
    assert (refused.file, refused.line, refused.content) == (
        "sales.csv", 5, "S4 | 2020-05-01 | many",
    )  # fmt: skip
    assert [(reason["column"], reason["found"]) for reason in refused.reasons] == [
        ("Amount", "many")
    ]


async def test_a_dry_run_reports_everything_and_leaves_nothing(
    company: Company, tmp_path: Path
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(5)})

    report = await do(company, mapping, dry_run=True)

    assert (report.outcome, report.changes, report.batch) == (Outcome.DRY_RUN, 5, None)
    assert await sales(company) == (0, None)
    assert await list_batches(company.system) == []


@pytest.mark.parametrize("good_rows_only", [False, True])
async def test_a_file_cut_off_is_refused_whole_even_when_only_good_rows_are_wanted(
    company: Company, tmp_path: Path, good_rows_only: bool
) -> None:
    total = SALES + '[source.expect]\nrows = 1000\namount = "10000.00"\n'
    content = (HEADER + sale_rows(1000)).encode()
    whole_lines = content[: content.index(b"S900,")]
    in_a_character = HEADER.encode() + "S1,2020-05-01,1\nJosé".encode()[:-1]

    for cut in (whole_lines, in_a_character):
        mapping = a_mapping(tmp_path, {"sales.csv": cut}, sources=total)
        report = await do(company, mapping, good_rows_only=good_rows_only)

        assert report.outcome is Outcome.REFUSED
        assert await sales(company) == (0, None)
    mapping = a_mapping(tmp_path, {"sales.csv": content}, sources=total)
    assert (await do(company, mapping)).outcome is Outcome.APPLIED


async def test_references_that_lead_nowhere_are_refused_by_row(
    company: Company, tmp_path: Path
) -> None:
    sources = SALES + 'person = "Who"\n'
    rows = "Id,Day,Amount,Who\nS1,2020-05-01,1,rui\nS2,2020-05-01,1,nobody\nS3,2020-05-01,1,\n"
    mapping = a_mapping(tmp_path, {"sales.csv": rows}, sources=sources)

    report = await do(company, mapping, good_rows_only=True)

    assert [(fault.line, fault.column, fault.excerpt) for fault in report.faults] == [
        (3, "Who", "nobody")
    ]
    assert await ask(
        company, "select external_id, person_id from sale where org_id = $1 order by 1"
    ) == [("S1", company.ids["Rui"]), ("S3", None)]


async def test_another_companys_rows_are_neither_seen_nor_touched(
    company: Company, tmp_path: Path
) -> None:
    other = await found_company("Contoso")
    sources = SALES + 'person = "Who"\n'
    mapping = a_mapping(
        tmp_path, {"sales.csv": "Id,Day,Amount,Who\nS1,2020-05-01,1,rui\n"}, sources=sources
    )
    await do(other, mapping)
    before = await ask(other, "select to_jsonb(sale)::text from sale where org_id = $1")

    mapping = a_mapping(
        tmp_path, {"sales.csv": "Id,Day,Amount,Who\nS1,2020-05-02,7,rui\n"}, sources=sources
    )
    await do(company, mapping)

    assert await ask(company, "select amount, person_id from sale where org_id = $1") == [
        (7, company.ids["Rui"])
    ]
    assert before == await ask(other, "select to_jsonb(sale)::text from sale where org_id = $1")
    with pytest.raises(ValueError, match="another organisation"):
        await run_import(other.org, company.system, mapping)


async def test_only_those_who_may_import_do(company: Company, tmp_path: Path) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(1)})

    with pytest.raises(NotPermitted):
        await run_import(company.org, company.actor("Rui"), mapping)

    assert await sales(company) == (0, None)
    cora = company.actor("Cora")
    assert (await run_import(company.org, cora, mapping)).outcome is Outcome.APPLIED
    assert await ask(company, "select person_id from import_batch where org_id = $1") == [
        (company.ids["Cora"],)
    ]


async def test_whoever_may_import_cannot_make_themselves_an_administrator(
    company: Company, tmp_path: Path
) -> None:
    rows = "No,Name,Mail,Job,From,Boss\ncora,Cora,cora@example.test,Head,2020-01-01,\n"
    sources = PEOPLE.replace('"manager"]', '"admin"]')
    mapping = a_mapping(tmp_path, {"people.csv": rows}, sources=sources)

    with pytest.raises(NotPermitted):
        await run_import(company.org, company.actor("Cora"), mapping)

    assert await ask(
        company, "select count(*) from role_grant where org_id = $1 and role = 'admin'"
    ) == [(1,)]


async def test_two_imports_of_the_same_file_at_once_have_one_effect(
    company: Company, tmp_path: Path
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(2000)})

    reports = await asyncio.gather(*(do(company, mapping) for _ in range(3)))

    assert sorted(report.outcome for report in reports) == [
        Outcome.APPLIED, Outcome.UNCHANGED, Outcome.UNCHANGED,
    ]  # fmt: skip
    assert await sales(company) == (2000, 20_000)
    assert await imports_recorded(company) == 1
    assert await verify(company.org)


async def test_an_import_killed_half_way_leaves_nothing_and_the_next_one_works(
    company: Company, database: str, tmp_path: Path
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(40_000)})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.domain.imports.process", database, str(company.org),
        str(mapping), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    while b"applying" not in await process.stdout.readline():
        pass

    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    report = await do(company, mapping)

    assert process.returncode == -signal.SIGKILL
    assert (report.outcome, report.sources[0].new) == (Outcome.APPLIED, 40_000)
    assert len(await list_batches(company.system)) == 1


PEOPLE = """
[[source]]
kind = "people"
file = "people.csv"
external_id = "No"
[source.fields]
name = "Name"
email = "Mail"
title = "Job"
roles = { column = "Job", cases = [["Head*", "manager"], ["*", "rep"]] }
since = "From"
manager = "Boss"
"""


async def test_people_come_with_position_manager_and_role_from_a_day_on(
    company: Company, tmp_path: Path
) -> None:
    rows = "No,Name,Mail,Job,From,Boss\n2,Bo,bo@x.test,Rep,2020-02-01,1\n1,Al,al@x.test,Head,2020-01-01,\n"
    await do(company, a_mapping(tmp_path, {"people.csv": rows}, sources=PEOPLE))
    above = (
        "select v.name, p.name, r.depth, lower(r.during), upper(r.during) from reach r"
        " join person v on v.org_id = $1 and v.id = r.viewer_id and v.external_id in ('1', '2', '3')"
        " join person p on p.org_id = $1 and p.id = r.person_id where r.org_id = $1 and depth > 0"
        " order by 4, 1"
    )

    assert await ask(company, above) == [("Al", "Bo", 1, date(2020, 2, 1), None)]

    moved = rows.replace("2020-02-01,1", "2020-05-01,3") + "3,Cy,cy@x.test,Head,2020-03-01,1\n"
    report = await do(company, a_mapping(tmp_path, {"people.csv": moved}, sources=PEOPLE))

    assert [(s.kind, s.new, s.corrected, s.unchanged) for s in report.sources] == [
        ("people", 1, 0, 2), ("positions", 1, 1, 1),
    ]  # fmt: skip
    assert await ask(company, above) == [
        ("Al", "Bo", 1, date(2020, 2, 1), date(2020, 5, 1)),
        ("Al", "Cy", 1, date(2020, 3, 1), None),
        ("Al", "Bo", 2, date(2020, 5, 1), None),
        ("Cy", "Bo", 1, date(2020, 5, 1), None),
    ]
    assert await ask(
        company,
        "select p.name, g.role from role_grant g join person p on p.org_id = $1"
        " and p.id = g.person_id where g.org_id = $1 and g.batch_id is not null order by 1",
    ) == [("Al", "manager"), ("Bo", "rep"), ("Cy", "manager")]


async def test_a_revoked_role_is_not_given_back_by_the_next_import(
    company: Company, tmp_path: Path
) -> None:
    rows = "No,Name,Mail,Job,From,Boss\n1,Al,al@x.test,Head,2020-01-01,\n"
    mapping = a_mapping(tmp_path, {"people.csv": rows}, sources=PEOPLE)
    await do(company, mapping)
    await ask(
        company,
        "update role_grant set revoked_at = now() where org_id = $1 and batch_id is not null",
    )

    report = await do(company, mapping)

    assert report.outcome is Outcome.UNCHANGED
    assert await ask(
        company,
        "select count(*) from role_grant where org_id = $1 and batch_id is not null"
        " and revoked_at is null",
    ) == [(0,)]


async def test_an_email_address_belongs_to_one_person(company: Company, tmp_path: Path) -> None:
    rows = (
        "No,Name,Mail,Job,From,Boss\n1,Al,RUI@example.test,Head,2020-01-01,\n"
        "2,Bo,bo@x.test,Rep,2020-01-01,\n3,Cy,Bo@x.test,Rep,2020-01-01,\n"
    )

    report = await do(company, a_mapping(tmp_path, {"people.csv": rows}, sources=PEOPLE))

    assert report.outcome is Outcome.REFUSED
    assert [(fault.line, fault.column) for fault in report.faults if fault.kind == "repeated"] == [
        (2, "email"), (4, "email"),
    ]  # fmt: skip


TREE = """
[[source]]
kind = "territories"
file = "tree.csv"
external_id = "Key"
[source.fields]
name = "Key"
parent = "Parent"
"""


async def test_territories_within_one_another_in_any_order_and_never_in_a_circle(
    company: Company, tmp_path: Path
) -> None:
    rows = "Key,Parent\nBerlin,East\nEast,Germany\nGermany,\n"
    await do(company, a_mapping(tmp_path, {"tree.csv": rows}, sources=TREE))
    within = (
        "select o.name, count(*), max(w.depth) from territory_within w join territory o"
        " on o.org_id = $1 and o.id = w.outer_id where w.org_id = $1 group by 1 order by 2"
    )
    before = await ask(company, within)

    circle = a_mapping(
        tmp_path, {"tree.csv": rows.replace("Germany,\n", "Germany,Berlin\n")}, sources=TREE
    )
    with pytest.raises(Invalid, match=r"A territory would lie within itself: .* < .* < .* < "):
        await do(company, circle)

    assert before == [("Berlin", 1, 0), ("East", 2, 1), ("Germany", 3, 2)]
    assert await ask(company, within) == before


async def test_nothing_lies_within_or_reports_to_itself(company: Company, tmp_path: Path) -> None:
    files = {
        "tree.csv": "Key,Parent\nEast,East\nWest,East\nNorth,\n",
        "people.csv": "No,Name,Mail,Job,From,Boss\n1,Al,al@x.test,Head,2020-01-01,1\n",
    }

    report = await do(
        company, a_mapping(tmp_path, files, sources=TREE + PEOPLE), good_rows_only=True
    )

    assert [(fault.line, fault.column, fault.excerpt) for fault in report.faults] == [
        (2, "parent", "East"), (3, "Parent", "East"), (2, "manager", "1"),
    ]  # fmt: skip
    assert await ask(company, "select name from territory where org_id = $1") == [("North",)]


async def test_what_could_be_sold_in_territories_is_imported_and_never_less_than_nothing(
    company: Company, tmp_path: Path
) -> None:
    sources = TREE.replace('parent = "Parent"', 'potential = "Could"')
    rows = {"tree.csv": "Key,Could\nEast,1200.50\nWest,\nNorth,-1\n"}

    report = await do(company, a_mapping(tmp_path, rows, sources=sources), good_rows_only=True)

    assert [(fault.line, fault.kind, fault.expected) for fault in report.faults] == [
        (4, "negative", "potential: zero or more"),
    ]  # fmt: skip
    assert await ask(
        company, "select name, potential from territory where org_id = $1 order by 1"
    ) == [("East", Decimal("1200.5000")), ("West", None)]


TARGETS = """
[lookup.key]
file = "people.csv"
from = "Badge"
to = "Key"
[[source]]
kind = "targets"
file = "targets.csv"
external_id = ["Badge", "Month"]
[source.fields]
owner = { column = "Badge", lookup = "key" }
target = "Target"
month = "Month"
"""
BADGES = "Key,Badge\nrui,77\nsam,78\n"


async def test_a_file_does_not_overrule_what_people_did_to_a_goal(
    company: Company, tmp_path: Path
) -> None:
    rows = "Badge,Month,Target\n77,2020-05-01,100\n78,2020-06-01,200\n"
    files = {"people.csv": BADGES, "targets.csv": rows}
    await do(company, a_mapping(tmp_path, files, sources=TARGETS))
    assert await ask(
        company,
        "select g.name, g.status, d.act, d.note from goal g join goal_decision d on d.org_id = $1"
        " and d.goal_id = g.id where g.org_id = $1 order by g.starts_on",
    ) == [
        ("Revenue, May 2020", "approved", "approved", "Imported from targets.csv (test)."),
        ("Revenue, June 2020", "draft", "drafted", "Imported from targets.csv (test)."),
    ]
    async with on_behalf_of(company.org):
        goal = await Goal.get(org_id=company.org, external_id="78/2020-06-01")
        await goal.change(target=Decimal(250), version=2)

    again = await do(company, a_mapping(tmp_path, files, sources=TARGETS))
    files["targets.csv"] = rows.replace(",200", ",300").replace(",100", ",110")
    other = await do(company, a_mapping(tmp_path, files, sources=TARGETS), good_rows_only=True)

    assert again.outcome is Outcome.UNCHANGED
    assert (other.sources[0].corrected, other.refused) == (1, 1)
    assert "agree a new target in Attain" in other.faults[0].expected
    assert await ask(company, "select target, version from goal where org_id = $1 order by 1") == [
        (110, 2), (250, 2),
    ]  # fmt: skip


async def test_targets_are_in_any_measure_in_use_and_only_money_has_a_currency(
    company: Company, tmp_path: Path
) -> None:
    rows = "Badge,Month,Target,By\n77,2020-05-01,100,units\n78,2020-05-01,5,likes\n"
    files = {"people.csv": BADGES, "targets.csv": rows}
    sources = TARGETS + 'measure = "By"\n'
    first = await do(company, a_mapping(tmp_path, files, sources=sources), good_rows_only=True)
    again = await do(company, a_mapping(tmp_path, files, sources=sources), good_rows_only=True)

    assert [(fault.line, fault.column, fault.excerpt) for fault in first.faults] == [
        (3, "measure", "likes")
    ]
    assert (first.sources[0].new, again.sources[0].unchanged) == (1, 1)
    assert await ask(
        company, "select measure, currency, approved_at is null from goal where org_id = $1"
    ) == [("units", None, False)]


async def test_a_target_finer_than_its_currencys_smallest_unit_is_a_fault_of_its_row(
    company: Company, tmp_path: Path
) -> None:
    rows = "Badge,Month,Target,By,In\n77,2020-05-01,100.5,revenue,JPY\n78,2020-05-01,5.0625,revenue,USD\n"
    rows += "77,2020-06-01,0.5,units,JPY\n78,2020-06-01,100.00,revenue,JPY\n77,2020-07-01,1.234,revenue,KWD\n"
    files = {"people.csv": BADGES, "targets.csv": rows}
    sources = TARGETS + 'measure = "By"\ncurrency = "In"\n'
    done = await do(company, a_mapping(tmp_path, files, sources=sources), good_rows_only=True)

    assert [(fault.line, fault.column, fault.excerpt, fault.expected) for fault in done.faults] == [
        (2, "target", "100.5", "an amount in JPY without decimals"),
        (3, "target", "5.0625", "an amount in USD with at most 2 decimals"),
    ]
    assert done.sources[0].new == 3
    assert await ask(company, "select count(*) from goal where org_id = $1") == [(3,)]


async def test_a_german_export_in_latin_1_and_a_spreadsheet_give_the_same_rows(
    company: Company, tmp_path: Path
) -> None:
    german = """
[[source]]
kind = "sales"
file = "umsatz.csv"
encoding = "latin-1"
delimiter = ";"
date = "DD.MM.YYYY"
decimal = ","
grouping = "."
currency = "EUR"
skip = 2
external_id = ["Beleg", "Position"]
[source.fields]
order_number = "Beleg"
sold_on = "Datum"
quantity = "Menge"
amount = "Betrag"
person = "Verkäufer"
"""
    sheet = german.replace("umsatz.csv", "umsatz.xlsx").replace("skip = 2", 'sheet = "Übersicht"')
    text = (
        "Umsätze 2020;;;;;\n\nBeleg;Position;Datum;Menge;Betrag;Verkäufer\n"
        '"R1";1;03.04.2020;2;"1.234,56";rui\nR1;2;29.05.2020;1,5;-12,00;sam\n'
    )
    book = openpyxl.Workbook()
    book.active.title = "Übersicht"
    for row in (
        ["Beleg", "Position", "Datum", "Menge", "Betrag", "Verkäufer"],
        ["R1", 1, date(2020, 4, 3), 2, 1234.56, "rui"],
        ["R1", 2, date(2020, 5, 29), 1.5, -12, "sam"],
    ):
        book.active.append(row)
    tmp_path.joinpath("umsatz.xlsx").write_bytes(b"")
    book.save(tmp_path / "umsatz.xlsx")
    mapping = a_mapping(tmp_path, {"umsatz.csv": text.encode("latin-1")}, sources=german)

    first = await do(company, mapping)
    second = await do(company, a_mapping(tmp_path, {}, sources=sheet))

    assert (first.outcome, second.outcome) == (Outcome.APPLIED, Outcome.UNCHANGED)
    assert await ask(
        company,
        "select s.external_id, sold_on, quantity, amount, currency, p.name from sale s"
        " join person p on p.org_id = $1 and p.id = person_id where s.org_id = $1 order by 1",
    ) == [
        ("R1/1", date(2020, 4, 3), 2, Decimal("1234.56"), "EUR", "Rui"),
        ("R1/2", date(2020, 5, 29), Decimal("1.5"), -12, "EUR", "Sam"),
    ]


async def test_values_are_never_part_of_a_statement(company: Company, tmp_path: Path) -> None:
    nasty = "x'); drop table sale; --\\N\\."
    files = {"tree.csv": f"Key,Parent\n{nasty},\n"}

    report = await do(company, a_mapping(tmp_path, files, sources=TREE, name="it's"))
    column = a_mapping(
        tmp_path,
        {"tree.csv": "Key,Pa'rent\nb,nowhere\n"},
        sources=TREE.replace('"Parent"', '"Pa\'rent"'),
    )
    refused = await do(company, column)

    assert report.outcome is Outcome.APPLIED
    assert await ask(company, "select name from territory where org_id = $1") == [(nasty,)]
    assert refused.faults[0].column == "Pa'rent"


async def test_a_thousand_faults_are_shown_and_all_are_counted(
    company: Company, tmp_path: Path
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(6000, amount="ten")})

    report = await do(company, mapping)

    assert len(report.faults) == 1000
    assert report.fault_counts == {"number": 6000}
    assert report.refused == 6000


async def test_a_proposed_mapping_can_be_used_once_a_person_has_filled_its_gaps(
    company: Company, tmp_path: Path
) -> None:
    text = "Id;Sold on;Quantity;Amount\nA1;29.05.2020;2;1.234,56\n"
    mapping = a_mapping(tmp_path, {"orders.csv": text})

    proposed = propose(tmp_path / "orders.csv")
    mapping.write_text(proposed.replace('# currency = "USD"', 'currency = "EUR"'))

    assert proposed.startswith("# A proposal, guessed from the beginning of the file.")
    assert (await do(company, mapping)).outcome is Outcome.APPLIED
    assert await ask(
        company,
        "select external_id, sold_on, quantity, amount, currency from sale where org_id = $1",
    ) == [("A1", date(2020, 5, 29), 2, Decimal("1234.56"), "EUR")]


async def test_however_a_file_is_damaged_all_of_it_comes_in_or_none(
    company: Company, tmp_path: Path
) -> None:
    whole = (HEADER + sale_rows(30).replace("S7", "Zoë")).encode()
    outcomes = set()

    for seed in range(60):
        chance = random.Random(seed)
        there, _ = await sales(company)
        report = await do(company, a_mapping(tmp_path, {"sales.csv": _damaged(whole, chance)}))
        now, _ = await sales(company)

        outcomes.add(report.outcome)
        source = next(iter(report.sources), None)
        if report.outcome is Outcome.REFUSED:
            assert report.faults
            assert now == there
        else:
            assert source is not None
            assert now == there + source.new
            assert source.read == source.new + source.corrected + source.unchanged
    assert outcomes >= {Outcome.APPLIED, Outcome.REFUSED}


def _damaged(content: bytes, chance: random.Random) -> bytes:
    """The file with a byte changed, a piece lost, a piece doubled, or its end cut off."""
    at = chance.randrange(len(content))
    until = min(len(content), at + chance.randrange(1, 40))
    return chance.choice(
        [
            content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :],
            content[:at] + content[until:],
            content[:until] + content[at:],
            content[:at],
        ]
    )


async def test_a_company_that_statistics_do_not_know_yet_is_imported_as_fast(
    company: Company, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    """PostgreSQL last counted rows when there was another company only, so it expects none of this
    one and would look at each of its rows for each row of the file."""
    rows = 20_000
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(rows)})
    await do(await found_company("Known"), mapping)
    await owner.execute("analyze sale")
    await do(company, mapping)

    async with asyncio.timeout(12):
        again = await do(company, mapping)

    assert (again.outcome, again.sources[0].unchanged) == (Outcome.UNCHANGED, rows)
