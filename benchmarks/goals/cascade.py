"""Sharing a goal out among everybody below, on all levels at once, beside drafting goal by goal.

.venv/bin/python -m benchmarks.goals cascade [--people 10000] [--json]
"""

import argparse
import asyncio
import json
import time
from decimal import Decimal

from auth.actor import Role
from benchmarks.goals.tall import LEVELS, TODAY, Tall, analyzed, tall
from domain.goals.actions import draft_goal
from domain.goals.cascading import apply_cascade, propose_cascade
from domain.goals.tree_models import CascadeMethod
from domain.measures.models import REVENUE

BY_HAND = 100
"""So many goals are drafted one by one; what all of them would take follows."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = asyncio.run(measured(arguments.people))
    lines = (f"{name}: {value}" for name, value in figures.items())
    print(json.dumps(figures) if arguments.json else "\n".join(lines))


async def measured(people: int) -> dict[str, object]:
    async with tall(people) as made:
        one_by_one = await _one_by_one(made)
        proposed = {method.value: await _proposed(made, method) for method in _METHODS}
        applied, again, in_place = await _applied(made)
    return {
        "people": people,
        "proposed_seconds": proposed,
        "applied_seconds": applied,
        "proposed_again_seconds": again,
        "applied_again_seconds": in_place,
        "one_by_one_seconds_for_all": round(one_by_one * people, 1),
        "times_as_fast_as_one_by_one": round(
            one_by_one * people / (proposed[CascadeMethod.EQUAL.value] + applied), 1
        ),
    }


_METHODS = (CascadeMethod.HISTORY, CascadeMethod.EQUAL)


async def _one_by_one(made: Tall) -> float:
    """Seconds for one goal, drafted by itself."""
    actor = made.actor(Role.COMP_ADMIN)
    begun = time.perf_counter()
    for person in made.people[1 : BY_HAND + 1]:
        await draft_goal(
            actor, owner_id=person, name="By hand", measure=REVENUE, starts_on=TODAY, ends_on=TODAY,
            target=Decimal(1),
        )  # fmt: skip
    return (time.perf_counter() - begun) / BY_HAND


async def _proposed(made: Tall, method: CascadeMethod) -> float:
    begun = time.perf_counter()
    made.cascades.append(
        await propose_cascade(
            made.actor(Role.MANAGER),
            goal_id=made.goal,
            method=method,
            levels=LEVELS,
            uplifts=[Decimal("0.05")],
        )
    )
    return round(time.perf_counter() - begun, 2)


async def _applied(made: Tall) -> tuple[float, float, float]:
    """Seconds to make all goals; to propose for all of them again; and to change them all."""
    begun = time.perf_counter()
    await apply_cascade(made.actor(Role.MANAGER), cascade_id=made.cascades[-1])
    applied = round(time.perf_counter() - begun, 2)
    await analyzed(made)
    again = await _proposed(made, CascadeMethod.HISTORY)
    begun = time.perf_counter()
    await apply_cascade(made.actor(Role.MANAGER), cascade_id=made.cascades[-1])
    return applied, again, round(time.perf_counter() - begun, 2)
