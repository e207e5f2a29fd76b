from auth.actor import Role
from domain.callers.proofs import Proofs
from tests.domain.callers.cast import actor_of, signed_in
from tests.people import TODAY, Company, count


async def test_a_person_signs_in_and_is_the_actor_of_their_token(
    company: Company, proofs: Proofs
) -> None:
    tokens = await signed_in(company, proofs, "Mona")

    actor = await actor_of(proofs, tokens.access)

    assert (actor.org, actor.person, actor.client) == (company.org, company.ids["Mona"], None)
    assert actor.roles == {Role.MANAGER, Role.REP}
    assert (actor.today, actor.via) == (TODAY, "mobile")
    assert await count(company, "session", f"id = '{actor.session}'") == 1
    assert await count(company, "event", "act = 'session.opened' and number is not null") == 1
