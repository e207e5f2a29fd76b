"""What is remembered of a caller proves itself, in the statement that relies on it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from auth.actor import Role, Scope
from auth.tokens import AccessToken
from domain.callers.clients import register_client, revoke_client
from domain.callers.errors import AccessRefused
from domain.callers.proofs import Proofs
from domain.callers.sessions import end_session, refresh_session
from domain.callers.standing import Standing, standing_of
from domain.database import on_behalf_of, reading
from domain.goals.delegating import delegate_approvals, end_delegation
from domain.ids import new_id
from domain.people.actions import deactivate_person, grant_role, revoke_role
from domain.sql import bind
from tests.domain.callers.cast import NOON, SECOND, change, signed_in
from tests.people import Company, found_company

_ELSEWHERE = timedelta(hours=1)


async def holds(standing: Standing) -> bool:
    """Whether the database says the very same now, asked as a read asks."""
    statement, arguments = bind(f"select ({standing.proof}), 'the read'", standing.values)
    async with reading(standing.token.org, standing.token.person) as connection:
        row = await connection.fetchrow(statement, *arguments)
    assert row is not None
    assert isinstance(row[0], bool)
    return row[0]


async def reps_standing(company: Company, proofs: Proofs) -> Standing:
    tokens = await signed_in(company, proofs)
    return await standing_of(proofs.tokens.verify(tokens.access, NOON))


async def partners_standing(company: Company) -> Standing:
    credentials = await register_client(
        company.actor("Adam"),
        name="Northwind BI",
        scopes={Scope.PERFORMANCE_READ, Scope.SALES_READ},
        territories={await territory(company, "West"), await territory(company, "East")},
        now=NOON,
    )
    return await standing_of(AccessToken(company.org, client=credentials.client_id.client))


async def territory(company: Company, name: str) -> UUID:
    id_ = new_id()
    await change(
        company,
        "insert into territory (org_id, id, name) values ($1, $2, $3)",
        id_,
        name,
    )
    return id_


async def test_a_caller_is_proved_as_long_as_nothing_changed_about_them(
    company: Company, proofs: Proofs
) -> None:
    rui, app = await reps_standing(company, proofs), await partners_standing(company)

    await change(
        company, "update person set title = 'Senior', version = version + 1 where org_id = $1"
    )
    await change(company, "update client_app set name = 'Another name' where org_id = $1")

    for standing in (rui, app):
        again = await standing_of(standing.token)
        assert (again.text, again.facts) == (standing.text, standing.facts)
        assert await holds(standing)
        assert standing.actor(NOON) == (await standing_of(standing.token)).actor(NOON)
    assert rui.actor(NOON).roles == {Role.REP}
    assert app.actor(NOON).scopes == {Scope.PERFORMANCE_READ, Scope.SALES_READ}


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("update session set revoked_at = $2, revoked_because = 'revoked' where org_id = $1", NOON),
        ("update session set expires_at = $2 where org_id = $1", NOON + SECOND),
        ("update person set disabled_at = $2 where org_id = $1", NOON),
        ("update person set left_on = $2 where org_id = $1", date(2030, 1, 1)),
        ("update organisation set business_date = $2 where org_id = $1", date(2020, 5, 30)),
        ("update organisation set time_zone = $2 where org_id = $1", "Pacific/Auckland"),
        ("update role_grant set revoked_at = $2 where org_id = $1", NOON),
    ],
)
async def test_every_fact_that_decides_about_a_person_breaks_the_proof(
    company: Company, proofs: Proofs, statement: str, value: object
) -> None:
    standing = await reps_standing(company, proofs)
    assert await holds(standing)

    await change(company, statement, value)

    assert not await holds(standing)


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("update client_app set revoked_at = $2 where org_id = $1", NOON),
        ("update client_app set expires_at = $2 where org_id = $1", NOON + SECOND),
        ("update client_app set scopes = $2 where org_id = $1", ["sales:read"]),
        ("update organisation set business_date = $2 where org_id = $1", date(2020, 5, 30)),
        ("update organisation set time_zone = $2 where org_id = $1", "Pacific/Auckland"),
        (
            "delete from client_territory where org_id = $1 and territory_id ="
            " (select id from territory where org_id = $1 and name = $2)",
            "West",
        ),
    ],
)
async def test_every_fact_that_decides_about_a_partner_app_breaks_the_proof(
    company: Company, statement: str, value: object
) -> None:
    standing = await partners_standing(company)
    assert await holds(standing)

    await change(company, statement, value)

    assert not await holds(standing)


async def test_acts_that_end_or_change_a_caller_break_the_proof(
    company: Company, proofs: Proofs
) -> None:
    adam = company.actor("Adam")
    rui, app = company.ids["Rui"], await partners_standing(company)

    standing = await reps_standing(company, proofs)
    await grant_role(adam, person_id=rui, role=Role.MANAGER)
    assert not await holds(standing)

    standing = await standing_of(standing.token)
    assert standing.actor(NOON).roles == {Role.REP, Role.MANAGER}
    await revoke_role(adam, person_id=rui, role=Role.MANAGER)
    assert not await holds(standing)

    standing = await standing_of(standing.token)
    mona, day = company.actor("Mona"), standing.actor(NOON).today
    delegation = await delegate_approvals(mona, to_id=rui, starts_on=day, ends_on=day)
    assert not await holds(standing)
    standing = await standing_of(standing.token)
    assert standing.actor(NOON).delegators == {mona.person}
    await revoke_role(adam, person_id=company.ids["Mona"], role=Role.MANAGER)
    assert not await holds(standing)
    assert not (await standing_of(standing.token)).actor(NOON).delegators
    await grant_role(adam, person_id=company.ids["Mona"], role=Role.MANAGER)
    assert await holds(standing)
    await end_delegation(mona, delegation_id=delegation)
    assert not await holds(standing)

    standing = await standing_of(standing.token)
    assert standing.token.session is not None
    await end_session(standing.actor(NOON), session_id=standing.token.session, now=NOON)
    assert not await holds(standing)

    standing = await reps_standing(company, proofs)
    await deactivate_person(adam, person_id=rui, reason="Left the company.")
    assert not await holds(standing)
    with pytest.raises(AccessRefused):
        (await standing_of(standing.token)).actor(NOON)

    assert app.token.client is not None
    await revoke_client(adam, client=app.token.client, reason="The contract ended.", now=NOON)
    assert not await holds(app)
    with pytest.raises(AccessRefused):
        (await standing_of(app.token)).actor(NOON)


async def test_what_is_remembered_ends_by_itself_when_its_time_comes(
    company: Company, proofs: Proofs
) -> None:
    await change(
        company,
        "update organisation set business_date = null, time_zone = 'Pacific/Auckland'"
        " where org_id = $1",
    )
    await change(company, "update person set left_on = '2026-03-04' where org_id = $1")
    standing = await reps_standing(company, proofs)
    midnight = datetime(2026, 3, 3, 11, tzinfo=UTC)  # in Auckland, 13 hours ahead

    assert standing.actor(midnight - SECOND).today == date(2026, 3, 3)
    with pytest.raises(AccessRefused):
        standing.actor(midnight)  # the day on which Rui has left

    await change(company, "update person set left_on = null where org_id = $1")
    standing = await standing_of(standing.token)
    ends = standing.facts["expires_at"]
    assert standing.actor(ends - SECOND).person == company.ids["Rui"]
    with pytest.raises(AccessRefused):
        standing.actor(ends)


async def test_a_session_that_went_on_is_asked_for_anew(company: Company, proofs: Proofs) -> None:
    tokens = await signed_in(company, proofs)
    standing = await standing_of(proofs.tokens.verify(tokens.access, NOON))

    await refresh_session(proofs, tokens.refresh, NOON + _ELSEWHERE)

    assert not await holds(standing)
    assert await holds(await standing_of(standing.token))


async def test_a_proof_of_one_organisation_proves_nothing_in_another(
    company: Company, proofs: Proofs
) -> None:
    """The other organisation has a session and a person of the very same ids."""
    standing = await reps_standing(company, proofs)
    other = await found_company("Contoso")
    async with on_behalf_of(company.org) as transaction:
        [session] = await transaction.execute_query_dict("select * from session where org_id = $1", [company.org])  # fmt: skip
    token = standing.token
    assert token.person is not None
    await change(
        other,
        "insert into person (org_id, id, name) values ($1, $2, 'Of the same id')",
        token.person,
    )
    session["org_id"] = other.org
    columns = list(session)
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    async with on_behalf_of(other.org) as transaction:
        await transaction.execute_query(
            f"insert into session ({', '.join(columns)}) values ({places})", list(session.values())
        )

    theirs = await standing_of(AccessToken(other.org, person=token.person, session=token.session))

    assert theirs.actor(NOON).roles == frozenset()
    assert standing.actor(NOON).roles == {Role.REP}
    statement, arguments = bind(f"select {standing.proof}", standing.values | {"org": other.org})
    async with reading(other.org) as connection:
        assert await connection.fetchval(statement, *arguments) is False
    async with reading(other.org) as connection:  # row security alone
        statement, arguments = bind(f"select {standing.proof}", standing.values)
        assert await connection.fetchval(statement, *arguments) is False


async def test_one_text_of_proof_serves_all_persons(company: Company, proofs: Proofs) -> None:
    rui = await reps_standing(company, proofs)
    sam = await standing_of(
        proofs.tokens.verify((await signed_in(company, proofs, "Sam")).access, NOON)
    )

    assert rui.proof == sam.proof
    assert rui.values.keys() == {"org", "person", "session", "client", "standing"}
    assert rui.values != sam.values
