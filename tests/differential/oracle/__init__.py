"""What GraphQL plainly means over our rows: an interpreter that goes field by field.

It shares nothing with the road that it judges: it collects fields itself, reads all rows of an
organisation once through the models, and computes in Python. Who may see what is written here anew,
from `docs/permissions.md` and the schema's descriptions. It knows the schema only as GraphQL does.
"""
