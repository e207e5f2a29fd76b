"""When and under which name the example company lives. Its last sale is of 31 May 2020."""

from datetime import date

SLUG = "adventureworks"
TODAY = date(2020, 5, 29)
NEXT_MONTH = date(2020, 6, 1)
CHECK_IN_DAYS = (date(2020, 5, 8), date(2020, 5, 15), date(2020, 5, 22), date(2020, 5, 28))
