"""Who may see people, and what it means to stand above somebody."""

from auth.actor import Actor


def stands_above(person: str, *, or_is: bool = True) -> str:
    """SQL: on the caller's today, the viewer is above the person in this column (or is the person).

    One look-up in the primary key of `reach`.
    """
    nearest = 0 if or_is else 1
    return (
        "exists (select 1 from reach where reach.org_id = :org::uuid"
        f" and reach.viewer_id = :person::uuid and reach.person_id = {person}"
        f" and reach.depth >= {nearest} and reach.during @> :today::date)"
    )


def visible(actor: Actor) -> str:
    """Everybody in an organisation may look everybody up; what of a person shows is for the field
    classes. A partner app never sees a person's row."""
    return "false" if actor.person is None else "true"
