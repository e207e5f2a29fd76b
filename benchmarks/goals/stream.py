"""How soon a sale is seen in the goals it touches, under a stream of sales.

    .venv/bin/python -m benchmarks.goals stream [--people 600] [--seconds 20] [--rate 50] [--json]

Starts Attain with one worker on an embedded PostgreSQL of its own and a generated company in it, and
posts sales of everybody who sells, one a message, at fixed instants. Beside them one sale after the
other is sampled: from the moment it is sent, its seller's goal and the goal of the head of sales, which
counts everybody below, are asked over and over until both show it. Only sampled sales have a known
cost, so in goals of margin each of them is told from all others.

Both are asked ten times a second, each answer awaited before the next question: so a figure here is up
to a tenth of a second above what somebody who is told of changes would see, and the asking itself takes
little from the server that is measured.
"""

import argparse
import asyncio
import json
import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx2

from api.generated import Company, Sizes, company, generate
from api.postgres import remove, running, stop
from api.proofs import proofs_of
from api.settings import Settings
from auth.tokens import AccessToken
from benchmarks.subscriptions import served
from domain.database import close_database, migrate, on_behalf_of, open_database
from domain.ids import new_id

BUDGETS = ("organisation", "app", "partner", "person")
PLENTY = "1000000000"
REPS = 20
BETWEEN_LOOKS = 0.1
POSTERS = 10
"""A caller has a few requests under way at once; sales come from several systems here."""
POST = """mutation($input: SalesPostInput!) { salesPost(input: $input) {
  errors { ... on UserError { message path } } posting { lines { verdict } } } }"""
READ = "query($id: ID!) { node(id: $id) { ... on Goal { actual { amount } } } }"


@dataclass(slots=True)
class Cast:
    """Who posts, who looks, and at which goals."""

    company: Company
    posters: list[str]
    head: str
    team_goal: str
    reps: list[tuple[UUID, str, str]]  # person, token, goal


@dataclass(slots=True)
class Seen:
    """Seconds from sending a sale to its answer, and to seeing it in goals."""

    answered: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    team: list[float] = field(default_factory=list)
    failed: int = 0
    sent: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = asyncio.run(measured(arguments.people, arguments.seconds, arguments.rate))
    lines = (f"{name}: {value}" for name, value in figures.items())
    print(json.dumps(figures) if arguments.json else "\n".join(lines))


async def measured(people: int, seconds: float, rate: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="attain-benchmark-") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        settings = Settings.model_validate({"home": home, "DATABASE_URL": None})
        server = await running(settings)
        try:
            await migrate(server.dsn)
            cast = await _cast(server.dsn, settings, people)
            async with (
                served(_environment(server.dsn, settings)) as (port, _),
                httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http,
            ):
                seen = await _watched(http, cast, seconds, rate)
        finally:
            await stop(server)
            await remove(settings.home)
    return {
        "people": people,
        "sales_a_second": rate,
        "posted": len(seen.answered),
        "failed": seen.failed,
        "answered_ms_p50_p95": _quantiles(seen.answered),
        "samples": len(seen.own),
        "in_the_sellers_goal_ms_p50_p95": _quantiles(seen.own),
        "in_the_head_of_sales_goal_ms_p50_p95": _quantiles(seen.team),
        "seen_within_a_second": _within_a_second([*seen.own, *seen.team]),
    }


def _quantiles(seconds: list[float]) -> list[float]:
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return [round(1000 * cuts[9], 1), round(1000 * cuts[18], 1)]


def _within_a_second(seconds: list[float]) -> float:
    return round(sum(each <= 1 for each in seconds) / len(seconds), 4)


async def _watched(http: httpx2.AsyncClient, cast: Cast, seconds: float, rate: float) -> Seen:
    """The stream, with samples beside it."""
    seen, run, chance = Seen(), secrets.token_hex(4), Random(1)
    sellers = [cast.company.people.persons[n].id for n in cast.company.people.sales_force]
    sampled = {person for person, _, _ in cast.reps}
    others = [person for person in sellers if person not in sampled]
    begun, sent = time.monotonic() + 1, 0
    sampling = asyncio.create_task(_sampled(http, cast, begun + seconds, seen, run))
    posting = []
    while (due := begun + sent / rate) < begun + seconds:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        sale = _sale(
            cast, f"{run}-{sent}", chance.choice(others), Decimal(chance.randint(1, 10**6))
        )
        posting.append(asyncio.create_task(_post(http, cast, sale, due, seen)))
        sent += 1
    await asyncio.gather(*posting, sampling)
    return seen


def _sale(cast: Cast, external_id: str, person: UUID, amount: Decimal) -> dict[str, object]:
    return {
        "externalId": external_id,
        "soldOn": cast.company.today.isoformat(),
        "personId": f"person_{person}",
        "quantity": "1",
        "amount": f"{amount / 100:.2f}",
        "currency": "EUR",
    }


async def _post(
    http: httpx2.AsyncClient, cast: Cast, sale: dict[str, object], due: float, seen: Seen
) -> None:
    message = {"clientMutationId": str(new_id()), "sales": [sale]}
    seen.sent += 1
    poster = cast.posters[seen.sent % len(cast.posters)]
    answer = await _ask(http, poster, POST, {"input": message})
    seen.answered.append(time.monotonic() - due)
    if answer.get("errors") or answer["data"]["salesPost"]["errors"]:
        seen.failed += 1


