"""Why somebody's pay is no longer what it was: the difference, by cause, in parts that sum to it.

What changed is put in place of what was, one cause after the other in one stated order, and the pay
is worked out anew each time by the same function that pays. Each part is the step from one such
figure to the next, so the parts sum to the difference exactly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.incentives.calculating import calculated
from domain.incentives.cases import Case, Credit, Incalculable
from domain.incentives.exact import NOTHING

MOST_DEALS = 100
"""So many changed deals are told one by one, the rest of them together."""


class Cause(StrEnum):
    """What may have changed, in the order in which it is put in place."""

    ENGINE = "engine"
    EARLIER_PERIODS = "earlier_periods"
    PLAN = "plan"
    TARGET_INCENTIVE = "target_incentive"
    QUOTA = "quota"
    SCORE = "score"
    FACTS = "facts"
    PLACE = "place"
    DEAL_ADDED = "deal_added"
    DEAL_CHANGED = "deal_changed"
    DEAL_REMOVED = "deal_removed"
    FURTHER_DEALS = "further_deals"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause changed; for a deal, what was credited of it before and after."""

    cause: Cause
    amount: Decimal
    was: Credit | None = None
    now: Credit | None = None

    @property
    def deal(self) -> str | None:
        """The deal, by what puts it in its place among others."""
        credit = self.now or self.was
        return None if credit is None else credit.order


def difference(
    before: Case,
    after: Case,
    *,
    paid: tuple[Decimal, Decimal] | None = None,
    most_deals: int = MOST_DEALS,
) -> list[Part]:
    """The parts of pay after less pay before; causes that changed nothing at all are left out. Where
    `paid` says what was paid at the time and today's function comes to something else, that is a part.
    Causes between which nothing can be worked out are one part together.

    Raises Incalculable where before or after cannot be worked out.
    """
    was, became = calculated(before).total, calculated(after).total
    found: list[Part] = []
    if paid is not None and paid[1] - paid[0] != became - was:
        found.append(Part(Cause.ENGINE, paid[1] - paid[0] - (became - was)))
    case, total, is_several = before, was, False
    for part, step in _steps(before, after, most_deals):
        case = replace(case, **step)  # type: ignore[arg-type]  # a case's own fields
        try:
            now = calculated(case).total
        except Incalculable:
            is_several = True
            continue
        if is_several:
            part = Part(Cause.SEVERAL, part.amount)
        found.append(replace(part, amount=now - total))
        total, is_several = now, False
    return found


def matched(before: Case, same: Mapping[UUID, UUID]) -> Case:
    """The case before, in which what is credited of a deal has the id that it has `now`: what is credited
    anew is another credit of the same deal."""

    def now(id: UUID | None) -> UUID | None:
        return None if id is None else same.get(id, id)

    credits = tuple(
        each._replace(id=same.get(each.id, each.id), reverses=now(each.reverses))
        for each in before.credits
    )
    originals = {
        (component, same.get(id, id)): paid for (component, id), paid in before.originals.items()
    }
    return replace(before, credits=credits, originals=originals)


Step = tuple[Part, dict[str, object]]


def _steps(before: Case, after: Case, most_deals: int) -> Iterator[Step]:
    """What is put in place, step by step, as the fields of a case."""
    for cause, *names in (
        (Cause.EARLIER_PERIODS, "totals", "openings", "originals"),
        (Cause.PLAN, "plan"),
        (Cause.TARGET_INCENTIVE, "target_incentive", "span_targets"),
        (Cause.QUOTA, "quotas"),
        (Cause.SCORE, "scores"),
        (Cause.FACTS, "starts_on", "ends_on", "facts", "ends"),
        (Cause.PLACE, "places"),
    ):
        if any(getattr(before, name) != getattr(after, name) for name in names):
            yield Part(cause, NOTHING), {name: getattr(after, name) for name in names}
    yield from _deals(before, after, most_deals)


def _deals(before: Case, after: Case, most_deals: int) -> Iterator[Step]:
    """Deal by deal, in the order in which they are paid."""
    now = {credit.id: credit for credit in before.credits}
    new = {credit.id: credit for credit in after.credits}
    changed = [id for id in {**now, **new} if now.get(id) != new.get(id)]
    changed.sort(key=lambda id: _place(new.get(id) or now[id]))
    for id in changed[:most_deals]:
        part = Part(_cause(now.get(id), new.get(id)), NOTHING, now.get(id), new.get(id))
        _put(now, new, id)
        yield part, {"credits": tuple(now.values())}
    if len(changed) > most_deals:
        yield Part(Cause.FURTHER_DEALS, NOTHING), {"credits": after.credits}


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
