"""Notices, milestones, corrective plans and blockers: what follows when a goal goes on."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL


class Migration(BaseMigration):
    dependencies = [("attain", "0015_agreement")]
    operations = [RunSQL("select 1", "")]
