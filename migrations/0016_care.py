"""Notices, milestones, corrective plans and blockers: what follows when a goal goes on.

Whose results changed is marked by the database itself, in the transaction that changes them, so
that a round of the worker looks at the goals of few people and misses none.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# The unique key is what makes a notice come once, however often and by how many it is sent. Which kinds of
# notices there are, and about what, the code says that sends them; a goal is held by a key besides.
NOTICE = """
create table notice (
  org_id uuid not null references organisation,
  id uuid not null,
  person_id uuid not null,
  subject_kind text not null check (subject_kind ~ '^[a-z][a-z_]*$'),
  subject_id uuid not null,
  goal_id uuid generated always as (case when subject_kind = 'goal' then subject_id end) stored,
  kind text not null check (kind ~ '^[a-z][a-z_]*$'),
  occasion text not null check (length(occasion) between 1 and 100),
  days integer check (days >= 0),
  percent integer check (percent > 0),
  sent_at timestamptz not null default clock_timestamp(),
  read_at timestamptz,
  primary key (org_id, id),
  constraint notice_once unique (org_id, person_id, subject_id, kind, occasion),
  constraint notice_person foreign key (org_id, person_id) references person on delete restrict,
  constraint notice_goal foreign key (org_id, goal_id) references goal on delete restrict
);
comment on column notice.occasion is 'What tells this notice from another of its kind about the same thing.';
create index notice_by_person on notice (org_id, person_id, sent_at, id);
create index notice_by_goal on notice (org_id, goal_id) where goal_id is not null;
"""

MILESTONE = """
create table goal_milestone (
  org_id uuid not null references organisation,
  goal_id uuid not null,
  percent integer not null check (percent in (50, 90, 100)),
  reached_on date not null,
  reached_at timestamptz not null default clock_timestamp(),
  primary key (org_id, goal_id, percent),
  constraint goal_milestone_goal foreign key (org_id, goal_id) references goal on delete restrict
);
create table result_mark (
  org_id uuid not null references organisation,
  id uuid not null default gen_random_uuid(),
  person_id uuid not null,
  mark uuid not null default gen_random_uuid(),
  primary key (org_id, id)
) with (fillfactor = 70);
comment on table result_mark is 'Whose results changed since milestones were last looked at; the nil UUID: nobody''s in particular.';
comment on column result_mark.mark is 'Renewed with every change, so that whoever takes a mark away takes none that was made meanwhile.';
create index result_mark_by_person on result_mark (org_id, person_id);
"""

# Nobody waits for anybody here: a mark that somebody else holds is not renewed, another is made.
_MARK = """with who as (
      select distinct org_id, coalesce({person}, '00000000-0000-0000-0000-000000000000') as person_id
      from {changed} changed where {condition}
    ), held as (
      select result_mark.org_id, result_mark.id, result_mark.person_id from result_mark
      join who on result_mark.org_id = who.org_id and result_mark.person_id = who.person_id
      for update of result_mark skip locked
    ), renewed as (
      update result_mark set mark = gen_random_uuid() from held
      where result_mark.org_id = held.org_id and result_mark.id = held.id
    )
    insert into result_mark (org_id, person_id)
    select org_id, person_id from who except select org_id, person_id from held;"""


def _marks(table: str, person: str, condition: str = "true", concerned: str = "{rows}") -> str:
    """Triggers that mark the person named in a column whenever rows of a table change, or of what these
    rows concern. Each table has a function of its own, whose statements are planned once."""

    def mark(rows: str) -> str:
        changed = concerned.format(rows=rows)
        return _MARK.format(person=person, changed=changed, condition=condition)

    came, went = "new table as came", "old table as went"
    made = f"""
create function mark_results_of_{table}() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    {mark("came")}
  elsif tg_op = 'DELETE' then
    {mark("went")}
  else
    {mark("(select * from came union all select * from went)")}
  end if;
  return null;
end $$;"""
    for act, how, rows in (
        ("insert", "added", came),
        ("update", "corrected", f"{came} {went}"),
        ("delete", "removed", went),
    ):
        made += f"""
