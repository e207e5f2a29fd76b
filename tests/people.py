"""A small cast. Each is here for a reason.

Ada  directs the company: above Mona and Eve, an executive and a manager
Mona manages Rui and Sam
Rui  sells under Mona: the rep of most stories
Sam  sells under Mona: the colleague who must not see Rui's figures
Eve  manages elsewhere: a manager, but not above Rui
Olga sells under Eve
Cora administers compensation, Fay is finance, Hal is HR, Audrey audits, Adam administers
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from auth.actor import Actor, Assurance, Role, Scope
from domain.database import on_behalf_of
from domain.goals.actions import draft_goal, submit_goal
from domain.goals.models import Goal
from domain.ids import new_id
from domain.measures.models import REVENUE
from domain.people.reporting import rebuild_reach

TODAY = date(2020, 5, 29)
MORNING = datetime(2020, 5, 29, 9, tzinfo=UTC)
SINCE = date(2017, 7, 1)

ROLES: Mapping[str, frozenset[Role]] = {
    "Ada": frozenset({Role.EXECUTIVE, Role.MANAGER}),
    "Mona": frozenset({Role.MANAGER, Role.REP}),
    "Rui": frozenset({Role.REP}),
    "Sam": frozenset({Role.REP}),
    "Eve": frozenset({Role.MANAGER}),
    "Olga": frozenset({Role.REP}),
    "Cora": frozenset({Role.COMP_ADMIN}),
    "Fay": frozenset({Role.FINANCE}),
    "Hal": frozenset({Role.HR}),
    "Audrey": frozenset({Role.AUDITOR}),
    "Adam": frozenset({Role.ADMIN}),
}
ABOVE = {"Mona": "Ada", "Eve": "Ada", "Rui": "Mona", "Sam": "Mona", "Olga": "Eve"}


@dataclass(frozen=True, slots=True)
class Company:
    """An organisation of its own for one test, so that tests never meet."""

    org: UUID
    slug: str
    ids: Mapping[str, UUID]
    positions: Mapping[str, UUID]
    today: date = TODAY
    extra: dict[str, UUID] = field(default_factory=dict)

    def actor(self, name: str, *, without: frozenset[Role] = frozenset()) -> Actor:
        """The person as a caller, with the roles they hold (less those in `without`)."""
        return Actor(
            org=self.org,
            person=self.ids[name],
            client=None,
            roles=ROLES[name] - without,
            scopes=frozenset(),
            territories=frozenset(),
            session=new_id(),
            assurance=Assurance.PASSWORD,
            today=self.today,
            via="mobile",
        )

    def partner(self, *scopes: Scope, territories: frozenset[UUID] = frozenset()) -> Actor:
        """A partner app with these scopes."""
        somebody = self.actor("Rui")
        return replace(
            somebody,
            person=None,
            client=new_id(),
            roles=frozenset(),
            scopes=frozenset(scopes),
            territories=territories,
            session=None,
            assurance=Assurance.CLIENT_SECRET,
            via="partner",
        )

    @property
    def system(self) -> Actor:
        return Actor.system(self.org, self.today, "cli")


async def found_company(name: str = "Northwind") -> Company:
    """A new organisation with the whole cast, their positions, lines and roles."""
    org = new_id()
    company = Company(
        org=org,
        slug=f"test-{org.hex}",
        ids={person: new_id() for person in ROLES},
        positions={person: new_id() for person in ROLES},
    )
    async with on_behalf_of(org) as transaction:
        await transaction.execute_query(
            "insert into organisation (org_id, slug, name, currency, time_zone, business_date)"
            " values ($1, $2, $3, 'USD', 'America/Los_Angeles', $4)",
            [org, company.slug, name, TODAY],
        )
        names = list(ROLES)
        people = [company.ids[person] for person in names]
        positions = [company.positions[person] for person in names]
        await transaction.execute_query(
            "insert into person (org_id, id, name, email, external_id, title)"
            " select $1, id, name, lower(name) || '@example.test', lower(name), 'Cast'"
            " from unnest($2::uuid[], $3::text[]) as cast_member(id, name)",
            [org, people, names],
        )
        await transaction.execute_query(
            "insert into position (org_id, id, title)"
            " select $1, id, 'Position of ' || name from unnest($2::uuid[], $3::text[]) as p(id, name)",
            [org, positions, names],
        )
        await transaction.execute_query(
            "insert into holding (org_id, id, position_id, person_id, during)"
            " select $1, id, position_id, person_id, daterange($5::date, null)"
            " from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as h(id, position_id, person_id)",
            [org, [new_id() for _ in names], positions, people, SINCE],
        )
        await transaction.execute_query(
            "insert into reporting_line (org_id, id, position_id, manager_position_id, during)"
            " select $1, id, position_id, manager_id, daterange($5::date, null)"
            " from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as l(id, position_id, manager_id)",
            [
                org,
                [new_id() for _ in ABOVE],
                [company.positions[below] for below in ABOVE],
                [company.positions[above] for above in ABOVE.values()],
                SINCE,
            ],
        )
        granted = [(company.ids[person], role.value) for person in names for role in ROLES[person]]
        await transaction.execute_query(
            "insert into role_grant (org_id, id, person_id, role)"
            " select $1, id, person_id, role from unnest($2::uuid[], $3::uuid[], $4::text[])"
            " as g(id, person_id, role)",
            [
                org,
                [new_id() for _ in granted],
                [person for person, _ in granted],
                [role for _, role in granted],
            ],
        )
        await rebuild_reach(transaction, org)
    return company


async def drafted_goal(company: Company, owner: str = "Rui", *, target: str = "1000.00") -> UUID:
    """A goal of May 2020, drafted by its owner."""
    return await draft_goal(
        company.actor(owner),
        owner_id=company.ids[owner],
        name="Revenue, May 2020",
        measure=REVENUE,
        starts_on=date(2020, 5, 1),
        ends_on=date(2020, 5, 31),
        target=Decimal(target),
        no_parent_reason="It stands alone.",
    )


async def submitted_goal(company: Company, owner: str = "Rui") -> UUID:
    """A goal of May 2020 at version 2, waiting for approval."""
    goal_id = await drafted_goal(company, owner)
    return await submit_goal(company.actor(owner), goal_id=goal_id, expected_version=1)


async def goal_row(company: Company, goal_id: UUID) -> Goal:
    """The goal as it is stored."""
    async with on_behalf_of(company.org):
        return await Goal.get(org_id=company.org, id=goal_id)


async def count(company: Company, table: str, condition: str = "true") -> int:
    """How many rows of the company's a table holds."""
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            f"select count(*) as rows from {table} where org_id = $1 and {condition}", [company.org]
        )
    return int(rows[0]["rows"])
