import re
import time

import pytest

from auth.passwords import (
    Cost,
    PasswordRefused,
    Passwords,
    acceptable,
    generate_password,
    generate_secret,
    hash_secret,
    secret_matches,
)

CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
PASSWORD = "quiet river 7 lanterns"


def test_a_password_matches_its_hash_and_no_other() -> None:
    passwords = Passwords(CHEAP)
    stored = passwords.hash(PASSWORD)

    assert passwords.matches(stored, PASSWORD)
    assert not passwords.matches(stored, PASSWORD + " ")
    assert not passwords.matches(passwords.hash("another fine password"), PASSWORD)
    assert stored != passwords.hash(PASSWORD)  # salted


def test_the_default_cost_is_the_low_memory_profile_of_rfc_9106() -> None:
    stored = Passwords().hash(PASSWORD)

    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_stored_hash_of_another_cost_still_matches_and_asks_to_be_renewed() -> None:
    dear = Passwords(Cost(passes=2, memory_kib=16, lanes=1))
    stored = Passwords(CHEAP).hash(PASSWORD)

    assert dear.matches(stored, PASSWORD)
    assert dear.needs_rehash(stored)
    assert not dear.needs_rehash(dear.hash(PASSWORD))


def test_the_same_letters_from_two_keyboards_are_one_password() -> None:
    passwords = Passwords(CHEAP)

    stored = passwords.hash("gru\u0308ne Lampe am Fluss")

    assert passwords.matches(stored, "gr\u00fcne Lampe am Fluss")


@pytest.mark.parametrize(
    ("password", "because"),
    [
        ("elevenchars", "at least 12"),
        ("u\u0308" * 6 + "abcde", "at least 12"),  # counted as people see it
        ("x" * 257, "at most 256"),
        ("\ufb2c" * 100, "at most 256"),  # grows threefold when normalised
        ("aaaaaaaaaaaaaaaa", "first that are guessed"),
        ("Password1234", "first that are guessed"),
        ("abcdefghijk\ud800", "whole Unicode"),
    ],
)
def test_a_password_that_does_not_do_is_refused_with_the_reason(
    password: str, because: str
) -> None:
    with pytest.raises(PasswordRefused, match=because):
        Passwords(CHEAP).hash(password)


def test_an_unusable_attempt_is_simply_wrong() -> None:
    passwords = Passwords(CHEAP)
    stored = passwords.hash(PASSWORD)

    assert not passwords.matches(stored, "")
    assert not passwords.matches(stored, "x" * 1_000_000)
    assert not passwords.matches(stored, "\ud800" * 12)
    assert not passwords.matches("not a hash", PASSWORD)


def test_an_unknown_account_takes_as_long_as_a_known_one() -> None:
    passwords = Passwords(Cost(passes=2, memory_kib=4096, lanes=1))
    stored = passwords.hash(PASSWORD)

    def seconds(account: str | None) -> float:
        began = time.perf_counter()
        assert not passwords.matches(account, "a wrong password")
        return time.perf_counter() - began

    rounds = [(seconds(stored), seconds(None)) for _ in range(15)]
    known, unknown = (min(column) for column in zip(*rounds, strict=True))

    assert 0.5 < unknown / known < 2


def test_generated_passwords_are_readable_acceptable_and_different() -> None:
    made = {generate_password() for _ in range(100)}

    assert len(made) == 100
    assert all(re.fullmatch(r"([a-z]{6}-){3}[a-z]{6}", password) for password in made)
    assert all(acceptable(password) == password for password in made)


def test_a_secret_has_256_bits_and_matches_only_its_own_hash() -> None:
    secret, other = generate_secret(), generate_secret()

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
    assert len(hash_secret(secret)) == 32
    assert secret_matches(hash_secret(secret), secret)
    assert not secret_matches(hash_secret(secret), other)
    assert not secret_matches(hash_secret(secret), "\ud800")
