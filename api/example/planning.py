"""What the example's people do in the last days of May 2020: they plan the first quarter of the new
fiscal year, from above and from below, and look after the one that runs.

The acts are the real ones, done as each person at the moment at which the example is made. That they did
so is made up, and what they say says so.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from api.example.telling import Telling
from api.example.today import TODAY
from auth.actor import Actor
from domain.calendars.actions import define_calendar
from domain.calendars.words import CalendarKind, YearNamedBy
from domain.database import reading
from domain.goals.accepting import accept_goal, request_goal_change
from domain.goals.actions import approve_goal, draft_goal, return_goal, submit_goal
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amending import amend_goal, approve_amendment
from domain.goals.budgets import set_budget
from domain.goals.cascading import apply_cascade, propose_cascade
from domain.goals.delegating import delegate_approvals
from domain.goals.models import GoalScope
from domain.goals.proposing import propose_target
from domain.goals.tree_models import BudgetKind, CascadeMethod

STARTS_ON, ENDS_ON = date(2020, 7, 1), date(2020, 9, 30)
NAME, RUNNING = "Revenue, Q1 2021", "Revenue, Q4 2020"
DIRECTOR = "Brian Welcker"
NORTH, EUROPE, PACIFIC = "Stephen Jiang", "Amy Alberts", "Syed Abbas"
GROWTH = Decimal("1.06")
UPLIFTS = (Decimal("0.02"), Decimal("0.03"))
# What they propose, as a share of what they got from above; who is not here proposes nothing yet.
PROPOSED = {
    "Michael Blythe": "0.85", "Linda Mitchell": "1.01", "Jillian Carson": "1.2", "Garrett Vargas": "1.02",
    "Tsvi Reiter": "0.9", "Pamela Ansman-Wolfe": "0.97", "Shu Ito": "1.25", "José Saraiva": "1",
    "David Campbell": "0.82", "Jae Pak": "1.04", "Ranjit Varkey Chudukatil": "0.95", "Lynn Tsoflias": "1.1",
}  # fmt: skip
RETURNED = ("Michael Blythe", "David Campbell")
APPROVED = ("Linda Mitchell", "Garrett Vargas", "Shu Ito", "David Campbell")
ACCEPTED = ("Linda Mitchell", "Garrett Vargas", "Jae Pak")

_SOLD_A_YEAR_BEFORE = """
select coalesce(sum(amount), 0) from tally
where tally.org_id = $1 and tally.of = 'person' and tally.grain = 'month' and tally.currency = 'USD'
  and tally.begins_on between '2019-07-01' and '2019-09-01'
"""
_TARGET = "select target from goal where org_id = $1 and id = $2"


async def plan_next_quarter(system: Actor) -> None:
    """From the director's number to goals that are agreed, and some that wait."""
    story = await Telling.of(system)
    await story.let(
        "Casey Compton", define_calendar, name="Fiscal years from July", kind=CalendarKind.MONTHS,
        first_month=7, year_named_by=YearNamedBy.END, first_fiscal_year=2018, last_fiscal_year=2022,
    )  # fmt: skip
    await _hand_down(story)
    for seller, share in PROPOSED.items():
        await _hand_in(story, seller, Decimal(share), "So much I see in my accounts. (Made up)")
    for seller in RETURNED:
        goal = await story.goal(seller, NAME)
        note = "You reached more than you proposed in each quarter of this year. (Made up)"
        await story.let(NORTH, return_goal, goal_id=goal.id, seen_version=goal.version, note=note)
    await _hand_in(
        story, "David Campbell", Decimal("0.95"), "With the two renewals. (Made up)", "again"
    )
    await _agree(story)


async def look_after_running_quarter(system: Actor) -> None:
    """Two changes of what was agreed: one in force, one that waits."""
    story = await Telling.of(system)
    for manager, seller, share, why in (
        (NORTH, "Jillian Carson", "0.9", "Two resellers closed for good in April. (Made up)"),
        (EUROPE, "Jae Pak", "1.05", "The fair in June was not in the plan. (Made up)"),
    ):
        goal = await story.goal(seller, RUNNING)
        amendment = await story.let(
            manager, amend_goal, goal_id=goal.id, seen_version=goal.version,
            effective_from=TODAY + timedelta(days=3), policy=AmendmentPolicy.PRORATE, reason=why,
            target=await _part(story, goal.id, Decimal(share)),
        )  # fmt: skip
        if manager == NORTH:
            goal = await story.goal(seller, RUNNING)
            await story.let(
                DIRECTOR,
                approve_amendment,
                step=str(amendment),
                amendment_id=amendment,
                seen_version=goal.version,
            )


