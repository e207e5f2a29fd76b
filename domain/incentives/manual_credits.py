"""Credits by hand: one person proposes, with a reason, another approves; one act takes them back.

What is taken back stays: a credit of the opposite amount on the same day names it, at the same rate of
exchange. Rules neither count nor touch what was given by hand; where a sale is withdrawn it goes too.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.incentives.credit_access import manual_credit_for, proposal_for
from domain.incentives.credit_models import CreditProposal, StoredCredit
from domain.incentives.credit_rules import CountsFor
from domain.incentives.crediting_facts import policy_of
from domain.incentives.manual_credit_rules import (
    AlreadyDecided,
    Portion,
    ProposalChanged,
    ProposalState,
    ReasonCode,
    Whole,
    portion_of,
)
from domain.incentives.plan_rules import not_oneself, sound_day
from domain.incentives.terms import CreditKind, Event
from domain.people.access import organisation_wide
from domain.people.models import Person
from domain.sales.models import Sale

LONGEST_REASON = 1_000


@act
async def propose_credit(
    actor: Actor,
    *,
    sale_id: UUID,
    person_id: UUID,
    reason_code: ReasonCode,
    reason: str,
    share: Decimal | None = None,
    amount: Decimal | None = None,
    counts_for: CountsFor = CountsFor.BOTH,
    event: Event = Event.BOOKING,
    credited_on: date | None = None,
    id: UUID | None = None,
) -> UUID:
    """Propose to credit somebody with a part of a sale, or to take one away, whatever rules say."""
    organisation_wide(actor, Act.CREDIT_PROPOSE)
    not_oneself(actor.person, person_id, path=("personId",))
    reason = sound_text(reason, longest=LONGEST_REASON, path="reason")
    sale = await _sale(actor, sale_id)
    if not await Person.filter(org_id=actor.org, id=person_id).exists():
        raise NotFound("person", path=("personId",))
    portion_of(_whole(sale), share, amount)
    sound_day(credited_on or sale.sold_on, path=("creditedOn",))

    said: dict[str, Any] = {
        "sale_id": sale.id,
        "sale_version": sale.version,
        "person_id": person_id,
        "counts_for": counts_for,
        "event": event,
        "credited_on": credited_on or sale.sold_on,
        "share": share,
        "amount": amount,
        "reason_code": reason_code,
    }
    proposal = await CreditProposal.add(
        org_id=actor.org, id=id or new_id(), reason=reason, proposed_by_id=actor.person, **said
    )

    await record(
        actor, "credit.proposed", "credit_proposal", proposal.id, after=said, reason=reason
    )
    return proposal.id


@act
async def approve_credit(
    actor: Actor, *, proposal_id: UUID, expected_version: int, note: str = ""
) -> UUID:
    """Give a credit that somebody else proposed for somebody else. Of a sale that has changed since,
    another is to be proposed."""
    proposal = await _waiting(actor, proposal_id, expected_version)
    if actor.person in (proposal.proposed_by_id, proposal.person_id):
        raise NotPermitted(
            "Somebody else has to approve what you propose, or get.", path=("proposalId",)
        )
    sale = await _sale(actor, proposal.sale_id)
    if sale.version != proposal.sale_version:
        raise Conflict(
            "The sale has changed since this was proposed: propose it anew.", path=("proposalId",)
        )
    portion = portion_of(_whole(sale), proposal.share, proposal.amount)
    policy = await policy_of(actor.org)
    rate = policy.rates.on(proposal.credited_on, sale.currency, policy.paid_in)
    if rate is None:
        raise Conflict(
            f"There is no rate of exchange from {sale.currency} to {policy.paid_in} on"
            f" {proposal.credited_on}.",
            path=("proposalId",),
        )

    credit = await StoredCredit.add(
        org_id=actor.org,
        id=new_id(),
        sale_id=sale.id,
        sale_version=sale.version,
        person_id=proposal.person_id,
        kind=CreditKind.MANUAL,
        counts_for=proposal.counts_for,
        event=proposal.event,
        credited_on=proposal.credited_on,
        place=_place(sale, proposal, portion),
        currency=sale.currency,
        exchange_rate=rate,
        paid_in=policy.paid_in,
        reason=proposal.reason,
        made_by_id=proposal.proposed_by_id,
        approved_by_id=actor.person,
        **_figures(portion),
    )
    await _decide(actor, proposal, ProposalState.APPROVED, note, credit.id)

    await record(actor, "credit.given", "credit", credit.id, after=_figures(portion))
    return proposal.id


@act
async def decline_credit(
    actor: Actor, *, proposal_id: UUID, expected_version: int, note: str
) -> UUID:
    """Say that a credit is not given, and why; whoever proposed it may withdraw it so."""
    proposal = await _waiting(actor, proposal_id, expected_version)
    note = sound_text(note, longest=LONGEST_REASON, path="note")

    await _decide(actor, proposal, ProposalState.DECLINED, note, None)
    return proposal.id


@act
async def reverse_credit(actor: Actor, *, credit_id: UUID, reason: str) -> UUID:
    """Take back what was given by hand, by a credit of the opposite amount that names it."""
    credit = await manual_credit_for(actor, credit_id)
    not_oneself(actor.person, credit.person_id, path=("creditId",))
    reason = sound_text(reason, longest=LONGEST_REASON, path="reason")
    portion = Portion(credit.share, credit.amount, credit.margin, credit.quantity).opposite

    made = await StoredCredit.add(
        org_id=actor.org,
        id=new_id(),
        sale_id=credit.sale_id,
        sale_version=credit.sale_version,
        person_id=credit.person_id,
        kind=CreditKind.MANUAL,
        counts_for=credit.counts_for,
        event=credit.event,
        credited_on=credit.credited_on,
        place=credit.place,
        currency=credit.currency,
        exchange_rate=credit.exchange_rate,
        paid_in=credit.paid_in,
        reverses_id=credit.id,
        reason=reason,
        made_by_id=actor.person,
        **_figures(portion),
    )

    after = {"reverses_id": credit.id, **_figures(portion)}
    await record(actor, "credit.reversed", "credit", made.id, after=after, reason=reason)
    return made.id


async def _waiting(actor: Actor, proposal_id: UUID, expected_version: int) -> CreditProposal:
    """A proposal that nobody has decided upon. Raises AlreadyDecided, which says who was first."""
    proposal = await proposal_for(actor, proposal_id)
    if proposal.state != ProposalState.WAITING:
        first = await Person.get(org_id=actor.org, id=proposal.decided_by_id)
        raise AlreadyDecided(ProposalState(proposal.state), first.name)
    ProposalChanged.since(expected_version, proposal.version)
    return proposal


async def _decide(
    actor: Actor, proposal: CreditProposal, state: ProposalState, note: str, credit: UUID | None
) -> None:
    if len(note) > LONGEST_REASON:
        raise Invalid(f"A note has at most {LONGEST_REASON} characters.", path=("note",))
    decided = {"state": state, "credit_id": credit, "note": note}
    await proposal.change(
        decided_by_id=actor.person,
        decided_at=datetime.now(UTC),
        version=proposal.version + 1,
        **decided,
    )
    await record(
        actor,
        f"credit.{state}",
        "credit_proposal",
        proposal.id,
        after={"state": state, "credit_id": credit},
        reason=note or None,
    )


async def _sale(actor: Actor, sale_id: UUID) -> Sale:
    sale = await Sale.filter(org_id=actor.org, id=sale_id).select_for_update(no_key=True).first()
    if sale is None:
        raise NotFound("sale", path=("saleId",))
    return sale


def _whole(sale: Sale) -> Whole:
    margin = None if sale.cost is None else sale.amount - sale.cost
    return Whole(sale.amount, margin, sale.quantity, sale.currency)


def _place(sale: Sale, proposal: CreditProposal, portion: Portion) -> str:
    """What puts it in order among credits of its day, from what it says alone."""
    parts = (
        sale.order_number,
        sale.external_id or "",
        sale.amount,
        proposal.event,
        CreditKind.MANUAL,
    )
    return "|".join(map(str, (*parts, proposal.counts_for, portion.amount)))


def _figures(portion: Portion) -> dict[str, Any]:
    return {
        "share": portion.share,
        "amount": portion.amount,
        "margin": portion.margin,
        "quantity": portion.quantity,
    }
