"""What a target amounts to when it changes in the middle of its period.

Every target is stated for the whole period; the policy says what becomes of the days before the
change. Of 1,200 for a year that becomes 1,800 from 1 July on (181 and 184 days of 365):

    replace   1,800 for the whole year.
    prorate   1,200 x 181/365 + 1,800 x 184/365 = 1,502.47 for the whole year.
    segments  1,502.47 as well, of which 595.07 are to be reached by 30 June and 907.40 after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from domain.errors import Conflict, Invalid
from domain.goals.agreement_models import AmendmentPolicy
from domain.shares import shares

ONE_DAY = timedelta(days=1)


class AmendmentDecided(Conflict):
    """The amendment does not wait any more."""

    def __init__(self, state: str) -> None:
        super().__init__(
            f"The amendment is {state} already.", path=("amendmentId",), amendment_state=state
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """Days for which one target is stated, as for the whole period; both days count."""

    starts_on: date
    ends_on: date
    stated: Decimal

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class Counted:
    """What a goal's target is now, and what each segment has of it."""

    target: Decimal
    segments: tuple[tuple[Segment, Decimal], ...]


def amended(
    segments: Sequence[Segment], effective_from: date, stated: Decimal, policy: AmendmentPolicy
) -> list[Segment]:
    """The segments after a change: what was stated from that day on makes way for the new target.

    `segments` cover the goal's period without a gap, the earliest first. Raises Invalid for a day
    outside of it.
    """
    first, last = segments[0].starts_on, segments[-1].ends_on
    if not first <= effective_from <= last:
        raise Invalid(
            f"The goal runs from {first} to {last}; an amendment takes effect on one of its days.",
            path=("effectiveFrom",),
        )
    if policy is AmendmentPolicy.REPLACE:
        return [Segment(first, last, stated)]
    before = [
        replace(each, ends_on=min(each.ends_on, effective_from - ONE_DAY))
        for each in segments
        if each.starts_on < effective_from
    ]
    return [*before, Segment(effective_from, last, stated)]


def counted(segments: Sequence[Segment], *, places: int, adds_up: bool) -> Counted:
    """The mean of what is stated, weighted by days, rounded once to `places` (half away from zero);
    and each segment's part of it.

    Where a measure adds up, as money does, the parts sum to the target exactly, by largest
    remainder. A rate does not add up: each segment's part is what is stated for it.
    """
    days = sum(each.days for each in segments)
    weights = [Fraction(each.stated) * each.days for each in segments]
    target = _rounded(sum(weights, Fraction(0)) / days, places)
    if not adds_up:
        parts = [each.stated for each in segments]
    elif not any(weights):
        parts = [Decimal(0) for _ in segments]
    else:
        parts = shares(target, [each.stated * each.days for each in segments], places)
    return Counted(target, tuple(zip(segments, parts, strict=True)))


def _rounded(value: Fraction, places: int) -> Decimal:
    """Rounded half away from zero; a target is never below zero."""
    units = int(value * 10**places + Fraction(1, 2))
    return Decimal(f"{units}E-{places}")


def fitting_policy(policy: AmendmentPolicy, *, is_yes_or_no: bool) -> AmendmentPolicy:
    """Raises Invalid where days cannot be weighed."""
    if is_yes_or_no and policy is not AmendmentPolicy.REPLACE:
        raise Invalid(
            "What is reached or not has no half of it: replace its target.", path=("policy",)
        )
    return policy


def waits(state: str) -> None:
    """Raises AmendmentDecided unless the amendment waits for a decision."""
    if state != "requested":
        raise AmendmentDecided(state)
