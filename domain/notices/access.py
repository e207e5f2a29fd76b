"""Who may see a notice: the person it is for, as long as they see what it is about."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.activities import access as activities
from domain.activities.access import SWITCHED_OFF
from domain.comments import access as comments
from domain.doors import locked
from domain.errors import NotPermitted
from domain.notices.models import Notice
from domain.people.access import related
from domain.subjects import SUBJECTS

NOTICED = (*SUBJECTS, "comment", "mention")
"""What people are told of."""


def visible(actor: Actor) -> str:
    """SQL over `{row}`: one's own, about what one still sees."""
    own = related(actor, FieldClass.NOTICE, "{row}.person_id")
    if own == "false":
        return own
    seen = comments.sees_thing_or_said(actor)
    return seen if own == "true" else f"{own} and {seen}"


async def notice_for(actor: Actor, notice_id: UUID) -> Notice:
    """A notice to the actor, locked. Raises NotFound for anybody else's."""
    notice = await locked(
        actor,
        Notice,
        notice_id,
        kind="notice",
        visible=visible(actor),
        act=Act.NOTICE_READ,
        person="person_id",
    )
    if not notice.permitted:
        raise NotPermitted("A notice is read by the person it is for.", path=("id",))
    return notice.row


_ZONE = "(select home.time_zone from organisation home where home.org_id = :org::uuid)"


def in_digest(starts_on: str, ends_on: str) -> str:
    """SQL over `{row}`, an activity: it belongs into the viewer's digest of these days, which are the
    organisation's. What they did themselves, or have switched off, does not."""
    return (
        f"({{row}}.happened_at >= ({starts_on})::timestamp at time zone {_ZONE}"
        f" and {{row}}.happened_at < (({ends_on}) + 1)::timestamp at time zone {_ZONE}"
        f" and {{row}}.person_id is distinct from :person::uuid and not {SWITCHED_OFF})"
    )


def visible_digest(actor: Actor) -> str:
    """SQL over `{row}`: one's own, as long as one sees a notice in it, or something that happened in its
    days."""
    own, notice = related(actor, FieldClass.NOTICE, "{row}.person_id"), visible(actor)
    if "false" in (own, notice):
        return "false"
    told = (
        "exists (select 1 from notice where notice.org_id = :org::uuid"
        f" and notice.digest_id = {{row}}.id and {notice.replace('{row}', 'notice')})"
    )
    happened = (
        f"{in_digest('{digest}.starts_on', '{digest}.ends_on')} and {activities.visible(actor)}"
    )
    around = (
        "exists (select 1 from activity where activity.org_id = :org::uuid and"
        f" {happened.replace('{row}', 'activity').replace('{digest}', '{row}')})"
    )
    seen = f"({told} or {around})"
    return seen if own == "true" else f"{own} and {seen}"
