"""Sharing a goal with contributors, and setting its matrix: what counts towards it, and by whom."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Invalid
from domain.goals.access import goal_for
from domain.goals.counting_access import counted_seen, results_seen
from domain.goals.deciding import as_seen, decide, move_goal
from domain.goals.form_models import GoalContributor, GoalKpi
from domain.goals.form_rules import Contributor, Kpi, sound_contributors, sound_matrix, sound_part
from domain.goals.locking import not_locked
from domain.goals.models import GoalAct, GoalScope, GoalStatus
from domain.goals.privacy_rules import open_to_all
from domain.goals.rules import state_after
from domain.ids import new_id
from domain.measures.access import measures_in_use
from domain.measures.models import Measure, MeasureDirection, MeasureSource, MeasureUnit
from domain.people.models import Organisation

BY_HAND = {MeasureSource.CHECK_IN, MeasureSource.RATING}


@act
async def share_goal(
    actor: Actor,
    *,
    goal_id: UUID,
    expected_version: int,
    contributors: Sequence[Contributor],
) -> UUID:
    """Name everybody whose results count for a goal, in place of whoever was named; with nobody, its
    owner's alone count again."""
    goal = await goal_for(actor, Act.GOAL_DRAFT, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    status = state_after(GoalAct.SHARED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    named = [each.person_id for each in contributors]
    sound_contributors(named)
    open_to_all(GoalAct.SHARED, private=goal.private and bool(named))
    of_goal = GoalContributor.filter(org_id=actor.org, goal_id=goal.id)
    before = await of_goal.order_by("person_id").values_list("person_id", flat=True)
    await results_seen(actor, set(named) - {*before, goal.owner_id}, path="contributors")

    await of_goal.delete()
    await GoalContributor.bulk_create(
        GoalContributor(
            org_id=actor.org,
            id=new_id(),
            goal_id=goal.id,
            person_id=each.person_id,
            part=sound_part(each.part),
        )
        for each in contributors
    )
    await move_goal(goal, status, scope=GoalScope.CONTRIBUTORS if named else GoalScope.OWN)

    await decide(
        actor,
        goal,
        GoalAct.SHARED,
        before={"contributors": list(before)},
        after={"contributors": sorted(named)},
    )
    return goal.id


async def sound_lines(actor: Actor, kpis: Sequence[Kpi]) -> Mapping[str, Measure]:
    """What the lines of a matrix are measured by. Raises Invalid for lines that make none."""
    measures = await measures_in_use(actor, {kpi.measure for kpi in kpis}, path="kpis")
    for place, kpi in enumerate(kpis):
        if measures[kpi.measure].source in BY_HAND:
            raise Invalid(
                f"{measures[kpi.measure].name} is reported by hand; give it a goal of its own.",
                path=("kpis", str(place), "measure"),
            )
    sound_matrix(kpis, [MeasureDirection(measures[kpi.measure].direction) for kpi in kpis])
    return measures


@act
async def set_matrix(
    actor: Actor, *, goal_id: UUID, expected_version: int, kpis: Sequence[Kpi]
) -> UUID:
    """Set the lines by which a goal is scored, in place of those it had; none for no matrix."""
    goal = await goal_for(actor, Act.GOAL_DRAFT, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    status = state_after(GoalAct.WEIGHED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    measures = await sound_lines(actor, kpis)
    others = {kpi.owner_id for kpi in kpis if kpi.owner_id is not None} - {goal.owner_id}
    open_to_all(GoalAct.WEIGHED, private=goal.private and bool(others), path="kpis")
    await results_seen(actor, others, path="kpis")
    await counted_seen(actor, goal, path="kpis")

    organisation = await Organisation.get(org_id=actor.org)
    before = await GoalKpi.filter(org_id=actor.org, goal_id=goal.id).order_by("place")
    await GoalKpi.filter(org_id=actor.org, goal_id=goal.id).delete()
    made = [
        GoalKpi(
            org_id=actor.org,
            id=new_id(),
            goal_id=goal.id,
            place=place,
            measure=kpi.measure,
            owner_id=kpi.owner_id,
            weight=kpi.weight,
            currency=(goal.currency or organisation.currency)
            if measures[kpi.measure].unit == MeasureUnit.MONEY
            else None,
            threshold=kpi.threshold,
            target=kpi.target,
            stretch=kpi.stretch,
            threshold_score=kpi.threshold_score,
            target_score=kpi.target_score,
            stretch_score=kpi.stretch_score,
        )
        for place, kpi in enumerate(kpis, 1)
    ]
    await GoalKpi.bulk_create(made)
    await move_goal(goal, status)

    await decide(
        actor,
        goal,
        GoalAct.WEIGHED,
        before={"kpis": [_said(kpi) for kpi in before]},
        after={"kpis": [_said(kpi) for kpi in made]},
    )
    return goal.id


def _said(kpi: GoalKpi) -> str:
    """A line as the history keeps it."""
    return (
        f"{kpi.measure} {kpi.weight:f}: {kpi.threshold:f}, {kpi.target:f}, {kpi.stretch:f} score"
        f" {kpi.threshold_score:f}, {kpi.target_score:f}, {kpi.stretch_score:f}"
    )
