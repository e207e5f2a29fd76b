"""Who is credited with what was sold, by which rules, and why others are not."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.permissions import FieldClass
from domain.incentives import credit_access as access
from domain.incentives.credit_rules import CountsFor
from domain.incentives.crediting import RuleKind
from domain.incentives.manual_credit_rules import ProposalState, ReasonCode
from domain.incentives.terms import CreditKind, Event, Purpose
from schema.comparisons import DateComparison, IDComparison, TextComparison
from schema.compiler.fields import to_one
from schema.compiler.filters import chosen, compares
from schema.money import Money, money, number
from schema.nodes import Node, Versioned
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.scalars import Rate
from schema.storage import By, column, expression, listed, stored

if TYPE_CHECKING:
    from schema.sales import Sale

described_enum(
    RuleKind,
    "To whom a crediting rule gives credit.",
    {
        "HOUSE": "To nobody: the deal is the house's, and no later rule gives anything of it.",
        "DIRECT": "To whoever sold it alone.",
        "SPLIT": "To all who sold it together, by their shares.",
        "TERRITORY": "To whoever held its territory on its day.",
        "OVERLAY": "To the person whom the rule names, beside whoever sold it.",
        "REFERRAL": "To whoever referred the customer.",
        "ROLL_UP": "To those above whoever is credited, once for each deal.",
    },
    name="CreditingRuleKind",
)
described_enum(
    CountsFor,
    "What a credit counts for.",
    {
        "PAY": "For what somebody is paid.",
        "QUOTA": "For what somebody has reached.",
        "BOTH": "For both.",
    },
)
described_enum(
    CreditKind,
    "Why somebody is credited.",
    {
        "DIRECT": "They sold it alone.",
        "SPLIT": "They sold it with others.",
        "ROLL_UP": "They stand above somebody who is credited.",
        "OVERLAY": "A rule names them.",
        "TERRITORY": "They held its territory.",
        "REFERRAL": "They referred the customer.",
        "MANUAL": "Somebody gave it by hand, and another approved it.",
    },
)
described_enum(
    Event,
    "At which point in a deal's life something counts.",
    {
        "BOOKING": "When it was sold.",
        "INVOICE": "When it was invoiced.",
        "CASH": "When it was paid.",
        "GO_LIVE": "When the customer began to use it.",
    },
    name="CreditEvent",
)


@stored(
    table="crediting_rule",
    kind="crediting_rule",
    visible=access.visible_rule,
    field_class=FieldClass.PAY,
    by=By(("place", "name")),
)
class CreditingRule(Node, Versioned):
    """A rule by which people are credited with sales."""

    name: str = column("What it is called.")
    kind: RuleKind = column("To whom it gives credit.")
    counts_for: CountsFor = column("What its credits count for.")
    condition: str | None = column("Which sales it is about, as a formula; null for all.")
    share: Rate = number("The share of the deal that it gives.")
    levels: int | None = column("How many levels up it goes; null unless it rolls up.")
    person: Person | None = to_one("Whom it names; null unless it is an overlay.", "person_id")
    place: int = column("Its place among the rules: the lowest is asked first.")
    starts_on: datetime.date | None = column("The first day of its sales; null where it has none.")
    ends_on: datetime.date | None = column("The last day of its sales; null where it has none.")
    retired: bool = expression("Whether it is asked no more.", "{row}.retired_at is not null")


described_enum(
    Purpose,
    "What a credit can count for.",
    {"PAY": "For what somebody is paid.", "QUOTA": "For what somebody has reached."},
    name="CreditPurpose",
)


@stored(
    table="crediting_policy",
    kind="crediting_policy",
    visible=access.visible_rule,
    field_class=FieldClass.PAY,
    by=By(("counts_for",)),
)
class CreditingPolicy(Node, Versioned):
    """Whether primary credits of one deal may come to more than the deal; where nobody said, they
    may not."""

    counts_for: Purpose = column("For which purpose that is said.")
    may_exceed: bool = column("Whether they may.")


@stored(
    table="exchange_rate",
    kind="exchange_rate",
    visible=access.visible_rate,
    field_class=FieldClass.REFERENCE,
    by=By(("begins_on",), descending=True),
)
class ExchangeRate(Node, Versioned):
    """What one unit of a currency is worth in another from a day on, until another is said."""

    from_currency: str = column("ISO 4217 code of the currency of which it is one unit.")
    to_currency: str = column("ISO 4217 code of the currency in which that is worth something.")
    begins_on: datetime.date = column("The first day of the rate.")
    rate: Decimal = number("What one unit is worth.")


RULE = """(select rule.name from crediting_rule rule
  where rule.org_id = :org::uuid and rule.id = {row}.rule_id)"""
ORDER = """(select sale.order_number from sale
  where sale.org_id = :org::uuid and sale.id = {row}.sale_id)"""


@stored(
    table="credit",
    kind="credit",
    visible=access.visible_credit,
    field_class=FieldClass.PAY,
    by=By(("credited_on",), descending=True),
    subject="person_id",
)
class Credit(Node):
    """A part of a sale that counts for somebody. A credit is never changed: one that is made anew
    supersedes it."""

    person: Person = to_one("Who is credited.", "person_id")
    sale: Annotated["Sale", strawberry.lazy("schema.sales")] | None = to_one(
        "The sale; null where you may not see it, or it was withdrawn.", "sale_id"
    )
    order_number: str | None = expression(
        "The order that it is of, empty where the source has none; null where the sale was withdrawn.",
        ORDER,
    )
    rule: str | None = expression(
        "What the rule is called that gave it; null where it was given by hand.", RULE
    )
    kind: CreditKind = column("Why.")
    counts_for: CountsFor = column("What it counts for.")
    event: Event = column("Which point in the sale's life released it.")
    credited_on: datetime.date = column("The day on which it counts.")
    share: Rate = number("The share of the sale that is theirs.")
    amount: Money = money("What of the sale's amount is theirs.", "{row}.amount")
    margin: Money | None = money(
        "What of the sale's margin is theirs; null where nobody knows its cost.", "{row}.margin"
    )
    quantity: Decimal = number("What of the sale's quantity is theirs.")
    exchange_rate: Decimal = number(
        "What one unit of the sale's currency is worth in `paidIn`; a refund has its original's."
    )
    paid_in: str = column("ISO 4217 code of the currency in which it counts.")
    reverses: "Credit | None" = to_one(
        "The credit that it takes back: of the sale that a refund reverses, or one given by hand.",
        "reverses_id",
    )
    reason: str | None = column("Why it was given by hand; null where a rule gave it.")
    made_by: Person | None = to_one(
        "Who proposed it, or took one back; null where a rule gave it.", "made_by_id"
    )
    approved_by: Person | None = to_one(
        "Who approved it; null where a rule gave it, or it takes one back.", "approved_by_id"
    )
    made_at: datetime.datetime = column("When it was made.")
    superseded_at: datetime.datetime | None = column(
        "Since when it counts no more; null while it stands."
    )


@input_of
class CreditFilter:
    """Which credits; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    person: IDComparison | None = compares("By who is credited.")
    sale: IDComparison | None = compares("By sale.")
    credited_on: DateComparison | None = compares("By the day on which they count.")
    standing: bool | None = chosen(
        "Whether they stand, or were superseded.",
        {True: "{row}.superseded_at is null", False: "{row}.superseded_at is not null"},
    )


