"""Who may see territories."""

from auth.actor import Actor
from auth.permissions import Scope


def visible(actor: Actor) -> str:
    """SQL over `{row}`: everybody inside the organisation; a partner app with the scope sees the
    territories it was granted and what lies within them."""
    if actor.person is not None:
        return "true"
    if Scope.TERRITORIES_READ in actor.scopes:
        return granted("{row}.id")
    return "false"


def granted(territory: str) -> str:
    """SQL: this territory is one of the partner's, or lies within one."""
    return (
        "exists (select 1 from territory_within granted where granted.org_id = :org::uuid"
        f" and granted.outer_id = any(:territories::uuid[]) and granted.inner_id = {territory})"
    )
