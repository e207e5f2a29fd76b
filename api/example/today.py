"""When and under which name the example company lives. Its last sale is of 31 May 2020."""

from datetime import date

SLUG = "adventureworks"
TODAY = date(2020, 5, 29)
NEXT_MONTH = date(2020, 6, 1)
CHECK_IN_DAYS = (date(2020, 5, 8), date(2020, 5, 15), date(2020, 5, 22), date(2020, 5, 28))
YEAR = (date(2019, 7, 1), date(2020, 6, 30))
"""The first and the last day of the fiscal year in which today is."""
QUARTERS = (
    ("Q1 2020", date(2019, 7, 1), date(2019, 9, 30)),
    ("Q2 2020", date(2019, 10, 1), date(2019, 12, 31)),
    ("Q3 2020", date(2020, 1, 1), date(2020, 3, 31)),
    ("Q4 2020", date(2020, 4, 1), date(2020, 6, 30)),
)