async def _sampled(
    http: httpx2.AsyncClient, cast: Cast, until: float, seen: Seen, run: str
) -> None:
    """One sale after the other, each followed until it is seen."""
    number = 0
    while time.monotonic() < until:
        person, token, goal = cast.reps[number % len(cast.reps)]
        own = await _actual(http, token, goal)
        team = await _actual(http, cast.head, cast.team_goal)
        amount = Decimal(1000 + number)
        sale = _sale(cast, f"{run}-s{number}", person, amount) | {"cost": "0"}
        begun = time.monotonic()
        posting = asyncio.create_task(_post(http, cast, sale, begun, seen))
        in_own, in_team = await asyncio.gather(
            _until(http, token, goal, own + amount / 100, begun),
            _until(http, cast.head, cast.team_goal, team + amount / 100, begun),
        )
        await posting
        seen.own.append(in_own)
        seen.team.append(in_team)
        number += 1


async def _until(
    http: httpx2.AsyncClient, token: str, goal: str, expected: Decimal, begun: float
) -> float:
    while (found := await _actual(http, token, goal)) != expected:
        if time.monotonic() - begun > 60:
            raise RuntimeError(f"After a minute the goal shows {found}, not {expected}.")
        await asyncio.sleep(BETWEEN_LOOKS)
    return time.monotonic() - begun


async def _actual(http: httpx2.AsyncClient, token: str, goal: str) -> Decimal:
    answer = await _ask(http, token, READ, {"id": goal})
    return Decimal(answer["data"]["node"]["actual"]["amount"])


async def _ask(
    http: httpx2.AsyncClient, token: str, query: str, variables: dict[str, object]
) -> Any:
    """The answer; whoever is told to come again does, and the time goes on."""
    while True:
        reply = await http.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {token}"},
        )
        if reply.status_code not in (429, 503):
            reply.raise_for_status()
            return reply.json()
        await asyncio.sleep(float(reply.headers.get("Retry-After", "1")))


async def _cast(dsn: str, settings: Settings, people: int) -> Cast:
    """The company, goals of margin that count its sales of today, and everybody signed in."""
    sizes = Sizes(
        people=people, territories=max(20, people // 10), goals=people * 5, sales=people * 100
    )
    made = await asyncio.to_thread(company, sizes, slug="stream")
    await open_database(dsn)
    try:
        await generate(made, dsn, settings, lambda _sentence: None)
        folk = made.people
        sellers = [n for n in folk.sales_force if not folk.seats[n].below]
        chosen = [folk.persons[n].id for n in sellers[:: max(1, len(sellers) // REPS)][:REPS]]
        head = folk.persons[folk.head_of_sales].id
        posters = [each.id for each in folk.persons[-POSTERS:]]
        await _let_post(made, posters)
        tokens = await _signed_in(made, settings, [head, *chosen, *posters])
        goals = [await _goal(made, owner, "own") for owner in chosen]
        return Cast(
            made, tokens[-POSTERS:], tokens[0], await _goal(made, head, "team"),
            list(zip(chosen, tokens[1:-POSTERS], goals, strict=True)),
        )  # fmt: skip
    finally:
        await close_database()


async def _let_post(made: Company, persons: list[UUID]) -> None:
    async with on_behalf_of(made.org) as transaction:
        for person in persons:
            await transaction.execute_query(
                "insert into role_grant (org_id, id, person_id, role) values ($1, $2, $3, 'comp_admin')",
                [made.org, new_id(), person],
            )


async def _goal(made: Company, owner: UUID, scope: str) -> str:
    goal = new_id()
    async with on_behalf_of(made.org) as transaction:
        await transaction.execute_query(
            "insert into goal (org_id, id, name, owner_id, measure, scope, starts_on, ends_on, target,"
            " currency, status, submitted_at, approved_at) values ($1, $2, 'Stream', $3, 'margin', $4,"
            " date_trunc('year', $5::timestamp)::date, $5::date + 200, 1000000, 'EUR', 'approved',"
            " now(), now())",
            [made.org, goal, owner, scope, made.today],
        )
    return f"goal_{goal}"


async def _signed_in(made: Company, settings: Settings, persons: list[UUID]) -> list[str]:
    now = datetime.now(UTC)
    proofs = proofs_of(settings, settings.issuer, now)
    tokens = []
    try:
        for person in persons:
            session = new_id()
            async with on_behalf_of(made.org) as transaction:
                await transaction.execute_query(
                    "insert into session (org_id, id, person_id, via, generation, current_hash,"
                    " started_at, rotated_at, expires_at)"
                    " values ($1, $2, $3, 'mobile', 1, $4, $5, $5, $5::timestamptz + '1 day')",
                    [made.org, session, person, secrets.token_bytes(32), now],
                )
            token = AccessToken(org=made.org, person=person, session=session)
            tokens.append(proofs.tokens.issue(token, now))
    finally:
        proofs.close()
    return tokens


def _environment(dsn: str, settings: Settings) -> dict[str, str]:
    return {
        "ATTAIN_HOME": str(settings.home),
        "ATTAIN_PUBLIC_URL": settings.issuer,
        "DATABASE_URL": dsn,
        "ATTAIN_WORKER": "false",
        "ATTAIN_ENVIRONMENT": "development",
        "ATTAIN_LOG_LEVEL": "warning",
        **{f"ATTAIN_{name.upper()}_POINTS": PLENTY for name in BUDGETS},
        **{f"ATTAIN_{name.upper()}_POINTS_PER_SECOND": PLENTY for name in BUDGETS},
    }
