"""Goals: what somebody is to reach in a period, who agreed to it and when, and how it goes."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

GOAL = """
create table goal (
  org_id uuid not null references organisation,
  id uuid not null,
  external_id text,
  name text not null check (length(name) between 1 and 200),
  owner_id uuid not null,
  territory_id uuid,
  measure text not null check (measure in ('revenue', 'margin')),
  starts_on date not null,
  ends_on date not null,
  target numeric(20, 4) not null check (target > 0 and target <> 'NaN'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('draft', 'submitted', 'returned', 'approved')),
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint goal_external_id_once unique (org_id, external_id),
  constraint goal_owner foreign key (org_id, owner_id) references person on delete restrict,
  constraint goal_territory foreign key (org_id, territory_id) references territory on delete restrict,
  constraint goal_ends_after_it_starts check (starts_on <= ends_on)
);
comment on column goal.ends_on is 'The last day that counts.';
create index goal_by_owner on goal (org_id, owner_id, starts_on desc, id);
create index goal_by_status on goal (org_id, status, starts_on, id);
create index goal_by_start on goal (org_id, starts_on, id);
create index goal_by_territory on goal (org_id, territory_id, starts_on);
"""

# Who did what to a goal, and when: its readable history. The check is the second line behind the
# rule that nobody approves their own goal.
GOAL_DECISION = """
create table goal_decision (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  owner_id uuid not null,
  act text not null check (act in ('drafted', 'changed', 'submitted', 'approved', 'returned')),
  person_id uuid,
  seen_version integer,
  note text,
  target numeric(20, 4) not null check (target <> 'NaN'),
  decided_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint goal_decision_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_decision_person foreign key (org_id, person_id) references person on delete restrict,
  constraint nobody_approves_their_own_goal
    check (act not in ('approved', 'returned') or person_id is distinct from owner_id),
  constraint a_return_says_why check (act <> 'returned' or length(note) > 0)
);
create index goal_decision_by_goal on goal_decision (org_id, goal_id, decided_at, id);
"""

CHECK_IN = """
create table check_in (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  author_id uuid not null,
  value numeric(20, 4) check (value <> 'NaN'),
  confidence text not null check (confidence in ('on_track', 'at_risk', 'off_track')),
  note text not null default '' check (length(note) <= 4000),
  noted_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  version integer not null default 1,
  primary key (org_id, id),
  constraint check_in_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint check_in_author foreign key (org_id, author_id) references person on delete restrict
);
comment on column check_in.noted_at is 'When the author says it was written, perhaps offline; created_at is ours.';
create index check_in_by_goal on check_in (org_id, goal_id, noted_at desc, id desc);
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0004_territories_and_sales")]
    operations = [
        RunSQL(GOAL, "drop table goal"),
        RunSQL(GOAL_DECISION, "drop table goal_decision"),
        RunSQL(CHECK_IN, "drop table check_in"),
        RunSQL(
            "call protect('goal'); call protect('goal_decision', 'select, insert'); call protect('check_in');",
            "",
        ),
    ]
