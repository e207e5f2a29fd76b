"""Contributors, matrices, templates and proration: the forms that goals take."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Who sees no private goals is asked so of every row of a list, which its index has to answer; and
# of every event of the history.
PRIVATE = """
drop index goal_by_start;
create index goal_by_start on goal (org_id, starts_on, id) include (owner_id, private);
create index goal_kept_private on goal (org_id, id, owner_id) where private;
"""
NOT_PRIVATE = """
drop index goal_kept_private, goal_by_start;
create index goal_by_start on goal (org_id, starts_on, id);
"""

ACTS = """
alter table goal_decision
  drop constraint goal_decision_act_check,
  add constraint goal_decision_act_check check (act in (
    'drafted', 'changed', 'submitted', 'approved', 'returned', 'accepted', 'change_requested',
    'proposed', 'aligned', 'cascaded', 'spread', 'uplifted', 'amended', 'prorated', 'ramped',
    'overridden', 'rated', 'shared', 'assigned', 'closed', 'weighed', 'reopened', 'kept_private',
    'opened')),
  add constraint nobody_overrides_rates_or_closes_their_own_goal check (
    act not in ('overridden', 'rated', 'closed', 'reopened') or person_id is distinct from owner_id);
"""
ACTS_BEFORE = """
alter table goal_decision
  drop constraint nobody_overrides_rates_or_closes_their_own_goal,
  drop constraint goal_decision_act_check,
  add constraint goal_decision_act_check check (act in (
    'drafted', 'changed', 'submitted', 'approved', 'returned', 'accepted', 'change_requested',
    'proposed', 'aligned', 'cascaded', 'spread', 'uplifted', 'amended', 'prorated', 'ramped',
    'overridden', 'rated', 'shared', 'assigned', 'closed'));
