"""Totals of pay: over at least five people each, and nothing that is added to or taken from another tells
what fewer than five were paid."""

import json
import random
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from auth.actor import Scope
from domain.database import NO_SIGHT, on_behalf_of, read_value
from domain.ids import new_id
from tests.people import ROLES, SINCE, Company, found_company
from tests.schema.asking import answer, ask, insert

APRIL, END, MAY = date(2020, 4, 1), date(2020, 4, 30), date(2020, 5, 1)
LEADERS = ("Mona", "Eve", "Ada", "Cora", None)
COMPONENTS = ("base", "bonus", "spif")
Paid = dict[str, int]
TOTALS = """{ payTotals { nodes { plan { name } startsOn people total { amount currency } withheld
  teams { manager people amount } components { key name amount } componentsWithheld } } }"""


async def led(company: Company, leaders: Sequence[str | None]) -> list[UUID]:
    """People, each led by somebody or by nobody."""
    people = [new_id() for _ in leaders]
    rows = [
        {"id": id, "name": f"Seller {n}", "email": f"{n}@example.test", "title": ""}
        for n, id in enumerate(people)
    ]
    await insert(company, "person", rows)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into reach (org_id, viewer_id, person_id, depth, during) select $1, viewer, person, 1,"
            " daterange($4::date, null) from unnest($2::uuid[], $3::uuid[]) as t (viewer, person)",
            [
                company.org,
                [company.ids[leader] for leader in leaders if leader],
                [id for id, leader in zip(people, leaders, strict=True) if leader],
                SINCE,
            ],
        )
    return people


async def paid(
    company: Company, name: str, whose: Iterable[tuple[UUID, Paid]], *, month: date = APRIL
) -> UUID:
    """A plan by which people were paid so much for a month, by component."""
    plan, version = new_id(), new_id()
    named = {"id": plan, "key": name.lower(), "name": name, "currency": "USD"}
    await insert(company, "pay_plan", [named])
    drafted = {"number": 1, "begins_on": APRIL, "terms": "{}", "text": ""}
    await insert(company, "pay_plan_version", [{"id": version, "plan_id": plan, **drafted}])
    people, components = [], []
    for person, amounts in whose:
        people.append(person)
        components.append(
            json.dumps(
                [[key, key.title(), str(amount), "0", None] for key, amount in amounts.items()]
            )
        )
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into pay_result (org_id, id, person_id, plan_id, plan_version_id, starts_on, ends_on, number,"
            " total, currency, inputs, inputs_hash, closing, components) select $1, gen_random_uuid(), person, $2,"
            " $3, $4, $5, 1, 0, 'USD', '', $8, '{}', parts::jsonb from unnest($6::uuid[], $7::text[]) as t (person, parts)",
            [
                company.org, plan, version, month, date(month.year, month.month, 30), people, components,
                sha256(b"").digest(),
            ],
        )  # fmt: skip
    return plan


async def totals(company: Company) -> list[dict[str, Any]]:
    text = await read_value(
        company.org,
        "select json_agg(t)::text from pay_totals($1, '2020-01-01', '2020-12-31') t",
        [company.org],
        NO_SIGHT,
    )
    return json.loads(text or "[]", parse_float=Decimal) or []


async def test_finance_reads_totals_by_plan_team_and_component(company: Company) -> None:
    people = await led(company, ["Mona"] * 6 + ["Eve"] * 3 + ["Ada"] + [None])
    base = [(person, {"base": 100 + n}) for n, person in enumerate(people)]
    for _, amounts in base[:6]:
        amounts["bonus"] = 10
    base[0][1]["spif"] = 7
    await paid(company, "Sellers", base)
    await paid(company, "Few", base[:4])

    told = (await ask(company.actor("Fay"), TOTALS))["payTotals"]["nodes"]

    few, sellers = sorted(told, key=lambda each: each["plan"]["name"])
    assert few == {
        "plan": {"name": "Few"}, "startsOn": "2020-04-01", "people": None, "total": None, "teams": [],
        "withheld": "Fewer than five people were paid anything by this plan in this period.", "components": [],
        "componentsWithheld": "Fewer than five people were paid anything by this plan in this period.",
    }  # fmt: skip
    # A single one got the SPIF; were it left out, it would be the rest of the total. With the bonus of six
    # it tells nothing, and what is by component is made of what is by team.
    assert sellers == {
        "plan": {"name": "Sellers"}, "startsOn": "2020-04-01", "people": 11,
        "total": {"amount": "1222.00", "currency": "USD"}, "withheld": None,
        "teams": [
            {"manager": "Mona", "people": 6, "amount": "682"},
            {"manager": None, "people": 5, "amount": "540"},
        ],
        "components": [], "componentsWithheld": "By component it would tell what fewer than five people were paid.",
    }  # fmt: skip
    del base[0][1]["spif"]
    await paid(company, "Without", base)
    for _, amounts in base[:6]:
        amounts["spif"] = 1
    base[1][1].pop("bonus")
    base[2][1].pop("bonus")
    await paid(company, "Together", base)
    told = (await ask(company.actor("Fay"), TOTALS))["payTotals"]["nodes"]
    parts = {each["plan"]["name"]: each["components"] for each in told}
    assert parts["Without"] == [
        {"key": "base", "name": "Base", "amount": "1155"},
        {"key": "bonus", "name": "Bonus", "amount": "60"},
    ]
    # Four got no bonus of their own component, and six of the team the SPIF: neither can be shown.
    assert parts["Together"] == []


