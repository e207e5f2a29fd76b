"""A job exists when its act does, and is done at least once, whoever dies."""

import asyncio
import signal
import sys
from collections import Counter
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.schema.model import Plan
from tortoise.exceptions import OperationalError

from domain.database import on_behalf_of, reads
from domain.errors import Invalid
from domain.history import Verified, record, verify
from domain.ids import new_id
from domain.jobs import Pace, Payload, each_organisation, enqueue, job, working
from domain.jobs.queue import NAMES, read, written
from domain.jobs.registry import registry
from domain.jobs.upkeep import (
    forget_old_jobs,
    forget_old_keys,
    number_waiting_events,
)
from tests.people import Company, count, found_company

QUICK = Pace(dead_after=1.0, look_every=0.5, return_after=0.1)

done: list[Payload] = []
failing: Counter[UUID] = Counter()
changed = asyncio.Condition()
rounds: set[UUID] = set()
CANARY = "77,548,570.20 for rui@example.test"


async def note(payload: Payload) -> None:
    async with changed:
        done.append(payload)
        changed.notify_all()


job("test.note")(note)
job("test.killed")(note)


@job("test.unlucky")
async def fail_twice(payload: Payload) -> None:
    org = payload["org"]
    assert isinstance(org, UUID)
    failing[org] += 1
    if failing[org] <= 2:
        raise ValueError(CANARY)
    await note(payload)


@job("test.endless")
async def end_at_the_second_try(payload: Payload) -> None:
    await note(payload)
    if done.count(payload) == 1:
        await asyncio.Event().wait()


@each_organisation("* * * * * *")
async def go_round(org: UUID) -> None:
    async with changed:
        rounds.add(org)
        changed.notify_all()
    if len(rounds) == 1:
        raise ValueError("The others are served all the same.")


async def until(condition: Any) -> None:
    # Patience, not a promise: a listener that was cut is missed after ten seconds or two rounds.
    async with asyncio.timeout(60), changed:
        await changed.wait_for(condition)


async def put(company: Company, name: str) -> Payload:
    """A committed job, and what it was given."""
    payload: Payload = {"org": company.org, "subject": new_id(), "many": 3}
    async with on_behalf_of(company.org) as transaction:
        await enqueue(transaction, name, payload)
    return payload


async def waiting(database: str, payload: Payload) -> list[str]:
    """The states of the jobs in the queue that were given this."""
    worker = await asyncpg.connect(database, server_settings={"role": "attain_worker"})
    try:
        rows = await worker.fetch(
            "select status::text from jobs.pgqueuer where payload = $1", written(payload)
        )
    finally:
        await worker.close()
    return [row["status"] for row in rows]


async def test_a_job_is_done_once_its_act_is_committed(company: Company, database: str) -> None:
    async with working(database, QUICK):
        payload = await put(company, "test.note")
        await until(lambda: payload in done)

    assert done.count(payload) == 1
    assert await waiting(database, payload) == []


async def test_a_job_of_an_act_that_is_refused_never_exists(
    company: Company, database: str
) -> None:
    payload = {"org": company.org, "subject": new_id()}

    async def refused() -> None:
        async with on_behalf_of(company.org) as transaction:
            await enqueue(transaction, "test.note", payload)
            raise Invalid("No.")

    with pytest.raises(Invalid):
        await refused()

    assert await waiting(database, payload) == []
    async with working(database, QUICK):
        after = await put(company, "test.note")
        await until(lambda: after in done)
    assert payload not in done


async def test_a_job_of_a_killed_worker_is_done_by_another(company: Company, database: str) -> None:
    payload = await put(company, "test.killed")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.domain.jobs.dying_worker", database
    )
    assert await process.wait() == -signal.SIGKILL
    assert await waiting(database, payload) == ["picked"]

    async with working(database, QUICK):
        await until(lambda: payload in done)

    assert await waiting(database, payload) == []


async def test_a_job_that_fails_is_tried_again_and_its_words_stay_out_of_the_queue(
    company: Company, database: str
) -> None:
    payload = await put(company, "test.unlucky")

    async with working(database, QUICK):
        await until(lambda: payload in done)

    assert failing[company.org] == 3
    worker = await asyncpg.connect(database, server_settings={"role": "attain_worker"})
    log = await worker.fetch("select traceback::text from jobs.pgqueuer_log")
    await worker.close()
    assert any("ValueError" in (row["traceback"] or "") for row in log)
    assert not any("77,548" in (row["traceback"] or "") for row in log)


async def test_a_job_that_fails_for_good_is_kept_for_somebody_to_look_at(
    company: Company, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Payload] = []

    async def tell(payload: Payload) -> None:
        told.append(payload)

    monkeypatch.setattr("domain.jobs.worker.TRIES", 1)
    monkeypatch.setitem(registry.given_up, "test.unlucky", tell)
    payload = await put(company, "test.unlucky")

    async with working(database, QUICK):
        after = await put(company, "test.note")
        await until(lambda: after in done and failing[company.org])

    assert failing[company.org] == 1
    assert await waiting(database, payload) == ["failed"]
    assert told == [payload], "who waits for it knows that nobody tries it any more"


