"""Reminders of requests for feedback, to whoever has not replied: two days before they are due, and on the
first day after. Who has not replied only they know; so it looks at everybody's replies, which no request
of anybody's does."""

from datetime import UTC, datetime
from uuid import UUID

from domain.database import current_transaction, on_behalf_of
from domain.history import number_events
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.sql import bind

DAYS_BEFORE = 2
DAYS_AFTER = 14
"""Of what is overdue for longer nobody is reminded."""

_DUE = f"""select request.id, person.id as person_id,
    case when request.due_on < :today::date then 'overdue' else 'due' end as occasion
  from feedback_request request
  join person on person.org_id = :org::uuid and person.id = any(request.asked_ids)
    and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)
  where request.org_id = :org::uuid and request.withdrawn_at is null
    and request.due_on between :today::date - {DAYS_AFTER} and :today::date + {DAYS_BEFORE}
    and not exists (select from feedback_reply reply where reply.org_id = :org::uuid
      and reply.request_id = request.id and reply.person_id = person.id)
    and not exists (select from notice where notice.org_id = :org::uuid
      and notice.person_id = person.id and notice.subject_id = request.id
      and notice.kind = '{NoticeKind.FEEDBACK_DUE}' and notice.occasion =
        case when request.due_on < :today::date then 'overdue' else 'due' end)
  order by request.id, person.id"""


async def remind_of_feedback(org: UUID, now: datetime) -> int:
    """Remind whoever is due on the organisation's today; how many were reminded."""
    async with on_behalf_of(org, sees_all_words=True):
        actor = await on_its_round(org, now)
        statement, arguments = bind(_DUE, {"org": org, "today": actor.today})
        due = await current_transaction().execute_query_dict(statement, arguments)
        kind = NoticeKind.FEEDBACK_DUE
        sent = await send(
            actor,
            [
                News(kind, row["id"], row["person_id"], row["occasion"], of="feedback_request")
                for row in due
            ],
        )
    if sent:
        await number_events(org)
    return sent


@each_organisation("5-59/10 * * * *")
async def remind_people_of_feedback(org: UUID) -> None:
    """Requests that are due, and to whom."""
    await remind_of_feedback(org, datetime.now(UTC))
