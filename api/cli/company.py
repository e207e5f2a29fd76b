"""What commands that work on a company's data share: the open database, and whose data it is."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from api.refusal import CommandRefused
from auth.actor import Actor

if TYPE_CHECKING:
    from api.postgres import Server
    from api.settings import Settings


@asynccontextmanager
async def up_to_date(
    settings: "Settings", *, from_nothing: bool = False
) -> AsyncIterator["Server"]:
    """The database server running, with every migration applied.

    Raises CommandRefused where one is missing: when an upgrade comes is the operator's to say.
    `from_nothing` makes the tables of a database that is new, in which nothing can be lost.
    """
    from api.cli.migrate import bring_up_to_date
    from api.cli.progress import progress
    from api.postgres import attached
    from domain.database import never_migrated, pending_migrations

    async with AsyncExitStack() as stack:
        with progress() as report:
            server = await stack.enter_async_context(attached(settings, report=report))
            if from_nothing and await never_migrated(server.dsn):
                report("Making the tables of a new database.")
                await bring_up_to_date(server.dsn)
            pending = await pending_migrations(server.dsn)
        if pending:
            raise CommandRefused(
                f"The database lacks {len(pending)} migrations, the first of them {pending[0]}. "
                "Run `attain migrate` first."
            )
        yield server


@asynccontextmanager
async def opened(
    settings: "Settings", *, role: str = "attain_app", from_nothing: bool = False
) -> AsyncIterator["Server"]:
    """The same, with the pools open; acts begin as `role`."""
    from domain.database import close_database, open_database

    async with up_to_date(settings, from_nothing=from_nothing) as server:
        await open_database(server.dsn, settings.pool_limits, role=role)
        try:
            yield server
        finally:
            await close_database()


@asynccontextmanager
async def acting(settings: "Settings", slug: str) -> AsyncIterator[Actor]:
    """The command as an actor of the company; what the company refuses is said in its words."""
    from auth.passwords import PasswordRefused
    from domain.errors import Refusal

    async with opened(settings):
        try:
            yield await _acting_for(slug)
        except Refusal as refusal:
            raise CommandRefused(refusal.message) from None
        except PasswordRefused as refusal:
            raise CommandRefused(str(refusal)) from None


async def _acting_for(slug: str) -> Actor:
    from domain.people.organisations import organisation_named

    organisation = await organisation_named(slug)
    if organisation is None:
        raise CommandRefused(
            f"There is no organisation {slug!r}. `attain organisations list` names them;"
            " `attain organisations add` makes one."
        )
    return Actor.system(organisation.org_id, organisation.today, "cli")
