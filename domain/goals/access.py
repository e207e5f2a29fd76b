"""Who may see a goal, and the doors through which actions get one."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, Relation, org_wide, reach
from domain.database import current_transaction
from domain.doors import locked, seen
from domain.errors import NotPermitted
from domain.goals.models import Goal, GoalStatus
from domain.people import access as people
from domain.people.access import related, stands_above, stands_below
from domain.people.models import Person
from domain.sql import bind, viewer


def visible(actor: Actor) -> str:
    """SQL over `{row}`: the owner's own, a manager's those of everybody below today, and all for
    readers of team figures across the organisation, as far as goals are not private; of those that
    are, all for human resources; a delegate's what waits for the delegator, or has an amendment that
    does; what one has a part in.
    Partner apps see aggregates, never a goal."""
    seen = _visible_by_standing(actor)
    if seen == "true":
        return seen
    ways = [seen]
    if actor.delegators:
        ways.append(to_decide_for_another(actor))
    if actor.shares:
        ways.append("({row}.id = any(:shares::uuid[]) and not {row}.private)")
    return f"({' or '.join(ways)})" if len(ways) > 1 else seen


def _visible_by_standing(actor: Actor) -> str:
    team = related(actor, FieldClass.TEAM, "{row}.owner_id")
    private = related(actor, FieldClass.PRIVATE_GOAL, "{row}.owner_id")
    if team == private:
        return team
    if team == "true":
        return f"(not {{row}}.private or {private})"
    if private == "true":
        return f"({{row}}.private or {team})"
    return f"case when {{row}}.private then {private} else {team} end"


def visible_through_goal(actor: Actor) -> str:
    """SQL over `{row}` for what belongs to a goal: seen by whoever sees the goal."""
    goal = visible(actor).replace("{row}", "goal")
    if goal in ("true", "false"):
        return goal
    return (
        "exists (select 1 from goal where goal.org_id = :org::uuid and goal.id = {row}.goal_id"
        f" and {goal})"
    )


def visible_delegation(actor: Actor) -> str:
    """SQL over `{row}`: whoever sees the delegator's goals, and the delegate."""
    delegator = related(actor, FieldClass.TEAM, "{row}.from_id")
    if delegator in ("true", "false"):
        return delegator
    return f"({delegator} or {{row}}.to_id = :person::uuid)"


def visible_lock(actor: Actor) -> str:
    """SQL over `{row}`: everybody in an organisation learns until when goals can be agreed."""
    return "true" if org_wide(actor, FieldClass.PUBLIC) else "false"


def amendments_to_decide(actor: Actor) -> str:
    """SQL over `{row}`: an amendment that waits, and that the actor may decide, for themselves or in
    the place of somebody who delegates to them."""
    decides = related(actor, Act.GOAL_DECIDE_AMENDMENT, "{row}.owner_id")
    if actor.delegators:
        opened = "select 1 from goal where goal.org_id = :org::uuid and goal.id = {row}.goal_id"
        for_another = decides_for_another("{row}", proposed_by="{row}.requested_by")
        decides = f"({decides} or exists ({opened} and not goal.private) and {for_another})"
    waits = "{row}.state = 'requested' and {row}.requested_by is distinct from :person::uuid"
    return f"{waits} and {decides}"


def to_decide_for_another(actor: Actor) -> str:
    """SQL over `{row}`: a goal that waits, or an amendment of which waits, for somebody in whose
    place the actor decides."""
    if not actor.delegators:
        return "false"
    return f"({_waits_for_delegate('{row}')} or {_amended_for_delegate('{row}')})"


def below(actor: Actor) -> str:
    """SQL over `{row}`, beside `visible`: a goal of somebody below."""
    if actor.delegators or actor.shares:  # who see goals of others than those below
        return stands_above("{row}.owner_id", or_is=False)
    if reach(actor, FieldClass.TEAM) != reach(actor, FieldClass.PRIVATE_GOAL):
        return stands_above("{row}.owner_id", or_is=False)
    return stands_below(actor, "{row}.owner_id", among=FieldClass.TEAM)


