"""How the caller wants to be told, and digests of what they were told, as the schema shows them."""

import datetime

import strawberry

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.notices import access
from domain.notices.models import Delivery, NoticeKind, Rhythm
from domain.notices.preferences import ALWAYS_TOLD
from domain.sql import quoted
from schema.activities import Activity, ActivityFilter
from schema.compiler.fields import to_many
from schema.connections import Connection, CountedConnection
from schema.nodes import Node
from schema.notices import Notice, NoticeFilter
from schema.plain import described_enum, plain
from schema.storage import By, column, listed, stored

described_enum(
    Rhythm,
    "How often a digest comes.",
    {
        "DAILY": "For each day that is over.",
        "WEEKLY": "For each week that is over.",
        "NEVER": "Never.",
    },
)


@plain
class NoticePreference:
    """How you want to be told of one kind of thing."""

    kind: NoticeKind = strawberry.field(description="Of what.")
    delivery: Delivery = strawberry.field(description="How.")
    always_told: bool = strawberry.field(
        description="Whether it cannot be switched off, since others wait for what it tells you."
    )


_KINDS = ", ".join(
    f"({quoted(kind.value)}, {str(kind in ALWAYS_TOLD).lower()}, '{place:03}')"
    for place, kind in enumerate(NoticeKind)
)
PREFERENCES = f"""(select known.kind, coalesce(preferred.delivery, 'now') as delivery, known.always_told,
    known.place
  from (values {_KINDS}) known (kind, always_told, place)
  left join notice_preference preferred on preferred.org_id = :org::uuid
    and preferred.person_id = {{row}}.person_id and preferred.kind = known.kind)"""


def preferred(column: str, otherwise: str) -> str:
    """SQL over `{row}`, the caller: what they said of their digest in this column."""
    return (
        f"coalesce((select preferred.{column} from digest_preference preferred"
        f" where preferred.org_id = :org::uuid and preferred.person_id = {{row}}.person_id), {otherwise})"
    )


@plain
class DigestCount:
    """How many notices of one kind a digest holds."""

    kind: NoticeKind = strawberry.field(description="Of what kind.")
    notices: int = strawberry.field(description="How many.")


def _counts(actor: Actor) -> str:
    seen = access.visible(actor).replace("{row}", "notice")
    return f"""(select notice.kind, count(*) as notices, notice.kind as place from notice
      where notice.org_id = :org::uuid and notice.digest_id = {{row}}.id and {seen}
      group by notice.kind)"""


def _day(column: str) -> str:
    return f"select one.{column} from digest one where one.org_id = :org::uuid and one.id = {{key}}"


@stored(
    table="digest",
    kind="digest",
    visible=access.visible_digest,
    field_class=FieldClass.NOTICE,
    by=By(("ends_on",), descending=True),
)
class Digest(Node):
    """What you were told in a day or a week and had not read when it was over, and what happened in it. It
    shows what you still see of it, and nothing of what was taken back since."""

    rhythm: Rhythm = column("Whether it is of a day or of a week.")
    starts_on: datetime.date = column(
        "The first of its days, as your organisation counts them: the one after the last of your digest"
        " before it, at most 31 days ago."
    )
    ends_on: datetime.date = column("The last of its days.")
    made_at: datetime.datetime = column("When it was put together.")
    counts: list[DigestCount] = listed(
        "How many notices of each kind it holds.", _counts, order="place"
    )
    notices: CountedConnection[Notice] = to_many(
        "The notices in it, the latest first.", foreign_key="digest_id", filter=NoticeFilter
    )
    activities: Connection[Activity] = to_many(
        "What happened in its days that you see, the latest first: without what you did yourself, and"
        " without what you have switched off.",
        link=access.in_digest(_day("starts_on"), _day("ends_on")),
        filter=ActivityFilter,
    )
