"""What somebody's period would pay if more were sold, and what has to be sold for it to pay so much.

Both are worked out on today's figures by the function that pays, and credited by today's rules, so that
whoever sells the deal is paid what was said. Nothing is written.
"""

import re
from asyncio import to_thread
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from auth.actor import Actor
from domain.database import looking
from domain.errors import Faults, Invalid, NotFound
from domain.incentives import pay_rows
from domain.incentives.asking import MOST, Unanswerable, deal_earning
from domain.incentives.calculating import calculated
from domain.incentives.cases import Credit, Incalculable, Pay
from domain.incentives.crediting import Verdict as Said
from domain.incentives.crediting_facts import Surroundings, policy_of, surroundings_of
from domain.incentives.crediting_sales import Policy, Sold
from domain.incentives.pay_access import sight, visible
from domain.incentives.supposing import Fell, Supposed, check, fell, like_it, sold
from domain.incentives.today import Today, case_today, plan_today
from domain.sales.access import visible_account, visible_product
from domain.sql import viewer
from domain.territories.access import visible as visible_territory

_PRODUCTS: Final = """select product.id, product.name as "product.name", product.category as "product.category",
    product.subcategory as "product.subcategory"
  from product where product.org_id = :org::uuid and product.id = any(:ids::uuid[]) and {visible}"""
_ACCOUNTS: Final = """select account.id, account.name as "account.name", account.country as "account.country",
    account.state as "account.state"
  from account where account.org_id = :org::uuid and account.id = any(:ids::uuid[]) and {visible}"""
_TERRITORIES: Final = """select territory.id, territory.name as "territory.name"
  from territory where territory.org_id = :org::uuid and territory.id = any(:ids::uuid[]) and {visible}"""
_SELLERS: Final = """select person.id from (select org_id, id, id as person_id from person) person
  where person.org_id = :org::uuid and person.id = any(:ids::uuid[]) and {visible}"""
# That somebody is credited, and with how much of a deal, is a part of their pay.
_NAMES: Final = """select person.id, person.name from (select org_id, id, id as person_id, name from person) person
  where person.org_id = :org::uuid and person.id = any(:ids::uuid[]) and {visible}"""
