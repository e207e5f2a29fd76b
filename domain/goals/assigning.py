"""Giving everybody a goal from a template at once: drafts, which their owners then hand in.

Whoever has a goal from the template for the same days is left alone and named, so an assignment can
be sent again for those who came since.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, may
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Invalid, NotFound, NotPermitted
from domain.goals.form_models import GoalAssignment, GoalTemplate
from domain.goals.form_rules import AssignedPerson
from domain.goals.locking import not_locked
from domain.goals.models import GoalAct
from domain.goals.rules import sound_period, sound_target
from domain.history import Happened, record, record_each
from domain.ids import new_id
from domain.people.access import organisation_wide, related
from domain.sql import bind, viewer

MOST_PEOPLE = 10_000


# People of the organisation who still work here, whom the actor may assign to.
_EVERYBODY = """
select person.id from person
where person.org_id = :org and person.left_on is null and person.disabled_at is null
  and exists (select from role_grant granted where granted.org_id = :org
    and granted.person_id = person.id and granted.role = :role::text and granted.revoked_at is null)
  and {permitted}
order by person.id limit :most
"""
_NAMED = """
select person.id, {permitted} as permitted from person
where person.org_id = :org and person.id = any(:people::uuid[])
"""
# Ids of version 7 would tell the order in which the drafts were made, which is nobody's business here.
_DRAFT = """
with made as (
  insert into goal (org_id, id, name, description, owner_id, measure, starts_on, ends_on, target, currency,
    no_parent_reason, status, template_id, assignment_id)
  select :org, given.goal_id, template.goal_name, template.description, given.person_id, template.measure,
    :starts_on::date, :ends_on::date, coalesce(given.target, template.target), template.currency,
    template.no_parent_reason, 'draft', template.id, :assignment::uuid
  from unnest(:goals::uuid[], :people::uuid[], :targets::numeric[]) as given (goal_id, person_id, target)
  join goal_template template on template.org_id = :org and template.id = :template::uuid
  on conflict do nothing
  returning id, owner_id, target
), decided as (
  insert into goal_decision (org_id, id, goal_id, owner_id, act, person_id, target)
  select :org, decision.id, made.id, made.owner_id, 'assigned', :person::uuid, made.target
  from made join unnest(:goals::uuid[], :decisions::uuid[]) as decision (goal_id, id)
    on decision.goal_id = made.id
)
select id, owner_id, target from made order by owner_id
"""


@act
async def assign_template(
    actor: Actor,
    *,
    template_id: UUID,
    starts_on: date,
    ends_on: date,
    people: Sequence[AssignedPerson] | None = None,
    target: Decimal | None = None,
    id: UUID | None = None,
) -> UUID:
    """Draft a goal from a template for each of these people; for everybody with the template's role
    below the actor (or, for a comp administrator, in the organisation) where nobody is named.
    Returns the assignment's id."""
    if not may(actor, Act.GOAL_ASSIGN):
        organisation_wide(actor, Act.GOAL_ASSIGN)
    templates = GoalTemplate.filter(org_id=actor.org, id=template_id, retired_at__isnull=True)
    template = await templates.select_for_update(no_key=True).first()
    if template is None:
        raise NotFound("goal template", path=("templateId",))
    sound_period(starts_on, ends_on)
    await not_locked(actor, starts_on)
    if target is not None:
        sound_target(target)
    chosen = await _chosen(actor, template, people)

    ids = {person: new_id() for person in chosen}
    assignment = id or new_id()
    # The assignment comes first, since the drafts refer to it; what became of it is known after.
    left_alone = await _having_one(actor, template, starts_on, ends_on, list(chosen))
    fresh = [person for person in chosen if person not in left_alone]
    await GoalAssignment.add(
        org_id=actor.org,
        id=assignment,
        template_id=template.id,
        person_id=actor.person,
        starts_on=starts_on,
        ends_on=ends_on,
        drafted=len(fresh),
        left_alone=sorted(left_alone),
    )
    statement, arguments = bind(
        _DRAFT,
        {
            **viewer(actor),
            "template": template.id,
            "assignment": assignment,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "people": fresh,
            "goals": [ids[person] for person in fresh],
            "decisions": [new_id() for _ in fresh],
            "targets": [chosen[person] or target for person in fresh],
        },
    )
    made = await current_transaction().execute_query_dict(statement, arguments)
    assert len(made) == len(fresh), "the template is locked, so nobody else assigns it now"

    await record(
        actor,
        "goal_template.assigned",
        "goal_template",
        template.id,
        after={
            "assignment": assignment,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "drafted": len(made),
            "left_alone": len(left_alone),
        },
    )
    await record_each(
        actor,
        f"goal.{GoalAct.ASSIGNED}",
        "goal",
        [
            Happened(row["id"], after={"template": template.id, "target": row["target"]})
            for row in made
        ],
    )
    return assignment


async def _chosen(
    actor: Actor, template: GoalTemplate, people: Sequence[AssignedPerson] | None
) -> dict[UUID, Decimal | None]:
    """Who is to get a goal, each with a target of their own where one is given."""
    permitted = related(actor, Act.GOAL_ASSIGN, "person.id")
    if people is None:
        if template.for_role is None:
            raise Invalid(
                "The template is for no role, so name the people who are to have the goal.",
                path=("people",),
            )
        values = {**viewer(actor), "role": template.for_role, "most": MOST_PEOPLE + 1}
        statement, arguments = bind(_EVERYBODY.format(permitted=permitted), values)
        found = await current_transaction().execute_query_dict(statement, arguments)
        _bounded(len(found))
        return {row["id"]: None for row in found}

    _bounded(len(people))
    chosen = {each.person_id: each.target for each in people}
    if len(chosen) < len(people):
        raise Invalid("Name each person once.", path=("people",))
    for each in chosen.values():
        if each is not None:
            sound_target(each)
    values = {**viewer(actor), "people": sorted(chosen)}
    statement, arguments = bind(_NAMED.format(permitted=permitted), values)
    found = await current_transaction().execute_query_dict(statement, arguments)
    if len(found) < len(chosen):
        raise NotFound("person", path=("people",))
    if not all(row["permitted"] for row in found):
        raise NotPermitted("Goals are assigned to people below.", path=("people",))
    return chosen


def _bounded(number: int) -> None:
    if not 1 <= number <= MOST_PEOPLE:
        raise Invalid(
            f"A template is assigned to 1 to {MOST_PEOPLE:,} people at once; these are"
            f" {'more' if number > MOST_PEOPLE else 'none'}.",
            path=("people",),
        )


async def _having_one(
    actor: Actor, template: GoalTemplate, starts_on: date, ends_on: date, people: list[UUID]
) -> set[UUID]:
    rows = await current_transaction().execute_query_dict(
        "select owner_id from goal where org_id = $1 and template_id = $2 and starts_on = $3"
        " and ends_on = $4 and owner_id = any($5::uuid[])",
        [actor.org, template.id, starts_on, ends_on, people],
    )
    return {row["owner_id"] for row in rows}
