"""Facts that hold from a day on: who holds a position, who manages it, who is assigned where.

They have no external id and no version; the day they begin is part of what they are. A new holder
from a later day ends the earlier holding; another holder from the same day corrects it. What a
batch changed is kept as a pair of rows, before and after, from which it can be undone.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.imports.applying import NEW_ID, Applied, Shape, count
from domain.imports.faults import EXCERPT
from domain.imports.mapping import Source
from domain.imports.staging import Staging, is_good, settled, staged


@dataclass(frozen=True, slots=True)
class _Fact:
    """A table of facts about a position, and the settled column that says the new one."""

    table: str
    column: str
    settled: str


_HOLDING = _Fact("holding", "person_id", "holder_id")
_LINE = _Fact("reporting_line", "manager_position_id", "manager_id")


async def set_positions(staging: Staging, shape: Shape, batch: UUID) -> None:
    """Holders and managers of the settled positions, from each row's day on."""
    names = {field.name for field in shape.staged_fields}
    if "since" not in names:
        return
    for name, fact in (("holder", _HOLDING), ("manager", _LINE)):
        if name in names:
            await _set_from(staging, shape.source, fact, batch)


async def _set_from(staging: Staging, source: Source, fact: _Fact, batch: UUID) -> None:
    """Four cases for each position: nothing to do; the same day, corrected; ended; begun."""
    table, column = fact.table, fact.column
    await staging.connection.execute(
        f"""
        create temporary table turning on commit drop as
        select line, id as position_id, {fact.settled} as fact, since, null::uuid as current_id,
               null::date as current_since, false as keeps
        from {settled(source)} where since is not null
        """
    )
    # The fact in force on the day, if there is one.
    await staging.connection.execute(
        f"""
        update turning set current_id = t.id, current_since = lower(t.during),
               keeps = t.{column} is not distinct from turning.fact
        from {table} t
        where t.org_id = $1 and t.position_id = turning.position_id and t.during @> turning.since
        """,
        staging.org,
    )
    await staging.connection.execute(
        "delete from turning where keeps or (current_id is null and fact is null)"
    )
    await _keep(staging, batch, table, "turning", "current_id", "before")
    later = (
        f"(select min(lower(l.during)) from {table} l where l.org_id = $1"
        " and l.position_id = turning.position_id and lower(l.during) > turning.since)"
    )
    await staging.connection.execute(
        f"delete from {table} t using turning where t.org_id = $1 and t.id = turning.current_id"
        " and turning.current_since = turning.since",
        staging.org,
    )
    await staging.connection.execute(
        f"update {table} t set during = daterange(lower(t.during), turning.since) from turning"
        " where t.org_id = $1 and t.id = turning.current_id",
        staging.org,
    )
    await staging.connection.execute(
        f"""
        insert into {table} (org_id, id, position_id, {column}, during)
        select $1, {NEW_ID}, position_id, fact, daterange(since, {later})
        from turning where fact is not null
        """,
        staging.org,
    )
    await _keep_after(staging, batch, table)
    await staging.connection.execute(
        f"""
        insert into import_revision (org_id, id, batch_id, subject_kind, subject_id, after)
        select $1, {NEW_ID}, $2, '{table}', t.id, to_jsonb(t)
        from turning join {table} t on t.org_id = $1 and t.position_id = turning.position_id
         and lower(t.during) = turning.since
        where turning.fact is not null
        """,
        staging.org,
        batch,
    )
    await staging.connection.execute(
        f"update {settled(source)} s set verdict = 'corrected' from turning"
        " where turning.line = s.line and s.verdict = 'unchanged'"
    )
    await staging.connection.execute("drop table turning")


async def _keep(
    staging: Staging, batch: UUID, table: str, changing: str, id_column: str, side: str
) -> None:
    await staging.connection.execute(
        f"""
        insert into import_revision (org_id, id, batch_id, subject_kind, subject_id, {side})
        select $1, {NEW_ID.replace("line", "c.line")}, $2, '{table}', t.id, to_jsonb(t)
        from {changing} c join {table} t on t.org_id = $1 and t.id = c.{id_column}
        """,
        staging.org,
        batch,
    )


