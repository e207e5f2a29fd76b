"""Who is asking."""

import datetime
from uuid import UUID

from auth.actor import Role, Scope
from auth.permissions import FieldClass
from domain.calendars.words import Weekday
from domain.notices.models import Rhythm
from domain.people.access import visible_organisation
from schema.activities import PREFERENCES as SHOWN
from schema.activities import ActivityPreference
from schema.compiler.fields import to_one
from schema.digests import PREFERENCES, NoticePreference, preferred
from schema.people import Organisation, Person
from schema.plain import described_enum
from schema.storage import By, column, expression, listed, stored

described_enum(
    Scope,
    "What a partner app was granted, in the territories it was granted.",
    {
        "PERFORMANCE_READ": "Territories' targets, actuals and attainment.",
        "TERRITORIES_READ": "Territories.",
        "SALES_READ": "Sales.",
        "SALES_WRITE": "To post, correct and withdraw sales.",
    },
)

# The caller is a row like any other, made of what is known of them.
CALLER = """(select :org::uuid as org_id, :person::uuid as person_id, :today::date as today,
  :roles::text[] as roles, :scopes::text[] as scopes)"""


@stored(
    source=CALLER,
    key={"org_id": UUID},
    visible=visible_organisation,
    field_class=FieldClass.PUBLIC,
    by=By(()),
)
class Me:
    """The caller: a person or a partner app, in one organisation."""

    person: Person | None = to_one(
        "The person who is signed in; null for a partner app.", "person_id"
    )
    organisation: Organisation = to_one("The caller's organisation.", "org_id")
    roles: list[Role] = column("The person's roles; none for a partner app.")
    scopes: list[Scope] = column("What the partner app was granted; nothing for a person.")
    notice_preferences: list[NoticePreference] = listed(
        "How you want to be told, of each kind of thing.", PREFERENCES, order="place"
    )
    digest_rhythm: Rhythm = expression(
        "How often your digest comes.", preferred("rhythm", "'daily'")
    )
    digest_hour: int = expression(
        "From which hour of the organisation's day on it comes, 0 to 23.", preferred("hour", "0")
    )
    digest_weekday: Weekday = expression(
        "On which day it comes, if weekly: it is of the seven days before.",
        preferred("weekday", "'monday'"),
    )
    activity_preferences: list[ActivityPreference] = listed(
        "What shows in your feed and in your digests, of each kind of thing that happens.",
        SHOWN,
        order="place",
    )
    today: datetime.date = column("The day that counts as today in the organisation.")
