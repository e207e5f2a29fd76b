"""How people want to be told, and digests of what they were told.

A notice is in one digest at most. A digest is one for a person and the days that it closes with, whoever makes
it and however often.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

PREFERENCES = """
create table notice_preference (
  org_id uuid not null references organisation,
  person_id uuid not null,
  kind text not null check (kind ~ '^[a-z][a-z_]*$'),
  delivery text not null check (delivery in ('now', 'digest', 'never')),
  primary key (org_id, person_id, kind),
  constraint notice_preference_person foreign key (org_id, person_id) references person on delete restrict
);
create table digest_preference (
  org_id uuid not null references organisation,
  person_id uuid not null,
  rhythm text not null check (rhythm in ('daily', 'weekly', 'never')),
  hour integer not null default 0 check (hour between 0 and 23),
  weekday text not null default 'monday' check (weekday in
    ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')),
  primary key (org_id, person_id),
  constraint digest_preference_person foreign key (org_id, person_id) references person on delete restrict
);
comment on column digest_preference.hour is 'From which hour of the organisation''s day on it comes.';
call protect('notice_preference'); call protect('digest_preference');
"""

DIGEST = """
create table digest (
  org_id uuid not null references organisation,
  id uuid not null,
  person_id uuid not null,
  rhythm text not null check (rhythm in ('daily', 'weekly')),
  starts_on date not null,
  ends_on date not null check (ends_on >= starts_on),
  made_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint digest_once unique (org_id, person_id, ends_on),
  constraint digest_person foreign key (org_id, person_id) references person on delete restrict
);
call protect('digest', 'select, insert, delete');
alter table notice add column delivery text not null default 'now' check (delivery in ('now', 'digest')),
  add column digest_id uuid,
  add constraint notice_digest foreign key (org_id, digest_id) references digest on delete restrict;
create index notice_by_digest on notice (org_id, digest_id, sent_at, id) where digest_id is not null;
create index notice_in_no_digest on notice (org_id, person_id) where digest_id is null;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0034_retention")]
    operations = [
        RunSQL(PREFERENCES, "drop table digest_preference; drop table notice_preference"),
        RunSQL(
            DIGEST,
            "alter table notice drop column digest_id, drop column delivery; drop table digest",
        ),
    ]
