"""What may be credited by hand, decided from values alone."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from domain.errors import Changed, Conflict, Invalid
from domain.incentives.crediting import QUANTITY_PLACES
from domain.incentives.rounding import rounded_half_away
from domain.money import minor_units
from domain.shares import places_of

SHARE_PLACES, KEPT_PLACES = 8, 16


class ReasonCode(StrEnum):
    """Why somebody is credited by hand."""

    MISSED = "missed"
    AGREED = "agreed"
    WRONG_SOURCE = "wrong_source"
    CLAIM_UPHELD = "claim_upheld"
    OTHER = "other"


class ProposalState(StrEnum):
    """Where a proposal stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


class ProposalChanged(Changed):
    kind = "proposal"


class AlreadyDecided(Conflict):
    """Somebody else was first."""

    def __init__(self, state: ProposalState, who: str) -> None:
        super().__init__(f"{who} has {state} this already.", path=("proposalId",))


@dataclass(frozen=True, slots=True)
class Whole:
    """What a sale comes to."""

    amount: Decimal
    margin: Decimal | None
    quantity: Decimal
    currency: str

    @property
    def places(self) -> int:
        return max(minor_units(self.currency), places_of(self.amount))


@dataclass(frozen=True, slots=True)
class Portion:
    """What of a sale somebody is credited with."""

    share: Decimal
    amount: Decimal
    margin: Decimal | None
    quantity: Decimal

    @property
    def opposite(self) -> "Portion":
        """What takes it back, to the last unit."""
        margin = None if self.margin is None else -self.margin
        return Portion(-self.share, -self.amount, margin, -self.quantity)


def portion_of(whole: Whole, share: Decimal | None, amount: Decimal | None) -> Portion:
    """A share of a sale, or an amount of it and the share that this is. Raises Invalid."""
    if (share is None) == (amount is None):
        raise Invalid("Give a share or an amount, one of them.", path=("share",))
    if share is not None:
        part = Fraction(_sound_share(share))
        amount = rounded_half_away(Fraction(whole.amount) * part, whole.places)
    else:
        assert amount is not None
        part = Fraction(_sound_amount(amount, whole)) / Fraction(whole.amount)
    margin = None
    if whole.margin is not None:
        places = max(whole.places, places_of(whole.margin))
        margin = rounded_half_away(Fraction(whole.margin) * part, places)
    quantity = rounded_half_away(Fraction(whole.quantity) * part, QUANTITY_PLACES)
    return Portion(rounded_half_away(part, KEPT_PLACES), amount, margin, quantity)


def _sound_share(share: Decimal) -> Decimal:
    if not share.is_finite() or not 0 < abs(share) <= 1 or places_of(share) > SHARE_PLACES:
        raise Invalid(
            f"A share is at most 1, below zero to take away, not 0, with at most {SHARE_PLACES}"
            " decimal places.",
            path=("share",),
        )
    return share


def _sound_amount(amount: Decimal, whole: Whole) -> Decimal:
    if not amount.is_finite() or not 0 < abs(amount) <= abs(whole.amount):
        raise Invalid(
            f"An amount is not 0, and at most what the sale comes to: {whole.amount:.{whole.places}f}"
            f" {whole.currency}; below zero to take away.",
            path=("amount",),
        )
    if places_of(amount) > whole.places:
        raise Invalid(f"This has at most {whole.places} decimal places.", path=("amount",))
    return amount
