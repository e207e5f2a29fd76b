"""Comments on anything, what they said before, and who is mentioned in them.

A comment belongs to one thing, named by kind and id; a key for each kind holds that it is there. Under row
security a comment shows where the row shows that it is about, so what locks pay, or what people write in
confidence, a second time locks what is said of it.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

KINDS = (
    "account", "assessment", "blocker", "goal", "insight", "one_to_one", "opportunity", "pay_result",
    "recognition", "sale", "task", "territory",
)  # fmt: skip
LOCKED = ("one_to_one", "pay_result", "recognition", "task")
_LISTED = ", ".join(f"'{kind}'" for kind in KINDS)
_KEYS = "\n".join(
    f"  {kind}_id uuid generated always as (case when subject_kind = '{kind}' then subject_id end) stored,"
    for kind in KINDS
)
_HELD = "\n".join(
    f"  constraint comment_{kind} foreign key (org_id, {kind}_id) references {kind} on delete restrict,"
    for kind in KINDS
)
_INDEXES = "\n".join(
    f"create index comment_by_{kind} on comment (org_id, {kind}_id) where {kind}_id is not null;"
    for kind in KINDS
)

COMMENT = f"""
create table comment (
  org_id uuid not null references organisation,
  id uuid not null,
  subject_kind text not null check (subject_kind in ({_LISTED})),
  subject_id uuid not null,
{_KEYS}
  author_id uuid not null,
  body text check (length(body) between 1 and 10000),
  body_html text,
  written_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  edited_at timestamptz,
  withdrawn_at timestamptz,
  version integer not null default 1,
  readers uuid[],
  primary key (org_id, id),
{_HELD}
  constraint comment_author foreign key (org_id, author_id) references person on delete restrict,
  constraint what_is_withdrawn_says_nothing
    check (num_nulls(body, body_html) = case when withdrawn_at is null then 0 else 2 end)
);
comment on column comment.written_at is 'When it was written, as its author''s device says; received_at is ours.';
comment on column comment.readers is 'Who read the thing when this was written, where it names its readers.';
create index comment_by_subject on comment (org_id, subject_id, received_at, id);
{_INDEXES}
create table comment_version (
  org_id uuid not null references organisation,
  comment_id uuid not null,
  version integer not null,
  body text not null,
  body_html text not null,
  said_at timestamptz not null,
  primary key (org_id, comment_id, version),
  constraint comment_version_comment foreign key (org_id, comment_id) references comment on delete restrict
);
comment on table comment_version is 'What comments said before they were edited.';
create table mention (
  org_id uuid not null references organisation,
  id uuid not null,
  comment_id uuid not null,
  person_id uuid not null,
  mentioned_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id),
  constraint mentioned_once unique (org_id, comment_id, person_id),
  constraint mention_comment foreign key (org_id, comment_id) references comment on delete restrict,
  constraint mention_person foreign key (org_id, person_id) references person on delete restrict
);
create index mention_by_person on mention (org_id, person_id, mentioned_at, id);
call protect('comment'); call protect('comment_version', 'select, insert, delete');
call protect('mention', 'select, insert, delete');
"""

# With `offset` each is looked up by itself, where PostgreSQL would read all of the table once.
_SHOWS = "\n".join(
    f"    when '{kind}' then exists (select from {kind} about where about.org_id = comment.org_id"
    f" and about.id = comment.subject_id offset 0)"
    for kind in LOCKED
)
LOCK = f"""
create policy only_with_its_subject on comment as restrictive
  using ((readers is null or reads_among(readers)) and case subject_kind
{_SHOWS}
    else true end);
create policy only_with_its_comment on comment_version as restrictive
  using (exists (select from comment where comment.org_id = comment_version.org_id
    and comment.id = comment_version.comment_id offset 0));
create policy only_with_its_comment on mention as restrictive
  using (exists (select from comment where comment.org_id = mention.org_id
    and comment.id = mention.comment_id offset 0));
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0041_scorecards")]
    operations = [
        RunSQL(COMMENT, "drop table mention; drop table comment_version; drop table comment"),
        RunSQL(LOCK, ""),
    ]
