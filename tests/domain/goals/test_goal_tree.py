"""Which goal lies within which: kept by the database itself, whoever writes goals."""

import asyncio
from collections.abc import Mapping
from random import Random
from uuid import UUID

import pytest
from tortoise.exceptions import IntegrityError

from domain.database import on_behalf_of
from tests.people import Company
from tests.schema.asking import goal


async def move(company: Company, goal_id: UUID, parent: UUID | None) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update goal set parent_id = $3 where org_id = $1 and id = $2 returning 1",
            [company.org, goal_id, parent],
        )


async def within(company: Company) -> set[tuple[UUID, UUID, int]]:
    """Every pair that is kept: outer, inner, depth."""
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select outer_id, inner_id, depth from goal_within where org_id = $1", [company.org]
        )
    return {(row["outer_id"], row["inner_id"], row["depth"]) for row in rows}


def followed(parents: Mapping[UUID, UUID | None]) -> set[tuple[UUID, UUID, int]]:
    """The same, by walking up from every goal."""
    pairs = set()
    for inner in parents:
        outer, depth = parents[inner], 1
        while outer is not None:
            pairs.add((outer, inner, depth))
            outer, depth = parents[outer], depth + 1
    return pairs


async def test_the_tree_follows_every_move_of_a_goal(company: Company) -> None:
    random = Random(14)
    parents: dict[UUID, UUID | None] = {}
    for _ in range(30):
        parent = random.choice([None, *parents])
        parents[await goal(company, "Rui", parent_id=parent)] = parent
    assert await within(company) == followed(parents)

    for _ in range(40):
        moved, parent = random.choice(list(parents)), random.choice([None, *parents])
        below = {inner for outer, inner, _ in followed(parents) if outer == moved} | {moved}
        if parent in below:
            continue
        await move(company, moved, parent)
        parents[moved] = parent

        assert await within(company) == followed(parents)


async def test_many_goals_moved_at_once_are_placed_together(company: Company) -> None:
    top, other = await goal(company, "Ada"), await goal(company, "Ada")
    middle = [await goal(company, "Mona", parent_id=top) for _ in range(3)]
    leaves = [await goal(company, "Rui", parent_id=each) for each in middle]

    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update goal set parent_id = case when parent_id = $2 then $3::uuid else $2 end"
            " where org_id = $1 and parent_id is not null returning 1",
            [company.org, top, other],
        )

    parents = {top: None, other: None, **dict.fromkeys(middle, other), **dict.fromkeys(leaves, top)}
    assert await within(company) == followed(parents)


async def test_a_goal_that_is_removed_leaves_the_tree(company: Company) -> None:
    top = await goal(company, "Ada")
    middle = await goal(company, "Mona", parent_id=top)
    leaf = await goal(company, "Rui", parent_id=middle)

    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "delete from goal where org_id = $1 and id = any($2::uuid[]) returning 1",
            [company.org, [middle, leaf]],
        )

    assert await within(company) == set()


async def test_no_goal_lies_within_itself(company: Company) -> None:
    top = await goal(company, "Ada")
    middle = await goal(company, "Mona", parent_id=top)
    leaf = await goal(company, "Rui", parent_id=middle)
    before = await within(company)

    with pytest.raises(IntegrityError, match="would lie within itself"):
        await move(company, top, leaf)

    assert await within(company) == before


async def test_of_two_goals_put_within_each_other_at_once_one_is_refused(company: Company) -> None:
    for _ in range(5):
        one, other = await goal(company, "Ada"), await goal(company, "Mona")

        answers = await asyncio.gather(
            move(company, one, other), move(company, other, one), return_exceptions=True
        )

        assert [type(answer) for answer in answers].count(IntegrityError) == 1
        pairs = {pair[:2] for pair in await within(company)}
        assert len(pairs & {(one, other), (other, one)}) == 1


async def test_a_tree_is_at_most_twenty_levels_deep(company: Company) -> None:
    path = [await goal(company, "Ada")]
    for _ in range(20):
        path.append(await goal(company, "Ada", parent_id=path[-1]))
    before = await within(company)

    with pytest.raises(IntegrityError, match="more than 20 levels deep"):
        await goal(company, "Ada", parent_id=path[-1])
    with pytest.raises(IntegrityError, match="more than 20 levels deep"):
        await move(company, path[0], await goal(company, "Ada"))

    assert await within(company) == before
