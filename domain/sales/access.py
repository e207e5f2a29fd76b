"""Who may see sales, and totals over them."""

from auth.actor import Actor
from auth.permissions import FieldClass, Scope, org_wide
from domain.people.access import stands_above
from domain.territories.access import granted


def visible(actor: Actor) -> str:
    """SQL over `{row}`: one's own, those of people below, all for readers of team figures across the
    organisation, and for a partner app with the scope those in its territories."""
    if actor.person is None:
        return granted("{row}.territory_id") if Scope.SALES_READ in actor.scopes else "false"
    if org_wide(actor, FieldClass.TEAM):
        return "true"
    return stands_above("{row}.person_id")


def visible_catalogue(actor: Actor) -> str:
    """SQL for accounts and products: everybody inside the organisation."""
    return "false" if actor.person is None else "true"
