"""Knows the caller: who they are, what they may see and do, and how they prove it.

Everything here is decided from values. No database, no web framework and no clock: rows, tokens
and the time are passed in.
"""
