"""Going on with a session, and its end: by signing out, by revocation, by a copied token."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.actor import Role
from auth.refresh import GRACE, IDLE, LONGEST
from domain.callers.errors import AccessRefused, RefreshRefused
from domain.callers.proofs import Proofs
from domain.callers.sessions import (
    end_session,
    refresh_session,
    revoke_sessions,
    sign_out,
    sign_out_actor,
)
from domain.callers.signing_in import Tokens
from domain.database import on_behalf_of
from domain.errors import NotFound
from domain.people.actions import deactivate_person, revoke_role
from tests.domain.callers.cast import NOON, SECOND, actor_of, change, signed_in, try_password
from tests.people import Company, count, found_company

_SOMEBODY_WAITS_FOR_US = (
    "select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
)


async def _refreshed_after(changed: asyncio.Event, proofs: Proofs, text: str) -> Tokens:
    await changed.wait()
    return await refresh_session(proofs, text, NOON)


async def test_a_session_goes_on_with_new_tokens(company: Company, proofs: Proofs) -> None:
    first = await signed_in(company, proofs)
    now = NOON + timedelta(hours=1)

    second = await refresh_session(proofs, first.refresh, now)

    before, after = await actor_of(proofs, first.access), await actor_of(proofs, second.access, now)
    assert (before.session, before.person) == (after.session, after.person)
    assert second.refresh != first.refresh
    assert second.refresh_expires_in == IDLE
    assert await count(company, "session", "generation = 1") == 1


async def test_phones_that_race_with_one_token_get_the_same_successor(
    company: Company, proofs: Proofs
) -> None:
    first = await signed_in(company, proofs)

    answers = await asyncio.gather(
        *(refresh_session(proofs, first.refresh, NOON + SECOND) for _ in range(10))
    )
    late = await refresh_session(proofs, first.refresh, NOON + SECOND + GRACE)

    assert len({answer.refresh for answer in [*answers, late]}) == 1
    assert await count(company, "session", "generation = 1 and revoked_at is null") == 1


async def test_a_refresh_waits_for_whoever_changes_the_session_and_sees_what_they_did(
    company: Company, proofs: Proofs
) -> None:
    tokens = await signed_in(company, proofs)

    changed = asyncio.Event()
    # Begun out here: a task takes the transaction in which it is begun along.
    waiting = asyncio.create_task(_refreshed_after(changed, proofs, tokens.refresh))
    async with asyncio.timeout(10), on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update session set revoked_at = now(), revoked_because = 'revoked' where org_id = $1",
            [company.org],
        )
        changed.set()
        while not await transaction.execute_query_dict(_SOMEBODY_WAITS_FOR_US):  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # only PostgreSQL knows who waits

    with pytest.raises(RefreshRefused):
        await waiting
    assert await count(company, "session", "generation = 0") == 1


async def test_whoever_has_left_meanwhile_does_not_go_on(company: Company, proofs: Proofs) -> None:
    tokens = await signed_in(company, proofs)
    await change(
        company, "update person set left_on = '2020-05-29' where org_id = $1 and name = 'Rui'"
    )

    with pytest.raises(RefreshRefused):
        await refresh_session(proofs, tokens.refresh, NOON)

    assert await count(company, "session", "revoked_because = 'person_gone'") == 1
    assert await count(company, "event", "act = 'session.closed' and number is not null") == 1


async def test_a_predecessor_later_than_its_grace_ends_the_session_for_both(
    company: Company, proofs: Proofs
) -> None:
    first = await signed_in(company, proofs)
    second = await refresh_session(proofs, first.refresh, NOON)
    late = NOON + GRACE + SECOND

    for text in (first.refresh, second.refresh):
        with pytest.raises(RefreshRefused):
            await refresh_session(proofs, text, late)

    with pytest.raises(AccessRefused):
        await actor_of(proofs, second.access, late)
    assert await count(company, "session", "revoked_because = 'refresh_token_reused'") == 1
    assert await count(company, "event", "act = 'session.closed' and number is not null") == 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from([0, 1, 30, 31, 86_400]), st.integers(0, 3)),
        min_size=1,
        max_size=8,
    )
)
async def test_any_order_of_old_and_new_tokens_ends_as_the_rule_says(
    company: Company, proofs: Proofs, steps: list[tuple[int, int]]
) -> None:
    """Against a model that remembers every token in the order they were given."""
    now, ended = NOON, False
    given_, rotated = [(await signed_in(company, proofs)).refresh], NOON

    for pause, age in steps:
        now += pause * SECOND
        age = min(age, len(given_) - 1)
        refused = ended or age > 1 or (age == 1 and now > rotated + GRACE)
        if refused:
            with pytest.raises(RefreshRefused):
                await refresh_session(proofs, given_[-1 - age], now)
            ended = True
            continue
        answer = await refresh_session(proofs, given_[-1 - age], now)
        if age == 0:
            assert answer.refresh not in given_
            given_.append(answer.refresh)
            rotated = now
        assert answer.refresh == given_[-1]


@pytest.mark.parametrize("unused", [IDLE, LONGEST])
async def test_a_session_that_is_not_used_ends(
    company: Company, proofs: Proofs, unused: timedelta
) -> None:
    tokens = await signed_in(company, proofs)

    with pytest.raises(RefreshRefused):
        await refresh_session(proofs, tokens.refresh, NOON + unused)

    assert await count(company, "session", "generation = 0") == 1


async def test_an_access_token_does_not_outlive_its_session(
    company: Company, proofs: Proofs
) -> None:
    tokens, now = await signed_in(company, proofs), NOON
    while now < NOON + LONGEST - timedelta(minutes=5):
        now = min(now + timedelta(days=29), NOON + LONGEST - timedelta(minutes=5))
        tokens = await refresh_session(proofs, tokens.refresh, now)

    assert tokens.refresh_expires_in == timedelta(minutes=5)
    assert await actor_of(proofs, tokens.access, now + timedelta(minutes=4))
    with pytest.raises(AccessRefused):
        await actor_of(proofs, tokens.access, now + timedelta(minutes=6))


async def test_a_forged_token_ends_nothing(company: Company, proofs: Proofs) -> None:
    other = await found_company("Contoso")
    tokens = await signed_in(company, proofs)
    moved = tokens.refresh.replace(str(company.org), str(other.org))
    changed = tokens.refresh[:-1] + ("_" if tokens.refresh[-1] != "_" else "-")

    for forged in (moved, changed, tokens.access, "", "rt1"):
        with pytest.raises(RefreshRefused):
            await refresh_session(proofs, forged, NOON)
        await sign_out(proofs, forged, everywhere=True, now=NOON)

    assert await refresh_session(proofs, tokens.refresh, NOON)


async def test_signing_out_ends_this_session_and_everywhere_ends_all(
    company: Company, proofs: Proofs
) -> None:
    phone, tablet = await signed_in(company, proofs), await try_password(company, proofs)
    laptop, sams = await try_password(company, proofs), await signed_in(company, proofs, "Sam")

    await sign_out(proofs, phone.refresh, everywhere=False, now=NOON)
    await sign_out(proofs, phone.refresh, everywhere=True, now=NOON)  # it is over: ends nothing
    with pytest.raises(AccessRefused):
        await actor_of(proofs, phone.access)
    assert (await actor_of(proofs, tablet.access)).person == company.ids["Rui"]

    await sign_out_actor(await actor_of(proofs, tablet.access), everywhere=True, now=NOON)
    for ended in (tablet, laptop):
        with pytest.raises(AccessRefused):
            await actor_of(proofs, ended.access)
        with pytest.raises(RefreshRefused):
            await refresh_session(proofs, ended.refresh, NOON)
    assert await actor_of(proofs, sams.access)
    assert await count(company, "event", "act = 'session.closed'") == 3


async def test_signing_out_with_a_copied_token_ends_its_session_only(
    company: Company, proofs: Proofs
) -> None:
    first, elsewhere = await signed_in(company, proofs), await try_password(company, proofs)
    second = await refresh_session(proofs, first.refresh, NOON)
    await refresh_session(proofs, second.refresh, NOON)

    await sign_out(proofs, first.refresh, everywhere=True, now=NOON)

    assert await count(company, "session", "revoked_because = 'refresh_token_reused'") == 1
    assert await actor_of(proofs, elsewhere.access)


async def test_what_is_taken_away_is_missing_at_the_very_next_request(
    company: Company, proofs: Proofs
) -> None:
    tokens = await signed_in(company, proofs, "Mona")
    mona = company.ids["Mona"]
    actor = await actor_of(proofs, tokens.access)
    assert actor.roles == {Role.MANAGER, Role.REP}

    await revoke_role(company.actor("Adam"), person_id=mona, role=Role.MANAGER)
    assert (await actor_of(proofs, tokens.access)).roles == {Role.REP}

    assert actor.session is not None
    await end_session(company.actor("Adam"), session_id=actor.session, now=NOON)
    with pytest.raises(AccessRefused):
        await actor_of(proofs, tokens.access)

    again = await try_password(company, proofs, "Mona")
    await deactivate_person(company.actor("Hal"), person_id=mona, reason="Left in a hurry.")
    with pytest.raises(AccessRefused):
        await actor_of(proofs, again.access)
    with pytest.raises(RefreshRefused):
        await refresh_session(proofs, again.refresh, NOON)
    await change(
        company, "update person set disabled_at = null where org_id = $1 and id = $2", mona
    )
    with pytest.raises(AccessRefused):  # coming back does not bring old sessions back
        await actor_of(proofs, again.access)


async def test_an_admin_ends_anybodys_sessions_and_everybody_else_only_their_own(
    company: Company, proofs: Proofs
) -> None:
    tokens = await signed_in(company, proofs)
    rui, session = company.ids["Rui"], (await actor_of(proofs, tokens.access)).session
    assert isinstance(session, UUID)

    for who in ("Sam", "Mona", "Hal", "Cora"):
        with pytest.raises(NotFound):
            await end_session(company.actor(who), session_id=session, now=NOON)
        with pytest.raises(NotFound):
            await revoke_sessions(company.actor(who), person_id=rui, now=NOON)
    other = await found_company("Contoso")
    with pytest.raises(NotFound):
        await end_session(other.actor("Adam"), session_id=session, now=NOON)
    await revoke_sessions(other.actor("Adam"), person_id=rui, now=NOON)
    assert await actor_of(proofs, tokens.access)

    await revoke_sessions(company.actor("Adam"), person_id=rui, now=NOON)
    with pytest.raises(AccessRefused):
        await actor_of(proofs, tokens.access)
    adam = f"revoked_by = '{company.ids['Adam']}'"
    assert await count(company, "session", f"{adam} and revoked_because = 'revoked'") == 1


async def test_a_deactivation_during_a_sign_in_leaves_no_session(
    company: Company, proofs: Proofs
) -> None:
    """Whoever comes first: either the sign-in is refused, or its session is over."""
    await signed_in(company, proofs)

    answers = await asyncio.gather(
        try_password(company, proofs),
        deactivate_person(company.actor("Hal"), person_id=company.ids["Rui"], reason="Now."),
        return_exceptions=True,
    )

    assert isinstance(answers[1], UUID)
    assert await count(company, "session", "revoked_at is null") == 0
