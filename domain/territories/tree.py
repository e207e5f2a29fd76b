"""Which territory lies within which: derived from the parents, in the transaction that changed one."""

from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.errors import Invalid

# Every territory with all above it. The path stops a circle; _CIRCLE then names it.
_ABOVE = """
with recursive above as (
  select id as inner_id, id as outer_id, parent_id, 0 as depth, array[id] as path, false as circle
  from territory where org_id = $1
  union all
  select above.inner_id, outer_one.id, outer_one.parent_id, above.depth + 1,
         above.path || outer_one.id, outer_one.id = any(above.path)
  from above
  join territory outer_one on outer_one.org_id = $1 and outer_one.id = above.parent_id
  where not above.circle
)
"""
_CIRCLE = (
    _ABOVE
    + """
select (select string_agg(territory.name, ' < ' order by place)
        from unnest(above.path) with ordinality as step(id, place)
        join territory on territory.org_id = $1 and territory.id = step.id) as names
from above where circle and inner_id = outer_id order by depth, names limit 1
"""
)
_WITHIN = (
    _ABOVE
    + """
insert into territory_within (org_id, outer_id, inner_id, depth)
select $1, outer_id, inner_id, depth from above
"""
)


async def rebuild_within(transaction: BaseDBAsyncClient, org: UUID) -> None:
    """Derive `territory_within` anew. Refuses a territory that would lie within itself."""
    # Two changes at once would each derive without the other's parents; the second waits here.
    await transaction.execute_query(
        "select 1 from organisation where org_id = $1 for no key update", [org]
    )
    circle = await transaction.execute_query_dict(_CIRCLE, [org])
    if circle:
        raise Invalid(f"A territory would lie within itself: {circle[0]['names']}.")
    await transaction.execute_query("delete from territory_within where org_id = $1", [org])
    await transaction.execute_query(_WITHIN, [org])
