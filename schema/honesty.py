"""What past proposals and past sales say of a goal, before somebody approves it."""

from decimal import Decimal
from typing import Any

import strawberry

from auth.permissions import FieldClass
from domain.goals.access import to_decide_for_another
from domain.goals.bias import ProposalVerdict
from schema.cost_rules import dear
from schema.money import SHOWN_NUMBER, shown_amount
from schema.plain import described_enum, plain
from schema.scalars import Rate
from schema.storage import Value, composed

described_enum(
    ProposalVerdict,
    "What somebody's past proposals say of them.",
    {
        "TOO_SHORT": "There are too few to say.",
        "SANDBAGGING": "They propose less than they reach: the whole interval is more than 5 % off.",
        "OPTIMISTIC": "They propose more than they reach: the whole interval is more than 5 % off.",
        "FAIR": "Neither is certain.",
    },
)


@plain
class ProposalBias:
    """How the owner's past proposals compare with what came of them, and what that makes of the
    proposal of today. Of goals of the same measure and of similar length that have ended, the last
    12 count; private ones do not."""

    periods: int = strawberry.field(description="How many past proposals stand behind it.")
    from_submissions: int = strawberry.field(
        description="For how many of them no proposal was kept, so that the target counts with"
        " which the owner first handed the goal in."
    )
    bias: Rate | None = strawberry.field(
        description="The mean of results as shares of what was proposed; null where there are too"
        " few to say, as are the figures that follow from it."
    )
    low: Rate | None = strawberry.field(
        description="The lower end of the 90 % interval of that mean, by Student's t."
    )
    high: Rate | None = strawberry.field(description="The upper end of that interval.")
    proposal: Decimal | None = strawberry.field(
        description="What the owner proposes for this goal, in the unit of its target; null where"
        " they have proposed nothing."
    )
    corrected: Decimal | None = strawberry.field(
        description="The proposal times the bias: what can be expected to come of it."
    )
    corrected_low: Decimal | None = strawberry.field(
        description="The lower end of the interval in which one new result lies with 90 %"
        " certainty; never below zero."
    )
    corrected_high: Decimal | None = strawberry.field(description="The upper end of that interval.")
    verdict: ProposalVerdict = strawberry.field(description="What that says of the proposals.")
    sentence: str = strawberry.field(description="The same in plain words.")


@plain
class Attainability:
    """How likely targets are to be reached, judged by what the same people sold in up to 12 past
    periods of the same length: for a goal of one person theirs, else those of everybody with a
    target in it. Private goals do not count."""

    people: int = strawberry.field(description="How many people have a target in it.")
    people_too_short: int = strawberry.field(
        description="For how many of them there are fewer than four whole periods since their first"
        " sale, so that nothing can be said of them."
    )
    periods: int = strawberry.field(
        description="How many past periods stand behind it, those of all people added up."
    )
    periods_reached: int = strawberry.field(
        description="In how many of them somebody sold at least what is their target now."
    )
    share: Rate | None = strawberry.field(
        description="For one person the share of those periods; for a team the mean of its people's"
        " shares: the share of the team that can be expected to reach. Null where less is known than"
        " of half of them."
    )
    low: Rate | None = strawberry.field(
        description="The lower end of Wilson's 90 % interval of that share."
    )
    high: Rate | None = strawberry.field(description="The upper end of that interval.")
    sentence: str = strawberry.field(description="The same in plain words.")


def proposal_bias_field() -> Any:
    """The field over a goal's `{bias}`."""
    amount = shown_amount("{row}.currency")
    return dear(
        composed(
            "What its owner's past proposals say of this one, for its owner and for whoever decides"
            " upon it; null while it lacks a measure or a period, and where the measure is a yes or a"
            " no.",
            field_class=FieldClass.FORESIGHT,
            shown_also=to_decide_for_another,
            periods=Value(sql="{bias}.periods"),
            from_submissions=Value(sql="{bias}.from_submissions"),
            bias=Value(sql="{bias}.bias", shown=SHOWN_NUMBER),
            low=Value(sql="{bias}.low", shown=SHOWN_NUMBER),
            high=Value(sql="{bias}.high", shown=SHOWN_NUMBER),
            proposal=Value(sql="{bias}.proposal", shown=amount),
            corrected=Value(sql="{bias}.corrected", shown=amount),
            corrected_low=Value(sql="{bias}.corrected_low", shown=amount),
            corrected_high=Value(sql="{bias}.corrected_high", shown=amount),
            verdict=Value(sql="{bias}.verdict"),
            sentence=Value(sql="{bias}.sentence"),
        ),
        points=2,
    )


def attainability_field() -> Any:
    """The field over a goal's `{attainability}`."""
    return dear(
        composed(
            "How likely it is to be reached, judged by past sales, for its owner and for whoever"
            " decides upon it; null while it lacks a measure, a period or a target.",
            field_class=FieldClass.FORESIGHT,
            shown_also=to_decide_for_another,
            people=Value(sql="{attainability}.people"),
            people_too_short=Value(sql="{attainability}.people_too_short"),
            periods=Value(sql="{attainability}.periods"),
            periods_reached=Value(sql="{attainability}.periods_reached"),
            share=Value(sql="{attainability}.share", shown=SHOWN_NUMBER),
            low=Value(sql="{attainability}.low", shown=SHOWN_NUMBER),
            high=Value(sql="{attainability}.high", shown=SHOWN_NUMBER),
            sentence=Value(sql="{attainability}.sentence"),
        ),
        points=4,
    )
