"""Under which address a caller is counted."""

import pytest
from starlette.requests import Request

from api.callers.origins import address_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, [], "192.0.2.9"),
        (0, ["198.51.100.7"], "192.0.2.9"),  # nobody of ours stands in front: a claim, no more
        (1, [], "192.0.2.9"),
        (1, ["198.51.100.7"], "198.51.100.7"),
        (1, ["203.0.113.1, 198.51.100.7"], "198.51.100.7"),
        (1, ["203.0.113.1", "198.51.100.7"], "198.51.100.7"),
        (2, ["203.0.113.1, 198.51.100.7, 10.0.0.1"], "198.51.100.7"),
        (2, ["10.0.0.1"], "192.0.2.9"),
        (1, ["198.51.100.7:4711"], "198.51.100.7"),
        (1, ["[2001:db8::1]:4711"], "2001:db8::1"),
        (1, ["2001:db8::1"], "2001:db8::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_counts(
    proxies: int, forwarded: list[str], address: str
) -> None:
    request = Request(
        {
            "type": "http",
            "client": ("192.0.2.9", 50_000),
            "headers": [(b"x-forwarded-for", entry.encode()) for entry in forwarded],
        }
    )

    assert address_of(request, proxies) == address


def test_a_caller_over_a_unix_socket_has_no_address() -> None:
    assert address_of(Request({"type": "http", "client": None, "headers": []}), 0) == ""
