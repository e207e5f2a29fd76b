"""What the database's own catalogue says about our tables, and a row in each of them.

Promises about "every table" are tried on every table there is, so a new one is covered on the day
it is made. Where a new table has a rule that `VALUES` cannot guess, one line there teaches it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import asyncpg

from domain.ids import new_id

# Tables of the platform itself: no organisation's data, and so no org_id.
PLATFORM_TABLES = {
    "public.tortoise_migrations": "which migrations this database has had",
    "jobs.pgqueuer": "jobs that wait; a payload names ids, never content",
    "jobs.pgqueuer_log": "how jobs ended",
    "jobs.pgqueuer_schedules": "when periodic jobs are due",
    "jobs.pgqueuer_statistics": "counts of jobs",
}
# Rows that can belong to no organisation; their org_id is the nil UUID.
OF_NO_ORGANISATION = {
    "sign_in_attempt": "who tries to sign in has not yet proved to belong anywhere"
}
APPLICATION_ROLES = ("attain_app", "attain_reader", "attain_worker")

BY_TYPE: Mapping[str, object] = {
    "text": "same words",
    "integer": 1,
    "bigint": 1,
    "smallint": 1,
    "boolean": False,
    "date": "2020-05-29",
    "timestamp with time zone": "2020-05-29T12:00:00+00:00",
    "daterange": "[2020-05-29,)",
    "jsonb": {},
    "bytea": "\\x" + "00" * 32,
}
VALUES: Mapping[tuple[str, str], object] = {
    ("event", "act"): "goal.drafted",
    ("notice", "subject_kind"): "goal",
    ("comment", "subject_kind"): "goal",
    ("comment", "body"): "same words",
    ("comment", "body_html"): "<p>same words</p>",
    ("programme", "until"): "2020-06-30",
    ("notice", "kind"): "submission_due",
    ("insight_step", "owner_id"): "whoever there is",
    ("feedback_request", "person_id"): "somebody",
    ("feedback_request", "kind"): "asked_by_self",
    ("feedback_request", "asker_id"): "somebody",
    ("feedback_request", "asked_ids"): ["somebody else"],
    ("feedback_reply", "person_id"): "somebody else",
    ("feedback", "giver_id"): "somebody",
    ("feedback", "person_id"): "somebody else",
    ("feedback", "readers"): ["somebody"],
    **{("feedback", column): [] for column in ("unnamed", "together", "waiting_for")},
    ("recognition", "giver_id"): "somebody",
    ("recognition", "receiver_ids"): ["somebody else"],
    ("recognition", "readers"): ["somebody", "somebody else"],
    ("recognition", "value_ids"): ["a recognition_value"],
    ("recognition", "on_wall"): True,
    ("notice_preference", "kind"): "submission_due",
    ("activity_preference", "kind"): "recognised",
    ("credential", "password_hash"): "$argon2id$same",
    ("client_app", "scopes"): ["sales:read"],
    ("persisted_document", "hash"): f"\\x{sha256(b'same words').hexdigest()}",
    ("organisation", "currency"): "USD",
    ("organisation", "time_zone"): "UTC",
    ("sale", "currency"): "USD",
    ("sale_posting", "lines"): [],
    ("sale_crediting", "verdicts"): [],
    ("opportunity", "currency"): "USD",
    ("expense", "currency"): "USD",
    ("goal", "measure"): "revenue",
    ("goal", "currency"): "USD",
    ("goal", "override_reason"): "same words",
    ("goal", "uplifted_by_id"): "whoever there is",
    ("goal_budget", "currency"): "USD",
    ("goal_cascade", "state"): "applied",
    ("goal_cascade", "decided_by_id"): "whoever there is",
    ("goal_cascade", "decided_at"): "2020-05-29T12:00:00+00:00",
    ("measure", "key"): "same_words",
    ("delegation", "ended_at"): "2020-05-29T12:00:00+00:00",
    ("goal_lock", "lifted_at"): "2020-05-29T12:00:00+00:00",
    ("goal_lock", "lift_reason"): "same words",
    ("ramp", "steps"): [1],
    ("goal_adjustment", "kind"): "ramped",
    ("goal_adjustment", "cause"): "tenure",
    ("goal_adjustment", "ramp_id"): "whichever there is",
    ("goal_milestone", "percent"): 50,
    ("calendar", "first_month"): 1,
    ("calendar", "year_named_by"): "end",
    ("season", "weights"): [1],
    ("exchange_rate", "from_currency"): "USD",
    ("exchange_rate", "to_currency"): "EUR",
    ("credit", "currency"): "USD",
    ("credit", "paid_in"): "USD",
    ("credit_proposal", "amount"): None,
    ("credit_proposal", "state"): "declined",
    ("credit_proposal", "decided_by_id"): "whoever there is",
    ("credit_proposal", "decided_at"): "2020-05-29T12:00:00+00:00",
    ("pay_plan", "key"): "same_words",
    ("pay_assignment", "person_id"): "whoever there is",
    ("pay_trial_payee", "currency"): "USD",
    ("pay_trial_payee", "components"): [],
    ("pay_trial_payee", "difference"): "0",
    ("note_evidence", "currency"): "USD",
    ("pay_plan", "currency"): "USD",
    ("pay_result", "currency"): "USD",
    ("pay_result", "components"): [["same_words", "same words", "1", "0", None]],
    ("pay_result", "inputs"): "{}",
    ("pay_result", "lines"): [["", "formula", None, None, "1", {}]],
    ("pay_result", "inputs_hash"): f"\\x{sha256(b'{}').hexdigest()}",
    ("pay_run_part", "payees"): [],
    ("scorecard", "criteria"): [
        {"name": "same words", "description": "", "scale": "yes_no", "weight": "1"}
    ],
}
IDS_OF: Mapping[tuple[str, str], str] = {
    ("notice", "subject_id"): "goal",
    ("comment", "subject_id"): "goal",
}
"""Of columns with ids of things of several kinds: whose id stands there."""
# What people write in confidence Audrey writes, where there is one: who is asked to see everything.
_SOMEBODY = defaultdict(str, person="order by name like '%Audrey' desc, id")
PEOPLE_TAUGHT = (
    "somebody",
    "somebody else",
    ["somebody"],
    ["somebody else"],
    ["somebody", "somebody else"],
)
"""What `VALUES` says for one of two people, or for both."""
_ONE_OF = re.compile(r"(?:= ANY \(ARRAY\[|= )'([^']*)'::text")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    required: bool
    generated: bool


async def tenant_tables(connection: asyncpg.Connection) -> list[str]:
    """Every table whose rows belong to an organisation, by its bare name."""
    rows = await connection.fetch(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where a.attname = 'org_id' and c.relkind in ('r', 'p')"
        " and c.relnamespace = 'public'::regnamespace order by c.relname"
    )
    return [row["relname"] for row in rows if row["relname"] not in OF_NO_ORGANISATION]


async def columns(connection: asyncpg.Connection, table: str) -> list[Column]:
    rows = await connection.fetch(
        "select attname, format_type(atttypid, null) as type,"
        " attnotnull and not atthasdef and attidentity = '' as required,"
        " attgenerated <> '' as generated"
        " from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped"
        " order by attnum",
        table,
    )
    return [Column(r["attname"], r["type"], r["required"], r["generated"]) for r in rows]


async def foreign_keys(connection: asyncpg.Connection, table: str) -> dict[str, tuple[str, str]]:
    """Column -> the table and column it refers to within the organisation."""
    rows = await connection.fetch(
        "select a.attname, k.confrelid::regclass::text as target, t.attname as target_column"
        " from pg_constraint k"
        " join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]"
        " join pg_attribute t on t.attrelid = k.confrelid and t.attnum = k.confkey[2]"
        " where k.contype = 'f' and k.conrelid = $1::text::regclass",
        table,
    )
    return {row["attname"]: (row["target"], row["target_column"]) for row in rows}


async def as_organisation(connection: asyncpg.Connection, org: UUID | None) -> None:
    """Set the organisation for the rest of this connection's session; None for none. The session looks at
    everybody's words, so that what is hidden is hidden by the organisation."""
    await connection.execute(f"set app.org_id = '{org or ''}'; set app.sees_words_of = 'all'")


