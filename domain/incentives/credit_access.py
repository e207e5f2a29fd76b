"""Who may see credits and the rules of crediting, and the doors to them."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, org_wide
from domain.errors import Conflict, NotFound
from domain.incentives.credit_models import CreditingRule, CreditProposal, StoredCredit
from domain.incentives.terms import CreditKind
from domain.people.access import organisation_wide, related


def visible_rule(actor: Actor) -> str:
    """SQL over `{row}`: rules name people and shares, so whoever sees everybody's pay sees them."""
    return "true" if org_wide(actor, FieldClass.PAY) else "false"


def visible_rate(actor: Actor) -> str:
    """SQL over `{row}`: rates of exchange are reference data."""
    return related(actor, FieldClass.REFERENCE, "{row}.id")


def visible_credit(actor: Actor) -> str:
    """SQL over `{row}`: what somebody is credited with is what they could earn."""
    return related(actor, FieldClass.PAY, "{row}.person_id")


def visible_split(actor: Actor) -> str:
    """SQL over `{row}`: somebody's share of a sale is what they are credited with."""
    return related(actor, FieldClass.PAY, "{row}.person_id")


def visible_crediting(actor: Actor) -> str:
    """SQL over `{row}`: what rules said of a sale is told to whoever sees the pay of somebody who sold
    it, alone or with others, or who is credited with it."""
    if org_wide(actor, FieldClass.PAY):
        return "true"
    theirs = [
        related(actor, FieldClass.PAY, f"{who}.person_id") for who in ("{row}", "together", "given")
    ]
    if theirs[0] == "false":
        return "false"
    return (
        f"({theirs[0]} or exists (select from sale_split together where together.org_id = :org::uuid"
        f" and together.sale_id = {{row}}.id and {theirs[1]})"
        " or exists (select from credit given where given.org_id = :org::uuid"
        f" and given.sale_id = {{row}}.id and given.superseded_at is null and {theirs[2]}))"
    )


def visible_proposal(actor: Actor) -> str:
    """SQL over `{row}`: what is not decided is seen by those who deal with everybody's pay; what was
    given shows as a credit."""
    return "true" if org_wide(actor, FieldClass.PAY) else "false"


async def rule_in_use(actor: Actor, rule_id: UUID) -> CreditingRule:
    """A rule that is not retired, locked, for whoever administers crediting."""
    organisation_wide(actor, Act.CREDITING_ADMINISTER)
    rows = CreditingRule.filter(org_id=actor.org, id=rule_id)
    rule = await rows.select_for_update(no_key=True).first()
    if rule is None:
        raise NotFound("crediting rule", path=("ruleId",))
    if rule.retired_at is not None:
        raise Conflict("This rule is retired.", path=("ruleId",))
    return rule


async def proposal_for(actor: Actor, proposal_id: UUID) -> CreditProposal:
    """A proposal, locked, for somebody who decides upon them."""
    organisation_wide(actor, Act.CREDIT_APPROVE)
    rows = CreditProposal.filter(org_id=actor.org, id=proposal_id)
    proposal = await rows.select_for_update(no_key=True).first()
    if proposal is None:
        raise NotFound("proposal", path=("proposalId",))
    return proposal


async def manual_credit_for(actor: Actor, credit_id: UUID) -> StoredCredit:
    """A credit that was given by hand and counts, locked, for somebody who takes them back."""
    organisation_wide(actor, Act.CREDIT_REVERSE)
    rows = StoredCredit.filter(org_id=actor.org, id=credit_id)
    credit = await rows.select_for_update(no_key=True).first()
    if credit is None:
        raise NotFound("credit", path=("creditId",))
    if credit.kind != CreditKind.MANUAL or credit.reverses_id is not None:
        raise Conflict(
            "Only what was given by hand is taken back by hand; rules take back what they gave.",
            path=("creditId",),
        )
    if credit.superseded_at is not None:
        raise Conflict("This counts no more: its sale was withdrawn.", path=("creditId",))
    taken = StoredCredit.filter(
        org_id=actor.org, reverses_id=credit.id, kind=CreditKind.MANUAL.value
    )
    if await taken.exists():
        raise Conflict("This was taken back already.", path=("creditId",))
    return credit
