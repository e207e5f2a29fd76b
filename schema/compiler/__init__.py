"""Reads compiled: from a document to one SQL statement whose result is the finished response.

`docs/compiler.md` explains it on a page. In the order in which a request passes:

    fields       how a type's file says where reads begin and where relations lead
    operations   which operations are compiled, and which of their variables decide what they select
    selection    what an operation selects, as a tree
    binding      its arguments, read for one request (filters, ordering, keyset)
    statement    the tree as SQL (level, values, pages, written, pieces)
    plans        statements are kept by what they depend on
    running      one statement, then bytes (nulls, where something is missing)
    executing    ordinary execution, for what is not compiled whole (snapshot)
"""
