"""Imports: what each batch did, what it replaced, what it refused, and how it can be undone.

What an import added can be taken back by undoing its batch, so two tables that are otherwise only
added to learn which of their rows an import made: those, and no others, may be deleted.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

BATCH = """
create table import_batch (
  org_id uuid not null references organisation,
  id uuid not null,
  mapping text not null check (length(mapping) between 1 and 200),
  files jsonb not null,
  counts jsonb not null default '[]',
  state text not null check (state in ('applied', 'undone')),
  good_rows_only boolean not null,
  person_id uuid,
  via text not null,
  applied_at timestamptz not null default now(),
  undone_at timestamptz,
  undone_by uuid,
  primary key (org_id, id),
  constraint import_batch_person foreign key (org_id, person_id) references person on delete restrict,
  constraint import_batch_undone_by foreign key (org_id, undone_by) references person on delete restrict,
  constraint undone_has_a_when check ((state = 'undone') = (undone_at is not null))
);
create index import_batch_by_time on import_batch (org_id, applied_at, id);
call protect('import_batch', 'select, insert, update (counts, state, undone_at, undone_by)');
"""

# One row per thing a batch changed rather than plainly added. For a correction `before` is the old
# content and `version_left` the version the batch left it at; for facts without a version (who
# holds a position, who reports to whom) `after` is what the batch left, and null where it removed.
REVISION = """
create table import_revision (
  org_id uuid not null references organisation,
  id uuid not null,
  batch_id uuid not null,
  subject_kind text not null,
  subject_id uuid not null,
  before jsonb,
  after jsonb,
  version_left integer,
  undone boolean not null default false,
  primary key (org_id, id),
  constraint import_revision_batch foreign key (org_id, batch_id) references import_batch on delete restrict
);
create index import_revision_by_subject on import_revision (org_id, subject_id);
create index import_revision_by_batch on import_revision (org_id, batch_id, subject_kind);
call protect('import_revision', 'select, insert, update (after, undone, version_left)');
"""

REFUSAL = """
create table import_refusal (
  org_id uuid not null references organisation,
  id uuid not null,
  batch_id uuid not null,
  source text not null,
  file text not null,
  line bigint not null,
  content text not null,
  reasons jsonb not null,
  primary key (org_id, id),
  constraint import_refusal_batch foreign key (org_id, batch_id) references import_batch on delete restrict
);
create index import_refusal_by_batch on import_refusal (org_id, batch_id, file, line);
call protect('import_refusal', 'select, insert');
"""

# Imports of one organisation take turns: whoever holds this row imports.
TURN = """
create table import_turn (
  org_id uuid not null primary key references organisation,
  taken_at timestamptz not null default now()
);
call protect('import_turn', 'select, insert, update');
"""

# Removing an account or a product asks each time whether a sale refers to it.
UNDOABLE = """
alter table role_grant add column batch_id uuid;
alter table goal_decision add column batch_id uuid;
grant delete on role_grant, goal_decision to attain_app;
create policy only_what_an_import_made on role_grant as restrictive for delete using (batch_id is not null);
create policy only_what_an_import_made on goal_decision as restrictive for delete using (batch_id is not null);
create index sale_by_account on sale (org_id, account_id);
create index sale_by_product on sale (org_id, product_id);
create index person_by_batch on person (org_id, batch_id) where batch_id is not null;
create index goal_by_batch on goal (org_id, batch_id) where batch_id is not null;
"""


# Rows are staged in temporary tables, which a database may not grant to everybody.
STAGING = """
do $$ begin
  execute format('grant temporary on database %I to attain_app, attain_worker', current_database());
end $$
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0006_callers")]
    operations = [
        RunSQL(STAGING, ""),
        RunSQL(BATCH, "drop table import_batch"),
        RunSQL(REVISION, "drop table import_revision"),
        RunSQL(REFUSAL, "drop table import_refusal"),
        RunSQL(TURN, "drop table import_turn"),
        RunSQL(
            UNDOABLE,
            """
            drop index goal_by_batch; drop index person_by_batch;
            drop index sale_by_product; drop index sale_by_account;
            drop policy only_what_an_import_made on goal_decision;
            drop policy only_what_an_import_made on role_grant;
            revoke delete on role_grant, goal_decision from attain_app;
            alter table goal_decision drop column batch_id;
            alter table role_grant drop column batch_id;
            """,
        ),
    ]
