"""How people want to be told: for each kind of notice at once, in a digest or never; and how often a digest
comes."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, may
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Conflict, NotPermitted
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
_RHYTHM = """insert into digest_preference (org_id, person_id, rhythm) values ($1, $2, $3)
on conflict (org_id, person_id) do update set rhythm = excluded.rhythm"""


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
    person = _person(actor)
    if delivery is Delivery.NEVER and kind in ALWAYS_TOLD:
        raise AlwaysTold

    await current_transaction().execute_query(
        _PREFER, [actor.org, person, kind.value, delivery.value]
    )
    await record(actor, "notice.preferred", "notice_preference", person)
    return person


@act
async def prefer_digest(actor: Actor, *, rhythm: Rhythm) -> UUID:
    """Say how often one's digest comes from now on. Returns the person's id."""
    person = _person(actor)

    await current_transaction().execute_query(_RHYTHM, [actor.org, person, rhythm.value])
    await record(actor, "digest.preferred", "digest_preference", person)
    return person


def _person(actor: Actor) -> UUID:
    if actor.person is None or not may(actor, Act.NOTICE_PREFER):
        raise NotPermitted("Only a person says how they are told.")
    return actor.person
