"""What is shared down a tree of goals, proposed from below and granted to it, as the schema shows it."""

import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from auth.permissions import FieldClass
from domain.goals import access, cascade_access
from domain.goals.tree_models import BudgetKind, CascadeMethod, CascadeState
from schema.compiler.fields import to_many, to_one
from schema.connections import CountedConnection
from schema.figures import Figure, figure
from schema.goals import Goal
from schema.money import SHOWN_NUMBER, number
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, plain
from schema.scalars import Rate
from schema.storage import WIDEST, By, column, expression, listed, stored

described_enum(
    CascadeMethod,
    "By what a goal is shared out among people who report to the same leader.",
    {
        "EQUAL": "All alike.",
        "WEIGHTS": "By weights that are given.",
        "HISTORY": "By what each reached on the same days a year earlier, leaders with everybody below"
        " them; whoever has no history gets the mean of the others.",
        "POTENTIAL": "By the potential of the territories of each, leaders by those of everybody below"
        " them; whoever has none gets the mean of the others.",
    },
)
described_enum(
    CascadeState,
    "Where a cascade stands.",
    {
        "PROPOSED": "To be looked at; it has changed nothing.",
        "APPLIED": "Everybody has their share as a goal.",
        "DISCARDED": "Given up, or replaced by another; its lines are gone.",
    },
)
described_enum(
    BudgetKind,
    "What is granted to a goal.",
    {
        "MONEY": "An amount of money.",
        "HEADS": "How many people, whole or in part.",
        "TOOLS": "Tools: how many or, in a currency, what they may cost.",
    },
)


@plain
class Budget:
    """What a goal was granted of one kind."""

    kind: BudgetKind = strawberry.field(description="What it is.")
    amount: Decimal = strawberry.field(description="How much of it.")
    currency: str | None = strawberry.field(
        description="ISO 4217 code of the currency; null for what is counted."
    )
    note: str = strawberry.field(description="What was said about it; may be empty.")


@plain
class BudgetTotal:
    """What a goal and everything below it were granted of one kind, in one currency."""

    kind: BudgetKind = strawberry.field(description="What it is.")
    amount: Decimal = strawberry.field(description="How much of it altogether.")
    currency: str | None = strawberry.field(
        description="ISO 4217 code of the currency; null for what is counted."
    )
    goals: int = strawberry.field(description="How many goals were granted some of it.")


@plain
class CascadeLevel:
    """What a cascade gives to everybody on one level together, in the unit of its goal."""

    level: int = strawberry.field(
        description="How many leaders are between them and the owner's goal, and 1."
    )
    recipients: int = strawberry.field(description="How many people are on it.")
    uplift: Rate = strawberry.field(description="The uplift upon their plan quotas.")
    plan: Decimal = strawberry.field(description="Their plan quotas together.")
    street: Decimal = strawberry.field(description="Their street quotas together.")


def _about(goal: str) -> str:
    """SQL: unit and currency of a goal's figures."""
    return f"""select goal.currency, measure.unit from goal
      left join measure on measure.org_id = :org::uuid and measure.key = goal.measure
      where goal.org_id = :org::uuid and goal.id = {goal}"""


ABOUT = {"about": _about("{row}.goal_id")}


def _figure(description: str, amount: str) -> Any:
    """A figure (SQL over `{row}`) in the unit of the goal that the row is about."""
    return figure(description, amount, unit="{about}.unit", currency="{about}.currency")


@stored(
    table="goal_proposal",
    kind="goal_proposal",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("proposed_at",), descending=True),
    also=ABOUT,
)
class GoalProposal(Node):
    """A number that a goal's owner proposed for it."""

    amount: Figure | None = _figure("The number.", "{row}.amount")
    note: str = column("What they said about it; may be empty.")
    person: Person = to_one("Who proposed it.", "person_id")
    proposed_at: datetime.datetime = column("When they did.")
    goal: Goal = to_one("The goal it is for.", "goal_id")


def _sum_of_first(column: str) -> str:
    return f"""(select sum(line.{column}) from goal_cascade_line line
      where line.org_id = :org::uuid and line.cascade_id = {{row}}.id and line.depth = 1)"""


