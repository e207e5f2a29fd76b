"""Scorecards, and what was assessed by them."""
