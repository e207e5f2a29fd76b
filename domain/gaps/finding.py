"""Where one person's figures stand far from their peers'.

What is told of peers is how many they are, the median of theirs to two digits, and what follows from
the two and the person's own figures: nobody's own, no least and no greatest. Those of them about whom
the caller cannot ask count only where they are at least five; or else somebody who knows the others
could work out the one that is left.
"""

from asyncio import to_thread
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from auth.actor import Actor
from domain.database import looking
from domain.gaps.counting import Counted, counted
from domain.gaps.exactly import coarse, rounded
from domain.gaps.facts import Facts
from domain.gaps.measures import MEASURES, Compared, GapMeasure, GapUnit, categories_of, mix_of
from domain.gaps.peers import Group, Peer, Subject, group_of, subject_of
from domain.gaps.results import Finding, Gaps, GapVerdict
from domain.gaps.rules import LEAST_PEERS, Standing, far, standing
from domain.gaps.windows import Window, window
from domain.gaps.wording import FEW_PEERS, NO_SPREAD, compared_in_words, few_facts
from domain.money import minor_units

T = TypeVar("T")

SOURCES: Final = (
    "Hampel, J. Amer. Stat. Assoc. 69 (1974) 383-393: the median and the median of the distances from it.",
    "Croux and Rousseeuw, Computational Statistics 1 (1992) 411-428: the latter for few values.",
    "Efron and Morris, J. Amer. Stat. Assoc. 70 (1975) 311-319: drawing figures of few facts together.",
    "Wilson, J. Amer. Stat. Assoc. 22 (1927) 209-212: the interval of a share.",
    "Crawford and Howell, Clin. Neuropsychol. 12 (1998) 482-486: one person against a small sample.",
    "Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995) 289-300: several measures at once.",
)
HOW_JUDGED: Final = (
    " The distance is (own - peers' median) / root of (how much peers differ in truth + chance in the own"
    " figure), where the former is the square of 1.4826 x the median of the peers' distances from their"
    " median, less what of it is chance. The figure expected further on is drawn towards the peers' median"
    " by chance / (chance + how much peers differ). It stands far where somebody like the peers would so"
    " rarely that of all measures called far at most a tenth is expected to be nothing, and its own interval"
    " leaves the peers' median out."
)


async def find_gaps(
    actor: Actor,
    *,
    person_id: UUID | None = None,
    months: int | None = None,
    last_month: date | None = None,
) -> Gaps | None:
    """Where somebody stands far from their peers, by default the caller over the last six months that
    are over. None where the caller may ask about nobody of that id. Raises Invalid."""
    days = window(months, last_month, actor.today)
    whom = person_id or actor.person
    if whom is None:
        return None
    async with looking(actor.org, actor.person):
        return await gaps_of(actor, whom, days)


async def gaps_of(actor: Actor, person_id: UUID, days: Window) -> Gaps | None:
    """The same, read in the current transaction, which sees what everybody sold."""
    subject = await subject_of(actor, person_id, days)
    if subject is None:
        return None
    if subject.job is None:
        return Gaps(subject, days, "nobody", NO_PLACE, ())
    group = await group_of(actor, subject, days)
    people = [subject.id, *(peer.id for peer in group.peers)]
    facts = await counted(actor.org, people, days, subject.currency)
    return await to_thread(gaps_among, subject, days, group, facts)


NO_PLACE: Final = "They did not hold one position through all of these days, so there is nobody to compare them with."


def gaps_among(subject: Subject, days: Window, group: Group, facts: Mapping[UUID, Counted]) -> Gaps:
    """The same from values alone."""
    nothing = Counted()
    everybody = [(peer, facts.get(peer.id, nothing)) for peer in group.peers]
    looked_at = [
        _looked_at(subject, facts.get(subject.id, nothing), everybody, *compared)
        for compared in _compared(everybody)
    ]
    verdicts = iter(far([each.found.chance for each in looked_at if each.found is not None]))
    findings = [each.said(each.found is not None and next(verdicts)) for each in looked_at]
    return Gaps(subject, days, group.words, None, findings)


