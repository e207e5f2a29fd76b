"""Corrective plans of themselves: a goal whose pace falls under the organisation's threshold gets
one, unless it has an open one, or had one opened or closed on the same day.

In the first tenth of a goal's way little is expected, and a single day would decide; nothing is opened
then.
"""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction, on_behalf_of
from domain.goals.figures import measured, progress, reached, share
from domain.goals.pace import paced
from domain.history import number_events, record
from domain.ids import new_id
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.models import NoticeKind
from domain.notices.sending import News, nearest_managers, send
from domain.plans.models import CorrectivePlan
from domain.plans.rules import due_of_its_own
from domain.sql import bind

MOST_AT_ONCE = 200

_GAINED = "coalesce(progress.gained, 0) * paced.whole"
_EXPECTED = "progress.needed * paced.elapsed"
_WITHOUT_PLAN = """not exists (select from corrective_plan plan where plan.org_id = :org::uuid
      and plan.goal_id = goal.id
      and (plan.state <> 'closed' or plan.opened_on = :today::date or plan.closed_on = :today::date))"""
# Locked, so that nobody opens a plan by hand meanwhile; what somebody else holds waits for the next
# round.
_BEHIND = f"""select goal.id, goal.owner_id, goal.ends_on,
    {share(_GAINED, _EXPECTED)} as pace, paced.pace_off_track as threshold
  from goal
  cross join lateral ({measured("goal")}) measured
  cross join lateral ({reached("goal", "measured")}) reached
  cross join lateral ({progress("goal", "measured", "reached")}) progress
  cross join lateral ({paced("goal", "measured")}) paced
  where goal.org_id = :org::uuid and goal.status = 'approved'
    and :today::date between goal.starts_on and goal.ends_on
    and progress.needed > 0 and paced.elapsed * 10 >= paced.whole
    and {_GAINED} < paced.pace_off_track * {_EXPECTED}
    and {_WITHOUT_PLAN}
  order by goal.id limit {MOST_AT_ONCE}
  for no key update of goal skip locked"""
# Asked again once they are locked: another round may have ended between the look and the lock.
_STILL_WITHOUT = f"""select goal.id from goal
  where goal.org_id = :org::uuid and goal.id = any(:goals::uuid[]) and {_WITHOUT_PLAN}"""


async def correct(org: UUID, now: datetime) -> int:
    """Open a plan for every goal that is behind on the organisation's today; how many were."""
    opened = 0
    while True:
        async with on_behalf_of(org):
            actor = await on_its_round(org, now)
            behind = await _open_for_those_behind(actor)
        opened += behind
        if behind < MOST_AT_ONCE:
            break
    if opened:
        await number_events(org)
    return opened


async def _open_for_those_behind(actor: Actor) -> int:
    statement, arguments = bind(_BEHIND, {"org": actor.org, "today": actor.today})
    found = await current_transaction().execute_query_dict(statement, arguments)
    statement, arguments = bind(
        _STILL_WITHOUT,
        {"org": actor.org, "today": actor.today, "goals": [row["id"] for row in found]},
    )
    without = await current_transaction().execute_query_dict(statement, arguments)
    still = {row["id"] for row in without}
    behind = [row for row in found if row["id"] in still]
    above = await nearest_managers(actor, {row["owner_id"] for row in behind})
    for row in behind:
        plan = await CorrectivePlan.add(
            org_id=actor.org,
            id=new_id(),
            goal_id=row["id"],
            opened_on=actor.today,
            opened_at=datetime.now(UTC),
            pace=row["pace"],
            threshold=row["threshold"],
            due_on=due_of_its_own(actor.today, row["ends_on"]),
        )
        facts = {"plan": plan.id, "pace": row["pace"], "threshold": row["threshold"]}
        await record(actor, "goal.plan_opened", "goal", row["id"], after=facts)
        recipients = [row["owner_id"], *filter(None, [above.get(row["owner_id"])])]
        await send(
            actor,
            [News(NoticeKind.PLAN_OPENED, row["id"], each, str(plan.id)) for each in recipients],
        )
    return len(behind)


@each_organisation("41 * * * *")
async def correct_goals(org: UUID) -> None:
    """Which goals have fallen behind."""
    await correct(org, datetime.now(UTC))