described_enum(
    ReasonCode,
    "Why somebody is credited by hand.",
    {
        "MISSED": "The rules miss them, and should not.",
        "AGREED": "It was agreed for this deal.",
        "WRONG_SOURCE": "What the source says of the sale is wrong and cannot be mended there.",
        "CLAIM_UPHELD": "They claimed it, and were right.",
        "OTHER": "Something else: the reason says what.",
    },
    name="CreditReasonCode",
)
described_enum(
    ProposalState,
    "Where a proposed credit stands.",
    {
        "WAITING": "It waits for somebody else's word.",
        "APPROVED": "It was approved, and is a credit.",
        "DECLINED": "It was declined, or withdrawn by whoever proposed it.",
    },
    name="CreditProposalState",
)


@stored(
    table="credit_proposal",
    kind="credit_proposal",
    visible=access.visible_proposal,
    field_class=FieldClass.PAY,
    by=By(("proposed_at",), descending=True),
)
class CreditProposal(Node):
    """A credit that somebody wants given by hand, and what another decided. It is for those who deal
    with everybody's pay; what was approved shows as a credit."""

    sale: Annotated["Sale", strawberry.lazy("schema.sales")] | None = to_one(
        "Of which sale; null where it was withdrawn.", "sale_id"
    )
    person: Person = to_one("Who is to be credited.", "person_id")
    counts_for: CountsFor = column("What it is to count for.")
    event: Event = column("For which point in the sale's life.")
    credited_on: datetime.date = column("On which day it is to count.")
    share: Rate | None = number(
        "Which share of the sale, below zero to take away; null where an amount was proposed."
    )
    amount: Decimal | None = number(
        "Which amount of it, in the sale's currency; null where a share was proposed."
    )
    reason_code: ReasonCode = column("Why, of what kind.")
    reason: str = column("Why, in words.")
    state: ProposalState = column("Where it stands.")
    proposed_by: Person = to_one("Who proposed it.", "proposed_by_id")
    proposed_at: datetime.datetime = column("When.")
    decided_by: Person | None = to_one(
        "Who approved or declined it; null while it waits.", "decided_by_id"
    )
    decided_at: datetime.datetime | None = column("When; null while it waits.")
    note: str = column("What they said to it; empty where nothing.")
    version: int = column("Grows with every change; send it back when you decide.")
    credit: Credit | None = to_one("The credit that it became, if it was approved.", "credit_id")


