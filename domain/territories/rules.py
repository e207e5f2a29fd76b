"""What may be said of a territory, from values alone."""

from decimal import Decimal

from domain.errors import Changed, Invalid
from domain.shares import places_of

TOO_LARGE = Decimal(10) ** 15


class TerritoryChanged(Changed):
    kind = "territory"


def sound_potential(potential: Decimal | None) -> Decimal | None:
    """Zero or more, that can be kept exactly; None where it is not known. Raises Invalid."""
    if potential is None:
        return None
    if not potential.is_finite() or not 0 <= potential < TOO_LARGE or places_of(potential) > 4:
        raise Invalid(
            "A potential is zero or more, with at most 15 digits before the point and 4 after it.",
            path=("potential",),
        )
    return potential
