"""Sessions: going on with one, and ending it.

A session is a family of refresh tokens (`auth.refresh`); its row is locked from reading the chain
to storing what becomes of it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient

from auth.actor import Actor
from auth.permissions import Act, Relation, may_upon, org_wide
from auth.refresh import Chain, InvalidRefreshToken, Outcome, RefreshToken, exchange
from domain.acts import act
from domain.callers.errors import RefreshRefused
from domain.callers.proofs import Proofs
from domain.callers.signing_in import Tokens, ends, tokens
from domain.callers.standing import is_here, signed_in
from domain.database import current_transaction, on_behalf_of
from domain.errors import NotFound
from domain.history import number_events, record
from domain.people.organisations import today_in

_LOCKED = """
select person_id, via, generation, current_hash, previous_hash, started_at, rotated_at, revoked_at
from session where org_id = $1 and id = $2 for no key update
"""
# Asked for after the lock is held, so that a deactivation that came first is seen.
_PERSON = """
select person.left_on, person.disabled_at, organisation.business_date, organisation.time_zone
from person join organisation on organisation.org_id = $1
where person.org_id = $1 and person.id = $2
"""
_ROTATE = """
update session set generation = $3, current_hash = $4, previous_hash = $5, rotated_at = $6,
                   expires_at = $7
