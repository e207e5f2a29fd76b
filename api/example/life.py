"""What the example's people have done lately: goals handed in, check-ins made.

The acts are the real ones, done as each person. The figures are the data's own; that somebody
handed in a goal or wrote a note is made up, and the notes say so.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from api.example.today import CHECK_IN_DAYS, NEXT_MONTH
from auth.actor import Actor, Assurance, Role
from domain.database import reading
from domain.goals.actions import change_goal, check_in, submit_goal
from domain.goals.models import Confidence

STANDS_ALONE = "A target of the company's own file, which knows of none above it. (Example)"
_DRAFTS = (
    "select id, owner_id, version, no_parent_reason from goal"
    " where org_id = $1 and status = 'draft' and starts_on = $2 order by owner_id"
)
# Of the goals that run today, what the owner had sold by each day; less what is noted already.
_SOLD_BY = """
select goal.id, goal.owner_id, goal.target, day, coalesce(sum(sale.amount), 0) as sold
from goal cross join unnest($3::date[]) as days(day)
left join sale on sale.org_id = $1 and sale.person_id = goal.owner_id
 and sale.sold_on between goal.starts_on and day
where goal.org_id = $1 and goal.status = 'approved'
  and $2 between goal.starts_on and goal.ends_on
  and not exists (select 1 from check_in where check_in.org_id = $1
                  and check_in.goal_id = goal.id and check_in.noted_at::date = day)
group by goal.id, goal.owner_id, goal.target, day order by day, goal.id
"""


async def propose_goals(system: Actor) -> None:
    """Everybody with a draft for the coming month hands it in, for their manager to decide."""
    async with reading(system.org) as connection:
        drafts = await connection.fetch(_DRAFTS, system.org, NEXT_MONTH)
    for goal in drafts:
        owner, version = _as_seller(system, goal["owner_id"]), goal["version"]
        if goal["no_parent_reason"] is None:
            await change_goal(
                owner, goal_id=goal["id"], expected_version=version, no_parent_reason=STANDS_ALONE
            )
            version += 1
        await submit_goal(owner, goal_id=goal["id"], expected_version=version)


async def check_in_on_goals(system: Actor) -> None:
    """On some days of the current month everybody says how far they are: what they had sold."""
    async with reading(system.org) as connection:
        sold_by = await connection.fetch(_SOLD_BY, system.org, system.today, CHECK_IN_DAYS)
    for row in sold_by:
        await check_in(
            _as_seller(system, row["owner_id"]),
            goal_id=row["id"],
            value=row["sold"],
            confidence=_confidence(row["sold"], row["target"], row["day"]),
            note=f"Sold by {row['day']:%d %B}. (Example)",
            noted_at=datetime.combine(row["day"], time(17, 30), UTC),
        )


def _confidence(sold: Decimal, target: Decimal, day: date) -> Confidence:
    """By even pace over a month of 31 days: behind by a tenth is at risk, by a third off track."""
    pace = sold / target * 31 / day.day
    if pace >= Decimal("0.9"):
        return Confidence.ON_TRACK
    return Confidence.AT_RISK if pace >= Decimal("0.67") else Confidence.OFF_TRACK


def _as_seller(system: Actor, person: UUID) -> Actor:
    nothing: frozenset[UUID] = frozenset()
    return Actor(
        org=system.org,
        person=person,
        client=None,
        roles=frozenset({Role.REP}),
        scopes=frozenset(),
        territories=nothing,
        session=None,
        assurance=Assurance.PASSWORD,
        today=system.today,
        via="demo",
    )
