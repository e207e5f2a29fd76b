"""Who calls: signing in and out, sessions, partner apps, and from a token to an actor.

`auth` decides from values; here its decisions meet the database. What it said of a caller counts in
the request in which it said so; later only where it says the same again (`standing`). So what is
revoked stops at the next request, in every process.
"""