def _compared(
    everybody: Sequence[tuple[Peer, Counted]],
) -> Iterator[tuple[GapMeasure, str, Compared]]:
    for measure, kind in MEASURES.items():
        yield measure, "", kind
    sellers = [each for each in everybody if each[1].nothing is not None]
    for category in categories_of([counts for _, counts in tellable(sellers)]):
        yield GapMeasure.MIX, category, mix_of(category)


def tellable(peers: Sequence[tuple[Peer, T]]) -> Sequence[tuple[Peer, T]]:
    """Those of them that may be summed up for the caller: without those about whom they cannot ask,
    where these are fewer than five."""
    unseen = sum(not peer.is_seen for peer, _ in peers)
    if 0 < unseen < LEAST_PEERS:
        return [each for each in peers if each[0].is_seen]
    return peers


@dataclass(frozen=True, slots=True)
class _LookedAt:
    """One measure, before it is known what stands far among all of them."""

    kind: Compared
    own: Facts | None
    found: Standing | None
    finding: Finding

    def said(self, is_far: bool) -> Finding:
        if self.own is None or self.found is None:
            return self.finding
        centre = self.found.peers.centre
        low, high = self.own.interval()
        covers = low <= centre <= high
        verdict = GapVerdict.ALIKE
        if is_far and not covers:
            ahead = (self.own.place > centre) == self.kind.higher_is_better
            verdict = GapVerdict.AHEAD if ahead else GapVerdict.BEHIND
        finding = replace(
            self.finding,
            verdict=verdict,
            topic=self.kind.topic if verdict is GapVerdict.BEHIND else None,
            shrunken=coarse(self.kind.shown(self.found.shrunken)),
            median=coarse(self.kind.shown(centre)),
            distance=rounded(self.found.distance, 1),
        )
        return replace(finding, sentence=compared_in_words(self.kind, finding, covers=covers))


def _looked_at(
    subject: Subject,
    counts: Counted,
    everybody: Sequence[tuple[Peer, Counted]],
    measure: GapMeasure,
    category: str,
    kind: Compared,
) -> _LookedAt:
    own = kind.facts(counts)
    enough = [each for each in everybody if kind.facts(each[1]) is not None]
    peers = [facts for _, each in tellable(enough) if (facts := kind.facts(each)) is not None]
    currency = subject.currency if kind.unit is GapUnit.MONEY else None
    finding = Finding(
        measure=measure,
        category=category,
        verdict=GapVerdict.UNSAID,
        topic=None,
        sentence="",
        unit=kind.unit,
        currency=currency,
        **_own_figures(kind, own, currency),
        shrunken=None,
        median=None,
        distance=None,
        facts=kind.number(counts),
        peers=len(peers) if len(peers) >= LEAST_PEERS else 0,
        formula=kind.formula + HOW_JUDGED,
    )
    if own is None:
        return _LookedAt(
            kind, None, None, replace(finding, sentence=few_facts(kind, finding.facts))
        )
    if len(peers) < LEAST_PEERS:
        return _LookedAt(kind, own, None, replace(finding, sentence=FEW_PEERS))
    found = standing(own, peers)
    if found is None:
        return _LookedAt(kind, own, None, replace(finding, sentence=NO_SPREAD))
    return _LookedAt(kind, own, found, finding)


def _own_figures(
    kind: Compared, own: Facts | None, currency: str | None
) -> dict[str, Decimal | None]:
    """The person's own figure and its interval, rounded for showing."""
    if own is None:
        return {"value": None, "low": None, "high": None}
    low, high = own.interval()
    named = {"value": own.place, "low": low, "high": high}
    return {name: shown(kind, place, currency) for name, place in named.items()}


def shown(kind: Compared, place: Decimal, currency: str | None) -> Decimal:
    """A figure of one's own, to as many places as its unit is shown with."""
    places = {GapUnit.RATE: 4, GapUnit.DAYS: 1}
    return rounded(kind.shown(place), places.get(kind.unit, minor_units(currency or "")))
