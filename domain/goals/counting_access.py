"""The door to other people's results: who may have them counted for a goal.

Whoever sees a goal sees what counts for it, person by person. So nobody names people whose results
they do not see, and where such people were named by somebody who does, nobody else says anew on
which days or by which measure they count.
"""

from collections.abc import Collection
from uuid import UUID

from auth.actor import Actor
from auth.permissions import FieldClass, org_wide
from domain.database import current_transaction
from domain.errors import NotFound, NotPermitted
from domain.goals.models import Goal, GoalScope
from domain.people.access import related
from domain.sql import bind, viewer

_PEOPLE = """
select person.id, {seen} as seen from person
where person.org_id = :org and person.id = any(:people::uuid[])
"""
_COUNTED = """
select person_id from goal_contributor where org_id = $1 and goal_id = $2
union select owner_id from goal_kpi where org_id = $1 and goal_id = $2 and owner_id is not null
"""


async def results_seen(actor: Actor, people: Collection[UUID], *, path: str) -> None:
    """Raises NotFound for somebody who is not of the organisation, NotPermitted for somebody whose
    results the actor does not see."""
    statement, arguments = bind(
        _PEOPLE.format(seen=related(actor, FieldClass.TEAM, "person.id")),
        {**viewer(actor), "people": sorted(set(people))},
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    if len(found) < len(set(people)):
        raise NotFound("person", path=(path,))
    if not all(row["seen"] for row in found):
        raise NotPermitted(
            "Whose results count shows in the goal, so name people whose results you see: yourself"
            " and those below you. A manager above all of them names others.",
            path=(path,),
        )


async def counted_seen(actor: Actor, goal: Goal, *, path: str) -> None:
    """Raises NotPermitted where the results of somebody count for the goal that the actor sees by this
    goal alone."""
    if goal.scope == GoalScope.ORGANISATION and not org_wide(actor, FieldClass.TEAM):
        raise _of_others(path)
    found = await current_transaction().execute_query_dict(_COUNTED, [actor.org, goal.id])
    people = {row["person_id"] for row in found} - {goal.owner_id}
    try:
        await results_seen(actor, people, path=path)
    except NotPermitted:
        raise _of_others(path) from None


def _of_others(path: str) -> NotPermitted:
    return NotPermitted(
        "The results of others count for this goal; only whoever sees them otherwise, too, says anew by"
        " which measure and on which days.",
        path=(path,),
    )
