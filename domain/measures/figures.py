"""What measures count besides sales, as SQL: customers won, opportunities ended, money spent.

Each gives a part and what it is divided by, so that a rate over many people is the rate of all of
them together and never a mean of rates. Where there is nothing to divide by, both are null: of no
opportunity there is no win rate, and no cost of winning no customer.
"""


def ratio(goal: str, measure: str, people: str) -> str:
    """SQL: one row, `part` and `whole`; none where the measure counts something else. `people` is
    SQL for those whose results count, each with the first and the last day on which they do."""
    customers = _facts("first_sale", "sold_on", goal, people, "first_sale.account_id")
    ended = _facts(
        "opportunity", "closed_on", goal, people,
        "opportunity.outcome = 'won' as won, opportunity.closed_on - opportunity.opened_on as days",
    )  # fmt: skip
    spent = _facts("expense", "spent_on", goal, people, "expense.amount, expense.currency")
    return f"""select case when counted.whole <> 0 then counted.part end as part,
      nullif(counted.whole, 0) as whole
    from (
      select count(*)::numeric as part, 1::numeric as whole from ({customers}) customer
      having {measure}.source = 'new_customers'
      union all
      select count(*) filter (where ended.won), count(*) from ({ended}) ended
      having {measure}.source = 'win_rate'
      union all
      select sum(ended.days) filter (where ended.won), count(*) filter (where ended.won)
      from ({ended}) ended having {measure}.source = 'cycle_length'
      union all
      select coalesce(sum(spent.amount) filter (where spent.currency = {goal}.currency), 0),
        (select count(*) from ({customers}) customer)
      from ({spent}) spent having {measure}.source = 'acquisition_cost'
    ) counted"""


def _facts(table: str, day: str, goal: str, people: str, columns: str) -> str:
    """SQL: the facts of a goal's days: all of the organisation's, or those of whoever counts."""
    return f"""select {columns} from {table}
      where {goal}.scope = 'organisation' and {table}.org_id = :org::uuid
        and {table}.{day} between {goal}.starts_on and {goal}.ends_on
      union all
      select {columns} from ({people}) who join {table} on {table}.org_id = :org::uuid
        and {table}.person_id = who.person_id
        and {table}.{day} between who.first_day and who.last_day"""
