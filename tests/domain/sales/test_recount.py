"""What is kept of sales is what they come to, whatever writes them, and however many at once."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg
import pytest

from domain.database import on_behalf_of
from domain.errors import Conflict, NotFound, NotPermitted
from domain.ids import new_id
from domain.imports import undo_import
from domain.sales.actions import post_sales, withdraw_sale
from domain.sales.models import Sale
from domain.sales.recounting import mend_tallies, recount
from domain.sales.rules import Posted
from tests.api.cli.test_import import attain
from tests.domain.imports.files import SALES, a_mapping
from tests.domain.imports.test_importing import do
from tests.people import Company, count
from tests.schema.asking import ask, goal, goal_id, insert, sold, territory

PEOPLE = ("Rui", "Sam", "Olga", "Mona", None)
CURRENCIES = ("USD", "USD", "EUR", "JPY")
FIGURES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Goal { name actual { amount } } } }"


class Storm:
    """Messages at random, the same for the same seed."""

    def __init__(self, company: Company, seed: int, places: Sequence[UUID]) -> None:
        self.company = company
        self.random = Random(seed)
        self.places = [None, *places]
        self.accounts: list[UUID | None] = [None]

    def line(self) -> Posted:
        pick = self.random.choice
        person = pick(PEOPLE)
        return Posted(
            external_id=f"S{self.random.randint(1, 60)}",
            quantity=Decimal(self.random.randint(-3, 9)),
            amount=Decimal(self.random.randint(-200_000, 9_000_000)).scaleb(-4),
            cost=pick([None, Decimal(self.random.randint(0, 10_000)).scaleb(-2)]),
            currency=pick(CURRENCIES),
            sold_on=date(2020, 4, 25) + timedelta(days=self.random.randint(0, 45)),
            person_id=None if person is None else self.company.ids[person],
            territory_id=pick(self.places),
            account_id=pick(self.accounts),
        )

    async def messages(self, count: int) -> None:
        cora = self.company.actor("Cora")
        for _ in range(count):
            lines = {line.external_id: line for line in (self.line() for _ in range(5))}
            try:
                await post_sales(cora, sales=list(lines.values()))
                if self.random.random() < 0.4:
                    await self.withdraw(f"S{self.random.randint(1, 60)}")
            except Conflict:
                continue  # too many at the same sales at once; nothing was done

    async def withdraw(self, external_id: str) -> None:
        async with on_behalf_of(self.company.org):
            sale = await Sale.filter(org_id=self.company.org, external_id=external_id).first()
        if sale is not None:
            try:
                await withdraw_sale(self.company.actor("Cora"), sale_id=sale.id, reason="Storm.")
            except NotFound:
                return  # somebody else was quicker

    async def file(self, folder: Path) -> None:
        """Sales from a file, which is then taken back."""
        rows = "Id,Day,Amount,Who\n" + "".join(
            f"S{row},2020-05-{row % 28 + 1:02},{row}.25,{self.random.choice(['rui', 'olga', ''])}\n"
            for row in range(40, 90)
        )
        mapping = a_mapping(folder, {"sales.csv": rows}, sources=f'{SALES}person = "Who"\n')
        batch = None
        while batch is None:
            try:
                batch = (await do(self.company, mapping)).batch
            except Conflict:
                continue  # others were changing the same rows
        try:
            await undo_import(self.company.org, self.company.system, batch)
        except Conflict:
            return  # corrected since


async def test_a_storm_leaves_every_figure_as_the_sales_come_to(
    company: Company, tmp_path: Path
) -> None:
    places = [await territory(company, name) for name in ("West", "East")]
    accounts = [new_id() for _ in range(4)]
    await insert(company, "account", [{"id": id, "name": "A"} for id in accounts])
    storms = [Storm(company, seed, places) for seed in range(3)]
    for storm in storms:
        storm.accounts += accounts

    await asyncio.gather(*(storm.messages(6) for storm in storms), storms[0].file(tmp_path))

    assert await count(company, "sale") > 10
    assert await recount(company.system) == []
    await _figures_are_sums(company)


async def _figures_are_sums(company: Company) -> None:
    """Of goals of every measure of sales, and of days that begin and end within months."""
    sales = []
    async with on_behalf_of(company.org):
        sales = await Sale.filter(org_id=company.org)
    expected: dict[str, Decimal] = defaultdict(Decimal)
    made = []
    for owner in ("Rui", "Olga"):
        for first, last in (
            (date(2020, 5, 1), date(2020, 5, 31)),
            (date(2020, 4, 28), date(2020, 6, 3)),
        ):
            for measure in ("revenue", "margin", "units"):
                name = f"{owner} {first} {measure}"
                made.append(
                    await goal(
                        company, owner, name=name, measure=measure, starts_on=first, ends_on=last
                    )
                )
                mine = [
                    sale
                    for sale in sales
                    if sale.person_id == company.ids[owner] and first <= sale.sold_on <= last
                ]
                expected[name] = {
                    "revenue": sum((s.amount for s in mine if s.currency == "USD"), Decimal(0)),
                    "margin": sum(
                        (
                            s.amount - s.cost
                            for s in mine
                            if s.cost is not None and s.currency == "USD"
                        ),
                        Decimal(0),
                    ),
                    "units": sum((s.quantity for s in mine), Decimal(0)),
                }[measure]

    nodes = (await ask(company.actor("Ada"), FIGURES, ids=[goal_id(id) for id in made]))["nodes"]

    assert {node["name"]: Decimal(node["actual"]["amount"]) for node in nodes} == expected


CHANGES = (
    "person_id = null", "sold_on = sold_on + 40", "sold_on = sold_on - 40", "territory_id = null",
    "currency = 'EUR'", "amount = 0", "amount = -amount", "account_id = null", "cost = null",
    "version = version + 1",
)  # fmt: skip


async def test_every_sort_of_correction_moves_what_it_has_to(company: Company) -> None:
    west = await territory(company, "West")
    first, second = new_id(), new_id()
    await insert(company, "account", [{"id": id, "name": "A"} for id in (first, second)])
    for number in range(12):
        await sold(
            company, PEOPLE[number % 5], str(number), on=date(2020, 4, 20 + number % 9),
            at=west if number % 2 else None, account_id=(first, second, None)[number % 3],
            cost=Decimal(number % 4),
        )  # fmt: skip

    for step, change in enumerate(CHANGES):
        async with on_behalf_of(company.org) as transaction:
            await transaction.execute_query(
                f"update sale set {change} where org_id = $1 and mod(extract(day from sold_on)::int, 3)"
                f" = {step % 3}",
                [company.org],
            )
        assert await recount(company.system) == [], change
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update sale set account_id = case when account_id = $2 then $3 else $2 end"
            " where org_id = $1 and account_id is not null",
            [company.org, first, second],
        )
    assert await recount(company.system) == []
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query("delete from sale where org_id = $1", [company.org])
    assert await count(company, "tally") == await count(company, "first_sale") == 0


async def test_a_difference_is_told_and_mended(company: Company, database_url: str) -> None:
    account = new_id()
    await insert(company, "account", [{"id": account, "name": "A"}])
    await sold(company, "Rui", "10.50", account_id=account)
    recounted = ("recount", company.slug)
    assert await recount(company.system) == []
    owner = await asyncpg.connect(database_url)
    await owner.execute(
        f"set app.org_id = '{company.org}'; update tally set amount = 10 where grain = 'day';"
        " delete from first_sale"
    )
    await owner.close()

    with pytest.raises(NotPermitted):
        await recount(company.actor("Mona"))
    with pytest.raises(NotPermitted):
        await mend_tallies(company.actor("Audrey"))
    told = await attain(database_url, *recounted)
    mended = await attain(database_url, *recounted, "--mend")

    assert told[0] == mended[0] == 1
    assert "kept 10.0000 / 0.0000 / 1.0000 / 1, counted 10.5000 / 0.0000 / 1.0000 / 1" in told[1]
    assert "first sale, account" in told[1]
    assert "2 differences. Nothing was changed.\n" in told[1]
    assert "2 differences; mended.\n" in mended[1]
    assert await recount(company.system) == []
    assert await count(company, "event", "act = 'sales.recounted'") == 1
