"""Partner apps: what they are granted, how their secrets change, and when they are nobody."""

from datetime import timedelta
from uuid import UUID

import pytest

from auth.actor import Actor, Scope
from auth.passwords import generate_secret
from domain.callers.client_tokens import ClientId, client_credentials
from domain.callers.clients import (
    ClientCredentials,
    change_client,
    ensure_client,
    register_client,
    revoke_client,
    rotate_client_secret,
)
from domain.callers.errors import AccessRefused, ClientRefused, ScopeRefused
from domain.callers.proofs import Proofs
from domain.callers.usage import add_uses
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.ids import new_id
from tests.domain.callers.cast import NOON, SECOND, actor_of, change
from tests.people import TODAY, Company, count, found_company

BOTH = frozenset({Scope.PERFORMANCE_READ, Scope.SALES_READ})


async def a_territory(company: Company) -> UUID:
    territory = new_id()
    await change(
        company, "insert into territory (org_id, id, name) values ($1, $2, 'Southwest')", territory
    )
    return territory


async def registered(company: Company, *territories: UUID) -> ClientCredentials:
    return await register_client(
        company.actor("Adam"),
        name="Forecasts Inc.",
        scopes=BOTH,
        territories=set(territories),
        now=NOON,
    )


async def calls(proofs: Proofs, app: ClientCredentials, *scopes: str) -> Actor:
    token = await client_credentials(
        proofs,
        client_id=str(app.client_id),
        secret=app.secret,
        scopes=set(scopes) or None,
        now=NOON,
    )
    return await actor_of(proofs, token.access)


async def test_a_partner_app_calls_with_its_scopes_in_its_territories(
    company: Company, proofs: Proofs
) -> None:
    southwest = await a_territory(company)
    app = await registered(company, southwest)

    actor = await calls(proofs, app)
    narrowed = await calls(proofs, app, "sales:read")

    assert (actor.org, actor.person, actor.client) == (company.org, None, app.client_id.client)
    assert (actor.scopes, actor.territories) == (BOTH, frozenset({southwest}))
    assert (actor.today, actor.via, actor.roles, actor.session) == (
        TODAY,
        "partner",
        frozenset(),
        None,
    )
    assert narrowed.scopes == {Scope.SALES_READ}
    assert app.secret not in repr(app)
    assert await count(company, "event", "act = 'client.registered'") == 1


@pytest.mark.parametrize("asked", ["territories:read", "goals:write", "sales:read2", "sales:*", ""])
async def test_a_partner_app_never_widens_its_grant(
    company: Company, proofs: Proofs, asked: str
) -> None:
    app = await registered(company)

    with pytest.raises(ScopeRefused):
        await calls(proofs, app, "sales:read", asked)


async def test_only_the_right_secret_of_the_right_app_is_believed(
    company: Company, proofs: Proofs
) -> None:
    other = await found_company("Contoso")
    app, theirs = await registered(company), await registered(other)
    ours = app.client_id
    wrong = [
        ClientCredentials(ours, theirs.secret),
        ClientCredentials(ours, app.secret[:-1]),
        ClientCredentials(ours, ""),
        ClientCredentials(ClientId(other.org, ours.client), app.secret),
        ClientCredentials(ClientId(company.org, theirs.client_id.client), theirs.secret),
        ClientCredentials(ClientId(company.org, new_id()), app.secret),
    ]

    for credentials in wrong:
        with pytest.raises(ClientRefused):
            await calls(proofs, credentials)
    for text in ("", "client", f"{ours}\n", str(ours).upper(), str(ours.client)):
        with pytest.raises(ClientRefused):
            await client_credentials(
                proofs, client_id=text, secret=app.secret, scopes=None, now=NOON
            )


async def test_a_new_secret_overlaps_with_the_old_one(company: Company, proofs: Proofs) -> None:
    adam, app = company.actor("Adam"), await registered(company)
    client = app.client_id.client

    new = await rotate_client_secret(adam, client=client, overlap=timedelta(hours=1), now=NOON)

    assert await calls(proofs, new)
    assert await calls(proofs, app)
    later = NOON + timedelta(hours=1)
    with pytest.raises(ClientRefused):
        await client_credentials(
            proofs, client_id=str(app.client_id), secret=app.secret, scopes=None, now=later
        )
    assert await client_credentials(
        proofs, client_id=str(new.client_id), secret=new.secret, scopes=None, now=later
    )
    with pytest.raises(Invalid):
        await rotate_client_secret(adam, client=client, overlap=timedelta(days=31), now=NOON)
    assert await count(company, "client_secret") == 2


