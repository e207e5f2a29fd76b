"""Signing in: who may, what everybody else is told, and how long guessers wait."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.actor import Role
from auth.passwords import Cost, PasswordRefused, Passwords
from auth.throttle import ACCOUNT, ADDRESS
from domain.callers.attempts import forget_attempts
from domain.callers.errors import AccessRefused, SignInRefused, Throttled, TooManyAtOnce
from domain.callers.passwords import ensure_sign_in, set_password
from domain.callers.proofs import PasswordChecks, Proofs
from domain.errors import NotPermitted
from tests.domain.callers.cast import (
    CHEAP,
    ISSUER,
    NOON,
    PASSWORD,
    SECOND,
    actor_of,
    change,
    give_password,
    new_address,
    signed_in,
    try_password,
)
from tests.people import TODAY, Company, count, found_company

WRONG = "not the yellow bicycle"


async def test_a_person_signs_in_and_is_the_actor_of_their_token(
    company: Company, proofs: Proofs
) -> None:
    tokens = await signed_in(company, proofs, "Mona")

    actor = await actor_of(proofs, tokens.access)

    assert (actor.org, actor.person, actor.client) == (company.org, company.ids["Mona"], None)
    assert actor.roles == {Role.MANAGER, Role.REP}
    assert (actor.today, actor.via) == (TODAY, "mobile")
    assert (tokens.expires_in, tokens.refresh_expires_in.days) == (timedelta(minutes=10), 30)
    assert await count(company, "session", f"id = '{actor.session}'") == 1
    assert await count(company, "event", "act = 'session.opened' and number is not null") == 1


async def test_the_address_is_the_same_however_it_is_written(
    company: Company, proofs: Proofs
) -> None:
    tokens = await signed_in(company, proofs, "Rui", email=" Rui@Example.TEST ")

    assert (await actor_of(proofs, tokens.access)).person == company.ids["Rui"]


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "no-such-company"},
        {"slug": "'; drop table person; --"},
        {"slug": "a\0b"},
        {"email": "nobody@example.test"},
        {"email": "sam@example.test"},  # a colleague without a password
        {"email": "rui@example.test\0"},
        {"email": "%"},
        {"email": ""},
        {"password": WRONG},
        {"password": ""},
        {"password": "x" * 100_000},
        {"password": PASSWORD + "\0"},
    ],
    ids=str,
)
async def test_whatever_is_wrong_the_answer_is_the_same(
    company: Company, proofs: Proofs, changes: dict[str, Any]
) -> None:
    await give_password(company, proofs, "Rui")

    with pytest.raises(SignInRefused) as refusal:
        await try_password(company, proofs, **changes)

    assert str(refusal.value) == (
        "Organisation, e-mail address and password do not belong together."
    )
    assert await count(company, "session") == 0


@pytest.mark.parametrize("gone", ["disabled_at = now()", "left_on = date '2020-05-29'"])
async def test_somebody_who_is_gone_is_told_the_same_and_all_their_tokens_are_dead(
    company: Company, proofs: Proofs, gone: str
) -> None:
    tokens = await signed_in(company, proofs)

    await change(
        company, f"update person set {gone} where org_id = $1 and id = $2", company.ids["Rui"]
    )

    with pytest.raises(SignInRefused):
        await try_password(company, proofs)
    with pytest.raises(AccessRefused):
        await actor_of(proofs, tokens.access)
    assert await count(company, "session") == 1


async def test_somebody_who_leaves_tomorrow_still_signs_in_today(
    company: Company, proofs: Proofs
) -> None:
    tomorrow = date(2020, 5, 30)
    await change(
        company, "update person set left_on = $2 where org_id = $1 and name = 'Rui'", tomorrow
    )

    assert await signed_in(company, proofs)


async def test_two_companies_with_the_same_address_and_password_never_mix(
    company: Company, proofs: Proofs
) -> None:
    other = await found_company("Contoso")
    ours, theirs = await signed_in(company, proofs), await signed_in(other, proofs)

    assert (await actor_of(proofs, ours.access)).person == company.ids["Rui"]
    assert (await actor_of(proofs, theirs.access)).person == other.ids["Rui"]

    await set_password(
        other.system,
        proofs.passwords,
        person_id=other.ids["Rui"],
        password="another bicycle",
        now=NOON,
    )
    assert (await actor_of(proofs, ours.access)).org == company.org
    assert await try_password(company, proofs)
    with pytest.raises(SignInRefused):
        await try_password(other, proofs)


async def test_a_new_password_ends_the_sessions_and_the_old_password(
    company: Company, proofs: Proofs
) -> None:
    tokens = await signed_in(company, proofs)
    rui = company.ids["Rui"]

    await ensure_sign_in(
        company.system, proofs.passwords, person_id=rui, password=PASSWORD, now=NOON
    )
    assert await count(company, "event", "act = 'password.set'") == 1  # it was set already

    await set_password(
        company.system, proofs.passwords, person_id=rui, password="a green tandem", now=NOON
    )
    with pytest.raises(AccessRefused):
        await actor_of(proofs, tokens.access)
    with pytest.raises(SignInRefused):
        await try_password(company, proofs)
    assert await try_password(company, proofs, password="a green tandem")
    assert await count(company, "event", "act = 'session.closed' and reason = 'password_set'") == 1


async def test_only_the_server_sets_passwords_and_no_weak_ones(
    company: Company, proofs: Proofs
) -> None:
    rui = company.ids["Rui"]

    with pytest.raises(NotPermitted):
        await set_password(
            company.actor("Adam"), proofs.passwords, person_id=rui, password=PASSWORD, now=NOON
        )
    with pytest.raises(PasswordRefused):
        await set_password(
            company.system, proofs.passwords, person_id=rui, password="password1234", now=NOON
        )

    assert await count(company, "credential") == 0


async def test_a_hash_of_yesterdays_cost_is_made_anew_at_the_next_sign_in(
    company: Company, proofs: Proofs, keys: Path
) -> None:
    await give_password(company, proofs, "Rui")
    dearer = Proofs.open(keys, ISSUER, Cost(passes=2, memory_kib=16, lanes=1), NOON)

    assert await try_password(company, dearer)

    assert await count(company, "credential", "password_hash like '%m=16,t=2,p=1%'") == 1
    assert await try_password(company, dearer)
    dearer.close()


async def test_a_password_that_would_not_be_accepted_today_still_signs_in(
    company: Company, proofs: Proofs, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give_password(company, proofs, "Rui")
    dearer = Proofs.open(keys, ISSUER, Cost(passes=2, memory_kib=16, lanes=1), NOON)
    monkeypatch.setattr("auth.passwords.SHORTEST", len(PASSWORD) + 1)

    assert await try_password(company, dearer)

    assert await count(company, "session") == 1
    assert await count(company, "credential", "password_hash like '%m=16,t=2,p=1%'") == 1
    dearer.close()


async def test_after_some_failures_an_account_waits_even_for_the_right_password(
    company: Company, proofs: Proofs
) -> None:
    await give_password(company, proofs, "Rui")
    await give_password(company, proofs, "Sam")
    for _ in range(ACCOUNT.free):
        with pytest.raises(SignInRefused):
            await try_password(company, proofs, password=WRONG)

    for _ in range(3):  # waiting is not counted, or it would never end
        with pytest.raises(Throttled) as refusal:
            await try_password(company, proofs)
        assert refusal.value.seconds == 1

    assert await count(company, "session") == 0
    assert await try_password(company, proofs, "Sam")  # nobody else waits
    assert await try_password(company, proofs, now=NOON + SECOND)
    assert await count(company, "event", "after->>'failures_before' = '5'") == 1


async def test_nothing_is_checked_for_somebody_who_has_to_wait(
    company: Company, proofs: Proofs
) -> None:
    await give_password(company, proofs, "Rui")
    for _ in range(ACCOUNT.free):
        with pytest.raises(SignInRefused):
            await try_password(company, proofs, password=WRONG)
    closed = PasswordChecks(Passwords(CHEAP))
    closed.close()  # would raise if it were asked

    with pytest.raises(Throttled):
        await try_password(company, replace(proofs, passwords=closed))


async def test_accounts_that_do_not_exist_wait_alike(company: Company, proofs: Proofs) -> None:
    for slug in (company.slug, f"no-{company.slug}"[:63]):
        for _ in range(ACCOUNT.free):
            with pytest.raises(SignInRefused):
                await try_password(company, proofs, "Nobody", slug=slug)
        with pytest.raises(Throttled) as refusal:
            await try_password(company, proofs, "Nobody", slug=slug)
        assert refusal.value.seconds == 1


async def test_an_address_waits_whatever_accounts_and_companies_it_tries(
    company: Company, proofs: Proofs
) -> None:
    other, address = await found_company("Contoso"), new_address()
    await give_password(company, proofs, "Rui")
    for turn in range(ADDRESS.free):
        with pytest.raises(SignInRefused):
            await try_password(
                company if turn % 2 else other, proofs, f"guess{turn}", address=address
            )

    neighbour = address.replace("::1", "::2")  # the same /64 is the same caller
    for tried in (address, neighbour):
        with pytest.raises(Throttled):
            await try_password(company, proofs, address=tried)

    assert await try_password(company, proofs)  # from elsewhere
    assert await try_password(company, proofs, address=address, now=NOON + SECOND)


async def test_a_stranger_cannot_keep_somebody_waiting_where_they_usually_are(
    company: Company, proofs: Proofs
) -> None:
    home = new_address()
    await signed_in(company, proofs, address=home)
    for _ in range(ACCOUNT.free):
        with pytest.raises(SignInRefused):
            await try_password(company, proofs, password=WRONG)

    with pytest.raises(Throttled):
        await try_password(company, proofs)
    assert await try_password(company, proofs, address=home)


async def test_fifty_guesses_at_once_are_counted_one_by_one(
    company: Company, proofs: Proofs
) -> None:
    await give_password(company, proofs, "Rui")

    answers = await asyncio.gather(
        *(try_password(company, proofs, password=WRONG) for _ in range(50)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, SignInRefused) for answer in answers) == ACCOUNT.free
    assert sum(isinstance(answer, Throttled) for answer in answers) == 50 - ACCOUNT.free


async def test_a_crowd_is_turned_away_and_its_attempts_count_for_nothing(
    company: Company, proofs: Proofs
) -> None:
    await give_password(company, proofs, "Rui")
    one_at_a_time = PasswordChecks(Passwords(Cost(passes=6)), at_once=1, waiting=0)
    crowded = replace(proofs, passwords=one_at_a_time)
    somebody_first = asyncio.create_task(one_at_a_time.matches(None, WRONG))
    await asyncio.sleep(0)  # their password is being checked

    for _ in range(ACCOUNT.free + 1):
        with pytest.raises(TooManyAtOnce):
            await try_password(company, crowded)
    # Who does not exist would stand in line as well: the same work is done for them.
    for unknown in ({"slug": "no-such-company"}, {"email": "nobody@example.test"}):
        with pytest.raises(TooManyAtOnce):
            await try_password(company, crowded, "Rui", NOON, **unknown)

    assert await somebody_first is False
    one_at_a_time.close()
    assert await try_password(company, proofs)


async def test_old_attempts_are_forgotten(company: Company, proofs: Proofs) -> None:
    await give_password(company, proofs, "Rui")
    long_ago = NOON - timedelta(days=3650)
    month_later = long_ago + timedelta(days=30)
    for now in (long_ago, month_later - timedelta(days=2), month_later):
        await try_password(company, proofs, now=now)
        with pytest.raises(SignInRefused):
            await try_password(company, proofs, now=now, password=WRONG)

    # A month for addresses that are known, a day for failures.
    assert await forget_attempts(month_later + SECOND) == 3
