"""Crediting what is due: sales that changed since they were credited, and those that hang on them.

The database notes which sales those are, in the transaction that changes them. What is credited
anew is compared with what stands: a credit that says the same stays, another is superseded and a
new one is added beside it. So the order and the batches in which sales came leave no trace.
The database then notes whose pay is due, and from which day on.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from domain.database import current_transaction, on_behalf_of, reading
from domain.history import number_events, record
from domain.ids import new_id
from domain.incentives.crediting import PURPOSES, Verdict
from domain.incentives.crediting_facts import (
    families_of,
    policy_of,
    standing_credits,
    surroundings_of,
)
from domain.incentives.crediting_sales import (
    Credited,
    Policy,
    Sold,
    Wanted,
    credits_of,
    share_rounded,
)
from domain.incentives.refunding import refunds_of
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation

MOST_AT_ONCE = 500  # whoever changes one of them meanwhile waits until these are credited
AT_A_STRETCH = 100  # then whoever else the process serves has a turn

# Where there never was a rule nobody is credited, and what waits may wait for one.
_WAITING = """select exists (select from crediting_due where org_id = $1)
  and exists (select from crediting_rule where org_id = $1)"""
# One batch of an organisation at a time: a sale and its refund may be due in different ones.
_TURN = "select pg_advisory_xact_lock(hashtextextended('crediting ' || $1::uuid::text, 0))"
_TAKE = f"""delete from crediting_due where org_id = $1 and id in (
  select id from crediting_due where org_id = $1 order by since, id limit {MOST_AT_ONCE}
  for update skip locked) returning id"""
_SUPERSEDE = """update credit set superseded_at = clock_timestamp()
where org_id = $1 and id = any($2::uuid[]) and superseded_at is null"""
_ADD = """insert into credit (org_id, id, sale_version, sale_id, person_id, rule_id, kind, counts_for, event,
  credited_on, place, share, amount, margin, quantity, currency, exchange_rate, paid_in, reverses_id)
