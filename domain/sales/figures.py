"""Sums over sales, as SQL."""

# A territory's sales in a period, wherever within it, in the row's currency.
TERRITORY_SALES = """(select coalesce(sum(sale.amount), 0) from sale
  where sale.org_id = :org::uuid and sale.currency = {row}.currency
    and sale.sold_on between {row}.starts_on and {row}.ends_on
    and sale.territory_id in (select inside.inner_id from territory_within inside
      where inside.org_id = :org::uuid and inside.outer_id = {row}.territory_id))"""


def within(territory: str, visible: str) -> str:
    """SQL over `{row}` and `{value}`, a list of territories: the row's territory is one of them or
    lies within one, and the caller sees the one they named (`visible`, over `{row}`)."""
    named = visible.replace("{row}", "named")
    return (
        "exists (select 1 from territory_within inside join territory named"
        " on named.org_id = :org::uuid and named.id = inside.outer_id"
        f" where inside.org_id = :org::uuid and inside.outer_id = any({{value}})"
        f" and inside.inner_id = {territory} and {named})"
    )
