"""How much one open connection, one caller and one process may hold open."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """Counts are inclusive ("at most"); the counts of connections are for each process.

    `newcomers` are sockets whose caller is not known yet; `of_one_address` bounds those that come
    from one address, so that no stranger takes the room of all. `event_streams` has to stay well below
    the requests that the server takes at a time: to it each open stream is a request under way, and
    with as many streams it would take no request any more. Sockets do not count there.
    """

    sockets: int = 10_000
    newcomers: int = 500
    of_one_address: int = 20
    event_streams: int = 120
    of_one_caller: int = 20
    operations: int = 20
    message_bytes: int = 131_072
    init_seconds: float = 5.0
    write_seconds: float = 10.0
    silence_seconds: float = 45.0
    """After which a socket is pinged; without an answer it is cut after as long again."""
    comment_seconds: float = 12.0
    """Between the comments that keep an event stream from being cut as idle on its way."""
    sweep_seconds: float = 60.0
    """Between looks at who may no longer be here, where nothing happened that would cause one."""
    at_once: int = 2
    """How many subscribers look at the history at the same time, and for how many what changed is
    read, so that requests find connections to the database."""
