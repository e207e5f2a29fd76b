"""Pay plans: their versions, who is on them, and what is agreed with one person alone."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# What a version says is never changed once it is published; nobody publishes alone what they drafted.
PLAN = """
create table pay_plan (
  org_id uuid not null references organisation,
  id uuid not null,
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  name text not null check (length(name) between 1 and 100),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  calendar_id uuid,
  retired_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint pay_plan_key_once unique (org_id, key),
  constraint pay_plan_calendar foreign key (org_id, calendar_id) references calendar on delete restrict
);
call protect('pay_plan');
create table pay_plan_version (
  org_id uuid not null references organisation,
  id uuid not null,
  plan_id uuid not null,
  number integer not null check (number > 0),
  begins_on date not null check (isfinite(begins_on)),
  terms jsonb not null,
  text text not null check (length(text) <= 200000),
  findings text[] not null default '{}',
  failing text[] not null default '{}',
  follows integer,
  changes text[] not null default '{}',
  note text not null default '' check (length(note) <= 2000),
  drafted_by_id uuid,
  drafted_at timestamptz not null default now(),
  written_by uuid[] not null default '{}',
  published_by_id uuid,
  published_at timestamptz,
  discarded_by_id uuid,
  discarded_at timestamptz,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint pay_plan_version_number_once unique (org_id, plan_id, number),
  constraint pay_plan_version_plan foreign key (org_id, plan_id) references pay_plan on delete restrict,
  constraint pay_plan_version_drafted_by foreign key (org_id, drafted_by_id) references person on delete restrict,
  constraint pay_plan_version_published_by foreign key (org_id, published_by_id) references person on delete restrict,
  constraint pay_plan_version_discarded_by foreign key (org_id, discarded_by_id) references person on delete restrict,
  constraint published_or_discarded check (published_at is null or discarded_at is null),
  constraint published_by_somebody_else
    check (published_by_id <> drafted_by_id and published_by_id <> all (written_by))
);
comment on column pay_plan_version.text is 'The terms as YAML, which is what people read and write.';
comment on column pay_plan_version.follows is 'The number of the version from which `changes` says what is different.';
comment on column pay_plan_version.written_by is 'Everybody who wrote any of it; none of them publishes it.';
create unique index pay_plan_version_in_force_once on pay_plan_version (org_id, plan_id, begins_on)
  where published_at is not null;
create function published_terms_stay() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.published_at is not null then
    raise exception 'a published plan is never changed' using errcode = 'restrict_violation';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger published_terms_stay before update or delete on pay_plan_version
  for each row execute function published_terms_stay();
call protect('pay_plan_version', 'select, insert, update');
"""
ASSIGNMENT = """
create table pay_assignment (
  org_id uuid not null references organisation,
  id uuid not null,
  plan_id uuid not null,
  person_id uuid,
  position_id uuid,
  starts_on date not null check (isfinite(starts_on)),
  ends_on date check (isfinite(ends_on)),
  target_incentive numeric(20, 4) not null default 0 check (target_incentive >= 0 and target_incentive <> 'NaN'),
  created_by_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint pay_assignment_plan foreign key (org_id, plan_id) references pay_plan on delete restrict,
  constraint pay_assignment_person foreign key (org_id, person_id) references person on delete restrict,
  constraint pay_assignment_position foreign key (org_id, position_id) references position on delete restrict,
  constraint of_a_person_or_a_position check (num_nonnulls(person_id, position_id) = 1),
  constraint pay_assignment_created_by foreign key (org_id, created_by_id) references person on delete restrict,
  constraint one_plan_at_a_time exclude using gist
    (org_id with =, person_id with =, plan_id with =, daterange(starts_on, ends_on, '[]') with &&),
  constraint one_plan_of_a_position_at_a_time exclude using gist
    (org_id with =, position_id with =, plan_id with =, daterange(starts_on, ends_on, '[]') with &&),
  constraint pay_assignment_ends_after_it_starts check (starts_on <= ends_on)
);
comment on column pay_assignment.target_incentive is 'Variable pay of a year at exactly 100 per cent, in the plan''s currency.';
create index pay_assignment_by_plan on pay_assignment (org_id, plan_id, starts_on, id);
create index pay_assignment_by_position on pay_assignment (org_id, position_id);
create index pay_assignment_by_person on pay_assignment (org_id, person_id, plan_id);
call protect('pay_assignment');
create table pay_override (
  org_id uuid not null references organisation,
  id uuid not null,
  person_id uuid not null,
  plan_id uuid not null,
  kind text not null check (kind in ('quota', 'base_rate', 'target_incentive')),
  key text not null default '',
  value numeric(24, 8) not null check (value >= 0 and value <> 'NaN'),
  starts_on date not null check (isfinite(starts_on)),
  ends_on date check (isfinite(ends_on)),
  reason text not null check (length(reason) between 1 and 1000),
  created_by_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint pay_override_person foreign key (org_id, person_id) references person on delete restrict,
  constraint pay_override_plan foreign key (org_id, plan_id) references pay_plan on delete restrict,
  constraint pay_override_created_by foreign key (org_id, created_by_id) references person on delete restrict,
  constraint one_override_at_a_time exclude using gist
    (org_id with =, person_id with =, plan_id with =, kind with =, key with =,
     daterange(starts_on, ends_on, '[]') with &&),
  constraint pay_override_ends_after_it_starts check (starts_on <= ends_on)
);
comment on column pay_override.key is 'The measure of a quota, or the component of a rate.';
create index pay_override_by_plan on pay_override (org_id, plan_id, starts_on, id);
create index pay_override_by_person on pay_override (org_id, person_id, plan_id);
call protect('pay_override');
"""

# Who is on a plan on which days, whether by name or by holding a position: the one place that says so.
# Of several assignments that say it of the same days, one's own goes before those of positions, and of
# these the one that began first.
ON_PLAN = """
create view pay_on_plan with (security_invoker = true) as
select claim.org_id, claim.assignment_id, claim.plan_id, claim.person_id, claim.target_incentive,
  lower(days) as starts_on, upper(days) - 1 as ends_on
from (
  select said.*, said.during::datemultirange - coalesce(range_agg(said.during) over (
      partition by said.org_id, said.plan_id, said.person_id
      order by said.of_position, said.began_on, said.assignment_id
      rows between unbounded preceding and 1 preceding), '{}'::datemultirange) as free
  from (
    select term.org_id, term.id as assignment_id, term.plan_id, term.person_id, term.target_incentive,
      false as of_position, term.starts_on as began_on, daterange(term.starts_on, term.ends_on, '[]') as during
    from pay_assignment term where term.person_id is not null
    union all
    select term.org_id, term.id, term.plan_id, holding.person_id, term.target_incentive, true, term.starts_on,
      daterange(term.starts_on, term.ends_on, '[]') * holding.during
    from pay_assignment term
    join holding on holding.org_id = term.org_id and holding.position_id = term.position_id
      and holding.during && daterange(term.starts_on, term.ends_on, '[]')
  ) said
) claim
cross join lateral unnest(claim.free) as days;
grant select on pay_on_plan to attain_app, attain_worker, attain_reader;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0021_crediting")]
    operations = [
        RunSQL(
            PLAN,
            "drop table pay_plan_version; drop table pay_plan; drop function published_terms_stay",
        ),
        RunSQL(ASSIGNMENT, "drop table pay_override; drop table pay_assignment"),
        RunSQL(ON_PLAN, "drop view pay_on_plan"),
    ]
