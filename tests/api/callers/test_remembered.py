"""A caller taken from memory: never more than they are now, and never for longer."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from starlette.requests import Request

from api.callers import Caller, Callers
from api.endpoint import Unauthenticated
from auth.actor import Role, Scope
from auth.keyring import LIFETIME
from auth.tokens import AccessToken
from domain.callers.clients import change_client, register_client, revoke_client
from domain.callers.proofs import Proofs
from domain.callers.sessions import end_session, refresh_session
from domain.database import reading
from domain.people.actions import grant_role, revoke_role
from domain.sql import bind
from tests.api.callers.door import Clock
from tests.domain.callers.cast import NOON, SECOND, change, signed_in
from tests.people import Company, found_company


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def callers(proofs: Proofs, clock: Clock, database: str) -> AsyncIterator[Callers]:
    yield Callers(proofs, now=clock)


def request(access: str) -> Request:
    headers = [(b"authorization", f"Bearer {access}".encode())]
    return Request({"type": "http", "method": "POST", "path": "/graphql", "headers": headers})


async def known(callers: Callers, access: str) -> Caller:
    """The caller at a request after their first."""
    await callers.caller(request(access))
    caller = await callers.caller(request(access))
    assert caller is not None
    assert caller.standing is not None
    return caller


async def is_proved(caller: Caller) -> bool:
    assert caller.standing is not None
    statement, arguments = bind(f"select {caller.standing.proof}", caller.standing.values)
    async with reading(caller.actor.org, caller.actor.person) as connection:
        return await connection.fetchval(statement, *arguments) is True


async def test_the_database_is_asked_once_and_then_proves_who_was_remembered(
    company: Company, proofs: Proofs, callers: Callers
) -> None:
    access = (await signed_in(company, proofs)).access

    first = await callers.caller(request(access))
    second = await callers.caller(request(access))

    assert first is not None
    assert second is not None
    assert (first.standing, second.actor) == (None, first.actor)
    assert first.actor == await callers.authenticate(request(access))
    assert await is_proved(second)
    assert (await second.renewed()).standing is None
    assert await callers.caller(Request({"type": "http", "headers": []})) is None


async def test_a_revoked_session_is_refused_at_the_next_request_and_forgotten(
    company: Company, proofs: Proofs, callers: Callers
) -> None:
    access = (await signed_in(company, proofs)).access
    caller = await known(callers, access)
    assert caller.actor.session is not None

    await end_session(company.actor("Adam"), session_id=caller.actor.session, now=NOON)

    assert not await is_proved(caller)
    with pytest.raises(Unauthenticated):
        await caller.renewed()
    assert len(callers._standings) == 0
    with pytest.raises(Unauthenticated):
        await callers.caller(request(access))


async def test_a_changed_role_counts_from_the_next_request(
    company: Company, proofs: Proofs, callers: Callers
) -> None:
    adam, rui = company.actor("Adam"), company.ids["Rui"]
    access = (await signed_in(company, proofs)).access
    caller = await known(callers, access)
    assert caller.actor.roles == {Role.REP}

    await grant_role(adam, person_id=rui, role=Role.MANAGER)
    assert not await is_proved(caller)
    assert (await caller.renewed()).actor.roles == {Role.REP, Role.MANAGER}

    caller = await known(callers, access)
    assert caller.actor.roles == {Role.REP, Role.MANAGER}
    await revoke_role(adam, person_id=rui, role=Role.MANAGER)
    assert not await is_proved(caller)
    assert (await caller.renewed()).actor.roles == {Role.REP}


async def test_a_partner_app_that_is_remembered_is_narrowed_revoked_and_counted(
    company: Company, proofs: Proofs, callers: Callers
) -> None:
    adam = company.actor("Adam")
    credentials = await register_client(
        adam,
        name="Northwind BI",
        scopes={Scope.PERFORMANCE_READ, Scope.SALES_READ},
        territories=frozenset(),
        now=NOON,
    )
    app = credentials.client_id.client
    whole = proofs.tokens.issue(AccessToken(company.org, client=app), NOON)
    narrow = proofs.tokens.issue(
        AccessToken(company.org, client=app, scopes=frozenset({Scope.SALES_READ})), NOON
    )

    caller, narrowed = await known(callers, whole), await known(callers, narrow)
    assert caller.actor.scopes == {Scope.PERFORMANCE_READ, Scope.SALES_READ}
    assert narrowed.actor.scopes == {Scope.SALES_READ}

    await change_client(
        adam, client=app, scopes={Scope.PERFORMANCE_READ}, territories=set(),
        expires_at=NOON + timedelta(days=1),
    )  # fmt: skip
    assert not await is_proved(caller)
    assert (await caller.renewed()).actor.scopes == {Scope.PERFORMANCE_READ}
    assert (await narrowed.renewed()).actor.scopes == frozenset()

    caller = await known(callers, whole)
    await revoke_client(adam, client=app, reason="The contract ended.", now=NOON)
    assert not await is_proved(caller)
    with pytest.raises(Unauthenticated):
        await caller.renewed()

    await callers.flush_usage()
    async with reading(company.org) as connection:
        counted = await connection.fetchval(
            "select requests from client_use where org_id = $1 and client_id = $2",
            company.org,
            app,
        )
    assert counted == 6  # requests, however often each asked the database


async def test_a_remembered_caller_ends_with_the_token(
    company: Company, proofs: Proofs, callers: Callers, clock: Clock
) -> None:
    access = (await signed_in(company, proofs)).access
    caller = await known(callers, access)

    clock.passes(LIFETIME)

    with pytest.raises(Unauthenticated):
        await callers.caller(request(access))
    with pytest.raises(Unauthenticated):
        await caller.renewed()
    assert not proofs.tokens._known


async def test_a_remembered_caller_ends_with_the_key_that_signed_the_token(
    company: Company, proofs: Proofs, callers: Callers
) -> None:
    access = (await signed_in(company, proofs)).access
    caller = await known(callers, access)

    proofs.keyring.replace(NOON)

    with pytest.raises(Unauthenticated):
        await callers.caller(request(access))
    with pytest.raises(Unauthenticated):
        await caller.renewed()


async def test_a_session_that_went_on_is_not_refused_for_what_is_remembered(
    company: Company, proofs: Proofs, callers: Callers, clock: Clock
) -> None:
    tokens = await signed_in(company, proofs)
    await change(company, "update session set expires_at = $2 where org_id = $1", NOON + SECOND)
    caller = await known(callers, tokens.access)
    await refresh_session(proofs, tokens.refresh, NOON)

    clock.passes(2 * SECOND)  # by what is remembered the session has expired

    after = await callers.caller(request(tokens.access))
    assert after is not None
    assert (after.actor, after.standing) == (caller.actor, None)


async def test_the_memory_is_bounded_and_keeps_who_came_last(
    company: Company, proofs: Proofs, database: str
) -> None:
    callers = Callers(proofs, now=Clock(), remembered=2)
    rui, sam, eve = [
        (await signed_in(company, proofs, who)).access for who in ("Rui", "Sam", "Eve")
    ]

    await known(callers, rui)
    await known(callers, sam)
    await known(callers, rui)
    await callers.caller(request(eve))

    assert len(callers._standings) == 2
    here = {who: await callers.caller(request(who)) for who in (rui, eve, sam)}
    assert [caller is not None and caller.standing is not None for caller in here.values()] == [
        True,
        True,
        False,
    ]


async def test_callers_of_two_organisations_with_equal_ids_do_not_meet(
    company: Company, proofs: Proofs, callers: Callers
) -> None:
    other = await found_company("Contoso")
    access = (await signed_in(company, proofs)).access
    caller = await known(callers, access)
    assert caller.actor.person is not None
    elsewhere = proofs.tokens.issue(
        AccessToken(other.org, person=caller.actor.person, session=caller.actor.session), NOON
    )

    with pytest.raises(Unauthenticated):
        await callers.caller(request(elsewhere))

    assert (await known(callers, access)).actor.org == company.org


async def test_no_token_stands_in_the_memory_of_callers(
    company: Company, proofs: Proofs, callers: Callers
) -> None:
    access = (await signed_in(company, proofs)).access

    caller = await known(callers, access)

    assert not any(part in repr(vars(callers._standings)) for part in access.split("."))
    assert access not in repr(caller)
