"""Revisions, amendments, delegations and lock dates: how a goal is agreed."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL


class Migration(BaseMigration):
    dependencies = [("attain", "0014_goal_tree")]
    operations = [RunSQL("select 1", "")]
