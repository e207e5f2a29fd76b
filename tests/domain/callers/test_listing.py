"""Who may call an organisation is told to those who may know all of it."""

import pytest

from auth.actor import Actor
from domain.callers.listing import clients_of, people_of, sessions_of, territory_called
from domain.callers.proofs import Proofs
from domain.errors import NotPermitted
from tests.domain.callers.cast import signed_in
from tests.people import ROLES, Company


async def test_a_company_lists_who_may_call_it_to_those_who_administer_or_audit_access(
    company: Company, proofs: Proofs
) -> None:
    await signed_in(company, proofs)

    async def told_to(actor: Actor) -> bool:
        try:
            [rui] = await people_of(actor, "rui@example.test")
            [session] = await sessions_of(actor, rui.id)
            return (rui.has_password, session.via, await clients_of(actor)) == (True, "mobile", [])
        except NotPermitted:
            return False

    told = {name for name in ROLES if await told_to(company.actor(name))}

    assert told == {"Audrey", "Adam"}
    assert await told_to(company.system)
    with pytest.raises(NotPermitted):
        await territory_called(company.partner(), "Southwest")
