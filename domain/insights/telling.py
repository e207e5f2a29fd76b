"""Who hears what became of an insight: its author, and whoever voted for it. In the notices nobody is
named, and no list of voters leaves this file."""

from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.insights.models import Insight, InsightStep
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.sql import bind

_CONCERNED = """select person.id from person where person.org_id = :org::uuid
  and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)
  and (person.id = :author::uuid or exists (select from insight_vote
    where insight_vote.org_id = :org::uuid and insight_vote.insight_id = :insight::uuid
      and insight_vote.person_id = person.id))
  and person.id <> :person::uuid order by person.id"""


async def tell_concerned(
    actor: Actor, kind: NoticeKind, insight: Insight, step: InsightStep
) -> None:
    """Tell author and voters, but for whoever did it."""
    statement, arguments = bind(
        _CONCERNED,
        {
            "org": actor.org,
            "today": actor.today,
            "author": insight.author_id,
            "insight": insight.id,
            "person": actor.person,
        },
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    await send(actor, [_news(kind, insight, row["id"], step) for row in found])


async def tell(
    actor: Actor, kind: NoticeKind, insight: Insight, person: UUID, step: InsightStep
) -> None:
    """Tell one person, unless it is who did it."""
    if person != actor.person:
        await send(actor, [_news(kind, insight, person, step)])


def _news(kind: NoticeKind, insight: Insight, person: UUID, step: InsightStep) -> News:
    return News(kind, insight.id, person, str(step.id), of="insight")