async def fill_every_table(connection: asyncpg.Connection, org: UUID) -> None:
    """Give the organisation a row in each tenant table that has none, with the same words for
    every organisation. Raises AssertionError naming the table that needs a line in `VALUES`."""
    await as_organisation(connection, org)
    waiting = await tenant_tables(connection)
    while waiting:
        done = [table for table in waiting if await _filled(connection, org, table)]
        assert done, f"No row could be made in {waiting}: they refer to each other."
        waiting = [table for table in waiting if table not in done]
    await as_organisation(connection, None)


async def _filled(connection: asyncpg.Connection, org: UUID, table: str) -> bool:
    if await connection.fetchval(f"select true from {table} where org_id = $1 limit 1", org):
        return True
    row: dict[str, object] = {"org_id": str(org)}
    references = await foreign_keys(connection, table)
    references |= {column: (of, "id") for (at, column), of in IDS_OF.items() if at == table}
    allowed = await _first_allowed(connection, table)
    for column in await columns(connection, table):
        amount, taught = column.type == "numeric", (table, column.name) in VALUES
        if column.name in row or column.generated:
            continue
        if not (column.required or amount or taught):
            continue
        if taught and (named := VALUES[table, column.name]) in PEOPLE_TAUGHT:
            if (people := await _people(connection, org, named)) is None:
                return False
            row[column.name] = people
        elif column.name in references:
            target, target_column = references[column.name]
            if target == table:  # the first of its kind is its own
                row[column.name] = row["id"]
                continue
            found = await connection.fetchval(
                f"select {target_column}::text from {target} where org_id = $1 {_SOMEBODY[target]}",
                org,
            )
            if found is None:
                return False
            row[column.name] = found
        elif taught and str(VALUES[table, column.name]).startswith("['a "):
            [named] = VALUES[table, column.name]  # type: ignore[misc]  # a list, as it begins like one
            there = f"select id::text from {str(named).removeprefix('a ')} where org_id = $1"
            if (one := await connection.fetchval(there, org)) is None:
                return False
            row[column.name] = [one]
        elif taught:
            row[column.name] = VALUES[table, column.name]
        elif column.name == "readers":
            row[column.name] = [
                await connection.fetchval(
                    f"select id::text from person where org_id = $1 {_SOMEBODY['person']}", org
                )
            ]
        elif column.type == "uuid":
            row[column.name] = str(new_id())
        else:
            row[column.name] = allowed.get(column.name, "1" if amount else BY_TYPE[column.type])
    if table == "organisation":
        row["slug"] = f"test-{org.hex}"
    try:
        await insert_row(connection, table, row)
    except asyncpg.PostgresError as refused:
        raise AssertionError(f"Teach VALUES about {table}: {refused}") from refused
    return True


