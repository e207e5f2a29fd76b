"""Organisations, people, positions, who reports to whom by date, and roles.

Reporting lines run between positions; people hold positions by date; a position may be vacant.
`reach` is derived from both: who is above whom on which days, one indexed look-up away.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

ORGANISATION = """
create table organisation (
  org_id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (length(name) between 1 and 200),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  time_zone text not null,
  business_date date,
  version integer not null default 1,
  created_at timestamptz not null default now()
)
"""
# A caller who signs in knows the organisation by its slug, before its id is known.
ORGANISATION_POLICY = """
alter table organisation enable row level security;
alter table organisation force row level security;
create policy organisation_only on organisation
  using (org_id = nullif(current_setting('app.org_id', true), '')::uuid
         or slug = nullif(current_setting('app.org_slug', true), ''))
  with check (org_id = nullif(current_setting('app.org_id', true), '')::uuid);
create policy worker_lists_all on organisation for select to attain_worker using (true);
grant select, insert, update on organisation to attain_app, attain_worker;
grant select on organisation to attain_reader;
comment on column organisation.business_date is
  'The day that counts as today; null: the calendar day in the organisation''s time zone.';
"""

PERSON = """
create table person (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  name text not null check (length(name) between 1 and 200),
  email text check (length(email) <= 320),
  title text not null default '',
  left_on date,
  disabled_at timestamptz,
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint person_external_id_once unique (org_id, external_id)
);
create unique index person_email_once on person (org_id, lower(email));
create index person_by_name on person (org_id, name, id);
"""

POSITION = """
create table position (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  title text not null check (length(title) between 1 and 200),
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint position_external_id_once unique (org_id, external_id)
);
create table reporting_line (
  org_id uuid not null references organisation,
  id uuid not null,
  position_id uuid not null,
  manager_position_id uuid not null,
  during daterange not null check (not isempty(during)),
  primary key (org_id, id),
  constraint reporting_line_position foreign key (org_id, position_id) references position on delete restrict,
  constraint reporting_line_manager foreign key (org_id, manager_position_id) references position on delete restrict,
  constraint nobody_reports_to_themselves check (position_id <> manager_position_id),
  constraint one_manager_at_a_time exclude using gist (org_id with =, position_id with =, during with &&)
);
create index reporting_line_by_manager on reporting_line (org_id, manager_position_id);
create table holding (
  org_id uuid not null references organisation,
  id uuid not null,
  position_id uuid not null,
  person_id uuid not null,
  during daterange not null check (not isempty(during)),
  primary key (org_id, id),
  constraint holding_position foreign key (org_id, position_id) references position on delete restrict,
  constraint holding_person foreign key (org_id, person_id) references person on delete restrict,
  constraint one_holder_at_a_time exclude using gist (org_id with =, position_id with =, during with &&)
);
-- Beside the exclusion's own index, which answers equality ten times slower.
create index holding_by_position on holding (org_id, position_id);
create index holding_by_person on holding (org_id, person_id);
"""

# Depth 0 is the person; 1 a direct report. Derived in the transaction that changes a line or a holding.
REACH = """
create table reach (
  org_id uuid not null references organisation,
  viewer_id uuid not null,
  person_id uuid not null,
  depth integer not null check (depth >= 0),
  during daterange not null,
  primary key (org_id, viewer_id, person_id, depth, during),
  constraint reach_viewer foreign key (org_id, viewer_id) references person on delete restrict,
  constraint reach_person foreign key (org_id, person_id) references person on delete restrict
);
create index reach_by_person on reach (org_id, person_id);
"""

ROLE = """
create table role_grant (
  org_id uuid not null references organisation,
  id uuid not null,
  person_id uuid not null,
  role text not null check (role in
    ('rep', 'manager', 'comp_admin', 'finance', 'hr', 'executive', 'auditor', 'admin')),
  granted_by uuid,
  granted_at timestamptz not null default now(),
  revoked_by uuid,
  revoked_at timestamptz,
  primary key (org_id, id),
  constraint role_grant_person foreign key (org_id, person_id) references person on delete restrict,
  constraint role_grant_granted_by foreign key (org_id, granted_by) references person on delete restrict,
  constraint role_grant_revoked_by foreign key (org_id, revoked_by) references person on delete restrict
);
create unique index role_granted_once on role_grant (org_id, person_id, role) where revoked_at is null;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0001_tenancy")]
    operations = [
        RunSQL(ORGANISATION, "drop table organisation"),
        RunSQL(ORGANISATION_POLICY, ""),
        RunSQL(PERSON, "drop table person"),
        RunSQL(POSITION, "drop table holding; drop table reporting_line; drop table position"),
        RunSQL(REACH, "drop table reach"),
        RunSQL(ROLE, "drop table role_grant"),
        RunSQL(
            """
            call protect('person'); call protect('position'); call protect('reporting_line');
            call protect('holding'); call protect('reach'); call protect('role_grant', 'select, insert, update');
            """,
            "",
        ),
    ]
