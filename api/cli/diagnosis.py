"""The examinations behind `attain doctor`, each of which says one thing."""

import difflib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import asyncpg

from api.postgres import PostgresRefused, attached
from api.postgres.account import server_account
from api.postgres.binaries import find_binaries
from api.postgres.places import find_root
from api.settings import Settings, variable_of
from domain.database import close_database, open_database, pending_migrations
from domain.history import Broken, verify

ENOUGH_FREE_BYTES = 1024**3
APPLICATION_ROLES = ("attain_app", "attain_reader", "attain_worker")


@dataclass(frozen=True)
class Finding:
    subject: str
    is_well: bool
    text: str


Show = Callable[[Finding], None]


async def examine(settings: Settings, environ: Mapping[str, str], show: Show) -> None:
    """Examine everything, from the outside to the inside; stops where the next rests on a wrong."""
    show(unknown_variables(environ))
    show(free_disk(settings))
    try:
        show(programs(settings))
        if settings.database_url is None and not _has_database(settings):
            show(Finding("database", True, "none yet; `attain demo` or `attain migrate` makes it"))
            return
        async with attached(settings) as server:
            where = server.data_directory or "the server of DATABASE_URL"
            show(Finding("server", True, f"PostgreSQL {server.major}, {where}"))
            await _examine_database(server.dsn, show)
    except PostgresRefused as refused:
        show(Finding("server", False, refused.sentence))


def unknown_variables(environ: Mapping[str, str]) -> Finding:
    """Variables that begin like ours and set nothing, mostly a slip of the pen."""
    known = {variable_of(field) for field in Settings.model_fields}
    unknown = sorted(name for name in environ if name.startswith("ATTAIN_") and name not in known)
    if not unknown:
        return Finding(
            "settings", True, "every variable that is set has a meaning and a good value"
        )
    meant = {name: difflib.get_close_matches(name, known, n=1) for name in unknown}
    text = "; ".join(
        f"{name} sets nothing" + (f" ({near[0]} is meant?)" if near else "")
        for name, near in meant.items()
    )
    return Finding("settings", False, text)


def free_disk(settings: Settings) -> Finding:
    """Room on the disk of the home; PostgreSQL stops writing when it is full."""
    folder = settings.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    text = f"{free / 1024**3:.1f} GiB free for {settings.home}"
    return Finding("disk", free >= ENOUGH_FREE_BYTES, text)


def programs(settings: Settings) -> Finding:
    """PostgreSQL's programs and the account that they run as."""
    if settings.database_url is not None:
        return Finding("programs", True, "not needed, DATABASE_URL is set")
    found = find_binaries(settings.pg_bin)
    account = server_account()
    runs_as = "yourself" if account.is_ours else f"the account `{account.name}`"
    text = f"PostgreSQL {found.major} of {found.source} in {found.folder}, run as {runs_as}"
    return Finding("programs", True, text)


def _has_database(settings: Settings) -> bool:
    root = find_root(settings.home)
    if root is None:
        return False
    if settings.pg_bin is not None:  # which has a database of its own, or none yet
        return (root / str(find_binaries(settings.pg_bin).major)).exists()
    return any(folder.name.isdigit() for folder in root.iterdir())


async def _examine_database(dsn: str, show: Show) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        show(await _login(connection))
        pending = await pending_migrations(dsn)
        if pending:
            show(Finding("migrations", False, f"{len(pending)} to apply; run `attain migrate`"))
            return
        show(Finding("migrations", True, "all applied"))
        show(await _application_roles(connection))
        show(await _row_security(connection))
        await connection.execute("set role attain_worker")  # the one that may list organisations
        organisations = await connection.fetch(
            "select org_id, slug from organisation order by slug"
        )
    finally:
        await connection.close()

    await open_database(dsn)
    try:
        for organisation in organisations:
            result = await verify(organisation["org_id"])
            text = (
                f"{organisation['slug']}: {result.problem}"
                if isinstance(result, Broken)
                else f"{organisation['slug']}: whole up to event {result.last_number}"
            )
            show(Finding("history", not isinstance(result, Broken), text))
    finally:
        await close_database()


async def _login(connection: asyncpg.Connection) -> Finding:
    row = await connection.fetchrow(
        "select rolname, rolsuper, rolbypassrls, pg_has_role(datdba, 'member') as owns"
        " from pg_roles, pg_database where rolname = current_user and datname = current_database()"
    )
    if row["rolsuper"] or row["rolbypassrls"]:
        text = f"`{row['rolname']}` is above row security; give Attain a login without privileges"
        return Finding("login", False, text)
    return Finding("login", True, f"`{row['rolname']}`, under row security like everybody")


async def _application_roles(connection: asyncpg.Connection) -> Finding:
    rows = await connection.fetch(
        "select rolname, rolcanlogin or rolsuper or rolbypassrls as too_much,"
        " exists (select from pg_class where relowner = pg_roles.oid) as owns"
        " from pg_roles where rolname = any($1::text[])",
        list(APPLICATION_ROLES),
    )
    missing = set(APPLICATION_ROLES) - {row["rolname"] for row in rows}
    wrong = [row["rolname"] for row in rows if row["too_much"] or row["owns"]]
    if missing or wrong:
        text = f"missing: {sorted(missing)}; may log in, bypass or own: {wrong}"
        return Finding("roles", False, text)
    return Finding("roles", True, f"{', '.join(APPLICATION_ROLES)} own nothing and may not log in")


async def _row_security(connection: asyncpg.Connection) -> Finding:
    rows = await connection.fetch(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity"
        "   and exists (select from pg_policy where polrelid = c.oid) as is_protected"
        " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
        " order by c.relname"
    )
    bare = [row["relname"] for row in rows if not row["is_protected"]]
    if bare:
        return Finding("row security", False, f"not forced on {', '.join(bare)}")
    return Finding("row security", True, f"forced on all {len(rows)} tables that have org_id")
