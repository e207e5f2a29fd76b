"""What may be proposed for a goal or granted to it, from values alone."""

from decimal import Decimal

from domain.errors import Invalid
from domain.goals.tree_models import BudgetKind
from domain.shares import places_of

TOO_LARGE = Decimal(10) ** 15


def sound_amount(amount: Decimal) -> Decimal:
    """Zero or more, that can be kept exactly. Raises Invalid."""
    if not amount.is_finite() or not 0 <= amount < TOO_LARGE or places_of(amount) > 4:
        raise Invalid(
            "An amount is zero or more, with at most 15 digits before the point and 4 after it.",
            path=("amount",),
        )
    return amount


def sound_currency(kind: BudgetKind, currency: str | None, usual: str) -> str | None:
    """Money is in a currency, the organisation's unless said otherwise; heads are counted; tools may
    be either. Raises Invalid."""
    if kind is BudgetKind.HEADS and currency is not None:
        raise Invalid("Heads are counted, in no currency.", path=("currency",))
    if kind is BudgetKind.MONEY and currency is None:
        return usual
    if currency is not None and not (
        len(currency) == 3 and currency.isascii() and currency.isupper() and currency.isalpha()
    ):
        raise Invalid('A currency is three capital letters such as "USD".', path=("currency",))
    return currency