async def test_no_totals_put_together_tell_what_fewer_than_five_were_paid(company: Company) -> None:
    """Each amount is a power of two of its own, so that a total says whose amounts it is made of. What
    has the same part in all totals cannot be told apart by any of them: there are five of it at least."""
    chance = random.Random(20200529)
    people = await led(company, [chance.choice(LEADERS) for _ in range(34)])
    cells: dict[UUID, list[tuple[UUID, str]]] = {}
    for number in range(40):
        few, order = chance.choice((0.1, 0.5, 0.95)), 0
        amounts: list[tuple[UUID, Paid]] = []
        made: list[tuple[UUID, str]] = []
        for person in chance.sample(people, chance.randint(1, len(people))):
            theirs: Paid = {}
            for key in COMPONENTS:
                gets = chance.random() < (0.95 if key == "base" else few)
                theirs[key] = 2**order if gets else 0
                if gets:
                    made.append((person, key))
                    order += 1
            amounts.append((person, theirs))
        cells[await paid(company, f"Plan_{number}", amounts)] = made
    shown = {"whole": 0, "teams": 0, "components": 0, "others": 0}

    for row in await totals(company):
        made = cells.pop(UUID(row["plan_id"]))
        if row["amount"] is None:
            assert len({person for person, _ in made}) < 5
            continue
        sums = [int(row["amount"])]
        sums += [int(each["amount"]) for each in row["teams"]]
        sums += [int(each["amount"]) for each in row["components"] or ()]
        assert sum(int(each["amount"]) for each in row["teams"]) == sums[0]
        assert sum(int(each["amount"]) for each in row["components"] or ()) in (0, sums[0])
        alike: dict[tuple[bool, ...], set[UUID]] = {}
        for place, (person, _) in enumerate(made):
            parts = tuple(bool(each & (1 << place)) for each in sums)
            alike.setdefault(parts, set()).add(person)
        assert min(len(each) for each in alike.values()) >= 5, row
        assert sum(each["people"] for each in row["teams"]) == row["people"]
        shown["whole"] += 1
        shown["teams"] += len(row["teams"]) > 1
        shown["components"] += bool(row["components"])
        shown["others"] += any(each["key"] is None for each in row["components"] or ())
    assert all(not {person for person, _ in made} for made in cells.values())
    assert min(shown.values()) > 3, shown


async def test_totals_are_for_those_to_whom_the_table_gives_them(company: Company) -> None:
    people = await led(company, ["Mona"] * 6)
    await paid(company, "Past", [(person, {"base": 1}) for person in people])
    await paid(company, "Now", [(person, {"base": 1}) for person in people], month=MAY)
    other = await found_company()
    for name in ROLES:
        sees = {"Cora": 2, "Fay": 2, "Audrey": 2, "Ada": 1}.get(name, 0)
        told = (await ask(company.actor(name), TOTALS))["payTotals"]["nodes"]
        # Of a month under way each deal would tell what it paid.
        assert [each["plan"]["name"] for each in told] == ["Now", "Past"][2 - sees :], name
        assert (await ask(other.actor(name), TOTALS))["payTotals"]["nodes"] == []
        assert (await ask(company.actor(name), "{ pay { totalCount } }"))["pay"]["totalCount"] == (
            12 if name in ("Cora", "Fay", "Audrey", "Mona") else 0
        )
    assert (await ask(company.partner(*Scope), TOTALS))["payTotals"]["nodes"] == []
    # The function keeps to the organisation of the session, whichever it is asked for.
    asked = "select count(*) from pay_totals($1, '2020-01-01', '2020-12-31')"
    assert await read_value(other.org, asked, [company.org], NO_SIGHT) == 0


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ('{from: "2020-05-02", to: "2020-05-01"}', "before they start"),
        ('{from: "2010-05-02", to: "2020-05-01"}', "more than five years"),
    ],
)
async def test_days_that_make_no_sense_are_refused(company: Company, days: str, why: str) -> None:
    said = f"{{ payTotals(filter: {days}) {{ nodes {{ people }} }} }}"
    assert why in (await answer(company.actor("Fay"), said)).refusal.message