def waits_for(actor: Actor) -> str:
    """SQL over `{row}`: a goal that was handed in, and that the actor may decide, for themselves or
    in the place of somebody who delegates to them."""
    if reach(actor, Act.GOAL_APPROVE) == {Relation.CHAIN}:
        decides = below(actor)
    else:
        decides = related(actor, Act.GOAL_APPROVE, "{row}.owner_id")
    if actor.delegators:
        decides = f"({decides} or {_waits_for_delegate('{row}')})"
    return f"{{row}}.status = '{GoalStatus.SUBMITTED}' and {decides}"


def decides_for_another(goal: str, *, proposed_by: str | None = None) -> str:
    """SQL: on the caller's today, the owner of the goal (an alias or `{row}`) is below somebody in
    whose place the caller decides; never the caller's own goal, nor one of such a person's, and
    nothing in the place of who proposed it (a column)."""
    proposer = f" and reach.viewer_id is distinct from {proposed_by}" if proposed_by else ""
    return (
        f"({goal}.owner_id <> :person::uuid and {goal}.owner_id <> all(:delegators::uuid[])"
        " and exists (select 1 from reach where reach.org_id = :org::uuid"
        f" and reach.viewer_id = any(:delegators::uuid[]) and reach.person_id = {goal}.owner_id{proposer}"
        " and reach.depth >= 1 and reach.during @> :today::date))"
    )


def _waits_for_delegate(goal: str) -> str:
    """A delegate sees what waits for the delegator, as long as it waits, and nothing private."""
    waits = f"{goal}.status = '{GoalStatus.SUBMITTED}' and not {goal}.private"
    return f"({waits} and {decides_for_another(goal)})"


def _amended_for_delegate(goal: str) -> str:
    """A delegate sees a goal as long as an amendment of it waits for the delegator, if not private."""
    for_another = decides_for_another("amendment", proposed_by="amendment.requested_by")
    return (
        f"(not {goal}.private and exists (select 1 from goal_amendment amendment"
        f" where amendment.org_id = :org::uuid and amendment.goal_id = {goal}.id"
        " and amendment.state = 'requested'"
        f" and amendment.requested_by is distinct from :person::uuid and {for_another}))"
    )


async def goal_for(actor: Actor, act: Act, goal_id: UUID) -> Goal:
    """The goal, locked until the transaction ends, for somebody who may do this act to it.

    NotFound for a goal the actor may not see; NotPermitted for one they see and may not touch.
    """
    goal = await locked(actor, Goal, goal_id, kind="goal", visible=visible(actor), act=act)
    if not goal.permitted:
        raise NotPermitted(_REFUSALS.get(act, "This is not yours to change."), path=("id",))
    return goal.row


async def goal_to_decide(
    actor: Actor, act: Act, goal_id: UUID, *, proposed_by: UUID | None = None, path: str = "id"
) -> tuple[Goal, UUID | None]:
    """As `goal_for`, for whoever may decide upon the goal themselves (None) or as the delegate of
    the person whose id comes with it, who is not the one by whom it was proposed. A delegation that
    has ended by then opens nothing."""
    goal = await locked(actor, Goal, goal_id, kind="goal", visible=visible(actor), act=act)
    if goal.permitted:
        return goal.row, None
    if actor.delegators:
        statement, arguments = bind(
            _DELEGATOR, {**viewer(actor), "goal": goal_id, "proposed_by": proposed_by}
        )
        found = await current_transaction().execute_query_dict(statement, arguments)
        if found:
            delegator: UUID = found[0]["from_id"]
            return goal.row, delegator
    raise NotPermitted(_REFUSALS[act], path=(path,))


async def goal_seen(actor: Actor, goal_id: UUID, *, path: str) -> None:
    """Raises NotFound for a goal that the actor does not see."""
    await seen(actor, Goal, goal_id, kind="goal", visible=visible(actor), path=(path,))


