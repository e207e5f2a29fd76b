"""Why a figure changed: by cause, in parts that sum exactly."""

from dataclasses import replace

from hypothesis import given, settings

from domain.incentives.calculating import calculated
from domain.incentives.comparing import MOST_DEALS, Cause, difference, matched
from domain.incentives.terms import Commission, Scale
from tests.domain.incentives.plans import D, case, deal, one, plan, rates
from tests.domain.incentives.test_calculating import ABOUT, FULL, deals, months

TUESDAY = plan(one(Commission("revenue", rates(("0", "0.05"), ("1000", "0.1")))))
BETTER = plan(one(Commission("revenue", rates(("0", "0.06"), ("1000", "0.1")))))


def test_each_cause_has_its_part_and_its_deal() -> None:
    before = case(TUESDAY, deal("a", "800"), deal("b", "400"), deal("c", "100"))
    after = case(BETTER, deal("a", "900"), deal("b", "400"), deal("d", "50"))

    parts = difference(before, after)

    assert [(part.cause, part.amount, part.deal) for part in parts] == [
        (Cause.PLAN, D(10), None),
        (Cause.DEAL_CHANGED, D(10), "a"),  # what it pushes up pays a tenth
        (Cause.DEAL_REMOVED, D(-10), "c"),
        (Cause.DEAL_ADDED, D(5), "d"),
    ]
    assert sum(part.amount for part in parts) == calculated(after).total - calculated(before).total


def test_what_did_not_change_has_no_part() -> None:
    before = case(TUESDAY, deal("a", "800"))

    assert difference(before, before) == []
    assert difference(before, replace(before, quotas={"revenue": D(5)}))[0].amount == 0


def test_a_refund_and_what_it_takes_back_may_both_be_new() -> None:
    parts = difference(
        case(TUESDAY),
        case(TUESDAY, deal("z", "100"), deal("a", "-100", reverses="z")),
    )

    assert [(part.deal, part.amount) for part in parts] == [("z", D(5)), ("a", D(-5))]


def test_of_very_many_deals_the_last_are_told_together() -> None:
    parts = difference(case(TUESDAY), case(TUESDAY, *(deal(f"{n:03}", "10") for n in range(130))))

    assert len(parts) == MOST_DEALS + 1
    assert (parts[-1].cause, parts[-1].amount) == (Cause.FURTHER_DEALS, D(30))


@settings(max_examples=40)
@given(deals, deals)
def test_the_parts_always_sum_to_the_difference(
    was: list[tuple[int, object, int]], now: list[tuple[int, object, int]]
) -> None:
    before = case(FULL, *months(was)[5], **ABOUT)  # type: ignore[arg-type]  # amounts are decimals
    after = case(FULL, *months(now)[5], **ABOUT)  # type: ignore[arg-type]  # likewise

    parts = difference(before, after)

    assert sum((part.amount for part in parts), D(0)) == (
        calculated(after).total - calculated(before).total
    )


def test_what_is_worked_out_otherwise_today_is_a_part() -> None:
    before, after = (
        case(TUESDAY, deal("a", "800")),
        case(TUESDAY, deal("a", "800"), deal("b", "50")),
    )

    parts = difference(before, after, paid=(D(39), D("42.50")))

    assert [(part.cause, part.amount) for part in parts] == [
        (Cause.ENGINE, D(1)),
        (Cause.DEAL_ADDED, D("2.50")),
    ]


def test_what_is_credited_anew_of_a_deal_is_the_deal_changed() -> None:
    before = case(TUESDAY, deal("a", "800"), deal("r", "-10", reverses="a"))
    after = case(TUESDAY, deal("again", "900"), deal("r", "-10", reverses="again"))
    [old, _], [new, _] = before.credits, after.credits

    parts = difference(matched(before, {old.id: new.id}), after)

    assert [(part.cause, part.amount) for part in parts] == [(Cause.DEAL_CHANGED, D(5))]


def test_what_cannot_be_worked_out_between_is_told_with_what_comes_next() -> None:
    """A plan by quota in place of one without: between the two a quota is missing."""
    by_quota = plan(
        one(Commission("revenue", rates(("0", "0.05"), ("1", "0.1")), scale=Scale.QUOTA))
    )
    before = case(TUESDAY, deal("a", "800"))
    after = case(by_quota, deal("a", "800"), quotas={"revenue": D(500)})

    parts = difference(before, after)

    assert [(part.cause, part.amount) for part in parts] == [(Cause.SEVERAL, D(15))]


def test_of_long_periods_fewer_deals_are_told_one_by_one() -> None:
    deals = [deal(f"{n:03}", "10") for n in range(9)]

    parts = difference(case(TUESDAY), case(TUESDAY, *deals), most_deals=2)

    assert [(part.cause, part.amount) for part in parts] == [
        (Cause.DEAL_ADDED, D("0.50")), (Cause.DEAL_ADDED, D("0.50")), (Cause.FURTHER_DEALS, D("3.50")),
    ]  # fmt: skip
