"""From staged rows to the organisation's own, in whole sets.

For each source, in order: find what is wrong (the same external id twice, references to what does
not exist), settle what each row means (new, corrected, unchanged), keep the old content of what is
corrected, write. The statements are made from the kinds' declarations; values never enter their
text. Only what the mapping fills is compared and written.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.imports.kinds import Field, Form
from domain.imports.mapping import Source
from domain.imports.staging import Staging, is_good, settled, staged

# A UUIDv7 made from the batch's time, the row's line and 48 random bits: rows that came together
# lie together in every index. PostgreSQL 15 has no function for it.
NEW_ID = (
    "(lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0')"
    " || '7' || lpad(to_hex((line >> 14) & 4095), 3, '0')"
    " || to_hex(8 + ((line >> 12) & 3)) || lpad(to_hex(line & 4095), 3, '0')"
    " || right(gen_random_uuid()::text, 12))::uuid"
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What happened to the rows of one source."""

    new: int = 0
    corrected: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A source's statements: which fields it stages, and how they reach their table."""

    source: Source
    staged_fields: tuple[Field, ...]

    @property
    def table(self) -> str:
        return self.source.kind.table

    @property
    def references(self) -> list[Field]:
        return [field for field in self.staged_fields if field.form is Form.REFERENCE]

    @property
    def written(self) -> list[str]:
        """Columns of the table that a new row fills."""
        return [field.column for field in self.staged_fields if field.stored]

    @property
    def compared(self) -> list[str]:
        """Columns whose difference is a correction."""
        return [field.column for field in self.staged_fields if field.stored and not field.once]

    def settled_as(self, field: Field) -> str:
        if field.form is not Form.REFERENCE:
            return f"s.{field.name}"
        if field.refers == self.table and self.source.kind.refers_to_itself:
            return f"coalesce(r_{field.name}.id, n_{field.name}.id)"
        return f"r_{field.name}.id"

    def joins(self) -> str:
        joins = []
        for field in self.references:
            joins.append(
                f"left join {field.refers} r_{field.name} on r_{field.name}.org_id = $1"
                f" and r_{field.name}.external_id = s.{field.name}"
            )
            if field.refers == self.table:
                joins.append(
                    f"left join {staged(self.source)} n_{field.name}"
                    f" on n_{field.name}.external_id = s.{field.name}"
                    f" and {is_good(self.source, f'n_{field.name}')}"
                )
        return "\n".join(joins)

    def unresolved(self, field: Field) -> str:
        return f"s.{field.name} is not null and {self.settled_as(field)} is null"


def shape_of(source: Source, columns: list[str]) -> Shape:
    return Shape(source, tuple(f for f in source.kind.fields if f.name in columns))


async def find_faults(staging: Staging, shape: Shape) -> None:
    """Mark rows that cannot be applied: ids given twice, then references that lead nowhere."""
    source, number = shape.source, shape.source.number
    if source.kind.has_external_id:
        await staging.connection.execute(
            f"""
            insert into fault
            select {number}, line, '{_id_columns(source)}', left(external_id, 80),
                   'each external id once; this one is in line ' || first_line || ' already',
                   'repeated', left(content, 2000)
            from (select s.line, s.external_id, first.line as first_line, (s.*)::text as content
                  from (select external_id, min(line) as line from {staged(source)}
                        group by external_id having count(*) > 1) first
                  join {staged(source)} s on s.external_id = first.external_id and s.line > first.line
                 ) repeated
            """
        )
    if source.kind.name == "people" and "email" in shape.written:
        await _find_shared_emails(staging, source)
    if source.kind.refers_to_itself:
        await _find_their_own(staging, shape)
        await _give_ids(staging, shape)
    # Refusing a row may leave others without what they refer to, within the same file.
    while await _find_unresolved(staging, shape) and source.kind.refers_to_itself:
        pass


def _id_columns(source: Source) -> str:
    shown = source.external_id.shown() if source.external_id else ""
    return shown.replace("'", "''")


async def _find_shared_emails(staging: Staging, source: Source) -> None:
    await staging.connection.execute(
        f"""
        insert into fault
        select {source.number}, s.line, 'email', left(s.email, 80),
               'an e-mail address that nobody else has', 'repeated', left((s.*)::text, 2000)
        from {staged(source)} s
        where exists (select 1 from {staged(source)} other where lower(other.email) = lower(s.email)
                      and other.external_id <> s.external_id and other.line < s.line)
           or exists (select 1 from person where person.org_id = $1
                      and lower(person.email) = lower(s.email)
                      and person.external_id is distinct from s.external_id
                      and not exists (select 1 from {staged(source)} moved
                                      where moved.external_id = person.external_id
                                      and lower(moved.email) <> lower(person.email)))
        """,
        staging.org,
    )


async def _find_their_own(staging: Staging, shape: Shape) -> None:
    for field in shape.references:
        if field.refers == shape.table:
            await staging.connection.execute(
                f"""
                insert into fault
                select {shape.source.number}, s.line, '{field.name}', left(s.external_id, 80),
                       'another {_word(field.refers)} than the row itself', 'reference',
                       left((s.*)::text, 2000)
                from {staged(shape.source)} s where s.{field.name} = s.external_id
                """
            )


