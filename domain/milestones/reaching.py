"""Milestones: a goal's 50, 90 and 100 per cent, each noted once and told once.

Whatever changes somebody's results marks them in its own transaction (`result_mark`). A round takes
the marks, looks at the running goals of those people and of everybody above them, and notes what is
reached with the same arithmetic that shows a goal. A milestone that is written stays: a restatement
down and up again finds it there. A mark goes only as it was taken, so that a change which commits
meanwhile is looked at by the next round; whoever dies half-way has written nothing.

Only what adds up has milestones: a rate that begins at 100 per cent has reached nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.database import current_transaction, on_behalf_of, reading
from domain.goals.figures import measured, progress, reached
from domain.history import number_events, record
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.models import NoticeKind
from domain.notices.sending import News, nearest_managers, send
from domain.sql import bind

LATE_DAYS = 31
"""For how long after its last day what comes late still reaches a goal's milestones."""
MOST_AT_ONCE = 1_000

_WAITING = "select exists (select from result_mark where org_id = $1)"
_MARKS = f"""select id, person_id, mark from result_mark where org_id = $1
order by id limit {MOST_AT_ONCE}"""
_FORGET = """delete from result_mark where org_id = $1 and id in (
  select result_mark.id from result_mark
  join unnest($2::uuid[], $3::uuid[]) as taken (id, mark)
    on result_mark.org_id = $1 and result_mark.id = taken.id and result_mark.mark = taken.mark
  for update of result_mark skip locked)"""

# The goals are picked first ("offset 0"), so that figures are worked out for few.
_REACHED = f"""with written as (
  insert into goal_milestone (org_id, goal_id, percent, reached_on)
  select :org::uuid, picked.id, step.percent, :today::date
  from (
    select goal.* from goal
    where goal.org_id = :org::uuid and goal.status = 'approved' and goal.starts_on <= :today::date
      and goal.ends_on >= :today::date - {LATE_DAYS}
      and (goal.scope in ('contributors', 'organisation') or exists (
        select from reach where reach.org_id = :org::uuid and reach.viewer_id = goal.owner_id
          and reach.person_id = any(:people::uuid[])))
      and (select count(*) from goal_milestone
        where goal_milestone.org_id = :org::uuid and goal_milestone.goal_id = goal.id) < 3
    offset 0
  ) picked
  cross join lateral ({measured("picked")}) measured
  cross join lateral ({reached("picked", "measured")}) reached
  cross join lateral ({progress("picked", "measured", "reached")}) progress
  cross join (values (50), (90), (100)) step (percent)
  where measured.direction = 'higher' and measured.source in
      ('sales_amount', 'sales_margin', 'sales_quantity', 'new_customers', 'check_in')
    and progress.needed > 0 and progress.gained * 100 >= step.percent * progress.needed
  order by picked.id, step.percent
  on conflict do nothing
  returning goal_id, percent
) select written.goal_id, written.percent, goal.owner_id from written
join goal on goal.org_id = :org::uuid and goal.id = written.goal_id
order by written.goal_id, written.percent"""


async def note_reached(org: UUID, now: datetime) -> int:
    """Note and tell every milestone that was reached since the last look; how many there were."""
    noted = 0
    while True:
        async with on_behalf_of(org) as transaction:
            marks = await transaction.execute_query_dict(_MARKS, [org])
            if not marks:
                break
            noted += await _note(org, now, [mark["person_id"] for mark in marks])
            ids, values = [mark["id"] for mark in marks], [mark["mark"] for mark in marks]
            gone, _ = await transaction.execute_query(_FORGET, [org, ids, values])
        if gone < MOST_AT_ONCE:
            break
    if noted:
        await number_events(org)
    return noted


async def _note(org: UUID, now: datetime, people: Sequence[UUID]) -> int:
    actor = await on_its_round(org, now)
    values = {"org": org, "today": actor.today, "people": list(people)}
    statement, arguments = bind(_REACHED, values)
    reached_now = await current_transaction().execute_query_dict(statement, arguments)
    above = await nearest_managers(actor, {row["owner_id"] for row in reached_now})
    for row in reached_now:
        after = {"percent": row["percent"]}
        await record(actor, "goal.milestone_reached", "goal", row["goal_id"], after=after)
        recipients = [row["owner_id"], *filter(None, [above.get(row["owner_id"])])]
        await send(actor, [_news(row, person) for person in recipients])
    return len(reached_now)


def _news(row: dict[str, Any], person: UUID) -> News:
    percent = row["percent"]
    return News(
        NoticeKind.MILESTONE_REACHED, row["goal_id"], person, f"{percent} %", percent=percent
    )


@each_organisation("* * * * * */5")
async def note_milestones(org: UUID) -> None:
    """What people have reached since the last round."""
    async with reading(org) as snapshot:
        waiting = await snapshot.fetchval(_WAITING, org)
    if waiting:
        await note_reached(org, datetime.now(UTC))
