"""Goals of any measure, for a person, a team or the organisation, in a tree, agreed step by step.

A draft may be incomplete; from the moment it is handed in it is whole.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

GOAL = """
alter table goal
  drop constraint goal_measure_check,
  drop constraint goal_target_check,
  drop constraint goal_status_check,
  alter column measure drop not null,
  alter column ends_on drop not null,
  alter column target drop not null,
  alter column currency drop not null,
  add column description text not null default '' check (length(description) <= 4000),
  add column scope text not null default 'own'
    check (scope in ('own', 'team', 'contributors', 'organisation')),
  add column start_value numeric(20, 4) not null default 0 check (start_value <> 'NaN'),
  add column plan_target numeric(20, 4) check (plan_target >= 0 and plan_target <> 'NaN'),
  add column proposed numeric(20, 4) check (proposed >= 0 and proposed <> 'NaN'),
  add column parent_id uuid,
  add column no_parent_reason text check (length(no_parent_reason) between 1 and 1000),
  add column roll_up text not null default 'none' check (roll_up in ('none', 'sum', 'weighted')),
  add column weight numeric(9, 8) check (weight between 0 and 1),
  add column private boolean not null default false,
  add column acceptance text check (acceptance in ('accepted', 'change_requested')),
  add column submitted_at timestamptz,
  add column approved_at timestamptz,
  add column override numeric(20, 4) check (override <> 'NaN'),
  add column override_reason text check (length(override_reason) between 1 and 1000),
  add column score numeric(20, 8) check (score <> 'NaN'),
  add column closed_at timestamptz,
  add constraint goal_status_check
    check (status in ('draft', 'submitted', 'returned', 'approved', 'closed')),
  add constraint goal_target_check check (target >= 0 and target <> 'NaN'),
  add constraint goal_measure foreign key (org_id, measure) references measure (org_id, key) on delete restrict,
  add constraint goal_parent foreign key (org_id, parent_id) references goal on delete restrict,
  add constraint no_goal_within_itself check (parent_id <> id),
  add constraint whole_once_handed_in check (status in ('draft', 'returned')
    or (measure is not null and target is not null and ends_on is not null)),
  add constraint an_override_says_why check ((override is null) = (override_reason is null)),
  add constraint closed_with_who_and_when check ((status = 'closed') = (closed_at is not null));
comment on column goal.target is 'What counts: the street quota, after uplift, proration and ramp.';
comment on column goal.plan_target is 'The plan quota, before uplift; null where there is no other than the target.';
comment on column goal.proposed is 'What the owner proposes, from below.';
comment on column goal.weight is 'Its part of the parent''s weighted roll-up; null: an equal part.';
create index goal_by_parent on goal (org_id, parent_id, starts_on, id) where parent_id is not null;

alter table goal_decision
  drop constraint goal_decision_act_check,
  alter column target drop not null,
  add column on_behalf_of_id uuid,
  add constraint goal_decision_on_behalf_of
    foreign key (org_id, on_behalf_of_id) references person on delete restrict,
  add constraint goal_decision_act_check check (act in (
    'drafted', 'changed', 'submitted', 'approved', 'returned', 'accepted', 'change_requested',
    'proposed', 'aligned', 'cascaded', 'spread', 'uplifted', 'amended', 'prorated', 'ramped',
    'overridden', 'rated', 'shared', 'assigned', 'closed'));
comment on column goal_decision.on_behalf_of_id is 'For whom a delegate decided; null where people decide for themselves.';
"""

# Goes back only as long as every goal is one of before.
BACK = """
alter table goal_decision
  drop constraint goal_decision_act_check,
  drop column on_behalf_of_id,
  alter column target set not null,
  add constraint goal_decision_act_check
    check (act in ('drafted', 'changed', 'submitted', 'approved', 'returned'));
alter table goal
  drop constraint goal_measure, drop constraint goal_status_check, drop constraint goal_target_check,
  drop constraint whole_once_handed_in,
  drop column description, drop column scope, drop column start_value, drop column plan_target,
  drop column proposed, drop column parent_id, drop column no_parent_reason, drop column roll_up,
  drop column weight, drop column private, drop column acceptance, drop column submitted_at,
  drop column approved_at, drop column override, drop column override_reason, drop column score,
  drop column closed_at,
  alter column measure set not null, alter column ends_on set not null,
  alter column target set not null, alter column currency set not null,
  add constraint goal_measure_check check (measure in ('revenue', 'margin')),
  add constraint goal_target_check check (target > 0 and target <> 'NaN'),
  add constraint goal_status_check check (status in ('draft', 'submitted', 'returned', 'approved'));
"""

# Row security shows one organisation at a time.
FILL = """
do $$
declare one uuid;
begin
  set local role attain_worker;
  for one in select org_id from organisation loop
    perform set_config('app.org_id', one::text, true);
    update goal set submitted_at = updated_at,
      approved_at = case status when 'approved' then updated_at end
    where org_id = one and status in ('submitted', 'approved');
  end loop;
  perform set_config('app.org_id', '', true);
  reset role;
end $$
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0011_measures")]
    operations = [RunSQL(GOAL, BACK), RunSQL(FILL, "")]
