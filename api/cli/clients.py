"""`attain clients`: the partner apps of a company."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.cli.asking import Organisation, say
from api.cli.company import acting
from api.refusal import CommandRefused
from auth.actor import Actor, Scope

if TYPE_CHECKING:
    from api.settings import Settings
    from domain.callers.clients import ClientCredentials

ClientName = Annotated[str, typer.Argument(help="The partner app's client id or name.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Partner apps: what they may read, and their secrets.", no_args_is_help=True
    )
    group.command("list")(list_)
    group.command("register")(register)
    group.command("rotate")(rotate)
    group.command("revoke")(revoke)
    app.add_typer(group, name="clients")


def list_(organisation: Organisation) -> None:
    """List the partner apps: client id, name, scopes, territories, requests, until when."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_list(read_settings(), organisation))


async def _list(settings: "Settings", slug: str) -> None:
    from domain.callers.client_tokens import ClientId
    from domain.callers.listing import clients_of

    async with acting(settings, slug) as actor:
        for app in await clients_of(actor):
            until = "revoked" if app.revoked_at else f"until {app.expires_at:%Y-%m-%d}"
            facts = [
                str(ClientId(actor.org, app.id)),
                app.name,
                " ".join(app.scopes),
                ", ".join(app.territories) or "no territory",
                f"{app.requests} requests",
                until,
            ]
            say("\t".join(facts))


def register(
    name: Annotated[str, typer.Argument(help="What people call the partner app.")],
    organisation: Organisation,
    scope: Annotated[list[Scope], typer.Option(help="May be given several times.")],
    territory: Annotated[
        list[str] | None,
        typer.Option(help="Name or external id, with all within it; several times."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=1100, help="How long it is admitted.")] = 365,
) -> None:
    """Admit a partner app, and show its client id and secret, once."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(
        _register(read_settings(), organisation, name, set(scope), territory or [], days)
    )


async def _register(
    settings: "Settings",
    slug: str,
    name: str,
    scopes: set[Scope],
    territories: list[str],
    days: int,
) -> None:
    from domain.callers.clients import register_client

    now = datetime.now(UTC)
    async with acting(settings, slug) as actor:
        credentials = await register_client(
            actor,
            name=name,
            scopes=scopes,
            territories={await _territory(actor, called) for called in territories},
            now=now,
            expires_at=now + timedelta(days=days),
        )
    _show(credentials)


def rotate(
    client: ClientName,
    organisation: Organisation,
    overlap_days: Annotated[
        int, typer.Option(min=0, max=30, help="How long the secrets before it go on.")
    ] = 7,
) -> None:
    """Give a partner app a new secret, and show it, once."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_rotate(read_settings(), organisation, client, overlap_days))


async def _rotate(settings: "Settings", slug: str, client: str, overlap_days: int) -> None:
    from domain.callers.clients import rotate_client_secret

    async with acting(settings, slug) as actor:
        credentials = await rotate_client_secret(
            actor,
            client=await _client(actor, client),
            overlap=timedelta(days=overlap_days),
            now=datetime.now(UTC),
        )
    _show(credentials)


def revoke(
    client: ClientName,
    organisation: Organisation,
    reason: Annotated[str, typer.Option(help="Why; it stands in the history.")],
) -> None:
    """End a partner app: its next request is refused, for good."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_revoke(read_settings(), organisation, client, reason))


async def _revoke(settings: "Settings", slug: str, client: str, reason: str) -> None:
    from domain.callers.clients import revoke_client

    async with acting(settings, slug) as actor:
        client_id = await _client(actor, client)
        await revoke_client(actor, client=client_id, reason=reason, now=datetime.now(UTC))
    say(f"{client} is revoked.")


async def _client(actor: Actor, text: str) -> UUID:
    """The partner app with this client id or name; of several with a name, the one in force."""
    from domain.callers.client_tokens import ClientId
    from domain.callers.listing import clients_of

    apps = sorted(await clients_of(actor), key=lambda app: app.revoked_at is not None)
    for app in apps:
        if text in (str(ClientId(actor.org, app.id)), app.name):
            return app.id
    raise CommandRefused(f"This organisation has no partner app {text!r}.")


async def _territory(actor: Actor, called: str) -> UUID:
    from domain.callers.listing import territory_called

    territory = await territory_called(actor, called)
    if territory is None:
        raise CommandRefused(
            f"No single territory is called {called!r}; give its external id if several are."
        )
    return territory


def _show(credentials: "ClientCredentials") -> None:
    say(f"Client id:     {credentials.client_id}")
    say(f"Client secret: {credentials.secret}")
    say("The secret is not stored and cannot be shown again.")
