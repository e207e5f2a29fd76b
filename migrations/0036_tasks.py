"""Tasks: what somebody is asked to do until a day, alone or with others who each have a part of it."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

TASK = """
create table task (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[] not null,
  owner_id uuid not null,
  asked_by_id uuid not null,
  title text not null check (length(title) between 1 and 200),
  details text,
  details_html text,
  due_on date not null,
  state text not null default 'open' check (state in ('open', 'done', 'dropped')),
  one_to_one_id uuid,
  note_id uuid,
  goal_id uuid,
  asked_at timestamptz not null default now(),
  written_at timestamptz not null,
  ended_at timestamptz,
  ended_by_id uuid,
  primary key (org_id, id),
  foreign key (org_id, owner_id) references person on delete restrict,
  foreign key (org_id, asked_by_id) references person on delete restrict,
  foreign key (org_id, ended_by_id) references person on delete restrict,
  foreign key (org_id, one_to_one_id) references one_to_one on delete restrict,
  constraint read_by_owner_and_asker check (readers @> array[owner_id, asked_by_id]),
  constraint details_are_shown check ((details is null) = (details_html is null)),
  constraint ended_or_open check ((state = 'open') = (ended_at is null)
    and (ended_at is null) = (ended_by_id is null)),
  constraint from_one_thing check (num_nonnulls(one_to_one_id, note_id, goal_id) <= 1)
);
comment on column task.note_id is 'Leads nowhere once the note was withdrawn or removed; the task stays.';
comment on column task.goal_id is
  'As note_id: a key would tell whoever takes a goal back that there is a task which they do not see.';
create index task_open_by_due_day on task (org_id, (due_on - date '2000-01-01'), id) where state = 'open';
comment on index task_open_by_due_day is 'For the round that reminds: in no order in which anybody reads tasks.';
create index task_by_one_to_one on task (org_id, one_to_one_id) where one_to_one_id is not null;
call protect('task');
call protect_readers('task');
"""

PART = """
create table task_part (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[] not null,
  task_id uuid not null,
  person_id uuid not null,
  what text not null check (length(what) between 1 and 500),
  place integer not null,
  done_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, task_id) references task on delete restrict,
  foreign key (org_id, person_id) references person on delete restrict,
  constraint read_by_whoever_does_it check (person_id = any(readers))
);
create index task_part_by_task on task_part (org_id, task_id, place, id);
call protect('task_part');
call protect_readers('task_part');
"""

CHANGE = """
create table task_due_change (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[] not null,
  task_id uuid not null,
  due_before date not null,
  due_after date not null,
  reason text not null check (length(reason) between 1 and 1000),
  changed_by_id uuid not null,
  changed_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, task_id) references task on delete restrict,
  foreign key (org_id, changed_by_id) references person on delete restrict,
  constraint read_by_whoever_changed_it check (changed_by_id = any(readers))
);
create index task_due_change_by_task on task_due_change (org_id, task_id, changed_at, id);
call protect('task_due_change');
call protect_readers('task_due_change');
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0035_digests")]
    operations = [
        RunSQL(TASK, "drop table task"),
        RunSQL(PART, "drop table task_part"),
        RunSQL(CHANGE, "drop table task_due_change"),
    ]
