from api.refusal import CommandRefused


class PostgresRefused(CommandRefused):
    """No PostgreSQL server can be had, for the reason and with the remedy that the sentence says."""
