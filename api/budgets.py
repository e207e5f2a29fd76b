"""What callers of this installation may spend, according to its settings."""

from typing import TYPE_CHECKING

from api.endpoint.budget import Rate
from api.endpoint.spending import Budgets, CostLimits, Spending
from schema.cost import cost_of

if TYPE_CHECKING:
    from api.settings import Settings


def spending_of(settings: "Settings") -> Spending:
    """One for each process; with several workers each has its part of every budget."""
    return Spending(
        cost_of,
        CostLimits(settings.cost_points, settings.cost_nodes, document=10),
        Budgets(
            organisation=Rate(
                settings.organisation_points, settings.organisation_points_per_second
            ),
            app=Rate(settings.app_points, settings.app_points_per_second),
            partner=Rate(settings.partner_points, settings.partner_points_per_second),
            person=Rate(settings.person_points, settings.person_points_per_second),
        ),
        workers=settings.workers,
    )
