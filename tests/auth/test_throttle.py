from datetime import timedelta

import pytest

from auth.throttle import ACCOUNT, NONE, Failures, origin, wait
from tests.auth.conftest import NOON

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (10**9, 900)],
)
def test_waits_for_an_account_double_and_are_bounded(failures: int, seconds: int) -> None:
    assert wait(Failures(failures, NOON), NONE, NOON) == seconds * SECOND


@pytest.mark.parametrize(("failures", "seconds"), [(19, 0), (20, 1), (23, 8), (30, 900)])
def test_an_address_is_given_more_room_than_an_account(failures: int, seconds: int) -> None:
    assert wait(NONE, Failures(failures, NOON), NOON) == seconds * SECOND


def test_the_longer_wait_counts() -> None:
    account, address = Failures(6, NOON), Failures(23, NOON)

    assert wait(account, address, NOON) == 8 * SECOND


def test_a_wait_passes_and_a_started_second_counts_whole() -> None:
    failures = Failures(7, NOON)

    assert wait(failures, NONE, NOON + 1.5 * SECOND) == 3 * SECOND
    assert wait(failures, NONE, NOON + 4 * SECOND) == timedelta(0)
    assert wait(failures, NONE, NOON - timedelta(days=1)) == 4 * SECOND


def test_a_patient_guesser_gets_about_a_hundred_guesses_a_day_and_is_never_shut_out() -> None:
    now, guesses = NOON, 0
    while now < NOON + timedelta(days=1):
        guesses += 1
        now += wait(Failures(guesses, now), NONE, now)

    assert guesses == 109
    assert wait(Failures(guesses, now), NONE, now) == ACCOUNT.longest


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ff%eth0", "2001:db8:1:2::/64"),
    ],
)
def test_an_address_is_counted_by_whom_it_belongs_to(address: str, counted: str) -> None:
    assert origin(address) == counted


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="unix"):
        origin("unix:/tmp/socket")
