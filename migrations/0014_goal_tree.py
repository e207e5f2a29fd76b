"""Goals within goals, what a target is made of, and cascades from above."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL


class Migration(BaseMigration):
    dependencies = [("attain", "0013_calendars")]
    operations = [RunSQL("select 1", "")]
