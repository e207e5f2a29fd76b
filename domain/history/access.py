"""Who may read an organisation's history."""

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.people.access import related


def visible(actor: Actor) -> str:
    """SQL over `{row}`: for those who may read the history, and only what has its number, which an
    event gets right after the commit of what it records."""
    allowed = related(actor, FieldClass.AUDIT, "{row}.person_id")
    return f"{{row}}.number is not null and {allowed}"