async def _people(connection: asyncpg.Connection, org: UUID, named: object) -> object:
    """The ids of the organisation's first people, of whom there is a second one from now on; None where there
    is nobody yet."""
    ids = [
        row["id"]
        for row in await connection.fetch(
            f"select id::text from person where org_id = $1 {_SOMEBODY['person']} limit 2", org
        )
    ]
    if not ids:
        return None
    if len(ids) < 2:
        ids.append(str(new_id()))
        await insert_row(
            connection, "person", {"org_id": str(org), "id": ids[1], "name": "same", "title": ""}
        )
    who = dict(zip(("somebody", "somebody else"), ids, strict=True))
    return [who[each] for each in named] if isinstance(named, list) else who[str(named)]


async def tell(connection: asyncpg.Connection, org: UUID, person: UUID) -> None:
    """Give the organisation's notices and mentions to this person, who sees nobody else's, and let them
    read all that names its readers."""
    await as_organisation(connection, org)
    await connection.execute(
        "delete from mention where org_id = $1 and id <> (select min(id::text)::uuid from mention)",
        org,
    )
    await connection.execute("update mention set person_id = $2 where org_id = $1", org, person)
    await connection.execute(
        "delete from notice where org_id = $1 and id <> (select min(id::text)::uuid from notice)",
        org,
    )
    await connection.execute("update notice set person_id = $2 where org_id = $1", org, person)
    await connection.execute("alter table feedback disable trigger feedback_keeps_its_readers")
    await connection.execute(
        "update notice set person_id = $2, digest_id = (select min(id::text)::uuid from digest)"
        " where org_id = $1",
        org,
        person,
    )
    await connection.execute(
        "delete from digest where org_id = $1 and id <> (select min(id::text)::uuid from digest)",
        org,
    )
    await connection.execute("update digest set person_id = $2 where org_id = $1", org, person)
    # Somebody stands below them, too.
    await connection.execute(
        "insert into reach (org_id, viewer_id, person_id, depth, during) select $1, $2, id, 1,"
        " daterange(null, null) from person where org_id = $1 and id <> $2 order by id limit 1",
        org,
        person,
    )
    for table in await tables_with_readers(connection):
        await connection.execute(
            f"update {table} set readers = array_append(readers, $2::uuid) where org_id = $1"
            " and not $2 = any(readers)",
            org,
            person,
        )
    await connection.execute("alter table feedback enable trigger feedback_keeps_its_readers")
    await as_organisation(connection, None)


