"""Reminders of tasks: the day before a task is due, and when its day is over, each once for each due day.

A round looks at everybody's tasks, which nobody else may, and tells those alone who have to do something:
the owner and whoever has a part that is open; when it is overdue, whoever asked for it, too. Days are the
organisation's own.
"""

from datetime import UTC, datetime
from uuid import UUID

from domain.database import on_behalf_of
from domain.history import number_events
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.sql import bind
from domain.tasks.rules import REMINDED_BEFORE

MOST_AT_ONCE = 500

_DUE = f"""select due.* from (
  select task.id, task.due_on, told.person_id,
    case when task.due_on < :today::date then '{NoticeKind.TASK_OVERDUE}' else '{NoticeKind.TASK_DUE}' end as kind
  from task
  cross join lateral (
    select task.owner_id as person_id
    union select part.person_id from task_part part where part.org_id = :org::uuid
      and part.task_id = task.id and part.done_at is null
    union select task.asked_by_id where task.due_on < :today::date
  ) told
  join person on person.org_id = :org::uuid and person.id = told.person_id
    and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)
  where task.org_id = :org::uuid and task.state = 'open' and task.due_on - date '2000-01-01' <= :soon::date - date '2000-01-01'
) due
where not exists (select from notice where notice.org_id = :org::uuid
  and notice.person_id = due.person_id and notice.subject_id = due.id and notice.kind = due.kind
  and notice.occasion = due.due_on::text)
order by due.id, due.person_id limit {MOST_AT_ONCE}"""


async def remind(org: UUID, now: datetime) -> int:
    """Tell everybody what of theirs is due or overdue on the organisation's today; how many were told."""
    told = 0
    while True:
        async with on_behalf_of(org, sees_all_words=True) as transaction:
            actor = await on_its_round(org, now)
            values = {"org": org, "today": actor.today, "soon": actor.today + REMINDED_BEFORE}
            due = await transaction.execute_query_dict(*bind(_DUE, values))
            news = (
                News(
                    NoticeKind(row["kind"]),
                    row["id"],
                    row["person_id"],
                    row["due_on"].isoformat(),
                    of="task",
                )
                for row in due
            )
            sent = await send(actor, news)
        told += sent
        if len(due) < MOST_AT_ONCE or not sent:
            break
    if told:
        await number_events(org)
    return told


@each_organisation("*/10 * * * *")
async def remind_of_tasks(org: UUID) -> None:
    """What is due, and for whom."""
    await remind(org, datetime.now(UTC))
