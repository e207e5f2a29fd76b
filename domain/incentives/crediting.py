"""Who is credited with a deal, with how much of it, and by which rule; and why not by the others.

Rules are asked in their order. Each either gives something or says which of its conditions fails.
Whoever sold, holds the territory or shares in a split is credited with parts that sum to no more
than the deal, unless the policy lets them; overlays, referrals and roll-ups come on top. A person is
credited with a deal once for pay and once for quota, whichever rules would give them more: so a
manager of two who share a deal has it once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from domain.incentives.formulas import Undefined, Value, evaluated
from domain.incentives.formulas.tree import Node
from domain.incentives.rounding import rounded_half_away
from domain.incentives.terms import CreditKind, Purpose
from domain.shares import exact_weights, places_of, shares

ONE, NOTHING = Decimal(1), Decimal(0)


class RuleKind(StrEnum):
    """To whom a rule gives credit. A house rule gives none, to nobody, by any later rule."""

    HOUSE = "house"
    DIRECT = "direct"
    SPLIT = "split"
    TERRITORY = "territory"
    OVERLAY = "overlay"
    REFERRAL = "referral"
    ROLL_UP = "roll_up"


PRIMARY = (RuleKind.DIRECT, RuleKind.SPLIT, RuleKind.TERRITORY)


@dataclass(frozen=True, slots=True)
class Rule:
    """One crediting rule, for credit dates from its first to its last day."""

    id: UUID
    name: str
    kind: RuleKind
    counts_for: frozenset[Purpose] = frozenset(Purpose)
    condition: Node | None = None
    written: str = ""
    """The condition as people wrote it."""
    share: Decimal = ONE
    levels: int = 1
    person: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """What was sold, or the part of it that an event released, on the day that counts."""

    on: date
    amount: Decimal
    margin: Decimal | None
    quantity: Decimal
    places: int
    """Decimal places of its currency."""
    seller: UUID | None = None
    splits: tuple[tuple[UUID, Decimal], ...] = ()
    referred_by: UUID | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """Who stands around a deal on its day: who holds its territory, and above each person those
    above them, the nearest first."""

    holders: tuple[UUID, ...] = ()
    above: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Award:
    """One person's credit by one rule."""

    rule: UUID
    person: UUID
    kind: CreditKind
    counts_for: frozenset[Purpose]
    share: Fraction
    amount: Decimal
    margin: Decimal | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule gave, or why it gave nothing to anybody, or nothing to some."""

    rule: UUID
    gave: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crediting:
    """All that became of a deal; `primary` is the part of it that was given for each purpose."""

    awards: tuple[Award, ...]
    verdicts: tuple[Verdict, ...]
    primary: Mapping[Purpose, Fraction]


def credited(
    deal: Deal,
    rules: Sequence[Rule],
    around: Around,
    *,
    may_exceed: frozenset[Purpose] = frozenset(),
) -> Crediting:
    """Who is credited with a deal, and each rule's verdict."""
    asking = _Asking(deal, around, may_exceed)
    verdicts = [asking.verdict(rule) for rule in rules]
    return Crediting(
        tuple(_with_amounts(deal, asking.gifts)), tuple(verdicts), dict(asking.primary)
    )


@dataclass(frozen=True, slots=True)
class Gift:
    """A part of a deal that a rule gives, before it is an amount."""

    rule: Rule
    person: UUID
    part: Fraction
    counts_for: frozenset[Purpose]


