"""The words for goals."""

from enum import StrEnum

from domain.goals.models import (
    Acceptance,
    Confidence,
    GoalAct,
    GoalScope,
    GoalStage,
    GoalStatus,
    RollUp,
)
from domain.goals.offering import GoalAction
from schema.plain import described_enum

described_enum(
    GoalScope,
    "Whose results a goal counts.",
    {
        "OWN": "Its owner's.",
        "TEAM": "Its owner's and those of everybody below them, each on the days on which they were.",
        "CONTRIBUTORS": "Those of the people who are named for it.",
        "ORGANISATION": "Everybody's.",
    },
)
described_enum(
    RollUp,
    "What the goals directly within a goal are to it.",
    {
        "NONE": "Nothing that is counted.",
        "SUM": "Shares of its target.",
        "WEIGHTED": "Parts of its progress, by weight.",
    },
)
described_enum(
    Acceptance,
    "What its owner says of an approved goal.",
    {"ACCEPTED": "They accept it.", "CHANGE_REQUESTED": "They ask for a change."},
)
described_enum(
    GoalStatus,
    "Where a goal stands between draft and its end.",
    {
        "DRAFT": "Being written.",
        "SUBMITTED": "Waits for approval.",
        "RETURNED": "Given back to its owner with a comment.",
        "APPROVED": "Agreed; it counts.",
        "CLOSED": "Over; its result stands.",
    },
)
described_enum(
    GoalStage,
    "Where a goal stands today.",
    {
        "DRAFT": "Being written.",
        "SUBMITTED": "Waits for approval.",
        "RETURNED": "Given back to its owner with a comment.",
        "APPROVED": "Agreed; its period has not begun.",
        "ACTIVE": "Agreed, and its period has begun.",
        "CLOSED": "Over; its result stands.",
    },
)


class GoalMeasure(StrEnum):
    REVENUE = "revenue"
    MARGIN = "margin"
    OTHER = "other"


described_enum(
    GoalMeasure,
    "What counts, as far as two measures go.",
    {
        "REVENUE": "The amounts of sales.",
        "MARGIN": "The amounts less the costs, over sales whose cost is known.",
        "OTHER": "Another measure, or none yet.",
    },
)
described_enum(
    Confidence,
    "Whether the owner expects to reach the goal.",
    {
        "ON_TRACK": "Expects to reach it.",
        "AT_RISK": "May miss it.",
        "OFF_TRACK": "Expects to miss it.",
    },
)
described_enum(
    GoalAct,
    "What was done to a goal.",
    {
        "DRAFTED": "Proposed.",
        "CHANGED": "Its name or target was changed.",
        "SUBMITTED": "Handed in for approval.",
        "APPROVED": "Agreed to.",
        "RETURNED": "Given back with a comment.",
        "ACCEPTED": "Its owner accepted it.",
        "CHANGE_REQUESTED": "Its owner asked for a change.",
        "PROPOSED": "Its owner proposed a figure.",
        "ALIGNED": "It was put under another goal, or taken from under one.",
        "ROLLED_UP": "It was said what the goals below are to it; such acts are not listed as decisions.",
        "CASCADED": "It got its share of the goal above.",
        "SPREAD": "Spread over the periods of a calendar, or given its part so.",
        "UPLIFTED": "More was asked than planned.",
        "AMENDED": "Its target was changed after it had been agreed.",
        "PRORATED": "Its target was reduced to the days that count.",
        "RAMPED": "Its target was reduced for somebody new.",
        "OVERRIDDEN": "What it has reached was set by hand.",
        "RATED": "It was rated.",
        "SHARED": "Its contributors were named.",
        "ASSIGNED": "It was made from a template.",
        "CLOSED": "Its result was fixed.",
        "WEIGHED": "Its matrix was set.",
        "REOPENED": "Its result was taken back.",
        "KEPT_PRIVATE": "Its owner keeps it private.",
        "OPENED": "Its owner keeps it private no longer.",
        "CHECKED_IN": "Checked in on; such acts are listed as check-ins, not as decisions.",
        "BLOCKED": "Said to be blocked; such acts are listed as blockers, not as decisions.",
        "CORRECTED": "A corrective plan was opened; listed among the plans, not as a decision.",
    },
)


class ActualSource(StrEnum):
    MEASURED = "measured"
    OVERRIDDEN = "overridden"


described_enum(
    ActualSource,
    "Where a goal's actual comes from.",
    {"MEASURED": "What its measure counts.", "OVERRIDDEN": "Somebody set it by hand."},
)


described_enum(
    GoalAction,
    "What a viewer may do to a goal.",
    {
        "CHANGE": "Change what it says.",
        "SET_MATRIX": "Set the lines by which it is scored.",
        "SHARE": "Name its contributors.",
        "PRORATE": "Reduce its target to the days that count, or by a ramp.",
        "SUBMIT": "Hand it in for approval.",
        "APPROVE": "Agree to it.",
        "RETURN": "Give it back with a comment.",
        "ACCEPT": "Accept it.",
        "REQUEST_CHANGE": "Ask for a change.",
        "AMEND": "Propose another target.",
        "CHECK_IN": "Say how it goes.",
        "RAISE_BLOCKER": "Say what is in its way.",
        "OPEN_PLAN": "Open a corrective plan for it.",
        "KEEP_PRIVATE": "Keep it private.",
        "OPEN": "Keep it private no longer.",
        "OVERRIDE": "Set by hand what it has reached.",
        "RATE": "Rate it by its rubric.",
        "CLOSE": "Fix its score, once it is over.",
        "REOPEN": "Take its score back.",
        "PROPOSE": "Say which number you would set yourself.",
        "ALIGN": "Put it below another goal, or say why there is none above it.",
        "ROLL_UP": "Say what the goals below are to it, and what they weigh.",
        "SPREAD": "Spread it over the periods of a calendar.",
        "CASCADE": "Share it out among the people below its owner.",
        "SET_BUDGET": "Grant money, heads or tools to it.",
    },
)
