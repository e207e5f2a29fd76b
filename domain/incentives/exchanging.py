"""Rates of exchange, and how much of a deal may be given away: what crediting goes by beside rules."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import Overtaken, act
from domain.database import current_transaction
from domain.errors import Faults, Invalid
from domain.history import record
from domain.ids import new_id
from domain.incentives.credit_models import CreditingPolicy, ExchangeRate
from domain.incentives.crediting_rules import all_are_due
from domain.incentives.terms import Purpose
from domain.people.access import organisation_wide
from domain.shares import places_of

RATE_PLACES = 10
TOO_LARGE = Decimal(10) ** 10
_CURRENCY = re.compile(r"[A-Z]{3}")
_OF_CURRENCY_ARE_DUE = """insert into crediting_due (org_id, id)
select sale.org_id, sale.id from sale where sale.org_id = $1 and sale.currency = $2
order by sale.id on conflict (org_id, id) do update set since = excluded.since"""


@act
async def set_rate(
    actor: Actor, *, from_currency: str, to_currency: str, begins_on: date, rate: Decimal
) -> UUID:
    """Say what one unit of a currency is worth in another from a day on, until the next day for
    which that is said. Sales in that currency are credited anew."""
    organisation_wide(actor, Act.CREDITING_ADMINISTER)
    faults = [
        Invalid("A currency is three capital letters, such as USD.", path=(path,))
        for path, code in (("fromCurrency", from_currency), ("toCurrency", to_currency))
        if not _CURRENCY.fullmatch(code)
    ]
    if from_currency == to_currency:
        faults.append(Invalid("Name two different currencies.", path=("toCurrency",)))
    if not 0 < rate < TOO_LARGE or places_of(rate) > RATE_PLACES:
        faults.append(
            Invalid(
                "A rate is more than 0, with at most 10 digits before the point and"
                f" {RATE_PLACES} after it.",
                path=("rate",),
            )
        )
    Faults.raised(faults)
    said: dict[str, Any] = {
        "from_currency": from_currency,
        "to_currency": to_currency,
        "begins_on": begins_on,
    }
    rows = ExchangeRate.filter(org_id=actor.org, **said)
    stands = await rows.select_for_update(no_key=True).first()
    before = None if stands is None else {"rate": stands.rate}
    if stands is None:
        try:
            stands = await ExchangeRate.add(org_id=actor.org, id=new_id(), rate=rate, **said)
        except IntegrityError:
            raise Overtaken from None
    else:
        now = datetime.now(UTC)
        await stands.change(rate=rate, version=stands.version + 1, updated_at=now)
    await current_transaction().execute_query(_OF_CURRENCY_ARE_DUE, [actor.org, from_currency])

    await record(
        actor, "exchange_rate.set", "exchange_rate", stands.id, before=before,
        after={**said, "rate": rate},
    )  # fmt: skip
    return stands.id


@act
async def set_policy(actor: Actor, *, counts_for: Purpose, may_exceed: bool) -> UUID:
    """Say whether primary credits of one deal may come to more than the deal, for pay or for quota."""
    organisation_wide(actor, Act.CREDITING_ADMINISTER)
    rows = CreditingPolicy.filter(org_id=actor.org, counts_for=counts_for)
    stands = await rows.select_for_update(no_key=True).first()
    before = {"may_exceed": stands is not None and stands.may_exceed}
    if stands is None:
        try:
            stands = await CreditingPolicy.add(
                org_id=actor.org, id=new_id(), counts_for=counts_for, may_exceed=may_exceed
            )
        except IntegrityError:
            raise Overtaken from None
    else:
        now = datetime.now(UTC)
        await stands.change(may_exceed=may_exceed, version=stands.version + 1, updated_at=now)
    await all_are_due(actor.org)

    after = {"counts_for": counts_for, "may_exceed": may_exceed}
    await record(
        actor, "crediting_policy.set", "crediting_policy", stands.id, before=before, after=after
    )
    return stands.id
