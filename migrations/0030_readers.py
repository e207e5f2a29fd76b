"""Rows that name who reads them: what people write in confidence.

`readers` on the row is the truth: exactly the people who see it, its author among them. From it a trigger
keeps `reader`, the way in: which rows of a table are whose is one range of an index, so that no statement of
anybody comes near what others wrote.

Whether somebody reads a row is asked by its id alone. So among all rows that name their readers an id is there
once: whoever chose the id of another's row would come in by theirs, and take the way with them.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# True for a person among the readers. What has to look at everybody's words says so by name.
READS_AMONG = """
create function reads_among(readers uuid[]) returns boolean language sql stable
set search_path = pg_catalog, public as $$
  select coalesce(current_setting('app.sees_words_of', true) = 'all', false)
    or nullif(current_setting('app.person_id', true), '')::uuid = any(readers)
$$;
"""

# The same where it is asked of each row: a call would take longer than the rest of it.
READS = """nullif(current_setting('app.person_id', true), '')::uuid = any({readers})
    or coalesce(current_setting('app.sees_words_of', true) = 'all', false)"""

READER = f"""
create table reader (
  org_id uuid not null references organisation,
  person_id uuid not null,
  of text not null,
  subject_id uuid not null,
  place integer not null check (place >= 1),
  primary key (org_id, person_id, of, subject_id),
  foreign key (org_id, person_id) references person
);
comment on column reader.place is 'Among the readers of one row; the first is 1.';
create unique index reader_by_subject on reader (org_id, subject_id, place);
call protect('reader', 'select, insert, delete');
create policy readers_only on reader as restrictive using ({READS.format(readers="array[person_id]")});
comment on column reader.of is 'The table that the subject is in.';
"""

# It writes rows of people other than whoever shares, which the lock on them would refuse; so it sees all for
# as long as that takes. (Without being a superuser a function cannot be declared to.)
KEEP_READERS = """
create function keep_readers() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare saw text := coalesce(current_setting('app.sees_words_of', true), '');
begin
  perform set_config('app.sees_words_of', 'all', true);
  if tg_op <> 'INSERT' then
    delete from reader where org_id = old.org_id and subject_id = old.id;
  end if;
  if tg_op <> 'DELETE' then
    insert into reader (org_id, person_id, of, subject_id, place)
    select new.org_id, named.person_id, tg_table_name, new.id, named.place
    from unnest(new.readers) with ordinality named (person_id, place);
  end if;
  perform set_config('app.sees_words_of', saw, true);
  return null;
end $$;
"""

# After protect(): a table with a column `readers` is shown to these alone, whichever of our roles asks, and
# nobody writes a row that they would not read.
PROTECT_READERS = f"""
create procedure protect_readers(private_table regclass)
language plpgsql set search_path = pg_catalog, public as $$
begin
  execute format('alter table %s alter column readers set not null, add constraint has_readers'
    || ' check (cardinality(readers) between 1 and 100 and array_position(readers, null) is null)', private_table);
  execute format($policy$create policy readers_only on %s as restrictive using ({READS.format(readers="readers")})$policy$,
    private_table);
  execute format('create trigger keep_readers after insert or delete or update of readers on %s'
    || ' for each row execute function keep_readers()', private_table);
end $$;
revoke execute on procedure protect_readers from public;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0029_second_lock")]
    operations = [
        RunSQL(READS_AMONG, "drop function reads_among"),
        RunSQL(READER, "drop table reader"),
        RunSQL(KEEP_READERS, "drop function keep_readers"),
        RunSQL(PROTECT_READERS, "drop procedure protect_readers"),
    ]
