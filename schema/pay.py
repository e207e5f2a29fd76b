"""What people are paid, as the schema shows it: results, their components, and every line."""

import datetime
from decimal import Decimal

import strawberry

from auth.permissions import FieldClass
from domain.incentives.cases import HOW, LineKind
from domain.incentives.pay_access import visible, visible_run
from domain.incentives.pay_models import PayRunState
from domain.incentives.sentences import SAID
from domain.sql import quoted
from schema.comments import Comment, comments_field
from schema.comparisons import Comparison, DateComparison, IDComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares
from schema.connections import Connection, CountedConnection
from schema.crediting import Credit
from schema.money import Money, money
from schema.nodes import Node
from schema.pay_plans import PayPlan
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.sales import Sale
from schema.storage import By, column, expression, listed, stored

described_enum(
    LineKind,
    "What a line of pay is for.",
    {
        "DEAL": "A part of a deal at one rate.",
        "STEP": "What a deal adds to a total that is paid for as a whole.",
        "REFUND": "What a deal was paid that is taken back.",
        "DEAL_CAP": "What a deal came to beyond the most that one is paid.",
        "BUDGET": "What a deal came to beyond what was left of the budget that all payees share.",
        "BONUS": "A part of the target incentive, by what was reached of a quota.",
        "OBJECTIVES": "A part of the target incentive, by the scores of goals.",
        "RANK": "What a place among the payees of the plan pays.",
        "FORMULA": "What a formula of the plan comes to.",
        "MULTIPLIER": "What a multiplier adds or takes.",
        "CAP": "What a component came to beyond its cap.",
        "GATE": "What is held back because a condition does not hold, or paid since it does.",
        "PLAN_CAP": "What everything came to beyond the plan's cap.",
    },
)
described_enum(
    PayRunState,
    "Where a run stands.",
    {
        "WAITING": "It was asked for.",
        "RUNNING": "Pay is being worked out.",
        "DONE": "Everything that was asked for is worked out.",
        "CANCELLED": "It was stopped; what it had worked out stays.",
        "FAILED": "It broke down before anything was worked out.",
    },
)


@plain
class PayComponent:
    """What one component of a plan pays for a period."""

    key: str = strawberry.field(
        description="Its key in the plan; empty for what the plan's cap takes of all of them."
    )
    name: str = strawberry.field(description="What it is called.")
    amount: Decimal = strawberry.field(
        description="What it pays, in the currency of the whole; its lines sum to it, and all to the total."
    )
    pending: Decimal = strawberry.field(
        description="What it would pay if its span ended now, where it waits for that."
    )
    reason: str | None = strawberry.field(
        description="Why it pays nothing; null where it does pay."
    )


COMPONENTS = """(select part.key, part.name, trim_scale(part.amount) as amount,
    trim_scale(part.pending) as pending, part.reason, to_char(part.place, 'FM0000') as place
  from pay_component part where part.org_id = :org::uuid and part.result_id = {row}.id)"""


@plain
class PayNumber:
    """One of the numbers that a line was worked out from."""

    name: str = strawberry.field(description="Its name in the formula.")
    value: str = strawberry.field(
        description='The number, exactly, such as "0.05"; a fraction such as "1/3" where it has no end;'
        " true or false; or a day."
    )


NUMBERS = """(select each.key as name, each.value, each.key as place
  from jsonb_each_text({row}.inputs) each)"""


SALE = """(select credit.sale_id from credit
  where credit.org_id = :org::uuid and credit.id = {row}.credit_id)"""
CURRENCY = """(select result.currency from pay_result result
  where result.org_id = :org::uuid and result.id = {row}.result_id)"""


def _how() -> str:
    told = " ".join(f"when {quoted(kind)} then {quoted(formula)}" for kind, formula in HOW.items())
    return f"case {{row}}.kind {told} end"


def _told(kind: LineKind, words: str) -> str:
    """SQL for a sentence of `domain.incentives.sentences`."""
    parts = []
    for place, part in enumerate(words.split("*")):
        if not place % 2:
            parts.append(quoted(part))
        elif part == "@":
            rate, factor = _said("rate"), _said("factor")
            of = f"concat({_percent(factor, below_one=True)}, ' times ', {rate})"
            at = _percent(rate, below_one=True)
            parts.append(f"case when {factor} = '1' then {at} else {of} end")
        elif part.startswith("%"):
            parts.append(_percent(_said(part[1:])))
        elif part.endswith(":"):
            parts.append(f"{_said(part[:-1])} || ': '")
        else:
            parts.append(_said(part))
    return f"when {quoted(kind)} then concat({', '.join(parts)})"


def _said(name: str) -> str:
    return f"({{row}}.inputs ->> {quoted(name)})"


def _percent(value: str, *, below_one: bool = False) -> str:
    """A number in per cent, but for fractions without end; and where that is so below one alone."""
    plain = f"when {value} like '%/%' then {value}"
    if below_one:
        plain += f" when abs({value}::numeric) >= 1 then {value}"
    return f"case {plain} else trim_scale({value}::numeric * 100)::text || ' %' end"


SENTENCES = " ".join(_told(kind, words) for kind, words in SAID.items())


