"""What past proposals and past sales say of a goal, worked out with fractions and long decimals."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Facts, Row
from tests.differential.oracle.figures import figure, measure_of, reached
from tests.differential.oracle.printing import PLACES, number_text

# 95 % of Student's t with so many degrees of freedom, and of the normal distribution, lie below.
STUDENT = {
    2: "2.919986", 3: "2.353363", 4: "2.131847", 5: "2.015048", 6: "1.943180", 7: "1.894579",
    8: "1.859548", 9: "1.833113", 10: "1.812461", 11: "1.795885",
}  # fmt: skip
NORMAL = Fraction("1.644854")
LONG = Context(prec=120)


def proposal_bias(facts: Facts, goal: Row, today: date) -> dict[str, Any] | None:
    return _once(facts, "bias", goal, today, _proposal_bias)


def attainability(facts: Facts, goal: Row, today: date) -> dict[str, Any] | None:
    return _once(facts, "attainability", goal, today, _attainability)


Told = dict[str, Any] | None


def _once(
    facts: Facts, what: str, goal: Row, today: date, told: Callable[[Facts, Row, date], Told]
) -> Told:
    """The same for every caller, so it is worked out once."""
    key = (what, goal["id"], today)
    if key not in facts.remembered:
        facts.remembered[key] = told(facts, goal, today)
    found: Told = facts.remembered[key]
    return found


def _proposal_bias(facts: Facts, goal: Row, today: date) -> dict[str, Any] | None:
    measure = measure_of(facts, goal)
    if measure is None or goal["ends_on"] is None or measure["unit"] == "yes_no":
        return None
    pairs = list(_past_proposals(facts, goal, today))
    ratios = [
        part / (whole * Fraction(proposal))
        for past, proposal in pairs
        for part, whole in [reached(facts, past)]
        if part is not None and whole
    ]
    counted = [past for past, _ in pairs if _has_result(facts, past)]
    proposal = _proposal(facts, goal)
    said: dict[str, Any] = {
        "periods": len(ratios),
        "fromSubmissions": sum(past["proposed"] is None for past in counted),
        "bias": None, "low": None, "high": None,
        "proposal": _amount(facts, goal, proposal),
        "corrected": None, "correctedLow": None, "correctedHigh": None,
        "verdict": "TOO_SHORT",
    }  # fmt: skip
    if len(ratios) < 3:
        few = "too few to say; it takes at least 3."
        said["sentence"] = (
            "There is no past proposal to judge by; it takes at least 3.",
            f"One past proposal is {few}",
            f"Two past proposals are {few}",
        )[len(ratios)]
        return said

    mean = sum(ratios, Fraction(0)) / len(ratios)
    variance = sum(((each - mean) ** 2 for each in ratios), Fraction(0)) / (len(ratios) - 1)
    t = Fraction(STUDENT[len(ratios) - 1])
    half = t * root(variance / len(ratios))
    reach = t * root(variance * (1 + Fraction(1, len(ratios))))
    low, high = mean - half, mean + half
    above, below = low > Fraction("1.05"), high < Fraction("0.95")
    if measure["direction"] == "lower":
        above, below = below, above
    verdict, ending = (
        ("SANDBAGGING", ": proposals have been too cautious.") if above
        else ("OPTIMISTIC", ": proposals have been too hopeful.") if below
        else ("FAIR", ": no lean to either side is certain.")
    )  # fmt: skip
    said |= {"bias": rate(mean), "low": rate(low), "high": rate(high), "verdict": verdict}
    said["sentence"] = (
        f"Over {len(ratios)} past periods the result was {percent(mean)} of what was proposed on"
        f" average, with 90 % certainty between {percent(low)} and {percent(high)}{ending}"
    )
    if proposal is not None:
        places = {"money": PLACES.get(goal["currency"] or "", 2), "percent": 4}.get(
            measure["unit"], 2
        )
        for name, factor in (
            ("corrected", mean), ("correctedLow", mean - reach), ("correctedHigh", mean + reach),
        ):  # fmt: skip
            value = max(rounded(Fraction(proposal) * factor, places), Decimal(0))
            said[name] = _amount(facts, goal, value)
    return said


def _amount(facts: Facts, goal: Row, value: Decimal | None) -> str | None:
    shown = figure(facts, goal, value)
    return None if shown is None else shown["amount"]


def _has_result(facts: Facts, past: Row) -> bool:
    part, whole = reached(facts, past)
    return part is not None and bool(whole)


def _past_proposals(facts: Facts, goal: Row, today: date) -> Iterator[tuple[Row, Decimal]]:
    """Of those that began together the first made, and of all the last twelve."""
    length = (goal["ends_on"] - goal["starts_on"]).days + 1
    found: dict[date, tuple[Row, Decimal]] = {}
    for past in sorted(facts.all("Goal"), key=lambda row: row["id"]):
        alike = all(
            past[name] == goal[name] for name in ("owner_id", "measure", "currency", "scope")
        )
        if not alike or past["private"] or past["status"] not in ("approved", "closed"):
            continue
        if not past["ends_on"] < min(today, goal["starts_on"]):
            continue
        days = (past["ends_on"] - past["starts_on"]).days + 1
        proposal = _proposal(facts, past)
        if abs(days - length) * 4 <= length and proposal:
            found.setdefault(past["starts_on"], (past, proposal))
    for starts_on in sorted(found, reverse=True)[:12]:
        yield found[starts_on]


def _proposal(facts: Facts, goal: Row) -> Decimal | None:
    if goal["proposed"] is not None:
        proposed: Decimal = goal["proposed"]
        return proposed
    steps = [
        step
        for step in facts.all("GoalDecision")
        if step["goal_id"] == goal["id"]
        and step["act"] == "submitted"
        and step["person_id"] == goal["owner_id"]
    ]
    first = min(steps, key=lambda step: (step["decided_at"], step["id"]), default=None)
    return None if first is None else first["target"]


def _attainability(facts: Facts, goal: Row, today: date) -> dict[str, Any] | None:
    measure = measure_of(facts, goal)
    if measure is None or goal["ends_on"] is None or goal["target"] is None:
        return None
    own = _is_ones_own(facts, goal)
    by_person: dict[UUID, list[tuple[int, int]]] = {}
    for target in _targets(facts, goal):
        counts = _history(facts, goal, target, measure, today)
        by_person.setdefault(target["owner_id"], []).append(counts)
    known = {
        person: (sum(n for n, _ in counts), sum(k for _, k in counts))
        for person, counts in by_person.items()
        if min(n for n, _ in counts) >= 4
    }
    counted = [pair for counts in by_person.values() for pair in counts] if own else known.values()
    periods, hits = sum(n for n, _ in counted), sum(k for _, k in counted)
    said: dict[str, Any] = {
        "people": len(by_person),
        "peopleTooShort": len(by_person) - len(known),
        "periods": periods,
        "periodsReached": hits,
        "share": None, "low": None, "high": None,
    }  # fmt: skip
    interval = ""
    if known and 2 * len(known) >= len(by_person):
        share = sum((Fraction(k, n) for n, k in known.values()), Fraction(0)) / len(known)
        low, high = wilson(share, periods if own else len(known))
        said |= {"share": rate(share), "low": rate(low), "high": rate(high)}
        interval = f" (90 % interval {percent(low)} to {percent(high)})"
    said["sentence"] = _attainability_sentence(said, measure, own, interval)
    return said


def _attainability_sentence(said: dict[str, Any], measure: Row, own: bool, interval: str) -> str:
    periods, people, too_short = said["periods"], said["people"], said["peopleTooShort"]
    each = "1 period" if periods == 1 else f"{periods} periods"
    if measure["source"] not in SOLD:
        return (
            "Only what is sold has a past that can be counted period by period; of this nothing can"
            " be said."
        )
    if own and not interval:
        many = {0: "is no past period", 1: "is one past period"}
        there = many.get(periods, f"are {periods} past periods")
        return f"There {there} of this length to judge by; it takes at least 4."
    shown = "" if said["share"] is None else percent(Fraction(said["share"]))
    if own:
        return (
            f"The target was reached in {said['periodsReached']} of the last {each} of this length:"
            f" {shown}{interval}."
        )
    if not people:
        return "Nobody has a target of their own in this yet."
    known = people - too_short
    if not interval:
        return (
            f"{known} of {people} people sold for at least 4 past periods of this length:"
            " too few to say."
        )
    judged = "1 person" if known == 1 else f"{known} people"
    more = f"; {too_short} more sold for too short a time." if too_short else "."
    return (
        f"By what they sold before, {shown} of the team can be expected to reach their"
        f" targets{interval}: judged by {judged} over {each}{more}"
    )


SOLD = {"sales_amount": "amount", "sales_margin": "margin", "sales_quantity": "quantity"}


def _is_ones_own(facts: Facts, goal: Row) -> bool:
    return goal["scope"] == "own" and not any(
        child["parent_id"] == goal["id"]
        and child["owner_id"] != goal["owner_id"]
        and not child["private"]
        for child in facts.all("Goal")
    )


def _targets(facts: Facts, root: Row) -> Iterator[Row]:
    waiting = [root]
    while waiting:
        goal = waiting.pop()
        if _is_ones_own(facts, goal):
            if goal["target"] is not None and goal["ends_on"] is not None:
                yield goal
            continue
        waiting += [
            child
            for child in facts.all("Goal")
            if child["parent_id"] == goal["id"]
            and not child["private"]
            and (child["measure"], child["currency"]) == (root["measure"], root["currency"])
        ]


def _history(facts: Facts, goal: Row, own: Row, measure: Row, today: date) -> tuple[int, int]:
    sales = [sale for sale in facts.all("Sale") if sale["person_id"] == own["owner_id"]]
    if measure["source"] not in SOLD or not sales:
        return 0, 0
    first_sale = min(sale["sold_on"] for sale in sales)
    periods = hits = 0
    for first, last in _windows(own, today):
        if first < first_sale.toordinal():
            break
        total = Fraction(0)
        for sale in sales:
            counts = measure["source"] == "sales_quantity" or sale["currency"] == goal["currency"]
            if counts and first <= sale["sold_on"].toordinal() < last:
                total += Fraction(_of(sale, measure["source"]))
        periods += 1
        better = (
            total <= own["target"] if measure["direction"] == "lower" else total >= own["target"]
        )
        hits += better
    return periods, hits


def _of(sale: Row, source: str) -> Decimal:
    if source == "sales_margin":
        margin: Decimal = Decimal(0) if sale["cost"] is None else sale["amount"] - sale["cost"]
        return margin
    value: Decimal = sale[SOLD[source]]
    return value


def _windows(own: Row, today: date) -> Iterator[tuple[int, int]]:
    """The last twelve ended periods of a target's length, the latest first, as ordinals of days;
    the second is the day after the last. Days before the year 1 are never reached by sales."""
    first, days = own["starts_on"], (own["ends_on"] - own["starts_on"]).days + 1
    if days > 1100:
        return
    months = _whole_months(own)
    found, back = 0, 1
    while found < 12:
        if months:
            begins, ends = _month(first, -months * back), _month(first, -months * (back - 1))
        else:
            begins, ends = first.toordinal() - days * back, first.toordinal() - days * (back - 1)
        back += 1
        if begins < 1:
            return
        if ends - 1 < today.toordinal():
            found += 1
            yield begins, ends


def _whole_months(own: Row) -> int:
    after = own["ends_on"].toordinal() + 1
    if own["starts_on"].day != 1:
        return 0
    return next((n for n in range(1, 37) if _month(own["starts_on"], n) == after), 0)


def _month(first: date, months: int) -> int:
    """The ordinal of the first day so many months later; 0 before the calendar begins, and one past
    its last day where it has ended."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if year < 1:
        return 0
    return date(year, month + 1, 1).toordinal() if year <= 9999 else date.max.toordinal() + 1


def wilson(share: Fraction, trials: int) -> tuple[Fraction, Fraction]:
    shift = NORMAL**2 / (2 * trials)
    reach = NORMAL * root(share * (1 - share) / trials + NORMAL**2 / (4 * trials**2))
    whole = 1 + NORMAL**2 / trials
    return (share + shift - reach) / whole, (share + shift + reach) / whole


def root(value: Fraction) -> Fraction:
    """A square root, to a hundred digits."""
    with localcontext(LONG):
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def rounded(value: Fraction, places: int) -> Decimal:
    """Half away from zero."""
    units = (abs(value) * 10**places + Fraction(1, 2)).__floor__()
    return Decimal(f"{'-' if value < 0 else ''}{units}E-{places}")


def rate(value: Fraction) -> str:
    return number_text(rounded(value, 4))


def percent(value: Fraction) -> str:
    return f"{number_text(rounded(value, 4).scaleb(2))} %"
