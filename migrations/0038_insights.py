"""What people in the field tell leadership, who votes for it, and what becomes of it."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

INSIGHT = """
create table insight (
  org_id uuid not null references organisation,
  id uuid not null,
  author_id uuid not null,
  title text not null check (length(title) between 1 and 120),
  words text not null check (length(words) between 1 and 4000),
  topic text not null check (topic in ('product', 'price', 'competitor', 'process', 'territory', 'plan')),
  state text not null default 'new'
    check (state in ('new', 'taken', 'answered', 'changed', 'declined', 'merged')),
  told_on date not null,
  told_at timestamptz not null default clock_timestamp(),
  owner_id uuid,
  answered_on date,
  merged_into_id uuid,
  votes integer not null default 0 check (votes >= 0),
  primary key (org_id, id),
  constraint insight_author foreign key (org_id, author_id) references person on delete restrict,
  constraint insight_owner foreign key (org_id, owner_id) references person on delete restrict,
  constraint insight_merged_into foreign key (org_id, merged_into_id) references insight on delete restrict,
  constraint what_is_merged_points_to_another check ((state = 'merged') = (merged_into_id is not null)
    and merged_into_id is distinct from id),
  constraint what_is_taken_has_an_owner check (state in ('new', 'merged') or owner_id is not null),
  constraint what_is_answered_has_a_day check (case
    when state in ('answered', 'changed', 'declined') then answered_on >= told_on
    when state in ('new', 'taken') then answered_on is null else true end)
);
comment on column insight.answered_on is 'The day of the first answer; of a decline, where there was none.';
comment on column insight.votes is 'How many votes it has, kept by the database.';
create index insight_by_told on insight (org_id, told_at, id);
create index insight_by_votes on insight (org_id, votes, id);
create index insight_by_owner on insight (org_id, owner_id);
create index insight_by_merged_into on insight (org_id, merged_into_id);
create table insight_step (
  org_id uuid not null references organisation,
  id uuid not null,
  insight_id uuid not null,
  state text not null check (state in ('taken', 'answered', 'changed', 'declined', 'merged')),
  person_id uuid not null,
  owner_id uuid,
  words text check (length(words) between 1 and 4000),
  link_kind text check (link_kind in ('goal', 'measure', 'territory', 'pay_plan')),
  link_id uuid,
  made_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint insight_step_insight foreign key (org_id, insight_id) references insight on delete restrict,
  constraint insight_step_person foreign key (org_id, person_id) references person on delete restrict,
  constraint insight_step_owner foreign key (org_id, owner_id) references person on delete restrict,
  constraint a_link_is_whole check ((link_kind is null) = (link_id is null)),
  constraint an_answer_has_words check (words is not null or state in ('taken', 'merged')),
  constraint what_is_taken_is_somebodys check ((state = 'taken') = (owner_id is not null))
);
create index insight_step_by_insight on insight_step (org_id, insight_id, made_at, id);
"""

# Its key is what makes a vote count once; the count of each insight is changed with it, under its lock.
VOTE = """
create table insight_vote (
  org_id uuid not null references organisation,
  insight_id uuid not null,
  person_id uuid not null,
  voted_at timestamptz not null default clock_timestamp(),
  primary key (org_id, insight_id, person_id),
  constraint insight_vote_insight foreign key (org_id, insight_id) references insight on delete restrict,
  constraint insight_vote_person foreign key (org_id, person_id) references person on delete restrict
);
create function count_insight_votes() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    update insight set votes = insight.votes + came.votes
    from (select org_id, insight_id, count(*) as votes from voted group by 1, 2) came
    where insight.org_id = came.org_id and insight.id = came.insight_id;
  else
    update insight set votes = insight.votes - went.votes
    from (select org_id, insight_id, count(*) as votes from voted group by 1, 2) went
    where insight.org_id = went.org_id and insight.id = went.insight_id;
  end if;
  return null;
end $$;
create trigger count_votes_given after insert on insight_vote referencing new table as voted
  for each statement execute function count_insight_votes();
create trigger count_votes_taken_back after delete on insight_vote referencing old table as voted
  for each statement execute function count_insight_votes();
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0037_programmes")]
    operations = [
        RunSQL(INSIGHT, "drop table insight_step; drop table insight"),
        RunSQL(VOTE, "drop table insight_vote; drop function count_insight_votes"),
        RunSQL(
            """
            call protect('insight', 'select, insert, update'); call protect('insight_step', 'select, insert');
            call protect('insight_vote', 'select, insert, delete');
            """,
            "",
        ),
    ]
