"""What is done with sales over the API: posted, corrected by posting again, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import Overtaken, act
from domain.comments.keeping import forget_what_was_said_of
from domain.database import current_transaction
from domain.errors import Conflict, Faults
from domain.history import Happened, record, record_each
from domain.history.canonical import as_json
from domain.ids import new_id
from domain.incentives.credit_models import SaleEvent
from domain.people.models import Organisation
from domain.people.rules import sound_reason
from domain.sales.access import (
    Standing,
    faults_of_references,
    faults_of_standing,
    sale_for,
    sales_under,
    theirs_to,
)
from domain.sales.models import PostedVerdict, Sale
from domain.sales.rules import (
    COLUMNS,
    Content,
    Posted,
    SaleChanged,
    content_of,
    corrections,
    faults_of_count,
    faults_of_lines,
    shares_of,
    verdict_on,
)
from domain.sales.splitting import (
    Splits,
    faults_of_refunds,
    faults_of_splits,
    faults_of_sums,
    keep_splits,
    may_exceed,
    splits_of,
)

_NAMES = ", ".join(COLUMNS)
# Rows are written in one order, so that messages with the same ids wait for one another in turn.
_ADD = f"""
insert into sale (org_id, id, {_NAMES})
select $1, given.id, {", ".join(f"given.{name}" for name in COLUMNS)}
from jsonb_populate_recordset(null::public.sale, $2::jsonb -> 'rows') given order by given.external_id
on conflict (org_id, external_id) do nothing returning external_id
"""
_CORRECT = f"""
update sale set {", ".join(f"{name} = given.{name}" for name in COLUMNS)},
  version = sale.version + 1, updated_at = now()
from jsonb_populate_recordset(null::public.sale, $2::jsonb -> 'rows') given
where sale.org_id = $1 and sale.id = given.id
"""
_ACTS = {PostedVerdict.ADDED: "sale.posted", PostedVerdict.CORRECTED: "sale.corrected"}
_KEEP = "insert into sale_posting (org_id, id, lines) values ($1, $2, $3::jsonb -> 'rows')"


@act
async def post_sales(actor: Actor, *, sales: Sequence[Posted]) -> UUID:
    """Post 1 to 100 sales by their external ids: new ones are added, others corrected where they
    differ. All of them, or none: everything that is wrong with any of them is refused at once."""
    theirs_to(actor, Act.SALES_POST)
    Faults.raised(list(faults_of_count(len(sales))))
    named = {sale.external_id.strip() for sale in sales}
    reversed_ones = {sale.reverses.strip() for sale in sales if sale.reverses is not None}
    found = await sales_under(actor, sorted(named | reversed_ones))
    standing = {name: row for name, row in found.items() if name in named}
    Faults.raised(
        [
            *faults_of_lines(sales),
            *await faults_of_references(actor, sales),
            *faults_of_standing(sales, standing),
            *faults_of_splits(sales, may_exceed=await may_exceed(actor)),
            *faults_of_refunds(sales, found),
        ]
    )
    Faults.raised(list(faults_of_sums(sales, found)))

    organisation = await Organisation.get(org_id=actor.org)
    zone = ZoneInfo(organisation.time_zone)
    posted = {sale.external_id.strip(): sale for sale in sales}
    new = {external_id: new_id() for external_id in posted if external_id not in standing}
    ids = new | {external_id: row["id"] for external_id, row in found.items()}
    said = {
        name: content_of(sale, zone, None if sale.reverses is None else ids[sale.reverses.strip()])
        for name, sale in posted.items()
    }
    stood = await splits_of(actor, [row["id"] for row in standing.values()])
    splits = {name: shares_of(sale) for name, sale in posted.items()}
    verdicts = {
        name: verdict_on(
            standing.get(name), now, same_splits=stood.get(ids[name], {}) == splits[name]
        )
        for name, now in said.items()
    }

    posting = new_id()
    for verdict, happened in _ACTS.items():
        names = [name for name, became in verdicts.items() if became is verdict]
        changes = [
            _happened(
                posting, ids[name], standing.get(name), said[name], stood.get(ids[name], {}),
                splits[name],
            )
            for name in names
        ]  # fmt: skip
        if changes:
            await record_each(actor, happened, "sale", changes)
    lines = [
        {"sale_id": ids[name], "external_id": name, "verdict": verdict}
        for name, verdict in verdicts.items()
    ]
    transaction = current_transaction()
    await transaction.execute_query(_KEEP, [actor.org, posting, _json(lines)])
    # The sales come last: from then on others wait who sell for the same people on these days.
    await _add(actor, said, new)
    corrected = [name for name, verdict in verdicts.items() if verdict is PostedVerdict.CORRECTED]
    if corrected:
        rows = [{"id": ids[name], **asdict(said[name])} for name in corrected]
        await transaction.execute_query(_CORRECT, [actor.org, _json(rows)])
    changed = {ids[name]: now for name, now in splits.items() if stood.get(ids[name], {}) != now}
    if changed:
        await keep_splits(actor, changed)
    return posting


@act
async def withdraw_sale(
    actor: Actor, *, sale_id: UUID, reason: str, expected_version: int | None = None
) -> UUID:
    """Take back a sale that should not have been. The history keeps what it said, and why it went.
    Whoever posts and may not read sees no version, and takes it back whatever it says."""
    sale = await sale_for(actor, Act.SALES_WITHDRAW, sale_id)
    if expected_version is not None:
        SaleChanged.since(expected_version, sale.version)
    reason = sound_reason(reason)

    if await Sale.filter(org_id=actor.org, reverses_id=sale.id).exists():
        raise Conflict("Other sales take this one back; withdraw those first.", path=("saleId",))

    said = {name: getattr(sale, name) for name in (*COLUMNS, "version")}
    splits = (await splits_of(actor, [sale.id]))[sale.id]
    before = said | _splits(splits)
    await record(actor, "sale.withdrawn", "sale", sale.id, before=before, reason=reason)
    await keep_splits(actor, {sale.id: {}})
    await SaleEvent.filter(org_id=actor.org, sale_id=sale.id).delete()
    await forget_what_was_said_of(actor.org, "sale", [sale.id])
    await sale.delete()
    return sale.id


async def _add(actor: Actor, said: Mapping[str, Content], ids: Mapping[str, UUID]) -> None:
    """Add the sales that have new ids. Raises Overtaken where somebody else added one of them since
    we looked."""
    if not ids:
        return
    rows = [{"id": id, **asdict(said[external_id])} for external_id, id in ids.items()]
    added = await current_transaction().execute_query_dict(_ADD, [actor.org, _json(rows)])
    if len(added) < len(rows):
        raise Overtaken


def _happened(
    posting: UUID, sale: UUID, before: Standing | None, now: Content, stood: Splits, splits: Splits
) -> Happened:
    if before is None:
        return Happened(sale, after={"posting": posting, **asdict(now), **_splits(splits)})
    was = corrections(before, now)
    after = {name: getattr(now, name) for name in was}
    if stood != splits:
        was, after = was | {"splits": _shares(stood)}, after | {"splits": _shares(splits)}
    return Happened(sale, before=was, after={"posting": posting, **after})


def _splits(splits: Splits) -> dict[str, object]:
    return {"splits": _shares(splits)} if splits else {}


def _shares(splits: Splits) -> list[dict[str, object]]:
    return [{"person_id": person, "share": splits[person]} for person in sorted(splits)]


def _json(rows: Sequence[Mapping[str, Any]]) -> str | None:
    return as_json({"rows": rows})
