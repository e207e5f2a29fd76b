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
from typing import NamedTuple
from uuid import UUID

from domain.incentives.cutting import (
    Part,
    as_part,
    from_units,
    in_units,
    part_rounded_half_away,
)
from domain.incentives.formulas import Undefined, Value, evaluated
from domain.incentives.formulas.tree import Node
from domain.incentives.rounding import rounded_half_away
from domain.incentives.terms import CreditKind, Purpose
from domain.shares import places_of, whole_shares, whole_weights

ONE = Decimal(1)
PURPOSES = tuple(Purpose)
BOTH = frozenset(PURPOSES)


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
KINDS: Mapping[RuleKind, CreditKind] = {
    kind: CreditKind(kind) for kind in RuleKind if kind is not RuleKind.HOUSE
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One crediting rule, for credit dates from its first to its last day."""

    id: UUID
    name: str
    kind: RuleKind
    counts_for: frozenset[Purpose] = BOTH
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


class Around(NamedTuple):
    """Who stands around a deal on its day: who holds its territory, and above each person those
    above them, the nearest first."""

    holders: tuple[UUID, ...] = ()
    above: tuple[tuple[UUID, tuple[UUID, ...]], ...] = ()


class Award(NamedTuple):
    """One person's credit by one rule."""

    rule: UUID
    person: UUID
    kind: CreditKind
    counts_for: frozenset[Purpose]
    share: Part
    amount: Decimal
    margin: Decimal | None
    quantity: Decimal


class Verdict(NamedTuple):
    """What a rule gave, or why it gave nothing to anybody, or nothing to some."""

    rule: UUID
    gave: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crediting:
    """All that became of a deal; `primary` is the part of it that was given for each purpose."""

    awards: tuple[Award, ...]
    verdicts: tuple[Verdict, ...]
    primary: Mapping[Purpose, Part]


def credited(
    deal: Deal,
    rules: Sequence[Rule],
    around: Around,
    *,
    may_exceed: frozenset[Purpose] = frozenset(),
) -> Crediting:
    """Who is credited with a deal, and each rule's verdict."""
    return Rulebook(rules, may_exceed).credited(deal, around)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules in their order. Of deals that differ in nothing but their figures they say the same, which
    is worked out once."""

    rules: Sequence[Rule]
    may_exceed: frozenset[Purpose] = frozenset()
    _decided: "dict[tuple[object, ...], _Decided]" = field(default_factory=dict, compare=False)

    def credited(self, deal: Deal, around: Around) -> Crediting:
        """Who is credited with a deal, and each rule's verdict."""
        fails = tuple(_fails(rule, deal) for rule in self.rules)
        alike = deal.seller, deal.splits, deal.referred_by, around, fails
        decided = self._decided.get(alike)
        if decided is None:
            decided = self._decided[alike] = self._decide(deal, around, fails)
        awards = tuple(_with_amounts(deal, decided.gifts, decided.cuts))
        return Crediting(awards, decided.verdicts, decided.primary)

    def _decide(self, deal: Deal, around: Around, fails: Sequence[str | None]) -> "_Decided":
        asking = _Asking(deal, around, self.may_exceed)
        verdicts = tuple(map(asking.verdict, self.rules, fails))
        return _Decided(asking.gifts, _cuts(asking.gifts), verdicts, asking.primary)


class _Decided(NamedTuple):
    """What rules say of a deal, before it is amounts."""

    gifts: "Sequence[Gift]"
    cuts: "Sequence[_Cut]"
    verdicts: tuple[Verdict, ...]
    primary: Mapping[Purpose, Part]


def _fails(rule: Rule, deal: Deal) -> str | None:
    """What of a rule does not hold for a deal, in words."""
    if rule.first_day is not None and deal.on < rule.first_day:
        return f"It holds from {rule.first_day} on, and the credit is of {deal.on}."
    if rule.last_day is not None and deal.on > rule.last_day:
        return f"It held until {rule.last_day}, and the credit is of {deal.on}."
    if rule.condition is None:
        return None
    try:
        holds = evaluated(rule.condition, lambda asked: deal.facts.get(asked.name))
    except Undefined as undefined:
        return f"Its condition, {rule.written}, cannot be told: {undefined.message}"
    return None if holds else f"Its condition, {rule.written}, does not hold."


class Gift(NamedTuple):
    """A part of a deal that a rule gives, before it is an amount."""

    rule: Rule
    person: UUID
    part: Part
    counts_for: frozenset[Purpose]


class _Asking:
    """A deal, and what rules have given of it so far."""

    def __init__(self, deal: Deal, around: Around, may_exceed: frozenset[Purpose]) -> None:
        self._deal = deal
        self._holders = around.holders
        self._above = dict(around.above)
        self._may_exceed = may_exceed
        self._house: str | None = None
        self._had: dict[tuple[UUID, Purpose], str] = {}
        self.gifts: list[Gift] = []
        self.primary: dict[Purpose, Part] = dict.fromkeys(PURPOSES, 0)

    def verdict(self, rule: Rule, why_not: str | None) -> Verdict:
        if self._house is not None:
            why_not = f"The deal is kept for the house by “{self._house}”."
        if why_not is not None:
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

    def _parts(self, rule: Rule) -> Iterator[tuple[UUID, Part]]:
        """Whom a rule names, and with which part of the deal."""
        deal, share = self._deal, as_part(rule.share)
        match rule.kind:
            case RuleKind.DIRECT:
                if deal.seller is not None and not deal.splits:
                    yield deal.seller, share
            case RuleKind.SPLIT:
                yield from ((person, share * as_part(part)) for person, part in deal.splits)
            case RuleKind.TERRITORY:
                each = Fraction(1, max(len(self._holders), 1))
                yield from ((holder, share * each) for holder in self._holders)
            case RuleKind.OVERLAY if rule.person is not None:
                yield rule.person, share
            case RuleKind.REFERRAL if deal.referred_by is not None:
                yield deal.referred_by, share
            case RuleKind.ROLL_UP:
                yield from self._rolled_up(rule)

    def _rolled_up(self, rule: Rule) -> Iterator[tuple[UUID, Part]]:
        """Those above whoever is credited so far, each once, with the parts of those below them
        together, and never more than the deal."""
        below: dict[UUID, dict[UUID, Part]] = {}
        for gift in self.gifts:
            if gift.rule.kind is RuleKind.ROLL_UP or not gift.counts_for & rule.counts_for:
                continue
            for manager in self._above.get(gift.person, ())[: rule.levels]:
                of = below.setdefault(manager, {})
                of[gift.person] = max(of.get(gift.person, 0), gift.part)
        for manager, parts in below.items():
            yield manager, min(sum(parts.values()), 1) * as_part(rule.share)

    def _give(self, rule: Rule, person: UUID, part: Part, sentences: list[str]) -> None:
        wanted = rule.counts_for
        if had := {purpose for purpose in wanted if (person, purpose) in self._had}:
            for purpose in sorted(had):
                by = self._had[person, purpose]
                sentences.append(f"{{{person}}} is credited for {purpose} already, by “{by}”.")
            wanted -= had
        if rule.kind in PRIMARY:
            wanted -= self._exceeded(wanted, part, person, sentences)
        if not wanted:
            return
        for purpose in wanted:
            self._had[person, purpose] = rule.name
            if rule.kind in PRIMARY:
                self.primary[purpose] += part
        self.gifts.append(Gift(rule, person, part, wanted))

    def _exceeded(
        self, wanted: frozenset[Purpose], part: Part, person: UUID, sentences: list[str]
    ) -> frozenset[Purpose]:
        """The purposes for which the deal would be given away more than once."""
        bound = wanted - self._may_exceed
        found = frozenset(purpose for purpose in bound if self.primary[purpose] + part > 1)
        for purpose in sorted(found):
            percent = rounded_half_away(Fraction(self.primary[purpose] + part) * 100, 2)
            sentences.append(
                f"{{{person}}} would bring what is credited for {purpose} to {percent} % of the deal."
            )
        return found


QUANTITY_PLACES = 4
CUT_IN_TURN = (BOTH, *(frozenset({purpose}) for purpose in PURPOSES))
NOBODY: Mapping[RuleKind, str] = {
    RuleKind.DIRECT: "Nobody is named as the only one who sold it.",
    RuleKind.SPLIT: "It was not sold by several together.",
    RuleKind.TERRITORY: "Nobody held its territory on that day.",
    RuleKind.OVERLAY: "It names nobody.",
    RuleKind.REFERRAL: "Nobody referred the customer.",
    RuleKind.ROLL_UP: "Nobody stands above those who are credited.",
}


def _with_amounts(deal: Deal, gifts: Sequence[Gift], cuts: "Sequence[_Cut]") -> list[Award]:
    """Gifts in amounts. Primary parts are cut from the deal by largest remainder, so that those which
    make up the whole of it sum to it, for pay and for quota."""
    if not gifts:
        return []
    amounts = _cut(deal.amount, deal.places, gifts, cuts)
    margins = None if deal.margin is None else _cut(deal.margin, deal.places, gifts, cuts)
    quantities = _cut(deal.quantity, QUANTITY_PLACES, gifts, cuts)
    return [
        Award(
            gift.rule.id,
            gift.person,
            KINDS[gift.rule.kind],
            gift.counts_for,
            gift.part,
            amounts[place],
            None if margins is None else margins[place],
            quantities[place],
        )
        for place, gift in enumerate(gifts)
    ]


class _Cut(NamedTuple):
    """Gifts (by their places) that are cut together from what is left for these purposes."""

    purposes: frozenset[Purpose]
    own: Sequence[int]
    weights: Sequence[int]
    """Theirs, and that of what nobody is given."""


def _cuts(gifts: Sequence[Gift]) -> list[_Cut]:
    """What counts for both is cut first, and what counts for one alone from what is left of it."""
    primary = [n for n, gift in enumerate(gifts) if gift.rule.kind in PRIMARY]
    if len(primary) == 1 and gifts[primary[0]].part == 1:
        return []  # all of it: nothing is cut
    found = []
    left: dict[Purpose, Part] = dict.fromkeys(PURPOSES, 1)
    for purposes in CUT_IN_TURN:
        own = [n for n in primary if gifts[n].counts_for == purposes]
        total: Part = sum(gifts[n].part for n in own)
        room = min(left[purpose] for purpose in purposes)
        if not own or total > room:
            continue  # where more than the deal is given, parts need not sum to it
        weights = whole_weights([*(gifts[n].part for n in own), room - total])
        found.append(_Cut(purposes, own, weights))
        for purpose in purposes:
            left[purpose] -= total
    return found


def _cut(whole: Decimal, places: int, gifts: Sequence[Gift], cuts: Sequence[_Cut]) -> list[Decimal]:
    if not cuts and all(gift.part == 1 for gift in gifts):
        return [whole] * len(gifts)
    places = max(places, places_of(whole))
    units = in_units(whole, places)
    found = [part_rounded_half_away(units, gift.part) for gift in gifts]
    rest = dict.fromkeys(PURPOSES, units)
    for purposes, own, weights in cuts:
        cut = whole_shares(min((rest[purpose] for purpose in purposes), key=abs), weights)
        for n, amount in zip(own, cut, strict=False):
            found[n] = amount
        for purpose in purposes:
            rest[purpose] -= sum(cut[:-1])
    return [from_units(each, places) for each in found]


def released(whole: Decimal, so_far: Decimal, share: Decimal, places: int) -> Decimal:
    """What an event releases of an amount, after events that released `so_far` of it: rounded at
    both ends, so that all of them together release the whole."""
    end = rounded_half_away(Fraction(whole) * (Fraction(so_far) + Fraction(share)), places)
    return end - rounded_half_away(Fraction(whole) * Fraction(so_far), places)
