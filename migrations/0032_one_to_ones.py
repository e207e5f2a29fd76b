"""One-to-ones: two people who meet, and what they want to talk about.

Both are private to the two, and a point that its author keeps to themselves to that one. That the two
met, and on which day, stands beside it without a word in `coaching_session`, where the lines of reporting
are the key: from it follows what a programme has come to.

Whose one-to-one it is no index says: a statement would come near those of others by it.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

ONE_TO_ONE = """
create table one_to_one (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[] not null,
  leader_id uuid not null,
  coachee_id uuid not null,
  starts_at timestamptz not null,
  state text not null default 'planned' check (state in ('planned', 'held', 'cancelled')),
  planned_by_id uuid not null,
  planned_at timestamptz not null default now(),
  written_at timestamptz not null,
  held_on date,
  held_written_at timestamptz,
  ended_at timestamptz,
  ended_by_id uuid,
  primary key (org_id, id),
  foreign key (org_id, leader_id) references person on delete restrict,
  foreign key (org_id, coachee_id) references person on delete restrict,
  foreign key (org_id, planned_by_id) references person on delete restrict,
  foreign key (org_id, ended_by_id) references person on delete restrict,
  constraint read_by_the_two check (readers @> array[leader_id, coachee_id]),
  constraint ended_or_planned check ((state = 'planned') = (ended_at is null)),
  constraint held_on_a_day check ((state = 'held') = (held_on is not null)
    and (state = 'held') = (held_written_at is not null)),
  constraint ended_by_somebody check (ended_by_id is null or ended_at is not null)
);
comment on column one_to_one.leader_id is 'Who stood above the other when it was planned, or is of HR.';
comment on column one_to_one.ended_by_id is 'Null where it was cancelled because one of the two has gone.';
call protect('one_to_one', 'select, insert, update');
call protect_readers('one_to_one');
"""

AGENDA = """
create table agenda_item (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[] not null,
  one_to_one_id uuid not null,
  author_id uuid not null,
  what text not null check (length(what) between 1 and 1000),
  place integer not null check (place >= 1),
  state text not null default 'waiting' check (state in ('waiting', 'ticked', 'withdrawn', 'carried')),
  added_at timestamptz not null default now(),
  written_at timestamptz not null,
  opened_at timestamptz,
  ticked_at timestamptz,
  ticked_by_id uuid,
  withdrawn_at timestamptz,
  carried_from_id uuid,
  times_carried integer not null default 0 check (times_carried >= 0),
  primary key (org_id, id),
  constraint agenda_item_carried_once unique (org_id, carried_from_id),
  foreign key (org_id, one_to_one_id) references one_to_one on delete restrict,
  foreign key (org_id, author_id) references person on delete restrict,
  foreign key (org_id, ticked_by_id) references person on delete restrict,
  foreign key (org_id, carried_from_id) references agenda_item on delete restrict,
  constraint read_by_its_author check (author_id = any(readers)),
  constraint ticked_by_somebody check ((state = 'ticked') = (ticked_at is not null)
    and (ticked_at is null) = (ticked_by_id is null)),
  constraint withdrawn_at_some_time check ((state = 'withdrawn') = (withdrawn_at is not null)),
  constraint carried_from_somewhere check ((times_carried > 0) = (carried_from_id is not null))
);
comment on column agenda_item.opened_at is 'Since when both see it; null while it is its author''s own.';
create index agenda_item_by_one_to_one on agenda_item (org_id, one_to_one_id, place, id);
call protect('agenda_item', 'select, insert, update');
call protect_readers('agenda_item');
"""

SESSION = """
create table coaching_session (
  org_id uuid not null references organisation,
  id uuid not null,
  one_to_one_id uuid not null,
  manager_id uuid not null,
  coachee_id uuid not null,
  held_on date not null,
  primary key (org_id, id),
  constraint coaching_session_once unique (org_id, one_to_one_id),
  foreign key (org_id, one_to_one_id) references one_to_one on delete restrict,
  foreign key (org_id, manager_id) references person on delete restrict,
  foreign key (org_id, coachee_id) references person on delete restrict
);
comment on table coaching_session is 'That somebody and somebody below them met on a day; what was said stands elsewhere.';
create index coaching_session_of_two on coaching_session (org_id, manager_id, coachee_id, held_on);
call protect('coaching_session', 'select, insert');
create trigger coaching_session_stays before update or delete on coaching_session
  for each row execute function refuse_change();
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0031_access_requests")]
    operations = [
        RunSQL(ONE_TO_ONE, "drop table one_to_one"),
        RunSQL(AGENDA, "drop table agenda_item"),
        RunSQL(SESSION, "drop table coaching_session"),
    ]