@stored(
    table="pay_line",
    kind="pay_line",
    visible=visible,
    field_class=FieldClass.PAY,
    by=By(("place",)),
    within="{row}.result_id between pay_line_id({key}, 0) and pay_line_id({key}, 16777215)",
)
class PayLine(Node):
    """One step of somebody's pay, with the numbers from which it can be worked out again."""

    place: int = column("Its place among the lines of the result, the first of which is 0.")
    component: str = column("The key of its component; empty for the plan as a whole.")
    kind: LineKind = column("What it is for.")
    amount: Money = money("What it pays.", "{row}.amount", currency=CURRENCY)
    sentence: str = expression(
        "How it came about, in words.", f"case {{row}}.kind {SENTENCES} else '' end"
    )
    formula: str | None = expression(
        "How its numbers make the amount, before it is rounded; null for a formula of the plan's own.",
        _how(),
    )
    numbers: list[PayNumber] = listed("The numbers, by name.", NUMBERS, order="place")
    tier: int | None = column("The tier of the rate table, the first of which is 0, if any.")
    sale: Sale | None = to_one("The deal, where it is of one, and you see it.", sql=SALE)
    credit: Credit | None = to_one("The credit, where it is of a deal.", "credit_id")


def _same(column: str) -> str:
    return (
        f"{{row}}.{column} = (select one.{column} from pay_result one"
        " where one.org_id = :org::uuid and one.id = {key})"
    )


OF_THE_SAME_PAY = " and ".join(map(_same, ("person_id", "plan_id", "starts_on")))


@stored(
    table="pay_result",
    kind="pay_result",
    visible=visible,
    field_class=FieldClass.PAY,
    by=By(("starts_on",), descending=True),
)
class PayResult(Node):
    """What somebody is paid for a period by a plan, in one version, which is never changed."""

    person: Person = to_one("Whose pay it is.", "person_id")
    plan: PayPlan | None = to_one("By which plan; null where you do not see it.", "plan_id")
    starts_on: datetime.date = column("The period's first day.")
    ends_on: datetime.date = column("The period's last day.")
    final: bool = expression(
        "Whether the period is over on the organisation's today.", "{row}.ends_on < :today::date"
    )
    total: Money | None = money(
        "What is paid; null where that could not be worked out.", "{row}.total"
    )
    failure: str | None = column(
        "Why it could not be worked out, with the rule and the fact; null where it was."
    )
    components: list[PayComponent] = listed(
        "What each component pays, in the plan's order.", COMPONENTS, order="place"
    )
    lines: Connection[PayLine] = to_many(
        "Every step, in order; they sum to the total.", foreign_key="result_id", most=1_000
    )
    version: int = column("Which version of this pay it is.", "number")
    versions: CountedConnection["PayResult"] = to_many(
        "Every version of this pay, the latest first; each stays as it was.",
        link=OF_THE_SAME_PAY,
        order=By(("version",), descending=True),
    )
    comments: CountedConnection[Comment] = comments_field()
    made_at: datetime.datetime = column("When it was worked out.")
    superseded_at: datetime.datetime | None = column(
        "When another version came in its place; null while it stands."
    )
    inputs_hash: str = expression(
        "SHA-256, in hexadecimal, of all that it was worked out from: the same inputs, the same hash.",
        "encode({row}.inputs_hash, 'hex')",
    )


@plain
class PayBreakdown:
    """A payee whom a run gave up, since working their pay out broke down each time."""

    person: str = strawberry.field(description="Their name.")
    plan: str = strawberry.field(description="What the plan is called.")
    failure: str = strawberry.field(description="What is to be done about it, in a sentence.")
    given_up_at: datetime.datetime = strawberry.field(description="When they were given up.")


BREAKDOWNS = """(select person.name as person, plan.name as plan, part.failure, part.given_up_at,
    to_char(part.place, 'FM0000000000') as place
  from pay_run_part part
  join pay_plan plan on plan.org_id = :org::uuid and plan.id = part.plan_id
  join person on person.org_id = :org::uuid and person.id = part.payees[1]
  where part.org_id = :org::uuid and part.run_id = {row}.id and part.given_up_at is not null
  order by part.place limit 100)"""


@stored(
    table="pay_run",
    kind="pay_run",
    visible=visible_run,
    field_class=FieldClass.PAY,
    by=By(("asked_at",), descending=True),
)
class PayRun(Node):
    """A run: pay worked out for some days, of everybody or of some people."""

    starts_on: datetime.date = column("The first of its days.")
    ends_on: datetime.date = column("The last of its days.")
    reason: str = column("Why it was asked for; may be empty.")
    state: PayRunState = column("Where it stands.")
    asked_by: Person | None = to_one("Who asked for it.", "asked_by_id")
    asked_at: datetime.datetime = column("When it was asked for.")
    begun_at: datetime.datetime | None = column("When it began; null before.")
    ended_at: datetime.datetime | None = column("When it ended; null before.")
    total: int | None = column("How many payees it has, each counted on each plan; null at first.")
    done: int = column("How many of them are worked out.")
    failed: int = column("Of how many of those some period could not be worked out.")
    given_up: int = column(
        "How many were given up, since working their pay out broke down each time; ask for another run"
        " when the cause is mended."
    )
    breakdowns: list[PayBreakdown] = listed(
        "Those who were given up, the first hundred.", BREAKDOWNS, order="place"
    )
    failure: str | None = column("Why the run as a whole broke down; null where it did not.")


@input_of
class PayFilter:
    """Which results; everything given must hold."""

    person: IDComparison | None = compares("By whose pay it is.")
    starts_on: DateComparison | None = compares("By the period's first day.")
    ends_on: DateComparison | None = compares("By the period's last day.")
    failed: bool | None = chosen(
        "Whether they could not be worked out.",
        {True: "{row}.failure is not null", False: "{row}.failure is null"},
    )


@input_of
class PayRunFilter:
    """Which runs; everything given must hold."""

    state: Comparison[PayRunState] | None = compares("By where they stand.")
