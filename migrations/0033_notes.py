"""Coaching notes: what somebody writes about somebody, for exactly the people who are named on the row.

Nothing leads to a note but its key: an index by author, by whom it is about or by its day would have a
statement come near what others wrote.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

_WORDS = """body text not null check (length(body) between 1 and 10000),
  body_html text not null,
  written_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  readers uuid[] not null"""

NOTE = f"""
create table note (
  org_id uuid not null references organisation,
  id uuid not null,
  about_id uuid not null,
  author_id uuid not null,
  {_WORDS},
  one_to_one_id uuid,
  written_on date not null,
  version integer not null default 1,
  updated_at timestamptz not null default clock_timestamp(),
  acknowledged_version integer,
  acknowledged_at timestamptz,
  primary key (org_id, id),
  constraint note_about foreign key (org_id, about_id) references person on delete restrict,
  constraint note_author foreign key (org_id, author_id) references person on delete restrict,
  constraint an_author_reads_their_note check (author_id = any(readers)),
  constraint a_version_that_was_acknowledged_was_there check (acknowledged_version between 1 and version),
  constraint an_acknowledgement_says_when check ((acknowledged_version is null) = (acknowledged_at is null))
);
comment on column note.written_at is 'When its author says they wrote it, perhaps offline.';
comment on column note.written_on is 'The organisation''s day of that.';
comment on column note.one_to_one_id is 'Out of which it came, one that its author read. No key and no index: it tells nobody else, leads nowhere once the one-to-one is no more, and the note stays.';
"""
REVISION = f"""
create table note_revision (
  org_id uuid not null references organisation,
  id uuid not null,
  note_id uuid not null,
  version integer not null check (version >= 1),
  {_WORDS},
  acknowledged_at timestamptz,
  primary key (org_id, id),
  constraint note_revision_number unique (org_id, note_id, version),
  constraint note_revision_note foreign key (org_id, note_id) references note on delete restrict
);
comment on table note_revision is 'Every version of a note, for those who read it while it was the current one.';
"""
REPLY = f"""
create table note_reply (
  org_id uuid not null references organisation,
  id uuid not null,
  note_id uuid not null,
  author_id uuid not null,
  {_WORDS},
  primary key (org_id, id),
  constraint note_reply_note foreign key (org_id, note_id) references note on delete restrict,
  constraint note_reply_author foreign key (org_id, author_id) references person on delete restrict,
  constraint an_author_reads_their_reply check (author_id = any(readers))
);
create index note_reply_by_note on note_reply (org_id, note_id, written_at, id);
"""

# What a note leads to is kept as it was: whatever becomes of the goal or the sale, the note was about this.
EVIDENCE = """
create table note_evidence (
  org_id uuid not null references organisation,
  id uuid not null,
  note_id uuid not null,
  place integer not null check (place >= 1),
  version integer not null default 1 check (version >= 1),
  kind text not null check (kind in ('goal', 'sale', 'account', 'measure', 'gap')),
  subject_id uuid,
  seen_as text not null check (length(seen_as) between 1 and 40),
  name text not null check (length(name) between 1 and 1000),
  value numeric(24, 4) check (value <> 'NaN'),
  unit text not null check (unit in ('money', 'number', 'percent', 'yes_no')),
  currency text check (currency ~ '^[A-Z]{3}$'),
  since date,
  as_of date not null,
  formula text not null check (length(formula) between 1 and 2000),
  source text not null check (length(source) between 1 and 2000),
  facts jsonb not null default '{}' check (jsonb_typeof(facts) = 'object'),
  readers uuid[] not null,
  primary key (org_id, id),
  constraint note_evidence_place unique (org_id, note_id, place),
  constraint note_evidence_note foreign key (org_id, note_id) references note on delete restrict,
  constraint what_is_money_says_in_which check ((unit = 'money') = (currency is not null))
);
comment on column note_evidence.version is 'The version of the note with which it came.';
comment on column note_evidence.seen_as is 'The class of facts it is of: whoever joins the note reads it if they see this class of whom it is about.';
"""

# A phone may send a note again that was withdrawn meanwhile. Its author alone is asked about: to anybody else the
# id is one like any other.
WITHDRAWN = """
create table note_withdrawn (
  org_id uuid not null references organisation,
  author_id uuid not null,
  note_id uuid not null,
  withdrawn_at timestamptz not null default clock_timestamp(),
  primary key (org_id, author_id, note_id),
  constraint note_withdrawn_author foreign key (org_id, author_id) references person on delete restrict
);
comment on table note_withdrawn is 'That a note under this id was withdrawn by its author, and nothing else of it.';
call protect('note_withdrawn', 'select, insert');
create policy author_only on note_withdrawn as restrictive using (reads_among(array[author_id]));
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0032_one_to_ones")]
    operations = [
        RunSQL(NOTE, "drop table note"),
        RunSQL(REVISION, "drop table note_revision"),
        RunSQL(REPLY, "drop table note_reply"),
        RunSQL(EVIDENCE, "drop table note_evidence"),
        RunSQL(
            """
            call protect('note'); call protect_readers('note');
            call protect('note_revision'); call protect_readers('note_revision');
            call protect('note_reply'); call protect_readers('note_reply');
            call protect('note_evidence'); call protect_readers('note_evidence');
            """,
            "",
        ),
        RunSQL(WITHDRAWN, "drop table note_withdrawn"),
    ]
