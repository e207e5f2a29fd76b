"""An organisation's calendars and seasons, and the days on which it works."""
