"""What happened around people: one list over what is written already, and what of it somebody wants to see.

Nothing is written twice, so what is taken back, withdrawn or no longer kept is gone from the list by itself. It
is read as whoever asks, under the row security of each table that it is made of.

Each part has an index by when it happened, so that the latest of all are merged from the latest of each. PostgreSQL
does so only where no part has conditions of its own: a row that tells of nothing has no kind, or did not happen.
A row that tells of two things gives them two ids: the second has a letter where an id says its version.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL


def _part(
    table: str,
    kind: str,
    subject: tuple[str, str],
    person: str,
    happened_at: str,
    *,
    id: str = "id",
    percent: str = "null::integer",
    goal: str = "null::uuid",
    on_wall: str = "null::boolean",
    readers: str = "null::uuid[]",
) -> str:
    subject_kind, subject_id = subject
    return f"""
select org_id, {id} as id, {kind} as kind, {subject_kind} as subject_kind, {subject_id} as subject_id,
  {person} as person_id, {happened_at} as happened_at, {percent} as percent, {goal} as goal_id,
  {on_wall} as on_wall, {readers} as readers
from {table}"""


def _lettered(id: str, letter: str) -> str:
    return f"overlay({id}::text placing {letter} from 15)::uuid"


GOAL, BLOCKER, INSIGHT = ("'goal'", "goal_id"), ("'blocker'", "id"), ("'insight'", "insight_id")
DECISIONS = (
    "'submitted', 'approved', 'returned', 'accepted', 'change_requested', 'amended', 'closed'"
)
PARTS = (
    _part("recognition", "'recognised'", ("'recognition'", "id"), "giver_id", "given_at",
      on_wall="on_wall", readers="readers"),
    _part("insight", "'insight_told'", ("'insight'", "id"), "author_id", "told_at"),
    _part("insight_step", "case when state <> 'taken' then 'insight_' || state end", INSIGHT, "person_id", "made_at"),
    _part("goal_decision", f"case when act in ({DECISIONS}) then 'goal_' || act end", GOAL, "person_id", "decided_at",
      goal="goal_id"),
    _part("goal_milestone", "'milestone_reached'", GOAL, "null::uuid", "reached_at", percent="percent", goal="goal_id",
      id=_lettered("goal_id", "case percent when 50 then 'a' when 90 then 'b' else 'c' end")),
    _part("corrective_plan", "'plan_opened'", GOAL, "opened_by_id", "opened_at", goal="goal_id"),
    _part("corrective_plan", "'plan_closed'", GOAL, "closed_by_id", "closed_at", goal="goal_id", id=_lettered("id", "'c'")),
    _part("blocker", "case when state <> 'withdrawn' then 'blocker_raised' end", BLOCKER, "raised_by_id", "raised_at",
      goal="goal_id"),
    _part("blocker", "'blocker_resolved'", BLOCKER, "resolved_by_id", "resolved_at", goal="goal_id", id=_lettered("id", "'c'")),
    _part("comment", "case when withdrawn_at is null then 'commented' end", ("subject_kind", "subject_id"), "author_id",
      "received_at", readers="readers"),
)  # fmt: skip
VIEW = f"""
create view activity with (security_invoker = true) as{" union all".join(PARTS)};
comment on view activity is 'What happened; read where `kind` and `happened_at` are there.';
comment on column activity.goal_id is 'The goal by which it is seen.';
comment on column activity.readers is 'Who read the thing then, where it names its readers.';
grant select on activity to attain_app, attain_worker, attain_reader;
"""
# Recognition, insights and the raising of blockers have one.
INDEXES = """
create index insight_step_by_made on insight_step (org_id, made_at);
create index goal_decision_by_decided on goal_decision (org_id, decided_at);
create index goal_milestone_by_reached on goal_milestone (org_id, reached_at);
create index corrective_plan_by_opened on corrective_plan (org_id, opened_at);
create index corrective_plan_by_closed on corrective_plan (org_id, closed_at);
create index blocker_by_resolved on blocker (org_id, resolved_at);
create index comment_by_received on comment (org_id, received_at);
"""
WITHOUT = """
drop index insight_step_by_made, goal_decision_by_decided, goal_milestone_by_reached, corrective_plan_by_opened,
  corrective_plan_by_closed, blocker_by_resolved, comment_by_received
"""

PREFERENCE = """
create table activity_preference (
  org_id uuid not null references organisation,
  person_id uuid not null,
  kind text not null check (kind ~ '^[a-z][a-z_]*$'),
  shown boolean not null,
  primary key (org_id, person_id, kind),
  constraint activity_preference_person foreign key (org_id, person_id) references person on delete restrict
);
call protect('activity_preference', 'select, insert, update');
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0042_comments")]
    operations = [
        RunSQL(INDEXES, WITHOUT),
        RunSQL(VIEW, "drop view activity"),
        RunSQL(PREFERENCE, "drop table activity_preference"),
    ]
