"""For how many months an organisation keeps what people write about one another; null is for ever."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL


class Migration(BaseMigration):
    dependencies = [("attain", "0033_notes")]
    operations = [
        RunSQL(
            "alter table organisation add column retention_months integer"
            " check (retention_months between 6 and 120)",
            "alter table organisation drop column retention_months",
        )
    ]
