"""Who is above whom, on which days.

Reporting lines run between positions and people hold positions, both by date. `reach` is what
follows: for each pair of people the days on which one stands above the other, with the number of
lines between them. A vacant position passes its line on. It is rebuilt in the transaction that
changed a line or a holding, so no reader ever sees the one without the other.
"""

from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.errors import Invalid

# All pairs of a position and one above it, with the days on which every line between them held.
# The path stops a circle, which is then named.
_CHAINS = """
with recursive chain as (
  select position_id, manager_position_id as above_id, during, 1 as depth,
         array[position_id, manager_position_id] as path
  from reporting_line where org_id = $1
  union all
  select chain.position_id, line.manager_position_id, chain.during * line.during, chain.depth + 1,
         chain.path || line.manager_position_id
  from chain
  join reporting_line line
    on line.org_id = $1 and line.position_id = chain.above_id and line.during && chain.during
  where not line.manager_position_id = any(chain.path[2:])
)
"""

# Pieces that touch are joined (range_agg), so a pair has as few rows as the facts allow. Only what
# differs is written: a change concerns few people, and every row written is checked and indexed.
# Answers with a position in a circle, if there is one; the caller then gives everything up.
_REBUILD = (
    _CHAINS
    + """
, pair as (
  select above.person_id as viewer_id, below.person_id, chain.depth,
         chain.during * above.during * below.during as during
  from chain
  join holding above on above.org_id = $1 and above.position_id = chain.above_id
   and above.during && chain.during
  join holding below on below.org_id = $1 and below.position_id = chain.position_id
   and below.during && chain.during
  where above.person_id <> below.person_id
    and not isempty(chain.during * above.during * below.during)
  union all
  select id, id, 0, daterange(null, null) from person where org_id = $1
),
fresh as materialized (
  select viewer_id, person_id, depth, unnest(range_agg(during)) as during from pair
  group by viewer_id, person_id, depth
),
gone as (
  delete from reach where org_id = $1 and not exists (
    select from fresh where (fresh.viewer_id, fresh.person_id, fresh.depth, fresh.during)
      = (reach.viewer_id, reach.person_id, reach.depth, reach.during))
),
added as (
  insert into reach (org_id, viewer_id, person_id, depth, during)
  select $1, viewer_id, person_id, depth, during from fresh where not exists (
    select from reach where org_id = $1 and (fresh.viewer_id, fresh.person_id, fresh.depth, fresh.during)
      = (reach.viewer_id, reach.person_id, reach.depth, reach.during))
)
select position.title, lower(chain.during) as since from chain
join position on position.org_id = $1 and position.id = chain.position_id
where chain.position_id = chain.above_id order by since, title limit 1
"""
)

_ONESELF = (
    "insert into reach (org_id, viewer_id, person_id, depth, during)"
    " values ($1, $2, $2, 0, daterange(null, null))"
)


async def rebuild_reach(transaction: BaseDBAsyncClient, org: UUID) -> None:
    """Derive `reach` anew. Refuses a circle of reporting lines, naming a position in it."""
    # Two changes at once would each derive without the other's lines; the second waits here.
    await transaction.execute_query(
        "select 1 from organisation where org_id = $1 for no key update", [org]
    )
    circle = await transaction.execute_query_dict(_REBUILD, [org])
    if circle:
        since = f" from {circle[0]['since']}" if circle[0]["since"] else ""
        raise Invalid(f"{circle[0]['title']} would report to itself{since}; no line was changed.")


async def reach_oneself(transaction: BaseDBAsyncClient, org: UUID, person: UUID) -> None:
    """What follows from somebody new, who holds no position yet."""
    await transaction.execute_query(_ONESELF, [org, person])
