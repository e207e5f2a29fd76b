"""Who is asking."""

import datetime

import strawberry

from auth.actor import Role, Scope
from schema.context import Info
from schema.people import Organisation, Person
from schema.plain import described_enum, plain
from schema.reading.fields import one

described_enum(
    Scope,
    "What a partner app was granted, in the territories it was granted.",
    {
        "PERFORMANCE_READ": "Territories' targets, actuals and attainment.",
        "TERRITORIES_READ": "Territories.",
        "SALES_READ": "Sales.",
    },
)


@plain
class Me:
    """The caller: a person or a partner app, in one organisation."""

    person: Person | None = one(
        "The person who is signed in; null for a partner app.", lambda root, actor: actor.person
    )
    organisation: Organisation = one("The caller's organisation.", lambda root, actor: actor.org)
    roles: list[Role] = strawberry.field(description="The person's roles; none for a partner app.")
    scopes: list[Scope] = strawberry.field(
        description="What the partner app was granted; nothing for a person."
    )
    today: datetime.date = strawberry.field(
        description="The day that counts as today in the organisation."
    )


def me(info: Info) -> Me:
    actor = info.context.actor
    return Me(roles=sorted(actor.roles), scopes=sorted(actor.scopes), today=actor.today)
