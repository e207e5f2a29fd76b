"""Who may see what people are paid, and the runs that work it out."""

from auth.actor import Actor
from auth.permissions import ALL, FieldClass, Relation, org_wide, reach
from domain.database import NO_SIGHT, Sight
from domain.people.access import related

STANDING = "{row}.superseded_at is null"
"""SQL over `{row}`: the version of a result that stands."""


def visible(actor: Actor) -> str:
    """SQL over `{row}`: pay is seen by the payee, by managers above them, and by those who deal with
    everybody's."""
    return related(actor, FieldClass.PAY, "{row}.person_id")


def visible_run(actor: Actor) -> str:
    """SQL over `{row}`: runs are about everybody's pay."""
    return "{row}.tries_id is null" if org_wide(actor, FieldClass.PAY) else "false"


def visible_trial(actor: Actor) -> str:
    """SQL over `{row}`, a run: those that try a version are about everybody's pay, too."""
    return "{row}.tries_id is not null" if org_wide(actor, FieldClass.PAY) else "false"


def visible_tried(actor: Actor) -> str:
    """SQL over `{row}`: what somebody would be paid is shown to those who see what everybody is."""
    return "true" if org_wide(actor, FieldClass.PAY) else "false"


def visible_total(actor: Actor) -> str:
    """SQL over `{row}`: totals are seen by those who deal with money. Of a period that is under way each
    deal moves the total, which would tell what it paid: so that is for those who see it anyway."""
    if not org_wide(actor, FieldClass.PAY_TOTAL):
        return "false"
    return "true" if org_wide(actor, FieldClass.PAY) else "{row}.ends_on < :today::date"


def standing(actor: Actor) -> str:
    """SQL over `{row}`: results as they stand."""
    return STANDING


def sight(actor: Actor) -> Sight:
    """The same once more, for row security: a statement that forgot the predicate shows nothing
    else."""
    relations = reach(actor, FieldClass.PAY)
    if relations == ALL:
        return Sight(actor.person, "all", actor.today)
    if Relation.CHAIN in relations:
        return Sight(actor.person, "below", actor.today)
    return Sight(actor.person, "own", actor.today) if Relation.SELF in relations else NO_SIGHT
