"""Why somebody's pay is no longer what it was: the difference, by cause, in parts that sum to it.

What changed is put in place of what was, one cause after the other in one stated order, and the pay
is worked out anew each time by the same function that pays. Each part is the step from one such
figure to the next, so the parts sum to the difference exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.incentives.calculating import calculated
from domain.incentives.cases import Case, Credit

MOST_DEALS = 100
"""So many changed deals are told one by one, the rest of them together."""


class Cause(StrEnum):
    """What may have changed, in the order in which it is put in place."""

    EARLIER_PERIODS = "earlier_periods"
    PLAN = "plan"
    TARGET_INCENTIVE = "target_incentive"
    QUOTA = "quota"
    SCORE = "score"
    FACTS = "facts"
    DEAL_ADDED = "deal_added"
    DEAL_CHANGED = "deal_changed"
    DEAL_REMOVED = "deal_removed"
    FURTHER_DEALS = "further_deals"


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause changed; for a deal, which."""

    cause: Cause
    amount: Decimal
    deal: str | None = None


def difference(before: Case, after: Case) -> list[Part]:
    """The parts of pay after less pay before; causes that changed nothing at all are left out.
    Raises Incalculable where either cannot be worked out, or a step between them."""
    found: list[Part] = []
    case, paid = before, calculated(before).total
    for cause, deal, step in _steps(before, after):
        case = replace(case, **step)  # type: ignore[arg-type]  # a case's own fields
        now = calculated(case).total
        found.append(Part(cause, now - paid, deal))
        paid = now
    return found


def _steps(before: Case, after: Case) -> Iterator[tuple[Cause, str | None, dict[str, object]]]:
    """What is put in place, step by step, as the fields of a case."""
    if (before.totals, before.openings, before.originals) != (
        after.totals, after.openings, after.originals,
    ):  # fmt: skip
        yield Cause.EARLIER_PERIODS, None, {
            "totals": after.totals, "openings": after.openings, "originals": after.originals
        }  # fmt: skip
    for cause, *names in (
        (Cause.PLAN, "plan"),
        (Cause.TARGET_INCENTIVE, "target_incentive", "span_targets"),
        (Cause.QUOTA, "quotas"),
        (Cause.SCORE, "scores"),
    ):
        if any(getattr(before, name) != getattr(after, name) for name in names):
            yield cause, None, {name: getattr(after, name) for name in names}
    about = ("starts_on", "ends_on", "facts", "ends", "places", "budgets")
    if any(getattr(before, name) != getattr(after, name) for name in about):
        yield Cause.FACTS, None, {name: getattr(after, name) for name in about}
    yield from _deals(before, after)


def _deals(before: Case, after: Case) -> Iterator[tuple[Cause, str | None, dict[str, object]]]:
    """Deal by deal, in the order in which they are paid."""
    now = {credit.id: credit for credit in before.credits}
    new = {credit.id: credit for credit in after.credits}
    changed = [id for id in {**now, **new} if now.get(id) != new.get(id)]
    changed.sort(key=lambda id: _place(new.get(id) or now[id]))
    for id in changed[:MOST_DEALS]:
        cause, deal = _cause(now.get(id), new.get(id)), (new.get(id) or now[id]).order
        _put(now, new, id)
        yield cause, deal, {"credits": tuple(now.values())}
    if len(changed) > MOST_DEALS:
        yield Cause.FURTHER_DEALS, None, {"credits": tuple(new.values())}


def _put(now: dict[UUID, Credit], new: dict[UUID, Credit], id: UUID) -> None:
    if id in new:
        now[id] = new[id]
    else:
        del now[id]


def _place(credit: Credit) -> tuple[bool, object, str]:
    """Refunds come last: what they take back has to be there."""
    return credit.reverses is not None, credit.on, credit.order


def _cause(was: Credit | None, now: Credit | None) -> Cause:
    if was is None:
        return Cause.DEAL_ADDED
    return Cause.DEAL_CHANGED if now is not None else Cause.DEAL_REMOVED
