"""What crediting asks of the database: sets of sales with all that their rules need to know."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.database import current_transaction
from domain.incentives.crediting import BOTH, Around, Rule, Rulebook, RuleKind
from domain.incentives.crediting_sales import Happening, Policy, Rates, Sold, Wanted
from domain.incentives.formulas import parsed
from domain.incentives.formulas.tree import asked_in
from domain.incentives.terms import Event, Purpose

_RULES = """select * from crediting_rule
where crediting_rule.org_id = $1 and crediting_rule.retired_at is null order by place, name, id"""
_RATES = """select from_currency, to_currency, begins_on, rate from exchange_rate
where exchange_rate.org_id = $1"""
_MAY_EXCEED = """select counts_for from crediting_policy
where crediting_policy.org_id = $1 and may_exceed"""
_PAID_IN = "select currency from organisation where org_id = $1"

# A sale and its refunds are credited together: what the one gave, the others take back.
# What stands for a sale that is no refund any more says of which it was one. Here and below credits are
# looked up sale by sale: of a table that was empty a moment ago the planner would read all there is by now.
_FAMILIES = """
select coalesce(sale.reverses_id, sale.id) as id from sale
where sale.org_id = $1 and sale.id = any($2::uuid[])
union
select (select original.sale_id from credit original
  where original.org_id = $1 and original.id = taken.reverses_id)
from unnest($2::uuid[]) asked (id) cross join lateral (
  select credit.reverses_id from credit where credit.org_id = $1 and credit.sale_id = asked.id
    and credit.superseded_at is null and credit.reverses_id is not null offset 0) taken
"""
_SALES = """
select sale.id, sale.version, sale.external_id, sale.order_number, sale.sold_on, sale.person_id,
  sale.territory_id, sale.referred_by_id, sale.reverses_id, sale.amount, sale.amount - sale.cost as margin,
  sale.quantity, sale.currency{facts}
from sale{joins}
where sale.org_id = $1 and (sale.id = any($2::uuid[]) or sale.reverses_id = any($2::uuid[]))
"""
_BESIDE = " left join {of} on {of}.org_id = $1 and {of}.id = sale.{of}_id"
_TEXTS = (
    "product.name", "product.category", "product.subcategory", "account.name", "account.country",
    "account.state", "territory.name",
)  # fmt: skip
_SPLITS = """
select sale_id, person_id, share from sale_split join person
  on person.org_id = $1 and person.id = sale_split.person_id
where sale_split.org_id = $1 and sale_split.sale_id = any($2::uuid[])
order by sale_split.share desc, person.external_id, person.name, person.id
"""
_EVENTS = """
select sale_id, kind, happened_on, sum(share) as share from sale_event
where sale_event.org_id = $1 and sale_event.sale_id = any($2::uuid[]) group by 1, 2, 3
"""
_HOLDERS = """
select asked.territory_id, asked.day, holds.person_id
from unnest($2::uuid[], $3::date[]) asked (territory_id, day)
join territory_assignment holds on holds.org_id = $1 and holds.territory_id = asked.territory_id
  and holds.during @> asked.day
join person on person.org_id = $1 and person.id = holds.person_id
order by person.external_id, person.name, person.id
"""
_ABOVE = """
select asked.place, reach.viewer_id
from unnest($2::uuid[], $3::date[]) with ordinality asked (person_id, day, place)
join reach on reach.org_id = $1 and reach.person_id = asked.person_id and reach.depth > 0
  and reach.during @> asked.day
join person on person.org_id = $1 and person.id = reach.viewer_id
order by reach.depth, person.external_id, person.name, person.id
"""
_STANDING = """
select stands.* from unnest($2::uuid[]) asked (id) cross join lateral (
  select * from credit where credit.org_id = $1 and credit.sale_id = asked.id
    and credit.superseded_at is null offset 0) stands
