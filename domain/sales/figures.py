"""Sums over sales, as SQL."""

# A territory's sales in a period of whole calendar months, wherever within it, in the row's currency.
TERRITORY_SALES = """(select coalesce(sum(tally.amount), 0)
  from territory_within inside join tally on tally.org_id = :org::uuid and tally.of = 'territory'
    and tally.subject_id = inside.inner_id and tally.grain = 'month'
    and tally.begins_on between {row}.starts_on and {row}.ends_on
    and tally.currency = {row}.currency
  where inside.org_id = :org::uuid and inside.outer_id = {row}.territory_id)"""


def tallied(source: str) -> str:
    """SQL over `tally`: what of a row counts for a measure with this source (SQL), one of sales."""
    return f"""case {source} when 'sales_amount' then tally.amount
      when 'sales_margin' then tally.margin else tally.quantity end"""