create trigger mark_{table}_{how} after {act} on {table} referencing {rows}
  for each statement execute function mark_results_of_{table}();"""
    return made


# Whoever holds the positions of these lines: with them their results come to stand elsewhere.
_HOLDERS = """(select holding.org_id, holding.person_id from {rows} line
        join holding on holding.org_id = line.org_id and holding.position_id = line.position_id)"""
MARKED = {
    "sale": _marks("sale", "person_id"),
    "first_sale": _marks("first_sale", "person_id"),
    "check_in": _marks("check_in", "author_id"),
    "goal": _marks("goal", "owner_id", "status = 'approved'"),
    "holding": _marks("holding", "person_id"),
    "reporting_line": _marks("reporting_line", "person_id", concerned=_HOLDERS),
}

# The day on which a goal was handed in, as its organisation counts days. Where the day that counts
# as today is set by hand, what is handed in now is handed in on that day.
SUBMITTED_ON = """
alter table goal add column submitted_on date;
comment on column goal.submitted_on is 'The organisation''s day on which it was last handed in.';
create function note_submitted_on() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  if new.status = 'submitted' and (tg_op = 'INSERT' or old.status <> 'submitted') then
    if new.submitted_at is null
        or (tg_op = 'UPDATE' and new.submitted_at is not distinct from old.submitted_at) then
      new.submitted_at := now();
    end if;
    select case when organisation.business_date is not null
        and new.submitted_at > now() - interval '1 hour' then organisation.business_date
      else (new.submitted_at at time zone organisation.time_zone)::date end
    into new.submitted_on from organisation where organisation.org_id = new.org_id;
  end if;
  return new;
end $$;
create trigger note_submitted_on before insert or update of status on goal
  for each row execute function note_submitted_on();
"""
# Likewise the day on which an amendment was proposed.
REQUESTED_ON = """
alter table goal_amendment add column requested_on date;
comment on column goal_amendment.requested_on is 'The organisation''s day on which it was proposed.';
create function note_requested_on() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  select case when organisation.business_date is not null
      and new.requested_at > now() - interval '1 hour' then organisation.business_date
    else (new.requested_at at time zone organisation.time_zone)::date end
  into new.requested_on from organisation where organisation.org_id = new.org_id;
  return new;
end $$;
create trigger note_requested_on before insert on goal_amendment
  for each row execute function note_requested_on();
"""
# And the day of a check-in.
NOTED_ON = """
alter table check_in add column noted_on date;
comment on column check_in.noted_on is 'The organisation''s day on which it was written.';
create function note_checked_in_on() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  select case when organisation.business_date is not null
      and new.noted_at > now() - interval '1 hour' then organisation.business_date
    else (new.noted_at at time zone organisation.time_zone)::date end
  into new.noted_on from organisation where organisation.org_id = new.org_id;
  return new;
end $$;
create trigger note_checked_in_on before insert or update of noted_at on check_in
  for each row execute function note_checked_in_on();
"""
# Row security shows one organisation at a time.
FILL = """
do $$
declare one uuid;
begin
  set local role attain_worker;
  for one in select org_id from organisation loop
    perform set_config('app.org_id', one::text, true);
    update goal set submitted_on = (goal.submitted_at at time zone organisation.time_zone)::date
    from organisation where organisation.org_id = one and goal.org_id = one
      and goal.submitted_at is not null and goal.status = 'submitted';
    update goal_amendment
    set requested_on = (goal_amendment.requested_at at time zone organisation.time_zone)::date
    from organisation where organisation.org_id = one and goal_amendment.org_id = one;
    update check_in set noted_on = (check_in.noted_at at time zone organisation.time_zone)::date
    from organisation where organisation.org_id = one and check_in.org_id = one;
  end loop;
  perform set_config('app.org_id', '', true);
  reset role;
