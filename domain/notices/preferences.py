"""How people want to be told: for each kind of notice at once, in a digest or never; and how often and when a
digest comes."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, may
from domain.acts import act
from domain.calendars.words import Weekday
from domain.database import current_transaction
from domain.errors import Conflict, Invalid, NotPermitted
from domain.history import record
from domain.notices.models import Delivery, NoticeKind, Rhythm

ALWAYS_TOLD = frozenset(
    {
        NoticeKind.APPROVAL_WAITS,
        NoticeKind.APPROVAL_OVERDUE,
        NoticeKind.AMENDMENT_WAITS,
        NoticeKind.AMENDMENT_OVERDUE,
    }
)
"""What waits for somebody's decision: others wait as long as nobody tells them."""

_PREFER = """insert into notice_preference (org_id, person_id, kind, delivery) values ($1, $2, $3, $4)
on conflict (org_id, person_id, kind) do update set delivery = excluded.delivery"""
_RHYTHM = """insert into digest_preference as stands (org_id, person_id, rhythm, hour, weekday)
values ($1, $2, $3, coalesce($4, 0), coalesce($5, 'monday'))
on conflict (org_id, person_id) do update set rhythm = excluded.rhythm,
  hour = coalesce($4, stands.hour), weekday = coalesce($5, stands.weekday)"""


class AlwaysTold(Conflict):
    """It can wait for a digest, and cannot be switched off."""

    def __init__(self) -> None:
        super().__init__(
            "Others wait for what this tells you, so it cannot be switched off; nothing was changed.",
            path=("delivery",),
        )


@act
async def prefer_notice(actor: Actor, *, kind: NoticeKind, delivery: Delivery) -> UUID:
    """Say how one is told of one kind of thing from now on. Returns the person's id."""
    person = preferring(actor)
    if delivery is Delivery.NEVER and kind in ALWAYS_TOLD:
        raise AlwaysTold

    await current_transaction().execute_query(
        _PREFER, [actor.org, person, kind.value, delivery.value]
    )
    await record(actor, "notice.preferred", "notice_preference", person)
    return person


@act
async def prefer_digest(
    actor: Actor, *, rhythm: Rhythm, hour: int | None = None, weekday: Weekday | None = None
) -> UUID:
    """Say how often one's digest comes from now on, from which hour on, and if weekly on which day; what is
    not said of these stays. Returns the person's id."""
    person = preferring(actor)
    if hour is not None and not 0 <= hour <= 23:
        raise Invalid("An hour of the day is 0 to 23.", path=("hour",))

    await current_transaction().execute_query(
        _RHYTHM, [actor.org, person, rhythm.value, hour, weekday and weekday.value]
    )
    await record(actor, "digest.preferred", "digest_preference", person)
    return person


def preferring(actor: Actor) -> UUID:
    """The person who says how they are told. Raises NotPermitted for whatever else acts."""
    if actor.person is None or not may(actor, Act.NOTICE_PREFER):
        raise NotPermitted("Only a person says how they are told.")
    return actor.person
