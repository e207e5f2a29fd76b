"""Who would see feedback on somebody, read from the matrix in force and from who stands how today."""

from uuid import UUID

from auth.actor import Actor, Role
from domain.database import current_transaction
from domain.feedback.models import (
    FeedbackKind,
    FeedbackRelation,
    FeedbackRequest,
    FeedbackSees,
    FeedbackSight,
    FeedbackVisibility,
)
from domain.feedback.rules import Audience, Matrix, Sight, audience, kind_of
from domain.notices.recipients import managers_above
from domain.sql import bind

# Whoever has left or may not sign in is nobody's reader.
_CANDIDATES = f"""select candidate.person_id, candidate.relation from (
    select :about::uuid as person_id, '{FeedbackRelation.PERSON}' as relation
    union all select :asker::uuid, '{FeedbackRelation.ASKER}'
    union all select above.person_id, case above.place when 1 then '{FeedbackRelation.MANAGER}'
      else '{FeedbackRelation.ABOVE}' end from ({managers_above(":about::uuid")}) above
    union all select role_grant.person_id, '{FeedbackRelation.HR}' from role_grant
      where role_grant.org_id = :org::uuid and role_grant.role = '{Role.HR}'
        and role_grant.revoked_at is null
  ) candidate
  join person on person.org_id = :org::uuid and person.id = candidate.person_id
    and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)
  order by candidate.person_id, candidate.relation"""

_BELOW = """select distinct reach.person_id from reach where reach.org_id = :org::uuid
  and reach.viewer_id = :about::uuid and reach.person_id = any(:people::uuid[])
  and reach.depth > 0 and reach.during @> :today::date"""


async def matrix_in_force(actor: Actor) -> tuple[FeedbackVisibility, Matrix]:
    """The latest version, and what it says."""
    version = await FeedbackVisibility.filter(org_id=actor.org).order_by("-version").first()
    assert version is not None, "every organisation has a first version"
    cells = await FeedbackSight.filter(org_id=actor.org, visibility_id=version.id)
    return version, {
        (FeedbackKind(each.kind), FeedbackRelation(each.relation)): Sight(
            FeedbackSees(each.sees), each.together
        )
        for each in cells
    }


async def audience_of(
    actor: Actor, person_id: UUID, request: FeedbackRequest | None = None
) -> Audience:
    """Who would see what the actor gives to this person today, in answer to a request or unasked."""
    assert actor.person is not None, "only a person gives feedback"
    version, matrix = await matrix_in_force(actor)
    upward = await below(actor, person_id, [actor.person])
    asked = FeedbackKind(request.kind) if request else None
    statement, arguments = bind(
        _CANDIDATES,
        {
            "org": actor.org,
            "today": actor.today,
            "about": person_id,
            "asker": request.asker_id if request else None,
        },
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    return audience(
        kind_of(asked, is_upward=bool(upward)),
        version.id,
        matrix,
        [(row["person_id"], FeedbackRelation(row["relation"])) for row in found],
        giver=actor.person,
        person=person_id,
    )


async def below(actor: Actor, person_id: UUID, people: list[UUID]) -> list[UUID]:
    """Which of these people stand below this person today."""
    statement, arguments = bind(
        _BELOW, {"org": actor.org, "today": actor.today, "about": person_id, "people": people}
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    return [row["person_id"] for row in found]
