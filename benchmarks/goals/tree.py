"""A whole tree of goals in one query, with the numbers from both sides, beside asking level by level.

.venv/bin/python -m benchmarks.goals tree [--people 10000] [--json]
"""

import argparse
import asyncio
import json
import time
from uuid import UUID

import orjson
from graphql import OperationDefinitionNode, parse

from api.endpoint import Operation
from auth.actor import Actor, Role
from benchmarks.goals.tall import DIRECT, LEVELS, Tall, analyzed, tall
from domain.database import on_behalf_of
from domain.goals.cascading import apply_cascade, propose_cascade
from domain.goals.tree_models import CascadeMethod
from schema import compiler
from schema.context import Context
from schema.cost import cost_of

ROUNDS = 5
SAMPLED = 100
"""So many requests are sent of those that go level by level; what all of them would take follows."""
BOTH = """target { amount } childrenTarget { amount } unallocatedShare bottomUp { amount }
  bottomUpGapShare proposalsMissing"""
NUMBERS = f"id name depth parent {{ id }} {BOTH}"
TREE = """query($id: ID!, $first: Int = 10000) { node(id: $id) { ... on Goal { %s
  ancestors(first: 20) { nodes { %s } } descendants(first: $first) { nodes { %s } } } } }"""
BY_LEVEL = """query($id: ID!, $after: String) { node(id: $id) { ... on Goal {
  children(first: 100, after: $after) { nodes { %s } pageInfo { hasNextPage endCursor } } } } }"""


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
        manager = made.actor(Role.MANAGER)
        cascade = await propose_cascade(
            manager, goal_id=made.goal, method=CascadeMethod.HISTORY, levels=LEVELS
        )
        await apply_cascade(manager, cascade_id=cascade)
        await _propose_all(made.org)
        await analyzed(made)
        whole = _operation(TREE % (BOTH, NUMBERS, NUMBERS))
        numbers, size = await _seconds(manager, whole, made)
        of_admin, _ = await _seconds(made.actor(Role.COMP_ADMIN), whole, made)
        one_request = await _level_by_level(manager, made)
    requests = 1 + (people - 1) // DIRECT
    by_level = round(one_request * requests, 1)
    return {
        "people": people,
        "points": cost_of(whole.definition, {}, {}).points,
        "nodes": cost_of(whole.definition, {}, {}).nodes,
        "answer_kilobytes": size // 1000,
        "manager_seconds": numbers,
        "comp_admin_seconds": of_admin,
        "level_by_level_seconds": by_level,
        "level_by_level_requests": requests,
        "times_as_fast_as_level_by_level": round(by_level / numbers, 1),
    }


async def _propose_all(org: UUID) -> None:
    async with on_behalf_of(org) as transaction:
        await transaction.execute_query(
            "update goal set proposed = round(target * 0.9, 2) where org_id = $1 and scope = 'own'",
            [org],
        )


def _operation(text: str) -> Operation:
    document = parse(text)
    (definition,) = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return Operation(text, document, definition)


async def _asked(actor: Actor, operation: Operation, **variables: object) -> bytes:
    async with Context(actor) as context:
        found = await compiler.answer(operation, variables, context)
    assert isinstance(found, bytes), "this is compiled"
    return found


async def _seconds(actor: Actor, operation: Operation, made: Tall) -> tuple[float, int]:
    """The median of some rounds, and the answer's size in bytes."""
    taken, answer = [], b""
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = await _asked(actor, operation, id=f"goal_{made.goal}")
        taken.append(time.perf_counter() - begun)
    found = orjson.loads(answer)["data"]["node"]["descendants"]["nodes"]
    assert len(found) == len(made.people) - 1, "everybody below has a goal"
    return round(sorted(taken)[ROUNDS // 2], 3), len(answer)


async def _level_by_level(actor: Actor, made: Tall) -> float:
    """Seconds for one of the requests, one for each leader, by which everything below is asked for."""
    operation = _operation(BY_LEVEL % NUMBERS)
    pending: list[tuple[str, str | None]] = [(f"goal_{made.goal}", None)]
    requests = 0
    begun = time.perf_counter()
    while pending and requests < SAMPLED:
        goal, after = pending.pop(0)
        answer = orjson.loads(await _asked(actor, operation, id=goal, after=after))
        page = answer["data"]["node"]["children"]
        requests += 1
        pending += [(node["id"], None) for node in page["nodes"] if node["childrenTarget"]]
        if page["pageInfo"]["hasNextPage"]:
            pending.append((goal, page["pageInfo"]["endCursor"]))
    return (time.perf_counter() - begun) / requests
