"""Signing in with a password."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from auth import refresh
from auth.actor import Actor
from auth.keyring import LIFETIME
from auth.refresh import Chain
from auth.tokens import AccessToken
from domain.acts import act
from domain.callers.attempts import NOBODYS, begin_attempt, succeeded, take_back
from domain.callers.errors import SignInRefused, TooManyAtOnce
from domain.callers.proofs import Proofs
from domain.callers.standing import is_here, signed_in
from domain.database import current_transaction, on_behalf_of
from domain.history import record
from domain.ids import new_id
from domain.people.organisations import organisation_named

VIAS = ("mobile", "web", "other")  # what somebody who signs in may say they use

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_ACCOUNT = """
select person.id, person.left_on, person.disabled_at, credential.password_hash
from person
join credential on credential.org_id = $1 and credential.person_id = person.id
where person.org_id = $1 and lower(person.email) = lower($2)
"""
# Locked, so that a deactivation or a new password either comes first and is seen, or comes after
# and finds the session to close.
_STILL_SO = """
select person.left_on, person.disabled_at
from person
join credential on credential.org_id = $1 and credential.person_id = person.id
where person.org_id = $1 and person.id = $2 and credential.password_hash = $3
for share of person for no key update of credential
"""
_OPEN = """
insert into session (org_id, id, person_id, via, generation, current_hash, started_at, rotated_at,
                     expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_REHASH = "update credential set password_hash = $3 where org_id = $1 and person_id = $2"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a signed-in client holds: `access` for `expires_in`, then `refresh` for new ones."""

    access: str = field(repr=False)
    expires_in: timedelta
    refresh: str = field(repr=False)
    refresh_expires_in: timedelta


@dataclass(frozen=True, slots=True)
class _Account:
    org: UUID
    person: UUID
    password_hash: str = field(repr=False)
    today: date


async def sign_in(
    proofs: Proofs, *, slug: str, email: str, password: str, via: str, address: str, now: datetime
) -> Tokens:
    """Open a session for whoever knows the password of the organisation's person.

    `via` is one of `VIAS`, `address` the caller's IP address. Raises SignInRefused, the same after
    the same work whatever was wrong; Throttled without checking anything; TooManyAtOnce.
    """
    key = proofs.keyring.refresh_key(now)
    attempt = await begin_attempt(key, slug=slug, email=email, address=address, now=now)

    account = await _account(slug, email, now)
    stored = None if account is None else account.password_hash
    try:
        matches = await proofs.passwords.matches(stored, password)
        if account is None or not matches:
            raise SignInRefused
        rehash = await proofs.passwords.rehash(account.password_hash, password)
    except TooManyAtOnce:
        await take_back(attempt)
        raise
    family = new_id()
    token, chain = refresh.start(key, account.org, family, now)
    await open_session(
        signed_in(account.org, account.person, family, account.today, via),
        chain=chain,
        verified=account.password_hash,
        rehash=rehash,
        failures_before=attempt.failures_before,
    )
    await succeeded(attempt)
    return tokens(proofs, account.person, token, chain, now)


async def _account(slug: str, email: str, now: datetime) -> _Account | None:
    """The person with a password who has this address and works here; the same look-ups are made
    when there is no such organisation."""
    # What cannot be one is looked up as one that cannot exist.
    organisation = await organisation_named(slug if _SLUG.fullmatch(slug) else "-", now)
    org = NOBODYS if organisation is None else organisation.org_id
    address = email.strip().encode("utf-8", "replace").decode().replace("\0", "?")
    async with on_behalf_of(org) as transaction:
        rows = await transaction.execute_query_dict(_ACCOUNT, [org, address])
    if organisation is None or not rows or not is_here(rows[0], organisation.today):
        return None
    return _Account(org, rows[0]["id"], rows[0]["password_hash"], organisation.today)


@act
async def open_session(
    actor: Actor, *, chain: Chain, verified: str, rehash: str | None, failures_before: int
) -> UUID:
    """Store the session of an actor whose password was `verified` against that stored hash."""
    assert actor.person is not None
    assert actor.session is not None
    transaction = current_transaction()
    still = await transaction.execute_query_dict(_STILL_SO, [actor.org, actor.person, verified])
    if not still or not is_here(still[0], actor.today):
        raise SignInRefused

    await transaction.execute_query(
        _OPEN,
        [
            actor.org,
            actor.session,
            actor.person,
            actor.via,
            chain.generation,
            chain.current,
            chain.started,
            chain.rotated,
            ends(chain),
        ],
    )
    if rehash is not None:
        await transaction.execute_query(_REHASH, [actor.org, actor.person, rehash])

    after = {"via": actor.via, "failures_before": failures_before}
    await record(actor, "session.opened", "session", actor.session, after=after)
    return actor.session


def ends(chain: Chain) -> datetime:
    """When a session ends if it is not used again."""
    return min(chain.started + refresh.LONGEST, chain.rotated + refresh.IDLE)


def tokens(
    proofs: Proofs, person: UUID, token: refresh.RefreshToken, chain: Chain, now: datetime
) -> Tokens:
    """What to hand out for a session."""
    access = AccessToken(token.org, person=person, session=token.family)
    return Tokens(
        access=proofs.tokens.issue(access, now),
        expires_in=LIFETIME,
        refresh=token.text,
        refresh_expires_in=ends(chain) - now,
    )
