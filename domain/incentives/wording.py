"""What is different between two versions of a plan, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.incentives.documents import terms_of
from domain.incentives.terms import Plan

WORDS: Mapping[str, str] = {
    "at_end": "whether it waits for the end of its span",
    "base_rate": "the base rate",
    "by": "the dimensions",
    "below": "what a total below zero is worth",
    "bonus": "the bonus",
    "budget": "the budget",
    "cap": "the cap",
    "cap_each_deal": "the cap of each deal",
    "commission": "the commission",
    "counts_for": "what its credits count for",
    "currency": "the currency",
    "curve": "the payout curve",
    "days": "the day count",
    "derived_rate": "whether the base rate is the target incentive over the quota",
    "edge": "the tier to which a boundary belongs",
    "event": "the event that counts",
    "first_day": "the first day",
    "formula": "the formula",
    "gate": "the gate",
    "goal": "the goals that are its quota",
    "grid": "the rates in several dimensions",
    "kinds": "the kinds of credit",
    "last_day": "the last day",
    "measure": "the measure",
    "method": "how the tiers pay",
    "mode": "which way it rounds",
    "multiplier": "the multiplier",
    "name": "the name",
    "objectives": "the objectives",
    "of": "what is added up",
    "over": "the span",
    "part": "the part of the target incentive",
    "pays": "what it pays",
    "places": "the decimal places",
    "point": "what is rounded",
    "proration": "the proration",
    "quotas": "whether quotas are prorated",
    "ramp": "the ramp",
    "rank": "the pay by place",
    "rates": "the rates",
    "refunds": "what a refund takes back",
    "rounding": "the rounding",
    "scale": "what the tiers start at",
    "start": "the start",
    "starts": "the starts of the tiers",
    "table": "the rate table",
    "threshold": "the threshold",
    "ties": "what those get who reached the same",
    "where": "the condition",
}
SETTINGS = {"proration", "rounding"}
"""Of these what is not said is as usual."""
KEYED = {"measures": "key", "components": "key", "tiers": "start"}
ONE_OF = {"measures": "measure", "components": "component", "tiers": "tier from"}


def changes(before: Plan, after: Plan) -> list[str]:
    """One sentence for each thing that is different, part by part; empty where nothing is."""
    return list(_changed((), terms_of(before), terms_of(after)))


def _changed(way: tuple[str, ...], before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            if name in KEYED:
                yield from _changed_parts(way, name, before.get(name, []), after.get(name, []))
            elif name in SETTINGS:
                said = before.get(name, {}), after.get(name, {})
                yield from _changed((*way, WORDS[name]), *said)
            elif name == "rates":
                yield from _changed_cells((*way, WORDS[name]), before.get(name), after.get(name))
            else:
                step = WORDS.get(name, name)
                yield from _changed((*way, step), before.get(name), after.get(name))
    else:
        yield _sentence(way, before, after)


def _changed_parts(
    way: tuple[str, ...], name: str, before: list[Any], after: list[Any]
) -> Iterator[str]:
    """Parts are the same by their key, wherever they stand."""
    was, now = ({each[KEYED[name]]: each for each in parts} for parts in (before, after))
    for key in {**was, **now}:
        part = f"{ONE_OF[name]} {key}"
        if key not in was:
            yield _told((*way, f"{part} is new{_pays(now[key])}."))
        elif key not in now:
            yield _told((*way, f"{part} is gone{_pays(was[key])}."))
        else:
            yield from _changed((*way, part), was[key], now[key])
    if was == now and before != after:
        yield _told((*way, f"the {name} stand in another order."))


def _changed_cells(way: tuple[str, ...], before: Any, after: Any) -> Iterator[str]:
    """Cell by cell, each named by the values of its facts."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for value in {**before, **after}:
            yield from _changed_cells((*way, value), before.get(value), after.get(value))
    else:
        yield _sentence(way, before, after)


def _pays(part: Mapping[str, Any]) -> str:
    return f"; it pays {part['pays']}" if "pays" in part else ""


def _sentence(way: tuple[str, ...], before: Any, after: Any) -> str:
    *around, what = way
    if before is None:
        return _told((*around, f"{what} is now {_shown(after)}; there was none said."))
    if after is None:
        return _told((*around, f"{what} was {_shown(before)}; none is said any more."))
    return _told((*around, f"{what} was {_shown(before)}, and is {_shown(after)}."))


def _shown(value: Any) -> str:
    """A value as people write it; of a whole part, that it is there."""
    if isinstance(value, dict):
        return "one of its own"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ", then ".join(_step(each) for each in value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "all"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _step(step: Mapping[str, Any]) -> str:
    """A step of a ramp."""
    quota, target = step.get("quota", "1"), step.get("target_incentive", "1")
    return (
        f"{step['periods']} periods with {quota} of the quota and {target} of the target incentive"
    )


def _told(way: tuple[str, ...]) -> str:
    text = ", ".join(way)
    return text[:1].upper() + text[1:]
