"""How long a guesser waits.

Failures are counted elsewhere, per account and per address over `WINDOW`; here is only the rule.
Waits double and are bounded: nobody is locked out for ever, and one account can be tried about a
hundred times a day. What the counting must do for that to hold:

- count a failure *before* checking the password and take it back on success, or fifty guesses at
  once all read the same count;
- not count attempts that were made to wait, or waiting would never end;
- pass `NONE` for the account when it signed in from this address lately, or a stranger could keep
  a person waiting by failing in their name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Failures:
    """How many failures in the window, and when the latest was."""

    count: int
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class Limit:
    """The first `free` failures cost nothing, then 1, 2, 4 ... seconds up to `longest`."""

    free: int
    longest: timedelta


NONE = Failures(0, None)
ACCOUNT = Limit(free=5, longest=timedelta(minutes=15))
ADDRESS = Limit(free=20, longest=timedelta(minutes=15))  # an office shares one address


def wait(account: Failures, address: Failures, now: datetime) -> timedelta:
    """How long until the next guess is allowed, in whole seconds; zero: now."""
    return max(_left(ACCOUNT, account, now), _left(ADDRESS, address, now))


def _left(limit: Limit, failures: Failures, now: datetime) -> timedelta:
    if failures.latest is None or failures.count < limit.free:
        return timedelta(0)
    doublings = min(failures.count - limit.free, 30)
    pause = min(timedelta(seconds=2**doublings), limit.longest)
    left = min(failures.latest + pause - now, pause)  # a clock set back must not prolong it
    return timedelta(seconds=max(0, -(-left // timedelta(seconds=1))))


def origin(address: str) -> str:
    """The address to count under: an IPv6 caller owns a whole /64, an IPv4 caller one address.

    Raises ValueError for what is not an IP address.
    """
    ip = ip_address(address)
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return f"{IPv6Address(int(ip) >> 64 << 64)}/64"
