"""Sending notices, each once: whatever sends one again, and however many do at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.history import record
from domain.ids import new_id
from domain.installation import installation
from domain.notices.models import NoticeKind
from domain.notices.recipients import managers_above
from domain.sql import bind

# In one order, so that two who send at once wait for one another and never in a circle.
_SEND = """with sent as (
  insert into notice (org_id, id, person_id, subject_kind, subject_id, kind, occasion, days, percent,
    delivery)
  select :org::uuid, given.*, coalesce(preferred.delivery, 'now') from unnest(:ids::uuid[], :people::uuid[], :of::text[], :subjects::uuid[],
    :kinds::text[], :occasions::text[], :days::int[], :percents::int[])
    as given (id, person_id, subject_kind, subject_id, kind, occasion, days, percent)
  left join notice_preference preferred on preferred.org_id = :org::uuid
    and preferred.person_id = given.person_id and preferred.kind = given.kind
  where preferred.delivery is distinct from 'never'
  order by given.person_id, given.subject_id, given.kind, given.occasion
  on conflict (org_id, person_id, subject_id, kind, occasion) do nothing
  returning id
) select id from sent order by id"""


@dataclass(frozen=True, slots=True)
class News:
    """What one person is to be told about a goal, or about something `of` another kind, as
    `domain.subjects` names them. `occasion` tells it from other news of its kind: news with the same
    occasion is told once."""

    kind: NoticeKind
    subject_id: UUID
    person_id: UUID
    occasion: str
    days: int | None = None
    percent: int | None = None
    of: str = "goal"


async def send(actor: Actor, news: Iterable[News]) -> int:
    """Send, in the current transaction, what was not sent before; how many that were.

    The installation sends it, whoever gave occasion, and the history says of what nothing: a notice
    is its recipient's.
    """
    told = list(news)
    if not told:
        return 0
    statement, arguments = bind(
        _SEND,
        {
            "org": actor.org,
            "ids": [new_id() for _ in told],
            "people": [each.person_id for each in told],
            "of": [each.of for each in told],
            "subjects": [each.subject_id for each in told],
            "kinds": [each.kind.value for each in told],
            "occasions": [each.occasion for each in told],
            "days": [each.days for each in told],
            "percents": [each.percent for each in told],
        },
    )
    sent = await current_transaction().execute_query_dict(statement, arguments)
    sender = installation(actor.org, actor.today)
    for row in sent:
        await record(sender, "notice.sent", "notice", row["id"])
    return len(sent)


async def nearest_managers(actor: Actor, owners: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Who is told of what concerns each one's manager; not there for whom nobody stands above."""
    statement, arguments = bind(
        f"select owner, above.person_id from unnest(:owners::uuid[]) owner"
        f" cross join lateral ({managers_above('owner')}) above where above.place = 1",
        {"org": actor.org, "today": actor.today, "owners": sorted(owners)},
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    return {row["owner"]: row["person_id"] for row in found}
