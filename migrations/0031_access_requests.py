"""What somebody asks, by law, to see of what is written about them."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

REQUEST = """
create table access_request (
  org_id uuid not null references organisation,
  id uuid not null,
  person_id uuid not null,
  asked_on date not null,
  asked_at timestamptz not null default now(),
  state text not null default 'asked' check (state in ('asked', 'granted', 'declined', 'answered', 'removed')),
  decided_by_id uuid check (decided_by_id <> person_id),
  decided_at timestamptz,
  reason text check (length(reason) between 1 and 1000),
  answered_at timestamptz,
  removed_on date,
  primary key (org_id, id),
  foreign key (org_id, person_id) references person,
  foreign key (org_id, decided_by_id) references person,
  check ((decided_at is null) = (state = 'asked') and (decided_by_id is null) = (state = 'asked')),
  check ((reason is not null) = (state = 'declined')),
  check ((answered_at is not null) = (state in ('answered', 'removed'))),
  check ((removed_on is not null) = (state in ('answered', 'removed')))
);
create unique index access_request_open on access_request (org_id, person_id) where state in ('asked', 'granted');
create index access_request_by_person on access_request (org_id, person_id, asked_at);
create index access_request_asked on access_request (org_id, asked_at);
call protect('access_request', 'select, insert, update');
"""

# One text that is written about the person, without third parties. It is theirs alone to read.
EXTRACT = """
create table access_extract (
  org_id uuid not null references organisation,
  id uuid not null,
  request_id uuid not null,
  readers uuid[] not null,
  kind text not null check (length(kind) between 1 and 40),
  is_own boolean not null,
  written_at timestamptz not null,
  words text not null,
  primary key (org_id, id),
  foreign key (org_id, request_id) references access_request
);
create index access_extract_by_request on access_extract (org_id, request_id, written_at);
call protect('access_extract', 'select, insert, delete');
call protect_readers('access_extract');
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0030_readers")]
    operations = [
        RunSQL(REQUEST, "drop table access_request"),
        RunSQL(EXTRACT, "drop table access_extract"),
    ]
