"""Student's t for even degrees of freedom, where it is a finite sum that takes no more than a root
(Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.4). All on decimals, so that the same
figures give the same digits on every machine."""

from decimal import Decimal
from functools import lru_cache

from domain.gaps.exactly import precisely

_NEAR = Decimal("1e-9")
_SIX_PLACES = Decimal("0.000001")
_WIDEST = Decimal(100_000)


@precisely
def chance_as_far(distance: Decimal, freedom: int) -> Decimal:
    """How likely somebody like the rest stands so far away or farther, to either side."""
    if freedom < 2 or freedom % 2:
        raise ValueError("The degrees of freedom are even and at least two.")
    square = distance * distance
    cosine_squared = freedom / (freedom + square)
    term = total = Decimal(1)
    for step in range(1, freedom // 2):
        term *= cosine_squared * (2 * step - 1) / (2 * step)
        total += term
    return max(1 - (square / (freedom + square)).sqrt() * total, Decimal(0))


@lru_cache(maxsize=1_000)
@precisely
def distance_of(chance: Decimal, freedom: int) -> Decimal:
    """How far away somebody like the rest stands with this chance, to either side; to six decimal
    places."""
    near, far = Decimal(0), _WIDEST
    while far - near > _NEAR:
        middle = (near + far) / 2
        if chance_as_far(middle, freedom) > chance:
            near = middle
        else:
            far = middle
    return far.quantize(_SIX_PLACES)


def freedom_of(facts: int, *, most: int = 200) -> int:
    """Degrees of freedom of a mean over so many facts: one fewer, rounded down to an even number.
    Beyond 200 the third digit of what comes of it does not change any more."""
    return max(2, min(most, facts - 1) // 2 * 2)
