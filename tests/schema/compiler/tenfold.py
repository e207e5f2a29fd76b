"""A company of ten times the example's size, written as fast as it goes.

The example has 57,850 sales, 808 goals, 700 customers and 397 products. Here are ten times as many
of each, and of sales five times; and 600 people in place of 24, so that somebody stands above hundreds,
beside thousands who stand nowhere. The rows are the generator's; of each sale there are nine more in the
same days, which add no tallies. They are written past row security and past the checks of references, as
only the database's owner can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient

from api.generated import Company, Sizes, company
from domain.people.reporting import rebuild_reach
from domain.territories.tree import rebuild_within
from tests.schema.compiler.beside_goals import ROWS

SIZES = Sizes(people=600, territories=150, goals=8_080, sales=28_925)
PEOPLE, ACCOUNTS, PRODUCTS, EVENTS, TIMES = 6_000, 7_000, 3_970, 20_000, 10

_FOUNDED = """
insert into organisation (org_id, slug, name, currency, time_zone, business_date)
values ($1, $2, $3, 'EUR', 'Europe/Berlin', $4)
"""
_MORE = """
insert into {table} (org_id, id, external_id, name)
select $1::uuid, gen_random_uuid(), 'more ' || n, (array['Ash', 'Birch', 'Cedar', 'Elm'])[1 + n % 4] || ' ' || n
from generate_series(1, $2::int) n
"""
_MORE_SALES = """
insert into sale (org_id, id, order_number, sold_on, person_id, territory_id, account_id, product_id,
  quantity, unit_price, amount, cost, currency)
select sale.org_id, gen_random_uuid(), sale.order_number || '-' || n, sale.sold_on, sale.person_id,
  sale.territory_id, account.id, product.id, sale.quantity, sale.unit_price, sale.amount, sale.cost,
  sale.currency
from (select *, row_number() over () as line from sale where org_id = $1) sale
cross join generate_series(2, $2::int) n
join (select id, row_number() over () as place from account where org_id = $1) account
  on account.place = 1 + (sale.line * 31 + n * 7) % (select count(*) from account where org_id = $1)
join (select id, row_number() over () as place from product where org_id = $1) product
  on product.place = 1 + (sale.line * 17 + n * 3) % (select count(*) from product where org_id = $1)
"""
_EVENTS = """
insert into event (org_id, id, act, subject_kind, subject_id, person_id, via, before, after, number,
  previous_hash, hash, recorded_at)
select goal.org_id, gen_random_uuid(), 'goal.approved', 'goal', goal.id, goal.owner_id, 'web',
  '{"status": "submitted"}', '{"status": "approved"}', n, sha256('before'), sha256('after'),
  timestamptz '2026-01-01' + n * interval '10 minutes'
from generate_series(1, $2::int) n
join (select *, row_number() over () as place from goal where org_id = $1) goal
  on goal.place = 1 + n % (select count(*) from goal where org_id = $1)
"""
_KEYS = """
select format('alter table sale drop constraint %I', conname) as undone,
  format('alter table sale add constraint %I %s', conname, pg_get_constraintdef(oid)) as done
from pg_constraint where conrelid = 'sale'::regclass and contype in ('p', 'u')
"""
_INDEXES = """
select format('drop index %s', indexrelid::regclass) as undone, pg_get_indexdef(indexrelid) as done
from pg_index where indrelid = 'sale'::regclass and not indisunique
"""
_REFERENCES = """
select format('alter table %s drop constraint %I', conrelid::regclass, conname) as undone,
  -- Sales are not logged here, and nothing that is may refer to them.
  case when confrelid = 'sale'::regclass then 'select' else
    format('alter table %s add constraint %I %s not valid', conrelid::regclass, conname,
      pg_get_constraintdef(oid)) end as done
from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
"""
_ROW_SECURITY = """
select format('alter table %s no force row level security', oid::regclass) as undone,
  format('alter table %s force row level security', oid::regclass) as done
from pg_class where relforcerowsecurity
"""


async def written(connection: asyncpg.Connection) -> Company:
    """Into a migrated database, as its owner."""
    made = company(SIZES, slug="tenfold")
    await connection.execute(
        "set jit = off; set work_mem = '64MB'; set maintenance_work_mem = '128MB'"
    )
    undone = [
        change
        for slow in (_ROW_SECURITY, _REFERENCES, _KEYS, _INDEXES)
        for change in await connection.fetch(slow)
    ]
    await connection.execute("; ".join(change["undone"] for change in undone))

    await connection.execute("alter table sale set unlogged")
    await connection.execute(_FOUNDED, made.org, made.slug, made.name, made.today)
    for table, rows in made.tables:
        columns = ("org_id", *rows[0]._fields)
        records = [(made.org, *row) for row in rows]
        await connection.copy_records_to_table(table, records=records, columns=columns)
    for table, most in (("person", PEOPLE), ("account", ACCOUNTS), ("product", PRODUCTS)):
        await connection.execute(_MORE.format(table=table), made.org, most - made.counts[table])
    # Tallies are by person and day, and there are no more of these.
    await connection.execute("alter table sale disable trigger user")
    await connection.execute(_MORE_SALES, made.org, TIMES)
    await connection.execute("alter table sale enable trigger user")
    await connection.execute(_EVENTS, made.org, EVENTS)
    for statement in ROWS:
        await connection.execute(statement, made.org)
    await rebuild_reach(_Statements.over(connection), made.org)
    await rebuild_within(_Statements.over(connection), made.org)

    for change in undone:
        await connection.execute(change["done"])
    await connection.execute("vacuum analyze")
    return made


@dataclass(frozen=True, slots=True)
class _Statements:
    """As much of an ORM's transaction as deriving rows asks for."""

    connection: asyncpg.Connection

    @classmethod
    def over(cls, connection: asyncpg.Connection) -> BaseDBAsyncClient:
        return cast(BaseDBAsyncClient, cls(connection))  # the three methods that are called

    async def execute_query(self, statement: str, values: Sequence[Any]) -> None:
        await self.connection.execute(statement, *values)

    async def execute_query_dict(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        found: Sequence[Any] = await self.connection.fetch(statement, *values)
        return found