_NAMED: Final = re.compile(r"\{([0-9a-f-]{36})\}")
MOST_SHARED: Final = 5_000
"""A budget that so many deals share is looked at once, and not again and again."""
MOST_CREDITS: Final = 5_000
"""Of a period with more credits it is not tried again and again what it pays: others wait meanwhile."""
UNSAID: Final[Mapping[str, str]] = dict.fromkeys(pay_rows.OF_DEALS, "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule of crediting says of a deal."""

    rule: str
    gave: int
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class SupposedDeal:
    """What became of one of the deals: the payee's credits of it, and what each rule says."""

    credits: Sequence[Credit]
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a period pays as things stand, and what it would pay; `failure` says why that cannot be
    worked out, and then both are None."""

    today: Today
    deals: Sequence[SupposedDeal]
    before: Pay | None
    after: Pay | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class ToEarn:
    """The least deal with which a period pays what is wanted, and what it then pays; `reason` says why
    there is no answer."""

    today: Today
    wanted: Decimal
    now: Decimal | None
    deal: Decimal | None
    then: Decimal | None
    reason: str | None


async def what_if(
    actor: Actor,
    *,
    person_id: UUID | None = None,
    plan_id: UUID | None = None,
    deals: Sequence[Supposed] = (),
) -> WhatIf | None:
    """What somebody's period would pay if these were sold as well. None where the caller sees nobody's
    pay of that id, or nobody of that id is on the plan today."""
    check(deals)
    supposing = await _supposing(actor, person_id, plan_id, deals)
    if supposing is None:
        return None
    return await to_thread(_what_if, supposing)


async def to_earn(
    actor: Actor,
    *,
    amount: Decimal,
    person_id: UUID | None = None,
    plan_id: UUID | None = None,
    like: Supposed | None = None,
) -> ToEarn | None:
    """What has to be sold for somebody's period to pay an amount: one deal like the one given, whose
    figures stand to one another as its do, or of one unit. None as for `what_if`."""
    if not 0 < amount <= MOST:
        raise Invalid(f"Name an amount above zero and up to {MOST:,}.", path=("amount",))
    deal = like or Supposed(amount=Decimal(1))
    check([deal], at=("like",))
    if deal.amount <= 0:
        raise Invalid("It has to be like a deal of more than nothing.", path=("like", "amount"))
    supposing = await _supposing(actor, person_id, plan_id, [deal], at="like")
    if supposing is None:
        return None
    return await to_thread(_to_earn, supposing, amount, like is not None)


@dataclass(frozen=True, slots=True)
class _Supposing:
    """Everything that the deals are credited and paid by."""

    today: Today
    policy: Policy
    sales: Sequence[Sold]
    surroundings: Surroundings
    names: Mapping[UUID, str]

    def fell(self, sale: Sold) -> Fell:
        """What of a deal counts for the payee, on days on which they are on the plan."""
        today = self.today
        around = self.surroundings.of(sale)
        found = fell(sale, today.payee, self.policy, around, today.version.asks)
        counted = tuple(each for each in found.credits if today.is_on_plan(each.on))
        return replace(found, credits=counted)


async def _supposing(
    actor: Actor,
    person_id: UUID | None,
    plan_id: UUID | None,
    deals: Sequence[Supposed],
    at: str = "deals",
) -> _Supposing | None:
    payee = person_id or actor.person
    if payee is None:
        return None
    async with looking(actor.org, actor.person, sight(actor)):
        plan = await plan_today(actor, payee, plan_id)
        if plan is None:
            return None
        texts = await _texts(actor, deals, at)
    async with looking(actor.org):
        today = await case_today(actor, payee, plan)
        Faults.raised(list(_unfit(today, deals, actor, at)))
        policy = await policy_of(actor.org)
        sales = [
            sold(deal, payee, actor.today, today.plan.currency, said)
            for deal, said in zip(deals, texts, strict=True)
        ]
        surroundings = await surroundings_of(actor.org, sales, policy.book.rules)
        supposing = _Supposing(today, policy, sales, surroundings, {})
        named = {id for sale in sales for id in _named(supposing.fell(sale).verdicts)}
        text = _NAMES.replace("{visible}", visible(actor).replace("{row}", "person"))
        found = await pay_rows.rows(text, **viewer(actor), ids=sorted(named)) if named else []
        return replace(supposing, names={row["id"]: row["name"] for row in found})


def _unfit(today: Today, deals: Sequence[Supposed], actor: Actor, at: str) -> Iterator[Invalid]:
    """What is wrong with deals for this period and plan."""
    first, last = today.period.days
    for place, deal in enumerate(deals):
        where = (at, str(place)) if at == "deals" else (at,)
        if not first <= (deal.sold_on or actor.today) <= last:
            yield Invalid(f"Name a day from {first} to {last}.", path=(*where, "soldOn"))
        if deal.margin is None and today.version.asks_margins:
            yield Invalid(
                "The plan pays by margin: say what this one's is.", path=(*where, "margin")
            )


async def _texts(actor: Actor, deals: Sequence[Supposed], at: str) -> list[Mapping[str, str]]:
    """What is stored of the product, the customer and the territory of each deal. Raises NotFound for
    one that the caller does not see, or a seller whose pay they do not."""
    texts = [dict(UNSAID) for _ in deals]
    for statement, name, shown, predicate in (
        (_PRODUCTS, "product_id", "productId", visible_product(actor)),
        (_ACCOUNTS, "account_id", "accountId", visible_account(actor)),
        (_TERRITORIES, "territory_id", "territoryId", visible_territory(actor)),
        (_SELLERS, "sold_by_id", "soldById", visible(actor)),
    ):
        ids = [id for deal in deals if (id := getattr(deal, name)) is not None]
        if not ids:
            continue
        kind = "person" if name == "sold_by_id" else name.removesuffix("_id")
        text = statement.replace("{visible}", predicate.replace("{row}", kind))
        found = await pay_rows.rows(text, **viewer(actor), ids=ids)
        rows = {row["id"]: row for row in found}
        for place, deal in enumerate(deals):
            id = getattr(deal, name)
            if id is not None and id not in rows:
                where = (at, str(place)) if at == "deals" else (at,)
                raise NotFound(kind, path=(*where, shown))
            if id is not None:
                texts[place] |= {key: rows[id][key] or "" for key in rows[id].keys() - {"id"}}
    return list(texts)


def _what_if(supposing: _Supposing) -> WhatIf:
    today = supposing.today
    fallen = [supposing.fell(sale) for sale in supposing.sales]
    deals = [SupposedDeal(each.credits, _told(supposing, each.verdicts)) for each in fallen]
    if today.case is None:
        return WhatIf(today, deals, None, None, today.failure)
    try:
        before = calculated(today.case)
        credits = [credit for each in fallen for credit in each.credits]
        after = calculated(today.case_with(credits)) if credits else before
    except Incalculable as incalculable:
        return WhatIf(today, deals, None, None, incalculable.message)
    return WhatIf(today, deals, before, after, None)


def _to_earn(supposing: _Supposing, wanted: Decimal, grows: bool) -> ToEarn:
    """`grows` says whether the other figures of the deal grow with its amount."""
    today, [sale] = supposing.today, supposing.sales
    if today.case is None:
        return ToEarn(today, wanted, None, None, None, today.failure)

    def deals(amount: Decimal) -> Sequence[Credit]:
        deal = like_it(sale, amount) if grows else replace(sale, amount=amount)
        return supposing.fell(deal).credits

    def pays(amount: Decimal) -> Decimal:
        return calculated(today.case_with(deals(amount) if amount else ())).total

    now: Decimal | None = None
    try:
        now = calculated(today.case).total
        if now < wanted and not deals(sale.amount):
            raise Unanswerable("Nothing of such a deal is credited to them.")
        if (
            sum(len(pool.deals) for pool in today.shared.pools.get(today.period.days.first, ()))
            > MOST_SHARED
        ):
            raise Unanswerable("The plan's budget is shared by too many deals to try so many ways.")
        if len(today.case.credits) > MOST_CREDITS:
            raise Unanswerable("The period has too many deals to try so many ways.")
        amount = deal_earning(today.version.plan, wanted, pays)
        then = pays(amount)
    except (Incalculable, Unanswerable) as why:
        return ToEarn(today, wanted, now, None, None, why.message)
    return ToEarn(today, wanted, now, amount, then, None)


def _named(verdicts: Iterable[Said]) -> set[UUID]:
    """The people whom sentences of verdicts name by their ids, in braces."""
    sentences = (sentence for each in verdicts for sentence in each.sentences)
    return {UUID(id) for sentence in sentences for id in _NAMED.findall(sentence)}


def _told(supposing: _Supposing, verdicts: Iterable[Said]) -> list[Verdict]:
    """Verdicts with names in place of ids."""
    rules = {rule.id: rule.name for rule in supposing.policy.book.rules}

    def name(found: re.Match[str]) -> str:
        return supposing.names.get(UUID(found.group(1)), "Somebody else")

    return [
        Verdict(rules[each.rule], each.gave, [_NAMED.sub(name, text) for text in each.sentences])
        for each in verdicts
    ]
