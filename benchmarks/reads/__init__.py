"""Reading, measured: compiled, the usual way, the same SQL without GraphQL, and the database alone."""
