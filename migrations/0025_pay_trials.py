"""Runs that try a version of a plan on days that are past, and runs of which something breaks down."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

RUN = """
alter table pay_run
  add column tries_id uuid,
  add column given_up integer not null default 0,
  add column failure text,
  add constraint pay_run_tries foreign key (org_id, tries_id) references pay_plan_version on delete restrict,
  add constraint tries_on_the_people_of_a_plan check (tries_id is null or plan_id is not null),
  drop constraint pay_run_state_check,
  add constraint pay_run_state_check check (state in ('waiting', 'running', 'done', 'cancelled', 'failed')),
  drop constraint ended_or_not,
  add constraint ended_or_not check ((ended_at is not null) = (state in ('done', 'cancelled', 'failed')));
comment on column pay_run.tries_id is 'The version that is tried; null where people are to be paid.';
comment on column pay_run.given_up is 'Of how many payees nothing came, since working their pay out broke down each time.';
alter table pay_run_part
  add column given_up_at timestamptz,
  add column failure text,
  add constraint given_up_for_a_reason check ((given_up_at is null) = (failure is null)),
  add constraint done_or_given_up check (done_at is null or given_up_at is null);
create index pay_run_part_given_up on pay_run_part (org_id, run_id, place) where given_up_at is not null;
"""

# What a trial comes to is nobody's pay, and tells everybody's: it has the second lock that pay has.
PAYEE = """
create table pay_trial_payee (
  org_id uuid not null references organisation,
  id uuid not null,
  run_id uuid not null,
  person_id uuid not null,
  paid numeric(20, 4) check (paid <> 'NaN'),
  tried numeric(20, 4) check (tried <> 'NaN'),
  difference numeric(20, 4) check (difference <> 'NaN'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  failure text,
  components jsonb not null default '[]',
  primary key (org_id, id),
  constraint pay_trial_payee_once unique (org_id, run_id, person_id),
  constraint pay_trial_payee_run foreign key (org_id, run_id) references pay_run on delete restrict,
  constraint pay_trial_payee_person foreign key (org_id, person_id) references person on delete restrict,
  constraint tried_or_why_not check (difference is not distinct from tried - paid
    and (difference is null) = (failure is not null))
);
comment on table pay_trial_payee is 'What somebody was paid for some days, and what a version that was tried would have paid them.';
create index pay_trial_payee_by_difference on pay_trial_payee (org_id, run_id, difference desc nulls last, id desc);
call protect('pay_trial_payee');
create policy only_for_those_who_see_everybodys_pay on pay_trial_payee as restrictive for select
  using (current_user <> 'attain_reader' or current_setting('app.sees_pay_of', true) = 'all');
"""

# Trials are forgotten after a while, and nothing else of pay is.
FORGOTTEN = """
grant delete on pay_run, pay_run_part to attain_app, attain_worker;
create policy only_trials_are_forgotten on pay_run as restrictive for delete using (tries_id is not null);
create policy only_trials_are_forgotten on pay_run_part as restrictive for delete
  using (exists (select from pay_run run where run.org_id = pay_run_part.org_id
    and run.id = pay_run_part.run_id and run.tries_id is not null));
"""
REMEMBERED = """
drop policy only_trials_are_forgotten on pay_run_part; drop policy only_trials_are_forgotten on pay_run;
revoke delete on pay_run, pay_run_part from attain_app, attain_worker
"""
BACK = """
delete from pay_run_part where run_id in (select id from pay_run where tries_id is not null or state = 'failed');
delete from pay_run where tries_id is not null or state = 'failed';
alter table pay_run_part drop column given_up_at, drop column failure;
alter table pay_run drop constraint ended_or_not, drop constraint pay_run_state_check,
  drop column tries_id, drop column given_up, drop column failure,
  add constraint pay_run_state_check check (state in ('waiting', 'running', 'done', 'cancelled')),
  add constraint ended_or_not check ((ended_at is not null) = (state in ('done', 'cancelled')))
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0024_told_at_once")]
    operations = [
        RunSQL(RUN, BACK),
        RunSQL(PAYEE, "drop table pay_trial_payee"),
        RunSQL(FORGOTTEN, REMEMBERED),
    ]
