"""Scorecards by which visits, calls, meetings and demos are assessed, and the assessments."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# One row is one published version: nothing of it changes but that it is retired.
SCORECARD = """
create table scorecard (
  org_id uuid not null references organisation,
  id uuid not null,
  series_id uuid not null,
  number integer not null check (number between 1 and 10000),
  name text not null check (length(name) between 1 and 200),
  description text not null check (length(description) <= 4000),
  criteria jsonb not null check (jsonb_typeof(criteria) = 'array'),
  published_at timestamptz not null,
  published_by_id uuid,
  retired_at timestamptz,
  retired_by_id uuid,
  primary key (org_id, id),
  constraint scorecard_numbered_once unique (org_id, series_id, number),
  constraint scorecard_series foreign key (org_id, series_id) references scorecard on delete restrict,
  constraint scorecard_published_by foreign key (org_id, published_by_id) references person on delete restrict,
  constraint scorecard_retired_by foreign key (org_id, retired_by_id) references person on delete restrict
);
comment on table scorecard is 'A published version of a scorecard; series_id is the id of its first.';
create index scorecard_by_name on scorecard (org_id, name, id);
call protect('scorecard', 'select, insert, update');
create function published_stays() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if (to_jsonb(new) - 'retired_at' - 'retired_by_id') <> (to_jsonb(old) - 'retired_at' - 'retired_by_id') then
    raise exception 'What is published does not change.' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger published_stays before update on scorecard for each row execute function published_stays();
"""

# What it comes to is points / most, both whole: the score is exact until it is shown.
ASSESSMENT = """
create table assessment (
  org_id uuid not null references organisation,
  id uuid not null,
  scorecard_id uuid not null,
  person_id uuid not null,
  assessor_id uuid not null,
  occasion_id uuid not null,
  occasion text not null check (occasion in ('visit', 'call', 'meeting', 'demo')),
  held_on date not null,
  account_id uuid,
  sale_id uuid,
  comment text not null check (length(comment) <= 4000),
  points numeric(20, 4) not null check (points >= 0 and points <> 'NaN'),
  most numeric(20, 4) not null check (most > 0 and most >= points and most <> 'NaN'),
  written_at timestamptz not null,
  received_at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (org_id, id),
  constraint assessment_scorecard foreign key (org_id, scorecard_id) references scorecard on delete restrict,
  constraint assessment_person foreign key (org_id, person_id) references person on delete restrict,
  constraint assessment_assessor foreign key (org_id, assessor_id) references person on delete restrict,
  constraint assessment_occasion foreign key (org_id, occasion_id) references assessment on delete restrict,
  constraint assessment_account foreign key (org_id, account_id) references account on delete restrict,
  constraint assessment_sale foreign key (org_id, sale_id) references sale on delete restrict
);
comment on table assessment is
  'What one assessor says of one occasion; occasion_id is the id of the first assessment of the occasion.';
create index assessment_by_person on assessment (org_id, person_id, held_on, id);
create index assessment_by_day on assessment (org_id, held_on, id);
create unique index assessed_once on assessment (org_id, occasion_id, assessor_id, scorecard_id)
  where withdrawn_at is null;
create index assessment_by_scorecard on assessment (org_id, scorecard_id);
create index assessment_by_sale on assessment (org_id, sale_id) where sale_id is not null;
call protect('assessment', 'select, insert, update');
create table assessment_score (
  org_id uuid not null references organisation,
  id uuid not null,
  assessment_id uuid not null,
  series_id uuid not null,
  person_id uuid not null,
  held_on date not null,
  by_themselves boolean not null,
  place integer not null check (place between 1 and 30),
  criterion text not null check (length(criterion) between 1 and 200),
  scale text not null check (scale in ('one_to_five', 'zero_to_ten', 'yes_no')),
  weight numeric(20, 4) not null check (weight > 0 and weight <> 'NaN'),
  score integer check (score between 0 and 10),
  comment text not null check (length(comment) <= 4000),
  withdrawn boolean not null default false,
  primary key (org_id, id),
  constraint criterion_scored_once unique (org_id, assessment_id, place),
  constraint score_assessment foreign key (org_id, assessment_id) references assessment on delete restrict,
  constraint score_series foreign key (org_id, series_id) references scorecard on delete restrict,
  constraint score_person foreign key (org_id, person_id) references person on delete restrict
);
comment on column assessment_score.score is 'Null: it was not observed.';
create index assessment_score_by_person on assessment_score (org_id, person_id, held_on, id);
create index assessment_score_by_day on assessment_score (org_id, held_on, id);
call protect('assessment_score', 'select, insert, update');
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0040_recognition")]
    operations = [
        RunSQL(SCORECARD, "drop table scorecard; drop function published_stays"),
        RunSQL(ASSESSMENT, "drop table assessment_score; drop table assessment"),
    ]
