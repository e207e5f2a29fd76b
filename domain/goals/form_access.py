"""Who may see templates of goals, ramps, and what was assigned."""

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.people.access import related


def visible_form(actor: Actor) -> str:
    """SQL over `{row}`: templates and ramps are looked up by everybody inside the organisation."""
    return related(actor, FieldClass.PUBLIC, "{row}.id")


def visible_assignment(actor: Actor) -> str:
    """SQL over `{row}`: seen by whoever assigned, those above them, and readers of team figures."""
    return related(actor, FieldClass.TEAM, "{row}.person_id")
