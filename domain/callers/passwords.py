"""Setting the password of somebody who may sign in."""

from datetime import datetime
from uuid import UUID

from auth.actor import Actor
from domain.acts import act
from domain.callers.proofs import PasswordChecks
from domain.callers.sessions import Because, close_sessions_of
from domain.database import current_transaction, on_behalf_of
from domain.errors import NotPermitted
from domain.history import record
from domain.people.access import person_here

_STORED = "select password_hash from credential where org_id = $1 and person_id = $2"
_SET = """
insert into credential (org_id, person_id, password_hash, set_at) values ($1, $2, $3, $4)
on conflict (org_id, person_id) do update
set password_hash = excluded.password_hash, set_at = excluded.set_at
"""


async def set_password(
    actor: Actor, checks: PasswordChecks, *, person_id: UUID, password: str, now: datetime
) -> None:
    """Give somebody a password and end their sessions. Raises PasswordRefused, with the reason.

    Only a command on the server may: whoever could set another's password could be them.
    """
    if not actor.is_system:
        raise NotPermitted("Passwords are set by a command on the server.")
    password_hash = await checks.hash(password)
    await _store_password(actor, person_id=person_id, password_hash=password_hash, now=now)


async def ensure_sign_in(
    actor: Actor, checks: PasswordChecks, *, person_id: UUID, password: str, now: datetime
) -> None:
    """As `set_password`, but where the password is set already, nothing changes."""
    async with on_behalf_of(actor.org) as transaction:
        rows = await transaction.execute_query_dict(_STORED, [actor.org, person_id])
    if not rows or not await checks.matches(rows[0]["password_hash"], password):
        await set_password(actor, checks, person_id=person_id, password=password, now=now)


@act
async def _store_password(
    actor: Actor, *, person_id: UUID, password_hash: str, now: datetime
) -> UUID:
    person = await person_here(actor, person_id)

    await current_transaction().execute_query(_SET, [actor.org, person.id, password_hash, now])
    await close_sessions_of(actor, person.id, Because.PASSWORD_SET, now)

    await record(actor, "password.set", "person", person.id)
    return person.id
