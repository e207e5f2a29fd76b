"""Changing who sees which feedback. Each change is a version of its own; what was given before stays with
the readers that it had."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.feedback.audiences import matrix_in_force
from domain.feedback.models import FeedbackSight, FeedbackVisibility
from domain.feedback.rules import FeedbackVisibilityChanged, Matrix, SightSet, set_sights
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.people.access import organisation_wide

LONGEST_REASON = 1000


@act
async def change_feedback_visibility(
    actor: Actor, *, expected_version: int, sights: Sequence[SightSet], reason: str
) -> UUID:
    """Say who sees which feedback from now on; cells that are not named stay. Returns the id of the new
    version."""
    organisation_wide(actor, Act.FEEDBACK_ADMINISTER)
    current, matrix = await matrix_in_force(actor)

    FeedbackVisibilityChanged.since(expected_version, current.version)
    reason = sound_text(reason, longest=LONGEST_REASON, path="reason")
    changed = set_sights(matrix, sights)
    version = await _next_version(actor, current, reason)
    for (kind, relation), sight in changed.items():
        await FeedbackSight.add(
            org_id=actor.org,
            id=new_id(),
            visibility_id=version.id,
            kind=kind,
            relation=relation,
            **asdict(sight),
        )

    before, after = _said(matrix, changed), _said(changed, matrix)
    await record(
        actor,
        "feedback_visibility.changed",
        "feedback_visibility",
        version.id,
        before=before,
        after=after,
        reason=reason,
    )
    return version.id


async def _next_version(
    actor: Actor, current: FeedbackVisibility, reason: str
) -> FeedbackVisibility:
    """The version after this one; whoever makes it second is told so by the database."""
    try:
        return await FeedbackVisibility.add(
            org_id=actor.org,
            id=new_id(),
            version=current.version + 1,
            changed_by_id=actor.person,
            changed_at=datetime.now(UTC),
            reason=reason,
        )
    except IntegrityError as refused:
        name = getattr(refused.args[0], "constraint_name", None)
        if name == "feedback_visibility_version_once":
            raise FeedbackVisibilityChanged(current.version, current.version + 1) from None
        raise


def _said(matrix: Matrix, other: Matrix) -> dict[str, str]:
    """What of a matrix is different in another, for the history."""
    return {
        f"{kind} {relation}": f"{sight.sees} {sight.together}"
        for (kind, relation), sight in matrix.items()
        if other.get((kind, relation)) != sight
    }
