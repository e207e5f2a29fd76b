"""An organisation's history: one line of events, numbered after commit and chained by hash.

Beside it the idempotency keys: what a caller's message did, kept with its effect.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

EVENT = """
create table event (
  org_id uuid not null references organisation,
  id uuid not null,
  act text not null check (act ~ '^[a-z_]+\\.[a-z_]+$'),
  subject_kind text not null,
  subject_id uuid,
  person_id uuid,
  client_id uuid,
  via text not null,
  before jsonb,
  after jsonb,
  reason text,
  recorded_at timestamptz not null default clock_timestamp(),
  number bigint check (number > 0),
  previous_hash bytea check (length(previous_hash) = 32),
  hash bytea check (length(hash) = 32),
  primary key (org_id, id),
  constraint event_number_once unique (org_id, number),
  constraint numbered_means_chained check ((number is null) = (hash is null)),
  constraint event_person foreign key (org_id, person_id) references person on delete restrict
);
create index event_waiting_for_number on event (org_id, recorded_at, id) where number is null;
create index event_by_subject on event (org_id, subject_id, number);
create table history_head (
  org_id uuid not null primary key references organisation,
  last_number bigint not null,
  last_hash bytea not null check (length(last_hash) = 32)
);
"""

# The application may add an event and later give it its number, once; nothing else.
EVENT_GUARD = """
create function event_only_gains_its_number() returns trigger language plpgsql
set search_path = pg_catalog as $$
begin
  if old.number is not null
     or (to_jsonb(new) - array['number', 'previous_hash', 'hash'])
        is distinct from (to_jsonb(old) - array['number', 'previous_hash', 'hash']) then
    raise exception 'an event is never changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger event_keeps_its_content before update on event
  for each row execute function event_only_gains_its_number();
create trigger event_is_never_removed before delete on event
  for each row execute function refuse_change();
create trigger event_is_never_truncated before truncate on event
  for each statement execute function refuse_change();
call protect('event', 'select, insert, update (number, previous_hash, hash)');
call protect('history_head', 'select, insert, update');
"""

IDEMPOTENCY = """
create table idempotency_key (
  org_id uuid not null references organisation,
  actor_id uuid not null,
  key text not null check (length(key) between 1 and 200),
  act text not null,
  fingerprint bytea not null check (length(fingerprint) = 32),
  subject_id uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, actor_id, key)
);
create index idempotency_key_by_age on idempotency_key (org_id, created_at);
call protect('idempotency_key');
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0002_people")]
    operations = [
        RunSQL(EVENT, "drop table history_head; drop table event"),
        RunSQL(EVENT_GUARD, "drop function event_only_gains_its_number"),
        RunSQL(IDEMPOTENCY, "drop table idempotency_key"),
    ]
