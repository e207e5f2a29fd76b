"""How every act leaves its trace upon a goal: the version, the decision beside it, the event."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.goals.models import Goal, GoalAct, GoalDecision, GoalStatus
from domain.goals.rules import StaleVersion
from domain.history import record
from domain.ids import new_id

_CHANGES = (
    "select before::text as before, after::text as after from goal_change"
    " where org_id = $1 and goal_id = $2 and version > $3 order by version, changed_at"
)
# Columns under the names that the schema gives them; what others refer to is named and not shown.
_SHOWN = {
    "name": "name",
    "description": "description",
    "measure": "measure",
    "scope": "scope",
    "starts_on": "period.startsOn",
    "ends_on": "period.endsOn",
    "start_value": "startValue",
    "target": "target",
    "plan_target": "planTarget",
    "proposed": "proposed",
    "currency": "currency",
    "no_parent_reason": "noParentReason",
    "roll_up": "rollUp",
    "weight": "weight",
    "private": "private",
    "status": "status",
    "acceptance": "acceptance",
}
_NAMED = {"owner_id": "owner", "territory_id": "territory", "parent_id": "parent"}


@dataclass(frozen=True, slots=True)
class Change:
    """What a field of a goal said before, and what it says now; neither where it names another
    record, which the reader may not see."""

    field: str
    before: str | None
    after: str | None


async def as_seen(actor: Actor, goal: Goal, seen: int, *, path: str) -> None:
    """Raises StaleVersion, which tells what changed, unless the caller decided upon what stands."""
    if seen != goal.version:
        raise StaleVersion(seen, goal.version, path, await _changes_since(actor, goal.id, seen))


async def move_goal(goal: Goal, status: GoalStatus, **values: Any) -> None:
    """Write the goal's next version."""
    await goal.change(
        status=status, version=goal.version + 1, updated_at=datetime.now(UTC), **values
    )


async def decide_status(
    actor: Actor,
    goal: Goal,
    what: GoalAct,
    before: str,
    *,
    seen: int,
    note: str | None = None,
    on_behalf_of: UUID | None = None,
) -> None:
    """As `decide`, where the goal went from one state to another."""
    await decide(
        actor, goal, what, before={"status": before}, after={"status": goal.status}, seen=seen,
        note=note, on_behalf_of=on_behalf_of,
    )  # fmt: skip


async def decide(
    actor: Actor,
    goal: Goal,
    what: GoalAct,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    seen: int | None = None,
    note: str | None = None,
    on_behalf_of: UUID | None = None,
) -> None:
    """Write the decision beside the goal, and the event into the history; a delegate's names both
    who decided and for whom."""
    await GoalDecision.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        owner_id=goal.owner_id,
        act=what,
        person_id=actor.person,
        on_behalf_of_id=on_behalf_of,
        seen_version=seen,
        note=note,
        target=goal.target,
    )
    if on_behalf_of is not None:
        after = {**after, "on_behalf_of": on_behalf_of}
    await record(actor, f"goal.{what}", "goal", goal.id, before=before, after=after, reason=note)


async def _changes_since(actor: Actor, goal_id: UUID, seen: int) -> list[Change]:
    """What is different from the version that was seen, whoever changed it."""
    rows = await current_transaction().execute_query_dict(_CHANGES, [actor.org, goal_id, seen])
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for row in rows:
        before = json.loads(row["before"], parse_float=Decimal) | before
        after |= json.loads(row["after"], parse_float=Decimal)
    shown = [
        Change(name, _text(before[column]), _text(after[column]))
        for column, name in _SHOWN.items()
        if column in after and before[column] != after[column]
    ]
    named = [
        Change(name, None, None)
        for column, name in _NAMED.items()
        if column in after and before[column] != after[column]
    ]
    return [*shown, *named]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return f"{Decimal(value).normalize():f}"
