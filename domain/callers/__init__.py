"""Who calls: signing in and out, sessions, partner apps, and from a token to an actor.

`auth` decides from values; here its decisions meet the database. Nothing is remembered between
requests, so what is revoked stops at the next one, in every process.
"""