"""

CONTRIBUTOR = """
create table goal_contributor (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  person_id uuid not null,
  part text not null default '' check (length(part) <= 200),
  created_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint goal_contributor_once unique (org_id, goal_id, person_id),
  constraint goal_contributor_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_contributor_person foreign key (org_id, person_id) references person on delete restrict
);
comment on column goal_contributor.part is 'What they do for the goal, in words; may be empty.';
create index goal_contributor_by_person on goal_contributor (org_id, person_id, goal_id);
"""

KPI = """
create table goal_kpi (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  place smallint not null check (place between 1 and 20),
  measure text not null,
  owner_id uuid,
  weight numeric(9, 8) not null check (weight between 0 and 1),
  currency text check (currency ~ '^[A-Z]{3}$'),
  threshold numeric(20, 4) not null check (threshold <> 'NaN'),
  target numeric(20, 4) not null check (target <> 'NaN'),
  stretch numeric(20, 4) not null check (stretch <> 'NaN'),
  threshold_score numeric(9, 4) not null check (threshold_score between 0 and 10),
  target_score numeric(9, 4) not null check (target_score between threshold_score and 10),
  stretch_score numeric(9, 4) not null check (stretch_score between target_score and 10),
  primary key (org_id, id),
  constraint goal_kpi_place_once unique (org_id, goal_id, place),
  constraint goal_kpi_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_kpi_owner foreign key (org_id, owner_id) references person on delete restrict,
  constraint goal_kpi_measure foreign key (org_id, measure) references measure (org_id, key) on delete restrict
);
comment on column goal_kpi.owner_id is 'Whose results count for this line; null: those that count for the goal.';
"""

TEMPLATE = """
create table goal_template (
  org_id uuid not null references organisation,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  for_role text check (for_role in ('rep', 'manager', 'comp_admin', 'finance', 'hr', 'executive', 'auditor', 'admin')),
  goal_name text not null check (length(goal_name) between 1 and 200),
  description text not null default '' check (length(description) <= 4000),
  measure text not null,
  target numeric(20, 4) check (target > 0 and target <> 'NaN'),
  currency text check (currency ~ '^[A-Z]{3}$'),
  no_parent_reason text check (length(no_parent_reason) between 1 and 1000),
  retired_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint goal_template_name_once unique (org_id, name),
  constraint goal_template_measure foreign key (org_id, measure) references measure (org_id, key) on delete restrict
);
create table goal_template_kpi (
  org_id uuid not null references organisation,
  id uuid not null,
  template_id uuid not null,
  place smallint not null check (place between 1 and 20),
  measure text not null,
  weight numeric(9, 8) not null check (weight between 0 and 1),
  currency text check (currency ~ '^[A-Z]{3}$'),
  threshold numeric(20, 4) not null check (threshold <> 'NaN'),
  target numeric(20, 4) not null check (target <> 'NaN'),
  stretch numeric(20, 4) not null check (stretch <> 'NaN'),
  threshold_score numeric(9, 4) not null check (threshold_score between 0 and 10),
  target_score numeric(9, 4) not null check (target_score between threshold_score and 10),
  stretch_score numeric(9, 4) not null check (stretch_score between target_score and 10),
  primary key (org_id, id),
  constraint goal_template_kpi_place_once unique (org_id, template_id, place),
  constraint goal_template_kpi_template foreign key (org_id, template_id) references goal_template on delete restrict,
  constraint goal_template_kpi_measure foreign key (org_id, measure) references measure (org_id, key) on delete restrict
);
create table goal_assignment (
  org_id uuid not null references organisation,
  id uuid not null,
  template_id uuid not null,
  person_id uuid,
  starts_on date not null,
  ends_on date not null,
  drafted integer not null check (drafted >= 0),
  left_alone uuid[] not null default '{}',
  calendar_id uuid,
  grain text check (grain in ('year', 'half', 'quarter', 'period', 'week')),
  assigned_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint goal_assignment_template foreign key (org_id, template_id) references goal_template on delete restrict,
  constraint goal_assignment_person foreign key (org_id, person_id) references person on delete restrict,
  constraint goal_assignment_calendar foreign key (org_id, calendar_id) references calendar on delete restrict,
  constraint goal_assignment_ends_after_it_starts check (starts_on <= ends_on),
  constraint goal_assignment_over_periods_of_a_calendar check (grain is null or calendar_id is not null)
);
comment on column goal_assignment.left_alone is 'People who had a goal of the template in these days already.';
create index goal_assignment_by_template on goal_assignment (org_id, template_id, assigned_at);
create index goal_assignment_by_time on goal_assignment (org_id, assigned_at, id);
alter table goal
  add column template_id uuid,
  add column assignment_id uuid,
  add constraint goal_template_of foreign key (org_id, template_id) references goal_template on delete restrict,
  add constraint goal_assignment_of foreign key (org_id, assignment_id) references goal_assignment on delete restrict;
alter table goal add constraint a_private_goal_stands_alone check (not private or (
  scope = 'own' and parent_id is null and roll_up = 'none' and weight is null and template_id is null));
create unique index goal_of_template_once on goal (org_id, template_id, owner_id, starts_on, ends_on)
  where template_id is not null;
