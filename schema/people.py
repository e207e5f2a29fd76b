"""An organisation and its people, as the schema shows them."""

import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from auth.actor import Role
from auth.permissions import FieldClass
from domain.incentives.pay_access import STANDING
from domain.people import access
from schema.comparisons import IDComparison, TextComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import compares
from schema.connections import Connection, CountedConnection
from schema.directions import Direction, direction
from schema.nodes import Node, Versioned
from schema.plain import described_enum, input_of
from schema.storage import By, column, expression, stored

if TYPE_CHECKING:
    from schema.goals import Goal
    from schema.pay import PayResult

described_enum(
    Role,
    "What a person is in their organisation.",
    {
        "REP": "Sells; sees their own goals and sales.",
        "MANAGER": "Leads people; sees and approves the goals of those below.",
        "COMP_ADMIN": "Administers goals, incentives and imports.",
        "FINANCE": "Sees everybody's figures and pay.",
        "HR": "Administers people.",
        "EXECUTIVE": "Sees everybody's figures.",
        "AUDITOR": "Sees everything and changes nothing.",
        "ADMIN": "Administers the organisation, roles and partner apps.",
    },
)


@stored(
    table="organisation",
    kind="organisation",
    key={"org_id": UUID},
    visible=access.visible_organisation,
    field_class=FieldClass.REFERENCE,
    by=By(("name",)),
)
class Organisation(Node):
    """A company that uses Attain. Nobody sees anything of another."""

    name: str = column("What it is called.")
    slug: str = column("Its short name in addresses and at sign-in.")
    currency: str = column("ISO 4217 code of the currency that its goals and totals are in.")
    time_zone: str = column(
        'IANA name of the time zone that says when its day begins, such as "Europe/Berlin".'
    )
    business_date: datetime.date | None = column(
        "The day that counts as today, where it is set; otherwise the calendar's."
    )
    retention_months: int | None = column(
        "For how many months after it was last touched what people write about one another is kept; null"
        " is for ever."
    )


HOLDER = """(select holding.person_id from holding where holding.org_id = :org::uuid
  and holding.position_id = {row}.id and holding.during @> :today::date)"""
MANAGER_POSITION = """(select line.manager_position_id from reporting_line line
  where line.org_id = :org::uuid and line.position_id = {row}.id and line.during @> :today::date)"""


@stored(
    table="position",
    kind="position",
    visible=access.visible_position,
    field_class=FieldClass.PUBLIC,
    by=By(("title",)),
)
class Position(Node, Versioned):
    """A place in the organisation, which somebody holds or which is vacant. Reporting lines run
    between positions, so they stay when people go."""

    title: str = column("What the position is called.")
    holder: "Person | None" = to_one("Who holds it today; null while it is vacant.", sql=HOLDER)
    vacant: bool = expression("Whether nobody holds it today.", f"{HOLDER} is null")
    manager_position: "Position | None" = to_one(
        "The position it reports to today; null at the top.", sql=MANAGER_POSITION
    )


NEAREST_MANAGER = """(select above.viewer_id from reach above where above.org_id = :org::uuid
  and above.person_id = {row}.id and above.depth > 0 and above.during @> :today::date
  order by above.depth, above.viewer_id limit 1)"""
REPORTS_TO = """exists (select 1 from reach below where below.org_id = :org::uuid
  and below.viewer_id = {key} and below.person_id = {row}.id and below.depth = 1
  and below.during @> :today::date)"""
HELD_POSITIONS = """exists (select 1 from holding where holding.org_id = :org::uuid
  and holding.position_id = {row}.id and holding.person_id = {key} and holding.during @> :today::date)"""
ROLES = """(select coalesce(array_agg(granted.role order by granted.role), '{{}}') from role_grant granted
  where granted.org_id = :org::uuid and granted.person_id = {row}.id and granted.revoked_at is null)"""


@stored(
    table="person",
    kind="person",
    visible=access.visible,
    field_class=FieldClass.PUBLIC,
    subject="id",
    by=By(("name",)),
)
class Person(Node, Versioned):
    """Somebody who works, or has worked, in the organisation."""

    name: str = column("Their name.")
    title: str = column("Their job title; empty where none is known.")
    email: str | None = column(
        "Their work e-mail address; null where there is none or you may not see it.",
        field_class=FieldClass.PERSONAL,
    )
    left_on: datetime.date | None = column(
        "The first day on which they no longer work here; null where they still do or you may not"
        " see it.",
        field_class=FieldClass.PERSONAL,
    )
    roles: list[Role] | None = expression(
        "Their roles; null where you may not see them.",
        ROLES,
        field_class=FieldClass.ACCESS,
    )
    manager: "Person | None" = to_one(
        "The nearest person above them today; null at the top.", sql=NEAREST_MANAGER
    )
    direct_reports: CountedConnection["Person"] = to_many(
        "The people directly below them today.", link=REPORTS_TO
    )
    positions: Connection[Position] = to_many("The positions they hold today.", link=HELD_POSITIONS)
    goals: CountedConnection[Annotated["Goal", strawberry.lazy("schema.goals")]] = to_many(
        "Their goals that you may see, the latest first.", foreign_key="owner_id"
    )
    pay: CountedConnection[Annotated["PayResult", strawberry.lazy("schema.pay")]] = to_many(
        "What they are paid, as it stands and as far as you may see it, the latest period first.",
        link=f"{{row}}.person_id = {{key}} and {STANDING}",
    )


class PersonOrderField(Enum):
    NAME = "name"
    EMAIL = "email"


described_enum(
    PersonOrderField,
    "What people are ordered by.",
    {"NAME": "By name.", "EMAIL": "By e-mail address, for those who read everybody's."},
)


@input_of
class PersonOrder:
    """In which order people come."""

    field: PersonOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = direction()


@input_of
class PersonFilter:
    """Which people; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    name: TextComparison | None = compares("By name.")
    email: TextComparison | None = compares("By e-mail address, for those who read everybody's.")
    title: TextComparison | None = compares("By job title.")