@input_of
class CreditProposalFilter:
    """Which proposals; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    person: IDComparison | None = compares("By who is to be credited.")
    sale: IDComparison | None = compares("By sale.")
    waiting: bool | None = chosen(
        "Whether they wait for somebody's word.",
        {True: "{row}.state = 'waiting'", False: "{row}.state <> 'waiting'"},
    )


@plain
class CreditVerdict:
    """What one rule said of a sale."""

    rule: str = strawberry.field(description="What the rule is called.")
    gave: int = strawberry.field(description="How many people it credits.")
    sentences: list[str] = strawberry.field(
        description="Why it gives nothing, or nothing to some; empty where there is nothing to say. People whose pay"
        " you may not see are somebody else."
    )


# In what is kept, people stand by their ids, in braces; here they stand by their names, where the caller
# sees their pay: that somebody is credited, and with how much of a deal, is a part of it.
_ID = "[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+"
VERDICTS = f"""(select coalesce(rule.name, '') as rule, (said.verdict ->> 'gave')::int as gave,
    array(
      select (
        select string_agg(case when piece.text !~ '^{_ID}$' then piece.text else coalesce((
            select person.name from person where person.org_id = :org::uuid
              and person.id = case when piece.text ~ '^{_ID}$' then piece.text::uuid end
              and sees_pay(:org::uuid, person.id)
          ), 'Somebody else') end, '' order by piece.place)
        from regexp_split_to_table(sentence.text, '\\x7b(?={_ID}\\x7d)|(?<={_ID})\\x7d')
          with ordinality piece (text, place)
      ) from jsonb_array_elements_text(said.verdict -> 'sentences') with ordinality sentence (text, place)
      order by sentence.place
    ) as sentences, to_char(said.place, 'FM0000') as place
  from jsonb_array_elements({{row}}.verdicts) with ordinality said (verdict, place)
  left join crediting_rule rule on rule.org_id = :org::uuid
    and rule.id = (said.verdict ->> 'rule_id')::uuid)"""


@stored(
    table="sale_crediting",
    kind="sale_crediting",
    visible=access.visible_crediting,
    field_class=FieldClass.PAY,
    by=By(("sold_on",), descending=True),
    subject="person_id",
)
class SaleCrediting(Node):
    """What became of a sale when it was last credited: what each rule gave, or why it gave nothing."""

    sale: Annotated["Sale", strawberry.lazy("schema.sales")] | None = to_one("The sale.", "id")
    sold_on: datetime.date = column("The day of the sale.")
    gave: int = column("How many credits it gave by rules.")
    primary_for_pay: Rate = number(
        "The share of the sale that is given to whoever sold it or holds its territory, for pay."
    )
    primary_for_quota: Rate = number("The same, for quota.")
    verdicts: list[CreditVerdict] = listed(
        "What each rule said of it, in their order.", VERDICTS, order="place"
    )
    credited_at: datetime.datetime = column("When it was last credited.")


UNCREDITED = "{row}.gave = 0"
OVER_CREDITED = "({row}.primary_for_pay > 1 or {row}.primary_for_quota > 1)"


@input_of
class SaleCreditingFilter:
    """Which sales that were credited; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    sold_on: DateComparison | None = compares("By the day of the sale.")
    uncredited: bool | None = chosen(
        "Whether nobody is credited.", {True: UNCREDITED, False: f"not {UNCREDITED}"}
    )
    over_credited: bool | None = chosen(
        "Whether more than the sale is given away as primary credit, for pay or for quota.",
        {True: OVER_CREDITED, False: f"not {OVER_CREDITED}"},
    )


@input_of
class CreditingRuleFilter:
    """Which rules; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    name: TextComparison | None = compares("By name.")
    retired: bool | None = chosen(
        "Whether they are asked no more.",
        {True: "{row}.retired_at is not null", False: "{row}.retired_at is null"},
    )
