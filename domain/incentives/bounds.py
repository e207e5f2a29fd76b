"""How large a plan may be: so large that nobody needs more, and so small that whatever is sent is read,
tried and looked through in a part of a second."""

from collections.abc import Iterator, Sequence

from domain.errors import Invalid
from domain.incentives.examples import Example
from domain.incentives.formulas.tree import parts_of
from domain.incentives.grids import RateGrid
from domain.incentives.tables import RateTable
from domain.incentives.terms import Bonus, Commission, Component, Plan

MOST_MEASURES = 50
MOST_TIERS = 5_000
MOST_STEPS = 100_000
A_LINE = 5
"""How many steps of a formula a line takes as long as."""


def too_large(plan: Plan, examples: Sequence[Example]) -> Iterator[Invalid]:
    """Everything there is too much of."""
    if len(plan.measures) > MOST_MEASURES:
        yield Invalid(f"A plan has at most {MOST_MEASURES} measures.", path=("measures",))
    if sum(map(_tiers, plan.components)) > MOST_TIERS:
        what = f"All rate tables of a plan have at most {MOST_TIERS} tiers together."
        yield Invalid(what, path=("components",))
    if _steps(plan, examples) > MOST_STEPS:
        what = "The examples take too long to be tried: let there be fewer deals in them, or components"
        yield Invalid(f"{what} and conditions that each deal goes through.", path=("examples",))


def _tiers(component: Component) -> int:
    match component.earns:
        case Commission(table=RateGrid() as grid):
            return len(grid.cells) * len(grid.starts)
        case Commission(table=RateTable(tiers=tiers)) | Bonus(curve=RateTable(tiers=tiers)):
            return len(tiers)
    return 0


def _steps(plan: Plan, examples: Sequence[Example]) -> int:
    """In how many steps the examples are worked out at most: each deal is asked of each measure, and goes
    through each table; everything else is done once."""
    conditions = sum(
        parts_of(formula.node) for (_, part), formula in plan.formulas.items() if part == "where"
    )
    all_formulas = sum(parts_of(formula.node) for formula in plan.formulas.values())
    tables = sum(A_LINE * (1 + _tiers_crossed(each)) for each in plan.components)
    a_deal = len(plan.measures) + conditions + tables
    an_example = all_formulas + sum(map(_tiers, plan.components))
    return sum(an_example + a_deal * len(each.deals) for each in examples)


def _tiers_crossed(component: Component) -> int:
    earns = component.earns
    if not isinstance(earns, Commission):
        return 0
    return len(earns.table.starts if isinstance(earns.table, RateGrid) else earns.table.tiers)
