"""What is read: a generated company in a PostgreSQL of the benchmark's own, kept between runs."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from api.cli.migrate import bring_up_to_date
from api.generated import Company, Sizes, company, generate
from api.postgres import attached, remove
from api.proofs import proofs_of
from api.settings import Settings
from auth.actor import Actor, Scope
from auth.passwords import generate_secret
from benchmarks.reads.client import NUMBER
from domain.callers.clients import ensure_client
from domain.callers.passwords import ensure_sign_in
from domain.database import close_database, open_database
from domain.people.organisations import organisation_named

FULL = Sizes()
QUICK = Sizes(people=300, territories=40, goals=3_000, sales=30_000)
CALLERS = 50  # of each kind, so that plans and connections are shared by many
PARTNERS = 10
PASSWORD = "made up for measuring only"  # of people who do not exist, in a database of our own
CHEAP = {"argon2_time_cost": 1, "argon2_memory_kib": 8_192}


@dataclass(frozen=True, slots=True)
class Data:
    """A company that stands in a running database, and who of it will ask."""

    home: Path
    dsn: str
    org: UUID
    slug: str
    today: date
    reps: Sequence[str]  # by their e-mail addresses
    managers: Sequence[str]
    partners: Sequence[tuple[str, str]]  # client id and secret
    goals: dict[str, str]  # a rep's goal to check in on


def default_home(quick: bool) -> Path:
    return Path(tempfile.gettempdir()) / f"attain-benchmarks-reads{'-quick' if quick else ''}"


@asynccontextmanager
async def prepared(home: Path, *, quick: bool, fresh: bool) -> AsyncIterator[Data]:
    """The server running with the company in it; made where it is not there yet."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)  # the server's account passes through
    settings = Settings.model_validate({"home": home, "DATABASE_URL": None, **CHEAP})
    if fresh:
        await remove(home)
        _secrets_file(home).unlink(missing_ok=True)
    async with attached(settings) as server:
        await bring_up_to_date(server.dsn)
        await open_database(server.dsn)
        try:
            data = await _filled(server.dsn, settings, QUICK if quick else FULL)
        finally:
            await close_database()
        try:
            yield data
        finally:
            await _forget_check_ins(server.dsn, data)


async def _forget_check_ins(dsn: str, data: Data) -> None:
    """Take those back that were measured, so that the next run reads what this one has read."""
    label = {"app.org_id": str(data.org), "role": "attain_app", "statement_timeout": "0"}
    connection = await asyncpg.connect(dsn, server_settings=label)
    try:
        await connection.execute(
            "delete from check_in where org_id = $1 and created_at > $2::date + 1",
            data.org,
            data.today,
        )
    finally:
        await connection.close()


async def _filled(dsn: str, settings: Settings, sizes: Sizes) -> Data:
    slug = f"benchmark-{sizes.people}"
    made = await asyncio.to_thread(company, sizes, slug=slug)
    if await organisation_named(slug) is None:
        print(f"Writing a company of {sizes.people:,} people and {sizes.sales:,} sales, once.")
        await generate(made, dsn, settings, lambda _sentence: None)
    await _refuse_others(dsn, made)
    people = made.people
    sellers = [n for n in people.sales_force if not people.seats[n].below]
    leaders = [n for n in people.sales_force if people.seats[n].below]
    reps, managers = _spread(sellers, CALLERS), _spread(leaders, CALLERS)
    await _let_sign_in(made, settings, [*reps, *managers])
    by_person = {
        goal.owner_id: goal
        for goal in reversed(made.goals.goals)
        if goal.status == "approved" and goal.starts_on <= made.today <= goal.ends_on
    }
    persons = people.persons
    return Data(
        home=settings.home,
        dsn=dsn,
        org=made.org,
        slug=slug,
        today=made.today,
        reps=[persons[n].email for n in reps],
        managers=[persons[n].email for n in managers],
        partners=await _partners(made, settings.home, _spread(leaders, PARTNERS)),
        goals={persons[n].email: f"goal_{by_person[persons[n].id].id}" for n in reps},
    )


async def _refuse_others(dsn: str, made: Company) -> None:
    """A company that an older generator made is not the one that we know the ids of."""
    connection = await asyncpg.connect(dsn, server_settings={"app.org_id": str(made.org)})
    try:
        known = "select count(*) from goal where org_id = $1 and id = any($2)"
        goals = [goal.id for goal in made.goals.goals]
        if await connection.fetchval(known, made.org, goals) != len(goals):
            raise SystemExit("The data are of an older version. Run again with --fresh.")
    finally:
        await connection.close()


def _spread(seats: Sequence[int], count: int) -> list[int]:
    """So many of them, evenly from the first to the last."""
    count = min(count, len(seats))
    return [seats[n * len(seats) // count] for n in range(count)]


async def _let_sign_in(made: Company, settings: Settings, seats: Sequence[int]) -> None:
    now = datetime.now(UTC)
    proofs = proofs_of(settings, settings.issuer, now)
    try:
        for n in seats:
            await ensure_sign_in(
                Actor.system(made.org, made.today, "benchmark"),
                proofs.passwords,
                person_id=made.people.persons[n].id,
                password=PASSWORD,
                now=now,
            )
    finally:
        proofs.close()


async def _partners(made: Company, home: Path, seats: Sequence[int]) -> list[tuple[str, str]]:
    """Partner apps, each with the territory of one who leads. Their secrets are kept in a file."""
    path = _secrets_file(home)
    secrets: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    partners = []
    for n in seats:
        name = f"Benchmark {n}"
        secret = secrets.setdefault(name, generate_secret())
        client = await ensure_client(
            Actor.system(made.org, made.today, "benchmark"),
            name=name,
            scopes={Scope.PERFORMANCE_READ, Scope.TERRITORIES_READ},
            territories={made.territories.of[n]},
            secret=secret,
            now=datetime.now(UTC),
        )
        partners.append((str(client), secret))
    path.touch(0o600)
    path.write_text(json.dumps(secrets))
    return partners


def _secrets_file(home: Path) -> Path:
    return home / "benchmark-secrets.json"


def variables_of(document: str, data: Data, caller: str) -> dict[str, Any]:
    """What a caller sends with a document. A check-in is named by a placeholder: see `NUMBER`."""
    quarter = data.today.replace(month=data.today.month - (data.today.month - 1) % 3, day=1)
    variables: dict[str, dict[str, Any]] = {
        "RepHome": {},
        "TeamPerformance": {"from": quarter.isoformat(), "to": data.today.isoformat()},
        "PartnerPerformance": {},
        "CheckIn": {
            "input": {
                "clientMutationId": f"m{NUMBER}",
                "id": data.goals.get(caller, ""),
                "confidence": "ON_TRACK",
                "value": "1250.50",
                "note": "On pace; two renewals signed this week.",
            }
        },
    }
    return variables[document]
