"""Calendars of an organisation, their periods, seasons and days off."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL


class Migration(BaseMigration):
    dependencies = [("attain", "0012_goals_of_any_measure")]
    operations = [RunSQL("select 1", "")]