select $1, given.* from unnest($2::uuid[], $3::int[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
  $9::text[], $10::date[], $11::text[], $12::numeric[], $13::numeric[], $14::numeric[], $15::numeric[],
  $16::text[], $17::numeric[], $18::text[], $19::uuid[]) given"""
_SAY = """insert into sale_crediting (org_id, id, person_id, sold_on, gave, primary_for_pay, primary_for_quota, verdicts)
select $1, given.id, given.person_id, given.sold_on, given.gave, given.for_pay, given.for_quota, given.verdicts::jsonb
from unnest($2::uuid[], $3::uuid[], $4::date[], $5::int[], $6::numeric[], $7::numeric[], $8::text[])
  as given (id, person_id, sold_on, gave, for_pay, for_quota, verdicts)
on conflict (org_id, id) do update set (person_id, sold_on, gave, primary_for_pay, primary_for_quota, verdicts, credited_at)
  = (excluded.person_id, excluded.sold_on, excluded.gave, excluded.primary_for_pay, excluded.primary_for_quota,
    excluded.verdicts, excluded.credited_at)"""
_UNSAY = "delete from sale_crediting where org_id = $1 and id = any($2::uuid[])"


async def credit_due(org: UUID, now: datetime) -> int:
    """Credit every sale that is due; how many there were."""
    done = 0
    while taken := await credit_some(org, now):
        done += taken
        if taken < MOST_AT_ONCE:
            break
    if done:
        await number_events(org)
    return done


async def credit_some(org: UUID, now: datetime) -> int:
    """Credit some of the sales that are due; how many. Fewer than MOST_AT_ONCE are all."""
    async with on_behalf_of(org) as transaction:
        await transaction.execute_query(_TURN, [org])
        taken = await transaction.execute_query_dict(_TAKE, [org])
        if taken:
            await _credit(org, now, [row["id"] for row in taken])
    return len(taken)


@dataclass(slots=True)
class _Batch:
    """What changes among credits."""

    standing: Mapping[UUID, Sequence[tuple[UUID, Wanted]]]
    superseded: list[UUID] = field(default_factory=list)
    added: list[tuple[Any, ...]] = field(default_factory=list)
    said: list[tuple[Any, ...]] = field(default_factory=list)
    _spelled: dict[tuple[Verdict, ...], str] = field(default_factory=dict)

    def settle(self, sold: Sold, credited: Credited) -> list[tuple[UUID, Wanted]]:
        """Keep what says the same, supersede the rest, add what is new; what stands then."""
        there = {each.key: (id, each) for id, each in self.standing.get(sold.id, ())}
        stands = []
        for wanted in credited.wanted:
            id, was = there.pop(wanted.key, (None, None)) if there else (None, None)
            if id is None or was != wanted:
                if id is not None:
                    self.superseded.append(id)
                id = new_id()
                self.added.append((id, sold.version, *wanted))
            stands.append((id, wanted))
        self.superseded += (id for id, _ in there.values())
        self._say(sold, credited)
        return stands

    def remove(self, credits: Sequence[Mapping[str, Any]]) -> None:
        """Supersede every credit of a sale that was withdrawn, those by hand as well."""
        self.superseded += (row["id"] for row in credits)

    def _say(self, sold: Sold, credited: Credited) -> None:
        gave = sum(verdict.gave for verdict in credited.verdicts)
        for_pay, for_quota = (share_rounded(credited.primary[purpose]) for purpose in PURPOSES)
        # Rules say the same of many sales.
        said = self._spelled.get(credited.verdicts)
        if said is None:
            said = self._spelled[credited.verdicts] = _spelled(credited.verdicts)
        self.said.append((sold.id, sold.seller, sold.on, gave, for_pay, for_quota, said))


def _spelled(verdicts: Sequence[Verdict]) -> str:
    """Verdicts as they are kept; people stand in their sentences by their ids, in braces."""
    return orjson.dumps(
        [
            {"rule_id": str(verdict.rule), "gave": verdict.gave, "sentences": verdict.sentences}
            for verdict in verdicts
        ]
    ).decode()


async def _credit(org: UUID, now: datetime, taken: Sequence[UUID]) -> None:
    policy = await policy_of(org)
    sales = await families_of(org, taken, policy.asks)
    gone = set(taken) - {sold.id for sold in sales}
    standing, credits = await standing_credits(org, [*gone, *(sold.id for sold in sales)])

    batch = _Batch(standing)
    await _settle(org, policy, sales, batch)
    batch.remove([row for row in credits.values() if row["sale_id"] in gone])

    transaction = current_transaction()
    if batch.superseded:
        await transaction.execute_query(_SUPERSEDE, [org, batch.superseded])
    if batch.added:
        await transaction.execute_insert(_ADD, [org, *map(list, zip(*batch.added, strict=True))])
    if batch.said:
        await transaction.execute_insert(_SAY, [org, *map(list, zip(*batch.said, strict=True))])
    if gone:
        await transaction.execute_query(_UNSAY, [org, list(gone)])
    if batch.added or batch.superseded:
        after = {
            "sales": len(sales), "added": len(batch.added), "superseded": len(batch.superseded)
        }  # fmt: skip
        await record(
            await on_its_round(org, now), "sales.credited", "organisation", org, after=after
        )


async def _settle(org: UUID, policy: Policy, sales: Sequence[Sold], batch: _Batch) -> None:
    """First the sales, then their refunds, which take back what stands of the sales by then."""
    around = await surroundings_of(org, sales, policy.book.rules)
    refunds: dict[UUID, list[Sold]] = {}
    for sold in sales:
        if sold.reverses is not None:
            refunds.setdefault(sold.reverses, []).append(sold)
    for place, sold in enumerate(sales):
        if not place % AT_A_STRETCH:
            await asyncio.sleep(0)
        if sold.reverses is None:
            stands = batch.settle(sold, credits_of(sold, policy, around.of(sold)))
            own = refunds.get(sold.id, [])
            for refund, credited in refunds_of(sold, stands, own, policy.book.rules):
                batch.settle(refund, credited)


@each_organisation("* * * * * */5")
async def credit_sales(org: UUID) -> bool:
    """What was sold, corrected or withdrawn, as soon as it was."""
    async with reading(org) as snapshot:
        if not await snapshot.fetchval(_WAITING, org):
            return False
    taken = await credit_some(org, datetime.now(UTC))
    if taken:
        await number_events(org)
    return taken == MOST_AT_ONCE
