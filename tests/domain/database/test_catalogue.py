"""What the catalogue of the real database says about every table, key, function and role."""

import asyncpg
import pytest

from domain.database import reads
from tests.catalogue import (
    APPLICATION_ROLES,
    OF_NO_ORGANISATION,
    PLATFORM_TABLES,
    columns,
    fill_every_table,
    row_of,
    tenant_tables,
)
from tests.people import Company

OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'"

# Keys that do not begin with org_id, each with its reason.
KEYS_ACROSS_ORGANISATIONS = {
    "organisation_slug_key": "a caller who signs in names the organisation before its id is known",
}
# Functions that look names up in the caller's search_path, each with its reason.
FUNCTIONS_WITHOUT_A_PATH: dict[str, str] = {
    "product(numeric)": "an aggregate of one function, which was looked up when it was made"
}
# Functions that run with their owner's rights; each would need a fixed search_path and a reason.
FUNCTIONS_OF_THEIR_OWNER = {
    "pay_totals(uuid,date,date)": "gives totals over rows of which whoever asks may see no single one",
}


async def test_every_table_belongs_to_organisations_or_is_a_named_platform_table(
    owner: asyncpg.Connection,
) -> None:
    rows = await owner.fetch(
        "select n.nspname || '.' || c.relname as name, exists (select from pg_attribute a"
        "  where a.attrelid = c.oid and a.attname = 'org_id' and a.attnotnull"
        "  and a.atttypid = 'uuid'::regtype) as has_org"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        f" where c.relkind in ('r', 'p', 'f') and {OURS}"
    )

    without = {row["name"] for row in rows if not row["has_org"]}

    assert without <= set(PLATFORM_TABLES)
    assert len(rows) - len(without) >= 20


