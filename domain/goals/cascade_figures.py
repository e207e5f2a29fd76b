"""What a cascade is worked out from, read in whole sets: who leads whom, what they sold a year
earlier, what their territories could bring, and which goals there are already."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.database import current_transaction
from domain.goals.cascading_rules import (
    Child,
    Children,
    Member,
    a_year_earlier,
    members_of,
    tallied_pieces,
)
from domain.sales.figures import tallied

# Each of these reads one table, and is joined here: of days that overlap, and of what has just come in,
# PostgreSQL expects far too few rows to join thousands well.
_BELOW = """
select person_id, min(depth) as depth from reach
where org_id = $1 and viewer_id = $2 and depth > 0 and during @> $3::date group by person_id
"""
_HERE = """
select id, name from person
where org_id = $1 and id = any($2::uuid[]) and disabled_at is null and (left_on is null or left_on > $3::date)
order by name, id
"""
_ABOVE = """
select person_id, array_agg(viewer_id order by depth, viewer_id) as above from reach
where org_id = $1 and person_id = any($2::uuid[]) and depth > 0 and during @> $3::date
group by person_id
"""

_TALLIED = f"""
select tally.subject_id, sum({tallied("$3")}) as reached
from unnest($5::text[], $6::date[], $7::date[]) as piece (grain, first_day, last_day)
join tally on tally.org_id = $1 and tally.of = 'person' and tally.subject_id = any($2::uuid[])
 and tally.grain = piece.grain and tally.begins_on between piece.first_day and piece.last_day
 and ($4::text is null or tally.currency = $4)
group by tally.subject_id
"""
_NEW_CUSTOMERS = """
select person_id as subject_id, count(*)::numeric as reached from first_sale
where org_id = $1 and person_id = any($2::uuid[]) and sold_on between $3 and $4
group by person_id
"""

# A territory that several of them work is shared between them alike.
_POTENTIAL = """
select person_id, round(sum(potential / people), 8) as potential from (
  select assigned.person_id, territory.potential,
         count(*) over (partition by assigned.territory_id) as people
  from territory_assignment assigned
  join territory on territory.org_id = $1 and territory.id = assigned.territory_id
  where assigned.org_id = $1 and assigned.person_id = any($2::uuid[]) and assigned.during @> $3::date
    and territory.potential is not null
) shared group by person_id
"""

# What lies below a goal is picked by its ids, behind a fence: else it might be compared with all goals.
_INSIDE = """any(array(select within.inner_id from goal_within within
  where within.org_id = $1 and within.outer_id = $2 and within.depth <= $3))"""

# What people have below a goal already: goals of the same measure and days. Of several that
# somebody has below the same goal, the oldest is meant.
_CHILDREN = f"""
select distinct on (goal.parent_id, goal.owner_id) goal.id, goal.parent_id, goal.owner_id,
  goal.version, coalesce(goal.plan_target, goal.target, 0) as plan, goal.target,
  goal.status not in ('draft', 'returned') as locked
from (select * from goal where goal.org_id = $1 and goal.id = {_INSIDE} offset 0) goal
cross join (select * from goal where goal.org_id = $1 and goal.id = $2) cascaded
where not goal.private and goal.measure = cascaded.measure
  and goal.currency is not distinct from cascaded.currency
  and goal.starts_on = cascaded.starts_on and goal.ends_on = cascaded.ends_on
  and goal.owner_id <> cascaded.owner_id
order by goal.parent_id, goal.owner_id, goal.created_at, goal.id
"""

_LOCK = f"""
select goal.id from goal where goal.org_id = $1 and goal.id = {_INSIDE}
order by goal.id for no key update
"""


async def members_below(org: UUID, owner: UUID, day: date) -> list[Member]:
    """Everybody below somebody on a day, by name, each with the nearest leader above them."""
    below = await _rows(_BELOW, org, owner, day)
    depths = {row["person_id"]: row["depth"] for row in below}
    here = await _rows(_HERE, org, list(depths), day)
    above = await _rows(_ABOVE, org, [row["id"] for row in here], day)
    return members_of(
        owner,
        [(row["id"], row["name"], depths[row["id"]]) for row in here],
        {row["person_id"]: row["above"] for row in above},
    )


async def names_of(org: UUID, people: Sequence[UUID]) -> dict[UUID, str]:
    """What people are called, whether they still work here or not."""
    rows = await _rows(
        "select id, name from person where org_id = $1 and id = any($2::uuid[])", org, people
    )
    return {row["id"]: row["name"] for row in rows}


async def reached_a_year_earlier(
    org: UUID, people: Sequence[UUID], source: str, currency: str | None, first: date, last: date
) -> dict[UUID, Decimal]:
    """What each sold on the same days of the year before; nobody who sold nothing. Never below zero."""
    first, last = a_year_earlier(first), a_year_earlier(last)
    if source == "new_customers":
        rows = await _rows(_NEW_CUSTOMERS, org, people, first, last)
    else:
        grains, begins, ends = zip(*tallied_pieces(first, last), strict=True)
        money = None if source == "sales_quantity" else currency
        rows = await _rows(_TALLIED, org, people, source, money, grains, begins, ends)
    return {row["subject_id"]: max(row["reached"], Decimal(0)) for row in rows}


async def potential_of(org: UUID, people: Sequence[UUID], day: date) -> dict[UUID, Decimal]:
    """The potential of the territories that each has on a day; nobody of whom none is known."""
    rows = await _rows(_POTENTIAL, org, people, day)
    return {row["person_id"]: row["potential"] for row in rows}


async def children_below(org: UUID, goal: UUID, levels: int, *, lock: bool = False) -> Children:
    """The goals that a cascade of this goal would change, or has to keep; with `lock` nobody else
    changes any goal below until the transaction ends."""
    if lock:
        await _rows(_LOCK, org, goal, levels)
    rows = await _rows(_CHILDREN, org, goal, levels)
    return {
        (row["parent_id"], row["owner_id"]): Child(
            row["id"], row["version"], row["plan"], row["target"], row["locked"]
        )
        for row in rows
    }


async def _rows(statement: str, *values: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await current_transaction().execute_query_dict(
        statement, list(values)
    )
    return found
