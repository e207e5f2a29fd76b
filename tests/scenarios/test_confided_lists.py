"""The lists of what is written in confidence look at as much, however much others wrote: else whoever waited
for one would learn that there is something."""

import asyncpg

from tests.people import Company, found_company
from tests.schema.asking import compiled
from tests.schema.compiler.explaining import explained, reader

TWO = "array[$2::uuid, $3::uuid]"
MANY = {
    "task": f"""(org_id, id, readers, owner_id, asked_by_id, title, due_on, written_at)
      select $1::uuid, gen_random_uuid(), {TWO}, $2::uuid, $3::uuid, 'A task', date '2026-01-01' + n % 90, now()""",
    "one_to_one": f"""(org_id, id, readers, leader_id, coachee_id, starts_at, planned_by_id, written_at)
      select $1::uuid, gen_random_uuid(), {TWO}, $2::uuid, $3::uuid, now() - n * interval '1 hour', $2::uuid, now()""",
    "feedback_request": f"""(org_id, id, readers, kind, asker_id, person_id, asked_ids, question, due_on, asked_on, asked_at)
      select $1::uuid, gen_random_uuid(), {TWO}, 'asked_by_self', $2::uuid, $2::uuid, array[$3::uuid], 'How?',
        '2026-06-01', '2026-05-01', now() - n * interval '1 hour'""",
    "feedback": f"""(org_id, id, readers, kind, person_id, giver_id, words, given_on, given_at, visibility_id, unnamed,
        together, waiting_for)
      select $1::uuid, gen_random_uuid(), {TWO}, 'unasked', $2::uuid, $3::uuid, 'So', '2026-05-02',
        now() - n * interval '1 hour', $1, '{{}}', '{{}}', '{{}}'""",
    "unnamed_feedback": """(org_id, id, readers, kind, person_id, words, delivered_on)
      select $1::uuid, gen_random_uuid(), array[$2::uuid], 'unasked', $2::uuid, left($3::uuid::text, 2), '2026-05-03'""",
    "recognition": f"""(org_id, id, readers, giver_id, receiver_ids, value_ids, words, on_wall, given_on, given_at)
      select $1::uuid, gen_random_uuid(), {TWO}, $2::uuid, array[$3::uuid], array[$1::uuid], 'Well', n % 2 = 0, '2026-05-01',
        now() - n * interval '1 hour'""",
}  # fmt: skip
"""What two people could have written, $4 times."""
LISTS = (
    "{ tasks(first: 50) { totalCount nodes { title } } }",
    "{ oneToOnes(first: 50) { totalCount nodes { startsAt } } }",
    "{ feedback(first: 50) { totalCount nodes { words } } }",
    "{ unnamedFeedback(first: 50) { totalCount nodes { words } } }",
    "{ feedbackRequests(first: 50) { totalCount nodes { question } } }",
    "{ recognition(first: 50) { totalCount nodes { words } } }",
)


async def test_a_list_looks_at_as_much_however_much_others_wrote(
    company: Company, database: str, owner: asyncpg.Connection
) -> None:
    """Elsewhere there is much already, so that the tables are large from the beginning."""
    await _write(owner, await found_company("Contoso"), "Mona", "Rui", 1_000)
    await _write(owner, company, "Mona", "Rui", 60)

    alone = [await _looked_at(database, company, each) for each in LISTS]
    await _write(owner, company, "Eve", "Olga", 2_000)
    among = [await _looked_at(database, company, each) for each in LISTS]

    # Not to the page: PostgreSQL may take another way among so many. A list that looked at what others
    # wrote would take forty times as many.
    for before, after in zip(alone, among, strict=True):
        assert after < before * 4, (alone, among)


async def _write(
    owner: asyncpg.Connection, company: Company, one: str, other: str, count: int
) -> None:
    await owner.execute(f"set app.org_id = '{company.org}'; set app.sees_words_of = 'all'")
    for table, rows in MANY.items():
        statement = f"insert into {table} {rows} from generate_series(1, $4::int) n"
        await owner.execute(statement, company.org, company.ids[one], company.ids[other], count)
    for table in (*MANY, "reader"):
        await owner.execute(f"vacuum analyze {table}")


async def _looked_at(dsn: str, company: Company, document: str) -> int:
    """How many pages the statement looks at, with the plan that is kept for all values."""
    mona = company.actor("Mona")
    asked = compiled(mona, document)
    async with reader(dsn, company.org, mona.person) as connection:
        plan = await explained(connection, asked.plan.statement, asked.arguments)
    assert plan.scans_of(*MANY, "reader") == [], plan.text
    return plan.pages