async def test_row_security_is_forced_on_every_tenant_table(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity, (select count(*)"
        "  from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive"
        "  and pg_get_expr(p.polqual, p.polrelid) like '%org_id%app.org_id%'"
        "  and pg_get_expr(p.polwithcheck, p.polrelid) like '%org_id%app.org_id%') as floors"
        " from pg_class c where c.relname = any($1::text[])"
        " and c.relnamespace = 'public'::regnamespace",
        [*await tenant_tables(owner), *OF_NO_ORGANISATION],
    )

    wrong = [
        row["relname"]
        for row in rows
        if not (row["relrowsecurity"] and row["relforcerowsecurity"] and row["floors"] == 1)
    ]

    assert wrong == []


async def test_no_further_policy_opens_a_table_except_the_list_of_organisations(
    owner: asyncpg.Connection,
) -> None:
    rows = await owner.fetch(
        "select polrelid::regclass::text as relation, polname, polcmd::text, polroles::regrole[]::text[] as roles"
        " from pg_policy where polpermissive and polname <> 'organisation_only'"
    )

    opening = {(row["relation"], row["polname"], row["polcmd"], *row["roles"]) for row in rows}

    assert opening == {("organisation", "worker_lists_all", "r", "attain_worker")}


async def test_every_key_of_a_tenant_table_begins_with_the_organisation(
    owner: asyncpg.Connection,
) -> None:
    rows = await owner.fetch(
        "select i.indexrelid::regclass::text as name from pg_index i"
        " join pg_attribute a on a.attrelid = i.indrelid and a.attname = 'org_id'"
        " where (i.indisunique or i.indisexclusion) and i.indkey[0] <> a.attnum"
    )
    without_a_key = await owner.fetch(
        "select c.relname from pg_class c where c.relname = any($1::text[])"
        " and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')",
        [*await tenant_tables(owner), *OF_NO_ORGANISATION],
    )

    assert {row["name"] for row in rows} == set(KEYS_ACROSS_ORGANISATIONS)
    assert without_a_key == []


async def test_every_foreign_key_stays_within_the_organisation_and_removes_nothing(
    owner: asyncpg.Connection,
) -> None:
    rows = await owner.fetch(
        "select k.conname, k.confdeltype::text as on_delete, k.confupdtype::text as on_update,"
        " a.attname as first, t.attname as first_referenced"
        " from pg_constraint k"
        " join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]"
        " join pg_attribute t on t.attrelid = k.confrelid and t.attnum = k.confkey[1]"
        " where k.contype = 'f' and k.conparentid = 0"
    )

    crossing = [
        r["conname"] for r in rows if (r["first"], r["first_referenced"]) != ("org_id",) * 2
    ]
    removing = [r["conname"] for r in rows if not {r["on_delete"], r["on_update"]} <= {"a", "r"}]

    assert len(rows) >= 40
    assert crossing == []
    assert removing == []


async def test_the_applications_roles_own_nothing_and_stand_above_nothing(
    owner: asyncpg.Connection,
) -> None:
    roles = await owner.fetch(
        "select rolname, rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb"
        " or rolreplication as too_much from pg_roles where rolname = any($1::text[])",
        list(APPLICATION_ROLES),
    )
    owned = await owner.fetch(
        "select classid::regclass::text, objid from pg_shdepend join pg_roles on oid = refobjid"
        " where refclassid = 'pg_authid'::regclass and deptype = 'o' and rolname = any($1::text[])",
        list(APPLICATION_ROLES),
    )
    memberships = await owner.fetch(
        "select roleid::regrole::text from pg_auth_members where member = any($1::regrole[])",
        list(APPLICATION_ROLES),
    )
    creates = await owner.fetch(
        "select r from unnest($1::text[]) r where has_schema_privilege(r, 'public', 'create')"
        " or has_database_privilege(r, current_database(), 'create')",
        list(APPLICATION_ROLES),
    )

    assert {(row["rolname"], row["too_much"]) for row in roles} == {
        (role, False) for role in APPLICATION_ROLES
    }
    assert owned == []
    assert memberships == []
    assert creates == []


async def test_the_login_itself_is_no_superuser_and_row_security_binds_it(
    owner: asyncpg.Connection,
) -> None:
    login = await owner.fetchrow(
        "select rolsuper, rolbypassrls from pg_roles where rolname = current_user"
    )

    assert dict(login) == {"rolsuper": False, "rolbypassrls": False}


async def test_the_reader_may_write_nothing(owner: asyncpg.Connection) -> None:
    writable = await owner.fetch(
        "select c.oid::regclass::text as name from pg_class c"
        f" join pg_namespace n on n.oid = c.relnamespace where {OURS} and ("
        " (c.relkind in ('r', 'p', 'v', 'f') and ("
        "   has_any_column_privilege('attain_reader', c.oid, 'insert, update, references')"
        "   or has_table_privilege('attain_reader', c.oid, 'insert, update, delete, truncate, trigger')))"
        " or (c.relkind = 'S' and has_sequence_privilege('attain_reader', c.oid, 'usage, update')))"
    )

    assert writable == []
    async with reads().acquire() as connection:
        assert await connection.fetchval("select current_user") == "attain_reader"


async def test_nobody_but_the_owner_may_truncate_or_attach_triggers(
    owner: asyncpg.Connection,
) -> None:
    rows = await owner.fetch(
        "select c.oid::regclass::text as name from pg_class c"
        f" join pg_namespace n on n.oid = c.relnamespace, unnest($1::text[]) role"
        f" where {OURS} and n.nspname = 'public' and c.relkind in ('r', 'p')"
        " and has_table_privilege(role, c.oid, 'truncate, trigger, references')",
        list(APPLICATION_ROLES),
    )

    assert rows == []


async def test_functions_look_names_up_in_a_fixed_path_and_run_with_the_callers_rights(
    owner: asyncpg.Connection,
) -> None:
    rows = await owner.fetch(
        "select p.oid::regprocedure::text as name, p.prosecdef,"
        " coalesce(p.proconfig::text like '%search_path=%', false) as fixed"
        f" from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {OURS}"
        " and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
    )

    assert {r["name"] for r in rows if not r["fixed"]} == set(FUNCTIONS_WITHOUT_A_PATH)
    assert {r["name"] for r in rows if r["prosecdef"]} == set(FUNCTIONS_OF_THEIR_OWNER)


async def test_views_show_what_the_caller_may_see(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        f" where {OURS} and (c.relkind = 'm' or c.relkind = 'v'"
        " and not coalesce(c.reloptions @> '{security_invoker=true}', false))"
    )

    assert rows == []


async def test_every_amount_refuses_what_is_not_a_number(
    owner: asyncpg.Connection, company: Company
) -> None:
    await fill_every_table(owner, company.org)
    amounts = [
        (table, column.name)
        for table in await tenant_tables(owner)
        for column in await columns(owner, table)
        if column.type == "numeric"
    ]
    await owner.execute(f"set app.org_id = '{company.org}'")

    for table, column in amounts:
        before = (await row_of(owner, table, company.org))[column]
        for impossible in ("NaN", "Infinity"):
            with pytest.raises((asyncpg.CheckViolationError, asyncpg.NumericValueOutOfRangeError)):
                await owner.execute(f"update {table} set {column} = '{impossible}'")
        assert (await row_of(owner, table, company.org))[column] == before

    assert {table for table, _ in amounts} >= {"sale", "product", "goal", "goal_decision"}