where org_id = $1 and id = $2
"""
_CLOSE = """
update session set revoked_at = $3, revoked_by = $4, revoked_because = $5
where org_id = $1 and id = any($2) and revoked_at is null
returning id
"""
_ALIVE_OF = "select id from session where org_id = $1 and person_id = $2 and revoked_at is null order by id for no key update"


@unique
class Because(StrEnum):
    """Why a session ended before its time."""

    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105 (a reason, not a password)
    PASSWORD_SET = "password_set"  # noqa: S105 (a reason, not a password)
    PERSON_GONE = "person_gone"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class _Held:
    """A session whose row is locked, and its person as an actor."""

    chain: Chain
    actor: Actor
    person: UUID
    is_here: bool


async def refresh_session(proofs: Proofs, text: str, now: datetime) -> Tokens:
    """New tokens for a refresh token in turn; two phones that race get the same.

    A token that was used before ends its session, and a person who has left or is deactivated has
    none. Raises RefreshRefused.
    """
    presented = _parsed(proofs, text, now)
    async with on_behalf_of(presented.org) as transaction:
        held = await _held(transaction, presented, now)
        done = exchange(proofs.keyring.refresh_key(now), held.chain, presented, now)
        closed = False
        if held.chain.revoked is None and not held.is_here:
            closed = await _close(held.actor, [presented.family], Because.PERSON_GONE, now)
        elif done.outcome is Outcome.REVOKE_FAMILY:
            closed = await _close(held.actor, [presented.family], Because.REFRESH_TOKEN_REUSED, now)
        elif done.outcome is Outcome.ROTATE:
            await _store(transaction, presented, done.chain)
    if closed:
        await number_events(presented.org)
    if not held.is_here or done.token is None:
        raise RefreshRefused
    return tokens(proofs, held.person, done.token, done.chain, now)


async def sign_out(proofs: Proofs, text: str, *, everywhere: bool, now: datetime) -> None:
    """End the session of a refresh token; with `everywhere` all sessions of its person.

    A token that is not ours, or of a session that is over, ends nothing and is no error: the caller
    is signed out. One that was used before ends its session, and no other.
    """
    try:
        presented = _parsed(proofs, text, now)
        async with on_behalf_of(presented.org) as transaction:
            held = await _held(transaction, presented, now)
    except RefreshRefused:
        return
    in_turn = presented.hash in (held.chain.current, held.chain.previous)
    if held.chain.revoked is None:
        because = Because.SIGNED_OUT if in_turn else Because.REFRESH_TOKEN_REUSED
        await sign_out_actor(
            held.actor, everywhere=everywhere and in_turn, now=now, because=because
        )


async def sign_out_actor(
    actor: Actor, *, everywhere: bool, now: datetime, because: Because = Because.SIGNED_OUT
) -> None:
    """End the session in which the person calls; with `everywhere` all of theirs."""
    if actor.person is None or actor.session is None:
        return
    if everywhere:
        because = Because.SIGNED_OUT_EVERYWHERE
        await revoke_sessions(actor, person_id=actor.person, now=now, because=because)
    else:
        await end_session(actor, session_id=actor.session, now=now, because=because)


@act
async def end_session(
    actor: Actor, *, session_id: UUID, now: datetime, because: Because = Because.REVOKED
) -> UUID:
    """End one session: one's own, or as admin anybody's. Ending it again changes nothing."""
    rows = await current_transaction().execute_query_dict(_LOCKED, [actor.org, session_id])
    if not rows or not _may_revoke(actor, rows[0]["person_id"]):
        raise NotFound("session")
    await _close(actor, [session_id], because, now)
    return session_id


@act
async def revoke_sessions(
    actor: Actor, *, person_id: UUID, now: datetime, because: Because = Because.REVOKED
) -> UUID:
    """End every session of a person: one's own, or as admin anybody's."""
    if not _may_revoke(actor, person_id):
        raise NotFound("person", path=("personId",))
    await close_sessions_of(actor, person_id, because, now)
    return person_id


async def close_sessions_of(actor: Actor, person: UUID, because: Because, now: datetime) -> None:
    """Within an act that leaves a person without sessions; the act has asked for permission."""
    alive = await current_transaction().execute_query_dict(_ALIVE_OF, [actor.org, person])
    await _close(actor, [row["id"] for row in alive], because, now)


async def _close(actor: Actor, sessions: list[UUID], because: Because, now: datetime) -> bool:
    """Close those that are open, recording each; whether there were any."""
    closed = await current_transaction().execute_query_dict(
        f"with closed as ({_CLOSE}) select id from closed order by id",
        [actor.org, sessions, now, actor.person, because],
    )
    for row in closed:
        await record(actor, "session.closed", "session", row["id"], reason=because)
    return bool(closed)


async def _store(transaction: BaseDBAsyncClient, token: RefreshToken, chain: Chain) -> None:
    await transaction.execute_query(
        _ROTATE,
        [
            token.org,
            token.family,
            chain.generation,
            chain.current,
            chain.previous,
            chain.rotated,
            ends(chain),
        ],
    )


def _parsed(proofs: Proofs, text: str, now: datetime) -> RefreshToken:
    try:
        return RefreshToken.parse(text, proofs.keyring.refresh_key(now))
    except InvalidRefreshToken:
        raise RefreshRefused from None


async def _held(transaction: BaseDBAsyncClient, token: RefreshToken, now: datetime) -> _Held:
    """The session of a token, locked. Raises RefreshRefused when there is none."""
    rows = await transaction.execute_query_dict(_LOCKED, [token.org, token.family])
    if not rows:
        raise RefreshRefused
    row = rows[0]
    [person] = await transaction.execute_query_dict(_PERSON, [token.org, row["person_id"]])
    today = today_in(person["business_date"], person["time_zone"], now)
    return _Held(
        chain=_chain(row),
        actor=signed_in(token.org, row["person_id"], token.family, today, row["via"]),
        person=row["person_id"],
        is_here=is_here(person, today),
    )


def _chain(row: dict[str, Any]) -> Chain:
    return Chain(
        generation=row["generation"],
        current=bytes(row["current_hash"]),
        previous=None if row["previous_hash"] is None else bytes(row["previous_hash"]),
        started=row["started_at"],
        rotated=row["rotated_at"],
        revoked=row["revoked_at"],
    )


def _may_revoke(actor: Actor, person: UUID) -> bool:
    own = person == actor.person and may_upon(actor, Act.SESSIONS_REVOKE, Relation.SELF)
    return own or org_wide(actor, Act.SESSIONS_REVOKE)
