"""How somebody else stands who did not ask: to say whether they would see a thing."""

from collections.abc import Collection, Mapping
from uuid import UUID

from auth.actor import Actor, Role
from domain.callers.standing import (
    delegations_of,
    delegators_on,
    is_here,
    roles_of,
    shares_of,
    signed_in,
)
from domain.database import current_transaction
from domain.sql import bind

_OTHERS = f"""
select other.id, other.left_on, other.disabled_at, {roles_of("other.id")} as roles,
       {delegations_of("other.id")} as delegations, {shares_of("other.id")} as shares
from person as other where other.org_id = :org and other.id = any(:people)
"""


async def standing_of_others(actor: Actor, people: Collection[UUID]) -> Mapping[UUID, Actor]:
    """Those of these people who are here today, as the callers that they would be; for the actor's
    session, since they have none."""
    statement, arguments = bind(_OTHERS, {"org": actor.org, "people": list(people)})
    rows = await current_transaction().execute_query_dict(statement, arguments)
    return {
        row["id"]: signed_in(
            actor.org,
            row["id"],
            actor.session or actor.org,
            actor.today,
            actor.via,
            frozenset(map(Role, row["roles"])),
            delegators_on(row["delegations"], actor.today),
            frozenset(row["shares"]),
        )
        for row in rows
        if is_here(row, actor.today)
    }
