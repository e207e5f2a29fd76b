"""Reads: from what a document asks for to rows, one statement a level, in one snapshot.

A field that starts a read (`fields.py`) has its selection planned (`plan.py`): which columns of
which types, which relations, which pages. `statement.py` writes each level's SQL with the type's
visibility predicate and the masks of field classes, `filters.py` and `keyset.py` the parts that
callers influence, and `reader.py` runs the levels and hangs the rows together. Afterwards ordinary
GraphQL execution finds everything already there.
"""
