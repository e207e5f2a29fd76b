"""A company of payees, each with a year of credits, made by the database itself."""

import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import asyncpg

from api.postgres import remove, running, stop
from api.settings import Settings
from auth.actor import Actor, Assurance, Role
from domain.database import close_database, migrate, open_database
from domain.database.limits import PoolLimits
from domain.ids import new_id
from domain.incentives.yaml_text import written

FIRST, LAST = date(2019, 1, 1), date(2019, 12, 31)
TODAY = date(2020, 1, 15)
STARTS = (0, 15_000, 30_000, 45_000, 70_000)
"""In whole units of the currency, for a year in which some 60,000 are sold."""
REFUNDED = 100
"""Every so many credits one takes the credit before it back."""

_PEOPLE = """insert into person (org_id, id, name)
  select $1, each.id, 'Payee ' || each.place from unnest($2::uuid[]) with ordinality each (id, place)"""
_ON = """insert into pay_assignment (org_id, id, plan_id, person_id, starts_on)
  select $1, gen_random_uuid(), each.plan_id, each.person_id, $2
  from unnest($3::uuid[], $4::uuid[]) each (plan_id, person_id)"""
# Of each payee's credits, number n is for some day and amount that look made up and are the same in
# every run; they are written in an order that is neither that of days nor that of payees.
_CREDITS = f"""
with payee as (
  select id, place, md5(place::text) as seed from unnest($2::uuid[]) with ordinality p (id, place)
), made as (
  select payee.id as person_id, payee.place, n, n % {REFUNDED} = {REFUNDED - 1} as takes_back,
    (n + payee.place * 977) * 7919 % 364 as day, (n * 104729 + payee.place * 7) % 23000 + 500 as cents
  from payee cross join generate_series(1, $3::int) n
)
insert into credit (org_id, id, sale_id, sale_version, person_id, kind, counts_for, credited_on, place, share,
  amount, margin, quantity, currency, paid_in, reverses_id)
select $1, md5('credit ' || place || ' ' || n)::uuid, md5('sale ' || place || ' ' || n)::uuid, 1, person_id, 'direct',
  'both', $4::date + day::int, 'SO' || lpad(n::text, 8, '0'), 1, cents / 100.0, 0, 1, 'USD', 'USD', null
from made where not takes_back
order by (n * 7919 + place) % 10007"""
_REFUNDS = """
insert into credit (org_id, id, sale_id, sale_version, person_id, kind, counts_for, credited_on, place, share,
  amount, margin, quantity, currency, paid_in, reverses_id)
select $1, md5('refund of ' || taken.id)::uuid, md5('refund of ' || taken.sale_id)::uuid, 1, taken.person_id, 'direct', 'both',
  least(taken.credited_on + 20, $2::date), 'SO' || lpad((right(taken.place, 8)::int + 1)::text, 8, '0'), 1,
  -taken.amount, 0, -1, 'USD', 'USD', taken.id
from credit taken
where taken.org_id = $1 and right(taken.place, 8)::int % $3::int = $3::int - 2"""


@dataclass(frozen=True, slots=True)
class Payroll:
    """Who is paid, by which plan, and each plan's rates."""

    settings: Settings
    dsn: str
    org: UUID
    admin: UUID
    payees: list[UUID]
    plan_of: dict[UUID, UUID]
    rates: dict[UUID, list[Fraction]]

    def actor(self) -> Actor:
        return Actor(
            org=self.org, person=self.admin, client=None, roles=frozenset({Role.COMP_ADMIN}),
            scopes=frozenset(), territories=frozenset(), session=new_id(),
            assurance=Assurance.PASSWORD, today=TODAY, via="benchmark",
        )  # fmt: skip


@asynccontextmanager
async def payroll(credits: int, payees: int, plans: int) -> AsyncIterator[Payroll]:
    """A PostgreSQL of its own with so many credits of a year."""
    with tempfile.TemporaryDirectory(prefix="attain-benchmark-") as folder:
        Path(folder).chmod(0o711)
        settings = Settings.model_validate({"home": Path(folder) / "home", "DATABASE_URL": None})
        server = await running(settings)
        try:
            await migrate(server.dsn)
            made = await _made(settings, server.dsn, credits, payees, plans)
            await open_database(server.dsn, PoolLimits(statement_seconds=300))
            yield made
        finally:
            await close_database()
            await stop(server)
            await remove(settings.home)


async def _made(settings: Settings, dsn: str, credits: int, payees: int, plans: int) -> Payroll:
    org, admin = new_id(), new_id()
    people = [new_id() for _ in range(payees)]
    of_plans = {new_id(): _rates(place) for place in range(plans)}
    plan_of = {person: list(of_plans)[place % plans] for place, person in enumerate(people)}
    connection = await asyncpg.connect(dsn, server_settings={"app.org_id": str(org)})
    try:
        await connection.execute(
            "insert into organisation (org_id, slug, name, currency, time_zone, business_date)"
            " values ($1, $2, 'Payroll', 'USD', 'UTC', $3)",
            org, f"payroll-{org.hex}", TODAY,
        )  # fmt: skip
        await connection.execute(_PEOPLE, org, [admin, *people])
        for place, (plan, rates) in enumerate(of_plans.items()):
            await _publish(connection, org, plan, f"plan_{place}", rates)
        await connection.execute(_ON, org, FIRST, list(plan_of.values()), list(plan_of))
        each = credits // payees
        await connection.execute(_CREDITS, org, people, each, FIRST, timeout=600)
        await connection.execute(_REFUNDS, org, LAST, REFUNDED, timeout=600)
        # What is measured is a run; nobody shall have begun with what the credits made due.
        await connection.execute("delete from pay_due where org_id = $1", org)
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return Payroll(settings, dsn, org, admin, people, plan_of, of_plans)


def _rates(place: int) -> list[Fraction]:
    """Each plan has five rates of its own, such as 4.37 %."""
    return [Fraction(100 * (tier + 3) + place, 10_000) for tier in range(len(STARTS))]


async def _publish(
    connection: asyncpg.Connection, org: UUID, plan: UUID, key: str, rates: list[Fraction]
) -> None:
    tiers = [
        {"start": str(start), "pays": f"{Decimal(rate.numerator * 100) / rate.denominator} %"}
        for start, rate in zip(STARTS, rates, strict=True)
    ]
    table = {"method": "marginal", "tiers": tiers}
    terms = {
        "currency": "USD",
        "measures": [{"key": "revenue", "over": "year"}],
        "components": [
            {
                "key": "commission",
                "name": "Commission",
                "commission": {"measure": "revenue", "table": table},
            }
        ],
    }
    await connection.execute(
        "insert into pay_plan (org_id, id, key, name, currency) values ($1, $2, $3, $3, 'USD')",
        org, plan, key,
    )  # fmt: skip
    await connection.execute(
        "insert into pay_plan_version (org_id, id, plan_id, number, begins_on, terms, text, published_at)"
        " values ($1, $2, $3, 1, $4, $5::jsonb, $6, now())",
        org, new_id(), plan, FIRST, json.dumps(terms), written(terms),
    )  # fmt: skip
