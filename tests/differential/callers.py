"""Who asks: everybody of the cast, people with fewer roles or on another day, and partner apps."""

from uuid import UUID

from tests.differential.cast import ROLES
from tests.differential.company import EARLIER, LATER, Company, roles_of
from tests.differential.oracle.standing import Caller

SCOPES = ("performance:read", "sales:read", "territories:read")
NOBODY_KNOWN = UUID("01900000-0000-7000-8000-000000000000")


def callers(company: Company, elsewhere: Company) -> list[Caller]:
    """The simplest first, since a counterexample shrinks towards it."""
    people = sorted(ROLES, key=lambda name: (name != "Audrey", name != "Rui", len(ROLES[name])))
    return [
        *(_person(company, name) for name in people),
        _person(company, "Mona", without="manager"),
        _person(company, "Vera", without="manager"),
        _person(company, "Vera", without="executive"),
        _person(company, "Audrey", also="hr"),
        *(_person(company, name, on=EARLIER) for name in ("Eve", "Mona", "Gus", "Bea", "Xan")),
        *(_person(company, name, on=LATER) for name in ("Paul", "Olga", "Una")),
        _partner(company, SCOPES, "World"),
        _partner(company, SCOPES, "West", "Port"),
        _partner(company, SCOPES, "West", "Coast", "Moon"),
        _partner(company, SCOPES),
        *(_partner(company, (scope,), "West", "Crater") for scope in SCOPES),
        _partner(company, SCOPES, "Hills", also={elsewhere.territory("World"), NOBODY_KNOWN}),
        _partner(company, (), "World"),
    ]


def _person(
    company: Company,
    name: str,
    *,
    without: str | None = None,
    also: str | None = None,
    on: object = None,
) -> Caller:
    today = EARLIER if on == EARLIER else LATER if on == LATER else company.today
    return Caller(
        label=f"{name} without {without} and with {also} on {today}",
        org=company.org,
        person=company.person(name),
        roles=(roles_of(name) - {without or ""}) | ({also} if also else set()),
        scopes=frozenset(),
        territories=frozenset(),
        today=today,
        delegators=company.delegators(name, today),
        shares=company.shares.get(company.person(name), frozenset()),
    )


def _partner(
    company: Company, scopes: tuple[str, ...], *places: str, also: set[UUID] | None = None
) -> Caller:
    return Caller(
        label=f"partner with {', '.join(scopes)} in {', '.join(places)} and {len(also or ())} more",
        org=company.org,
        person=None,
        roles=frozenset(),
        scopes=frozenset(scopes),
        territories=frozenset(company.territory(place) for place in places) | (also or set()),
        today=company.today,
    )
