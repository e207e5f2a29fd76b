"""Contributors, matrices, templates and proration: the forms that goals take."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL


class Migration(BaseMigration):
    dependencies = [("attain", "0016_care")]
    operations = [RunSQL("select 1", "")]
