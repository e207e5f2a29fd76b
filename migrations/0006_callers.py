"""Callers: passwords, sessions, partner apps with their secrets and territories, attempts to sign in.

Everything secret is stored as a hash, and out of reach of the roles that need not compare it.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

CREDENTIAL = """
create table credential (
  org_id uuid not null references organisation,
  person_id uuid not null,
  password_hash text not null check (password_hash like '$argon2id$%'),
  set_at timestamptz not null,
  primary key (org_id, person_id),
  constraint credential_person foreign key (org_id, person_id) references person on delete restrict
);
call protect('credential', 'select, insert, update');
revoke all on credential from attain_reader, attain_worker;
"""

# A session is a family of refresh tokens: opened by signing in, each exchange one generation.
SESSION = """
create table session (
  org_id uuid not null references organisation,
  id uuid not null,
  person_id uuid not null,
  via text not null,
  generation integer not null check (generation >= 0),
  current_hash bytea not null check (length(current_hash) = 32),
  previous_hash bytea check (length(previous_hash) = 32),
  started_at timestamptz not null,
  rotated_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by uuid,
  revoked_because text check (revoked_because in ('signed_out', 'signed_out_everywhere',
    'refresh_token_reused', 'password_set', 'person_gone', 'revoked')),
  primary key (org_id, id),
  constraint session_person foreign key (org_id, person_id) references person on delete restrict,
  constraint session_revoked_by foreign key (org_id, revoked_by) references person on delete restrict,
  constraint revoked_says_why check ((revoked_at is null) = (revoked_because is null))
);
create index session_by_person on session (org_id, person_id, started_at desc);
call protect('session', 'select, insert, update');
revoke all on session from attain_reader, attain_worker;
grant select (org_id, id, person_id, via, started_at, rotated_at, expires_at, revoked_at, revoked_by,
  revoked_because) on session to attain_reader, attain_worker;
comment on column session.rotated_at is 'The last exchange of its refresh token, so its last use.';
"""

CLIENT = """
create table client_app (
  org_id uuid not null references organisation,
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  scopes text[] not null check (cardinality(scopes) > 0
    and scopes <@ array['performance:read', 'territories:read', 'sales:read']),
  expires_at timestamptz not null,
  registered_at timestamptz not null,
  registered_by uuid,
  revoked_at timestamptz,
  revoked_by uuid,
  primary key (org_id, id),
  constraint client_app_registered_by foreign key (org_id, registered_by) references person on delete restrict,
  constraint client_app_revoked_by foreign key (org_id, revoked_by) references person on delete restrict
);
create unique index client_app_name_once on client_app (org_id, lower(name)) where revoked_at is null;
call protect('client_app', 'select, insert, update');
create table client_secret (
  org_id uuid not null references organisation,
  id uuid not null,
  client_id uuid not null,
  secret_hash bytea not null check (length(secret_hash) = 32),
  made_at timestamptz not null,
  ends_at timestamptz,
  primary key (org_id, id),
  constraint client_secret_client foreign key (org_id, client_id) references client_app on delete restrict
);
create index client_secret_by_client on client_secret (org_id, client_id);
call protect('client_secret', 'select, insert, update (ends_at)');
revoke all on client_secret from attain_reader, attain_worker;
comment on column client_secret.ends_at is 'Null: the secret in use; else when its overlap with the next ends.';
create table client_territory (
  org_id uuid not null references organisation,
  client_id uuid not null,
  territory_id uuid not null,
  primary key (org_id, client_id, territory_id),
  constraint client_territory_client foreign key (org_id, client_id) references client_app on delete restrict,
  constraint client_territory_territory foreign key (org_id, territory_id) references territory on delete restrict
);
create index client_territory_by_territory on client_territory (org_id, territory_id);
call protect('client_territory', 'select, insert, delete');
create table client_use (
  org_id uuid not null references organisation,
  client_id uuid not null,
  day date not null,
  requests bigint not null check (requests > 0),
  primary key (org_id, client_id, day),
  constraint client_use_client foreign key (org_id, client_id) references client_app on delete restrict
);
call protect('client_use', 'select, insert, update');
"""

# Who tries to sign in has not proved to belong to any organisation, so these rows belong to none:
# their org_id is the nil UUID, which is why it references nothing. Account and address are keyed
# hashes; one address is counted across all organisations it tries.
ATTEMPT = """
create table sign_in_attempt (
  org_id uuid not null check (org_id = '00000000-0000-0000-0000-000000000000'),
  id uuid not null,
  account bytea not null check (length(account) = 32),
  address bytea not null check (length(address) = 32),
  attempted_at timestamptz not null,
  succeeded boolean not null default false,
  primary key (org_id, id)
);
create index sign_in_attempt_by_account on sign_in_attempt (org_id, account, attempted_at);
create index sign_in_attempt_by_address on sign_in_attempt (org_id, address, attempted_at);
create index sign_in_attempt_by_age on sign_in_attempt (org_id, attempted_at);
call protect('sign_in_attempt');
revoke all on sign_in_attempt from attain_reader;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0005_goals")]
    operations = [
        RunSQL(CREDENTIAL, "drop table credential"),
        RunSQL(SESSION, "drop table session"),
        RunSQL(
            CLIENT,
            "drop table client_use; drop table client_territory; drop table client_secret; drop table client_app",
        ),
        RunSQL(ATTEMPT, "drop table sign_in_attempt"),
    ]
