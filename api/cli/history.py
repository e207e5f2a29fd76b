"""`attain history`: what happened in an organisation, and whether the record of it is whole."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from api.cli.progress import console
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from api.settings import Settings

Slug = Annotated[
    str, typer.Option("--organisation", help="Short name, as `attain organisations list` shows.")
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Read an organisation's history and verify it.", no_args_is_help=True)
    group.command("verify")(verify)
    group.command("show")(show)
    app.add_typer(group, name="history")


def verify(organisation: Slug = "") -> None:
    """Check that no event was changed, added or taken out; exit code 1 where one was.

    All organisations, or the one that is named.
    """
    from api.cli import interruption
    from api.settings import read_settings

    broken: list[str] = []
    interruption.run(_verify(read_settings(), organisation, broken))
    if broken:
        raise typer.Exit(1)


async def _verify(settings: "Settings", slug: str, broken: list[str]) -> None:
    from api.cli.company import opened
    from domain import history
    from domain.people.organisations import all_organisations

    async with opened(settings, role="attain_worker"):
        found = [each for each in await all_organisations() if slug in ("", each.slug)]
        if slug and not found:
            raise CommandRefused(f"There is no organisation {slug!r}.")
        for each in found:
            result = await history.verify(each.org_id)
            if isinstance(result, history.Broken):
                broken.append(each.slug)
                console.print(f"BROKEN  {each.slug}: {result.problem}", **AS_IT_IS)
            else:
                text = f"{each.slug}: whole up to event {result.last_number}"
                console.print(f"ok      {text}", **AS_IT_IS)


def show(
    organisation: Slug,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many events.")] = 20,
    subject: Annotated[
        str, typer.Option(help="Only of this kind, such as goal, or of one: goal_<uuid>.")
    ] = "",
) -> None:
    """Print the latest events, the newest last. They hold names and figures: mind who reads along."""
    from api.cli import interruption
    from api.settings import read_settings

    kind, subject_id = _subject(subject)
    interruption.run(_show(read_settings(), organisation, last, kind, subject_id))


async def _show(
    settings: "Settings", slug: str, last: int, kind: str | None, subject_id: UUID | None
) -> None:
    from api.cli.company import acting
    from domain.history import latest_events

    async with acting(settings, slug) as actor:
        events = await latest_events(actor.org, last, subject_kind=kind, subject_id=subject_id)
    for event in events:
        console.print(_line(event), **AS_IT_IS)


def _subject(text: str) -> tuple[str | None, UUID | None]:
    kind, _, id_ = text.rpartition("_")
    try:
        return kind or None, UUID(id_)
    except ValueError:
        return text or None, None


def _line(event: dict[str, Any]) -> str:
    who = event["person_name"] or event["client_id"] or "system"
    subject = f"{event['subject_kind']}_{event['subject_id'] or ''}".rstrip("_")
    parts = [
        str(event["number"]),
        f"{event['recorded_at']:%Y-%m-%d %H:%M:%S}Z",
        event["act"],
        subject,
        f"{who} ({event['via']})",
        *(f"{name}: {event[name]}" for name in ("before", "after", "reason") if event[name]),
    ]
    return "  ".join(parts)


# Rows are for other programs too: nothing is wrapped, and [brackets] mean nothing.
AS_IT_IS: dict[str, Any] = {"markup": False, "soft_wrap": True}
