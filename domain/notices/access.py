"""Who may see a notice: the person it is for, as long as they see what it is about."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.comments.access import visible_mention
from domain.doors import locked
from domain.errors import NotPermitted
from domain.notices.models import Notice
from domain.people.access import related
from domain.subjects import SUBJECTS, Subject, sees_subject

NOTICED: Mapping[str, Subject] = MappingProxyType(
    {**SUBJECTS, "mention": Subject("mention", visible_mention)}
)
"""What people are told of."""


def visible(actor: Actor) -> str:
    """SQL over `{row}`: one's own, about what one still sees."""
    own, subject = (
        related(actor, FieldClass.NOTICE, "{row}.person_id"),
        sees_subject(actor, NOTICED),
    )
    if "false" in (own, subject):
        return "false"
    return subject if own == "true" else f"{own} and {subject}"


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


def visible_digest(actor: Actor) -> str:
    """SQL over `{row}`: one's own, as long as one sees a notice in it."""
    own, notice = related(actor, FieldClass.NOTICE, "{row}.person_id"), visible(actor)
    if "false" in (own, notice):
        return "false"
    seen = (
        "exists (select 1 from notice where notice.org_id = :org::uuid"
        f" and notice.digest_id = {{row}}.id and {notice.replace('{row}', 'notice')})"
    )
    return seen if own == "true" else f"{own} and {seen}"
