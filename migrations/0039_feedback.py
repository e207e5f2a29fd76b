"""Feedback: asked for, given, given on without a name, and who sees which of it.

What people write here in confidence names its readers. The matrix is in versions that never change, so
that what was promised can be looked up for as long as the feedback is kept.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

KINDS = "'asked_by_self', 'asked_by_manager', 'unasked', 'upward'"

VISIBILITY = f"""
create table feedback_visibility (
  org_id uuid not null references organisation,
  id uuid not null,
  version integer not null check (version > 0),
  changed_by_id uuid,
  changed_at timestamptz not null default clock_timestamp(),
  reason text check (length(reason) between 1 and 1000),
  primary key (org_id, id),
  constraint feedback_visibility_version_once unique (org_id, version),
  constraint feedback_visibility_changed_by foreign key (org_id, changed_by_id) references person on delete restrict
);
comment on table feedback_visibility is 'Versions of who sees which feedback; the highest is in force.';
create table feedback_sight (
  org_id uuid not null references organisation,
  id uuid not null,
  visibility_id uuid not null,
  kind text not null check (kind in ({KINDS})),
  relation text not null check (relation in ('giver', 'person', 'asker', 'manager', 'above', 'hr')),
  sees text not null check (sees in ('nothing', 'words', 'words_and_name')),
  together integer not null default 1 check (together between 1 and 20),
  primary key (org_id, id),
  constraint feedback_sight_once unique (org_id, visibility_id, kind, relation),
  constraint feedback_sight_visibility foreign key (org_id, visibility_id)
    references feedback_visibility on delete restrict,
  constraint a_giver_sees_their_own check (relation <> 'giver' or sees = 'words_and_name'),
  constraint only_words_come_together check (together = 1 or sees = 'words')
);
comment on column feedback_sight.together is 'Of how many people''s words what is seen without a name has to be one.';
call protect('feedback_visibility', 'select, insert'); call protect('feedback_sight', 'select, insert');
"""

FIRST_VERSION = """
create function add_first_feedback_visibility(org uuid) returns void language plpgsql
set search_path = pg_catalog, public as $$
declare first_version uuid := org; -- the same in every look, as the organisation's own id is
begin
  insert into feedback_visibility (org_id, id, version) values (org, first_version, 1);
  insert into feedback_sight (org_id, id, visibility_id, kind, relation, sees, together)
  select org, gen_random_uuid(), first_version, cell.kind, cell.relation, cell.sees, cell.together
  from (values
    ('asked_by_self', 'giver', 'words_and_name', 1), ('asked_by_self', 'person', 'words_and_name', 1),
    ('asked_by_self', 'manager', 'nothing', 1), ('asked_by_self', 'above', 'nothing', 1),
    ('asked_by_self', 'hr', 'nothing', 1),
    ('asked_by_manager', 'giver', 'words_and_name', 1), ('asked_by_manager', 'person', 'words', 3),
    ('asked_by_manager', 'asker', 'words_and_name', 1), ('asked_by_manager', 'manager', 'nothing', 1),
    ('asked_by_manager', 'above', 'nothing', 1), ('asked_by_manager', 'hr', 'nothing', 1),
    ('unasked', 'giver', 'words_and_name', 1), ('unasked', 'person', 'words_and_name', 1),
    ('unasked', 'manager', 'nothing', 1), ('unasked', 'above', 'nothing', 1), ('unasked', 'hr', 'nothing', 1),
    ('upward', 'giver', 'words_and_name', 1), ('upward', 'person', 'words', 3), ('upward', 'asker', 'words', 3),
    ('upward', 'manager', 'nothing', 1), ('upward', 'above', 'nothing', 1), ('upward', 'hr', 'nothing', 1)
  ) as cell (kind, relation, sees, together);
end $$;
create function add_feedback_visibility() returns trigger language plpgsql
set search_path = pg_catalog, public as $$
begin
  perform add_first_feedback_visibility(new.org_id);
  return null;
end $$;
create trigger add_feedback_visibility after insert on organisation
  for each row execute function add_feedback_visibility();
