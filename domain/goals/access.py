"""Who may see a goal, and the doors through which actions get one."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, Relation, reach
from domain.doors import locked, seen
from domain.errors import NotPermitted
from domain.goals.models import Goal, GoalStatus
from domain.people import access as people
from domain.people.access import related, stands_above, stands_below
from domain.people.models import Person


def visible(actor: Actor) -> str:
    """SQL over `{row}`: the owner's own, a manager's those of everybody below today, and all for
    readers of team figures across the organisation, as far as goals are not private; of those that
    are, all for human resources. Partner apps see aggregates, never a goal."""
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


def below(actor: Actor) -> str:
    """SQL over `{row}`, beside `visible`: a goal of somebody below."""
    if reach(actor, FieldClass.TEAM) != reach(actor, FieldClass.PRIVATE_GOAL):
        return stands_above("{row}.owner_id", or_is=False)
    return stands_below(actor, "{row}.owner_id", among=FieldClass.TEAM)


def waits_for(actor: Actor) -> str:
    """SQL over `{row}`: a goal that was handed in, and that the actor may decide."""
    if reach(actor, Act.GOAL_APPROVE) == {Relation.CHAIN}:
        decides = below(actor)
    else:
        decides = related(actor, Act.GOAL_APPROVE, "{row}.owner_id")
    return f"{{row}}.status = '{GoalStatus.SUBMITTED}' and {decides}"


async def goal_for(actor: Actor, act: Act, goal_id: UUID) -> Goal:
    """The goal, locked until the transaction ends, for somebody who may do this act to it.

    NotFound for a goal the actor may not see; NotPermitted for one they see and may not touch.
    """
    goal = await locked(actor, Goal, goal_id, kind="goal", visible=visible(actor), act=act)
    if not goal.permitted:
        raise NotPermitted(_REFUSALS.get(act, "This is not yours to change."), path=("id",))
    return goal.row


async def owner_for(actor: Actor, act: Act, owner_id: UUID) -> None:
    """A person for whom the actor may do this act. NotFound or NotPermitted otherwise."""
    owner = await seen(
        actor, Person, owner_id, kind="person", visible=people.visible(actor), act=act, person="id",
        path=("ownerId",),
    )  # fmt: skip
    if not owner:
        raise NotPermitted("Goals are set for oneself or for people below.", path=("ownerId",))


_REFUSALS = {
    Act.GOAL_APPROVE: "Only a manager above the owner approves a goal, and nobody their own.",
    Act.GOAL_RETURN: "Only a manager above the owner returns a goal, and nobody their own.",
    Act.GOAL_CHECK_IN: "Only the owner checks in on a goal.",
    Act.GOAL_KEEP_PRIVATE: "Only the owner decides whether a goal is private.",
    Act.GOAL_SUBMIT: "Only the owner submits a goal.",
    Act.GOAL_DRAFT: "Only the owner, or a manager above the owner, changes a goal.",
    Act.GOAL_PROPOSE: "Only the owner proposes a number for a goal.",
    Act.GOAL_ALIGN: "Only the owner, or a manager above the owner, says where a goal stands.",
    Act.GOAL_ROLL_UP: "Only the owner, or a manager above the owner, says what the goals below are to it.",
    Act.GOAL_CASCADE: "Only a manager, for their own goals and those of people below, cascades a goal.",
    Act.GOAL_BUDGET: "Only a manager, for their own goals and those of people below, sets a goal's budget.",
}
