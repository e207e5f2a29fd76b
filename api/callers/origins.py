"""From which address a request or a socket comes."""

from starlette.requests import HTTPConnection


def address_of(request: HTTPConnection, proxies: int) -> str:
    """The caller's IP address; `proxies` is how many of our own stand in front of us.

    Each proxy writes at the end of `X-Forwarded-For` whom it heard; what stands before the entry
    of our outermost one was written by the caller and is worth nothing.
    """
    heard = [
        entry.strip()
        for line in request.headers.getlist("x-forwarded-for")
        for entry in line.split(",")
    ]
    if proxies and len(heard) >= proxies:
        return _without_port(heard[-proxies])
    return "" if request.client is None else request.client.host


def _without_port(entry: str) -> str:
    """Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`."""
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry
