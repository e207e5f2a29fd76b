"""Sales by a calendar's periods, as SQL. What everybody sold is looked up by the index `tally_by_begin`."""

FIRST_SALE = """select min(tally.begins_on) as first from tally
  where tally.org_id = :org::uuid and tally.of || ' ' || tally.grain = 'person day'
    and tally.currency = (select organisation.currency from organisation
      where organisation.org_id = :org::uuid)"""
"""The organisation's first day with a sale in its own currency."""

SOLD_BY_PERIOD = """select period.fiscal_year, period.number, coalesce(sum(tally.amount), 0) as amount
  from calendar_period period
  join organisation on organisation.org_id = :org::uuid
  left join tally on tally.org_id = :org::uuid and tally.of || ' ' || tally.grain = 'person ' || :grain::text
    and tally.begins_on between period.starts_on and period.ends_on
    and tally.currency = organisation.currency
  where period.org_id = :org::uuid and period.calendar_id = :calendar::uuid
    and period.grain = 'period' and period.fiscal_year = any(:years::integer[])
  group by period.fiscal_year, period.number"""
"""What everybody sold in each period of these fiscal years. Where periods are months, months are
added up; days otherwise."""