LEVELS = f"""(select line.depth as level, count(*) as recipients, {SHOWN_NUMBER} as uplift,
    trim_scale(sum(line.plan)) as plan, trim_scale(sum(line.street)) as street,
    to_char(line.depth, 'FM00') as place
  from goal_cascade_line line where line.org_id = :org::uuid and line.cascade_id = {{row}}.id
  group by line.depth)""".replace("{value}", "max(line.uplift)")
RECIPIENTS = """(select count(*) from goal_cascade_line line
  where line.org_id = :org::uuid and line.cascade_id = {row}.id)"""


@stored(
    table="goal_cascade",
    kind="cascade",
    visible=cascade_access.visible,
    field_class=FieldClass.TEAM,
    by=By(("proposed_at",), descending=True),
    also=ABOUT,
)
class Cascade(Node):
    """A goal shared out among the people below its owner: what everybody would get, and since it was
    applied, what they got."""

    goal: Goal = to_one("The goal that is shared out.", "goal_id")
    seen_version: int = column("The goal's version from which it was worked out.")
    method: CascadeMethod = column("By what it is shared out.")
    levels: int = column("How many levels of leaders it goes down.")
    state: CascadeState = column("Where it stands.")
    plan: Figure | None = _figure("What is shared out: the goal's plan quota.", "{row}.plan")
    allocated: Figure | None = _figure(
        "The plan quotas of the first level together; null once its lines are gone.",
        _sum_of_first("plan"),
    )
    unallocated: Figure | None = _figure(
        "The plan quota less those of the first level: nothing, unless people have agreed to so much"
        " already that the rest cannot make up for it.",
        f"{{row}}.plan - {_sum_of_first('plan')}",
    )
    recipients: int = expression("How many people get a share.", RECIPIENTS)
    by_level: list[CascadeLevel] = listed("Its sums, level by level.", LEVELS, order="place")
    proposed_by: Person = to_one("Who proposed it.", "proposed_by_id")
    proposed_at: datetime.datetime = column("When they did.")
    decided_by: Person | None = to_one("Who applied or discarded it.", "decided_by_id")
    decided_at: datetime.datetime | None = column("When they did.")
    lines: CountedConnection["CascadeLine"] = to_many(
        "What everybody gets, level by level; of people whose goals you may see.",
        foreign_key="cascade_id",
        most=WIDEST,
    )


REST = """{row}.plan - (select sum(line.plan) from goal_cascade_line line
  where line.org_id = :org::uuid and line.above_id = {row}.id)"""


@stored(
    table="goal_cascade_line",
    kind="cascade_line",
    visible=cascade_access.visible_line,
    field_class=FieldClass.TEAM,
    subject="person_id",
    by=By(("place",)),
    also=ABOUT,
    compared={"place": int},
)
class CascadeLine(Node):
    """What one person gets in a cascade: before, and after."""

    cascade: Cascade = to_one("The cascade.", "cascade_id")
    person: Person = to_one("Who gets it.", "person_id")
    above: Annotated["CascadeLine", strawberry.lazy("schema.goal_tree")] | None = to_one(
        "The line of whom they report to; null directly below the goal that is shared out.",
        "above_id",
    )
    depth: int = column("The level they are on, from 1.")
    leads: bool = column("Whether they lead others, so that their goal is their team's.")
    weight: Decimal | None = number(
        "What their share follows from: the weight given, what was reached a year earlier or the"
        " potential of territories; null where all are alike or nothing is known of them."
    )
    uplift: Rate = number("The uplift upon their plan quota.")
    plan: Figure | None = _figure("Their plan quota, a part of the plan above.", "{row}.plan")
    street: Figure | None = _figure("Their street quota, with the uplift.", "{row}.street")
    before: Figure | None = _figure(
        "The target they had when it was worked out; null without a goal.", "{row}.target_before"
    )
    change: Figure | None = _figure(
        "Street quota less the target they had.", "{row}.street - coalesce({row}.target_before, 0)"
    )
    unallocated: Figure | None = _figure(
        "Their plan quota less those directly below them; null on the last level.", REST
    )
    locked: bool = column(
        "Whether they keep what they agreed already; the rest is shared among the others."
    )
    goal: Goal | None = to_one(
        "Their goal: the one they had, or the one this made; null before that.", "child_id"
    )
