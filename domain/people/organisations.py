"""Which organisations there are, and what day it is for each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from domain.database import current_transaction

_NAMED = "select org_id, slug, name, currency, time_zone, business_date from organisation"


@dataclass(frozen=True, slots=True)
class OrganisationNow:
    """An organisation on its own today."""

    org_id: UUID
    slug: str
    name: str
    currency: str
    today: date


def today_in(business_date: date | None, time_zone: str, now: datetime) -> date:
    """The organisation's today: its business date, or else the calendar day where it is."""
    return business_date or now.astimezone(ZoneInfo(time_zone)).date()


async def organisation_named(slug: str, now: datetime | None = None) -> OrganisationNow | None:
    """The organisation with this slug. No organisation is known yet, so row security is told the
    slug, and shows this one row."""
    async with in_transaction("default") as transaction:
        await transaction.execute_query("select set_config('app.org_slug', $1, true)", [slug])
        rows = await transaction.execute_query_dict(f"{_NAMED} where slug = $1", [slug])
    return _now(rows[0], now) if rows else None


async def organisation_taken(slug: str) -> bool:
    """Whether the slug belongs to any organisation; asked within the current transaction."""
    transaction = current_transaction()
    await transaction.execute_query("select set_config('app.org_slug', $1, true)", [slug])
    found, _ = await transaction.execute_query("select 1 from organisation where slug = $1", [slug])
    return found > 0


async def all_organisations(now: datetime | None = None) -> list[OrganisationNow]:
    """Every organisation, by slug. Only the role attain_worker sees them all."""
    async with in_transaction("default") as transaction:
        rows = await transaction.execute_query_dict(f"{_NAMED} order by slug")
    return [_now(row, now) for row in rows]


def _now(row: dict[str, object], now: datetime | None) -> OrganisationNow:
    org_id, slug, name, currency, time_zone, business_date = row.values()
    assert isinstance(org_id, UUID)
    assert isinstance(business_date, date | None)
    today = today_in(business_date, str(time_zone), now or datetime.now(UTC))
    return OrganisationNow(org_id, str(slug), str(name), str(currency), today)