async def _keep_after(staging: Staging, batch: UUID, table: str) -> None:
    """What became of the rows whose content was kept; null stays for those that are gone."""
    await staging.connection.execute(
        f"""
        update import_revision r set after = to_jsonb(t) from {table} t
        where r.org_id = $1 and r.batch_id = $2 and r.subject_kind = '{table}'
          and r.before is not null and r.after is null and t.org_id = $1 and t.id = r.subject_id
        """,
        staging.org,
        batch,
    )


async def set_assignments(staging: Staging, shape: Shape, batch: UUID) -> Applied:
    """People assigned to territories: one row for each territory, person and first day."""
    source = shape.source
    until = "s.until" if shape.source.fields.get("until") else "null::date"
    await staging.connection.execute(
        f"""
        create temporary table {settled(source)} (line bigint not null, id uuid not null,
          verdict text not null, territory_id uuid not null, person_id uuid not null,
          during daterange not null) on commit drop
        """
    )
    await _refuse_odd_periods(staging, source, until)
    await staging.connection.execute(
        f"""
        insert into {settled(source)}
        select s.line, coalesce(t.id, {NEW_ID.replace("line", "s.line")}),
               case when t.id is null then 'new' when t.during = daterange(s.since, {until})
                    then 'unchanged' else 'corrected' end,
               r_territory.id, r_person.id, daterange(s.since, {until})
        from {staged(source)} s
        {shape.joins()}
        left join territory_assignment t on t.org_id = $1 and t.territory_id = r_territory.id
         and t.person_id = r_person.id and lower(t.during) = s.since
        where {is_good(source, "s")}
        """,
        staging.org,
    )
    await _refuse_overlaps(staging, source)
    changing = f"(select * from {settled(source)} where verdict = 'corrected')"
    await _keep(staging, batch, "territory_assignment", changing, "id", "before")
    await staging.connection.execute(
        f"update territory_assignment t set during = s.during, batch_id = $2"
        f" from {settled(source)} s where t.org_id = $1 and t.id = s.id and s.verdict = 'corrected'",
        staging.org,
        batch,
    )
    await _keep_after(staging, batch, "territory_assignment")
    await staging.connection.execute(
        f"""
        insert into territory_assignment (org_id, id, territory_id, person_id, during, batch_id)
        select $1, id, territory_id, person_id, during, $2
        from {settled(source)} where verdict = 'new'
        """,
        staging.org,
        batch,
    )
    added = f"(select * from {settled(source)} where verdict = 'new')"
    await _keep(staging, batch, "territory_assignment", added, "id", "after")
    return await count(staging, source)


async def _refuse_odd_periods(staging: Staging, source: Source, until: str) -> None:
    await staging.connection.execute(
        f"""
        insert into fault
        select {source.number}, s.line, 'until', {until}::text, 'a day after since', 'period',
               left((s.*)::text, 2000)
        from {staged(source)} s where {until} <= s.since
        """
    )


async def _refuse_overlaps(staging: Staging, source: Source) -> None:
    """One assignment at a time: against other rows of the file, and against what stands already."""
    same = "a.territory_id = b.territory_id and a.person_id = b.person_id"
    await staging.connection.execute(
        f"""
        insert into fault
        select distinct {source.number}, a.line, 'since', left(a.during::text, {EXCERPT}),
               'one assignment at a time for a person and territory', 'overlap', ''
        from {settled(source)} a
        where exists (select 1 from {settled(source)} b
                      where {same} and b.line < a.line and b.during && a.during)
           or exists (select 1 from territory_assignment b
                      where b.org_id = $1 and {same} and b.id <> a.id and b.during && a.during
                        and b.id not in (select id from {settled(source)}))
        """,
        staging.org,
    )
    await staging.connection.execute(
        f"delete from {settled(source)} s where not ({is_good(source, 's')})"
    )
