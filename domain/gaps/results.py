"""What is said of somebody's figures: rounded for showing, and of peers no more than may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, unique

from domain.gaps.measures import GapMeasure, GapUnit
from domain.gaps.peers import Subject
from domain.gaps.windows import Window


@unique
class GapVerdict(StrEnum):
    BEHIND = "behind"
    AHEAD = "ahead"
    ALIKE = "alike"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of one measure: amounts rounded for showing, and of the peers what may be told."""

    measure: GapMeasure
    category: str
    verdict: GapVerdict
    topic: str | None
    sentence: str
    unit: GapUnit
    currency: str | None
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    shrunken: Decimal | None
    median: Decimal | None
    distance: Decimal | None
    facts: int
    peers: int
    formula: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is said of one person over some months; `reason` says why nothing can be said at all."""

    subject: Subject
    window: Window
    peers: str
    reason: str | None
    findings: Sequence[Finding]
