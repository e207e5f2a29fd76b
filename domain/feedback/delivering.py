"""Giving words on without the name.

Whoever sees the words alone gets a row of their own, made here and not when the words were given: on a later
day, together with all that was given that day, in an order of chance. So neither the row nor its notice
nor its event tells when it was written, and of what comes together only nothing comes before enough
people have given something. It has to look at everybody's feedback, which no request does.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from auth.actor import Actor
from domain.database import current_transaction, on_behalf_of
from domain.feedback.models import UnnamedFeedback
from domain.history import number_events, record
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.sql import bind

# An answer that comes together with others waits for the rest, until it is due or nobody is left to answer.
_WAITING = """select feedback.id, feedback.giver_id, feedback.person_id, feedback.kind, feedback.request_id,
    feedback.words, waits.person_id as reader_id, waits.together, request.asker_id
  from feedback
  cross join lateral unnest(feedback.unnamed, feedback.together) waits (person_id, together)
  left join feedback_request request on request.org_id = :org::uuid and request.id = feedback.request_id
  where feedback.org_id = :org::uuid and cardinality(feedback.waiting_for) > 0
    and waits.person_id = any(feedback.waiting_for)
    and (feedback.given_on < :today::date or feedback.given_at < :yesterday::timestamptz)
    and (waits.together = 1 or request.id is null or request.due_on < :today::date
      or request.withdrawn_at is not null
      or cardinality(request.asked_ids) <= (select count(*) from feedback_reply reply
        where reply.org_id = :org::uuid and reply.request_id = request.id))
  for no key update of feedback skip locked"""
# What one reader would see of one person in one go: as many givers as the strictest of it asks for.
_READY = f"""with waiting as ({_WAITING}), ready as (
    select reader_id, person_id, kind, request_id from waiting group by 1, 2, 3, 4
    having count(distinct giver_id) >= max(together)
  )
  select waiting.* from waiting
  join ready on ready.reader_id = waiting.reader_id and ready.person_id = waiting.person_id
    and ready.kind = waiting.kind and ready.request_id is not distinct from waiting.request_id
  order by random()"""
_TAKE_OUT = """update feedback set waiting_for = array(
    select still.id from unnest(feedback.waiting_for) still (id) where still.id <> all(taken.readers))
  from (select given.id, array_agg(given.reader_id) as readers
    from unnest(:ids::uuid[], :readers::uuid[]) given (id, reader_id) group by given.id) taken
  where feedback.org_id = :org::uuid and feedback.id = taken.id"""


async def give_on(org: UUID, now: datetime) -> int:
    """Give on what is due on the organisation's today; to how many readers, each piece counted."""
    async with on_behalf_of(org, sees_all_words=True):
        actor = await on_its_round(org, now)
        statement, arguments = bind(
            _READY, {"org": org, "today": actor.today, "yesterday": now - timedelta(days=1)}
        )
        ready = await current_transaction().execute_query_dict(statement, arguments)
        if not ready:
            return 0

        news = [await _give_on(actor, row) for row in ready]
        await _take_out(org, ready)
        await send(actor, [each for each in news if each is not None])
    await number_events(org)
    return len(ready)


async def _give_on(actor: Actor, row: dict[str, Any]) -> News | None:
    """The words as a row of one reader's own, and what they hear of it: who asked, and whom it is about,
    are told; others look."""
    copy = await UnnamedFeedback.add(
        org_id=actor.org,
        id=uuid4(),
        readers=[row["reader_id"]],
        kind=row["kind"],
        person_id=row["person_id"],
        request_id=row["request_id"],
        words=row["words"],
        delivered_on=actor.today,
    )
    await record(actor, "unnamed_feedback.delivered", "unnamed_feedback", copy.id)
    if row["reader_id"] not in (row["person_id"], row["asker_id"]):
        return None
    kind = NoticeKind.FEEDBACK_GIVEN
    return News(kind, copy.id, row["reader_id"], "given", of="unnamed_feedback")


async def _take_out(org: UUID, ready: list[dict[str, Any]]) -> None:
    statement, arguments = bind(
        _TAKE_OUT,
        {
            "org": org,
            "ids": [row["id"] for row in ready],
            "readers": [row["reader_id"] for row in ready],
        },
    )
    await current_transaction().execute_query(statement, arguments)


@each_organisation("*/10 * * * *")
async def give_feedback_on(org: UUID) -> None:
    """Words without names that are due."""
    await give_on(org, datetime.now(UTC))
