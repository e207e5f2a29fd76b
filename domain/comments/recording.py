"""What the history says of comments: that there is one, and of what; never its words."""

from auth.actor import Actor
from domain.blockers.models import Blocker
from domain.comments.models import Comment
from domain.history import record


async def record_of(actor: Actor, done: str, comment: Comment) -> None:
    """Record what was done with a comment upon what it is about, so that the same people learn of
    both. What belongs to a goal is recorded upon the goal; what its author alone reads nowhere, since
    the numbers of the history would tell."""
    if comment.readers is not None and len(comment.readers) == 1:
        return
    kind, about = comment.subject_kind, comment.subject_id
    if kind == "blocker":
        blocker = await Blocker.get(org_id=comment.org_id, id=about)
        kind, about = "goal", blocker.goal_id
    await record(actor, f"{kind}.{done}", kind, about, after={"comment": comment.id})
