"""Taking a batch back: what it corrected becomes what it was, what it added goes.

Only as long as nothing came after. A row that was changed since, or that something else refers to,
refuses the whole undo and is named; what the service itself did about a goal goes with the goal. The references are asked of PostgreSQL's own catalogue, so a
table that comes later is not forgotten.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from auth.actor import Actor
from auth.permissions import Act
from domain.database import on_behalf_of
from domain.errors import Conflict, NotFound
from domain.history import number_events, record
from domain.imports.staging import Staging
from domain.imports.turns import collisions_refused, take_turn
from domain.people.access import organisation_wide
from domain.people.reporting import rebuild_reach
from domain.territories.tree import rebuild_within

# Tables with an external id and a version; whatever refers to another comes before it.
VERSIONED = (
    "goal", "sale", "opportunity", "expense", "product", "account", "territory", "position", "person",
)  # fmt: skip
# Facts that hold from a day on; their revisions keep both sides.
DATED = ("holding", "reporting_line", "territory_assignment")
_MADE_WITH = ("goal_decision", "role_grant")
_DERIVED = ("reach", "territory_within")
_KEPT_BY_TRIGGERS = ("goal_within", "goal_change")
# What the rounds do about a goal of themselves, as long as nobody has done anything with it.
_FOLLOWS = {
    "goal_milestone": "true",
    "notice": "true",
    "corrective_plan": "t.opened_by_id is null and t.state = 'open' and not exists (select from"
    " corrective_step step where step.org_id = $1 and step.plan_id = t.id)",
}


@dataclass(frozen=True, slots=True)
class UndoReport:
    """How many rows of each table were removed and restored."""

    batch: UUID
    removed: dict[str, int]
    restored: dict[str, int]


async def undo_import(org: UUID, actor: Actor, batch: UUID) -> UndoReport:
    """Undo one batch, whole or not at all.

    Raises NotFound, and Conflict naming what stands in the way.
    """
    if actor.org != org:
        raise ValueError("The actor belongs to another organisation.")
    organisation_wide(actor, Act.IMPORT_UNDO)
    with collisions_refused("undone"):
        async with on_behalf_of(org, actor.person) as transaction:
            staging = Staging(transaction, org)
            await staging.begin()
            await take_turn(staging)
            undo = _Undo(staging, batch)

            await undo.find()
            await undo.refuse_if_changed_since()
            restored = await undo.restore()
            await undo.remove_what_followed()
            await undo.refuse_if_referred_to()
            removed = await undo.remove()
            await rebuild_within(transaction, org)
            await rebuild_reach(transaction, org)

            await undo.close(actor)
            report = UndoReport(batch, removed, restored)
            await record(
                actor,
                "import.undone",
                "import_batch",
                batch,
                after={"removed": removed, "restored": restored},
            )
    await number_events(org)
    return report


@dataclass(frozen=True, slots=True)
class _Undo:
    staging: Staging
    batch: UUID

    async def _run(self, statement: str) -> int:
        """Rows touched; $1 is the organisation, $2 (where it stands) the batch."""
        values = [self.staging.org, self.batch] if "$2" in statement else [self.staging.org]
        status = await self.staging.connection.execute(statement, *values)
        return int(status.split()[-1])

    async def find(self) -> None:
        """The batch, and in `doomed` the rows that are there only because of it."""
        state = await self.staging.connection.fetchval(
            "select state from import_batch where org_id = $1 and id = $2 for update",
            self.staging.org,
            self.batch,
        )
        if state is None:
            raise NotFound("import")
        if state != "applied":
            raise Conflict("This import is undone already.")
        await self.staging.connection.execute(
            "create temporary table doomed (kind text not null, id uuid not null) on commit drop"
        )
        for table in VERSIONED:
            await self._run(
                f"""
                insert into doomed select '{table}', t.id from {table} t
                where t.org_id = $1 and t.batch_id = $2 and not exists (
                  select 1 from import_revision r where r.org_id = $1 and r.batch_id = $2
                  and r.subject_id = t.id and r.subject_kind = '{table}' and not r.undone)
                """
            )
        await self._run(
            "insert into doomed select subject_kind, subject_id from import_revision"
            " where org_id = $1 and batch_id = $2 and before is null and not undone"
        )
        for table in _MADE_WITH:
            still = " and revoked_at is null" if table == "role_grant" else ""
            await self._run(
                f"insert into doomed select '{table}', id from {table}"
                f" where org_id = $1 and batch_id = $2{still}"
            )
        await self.staging.connection.execute("create index on doomed (kind, id)")
        await self.staging.connection.execute("analyze doomed")

    async def refuse_if_changed_since(self) -> None:
        later = await self.staging.connection.fetch(
            "select distinct r.batch_id, r.subject_kind from import_revision r"
            " where r.org_id = $1 and not r.undone and r.batch_id <> $2"
            " and r.before ->> 'batch_id' = $2::text order by 1, 2",
            self.staging.org,
            self.batch,
        )
        if later:
            raise Conflict(
                f"A later import corrected rows ({_word(later[0][1])}) of this one:"
                f" undo {later[0][0]} first. Nothing was undone.",
                batch=later[0][0],
            )
        for table in VERSIONED:
            changed = await self._changed_versions(table)
            if changed:
                raise _changed_since(table, changed)
        for table in DATED:
            changed = await self.staging.connection.fetchval(
                f"""
                select count(*) from import_revision r
                left join {table} t on t.org_id = $1 and t.id = r.subject_id
                where r.org_id = $1 and r.batch_id = $2 and r.subject_kind = '{table}'
                  and not r.undone and r.after is distinct from to_jsonb(t)
                """,
                self.staging.org,
                self.batch,
            )
            if changed:
                raise _changed_since(table, changed)

    async def _changed_versions(self, table: str) -> int:
        """Rows whose version is not the one at which imports left them."""
        changed: int = await self.staging.connection.fetchval(
            f"""
            select count(*) from {table} t
            where t.org_id = $1 and t.batch_id = $2
              and t.version <> coalesce((select max(r.version_left) from import_revision r
                where r.org_id = $1 and r.subject_id = t.id and r.subject_kind = '{table}'), 1)
            """,
            self.staging.org,
            self.batch,
        )
        return changed

    async def restore(self) -> dict[str, int]:
        """Put the kept content back: as a new version where there are versions."""
        restored = {table: await self._restore_versioned(table) for table in VERSIONED}
        for table in DATED:
            restored[table] = await self._restore_dated(table)
        return {table: rows for table, rows in restored.items() if rows}

    async def _restore_versioned(self, table: str) -> int:
        columns = await self._columns(table, "org_id", "id", "version", "created_at", "updated_at")
        changes = ", ".join(f"{column} = old.{column}" for column in columns)
        rows = await self._run(
            f"""
            update {table} t set {changes}, version = t.version + 1, updated_at = now()
            from import_revision r, jsonb_populate_record(null::public.{table}, r.before) old
            where r.org_id = $1 and r.batch_id = $2 and r.subject_kind = '{table}'
              and r.before is not null and not r.undone and t.org_id = $1 and t.id = r.subject_id
            """
        )
        await self._run(
            "update import_revision set version_left = version_left + 1 where org_id = $1"
            f" and batch_id = $2 and subject_kind = '{table}' and before is not null and not undone"
        )
        return rows

    async def _restore_dated(self, table: str) -> int:
        """Added rows go first and removed ones come last: no two may overlap on the way."""
        await self._run(f"delete from {table} t {self._doomed(table)}")
        columns = ", ".join(await self._columns(table))
        kept = (
            f"from import_revision r, jsonb_populate_record(null::public.{table}, r.before) old"
            f" where r.org_id = $1 and r.batch_id = $2 and r.subject_kind = '{table}'"
            " and r.before is not null and not r.undone"
        )
        batch = ", batch_id = old.batch_id" if table == "territory_assignment" else ""
        changed = await self._run(
            f"update {table} t set during = old.during{batch} {kept}"
            " and t.org_id = $1 and t.id = r.subject_id"
        )
        values = ", ".join(f"old.{column}" for column in columns.split(", "))
        returned = await self._run(
            f"insert into {table} ({columns}) select {values} {kept} and r.after is null"
        )
        return changed + returned

    async def _columns(self, table: str, *without: str) -> list[str]:
        rows = await self.staging.connection.fetch(
            "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0"
            " and not attisdropped order by attnum",
            table,
        )
        return [row[0] for row in rows if row[0] not in without]

    def _doomed(self, table: str) -> str:
        return f"using doomed where t.org_id = $1 and doomed.kind = '{table}' and t.id = doomed.id"

    async def remove_what_followed(self) -> None:
        """What was written by the service alone; were it kept, no target could be taken back once a
        round had looked at it."""
        for table, untouched in _FOLLOWS.items():
            await self._run(
                f"delete from {table} t using doomed where t.org_id = $1 and doomed.kind = 'goal'"
                f" and t.goal_id = doomed.id and {untouched}"
            )

    async def refuse_if_referred_to(self) -> None:
        """By rows that stay. Derived rows are made anew, so they do not count."""
        keys = await self.staging.connection.fetch(
            """
            select target.relname as target, own.relname as table_name,
                   a.attname as column_name,
                   exists (select 1 from pg_attribute i where i.attrelid = k.conrelid
                           and i.attname = 'id' and not i.attisdropped) as has_id
            from pg_constraint k
            join pg_class target on target.oid = k.confrelid
            join pg_class own on own.oid = k.conrelid
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]
            where k.contype = 'f' and array_length(k.conkey, 1) = 2
              and k.confrelid = any(select kind::regclass from doomed group by kind)
            order by 1, 2, 3
            """
        )
        for key in keys:
            target, table = key["target"], key["table_name"]
            if table in _DERIVED + _KEPT_BY_TRIGGERS:
                continue
            # Dated facts of this batch are gone by now, and decisions and roles go with it.
            stays = (
                f" and not exists (select 1 from doomed own where own.kind = '{table}'"
                " and own.id = t.id)"
                if key["has_id"]
                else ""
            )
            count = await self.staging.connection.fetchval(
                f"select count(*) from {table} t join doomed on doomed.kind = '{target}'"
                f" and doomed.id = t.{key['column_name']} where t.org_id = $1{stays}",
                self.staging.org,
            )
            if count:
                raise Conflict(
                    f"{count:,} rows ({_word(table)}) refer to rows ({_word(target)}) that this"
                    " import added. Nothing was undone.",
                    referring=table,
                    count=count,
                )

    async def remove(self) -> dict[str, int]:
        for table in _DERIVED:
            await self._run(f"delete from {table} where org_id = $1")
        for table in _MADE_WITH:
            await self._run(f"delete from {table} t {self._doomed(table)}")
        try:
            removed = {
                table: await self._run(f"delete from {table} t {self._doomed(table)}")
                for table in VERSIONED
            }
        except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError):
            # By what the caller does not see, and is not told of: what people write in confidence.
            raise Conflict(
                "Something else refers to rows that this import added. Nothing was undone."
            ) from None
        return {table: rows for table, rows in removed.items() if rows}

    async def close(self, actor: Actor) -> None:
        await self._run(
            "update import_revision set undone = true where org_id = $1 and batch_id = $2"
        )
        await self.staging.connection.execute(
            "update import_batch set state = 'undone', undone_at = now(), undone_by = $3"
            " where org_id = $1 and id = $2",
            self.staging.org,
            self.batch,
            actor.person,
        )


def _changed_since(table: str, count: int) -> Conflict:
    return Conflict(
        f"{count:,} rows ({_word(table)}) of this import were changed since. Nothing was undone.",
        kind=table,
        count=count,
    )


def _word(table: str) -> str:
    return table.replace("_", " ")
