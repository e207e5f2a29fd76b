"""Who hears of what: the history as each caller may know of it."""

from uuid import UUID

import pytest

from auth.actor import Actor, Role, Scope
from domain.callers.passwords import set_password  # noqa: F401
from domain.goals.actions import approve_goal, submit_goal
from domain.people.actions import add_person, grant_role
from schema import STORED
from schema.changes import Kinds, look, newest_number
from tests.people import Company, drafted_goal, found_company, submitted_goal

KINDS: Kinds = {stored.kind: stored for stored in STORED.values() if stored.kind}


async def heard(actor: Actor, since: int = 0) -> list[tuple[str, UUID]]:
    return list((await look(KINDS, actor, since)).subjects)


async def test_a_goal_is_heard_of_by_its_owner_and_those_above_and_by_nobody_beside(
    company: Company,
) -> None:
    goal = await submitted_goal(company, "Rui")

    told = {
        name: await look(KINDS, company.actor(name), 0) for name in ("Rui", "Mona", "Ada", "Fay")
    }
    beside = [
        await look(KINDS, company.actor(name), 0) for name in ("Sam", "Eve", "Olga", "Hal", "Adam")
    ]

    for shown in told.values():
        assert shown.subjects == (("goal", goal),)
        assert shown.number == shown.newest == 2
    assert {(shown.number, shown.subjects) for shown in beside} == {(None, ())}
