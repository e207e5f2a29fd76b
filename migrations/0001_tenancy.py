"""Application roles, and the floor under every tenant table.

Roles belong to the whole cluster, so two databases may create them at the same moment: the second
one to arrive finds them there. They own nothing, may not log in and cannot bypass row security; the
login that runs migrations owns the tables and lends its connections one of these roles.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

ROLES = """
do $$
declare role_name text;
begin
  foreach role_name in array array['attain_app', 'attain_reader', 'attain_worker'] loop
    -- A login without CREATEROLE may still migrate where somebody made the roles beforehand.
    if not exists (select from pg_roles where rolname = role_name) then
      begin
        execute format('create role %I nologin nosuperuser nobypassrls', role_name);
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
    -- Since 16 the creator of a role may administer it and yet not become it, until granted so.
    begin
      execute format('grant %I to current_user', role_name);
    exception when insufficient_privilege then
      if not pg_has_role(current_user, role_name, 'member') then raise; end if;
    end;
    execute format('grant usage on schema public to %I', role_name);
  end loop;
end $$
"""

# A table is a tenant table by this one call: forced row security by organisation, and exactly the
# rights named. With no organisation set the policy compares with null, and nothing shows.
PROTECT = """
create procedure protect(tenant_table regclass, app_rights text default 'select, insert, update, delete')
language plpgsql set search_path = pg_catalog, public as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('alter table %s force row level security', tenant_table);
  execute format(
    'create policy organisation_only on %s using (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)'
    || ' with check (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)', tenant_table);
  execute format('grant %s on %s to attain_app, attain_worker', app_rights, tenant_table);
  execute format('grant select on %s to attain_reader', tenant_table);
end $$
"""

APPEND_ONLY = """
create function refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'restrict_violation';
end $$
"""


class Migration(BaseMigration):
    initial = True
    operations = [
        RunSQL("create extension if not exists btree_gist", ""),
        RunSQL(ROLES, ""),
        RunSQL(PROTECT, "drop procedure protect"),
        RunSQL("revoke execute on procedure protect from public", ""),
        RunSQL(APPEND_ONLY, "drop function refuse_change"),
    ]
