from api.refusal import Refusal


class PostgresRefused(Refusal):
    """No PostgreSQL server can be had, for the reason and with the remedy that the sentence says."""
