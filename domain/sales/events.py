"""What becomes of a sale after it was booked: it is invoiced, paid, goes live; whole or in parts."""

from datetime import date
from decimal import Decimal
from enum import StrEnum, unique
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Conflict, Invalid, NotFound
from domain.history import record
from domain.ids import new_id
from domain.incentives.credit_models import SaleEvent
from domain.sales.access import sale_for
from domain.sales.splitting import SHARE_PLACES
from domain.shares import places_of


@unique
class Happened(StrEnum):
    """What became of a sale."""

    INVOICE = "invoice"
    CASH = "cash"
    GO_LIVE = "go_live"


@act
async def record_event(
    actor: Actor, *, sale_id: UUID, kind: Happened, happened_on: date, share: Decimal = Decimal(1)
) -> UUID:
    """Say that a share of a sale was invoiced or paid, or went live: the same share of its credits
    counts from that day on for what waits for it."""
    sale = await sale_for(actor, Act.SALES_POST, sale_id)
    if not 0 < share <= 1 or places_of(share) > SHARE_PLACES:
        raise Invalid(
            f"A share is more than 0 and at most 1, with at most {SHARE_PLACES} decimal places.",
            path=("share",),
        )
    of_kind = await SaleEvent.filter(org_id=actor.org, sale_id=sale.id, kind=kind)
    left = 1 - sum((each.share for each in of_kind), Decimal(0))
    if share > left:
        raise Conflict(f"Of this sale {left:f} is left for that.", path=("share",))
    if any(each.happened_on == happened_on for each in of_kind):
        raise Conflict("This is recorded for that day already.", path=("happenedOn",))

    await SaleEvent.add(
        org_id=actor.org,
        id=new_id(),
        sale_id=sale.id,
        kind=kind,
        happened_on=happened_on,
        share=share,
    )

    after = {"kind": kind, "happened_on": happened_on, "share": share}
    await record(actor, "sale.event_recorded", "sale", sale.id, after=after)
    return sale.id


@act
async def withdraw_event(actor: Actor, *, sale_id: UUID, kind: Happened, happened_on: date) -> UUID:
    """Take back what was recorded of a sale for a day."""
    sale = await sale_for(actor, Act.SALES_POST, sale_id)
    event = await SaleEvent.filter(
        org_id=actor.org, sale_id=sale.id, kind=kind, happened_on=happened_on
    ).first()
    if event is None:
        raise NotFound("event", path=("happenedOn",))

    await event.delete()

    before = {"kind": kind, "happened_on": happened_on, "share": event.share}
    await record(actor, "sale.event_withdrawn", "sale", sale.id, before=before)
    return sale.id