async def goal_of_another(actor: Actor, act: Act, goal_id: UUID) -> Goal:
    """As `goal_for`, for what nobody does to a goal of their own, whatever their roles."""
    goal = await goal_for(actor, act, goal_id)
    if goal.owner_id == actor.person:
        raise NotPermitted(_REFUSALS[act], path=("id",))
    return goal


async def owner_for(actor: Actor, act: Act, owner_id: UUID) -> None:
    """A person for whom the actor may do this act. NotFound or NotPermitted otherwise."""
    owner = await seen(
        actor, Person, owner_id, kind="person", visible=people.visible(actor), act=act, person="id",
        path=("ownerId",),
    )  # fmt: skip
    if not owner:
        raise NotPermitted("Goals are set for oneself or for people below.", path=("ownerId",))


# The nearest of those above the owner who delegate to the caller now. Whoever ends the delegation at
# this moment waits for the decision, or comes before it.
_DELEGATOR = f"""
select delegation.from_id from delegation
join goal on goal.org_id = :org and goal.id = :goal
join reach on reach.org_id = :org and reach.viewer_id = delegation.from_id
  and reach.person_id = goal.owner_id and reach.depth >= 1 and reach.during @> :today::date
where delegation.org_id = :org and delegation.to_id = :person and delegation.ended_at is null
  and delegation.from_id = any(:delegators)
  and delegation.from_id is distinct from :proposed_by::uuid and :today between delegation.starts_on and delegation.ends_on
  and not goal.private and {decides_for_another("goal")}
order by reach.depth, delegation.from_id limit 1 for share of delegation
"""
_AT_THE_TOP = ", or a comp administrator where nobody stands above"
_REFUSALS = {
    Act.GOAL_ACCEPT: "Only the owner accepts a goal or asks for a change.",
    Act.GOAL_AMEND: "Only a manager above the owner, or a comp administrator, amends a goal.",
    Act.GOAL_DECIDE_AMENDMENT: "Only a manager above the owner, or their delegate, decides upon an"
    f" amendment{_AT_THE_TOP}, and nobody upon one of their own or of a goal of theirs.",
    Act.GOAL_APPROVE: f"Only a manager above the owner approves a goal{_AT_THE_TOP}, and nobody"
    " their own.",
    Act.GOAL_RETURN: f"Only a manager above the owner returns a goal{_AT_THE_TOP}, and nobody"
    " their own.",
    Act.GOAL_CHECK_IN: "Only the owner checks in on a goal.",
    Act.GOAL_KEEP_PRIVATE: "Only the owner decides whether a goal is private.",
    Act.BLOCKER_RAISE: "Only the owner says what is in the way of a goal.",
    Act.PLAN_OPEN: "Only a manager above the owner opens a corrective plan.",
    Act.GOAL_OVERRIDE: "Only a manager above the owner, or a comp administrator, sets an actual by"
    " hand, and nobody their own.",
    Act.GOAL_RATE: f"Only a manager above the owner rates a goal{_AT_THE_TOP}, and nobody their own.",
    Act.GOAL_CLOSE: f"Only a manager above the owner closes a goal{_AT_THE_TOP}, and nobody their own.",
    Act.GOAL_REOPEN: "Only a comp administrator reopens a goal, and nobody their own.",
    Act.GOAL_SUBMIT: "Only the owner submits a goal.",
    Act.GOAL_DRAFT: "Only the owner, or a manager above the owner, changes a goal.",
    Act.GOAL_PROPOSE: "Only the owner proposes a number for a goal.",
    Act.GOAL_ALIGN: "Only the owner, or a manager above the owner, says where a goal stands.",
    Act.GOAL_ROLL_UP: "Only the owner, or a manager above the owner, says what the goals below are to it.",
    Act.GOAL_CASCADE: "Only a manager, for their own goals and those of people below, cascades a goal.",
    Act.GOAL_BUDGET: "Only a manager, for their own goals and those of people below, sets a goal's budget.",
}
