"""The classic plans, to be read before one of them is taken over."""

from collections.abc import Mapping
from typing import Any

import orjson

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.incentives.plan_access import visible_template
from domain.incentives.templates import NO_CURRENCY, PlanTemplate, every_template
from schema.compiler.fields import page
from schema.cost_rules import dear
from schema.plain import described_enum
from schema.storage import By, column, stored

SAID = {
    "FLAT_COMMISSION": "The same rate for every deal.",
    "ACCELERATOR": "The target incentive over the quota, and more above the quota.",
    "QUOTA_BONUS": "A quarterly bonus along a payout curve.",
    "MANAGER": "A part of what the team sells, more above the team's quota, and deals of one's own.",
    "OBJECTIVES": "The target incentive times the weighted scores of closed goals.",
    "SPIF": "So much for each of a narrow kind of product, for some weeks.",
    "SPIF_WITH_BUDGET": "So much for each deal of a narrow kind, until a budget for everybody is used up.",
    "TOP_SELLERS": "An amount for each of the three who sell most in a quarter.",
    "NEW_HIRE": "A part of the quota for the first periods on the plan, and pay guaranteed in them.",
    "INSTALMENTS": "Half of a commission when a deal is booked, the other half as the customer pays.",
    "MILESTONES": "Amounts paid once for ever, when what somebody has sold in all passes marks.",
    "RESIDUAL": "A commission on what customers pay, less after the first year, for as long as they pay.",
    "RATES_BY_PRODUCT": "Rates by product and country, more of each above a year's total.",
}
described_enum(PlanTemplate, "A classic plan to begin with.", SAID)

TEMPLATES = f"""(select organisation.org_id, template.key, template.name, template.description,
    replace(template.text, 'currency: {NO_CURRENCY}', 'currency: ' || organisation.currency) as text
  from organisation
  cross join jsonb_to_recordset(:templates::jsonb)
    as template (key text, name text, description text, text text)
  where organisation.org_id = :org::uuid)"""


@stored(
    source=TEMPLATES,
    key={"key": str},
    visible=visible_template,
    field_class=FieldClass.PAY_PLAN,
    by=By(("name",)),
)
class PayPlanTemplate:
    """A classic plan: take it as it is by its key, or change its text first."""

    key: PlanTemplate = column("By which `payPlanDefine` takes it.")
    name: str = column("What it is called.")
    description: str = column("What it pays, in a sentence.")
    text: str = column(
        "What it says, as YAML in the format of docs/pay-plans.md and in the organisation's currency, with"
        " the worked examples that it pays."
    )


def _templates(actor: Actor, given: Mapping[str, Any]) -> Mapping[str, tuple[object, str]]:
    said = [
        {
            "key": each.value,
            "name": each.value.replace("-", " ").capitalize(),
            "description": SAID[each.name],
            "text": text,
        }
        for each, text in every_template().items()
    ]
    return {"templates": (orjson.dumps(said).decode(), "jsonb")}


def pay_plan_templates_field() -> Any:
    """The root field."""
    return dear(
        page(
            "The classic plans, by name; for those who see all plans.",
            named=_templates,
        ),
        points=20,
    )
