"""`attain history` and `attain worker` as a person at the keyboard meets them."""

import asyncio
import os
import signal
import sys

import asyncpg

from domain.database import on_behalf_of
from domain.history import record
from domain.history.numbering import CHANNEL
from domain.ids import new_id
from tests.api.cli.test_import import attain
from tests.people import Company, found_company, submitted_goal


async def tamper(database_url: str, company: Company, change: str) -> None:
    """As somebody with the owner's password would."""
    owner = await asyncpg.connect(database_url)
    await owner.execute(
        f"set app.org_id = '{company.org}'; alter table event disable trigger user;"
        f" update event set {change} where number = 2; alter table event enable trigger user"
    )
    await owner.close()


async def test_a_whole_history_verifies_and_a_broken_one_is_named(
    company: Company, database_url: str
) -> None:
    other = await found_company("Contoso")
    for each in (company, other):
        await submitted_goal(each)
    whole = await attain(database_url, "history", "verify", "--organisation", other.slug)
    assert whole[:2] == (0, f"ok      {other.slug}: whole up to event 2\n")

    await tamper(database_url, other, "via = 'web'")
    broken = await attain(database_url, "history", "verify")
    await tamper(database_url, other, "via = 'mobile'")  # for whoever verifies after us

    assert broken[0] == 1
    assert f"BROKEN  {other.slug}: event 2 (" in broken[1]
    assert f"ok      {company.slug}: whole up to event 2\n" in broken[1]
    nobody = await attain(database_url, "history", "verify", "--organisation", "nobody")
    assert (nobody[0], nobody[2]) == (1, "There is no organisation 'nobody'.\n")


async def test_the_latest_events_are_shown_for_one_kind_or_one_subject(
    company: Company, database_url: str
) -> None:
    goal = await submitted_goal(company)
    async with on_behalf_of(company.org):
        await record(company.system, "test.noted", "test", new_id(), reason="[red]why[/red]")
    whose = ("history", "show", "--organisation", company.slug)
    await submitted_goal(company, "Sam")

    shown = (await attain(database_url, *whose, "--last", "3"))[1].splitlines()
    assert [line.split("  ")[0] for line in shown] == ["3", "4", "5"]
    assert shown[0].endswith("system (cli)  reason: [red]why[/red]")

    of_one = (await attain(database_url, *whose, "--subject", f"goal_{goal}"))[1].splitlines()
    assert [line.split("  ")[2:5] for line in of_one] == [
        ["goal.drafted", f"goal_{goal}", "Rui (mobile)"],
        ["goal.submitted", f"goal_{goal}", "Rui (mobile)"],
    ]
    of_a_kind = (await attain(database_url, *whose, "--subject", "goal"))[1].splitlines()
    assert len(of_a_kind) == 4


async def test_the_worker_numbers_what_waits_and_stops_in_good_order(
    company: Company, database_url: str
) -> None:
    async with on_behalf_of(company.org):
        await record(company.system, "test.noted", "test", new_id())
    numbered = asyncio.Event()

    def heard(*told: object) -> None:
        if told[-1] == f"{company.org} 1":
            numbered.set()

    listener = await asyncpg.connect(database_url)
    # Rounds of a worker that another test killed would be taken over only after half a minute.
    await listener.execute("update jobs.pgqueuer_schedules set status = 'queued'")
    await listener.add_listener(CHANNEL, heard)
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli", "worker",
        env={**os.environ, "DATABASE_URL": database_url},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip

    async with asyncio.timeout(45):
        await numbered.wait()
    worker.send_signal(signal.SIGTERM)
    output, complaints = await worker.communicate()
    await listener.close()

    assert worker.returncode == 0, complaints.decode()
    assert "The worker is running." in output.decode()
