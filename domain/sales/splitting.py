"""Sales that several people made together, and sales that take others back."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.errors import Invalid, NotFound, Refusal
from domain.ids import new_id
from domain.sales.rules import Posted, at
from domain.shares import places_of

MOST_SPLITS = 20
SHARE_PLACES = 8
_STANDING = """select sale_id, person_id, share from sale_split
where sale_split.org_id = $1 and sale_split.sale_id = any($2::uuid[])"""
_MAY_EXCEED = "select exists (select from crediting_policy where org_id = $1 and may_exceed) as may"
_FORGET = "delete from sale_split where org_id = $1 and sale_id = any($2::uuid[])"
_KEEP = """insert into sale_split (org_id, id, sale_id, person_id, share)
select $1, given.* from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::numeric[]) given"""

Splits = Mapping[UUID, Decimal]


async def splits_of(actor: Actor, sales: Sequence[UUID]) -> dict[UUID, dict[UUID, Decimal]]:
    """Who sold each of these sales with which share."""
    found: dict[UUID, dict[UUID, Decimal]] = {id: {} for id in sales}
    rows = await current_transaction().execute_query_dict(_STANDING, [actor.org, list(sales)])
    for row in rows:
        found[row["sale_id"]][row["person_id"]] = row["share"]
    return found


async def may_exceed(actor: Actor) -> bool:
    """Whether people who sold together may have more than the whole between them."""
    [row] = await current_transaction().execute_query_dict(_MAY_EXCEED, [actor.org])
    return bool(row["may"])


async def keep_splits(actor: Actor, splits: Mapping[UUID, Splits]) -> None:
    """Write who sold these sales with which share, in place of what stood."""
    rows = [(sale, *each) for sale, shares in splits.items() for each in shares.items()]
    transaction = current_transaction()
    await transaction.execute_query(_FORGET, [actor.org, list(splits)])
    columns = [[row[n] for row in rows] for n in range(3)]
    await transaction.execute_query(_KEEP, [actor.org, [new_id() for _ in rows], *columns])


def faults_of_splits(sales: Sequence[Posted], *, may_exceed: bool) -> Iterator[Refusal]:
    """Shares that are none, people who are named twice, and shares that are not the whole."""
    for line, sale in enumerate(sales):
        path = at(line, "splits")
        if not sale.splits:
            continue
        if len(sale.splits) > MOST_SPLITS:
            yield Invalid(f"A sale is split between at most {MOST_SPLITS} people.", path=path)
        people = [split.person_id for split in sale.splits]
        sound = True
        for place, split in enumerate(sale.splits):
            if people.index(split.person_id) != place:
                yield Invalid("Each person once.", path=(*path, str(place), "personId"))
            if not 0 < split.share <= 1 or places_of(split.share) > SHARE_PLACES:
                sound = False
                yield Invalid(
                    "A share is more than 0 and at most 1, with at most"
                    f" {SHARE_PLACES} decimal places.",
                    path=(*path, str(place), "share"),
                )
        total = sum(split.share for split in sale.splits)
        if sound and (total < 1 or (total > 1 and not may_exceed)):
            yield Invalid(f"The shares come to {total}, and have to come to 1.", path=path)


def faults_of_refunds(
    sales: Sequence[Posted], standing: Mapping[str, Mapping[str, Any]]
) -> Iterator[Refusal]:
    """Sales that take back what is not there, not alike, or itself a refund."""
    posted = {sale.external_id.strip(): sale for sale in sales}
    for line, sale in enumerate(sales):
        own, path = sale.external_id.strip(), at(line, "reverses")
        yield from _fault_of_currency(sale, standing.get(own), at(line, "currency"))
        if sale.reverses is None:
            continue
        named = sale.reverses.strip()
        said, stood = posted.get(named), standing.get(named)
        if named == own:
            yield Invalid("A sale does not take itself back.", path=path)
        elif said is None and (stood is None or not stood["permitted"]):
            yield NotFound("sale", path=path)
        elif own in standing and standing[own]["is_reversed"]:
            yield Invalid("Other sales take this one back, so it takes back none.", path=path)
        elif (said.reverses if said else stood and stood["reverses_id"]) is not None:
            yield Invalid("That sale takes back another one itself.", path=path)
        else:
            amount, currency = (
                (said.amount, said.currency) if said else (stood["amount"], stood["currency"])  # type: ignore[index]  # one of them is there
            )
            if currency != sale.currency:
                yield Invalid(f"What it takes back is in {currency}.", path=path)
            elif amount * sale.amount > 0:
                yield Invalid(
                    f"What it takes back comes to {amount}; this has to have the other sign.",
                    path=at(line, "amount"),
                )


def faults_of_sums(
    sales: Sequence[Posted], standing: Mapping[str, Mapping[str, Any]]
) -> Iterator[Refusal]:
    """Sales of which more would be taken back than they come to."""
    amounts = {name: row["amount"] for name, row in standing.items() if row["permitted"]}
    taken = {name: row["taken_back"] for name, row in standing.items() if row["permitted"]}
    lines: dict[str, int] = {}
    for line, sale in enumerate(sales):
        own, named = sale.external_id.strip(), (sale.reverses or "").strip()
        amounts[own] = sale.amount
        lines.setdefault(own, line)
        if named:
            taken[named] = taken.get(named, Decimal(0)) + sale.amount
            lines[named] = line
    for name, line in lines.items():
        back = -taken.get(name, Decimal(0))
        amount = amounts.get(name)
        if amount is not None and back and (abs(back) > abs(amount) or back * amount < 0):
            message = f"All that is taken back of “{name}” comes to {back}, and it to {amount}."
            yield Invalid(message, path=at(line, "amount"))


def _fault_of_currency(
    sale: Posted, stood: Mapping[str, Any] | None, path: tuple[str, ...]
) -> Iterator[Refusal]:
    """What others take back stays in their currency: in another one they would take back nothing."""
    is_taken_back = stood is not None and stood["permitted"] and stood["is_reversed"]
    if stood is not None and is_taken_back and stood["currency"] != sale.currency:
        message = f"Other sales take this one back in {stood['currency']}; withdraw those first."
        yield Invalid(message, path=path)