order by stands.credited_on, stands.id
"""


async def policy_of(org: UUID) -> Policy:
    """How the organisation credits today."""
    [paid_in] = await _rows(_PAID_IN, org)
    rules = [_rule(row) for row in await _rows(_RULES, org)]
    may_exceed = [Purpose(row["counts_for"]) for row in await _rows(_MAY_EXCEED, org)]
    conditions = [rule.condition for rule in rules if rule.condition is not None]
    dated: dict[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
    for row in await _rows(_RATES, org):
        dated[row["from_currency"], row["to_currency"]].append((row["begins_on"], row["rate"]))
    return Policy(
        Rulebook(rules, frozenset(may_exceed)),
        Rates(dated),
        paid_in["currency"],
        frozenset(asked.name for condition in conditions for asked in asked_in(condition)),
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    written = row["condition"]
    return Rule(
        row["id"],
        row["name"],
        RuleKind(row["kind"]),
        BOTH if row["counts_for"] == "both" else frozenset({Purpose(row["counts_for"])}),
        parsed(written) if written else None,
        written or "",
        row["share"],
        row["levels"] or 1,
        row["person_id"],
        row["starts_on"],
        row["ends_on"],
    )


async def families_of(org: UUID, sales: Sequence[UUID], asks: frozenset[str]) -> list[Sold]:
    """These sales, those that they reverse, and the refunds of all of them, with the facts that are
    asked for. A sale without a product has the empty name of one, and so for the others."""
    roots = [row["id"] for row in await _rows(_FAMILIES, org, list(sales))]
    texts = [name for name in _TEXTS if name in asks]
    rows = await _rows(_sales(texts), org, roots)
    ids = [row["id"] for row in rows]
    splits: dict[UUID, list[tuple[UUID, Decimal]]] = defaultdict(list)
    for row in await _rows(_SPLITS, org, ids):
        splits[row["sale_id"]].append((row["person_id"], row["share"]))
    events: dict[UUID, list[Happening]] = defaultdict(list)
    for row in await _rows(_EVENTS, org, ids):
        events[row["sale_id"]].append(
            Happening(Event(row["kind"]), row["happened_on"], row["share"])
        )
    return [
        Sold(
            row["id"],
            row["version"],
            row["sold_on"],
            row["amount"],
            row["margin"],
            row["quantity"],
            row["currency"],
            row["external_id"] or "",
            row["order_number"],
            row["person_id"],
            row["territory_id"],
            row["referred_by_id"],
            row["reverses_id"],
            tuple(splits[row["id"]]),
            tuple(events[row["id"]]),
            {name: row[name] or "" for name in texts},
        )
        for row in rows
    ]


def _sales(texts: Sequence[str]) -> str:
    beside = sorted({name.partition(".")[0] for name in texts})
    shown = "".join(f', {name} as "{name}"' for name in texts)
    joins = "".join(_BESIDE.format(of=of) for of in beside)
    return _SALES.replace("{facts}", shown).replace("{joins}", joins)


class Surroundings:
    """Who holds territories and who stands above whom, on the days of some sales."""

    def __init__(
        self,
        holders: Mapping[tuple[UUID, date], Sequence[UUID]],
        above: Mapping[tuple[UUID, date], Sequence[UUID]],
        overlaid: Iterable[UUID],
    ) -> None:
        self._holders = {place: tuple(people) for place, people in holders.items()}
        self._above = {whose: tuple(people) for whose, people in above.items()}
        self._overlaid = tuple(overlaid)

    def of(self, sold: Sold) -> Around:
        holders = self._holders.get((sold.territory, sold.on), ()) if sold.territory else ()
        if not self._above:
            return Around(holders)
        people = dict.fromkeys((*_named(sold), *holders, *self._overlaid))
        return Around(
            holders, tuple((person, self._above.get((person, sold.on), ())) for person in people)
        )


async def surroundings_of(org: UUID, sales: Sequence[Sold], rules: Sequence[Rule]) -> Surroundings:
    """Who stands around each of these sales on its day."""
    holders: dict[tuple[UUID, date], list[UUID]] = defaultdict(list)
    if any(rule.kind is RuleKind.TERRITORY for rule in rules):
        places = {(sold.territory, sold.on) for sold in sales if sold.territory is not None}
        for row in await _rows(_HOLDERS, org, *_columns(places)):
            held = holders[row["territory_id"], row["day"]]
            if row["person_id"] not in held:
                held.append(row["person_id"])
    overlaid = {rule.person for rule in rules if rule.person is not None}

    def around(sold: Sold) -> Iterable[UUID]:
        held = holders.get((sold.territory, sold.on), ()) if sold.territory else ()
        return *_named(sold), *held, *overlaid

    above: dict[tuple[UUID, date], list[UUID]] = defaultdict(list)
    if any(rule.kind is RuleKind.ROLL_UP for rule in rules):
        asked = list({(person, sold.on) for sold in sales for person in around(sold)})
        for row in await _rows(_ABOVE, org, *_columns(asked)):
            those = above[asked[row["place"] - 1]]
            if row["viewer_id"] not in those:
                those.append(row["viewer_id"])
    return Surroundings(holders, above, overlaid)


def _named(sold: Sold) -> Iterable[UUID]:
    yield from (person for person, _ in sold.splits)
    yield from (person for person in (sold.seller, sold.referred_by) if person is not None)


def _columns(pairs: Iterable[tuple[UUID, date]]) -> tuple[list[UUID], list[date]]:
    found = list(pairs)
    return [id for id, _ in found], [day for _, day in found]


async def standing_credits(
    org: UUID, sales: Sequence[UUID]
) -> tuple[dict[UUID, list[tuple[UUID, Wanted]]], dict[UUID, Mapping[str, Any]]]:
    """The credits by rules that stand, by sale; and every credit that stands, by its id."""
    rows = await _rows(_STANDING, org, list(sales))
    found: dict[UUID, list[tuple[UUID, Wanted]]] = defaultdict(list)
    for row in rows:
        if row["rule_id"] is not None:
            found[row["sale_id"]].append((row["id"], _wanted(row)))
    return found, {row["id"]: row for row in rows}


def _wanted(row: Mapping[str, Any]) -> Wanted:
    return Wanted(
        row["sale_id"],
        row["person_id"],
        row["rule_id"],
        row["kind"],
        row["counts_for"],
        row["event"],
        row["credited_on"],
        row["place"],
        row["share"],
        row["amount"],
        row["margin"],
        row["quantity"],
        row["currency"],
        row["exchange_rate"],
        row["paid_in"],
        row["reverses_id"],
    )


async def _rows(text: str, *values: object) -> Sequence[Mapping[str, Any]]:
    _, rows = await current_transaction().execute_query(text, list(values))
    return rows
