"""Giving everybody a goal from a template at once: drafts, which their owners then hand in.

Over a calendar everybody gets a goal for each of its periods, which sum to their target exactly; of a
measure that does not add up, the same in each. Whoever has a goal from the template for the same days keeps
it, and who gets nothing new is named, so an assignment can be sent again for those who came since.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, may
from domain.acts import act
from domain.calendars.models import CalendarPeriod
from domain.calendars.words import PeriodGrain
from domain.database import current_transaction
from domain.errors import Invalid, NotFound, NotPermitted
from domain.goals.cascading_rules import adds_up, places_for
from domain.goals.form_models import GoalAssignment, GoalTemplate, GoalTemplateKpi
from domain.goals.form_rules import AssignedPerson, not_spread
from domain.goals.locking import not_locked
from domain.goals.models import GoalAct
from domain.goals.rules import sound_period, sound_target
from domain.goals.spread_basis import spread_basis
from domain.goals.spreading_rules import Days, SpreadBy
from domain.history import Happened, record, record_each
from domain.ids import new_id
from domain.measures.models import Measure
from domain.money import in_whole_units
from domain.people.access import organisation_wide, related
from domain.shares import shares
from domain.sql import bind, viewer

MOST_PEOPLE = 10_000
MOST_GOALS = 10_000

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
    no_parent_reason, status, template_id, assignment_id, period_id, season_id)
  select :org, given.goal_id, left(template.goal_name, 200 - length(given.ending)) || given.ending,
    template.description, given.person_id, template.measure, given.starts_on, given.ends_on, given.target,
    template.currency, template.no_parent_reason, 'draft', template.id, :assignment::uuid, given.period_id,
    :season::uuid
  from unnest(:goals::uuid[], :people::uuid[], :targets::numeric[], :begins::date[], :ends::date[],
    :periods::uuid[], :endings::text[])
    as given (goal_id, person_id, target, starts_on, ends_on, period_id, ending)
  join goal_template template on template.org_id = :org and template.id = :template::uuid
  on conflict do nothing
  returning id, owner_id, target
), decided as (
  insert into goal_decision (org_id, id, goal_id, owner_id, act, person_id, target)
  select :org, decision.id, made.id, made.owner_id, 'assigned', :person::uuid, made.target
  from made join unnest(:goals::uuid[], :decisions::uuid[]) as decision (goal_id, id)
    on decision.goal_id = made.id
), scored as (
  insert into goal_kpi (org_id, id, goal_id, place, measure, weight, currency, threshold, target, stretch,
    threshold_score, target_score, stretch_score)
  select :org, gen_random_uuid(), made.id, line.place, line.measure, line.weight, line.currency, line.threshold,
    line.target, line.stretch, line.threshold_score, line.target_score, line.stretch_score
  from made join goal_template_kpi line on line.org_id = :org and line.template_id = :template::uuid
)
select id, owner_id, target from made order by owner_id
"""


@dataclass(frozen=True, slots=True)
class Over:
    """The days of each goal that everybody gets, each with its period, where it is one."""

    calendar: UUID | None
    season: UUID | None
    days: Sequence[Days]
    periods: Sequence[CalendarPeriod | None]
    weights: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Draft:
    """One goal that is to be made."""

    id: UUID
    person: UUID
    days: Days
    target: Decimal | None
    period: CalendarPeriod | None


Shares = Callable[[Decimal | None], Sequence[Decimal | None]]