"""

REQUEST = """
create table feedback_request (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[],
  kind text not null check (kind in ('asked_by_self', 'asked_by_manager')),
  asker_id uuid not null,
  person_id uuid not null,
  asked_ids uuid[] not null check (cardinality(asked_ids) between 1 and 20),
  question text not null check (length(question) between 1 and 1000),
  due_on date not null,
  asked_on date not null,
  asked_at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (org_id, id),
  constraint feedback_request_asker foreign key (org_id, asker_id) references person on delete restrict,
  constraint feedback_request_person foreign key (org_id, person_id) references person on delete restrict,
  constraint who_asks_about_themselves check ((kind = 'asked_by_self') = (asker_id = person_id)),
  constraint a_request_is_due_later check (due_on >= asked_on)
);
create index feedback_request_by_day on feedback_request (org_id, asked_at, id);
create table feedback_reply (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[],
  request_id uuid not null,
  person_id uuid not null,
  state text not null check (state in ('answered', 'declined')),
  reason text check (length(reason) between 1 and 1000),
  replied_at timestamptz not null,
  primary key (org_id, id),
  constraint feedback_reply_once unique (org_id, request_id, person_id),
  constraint feedback_reply_request foreign key (org_id, request_id) references feedback_request on delete restrict,
  constraint feedback_reply_person foreign key (org_id, person_id) references person on delete restrict,
  constraint only_who_declines_says_why check (reason is null or state = 'declined')
);
call protect('feedback_request'); call protect_readers('feedback_request');
call protect('feedback_reply', 'select, insert, delete'); call protect_readers('feedback_reply');
"""

FEEDBACK = f"""
create table feedback (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[],
  kind text not null check (kind in ({KINDS})),
  person_id uuid not null,
  giver_id uuid not null,
  request_id uuid,
  words text not null check (length(words) between 1 and 10000),
  given_on date not null,
  given_at timestamptz not null,
  visibility_id uuid not null,
  unnamed uuid[] not null,
  together integer[] not null,
  waiting_for uuid[] not null,
  primary key (org_id, id),
  constraint feedback_person foreign key (org_id, person_id) references person on delete restrict,
  constraint feedback_giver foreign key (org_id, giver_id) references person on delete restrict,
  constraint feedback_request_of foreign key (org_id, request_id) references feedback_request on delete restrict,
  constraint feedback_visibility_of foreign key (org_id, visibility_id) references feedback_visibility on delete restrict,
  constraint nobody_tells_themselves check (giver_id <> person_id),
  constraint its_giver_reads_it check (giver_id = any(readers)),
  constraint each_sees_it_one_way check (not readers && unnamed and waiting_for <@ unnamed
    and cardinality(unnamed) = cardinality(together))
);
comment on column feedback.readers is 'Who sees it with the name, the giver among them; fixed when it is given.';
comment on column feedback.unnamed is 'Who sees the words alone, in rows of their own; fixed when it is given.';
comment on column feedback.together is 'Of how many people''s words those of each of `unnamed` have to be one.';
comment on column feedback.waiting_for is 'Who of `unnamed` has not got the words yet.';
create index feedback_by_day on feedback (org_id, given_at, id);
create index feedback_waiting on feedback (org_id) where cardinality(waiting_for) > 0;
create table unnamed_feedback (
  org_id uuid not null references organisation,
  id uuid not null,
  readers uuid[],
  kind text not null check (kind in ({KINDS})),
  person_id uuid not null,
  request_id uuid,
  words text not null check (length(words) between 1 and 10000),
  delivered_on date not null,
  primary key (org_id, id),
  constraint unnamed_feedback_person foreign key (org_id, person_id) references person on delete restrict,
  constraint unnamed_feedback_request foreign key (org_id, request_id) references feedback_request on delete restrict
);
comment on table unnamed_feedback is 'Words for one reader who does not see who gave them; nothing here leads to the giver.';
call protect('feedback'); call protect_readers('feedback');
call protect('unnamed_feedback', 'select, insert, update (delivered_on), delete'); call protect_readers('unnamed_feedback');
"""

# What was given keeps its words, its giver and its readers; only that it was given on is noted. Whatever
# code writes it: a promise of who sees something is never widened.
KEPT = """
create function feedback_keeps_its_readers() returns trigger language plpgsql
set search_path = pg_catalog as $$
begin
  if (to_jsonb(new) - 'waiting_for') is distinct from (to_jsonb(old) - 'waiting_for')
      or not new.waiting_for <@ old.waiting_for then
    raise exception 'what was given is never changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger feedback_keeps_its_readers before update on feedback
  for each row execute function feedback_keeps_its_readers();
"""

# Organisations that are there already get what new ones do. Row security shows one at a time.
FILL = """
do $$
declare one uuid;
begin
  set local role attain_worker;
  for one in select org_id from organisation loop
    perform set_config('app.org_id', one::text, true);
    perform add_first_feedback_visibility(one);
  end loop;
  perform set_config('app.org_id', '', true);
  reset role;
end $$
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0038_insights")]
    operations = [
        RunSQL(VISIBILITY, "drop table feedback_sight; drop table feedback_visibility"),
        RunSQL(
            FIRST_VERSION,
            "drop trigger add_feedback_visibility on organisation; drop function add_feedback_visibility;"
            " drop function add_first_feedback_visibility",
        ),
        RunSQL(FILL, ""),
        RunSQL(REQUEST, "drop table feedback_reply; drop table feedback_request"),
        RunSQL(FEEDBACK, "drop table unnamed_feedback; drop table feedback"),
        RunSQL(KEPT, "drop function feedback_keeps_its_readers"),
    ]
