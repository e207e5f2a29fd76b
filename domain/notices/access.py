"""Who may see a notice: the person it is for, as long as they see the goal it is about."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.doors import locked
from domain.errors import NotPermitted
from domain.goals.access import visible_through_goal
from domain.notices.models import Notice
from domain.people.access import related


def visible(actor: Actor) -> str:
    """SQL over `{row}`: one's own, about goals that one still sees."""
    own, goal = related(actor, FieldClass.NOTICE, "{row}.person_id"), visible_through_goal(actor)
    if "false" in (own, goal):
        return "false"
    # Asked of one's own notices one by one: joined, all goals that one sees would be read first.
    goal = goal if goal == "true" else f"({goal}) is true"
    return " and ".join(each for each in (own, goal) if each != "true") or "true"


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
