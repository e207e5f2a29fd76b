"""Who may see sales, and totals over them."""

from auth.actor import Actor
from auth.permissions import GRANTED, FieldClass, reach
from domain.people.access import related
from domain.territories.access import granted


def visible(actor: Actor) -> str:
    """SQL over `{row}`: one's own, a manager's those of people below, all for readers of sales
    across the organisation, and for a partner app with the scope those in its territories."""
    if reach(actor, FieldClass.SALES) == GRANTED:
        return granted("{row}.territory_id")
    return related(actor, FieldClass.SALES, "{row}.person_id")


def visible_product(actor: Actor) -> str:
    """SQL over `{row}`: products are reference data."""
    return related(actor, FieldClass.REFERENCE, "{row}.id")


def visible_account(actor: Actor) -> str:
    """SQL over `{row}`: customers are looked up by everybody inside the organisation."""
    return related(actor, FieldClass.PUBLIC, "{row}.id")