async def test_a_worker_that_is_stopped_leaves_an_unfinished_job_to_the_next(
    company: Company, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.jobs.worker.GRACE_SECONDS", 0.2)
    payload = await put(company, "test.endless")

    async with working(database, QUICK):
        await until(lambda: payload in done)
    assert await waiting(database, payload) == ["queued"]

    async with working(database, QUICK):
        await until(lambda: done.count(payload) == 2)
    assert await waiting(database, payload) == []


async def test_a_worker_whose_connections_are_cut_returns(
    company: Company, database: str, owner: asyncpg.Connection
) -> None:
    async with working(database, QUICK):
        first = await put(company, "test.note")
        await until(lambda: first in done)
        cut = await owner.fetchval(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and application_name = 'attain_worker'"
        )
        second = await put(company, "test.note")
        await until(lambda: second in done)

    assert cut >= 1


async def test_a_round_serves_every_organisation_and_one_failure_stops_no_other(
    company: Company, database: str
) -> None:
    other = await found_company("Contoso")

    async with working(database, QUICK):
        await until(lambda: {company.org, other.org} <= rounds)


async def test_the_sweep_numbers_what_a_dead_process_left_and_may_run_twice(
    company: Company,
) -> None:
    for _ in range(3):
        async with on_behalf_of(company.org):
            await record(company.system, "test.noted", "test", new_id())

    await asyncio.gather(*(number_waiting_events(company.org) for _ in range(4)))
    await number_waiting_events(company.org)

    assert await verify(company.org) == Verified(3)


async def test_an_organisation_with_nothing_waiting_is_only_read(company: Company) -> None:
    await number_waiting_events(company.org)

    assert await count(company, "history_head") == 0


async def test_keys_are_kept_for_thirty_days_and_forgotten_per_organisation(
    company: Company,
) -> None:
    other = await found_company("Contoso")
    for organisation in (company, other):
        async with on_behalf_of(organisation.org) as transaction:
            await transaction.execute_query(
                "insert into idempotency_key (org_id, actor_id, key, act, fingerprint, created_at)"
                " select $1, $1, 'key-' || days, 'test', decode(repeat('00', 32), 'hex'),"
                " now() - make_interval(days => days) from unnest(array[0, 29, 31, 400]) as t(days)",
                [organisation.org],
            )

    for _ in range(2):
        await forget_old_keys(company.org)

    assert await count(company, "idempotency_key") == 2
    assert await count(company, "idempotency_key", "key in ('key-0', 'key-29')") == 2
    assert await count(other, "idempotency_key") == 4


async def test_the_platform_forgets_on_the_workers_own_connections(database: str) -> None:
    async with asyncpg.create_pool(
        database, min_size=1, max_size=2, server_settings={"role": "attain_worker"}
    ) as pool:
        await pool.execute(
            "insert into jobs.pgqueuer_log (job_id, status, priority, entrypoint, aggregated, created)"
            " select 1, 'successful', 0, 'test.old', true, now() - make_interval(days => days)"
            " from unnest(array[1, 31]) as t(days)"
        )

        for _ in range(2):
            await forget_old_jobs(pool)

        left = "select count(*) from jobs.pgqueuer_log where entrypoint = 'test.old'"
        assert await pool.fetchval(left) == 1


@pytest.mark.parametrize("content", ["Rui", 0.5, None, {"name": "Rui"}])
def test_a_job_is_given_ids_and_numbers_never_content(content: Any) -> None:
    payload: dict[str, Any] = {"org": new_id(), "what": content}

    with pytest.raises(TypeError):
        written(payload)


def test_what_a_job_is_given_arrives_as_it_was() -> None:
    payload: Payload = {"org": new_id(), "subject": new_id(), "many": 12}

    assert read(written(payload)) == payload
    assert read(None) == {}


async def test_the_application_puts_jobs_in_and_reads_none(company: Company) -> None:
    await put(company, "test.elsewhere")

    for statement in (
        "select payload from jobs.pgqueuer",
        "delete from jobs.pgqueuer",
        "update jobs.pgqueuer set priority = 9",
        "select * from jobs.pgqueuer_log",
    ):
        with pytest.raises(OperationalError, match="permission denied"):
            await _performed(company, statement)
    async with reads().acquire() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("select id from jobs.pgqueuer")


async def test_the_tables_are_those_that_the_installed_pgqueuer_wants(
    owner: asyncpg.Connection,
) -> None:
    """Where this fails after an upgrade, the new release needs a migration of ours."""
    installed = Queries(AsyncpgDriver(owner), qbe=QueryBuilderEnvironment(NAMES))

    plan = await installed.plan_upgrade()

    assert plan == Plan(), plan


async def _performed(company: Company, statement: str) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_script(statement)
