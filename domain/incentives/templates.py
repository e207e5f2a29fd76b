"""The classic plans, ready to be taken over: they stand in `examples/plans`, each with the worked
examples that it pays."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.incentives.yaml_text import read, written

CLASSICS = Path(__file__).parents[2] / "examples" / "plans"


class PlanTemplate(StrEnum):
    """A classic plan, by the name of its file."""

    FLAT_COMMISSION = "flat-commission"
    ACCELERATOR = "accelerator"
    QUOTA_BONUS = "quota-bonus"
    MANAGER = "manager"
    OBJECTIVES = "objectives"
    SPIF = "spif"
    SPIF_WITH_BUDGET = "spif-with-budget"
    TOP_SELLERS = "top-sellers"
    NEW_HIRE = "new-hire"
    INSTALMENTS = "instalments"
    MILESTONES = "milestones"
    RESIDUAL = "residual"
    RATES_BY_PRODUCT = "rates-by-product"


def template_text(template: PlanTemplate, *, currency: str) -> str:
    """The document of a classic plan, in this currency."""
    terms = read((CLASSICS / f"{template}.yaml").read_text(encoding="utf-8"))
    return written({**terms, "currency": currency})


NO_CURRENCY = "XXX"


@cache
def every_template() -> Mapping[PlanTemplate, str]:
    """The documents of all classic plans, in no currency yet."""
    return {each: template_text(each, currency=NO_CURRENCY) for each in PlanTemplate}