@act
async def assign_template(
    actor: Actor,
    *,
    template_id: UUID,
    starts_on: date,
    ends_on: date,
    people: Sequence[AssignedPerson] | None = None,
    target: Decimal | None = None,
    calendar_id: UUID | None = None,
    grain: PeriodGrain | None = None,
    by: SpreadBy | None = None,
    season_id: UUID | None = None,
    id: UUID | None = None,
) -> UUID:
    """Draft a goal from a template for each of these people, or one for each period of a calendar; for
    everybody with the template's role below the actor (or, for a comp administrator, in the
    organisation) where nobody is named. Returns the assignment's id."""
    if not may(actor, Act.GOAL_ASSIGN):
        organisation_wide(actor, Act.GOAL_ASSIGN)
    templates = GoalTemplate.filter(org_id=actor.org, id=template_id, retired_at__isnull=True)
    template = await templates.select_for_update(no_key=True).first()
    if template is None:
        raise NotFound("goal template", path=("templateId",))
    sound_period(starts_on, ends_on)
    if target is not None:
        in_whole_units(sound_target(target), template.currency, path="target")
    chosen = await _chosen(actor, template, people)
    whole = Days(starts_on, ends_on)
    over = await _over(actor, whole, calendar_id, grain, by, season_id)
    lines = await GoalTemplateKpi.filter(org_id=actor.org, template_id=template.id).count()
    not_spread(lines, periods=len(over.days))
    shared = await _shares(template, over.weights)
    _few_enough(len(chosen) * len(over.days))

    has = await _having_one(actor, template, over.days, list(chosen))
    drafts = [
        Draft(new_id(), person, days, share, period)
        for person, own in chosen.items()
        for days, period, share in zip(
            over.days, over.periods, shared(own or target or template.target), strict=True
        )
        if (person, days.first, days.last) not in has and share != 0
    ]
    left_alone = set(chosen) - {draft.person for draft in drafts}
    # The assignment comes first, since the drafts refer to it.
    assignment = id or new_id()
    await GoalAssignment.add(
        org_id=actor.org,
        id=assignment,
        template_id=template.id,
        person_id=actor.person,
        starts_on=starts_on,
        ends_on=ends_on,
        calendar_id=over.calendar,
        grain=grain,
        drafted=len(drafts),
        left_alone=sorted(left_alone),
    )
    statement, arguments = bind(
        _DRAFT,
        {
            **viewer(actor),
            "template": template.id,
            "assignment": assignment,
            "season": over.season,
            "goals": [draft.id for draft in drafts],
            "people": [draft.person for draft in drafts],
            "targets": [draft.target for draft in drafts],
            "begins": [draft.days.first for draft in drafts],
            "ends": [draft.days.last for draft in drafts],
            "periods": [draft.period and draft.period.id for draft in drafts],
            "endings": [f" · {draft.period.name}" if draft.period else "" for draft in drafts],
            "decisions": [new_id() for _ in drafts],
        },
    )
    made = await current_transaction().execute_query_dict(statement, arguments)
    assert len(made) == len(drafts), "the template is locked, so nobody else assigns it now"

    await record(
        actor,
        "goal_template.assigned",
        "goal_template",
        template.id,
        after={
            "assignment": assignment,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "calendar": over.calendar,
            "grain": grain,
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
            in_whole_units(sound_target(each), template.currency, path="people")
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


def _few_enough(goals: int) -> None:
    if goals > MOST_GOALS:
        raise Invalid(
            f"These would be {goals:,} goals; a template makes at most {MOST_GOALS:,} at once.",
            path=("people",),
        )


async def _over(
    actor: Actor,
    whole: Days,
    calendar_id: UUID | None,
    grain: PeriodGrain | None,
    by: SpreadBy | None,
    season_id: UUID | None,
) -> Over:
    """The days of each goal that everybody gets: all of them, or the periods of a calendar."""
    if calendar_id is None:
        if grain is not None or by is not None or season_id is not None:
            raise Invalid("Say over the periods of which calendar.", path=("calendarId",))
        await not_locked(actor, whole.first)
        return Over(None, None, [whole], [None], [Decimal(1)])
    if grain is None:
        raise Invalid("Say how long the periods are.", path=("grain",))
    basis = await spread_basis(
        actor, whole, calendar_id=calendar_id, grain=grain, by=by or SpreadBy.WORKING_DAYS,
        season_id=season_id,
    )  # fmt: skip
    return Over(basis.calendar, basis.season, basis.days, basis.periods, basis.weights)


async def _shares(template: GoalTemplate, weights: Sequence[Decimal]) -> Shares:
    """How a target falls to the periods: it sums to itself where the measure adds up, and is the same in
    each where it does not."""
    measure = await Measure.get(org_id=template.org_id, key=template.measure)
    sums = adds_up(measure.source, measure.unit) and len(weights) > 1

    @cache
    def shared(total: Decimal | None) -> Sequence[Decimal | None]:
        if total is None or not sums:
            return [total] * len(weights)
        return shares(total, weights, places_for(measure.unit, template.currency, total))

    return shared


async def _having_one(
    actor: Actor, template: GoalTemplate, days: Sequence[Days], people: list[UUID]
) -> set[tuple[UUID, date, date]]:
    rows = await current_transaction().execute_query_dict(
        "select goal.owner_id, goal.starts_on, goal.ends_on from goal"
        " join unnest($3::date[], $4::date[]) as given (first_day, last_day)"
        " on goal.starts_on = given.first_day and goal.ends_on = given.last_day"
        " where goal.org_id = $1 and goal.template_id = $2 and goal.owner_id = any($5::uuid[])",
        [
            actor.org,
            template.id,
            [each.first for each in days],
            [each.last for each in days],
            people,
        ],
    )
    return {(row["owner_id"], row["starts_on"], row["ends_on"]) for row in rows}
