"""Nudges: a goal or an amendment that waits for a decision, a draft whose period is about to begin, and a goal in
force of which nobody says how it goes.

A round goes over them again and again; what makes each nudge come once is its occasion: the instant
of the submission, the amendment, the first day of the period, or since when nobody checks in and for how many times
the policy's days. Days are the organisation's own.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.database import current_transaction, on_behalf_of
from domain.history import number_events
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.models import NoticeKind
from domain.notices.recipients import managers_above
from domain.notices.sending import News, send
from domain.people.access import nobody_above
from domain.sql import bind

MOST_AT_ONCE = 500

_NOT_SENT = """not exists (select from notice where notice.org_id = :org::uuid
    and notice.person_id = due.person_id and notice.goal_id = due.goal_id and notice.kind = due.kind
    and notice.occasion = due.occasion)
  and not exists (select from notice_preference preferred where preferred.org_id = :org::uuid
    and preferred.person_id = due.person_id and preferred.kind = due.kind
    and preferred.delivery = 'never')"""

_WAITS = f"""select goal.id as goal_id, goal.owner_id, goal.private, null::uuid as proposed_by,
    goal.submitted_on as since, '{NoticeKind.APPROVAL_WAITS}' as waits,
    '{NoticeKind.APPROVAL_OVERDUE}' as is_overdue,
    to_char(goal.submitted_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as occasion
  from goal where goal.org_id = :org::uuid and goal.status = 'submitted'
  union all
  select goal.id, goal.owner_id, goal.private, amendment.requested_by, amendment.requested_on,
    '{NoticeKind.AMENDMENT_WAITS}', '{NoticeKind.AMENDMENT_OVERDUE}', amendment.id::text
  from goal_amendment amendment
  join goal on goal.org_id = :org::uuid and goal.id = amendment.goal_id
  where amendment.org_id = :org::uuid and amendment.state = 'requested'"""

# The nearest manager who may decide is nudged, and whoever decides in their place today, which nobody
# does upon a private goal; whoever stands above them hears when that did not help.
_WAITING = f"""select waiting.goal_id, told.person_id,
    case above.place when 1 then waiting.waits else waiting.is_overdue end as kind,
    waiting.occasion, :today::date - waiting.since as days
  from ({_WAITS}) waiting
  join goal_policy policy on policy.org_id = :org::uuid
  cross join lateral ({managers_above("waiting.owner_id", but="waiting.proposed_by")}) above
  cross join lateral (
    select above.person_id
    union
    select delegation.to_id from delegation where delegation.org_id = :org::uuid
      and delegation.from_id = above.person_id and delegation.to_id <> waiting.owner_id
      and delegation.to_id is distinct from waiting.proposed_by
      and delegation.ended_at is null and above.place = 1 and not waiting.private
      and :today::date between delegation.starts_on and delegation.ends_on
  ) told
  where :today::date - waiting.since >= policy.nudge_after_days and case above.place
      when 1 then true when 2 then :today::date - waiting.since >= policy.escalate_after_days
      else false end"""

# Where nobody at all stands above, the comp administrators are nudged; they see nothing private.
_WAITING_AT_THE_TOP = f"""select waiting.goal_id, admin.person_id, waiting.waits, waiting.occasion,
    :today::date - waiting.since
  from ({_WAITS}) waiting
  join goal_policy policy on policy.org_id = :org::uuid
  join role_grant admin on admin.org_id = :org::uuid and admin.role = 'comp_admin'
    and admin.revoked_at is null and admin.person_id <> waiting.owner_id
    and admin.person_id is distinct from waiting.proposed_by
  join person on person.org_id = :org::uuid and person.id = admin.person_id
    and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)
  where not waiting.private and :today::date - waiting.since >= policy.nudge_after_days
    and {nobody_above("waiting.owner_id")}"""

_NOT_HANDED_IN = f"""select goal.id, goal.owner_id, '{NoticeKind.SUBMISSION_DUE}',
    goal.starts_on::text, null::int
  from goal
  join goal_policy policy on policy.org_id = :org::uuid
  join person on person.org_id = :org::uuid and person.id = goal.owner_id
    and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)
  where goal.org_id = :org::uuid and goal.status in ('draft', 'returned')
    and goal.starts_on - policy.nudge_after_days <= :today::date
    and coalesce(goal.ends_on, goal.starts_on) >= :today::date"""

# Days count from the last check-in, and not from before it was agreed. The owner is reminded each time
# that the policy's days have passed; the nearest manager hears once, when the first reminder is as old
# as what is escalated.
_NO_CHECK_IN = f"""select goal.id, told.person_id, told.kind, told.occasion, silent.days
  from goal
  join goal_policy policy on policy.org_id = :org::uuid and policy.check_in_every_days is not null
  join person on person.org_id = :org::uuid and person.id = goal.owner_id
    and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)
  cross join lateral (select greatest(goal.starts_on,
    (select max(entry.noted_on) from check_in entry
      where entry.org_id = :org::uuid and entry.goal_id = goal.id),
    (select max(change.changed_on) from goal_change change where change.org_id = :org::uuid
      and change.goal_id = goal.id and change.after ->> 'status' = 'approved')) as day) since
  cross join lateral (select :today::date - since.day as days) silent
  cross join lateral (
    select goal.owner_id as person_id, '{NoticeKind.CHECK_IN_DUE}' as kind,
      since.day || ' ' || silent.days / policy.check_in_every_days as occasion
    union all
    select above.person_id, '{NoticeKind.CHECK_IN_OVERDUE}', since.day::text
    from ({managers_above("goal.owner_id")}) above
    where above.place = 1
      and silent.days - policy.check_in_every_days >= policy.escalate_after_days
  ) told
  where goal.org_id = :org::uuid and goal.status = 'approved'
    and :today::date between goal.starts_on and goal.ends_on
    and silent.days >= policy.check_in_every_days"""

_DUE = f"""select due.* from ({_WAITING} union all {_WAITING_AT_THE_TOP}
  union all {_NOT_HANDED_IN} union all {_NO_CHECK_IN}) due
where {_NOT_SENT} order by goal_id, person_id, kind limit {MOST_AT_ONCE}"""


async def nudge(org: UUID, now: datetime) -> int:
    """Tell everybody what is due on the organisation's today; how many were told."""
    told = 0
    while True:
        async with on_behalf_of(org):
            actor = await on_its_round(org, now)
            statement, arguments = bind(_DUE, {"org": org, "today": actor.today})
            due = await current_transaction().execute_query_dict(statement, arguments)
            sent = await send(actor, [_news(row) for row in due])
        told += sent
        if len(due) < MOST_AT_ONCE or not sent:
            break
    if told:
        await number_events(org)
    return told


def _news(row: dict[str, Any]) -> News:
    return News(
        NoticeKind(row["kind"]), row["goal_id"], row["person_id"], row["occasion"], days=row["days"]
    )


@each_organisation("*/10 * * * *")
async def nudge_people(org: UUID) -> None:
    """What waits, and for whom."""
    await nudge(org, datetime.now(UTC))