async def test_a_revoked_or_expired_app_is_nobody_at_its_next_request(
    company: Company, proofs: Proofs
) -> None:
    app, adam = await registered(company), company.actor("Adam")
    token = await client_credentials(
        proofs, client_id=str(app.client_id), secret=app.secret, scopes=None, now=NOON
    )
    client = app.client_id.client

    await change_client(
        adam, client=client, scopes=BOTH, territories=set(), expires_at=NOON + SECOND
    )
    with pytest.raises(AccessRefused):
        await actor_of(proofs, token.access, NOON + SECOND)

    await change_client(
        adam,
        client=client,
        scopes={Scope.SALES_READ},
        territories=set(),
        expires_at=NOON + 9 * SECOND,
    )
    assert (await actor_of(proofs, token.access)).scopes == {Scope.SALES_READ}

    await revoke_client(adam, client=client, reason="Contract ended.", now=NOON)
    with pytest.raises(AccessRefused):
        await actor_of(proofs, token.access)
    with pytest.raises(ClientRefused):
        await calls(proofs, app)
    with pytest.raises(Conflict):
        await rotate_client_secret(adam, client=client, overlap=timedelta(0), now=NOON)
    assert await count(company, "event", "act = 'client.revoked' and reason is not null") == 1


async def test_only_an_admin_administers_partner_apps_of_their_own_company(
    company: Company, proofs: Proofs
) -> None:
    app, other = await registered(company), await found_company("Contoso")
    client = app.client_id.client

    for who in ("Cora", "Hal", "Ada", "Audrey", "Rui"):
        with pytest.raises(NotPermitted):
            await register_client(
                company.actor(who), name="Mine", scopes=BOTH, territories=set(), now=NOON
            )
        with pytest.raises(NotPermitted):
            await revoke_client(company.actor(who), client=client, reason="Mine", now=NOON)
    with pytest.raises(NotFound):
        await revoke_client(other.actor("Adam"), client=client, reason="Ours", now=NOON)

    assert await count(company, "client_app", "revoked_at is null") == 1


async def test_a_registration_that_cannot_be_meant_leaves_nothing(company: Company) -> None:
    other = await found_company("Contoso")
    theirs = await a_territory(other)
    adam = company.actor("Adam")
    await registered(company)

    with pytest.raises(NotFound):  # another company's territory does not exist
        await register_client(adam, name="A", scopes=BOTH, territories={theirs}, now=NOON)
    with pytest.raises(Conflict):
        await register_client(adam, name="forecasts inc.", scopes=BOTH, territories=set(), now=NOON)
    with pytest.raises(Invalid):
        await register_client(adam, name="B", scopes=set(), territories=set(), now=NOON)
    with pytest.raises(Invalid):
        await register_client(
            adam, name="C", scopes=BOTH, territories=set(), now=NOON, expires_at=NOON
        )

    assert await count(company, "client_app") == 1
    assert await count(company, "client_secret") == 1


async def test_ensuring_an_app_again_changes_only_what_is_not_so(
    company: Company, proofs: Proofs
) -> None:
    southwest, secret = await a_territory(company), generate_secret()

    async def ensured(secret: str, territories: set[UUID]) -> ClientId:
        return await ensure_client(
            company.system,
            name="App",
            scopes=BOTH,
            territories=territories,
            secret=secret,
            now=NOON,
        )

    first = await ensured(secret, set())
    assert await ensured(secret, set()) == first
    assert await count(company, "event") == 1

    new = generate_secret()
    assert await ensured(new, {southwest}) == first
    assert (await calls(proofs, ClientCredentials(first, new))).territories == {southwest}
    with pytest.raises(ClientRefused):
        await calls(proofs, ClientCredentials(first, secret))


async def test_use_is_added_up_by_day(company: Company) -> None:
    client = (await registered(company)).client_id.client

    await add_uses(company.org, {(client, NOON.date()): 2})
    await add_uses(company.org, {(client, NOON.date()): 40, (client, TODAY): 1})

    assert await count(company, "client_use") == 2
    assert await count(company, "client_use", "requests = 42") == 1
