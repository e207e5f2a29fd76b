"""Documents that partner apps had remembered under their hash, each app its own.

They can be forgotten at any time: an app that names one which is gone sends the whole text again.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

PERSISTED = """
create table persisted_document (
  org_id uuid not null references organisation,
  client_id uuid not null,
  hash bytea not null,
  text text not null check (length(text) <= 100000),
  used_at timestamptz not null default now(),
  primary key (org_id, client_id, hash),
  constraint persisted_document_client foreign key (org_id, client_id) references client_app on delete restrict,
  constraint hash_is_of_text check (hash = sha256(convert_to(text, 'UTF8')))
);
create index persisted_document_by_use on persisted_document (org_id, client_id, used_at);
call protect('persisted_document', 'select, insert, update (used_at), delete');
revoke all on persisted_document from attain_worker;
comment on column persisted_document.used_at is 'To within ten minutes; who has not been used longest leaves first.';
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0008_jobs")]
    operations = [RunSQL(PERSISTED, "drop table persisted_document")]
