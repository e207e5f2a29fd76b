"""What people do with what they were told."""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from domain.acts import act
from domain.database import current_transaction
from domain.history import record
from domain.notices.access import notice_for

_READ_EARLIER = """with read as (
  update notice set read_at = $5 where org_id = $1 and person_id = $2 and read_at is null
    and (sent_at, id) <= ($3, $4) returning id
) select count(*) as notices from read"""


@act
async def read_notice(actor: Actor, *, notice_id: UUID) -> UUID:
    """Mark one notice as read; one that was read before stays as it is."""
    notice = await notice_for(actor, notice_id)

    if notice.read_at is None:
        await notice.change(read_at=datetime.now(UTC))
        await record(actor, "notice.read", "notice", notice.id)
    return notice.id


@act
async def read_notices(actor: Actor, *, notice_id: UUID) -> UUID:
    """Mark a notice and all that were sent to the actor before it as read. What was sent after it,
    and may not have been seen, stays unread."""
    notice = await notice_for(actor, notice_id)

    [read] = await current_transaction().execute_query_dict(
        _READ_EARLIER,
        [actor.org, notice.person_id, notice.sent_at, notice.id, datetime.now(UTC)],
    )

    if read["notices"]:
        after = {"notices": read["notices"]}
        await record(actor, "notice.read", "notice", notice.id, after=after)
    return notice.id
