"""What the example's people are paid: rules of crediting, plans of pay, and every month since July 2017.

The acts are the real ones, done as each person at the moment at which the example is made, and pay is
worked out by what works it out for everybody. What is paid for is real; that anybody was paid so is
made up.
"""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from api.example.pay_terms import (
    AGREED,
    CALENDAR,
    PLANS,
    SHARED,
    SHARED_LATER,
    Agreed,
    PlanPaid,
    Shared,
)
from api.example.telling import Telling
from auth.actor import Actor
from domain.database import reading
from domain.incentives.crediting import RuleKind
from domain.incentives.crediting_due import credit_due
from domain.incentives.crediting_rules import define_rule
from domain.incentives.due import work_off
from domain.incentives.plan_assigning import assign_plan, set_override
from domain.incentives.plan_rules import Payee
from domain.incentives.planning import define_plan, draft_version, publish_version
from domain.sales.actions import post_sales
from domain.sales.rules import Posted, Split

DOCUMENTS = Path(__file__).parents[2] / "examples" / "adventureworks" / "plans"
COMP_ADMIN, FINANCE = "Casey Compton", "Finley Ford"
MADE_UP = "Made up for the example; only the sales are real."
RULES: tuple[tuple[str, RuleKind, dict[str, Any]], ...] = (
    ("Sold together", RuleKind.SPLIT, {}),
    ("Who sold it", RuleKind.DIRECT, {}),
    ("The manager of whoever sold it", RuleKind.ROLL_UP, {"levels": 1}),
)

_CALENDAR = "select id from calendar where org_id = $1 and name = $2"
_VERSION = """select version.id, version.version from pay_plan_version version
where version.org_id = $1 and version.plan_id = $2 and version.number = $3"""
_ORDER = """select external_id, sold_on, order_number, person_id, territory_id, account_id, product_id,
  quantity, unit_price, amount, cost, currency
from sale where org_id = $1 and order_number = $2 order by external_id"""


async def say_who_is_credited(system: Actor) -> None:
    """Before there are sales, so that each is credited once."""
    story = await Telling.of(system)
    for place, (name, kind, more) in enumerate(RULES, start=1):
        await story.let(
            COMP_ADMIN, define_rule, step=name, name=name, kind=kind, place=place * 10, **more
        )


async def pay_everybody(system: Actor) -> None:
    """All months, and one of them anew, after an order proved to be sold by two. Nobody is on a plan
    before all sales are credited: their pay would be worked out of some of them, again and again."""
    story = await Telling.of(system)
    for shared in SHARED:
        await _share(story, shared)
    await credit_due(system.org, datetime.now(UTC))

    plans = {plan.key: await _published(story, plan) for plan in PLANS}
    for plan in PLANS:
        await _assign(story, plan, plans[plan.key])
    for agreed in AGREED:
        await _agree(story, agreed, plans[agreed.plan])
    await work_off(system.org, datetime.now(UTC))

    await _share(story, SHARED_LATER)
    await credit_due(system.org, datetime.now(UTC))
    await work_off(system.org, datetime.now(UTC))


async def _published(story: Telling, plan: PlanPaid) -> UUID:
    """What the comp admin drafts, and finance publishes."""
    org, plan_id = story.system.org, None
    async with reading(org) as connection:
        calendar = await connection.fetchval(_CALENDAR, org, CALENDAR)
    for number, (document, begins_on) in enumerate(plan.versions, start=1):
        said: dict[str, Any] = {
            "step": document,
            "text": (DOCUMENTS / f"{document}.yaml").read_text(encoding="utf-8"),
            "begins_on": begins_on,
            "note": MADE_UP,
        }
        if plan_id is None:
            plan_id = await story.let(
                COMP_ADMIN, define_plan, key=plan.key, name=plan.name, calendar_id=calendar, **said
            )
        else:
            await story.let(COMP_ADMIN, draft_version, plan_id=plan_id, **said)
        async with reading(org) as connection:
            version = await connection.fetchrow(_VERSION, org, plan_id, number)
        await story.let(
            FINANCE, publish_version, step=document, version_id=version["id"],
            expected_version=version["version"], acknowledged=True,
        )  # fmt: skip
    assert plan_id is not None
    return plan_id


async def _assign(story: Telling, plan: PlanPaid, plan_id: UUID) -> None:
    for paid in plan.paid:
        people = [Payee(story.people[who], Decimal(target)) for who, target in paid.people.items()]
        await story.let(
            COMP_ADMIN, assign_plan, step=f"{plan.key} {paid.since}", plan_id=plan_id, people=people,
            starts_on=paid.since, ends_on=paid.until,
        )  # fmt: skip


async def _agree(story: Telling, agreed: Agreed, plan_id: UUID) -> None:
    await story.let(
        COMP_ADMIN, set_override, step=f"{agreed.who} {agreed.starts_on}", plan_id=plan_id,
        person_id=story.people[agreed.who], kind=agreed.kind, key=agreed.key, value=agreed.value,
        starts_on=agreed.starts_on, ends_on=agreed.ends_on, reason=agreed.reason,
    )  # fmt: skip


async def _share(story: Telling, shared: Shared) -> None:
    """The lines of an order, posted again with what each of the two sold of them."""
    splits = (
        Split(person_id=story.people[shared.seller], share=1 - shared.part),
        Split(person_id=story.people[shared.other], share=shared.part),
    )
    async with reading(story.system.org) as connection:
        rows = await connection.fetch(_ORDER, story.system.org, shared.order)
    lines = [Posted(**dict(row), splits=splits) for row in rows]
    await story.let(COMP_ADMIN, post_sales, step=shared.order, sales=lines)