end $$
"""

CORRECTIVE_PLAN = """
create table corrective_plan (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  opened_on date not null,
  opened_at timestamptz not null default clock_timestamp(),
  opened_by_id uuid,
  reason text check (length(reason) between 1 and 4000),
  pace numeric(20, 4) check (pace <> 'NaN'),
  threshold numeric(20, 4) check (threshold <> 'NaN'),
  due_on date not null,
  state text not null default 'open' check (state in ('open', 'agreed', 'closed')),
  agreed_at timestamptz,
  agreed_by_id uuid,
  closed_on date,
  closed_at timestamptz,
  closed_by_id uuid,
  outcome text check (length(outcome) between 1 and 4000),
  version integer not null default 1,
  primary key (org_id, id),
  constraint corrective_plan_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint corrective_plan_opened_by foreign key (org_id, opened_by_id) references person on delete restrict,
  constraint corrective_plan_agreed_by foreign key (org_id, agreed_by_id) references person on delete restrict,
  constraint corrective_plan_closed_by foreign key (org_id, closed_by_id) references person on delete restrict,
  constraint a_plan_is_opened_by_pace_or_with_a_reason
    check ((pace is not null and threshold is not null) or reason is not null),
  constraint a_plan_is_agreed_by_somebody check (agreed_at is null or agreed_by_id is not null),
  constraint a_closed_plan_says_what_came_of_it check (case state when 'closed'
    then closed_on is not null and closed_at is not null and closed_by_id is not null and outcome is not null
    else closed_on is null and closed_at is null and outcome is null end)
);
comment on column corrective_plan.version is 'Counts what was done to the plan and to its steps.';
comment on column corrective_plan.opened_by_id is 'Null where the installation opened it, because of the goal''s pace.';
create unique index one_open_plan on corrective_plan (org_id, goal_id) where state <> 'closed';
create index corrective_plan_by_goal on corrective_plan (org_id, goal_id, opened_at, id);
create table corrective_step (
  org_id uuid not null references organisation,
  id uuid not null,
  plan_id uuid not null,
  goal_id uuid not null,
  what text not null check (length(what) between 1 and 1000),
  due_on date,
  person_id uuid not null,
  added_at timestamptz not null default clock_timestamp(),
  added_by_id uuid not null,
  done_at timestamptz,
  done_by_id uuid,
  primary key (org_id, id),
  constraint corrective_step_plan foreign key (org_id, plan_id) references corrective_plan on delete restrict,
  constraint corrective_step_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint corrective_step_person foreign key (org_id, person_id) references person on delete restrict,
  constraint corrective_step_added_by foreign key (org_id, added_by_id) references person on delete restrict,
  constraint corrective_step_done_by foreign key (org_id, done_by_id) references person on delete restrict,
  constraint a_step_is_done_by_somebody check (done_at is null or done_by_id is not null)
);
create index corrective_step_by_plan on corrective_step (org_id, plan_id, added_at, id);
"""

BLOCKER = """
create table blocker (
  org_id uuid not null references organisation,
  id uuid not null,
  goal_id uuid not null,
  cause text not null check (cause in ('tools', 'process', 'policy', 'personal', 'external')),
  what text not null check (length(what) between 1 and 4000),
  raised_on date not null,
  raised_at timestamptz not null default clock_timestamp(),
  raised_by_id uuid not null,
  state text not null default 'open' check (state in ('open', 'resolved', 'withdrawn')),
  resolved_on date,
  resolved_at timestamptz,
  resolved_by_id uuid,
  resolution text check (length(resolution) between 1 and 4000),
  withdrawn_at timestamptz,
  primary key (org_id, id),
  constraint blocker_goal foreign key (org_id, goal_id) references goal on delete restrict,
  constraint blocker_raised_by foreign key (org_id, raised_by_id) references person on delete restrict,
  constraint blocker_resolved_by foreign key (org_id, resolved_by_id) references person on delete restrict,
  constraint a_resolved_blocker_says_how check (case state when 'resolved'
    then resolved_on >= raised_on and resolved_at is not null and resolved_by_id is not null and resolution is not null
    else resolved_on is null and resolved_at is null and resolution is null end),
  constraint a_withdrawn_blocker_says_when check ((state = 'withdrawn') = (withdrawn_at is not null))
);
create index blocker_by_goal on blocker (org_id, goal_id, raised_at, id);
create index blocker_by_day on blocker (org_id, raised_at, id);
create index blocker_by_raised_on on blocker (org_id, raised_on);
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0015_agreement")]
    operations = [
        RunSQL(NOTICE, "drop table notice"),
        RunSQL(MILESTONE, "drop table result_mark; drop table goal_milestone"),
        RunSQL(CORRECTIVE_PLAN, "drop table corrective_step; drop table corrective_plan"),
        RunSQL(BLOCKER, "drop table blocker"),
        RunSQL(
            """
            call protect('notice'); call protect('goal_milestone', 'select, insert, delete');
            call protect('result_mark'); call protect('corrective_plan');
            call protect('corrective_step'); call protect('blocker');
            """,
            "",
        ),
        *(
            RunSQL(
                marks,
                "".join(
                    f"drop trigger mark_{table}_{how} on {table};"
                    for how in ("added", "corrected", "removed")
                )
                + f"drop function mark_results_of_{table}",
            )
            for table, marks in MARKED.items()
        ),
        RunSQL(
            SUBMITTED_ON,
            "drop trigger note_submitted_on on goal; drop function note_submitted_on;"
            " alter table goal drop column submitted_on",
        ),
        RunSQL(
            REQUESTED_ON,
            "drop trigger note_requested_on on goal_amendment; drop function note_requested_on;"
            " alter table goal_amendment drop column requested_on",
        ),
        RunSQL(
            NOTED_ON,
            "drop trigger note_checked_in_on on check_in; drop function note_checked_in_on;"
            " alter table check_in drop column noted_on",
        ),
        RunSQL(FILL, ""),
    ]
