"""Who may see sales and totals over them, and the doors through which they are posted and withdrawn."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import ACTS, ALL, GRANTED, Act, FieldClass, reach
from domain.database import current_transaction
from domain.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal
from domain.people.access import related
from domain.sales.models import Sale
from domain.sales.rules import Posted, at
from domain.sql import bind, viewer
from domain.territories.access import granted

Standing = Mapping[str, Any]
"""A sale that is there: its columns, and whether the actor may correct it."""


def visible(actor: Actor) -> str:
    """SQL over `{row}`: one's own, a manager's those of people below, all for readers of sales
    across the organisation, and for a partner app with the scope those in its territories."""
    if reach(actor, FieldClass.SALES) == GRANTED:
        return granted("{row}.territory_id")
    return related(actor, FieldClass.SALES, "{row}.person_id")


def visible_product(actor: Actor) -> str:
    """SQL over `{row}`: products are reference data."""
    return related(actor, FieldClass.REFERENCE, "{row}.id")


def visible_account(actor: Actor) -> str:
    """SQL over `{row}`: customers are looked up by everybody inside the organisation."""
    return related(actor, FieldClass.PUBLIC, "{row}.id")


def visible_expense(actor: Actor) -> str:
    """SQL over `{row}`: what somebody spent is a figure of theirs, like their goals."""
    return related(actor, FieldClass.TEAM, "{row}.person_id")


def visible_posting(actor: Actor) -> str:
    """SQL over `{row}`: it names sales and says nothing of them, to whoever may post."""
    return "true" if reach(actor, Act.SALES_POST) else "false"


def theirs_to(actor: Actor, act: Act) -> str:
    """SQL over `{row}`, which has a `territory_id`: the actor may do this to a sale there. Raises
    NotPermitted where they may do it nowhere."""
    relations = reach(actor, act)
    if relations == ALL:
        return "true"
    if relations == GRANTED:
        return granted("{row}.territory_id")
    raise NotPermitted(f"Your roles do not include this: {ACTS[act].meaning}")


async def sales_under(actor: Actor, external_ids: Sequence[str]) -> dict[str, Standing]:
    """The sales with these external ids, locked until the transaction ends, in one order; `taken_back`
    is what other sales than these take back of each."""
    rows = await _rows(
        f"""
        select sale.*, {theirs_to(actor, Act.SALES_POST).format(row="sale")} as permitted,
          exists (select from sale refund where refund.org_id = :org and refund.reverses_id = sale.id)
            as is_reversed,
          (select coalesce(sum(refund.amount), 0) from sale refund
            where refund.org_id = :org and refund.reverses_id = sale.id
              and (refund.external_id is null or refund.external_id <> all(:external_ids))) as taken_back
        from sale
        where sale.org_id = :org and sale.external_id = any(:external_ids)
        order by sale.external_id for no key update of sale
        """,
        actor,
        external_ids=list(external_ids),
    )
    return {row["external_id"]: row for row in rows}


_REFERS = {
    "personId": ("person_id", "person"),
    "territoryId": ("territory_id", "territory"),
    "accountId": ("account_id", "account"),
    "productId": ("product_id", "product"),
    "referredById": ("referred_by_id", "person"),
}


async def faults_of_references(actor: Actor, sales: Sequence[Posted]) -> list[Refusal]:
    """What the lines name that is not there, or not the actor's to name."""
    theirs = theirs_to(actor, Act.SALES_POST)
    named: dict[str, list[UUID]] = {table: [] for _, table in _REFERS.values()}
    for sale in sales:
        for column, table in _REFERS.values():
            named[table] += filter(None, [getattr(sale, column)])
        named["person"] += (split.person_id for split in sale.splits)
    each = [
        f"select '{table}' as kind, id from (select id, id as territory_id from {table}"
        f" where org_id = :org and id = any(:{table})) named"
        + (f" where {theirs.format(row='named')}" if table == "territory" else "")
        for table in named
    ]
    rows = await _rows(" union all ".join(each), actor, **named)
    known = {(row["kind"], row["id"]) for row in rows}
    return [*_faults_of_names(sales, known), *_faults_of_places(sales, needed=theirs != "true")]


def _faults_of_names(sales: Sequence[Posted], known: set[tuple[str, UUID]]) -> Iterator[Refusal]:
    for line, sale in enumerate(sales):
        for name, (column, table) in _REFERS.items():
            id = getattr(sale, column)
            if id is not None and (table, id) not in known:
                yield NotFound(table, path=at(line, name))
        for place, split in enumerate(sale.splits):
            if ("person", split.person_id) not in known:
                yield NotFound("person", path=(*at(line, "splits"), str(place), "personId"))


def _faults_of_places(sales: Sequence[Posted], *, needed: bool) -> Iterator[Refusal]:
    for line, sale in enumerate(sales):
        if needed and sale.territory_id is None:
            yield Invalid(
                "Name one of the territories that you were granted.", path=at(line, "territoryId")
            )


def faults_of_standing(
    sales: Sequence[Posted], standing: Mapping[str, Standing]
) -> Iterator[Refusal]:
    """External ids under which there is a sale that the actor may not correct."""
    for line, sale in enumerate(sales):
        stands = standing.get(sale.external_id.strip())
        if stands is not None and not stands["permitted"]:
            yield Conflict(
                "This external id is in use for a sale that is not yours to correct.",
                path=at(line, "externalId"),
            )


async def sale_for(actor: Actor, act: Act, sale_id: UUID) -> Sale:
    """The sale, locked until the transaction ends, for somebody who may do this to it. Raises
    NotPermitted and NotFound."""
    theirs = theirs_to(actor, act).format(row="sale")
    found = await _rows(
        f"select id from sale where sale.org_id = :org and sale.id = :id and {theirs} for update of sale",
        actor,
        id=sale_id,
    )
    if not found:
        raise NotFound("sale", path=("saleId",))
    return await Sale.get(org_id=actor.org, id=sale_id)


async def _rows(text: str, actor: Actor, **values: object) -> Sequence[Mapping[str, Any]]:
    statement, arguments = bind(text, {**viewer(actor), **values})
    return await current_transaction().execute_query_dict(statement, arguments)