create index goal_by_assignment on goal (org_id, assignment_id, owner_id) where assignment_id is not null;
"""
TEMPLATE_BACK = """
drop index goal_by_assignment, goal_of_template_once;
alter table goal drop constraint a_private_goal_stands_alone;
alter table goal drop column template_id, drop column assignment_id;
drop table goal_assignment;
drop table goal_template_kpi;
drop table goal_template;
"""

ADJUSTMENT = """
create table ramp (
  org_id uuid not null references organisation,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  steps numeric(5, 4)[] not null check (cardinality(steps) between 1 and 36
    and array_position(steps, null) is null and 0 <= all (steps) and 1 >= all (steps)),
  retired_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint ramp_name_once unique (org_id, name)
);
comment on column ramp.steps is 'What share of a target counts in each month of tenure, the first month first.';
create table goal_adjustment (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  place smallint not null check (place > 0),
  kind text not null check (kind in ('prorated', 'ramped')),
  cause text not null check (cause in ('hire', 'leave', 'transfer_in', 'transfer_out', 'exit', 'tenure')),
  convention text not null
    check (convention in ('actual_days', 'no_leap_day', 'thirty_360', 'working_days')),
  change_day_counts boolean not null,
  first_day date not null,
  last_day date not null,
  counted numeric(12, 4) not null check (counted >= 0 and counted <> 'NaN'),
  whole numeric(12, 4) not null check (whole > 0 and whole <> 'NaN' and counted <= whole),
  before numeric(20, 4) not null check (before >= 0 and before <> 'NaN'),
  after numeric(20, 4) not null check (after >= 0 and after <> 'NaN'),
  ramp_id uuid,
  person_id uuid,
  reason text not null default '' check (length(reason) <= 1000),
  adjusted_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint goal_adjustment_place_once unique (org_id, goal_id, place),
  constraint goal_adjustment_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_adjustment_ramp foreign key (org_id, ramp_id) references ramp on delete restrict,
  constraint goal_adjustment_person foreign key (org_id, person_id) references person on delete restrict,
  constraint ramped_by_a_ramp check ((kind = 'ramped') = (ramp_id is not null) and (kind = 'ramped') = (cause = 'tenure'))
);
comment on column goal_adjustment.counted is 'Of `whole` days so many count; of a ramp, each day by its share.';
"""

RATING = """
create table goal_rating (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  person_id uuid not null,
  level smallint not null check (level between 1 and 10),
  comment text not null check (length(comment) between 1 and 4000),
  rated_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint goal_rating_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_rating_person foreign key (org_id, person_id) references person on delete restrict
);
create index goal_rating_by_goal on goal_rating (org_id, goal_id, rated_at desc, id desc);
"""

# One closing stands at a time: what a bonus is paid on is fed once.
CLOSING = """
create table goal_closing (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  basis text not null check (basis in ('attainment', 'matrix', 'weighted', 'rating')),
  score numeric(20, 4) not null check (score <> 'NaN'),
  target numeric(20, 4) check (target <> 'NaN'),
  actual numeric(20, 4) check (actual <> 'NaN'),
  person_id uuid not null,
  note text not null default '' check (length(note) <= 4000),
  closed_at timestamptz not null default clock_timestamp(),
  reopened_by uuid,
  reopened_at timestamptz,
  reopen_reason text check (length(reopen_reason) between 1 and 4000),
  primary key (org_id, id),
  constraint goal_closing_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint goal_closing_person foreign key (org_id, person_id) references person on delete restrict,
  constraint goal_closing_reopened_by foreign key (org_id, reopened_by) references person on delete restrict,
  constraint reopened_with_a_reason check ((reopened_at is null) = (reopen_reason is null))
);
create unique index goal_closed_once on goal_closing (org_id, goal_id) where reopened_at is null;
create index goal_closing_by_goal on goal_closing (org_id, goal_id, closed_at, id);
"""
# What is closed by mistake goes back to where it was.
_MOVES = """
create or replace function goal_moves_on() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.status is distinct from new.status and (old.status, new.status) not in (
    ('draft', 'submitted'), ('returned', 'submitted'), ('submitted', 'approved'),
    ('submitted', 'returned'), ('approved', 'closed'){more}) then
    raise exception 'a goal does not go from % to %', old.status, new.status
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
"""
MOVES = _MOVES.format(more=", ('closed', 'approved')")
MOVES_BEFORE = _MOVES.format(more="")


class Migration(BaseMigration):
    dependencies = [("attain", "0016_care")]
    operations = [
        RunSQL(PRIVATE, NOT_PRIVATE),
        RunSQL(ACTS, ACTS_BEFORE),
        RunSQL(CONTRIBUTOR, "drop table goal_contributor"),
        RunSQL(KPI, "drop table goal_kpi"),
        RunSQL(TEMPLATE, TEMPLATE_BACK),
        RunSQL(ADJUSTMENT, "drop table goal_adjustment; drop table ramp"),
        RunSQL(RATING, "drop table goal_rating"),
        RunSQL(CLOSING, "drop table goal_closing"),
        RunSQL(MOVES, MOVES_BEFORE),
        RunSQL(
            """
            call protect('goal_contributor', 'select, insert, delete');
            call protect('goal_kpi', 'select, insert, delete');
            call protect('goal_template', 'select, insert, update');
            call protect('goal_template_kpi', 'select, insert');
            call protect('goal_assignment', 'select, insert');
            call protect('ramp', 'select, insert, update');
            call protect('goal_adjustment', 'select, insert');
            call protect('goal_rating', 'select, insert');
            call protect('goal_closing', 'select, insert, update');
            """,
            "",
        ),
    ]
