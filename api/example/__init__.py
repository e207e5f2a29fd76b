"""The example company: AdventureWorks, brought in as any company's files would be.

What the data does not hold is made up and says so: staff beside the salespeople (`cast`), a year of
setting goals (`past`, written by `year`), what people do today (`life`), whose check-ins hold the
real sales of those days, what they plan (`planning`), how they help each other (`care`, `together`),
a season of coaching (`season`, `season_meetings`, `season_tasks`, written by `coaching`), how visits
went (`visits`), what they say in the open (`talk`, `voices`), and passwords to sign in with
(`sign_ins`). What they are paid (`pay`, by `pay_terms`) takes longer, and is a step of its own. Every
step can be taken again: a start that was killed half-way goes on where it ended.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from api.example.care import clear_the_way, correct_course, learn_in_private
from api.example.cast import hire_staff, join_staff
from api.example.coaching import make_up_coaching
from api.example.life import check_in_on_goals, propose_goals
from api.example.pay import pay_everybody, say_who_is_credited
from api.example.planning import look_after_running_quarter, plan_next_quarter
from api.example.sign_ins import write_sign_ins
from api.example.talk import agree_to_meet, talk_about_it
from api.example.today import SLUG, TODAY
from api.example.together import share_a_goal
from api.example.visits import assess_visits
from api.example.voices import ask_and_tell, tell_leadership, thank_each_other
from api.example.year import make_up_year
from api.settings import Settings
from auth.actor import Actor
from domain.database import close_database, on_behalf_of, open_database
from domain.history import number_events, record
from domain.ids import new_id
from domain.imports import Outcome, run_import
from domain.people.actions import found_organisation
from domain.people.organisations import organisation_named

MAPPING = Path(__file__).parents[2] / "examples" / "adventureworks" / "mapping.toml"
COMPLETE, PAID = "example.completed", "example.paid"
EXAMPLE_LOCK = 0x4558_414D_504C_45  # "EXAMPLE"

Report = Callable[[str], None]


async def example_company(dsn: str, settings: Settings, report: Report) -> bool:
    """Bring the example company into a migrated database, and write its sign-ins; whether its people's
    pay is worked out, too."""
    async with _opened(dsn, settings, report):
        system = await _founded()
        if not await _is_done(system, COMPLETE):
            await _bring_in(system, report)
            await _done(system, COMPLETE)
        report("Preparing the sign-ins.")
        await write_sign_ins(system, settings)
        return await _is_done(system, PAID)


async def pay_the_example(dsn: str, settings: Settings, report: Report) -> None:
    """Work out the pay of a company that is brought in."""
    async with _opened(dsn, settings, report):
        system = await _founded()
        if not await _is_done(system, PAID):
            await say_who_is_credited(system)
            await pay_everybody(system)
            await _done(system, PAID)


@asynccontextmanager
async def _opened(dsn: str, settings: Settings, report: Report) -> AsyncIterator[None]:
    await open_database(dsn, settings.pool_limits)
    try:
        async with _alone(dsn, report):
            yield
    finally:
        await close_database()


@asynccontextmanager
async def _alone(dsn: str, report: Report) -> AsyncIterator[None]:
    """One start at a time: two at once would each make a password, and only one would be true."""
    connection = await asyncpg.connect(dsn)
    try:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", EXAMPLE_LOCK):
            report("Another start is bringing in the example; waiting for it.")
            await connection.execute("select pg_advisory_lock($1)", EXAMPLE_LOCK)
        yield
    finally:
        await connection.close()


async def _founded() -> Actor:
    organisation = await organisation_named(SLUG)
    if organisation is not None:
        return Actor.system(organisation.org_id, organisation.today, "demo")
    system = Actor.system(new_id(), TODAY, "demo")
    await found_organisation(
        system,
        slug=SLUG,
        name="Adventure Works Cycles",
        currency="USD",
        time_zone="America/Los_Angeles",
        business_date=TODAY,
    )
    return system


async def _bring_in(system: Actor, report: Report) -> None:
    await hire_staff(system)
    await say_who_is_credited(system)
    report("Bringing in the example company: people, territories, customers, products, sales.")
    imported = await run_import(system.org, system, MAPPING)
    if imported.outcome is Outcome.REFUSED:
        raise RuntimeError(f"The example's own files were refused: {imported.faults[:3]}")

    report("Letting its people propose goals and check in.")
    await join_staff(system)
    await make_up_year(system)
    await propose_goals(system)
    await check_in_on_goals(system)

    report("Letting them plan the next quarter, and help each other with the one that runs.")
    await plan_next_quarter(system)
    await look_after_running_quarter(system)
    await clear_the_way(system)
    await correct_course(system)
    await learn_in_private(system)
    await share_a_goal(system)

    report("Making up a season of coaching.")
    await make_up_coaching(system)
    await agree_to_meet(system)
    await talk_about_it(system)
    await thank_each_other(system)
    await ask_and_tell(system)
    await tell_leadership(system)
    await assess_visits(system)


async def _done(system: Actor, what: str) -> None:
    async with on_behalf_of(system.org):
        await record(system, what, "organisation", system.org)
    await number_events(system.org)


async def _is_done(system: Actor, what: str) -> bool:
    async with on_behalf_of(system.org) as transaction:
        found, _ = await transaction.execute_query(
            "select 1 from event where org_id = $1 and act = $2", [system.org, what]
        )
    return found > 0