async def tables_with_readers(connection: asyncpg.Connection) -> set[str]:
    """The tables whose rows name who reads them."""
    rows = await connection.fetch(
        "select tgrelid::regclass::text as name from pg_trigger where tgname = 'keep_readers'"
    )
    return {row["name"] for row in rows}


async def try_out(connection: asyncpg.Connection, org: UUID) -> None:
    """Give the organisation a dry run beside its run of pay, both of which `pay_run` keeps; what was
    tried on somebody is the dry run's."""
    await as_organisation(connection, org)
    run, trial = await row_of(connection, "pay_run", org), str(new_id())
    version = await row_of(connection, "pay_plan_version", org)
    tries = {"id": trial, "plan_id": version["plan_id"], "tries_id": version["id"]}
    await insert_row(connection, "pay_run", {**run, **tries})
    await connection.execute(
        "update pay_trial_payee set run_id = $2 where org_id = $1", org, UUID(trial)
    )
    await as_organisation(connection, None)


async def insert_row(connection: asyncpg.Connection, table: str, row: Mapping[str, object]) -> None:
    """Insert these columns, given as JSON can hold them."""
    names = ", ".join(row)
    await connection.execute(
        f"insert into {table} ({names})"
        f" select {names} from jsonb_populate_record(null::public.{table}, $1::jsonb)",
        json.dumps(row),
    )


async def row_of(connection: asyncpg.Connection, table: str, org: UUID) -> dict[str, object]:
    """One row of the organisation as JSON holds it; the connection has to be the organisation's."""
    text = await connection.fetchval(
        f"select to_jsonb({table})::text from {table} where org_id = $1 limit 1", org
    )
    generated = {c.name for c in await columns(connection, table) if c.generated}
    return {name: value for name, value in json.loads(text).items() if name not in generated}


async def _first_allowed(connection: asyncpg.Connection, table: str) -> dict[str, str]:
    """For columns with a list of allowed words, the first of them."""
    rows = await connection.fetch(
        "select a.attname, pg_get_constraintdef(k.oid) as text from pg_constraint k"
        " join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]"
        " where k.contype = 'c' and array_length(k.conkey, 1) = 1"
        " and k.conrelid = $1::text::regclass",
        table,
    )
    found = {row["attname"]: _ONE_OF.search(row["text"]) for row in rows}
    return {name: match.group(1) for name, match in found.items() if match}
