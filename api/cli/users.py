"""`attain users`: a company's people, as those who sign in."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import Generate, Organisation, asked_password, say
from api.cli.company import acting
from api.refusal import CommandRefused
from auth.actor import Actor, Role

if TYPE_CHECKING:
    from api.settings import Settings
    from domain.callers.listing import Member

Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="People who sign in: passwords, roles, sessions.", no_args_is_help=True
    )
    group.command("list")(list_)
    group.command("add")(add)
    group.command("password")(password)
    group.command("role")(role)
    group.command("deactivate")(deactivate)
    group.command("sessions")(sessions)
    app.add_typer(group, name="users")


def list_(organisation: Organisation) -> None:
    """List the people: e-mail, name, roles, whether they can sign in."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_list(read_settings(), organisation))


async def _list(settings: "Settings", slug: str) -> None:
    from domain.callers.listing import people_of

    async with acting(settings, slug) as actor:
        for person in await people_of(actor):
            roles = ", ".join(person.roles) or "no role"
            standing = _standing(actor, person)
            say(f"{person.email or '-'}\t{person.name}\t{roles}\t{standing}")


def add(
    email: Email,
    organisation: Organisation,
    name: Annotated[str, typer.Option(help="The person's name.")],
    title: Annotated[str, typer.Option(help="What they do.")] = "",
    role: Annotated[list[Role] | None, typer.Option(help="May be given several times.")] = None,
    generate: Generate = False,
) -> None:
    """Add somebody with their roles and a password."""
    from api.cli import interruption
    from api.settings import read_settings

    settings, word = read_settings(), asked_password(generate=generate)
    interruption.run(_add(settings, organisation, email, name, title, role or [], word))
    _show(word, generate)


async def _add(
    settings: "Settings",
    slug: str,
    email: str,
    name: str,
    title: str,
    roles: list[Role],
    word: str,
) -> None:
    from domain.people.actions import add_person, grant_role

    async with acting(settings, slug) as actor:
        person = await add_person(actor, name=name, email=email, title=title)
        for role in dict.fromkeys(roles):
            await grant_role(actor, person_id=person, role=role)
        await _set_password(settings, actor, await _member(actor, email), word)
    say(f"{name} may sign in at organisation {slug!r} as {email}.")


def password(email: Email, organisation: Organisation, generate: Generate = False) -> None:
    """Set somebody's password; their sessions end."""
    from api.cli import interruption
    from api.settings import read_settings

    settings, word = read_settings(), asked_password(generate=generate)
    interruption.run(_password(settings, organisation, email, word))
    _show(word, generate)


async def _password(settings: "Settings", slug: str, email: str, word: str) -> None:
    async with acting(settings, slug) as actor:
        await _set_password(settings, actor, await _member(actor, email), word)
    say(f"{email} has a new password.")


def role(
    email: Email,
    role: Annotated[Role, typer.Argument(help="The role.")],
    organisation: Organisation,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take it instead.")] = False,
) -> None:
    """Give somebody a role, or take it; it counts at their next request."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_role(read_settings(), organisation, email, role, revoke=revoke))


async def _role(settings: "Settings", slug: str, email: str, role: Role, *, revoke: bool) -> None:
    from domain.people.actions import grant_role, revoke_role

    async with acting(settings, slug) as actor:
        person = await _member(actor, email)
        change = revoke_role if revoke else grant_role
        await change(actor, person_id=person.id, role=role)
    say(f"{email} {'is not' if revoke else 'is'} {role.value} from now on.")


def deactivate(
    email: Email,
    organisation: Organisation,
    reason: Annotated[str, typer.Option(help="Why; it stands in the history.")],
) -> None:
    """From now on somebody cannot sign in, and their sessions are over."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_deactivate(read_settings(), organisation, email, reason))


async def _deactivate(settings: "Settings", slug: str, email: str, reason: str) -> None:
    from domain.people.actions import deactivate_person

    async with acting(settings, slug) as actor:
        person = await _member(actor, email)
        await deactivate_person(actor, person_id=person.id, reason=reason)
    say(f"{email} is deactivated.")


def sessions(
    email: Email,
    organisation: Organisation,
    revoke: Annotated[bool, typer.Option("--revoke", help="End them all.")] = False,
) -> None:
    """List somebody's sessions, newest first, or end them."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_sessions(read_settings(), organisation, email, revoke=revoke))


async def _sessions(settings: "Settings", slug: str, email: str, *, revoke: bool) -> None:
    from datetime import UTC, datetime

    from domain.callers.listing import sessions_of
    from domain.callers.sessions import revoke_sessions

    now = datetime.now(UTC)
    async with acting(settings, slug) as actor:
        person = await _member(actor, email)
        if revoke:
            await revoke_sessions(actor, person_id=person.id, now=now)
        for session in await sessions_of(actor, person.id):
            state = session.revoked_because or ("open" if session.expires_at > now else "expired")
            used = f"{session.started_at:%Y-%m-%d %H:%M} to {session.rotated_at:%Y-%m-%d %H:%M}"
            say(f"{session.id}\t{session.via}\t{used}\t{state}")


async def _member(actor: Actor, email: str) -> "Member":
    from domain.callers.listing import people_of

    found = await people_of(actor, email)
    if not found:
        raise CommandRefused(f"Nobody in this organisation has the e-mail address {email!r}.")
    return found[0]


async def _set_password(settings: "Settings", actor: Actor, person: "Member", word: str) -> None:
    from datetime import UTC, datetime

    from api.proofs import cost_of
    from auth.passwords import Passwords
    from domain.callers.passwords import set_password
    from domain.callers.proofs import PasswordChecks

    checks = PasswordChecks(Passwords(cost_of(settings)), at_once=1)
    try:
        now = datetime.now(UTC)
        await set_password(actor, checks, person_id=person.id, password=word, now=now)
    finally:
        checks.close()


def _standing(actor: Actor, person: "Member") -> str:
    from domain.callers.standing import is_here

    if not is_here({"left_on": person.left_on, "disabled_at": person.disabled_at}, actor.today):
        return "gone"
    return "signs in" if person.has_password and person.email else "no password"


def _show(word: str, generated: bool) -> None:
    if generated:
        say(f"Password: {word}")