async def _hand_down(story: Telling) -> None:
    async with reading(story.system.org) as connection:
        sold = await connection.fetchval(_SOLD_A_YEAR_BEFORE, story.system.org)
    await story.let(
        DIRECTOR, draft_goal, owner_id=story.people[DIRECTOR], name=NAME, measure="revenue",
        scope=GoalScope.ORGANISATION, starts_on=STARTS_ON, ends_on=ENDS_ON,
        target=_thousands(sold * GROWTH), description="Made up for the example.",
        no_parent_reason="The board sets it for the company.",
    )  # fmt: skip
    goal = await story.goal(DIRECTOR, NAME)
    await story.let(DIRECTOR, submit_goal, goal_id=goal.id, expected_version=goal.version)
    cascade = await story.let(
        DIRECTOR, propose_cascade, goal_id=goal.id, method=CascadeMethod.HISTORY, levels=2,
        uplifts=UPLIFTS,
    )  # fmt: skip
    await story.let(DIRECTOR, apply_cascade, step=str(cascade), cascade_id=cascade)
    await story.let(
        DIRECTOR, set_budget, goal_id=goal.id, kind=BudgetKind.MONEY, amount=Decimal(120_000),
        note="Demonstration bikes for resellers. (Made up)",
    )  # fmt: skip


async def _hand_in(story: Telling, seller: str, share: Decimal, note: str, step: str = "") -> None:
    goal = await story.goal(seller, NAME)
    await story.let(
        seller, propose_target, step=step, goal_id=goal.id, expected_version=goal.version,
        amount=await _part(story, goal.id, share), note=note,
    )  # fmt: skip
    goal = await story.goal(seller, NAME)
    await story.let(
        seller, submit_goal, step=step, goal_id=goal.id, expected_version=goal.version, note=note
    )


async def _agree(story: Telling) -> None:
    """Some of what was handed in; Amy is away, and Stephen decides in her place."""
    for seller in APPROVED:
        await _approve(story, NORTH, seller)
    await story.let(
        EUROPE, delegate_approvals, to_id=story.people[NORTH], starts_on=TODAY,
        ends_on=TODAY + timedelta(days=7), note="On holiday. (Made up)",
    )  # fmt: skip
    await _approve(story, NORTH, "Jae Pak")
    for manager in (NORTH, PACIFIC):
        goal = await story.goal(manager, NAME)
        await story.let(manager, submit_goal, goal_id=goal.id, expected_version=goal.version)
    await _approve(story, DIRECTOR, NORTH)

    for seller in ACCEPTED:
        goal = await story.goal(seller, NAME)
        await story.let(seller, accept_goal, goal_id=goal.id, expected_version=goal.version)
    goal = await story.goal("Shu Ito", NAME)
    await story.let(
        "Shu Ito", request_goal_change, goal_id=goal.id, expected_version=goal.version,
        note="This quarter half of my accounts go to Linda. (Made up)",
    )  # fmt: skip


async def _approve(story: Telling, approver: str, owner: str) -> None:
    goal = await story.goal(owner, NAME)
    await story.let(
        approver, approve_goal, goal_id=goal.id, seen_version=goal.version, note="Agreed. (Made up)"
    )


async def _part(story: Telling, goal: object, share: Decimal) -> Decimal:
    """A share of a goal's target, in whole hundreds."""
    async with reading(story.system.org) as connection:
        target = await connection.fetchval(_TARGET, story.system.org, goal)
    return Decimal(target * share / 100).quantize(Decimal(1), ROUND_HALF_UP) * 100


def _thousands(amount: Decimal) -> Decimal:
    return (amount / 1000).quantize(Decimal(1), ROUND_HALF_UP) * 1000
