"""Indexes for lists of sales: by day across the organisation, and by order.

Without the first, whoever sees all sales sorts all of them for the latest fifty.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

SALES = """
create index sale_by_day on sale (org_id, sold_on, id);
create index sale_by_order on sale (org_id, order_number);
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0009_persisted_documents")]
    operations = [RunSQL(SALES, "drop index sale_by_order; drop index sale_by_day")]
