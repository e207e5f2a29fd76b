"""The caller of one request, as far as the rest of Attain needs to know."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum, unique
from typing import Any, Self
from uuid import UUID

from auth.once import Once


@unique
class Role(StrEnum):
    """What a person is in their organisation. What each may see and do: `auth.permissions`."""

    REP = "rep"
    MANAGER = "manager"
    COMP_ADMIN = "comp_admin"
    FINANCE = "finance"
    HR = "hr"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    ADMIN = "admin"


@unique
class Scope(StrEnum):
    """What a partner app was granted, in the territories it was granted."""

    PERFORMANCE_READ = "performance:read"
    TERRITORIES_READ = "territories:read"
    SALES_READ = "sales:read"
    SALES_WRITE = "sales:write"


@unique
class Assurance(StrEnum):
    """How the caller proved who they are."""

    PASSWORD = "password"  # noqa: S105 (the word, not a password)
    CLIENT_SECRET = "client_secret"  # noqa: S105 (the words, not a secret)
    SYSTEM = "system"  # a command on the server itself; nobody reaches this over the network


@dataclass(frozen=True, slots=True)
class Actor:
    """One caller, built once per request from the database, never from a token's claims alone.

    A person has roles and a session; a partner app (`client`) has scopes and granted territories;
    a command on the server (`Actor.system`) has neither. `today` is the organisation's business
    date. `via` names the app that calls, such as "mobile", "web", "partner" or "cli". `delegators` are
    the people in whose place the caller approves today, `shares` the goals in which they have a part.

    Raises ValueError when the parts do not fit together.
    """

    org: UUID
    person: UUID | None
    client: UUID | None
    roles: frozenset[Role]
    scopes: frozenset[Scope]
    territories: frozenset[UUID]
    session: UUID | None
    assurance: Assurance
    today: date
    via: str
    once: Once | None = None
    delegators: frozenset[UUID] = frozenset()
    shares: frozenset[UUID] = frozenset()

    def __post_init__(self) -> None:
        if self.is_system:
            fits = not (self.person or self.client or self.session)
        else:
            fits = (self.person is None) != (self.client is None)
        if not fits:
            raise ValueError("An actor is either a person, a partner app or the system itself.")
        if self.roles and self.person is None:
            raise ValueError("Only a person has roles.")
        if (self.delegators or self.shares) and self.person is None:
            raise ValueError("Only a person decides in somebody's place, or has a part in a goal.")
        if (self.scopes or self.territories) and self.client is None:
            raise ValueError("Only a partner app has scopes and granted territories.")

    @classmethod
    def system(cls, org: UUID, today: date, via: str) -> Self:
        """The installation acting for an organisation: commands and the worker."""
        nothing: frozenset[Any] = frozenset()
        return cls(org, None, None, nothing, nothing, nothing, None, Assurance.SYSTEM, today, via)

    @property
    def is_system(self) -> bool:
        return self.assurance is Assurance.SYSTEM

    @property
    def subject(self) -> str:
        """The caller's name in tokens and in the history: `person_<uuid>`, `client_<uuid>`."""
        if self.person is not None:
            return f"person_{self.person}"
        return f"client_{self.client}" if self.client is not None else "system"

    def with_once(self, once: Once) -> Self:
        """The same caller, about to perform one mutation under an idempotency key."""
        return replace(self, once=once)
