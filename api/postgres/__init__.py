"""The PostgreSQL server behind Attain: an external one, or one that we start and look after.

`running(settings)` answers with a server that accepts connections; `stop(server)` gives it back.
An embedded server is shared by every Attain process of the same home: the first starts it, the
others attach, and the last to leave in an orderly way stops it. It listens on a private Unix
socket only and survives whatever happens to us.
"""

from api.postgres.embedded import remove
from api.postgres.errors import PostgresRefused
from api.postgres.server import Server, attached, keep_running, running, stop

__all__ = ["PostgresRefused", "Server", "attached", "keep_running", "remove", "running", "stop"]
