"""Sums over sales, as SQL."""

# A territory's sales in a period, wherever within it, in the row's currency.
TERRITORY_SALES = """(select coalesce(sum(sale.amount), 0) from sale
  where sale.org_id = :org::uuid and sale.currency = {row}.currency
    and sale.sold_on between {row}.starts_on and {row}.ends_on
    and sale.territory_id in (select inside.inner_id from territory_within inside
      where inside.org_id = :org::uuid and inside.outer_id = {row}.territory_id))"""
