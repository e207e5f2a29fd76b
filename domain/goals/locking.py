"""Lock dates: from a day on, goals that begin in certain days are agreed only by amendment.

Whatever drafts a goal, plans with it or decides upon it asks `not_locked` first: not what is said
of how it goes, and not an amendment.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Conflict, NotFound
from domain.goals.agreement_models import GoalLock
from domain.goals.rules import sound_period, sound_text
from domain.history import record
from domain.ids import new_id
from domain.people.access import organisation_wide
from domain.sql import bind, viewer

LOCKED = """exists (select 1 from goal_lock where goal_lock.org_id = :org::uuid
  and goal_lock.lifted_at is null and goal_lock.locks_on <= :today::date
  and {row}.starts_on between goal_lock.starts_on and goal_lock.ends_on)"""
"""SQL over `{row}`: a goal that begins in days which are locked by the caller's today."""
_LOCK_OF = (
    "select locks_on from goal_lock where org_id = :org and lifted_at is null"
    " and locks_on <= :today and :starts_on between starts_on and ends_on"
    " order by locks_on limit 1"
)


class Locked(Conflict):
    """The lock date of these goals has passed."""

    def __init__(self, locks_on: date) -> None:
        super().__init__(
            f"Goals that begin then have been locked since {locks_on}; what was agreed changes only"
            " by an amendment.",
            path=("id",),
            locks_on=locks_on,
        )


async def not_locked(actor: Actor, starts_on: date) -> None:
    """Raises Locked where goals that begin on this day are no longer drafted, changed, aligned, shared
    out, submitted, approved or returned."""
    statement, arguments = bind(_LOCK_OF, {**viewer(actor), "starts_on": starts_on})
    found = await current_transaction().execute_query_dict(statement, arguments)
    if found:
        raise Locked(found[0]["locks_on"])


@act
async def lock_goals(
    actor: Actor,
    *,
    starts_on: date,
    ends_on: date,
    locks_on: date,
    reason: str,
    id: UUID | None = None,
) -> UUID:
    """From `locks_on` on, goals whose first day is one of these change only by amendment."""
    organisation_wide(actor, Act.GOALS_LOCK)
    sound_period(starts_on, ends_on)
    reason = sound_text(reason, longest=4000, path="reason")

    lock = await GoalLock.add(
        org_id=actor.org,
        id=id or new_id(),
        starts_on=starts_on,
        ends_on=ends_on,
        locks_on=locks_on,
        reason=reason,
        set_by=actor.person,
    )

    days = {"starts_on": starts_on, "ends_on": ends_on, "locks_on": locks_on}
    await record(actor, "goal_lock.set", "goal_lock", lock.id, after=days, reason=reason)
    return lock.id


@act
async def lift_goal_lock(actor: Actor, *, goal_lock_id: UUID, reason: str) -> UUID:
    """Open locked goals again, saying why."""
    organisation_wide(actor, Act.GOALS_LOCK)
    lock = (
        await GoalLock.filter(org_id=actor.org, id=goal_lock_id)
        .select_for_update(no_key=True)
        .first()
    )
    if lock is None:
        raise NotFound("lock date")
    if lock.lifted_at is not None:
        raise Conflict("This lock is lifted already.", path=("id",))
    reason = sound_text(reason, longest=4000, path="reason")

    await lock.change(lifted_at=datetime.now(UTC), lifted_by=actor.person, lift_reason=reason)

    await record(actor, "goal_lock.lifted", "goal_lock", lock.id, reason=reason)
    return lock.id