async def _give_ids(staging: Staging, shape: Shape) -> None:
    """Rows that refer to others of the same file need ids before they are settled."""
    table = staged(shape.source)
    await staging.connection.execute(f"alter table {table} add column id uuid")
    await staging.connection.execute(
        f"update {table} s set id = t.id from {shape.table} t"
        " where t.org_id = $1 and t.external_id = s.external_id",
        staging.org,
    )
    await staging.connection.execute(f"update {table} set id = {NEW_ID} where id is null")


async def _find_unresolved(staging: Staging, shape: Shape) -> bool:
    found = False
    for field in shape.references:
        origin = shape.source.fields[field.name].shown().replace("'", "''")
        status = await staging.connection.execute(
            f"""
            insert into fault
            select {shape.source.number}, s.line, '{origin}', left(s.{field.name}, 80),
                   'the external id of an existing {_word(field.refers)},'
                   || ' or of one imported before this', 'reference', left((s.*)::text, 2000)
            from {staged(shape.source)} s
            {shape.joins()}
            where {shape.unresolved(field)} and {is_good(shape.source, "s")}
            """,
            staging.org,
        )
        found = found or status != "INSERT 0 0"
    return found


def _word(table: str | None) -> str:
    return (table or "").replace("_", " ")


async def settle(staging: Staging, shape: Shape) -> None:
    """Decide for each good row whether it is new, corrected or unchanged, and under which id."""
    source = shape.source
    columns = ", ".join(
        f"{f.column} {'uuid' if f.form is Form.REFERENCE else f.form.staged_as}"
        for f in shape.staged_fields
    )
    await staging.connection.execute(
        f"create temporary table {settled(source)} (line bigint not null, external_id text,"
        f" id uuid not null, verdict text not null, {columns}) on commit drop"
    )
    names = ", ".join(f.column for f in shape.staged_fields)
    values = ", ".join(shape.settled_as(f) for f in shape.staged_fields)
    new_id = "s.id" if source.kind.refers_to_itself else NEW_ID.replace("line", "s.line")
    compared = [f for f in shape.staged_fields if f.stored and not f.once]
    old = ", ".join(f"t.{f.column}" for f in compared)
    now = ", ".join(shape.settled_as(f) for f in compared)
    await staging.connection.execute(
        f"""
        insert into {settled(source)} (line, external_id, id, verdict, {names})
        select s.line, s.external_id, coalesce(t.id, {new_id}),
               case when t.id is null then 'new'
                    when ({old}) is distinct from ({now}) then 'corrected'
                    else 'unchanged' end,
               {values}
        from {staged(source)} s
        left join {shape.table} t on t.org_id = $1 and t.external_id = s.external_id
        {shape.joins()}
        where {is_good(source, "s")}
        """,
        staging.org,
    )
    await staging.connection.execute(f"analyze {settled(source)}")


async def write(staging: Staging, shape: Shape, batch: UUID) -> None:
    """Correct what differs, keeping the old content, and add what is new."""
    await _keep_old_content(staging, shape, batch)
    derived = shape.source.kind.derived.items()
    changes = ", ".join(
        [
            *(f"{column} = s.{column}" for column in shape.compared),
            *(f"{name} = case when t.{of} = s.{of} then t.{name} end" for name, of in derived),
        ]
    )
    await staging.connection.execute(
        f"""
        update {shape.table} t
        set {changes}, batch_id = $2, version = t.version + 1, updated_at = now()
        from {settled(shape.source)} s
        where t.org_id = $1 and t.id = s.id and s.verdict = 'corrected'
        """,
        staging.org,
        batch,
    )
    columns = ", ".join(shape.written)
    await staging.connection.execute(
        f"""
        insert into {shape.table} (org_id, id, external_id, batch_id, {columns})
        select $1, id, external_id, $2, {columns}
        from {settled(shape.source)} where verdict = 'new' order by line
        """,
        staging.org,
        batch,
    )


async def _keep_old_content(staging: Staging, shape: Shape, batch: UUID) -> None:
    await staging.connection.execute(
        f"""
        insert into import_revision
          (org_id, id, batch_id, subject_kind, subject_id, before, version_left)
        select $1, {NEW_ID.replace("line", "s.line")}, $2, '{shape.table}', t.id, to_jsonb(t),
               t.version + 1
        from {settled(shape.source)} s
        join {shape.table} t on t.org_id = $1 and t.id = s.id
        where s.verdict = 'corrected'
        """,
        staging.org,
        batch,
    )


async def count(staging: Staging, source: Source) -> Applied:
    """How many rows of the source were new, corrected and unchanged."""
    rows = await staging.connection.fetch(
        f"select verdict, count(*) from {settled(source)} group by verdict"
    )
    return Applied(**{row[0]: row[1] for row in rows})
