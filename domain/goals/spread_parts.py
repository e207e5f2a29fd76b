"""What falls to each period when a goal is spread, shown before it happens.

Nobody spreads a goal anew without having seen what that changes: what was shown is sealed, and the seal is
sent back. If a draft, a target or the calendar is another by then, it is refused and shown anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from domain.calendars.models import CalendarPeriod
from domain.errors import Conflict
from domain.goals.models import Goal
from domain.goals.spreading_rules import Days
from domain.shares import places_of

SHOWN = 5
"""How many changes a sentence names."""


@dataclass(frozen=True, slots=True)
class Part:
    """What falls to one period: its days within the goal, its targets, and the draft that it has."""

    period: CalendarPeriod
    days: Days
    target: Decimal
    plan_target: Decimal | None
    child: Goal | None

    @property
    def changes(self) -> bool:
        """Whether the draft would be another; a period to which nothing falls gets none."""
        if self.child is None:
            return bool(self.target)
        return (self.child.target, self.child.plan_target) != (self.target, self.plan_target)

    @property
    def name(self) -> str:
        return self.period.name

    @property
    def starts_on(self) -> date:
        return self.days.first

    @property
    def ends_on(self) -> date:
        return self.days.last

    @property
    def before(self) -> Decimal | None:
        before = None if self.child is None else self.child.target
        return None if before is None else self._shown(before)

    @property
    def change(self) -> Decimal:
        return self._shown(self.target - (self.before or Decimal(0)))

    def _shown(self, amount: Decimal) -> Decimal:
        """Of as many places as what would fall to the period, or more where it has more."""
        return round(amount, max(_places(self.target), places_of(amount)))

    @property
    def sentence(self) -> str:
        return f"“{self.name}” from {_plain(self.before)} to {_plain(self.target)}"

    @property
    def facts(self) -> str:
        child = "" if self.child is None else f"{self.child.id} {self.child.version}"
        return f"{self.period.id} {self.days.first} {self.days.last} {self.target:f} {self.plan_target or ''} {child}"


class SpreadShown(Conflict):
    """What spreading would do; nothing was done."""

    def __init__(self, said: str, parts: Sequence[Part]) -> None:
        changes = [part for part in parts if part.changes]
        more = f" and {len(changes) - SHOWN} more" if len(changes) > SHOWN else ""
        named = ", ".join(part.sentence for part in changes[:SHOWN])
        super().__init__(
            f"{said} This would change {named}{more}. Nothing was changed; to do it, send what is in"
            " `seal` as `seen`.",
            path=("seen",),
            parts=list(parts),
            seal=sealed(parts),
        )


def as_shown(parts: Sequence[Part], *, seen: str | None, preview: bool) -> None:
    """Raises SpreadShown where somebody only looks, where drafts would change that they have not seen
    change, and where that is another than they saw."""
    if preview:
        raise SpreadShown("This is a preview.", parts)
    if seen is None and any(part.child for part in parts):
        raise SpreadShown("The goal is spread already.", parts)
    if seen is not None and seen != sealed(parts):
        raise SpreadShown("Something has changed since you looked.", parts)


def sealed(parts: Sequence[Part]) -> str:
    """The same for the same parts with the same drafts at the same versions."""
    return sha256("\n".join(part.facts for part in parts).encode()).hexdigest()[:32]


def _places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _plain(amount: Decimal | None) -> str:
    return "nothing" if amount is None else f"{amount.normalize():,f}"
