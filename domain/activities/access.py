"""Who sees that something happened: whoever sees what it happened to; of a comment, whoever sees the comment."""

from collections.abc import Mapping
from types import MappingProxyType

from auth.actor import Actor
from auth.permissions import FieldClass, org_wide
from domain.activities.models import ActivityKind
from domain.comments import access as comments
from domain.insights import access as insights
from domain.recognition import access as recognition
from domain.subjects import SUBJECTS, Subject, sees

ABOUT: Mapping[str, Subject] = MappingProxyType(
    {kind: SUBJECTS[kind] for kind in ("blocker", "goal", "insight", "recognition")}
    | dict(comments.COMMENTED)
)
"""What something happens to, by the kind that stands in ids."""
DAYS = 366
"""For how long what happened is shown: so looking through it takes no longer from year to year."""
_OLDEST = f"(:today::date - {DAYS})::timestamp at time zone 'UTC'"


def visible(actor: Actor) -> str:
    """SQL over `{row}`: what happened to something that the actor sees, each kind by the predicate of the
    table that it is read from. It is for people."""
    if not org_wide(actor, FieldClass.COMMENT):
        return "false"
    said, thanked, told = (
        comments.visible(actor), recognition.visible(actor), insights.visible_step(actor)
    )  # fmt: skip
    return (
        f"({{row}}.kind is not null and {{row}}.happened_at >= {_OLDEST} and case"
        f" when {{row}}.kind = '{ActivityKind.COMMENTED}' then {said}"
        f" when {{row}}.kind = '{ActivityKind.RECOGNISED}' then {thanked}"
        f" when {{row}}.subject_kind = 'insight' then {told}"
        f" else {sees(actor, SUBJECTS['goal'], '{row}.goal_id')} end)"
    )


SWITCHED_OFF = """{row}.kind = any(array(select preferred.kind from activity_preference preferred
  where preferred.org_id = :org::uuid and preferred.person_id = :person::uuid and not preferred.shown))"""
"""SQL over `{row}`: of a kind that the viewer does not want to see."""
