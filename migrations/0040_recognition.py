"""Recognition of colleagues by the organisation's values, in private or on the wall."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

VALUE = """
create table recognition_value (
  org_id uuid not null references organisation,
  id uuid not null,
  name text not null check (length(name) between 1 and 40),
  place integer not null check (place between 1 and 20),
  defined_at timestamptz not null,
  retired_at timestamptz,
  primary key (org_id, id)
);
comment on column recognition_value.place is 'One of twenty, so that no more are in use at once.';
create unique index recognition_value_place_once on recognition_value (org_id, place) where retired_at is null;
call protect('recognition_value', 'select, insert, update');
"""

# What is on the wall is no confidence any more: the second lock lets everybody of the organisation read it.
RECOGNITION = """
create table recognition (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[],
  giver_id uuid not null,
  receiver_ids uuid[] not null check (cardinality(receiver_ids) between 1 and 10),
  value_ids uuid[] not null check (cardinality(value_ids) between 1 and 3),
  words text not null check (length(words) between 1 and 2000),
  goal_id uuid,
  on_wall boolean not null,
  given_on date not null,
  given_at timestamptz not null,
  primary key (org_id, id),
  constraint recognition_giver foreign key (org_id, giver_id) references person on delete restrict,
  constraint nobody_recognises_themselves check (giver_id <> all(receiver_ids)),
  constraint between_giver_and_receivers check (readers @> receiver_ids and giver_id = any(readers))
);
comment on column recognition.goal_id is
  'Leads nowhere once the goal is taken back: a key would tell whoever does so that there is something private.';
comment on column recognition.on_wall is 'Whether everybody reads it; else giver and receivers alone.';
create index recognition_on_wall on recognition (org_id, given_at, id) where on_wall;
create index recognition_by_day on recognition (org_id, given_at, id);
call protect('recognition'); call protect_readers('recognition');
alter policy readers_only on recognition using (on_wall or reads_among(readers));
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0039_feedback")]
    operations = [
        RunSQL(VALUE, "drop table recognition_value"),
        RunSQL(RECOGNITION, "drop table recognition"),
    ]
