"""What commands that work on a company's data share: the open database, and whose data it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from api.refusal import CommandRefused
from auth.actor import Actor

if TYPE_CHECKING:
    from api.settings import Settings


@asynccontextmanager
async def opened(settings: "Settings", *, role: str = "attain_app") -> AsyncIterator[str]:
    """The database server running, up to date and with its pools open; gives the DSN."""
    from api.cli.progress import progress
    from api.postgres import attached
    from domain.database import close_database, open_database, pending_migrations

    with progress() as report:
        async with attached(settings, report=report) as server:
            pending = await pending_migrations(server.dsn)
            if pending:
                raise CommandRefused(
                    f"The database lacks {len(pending)} migrations. Run `attain migrate` first."
                )
            await open_database(server.dsn, settings.pool_limits, role=role)
            try:
                yield server.dsn
            finally:
                await close_database()


async def acting_for(slug: str) -> Actor:
    """The command as an actor of the organisation with this slug. Raises CommandRefused."""
    from domain.people.organisations import organisation_named

    organisation = await organisation_named(slug)
    if organisation is None:
        raise CommandRefused(
            f"There is no organisation {slug!r}. `attain organisations list` names them;"
            " `attain organisations add` makes one."
        )
    return Actor.system(organisation.org_id, organisation.today, "cli")