class _Asking:
    """A deal, and what rules have given of it so far."""

    def __init__(self, deal: Deal, around: Around, may_exceed: frozenset[Purpose]) -> None:
        self._deal = deal
        self._around = around
        self._may_exceed = may_exceed
        self._house: str | None = None
        self._had: dict[tuple[UUID, Purpose], str] = {}
        self.gifts: list[Gift] = []
        self.primary = dict.fromkeys(Purpose, Fraction(0))

    def verdict(self, rule: Rule) -> Verdict:
        if (why_not := self._fails(rule)) is not None:
            return Verdict(rule.id, 0, (why_not,))
        if rule.kind is RuleKind.HOUSE:
            self._house = rule.name
            return Verdict(rule.id, 0, ("It keeps the deal for the house.",))
        parts = list(self._parts(rule))
        if not parts:
            return Verdict(rule.id, 0, (NOBODY[rule.kind],))
        sentences: list[str] = []
        before = len(self.gifts)
        for person, part in parts:
            self._give(rule, person, part, sentences)
        return Verdict(rule.id, len(self.gifts) - before, tuple(sentences))

    def _fails(self, rule: Rule) -> str | None:
        """The condition of a rule that does not hold, in words."""
        on = self._deal.on
        if self._house is not None:
            return f"The deal is kept for the house by “{self._house}”."
        if rule.first_day is not None and on < rule.first_day:
            return f"It holds from {rule.first_day} on, and the credit is of {on}."
        if rule.last_day is not None and on > rule.last_day:
            return f"It held until {rule.last_day}, and the credit is of {on}."
        if rule.condition is None:
            return None
        try:
            holds = evaluated(rule.condition, lambda asked: self._deal.facts.get(asked.name))
        except Undefined as undefined:
            return f"Its condition, {rule.written}, cannot be told: {undefined.message}"
        return None if holds else f"Its condition, {rule.written}, does not hold."

    def _parts(self, rule: Rule) -> Iterator[tuple[UUID, Fraction]]:
        """Whom a rule names, and with which part of the deal."""
        deal, share = self._deal, Fraction(rule.share)
        match rule.kind:
            case RuleKind.DIRECT:
                if deal.seller is not None and not deal.splits:
                    yield deal.seller, share
            case RuleKind.SPLIT:
                yield from ((person, share * Fraction(part)) for person, part in deal.splits)
            case RuleKind.TERRITORY:
                for holder in self._around.holders:
                    yield holder, share / len(self._around.holders)
            case RuleKind.OVERLAY if rule.person is not None:
                yield rule.person, share
            case RuleKind.REFERRAL if deal.referred_by is not None:
                yield deal.referred_by, share
            case RuleKind.ROLL_UP:
                yield from self._rolled_up(rule)

    def _rolled_up(self, rule: Rule) -> Iterator[tuple[UUID, Fraction]]:
        """Those above whoever is credited so far, each once, with the parts of those below them
        together, and never more than the deal."""
        below: dict[UUID, dict[UUID, Fraction]] = {}
        for gift in self.gifts:
            if gift.rule.kind is RuleKind.ROLL_UP or not gift.counts_for & rule.counts_for:
                continue
            for manager in self._around.above.get(gift.person, ())[: rule.levels]:
                of = below.setdefault(manager, {})
                of[gift.person] = max(of.get(gift.person, Fraction(0)), gift.part)
        for manager, parts in below.items():
            yield manager, min(sum(parts.values(), Fraction(0)), Fraction(1)) * Fraction(rule.share)

    def _give(self, rule: Rule, person: UUID, part: Fraction, sentences: list[str]) -> None:
        had = {purpose for purpose in rule.counts_for if (person, purpose) in self._had}
        for purpose in sorted(had):
            by = self._had[person, purpose]
            sentences.append(f"{{{person}}} is credited for {purpose} already, by “{by}”.")
        wanted = rule.counts_for - had
        if rule.kind in PRIMARY:
            wanted -= self._exceeded(wanted, part, person, sentences)
        if not wanted:
            return
        for purpose in wanted:
            self._had[person, purpose] = rule.name
            if rule.kind in PRIMARY:
                self.primary[purpose] += part
        self.gifts.append(Gift(rule, person, part, frozenset(wanted)))

    def _exceeded(
        self, wanted: frozenset[Purpose], part: Fraction, person: UUID, sentences: list[str]
    ) -> frozenset[Purpose]:
        """The purposes for which the deal would be given away more than once."""
        found = set()
        for purpose in sorted(wanted - self._may_exceed):
            total = self.primary[purpose] + part
            if total > 1:
                found.add(purpose)
                sentences.append(
                    f"{{{person}}} would bring what is credited for {purpose} to"
                    f" {rounded_half_away(total * 100, 2)} % of the deal."
                )
        return frozenset(found)


QUANTITY_PLACES = 4
NOBODY: Mapping[RuleKind, str] = {
    RuleKind.DIRECT: "Nobody is named as the only one who sold it.",
    RuleKind.SPLIT: "It was not sold by several together.",
    RuleKind.TERRITORY: "Nobody held its territory on that day.",
    RuleKind.OVERLAY: "It names nobody.",
    RuleKind.REFERRAL: "Nobody referred the customer.",
    RuleKind.ROLL_UP: "Nobody stands above those who are credited.",
}


def _with_amounts(deal: Deal, gifts: Sequence[Gift]) -> Iterator[Award]:
    """Gifts in amounts. Primary parts are cut from the deal by largest remainder, so that those which
    make up the whole of it sum to it, for pay and for quota."""
    amounts = _cut(deal.amount, deal.places, gifts)
    margins = None if deal.margin is None else _cut(deal.margin, deal.places, gifts)
    quantities = _cut(deal.quantity, QUANTITY_PLACES, gifts)
    for place, gift in enumerate(gifts):
        yield Award(
            gift.rule.id,
            gift.person,
            CreditKind(gift.rule.kind.value),
            gift.counts_for,
            gift.part,
            amounts[place],
            None if margins is None else margins[place],
            quantities[place],
        )


def _cut(whole: Decimal, places: int, gifts: Sequence[Gift]) -> list[Decimal]:
    places = max(places, places_of(whole))
    found = [rounded_half_away(Fraction(whole) * gift.part, places) for gift in gifts]
    left = {purpose: Fraction(1) for purpose in Purpose}
    rest = dict.fromkeys(Purpose, whole)
    # What counts for both is cut first, and what counts for one alone from what is left of it.
    for purposes in (frozenset(Purpose), *(frozenset({purpose}) for purpose in Purpose)):
        own = [
            n for n, gift in enumerate(gifts)
            if gift.rule.kind in PRIMARY and gift.counts_for == purposes
        ]  # fmt: skip
        total = sum((gifts[n].part for n in own), Fraction(0))
        room = min(left[purpose] for purpose in purposes)
        if not own or total > room:
            continue  # more than the deal is given, so parts need not sum to it
        of = min((rest[purpose] for purpose in purposes), key=abs)
        weights = exact_weights([*(gifts[n].part for n in own), room - total])
        cut = shares(of, weights, places)
        for n, amount in zip(own, cut, strict=False):
            found[n] = amount
        for purpose in purposes:
            left[purpose] -= total
            rest[purpose] -= sum(cut[:-1], NOTHING)
    return found


def released(whole: Decimal, so_far: Decimal, share: Decimal, places: int) -> Decimal:
    """What an event releases of an amount, after events that released `so_far` of it: rounded at
    both ends, so that all of them together release the whole."""
    end = rounded_half_away(Fraction(whole) * (Fraction(so_far) + Fraction(share)), places)
    return end - rounded_half_away(Fraction(whole) * Fraction(so_far), places)
