"""Who may read an organisation's history."""

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.people.access import related
from domain.readers import KINDS, is_reader
from domain.sql import quoted


def visible(actor: Actor) -> str:
    """SQL over `{row}`: for those who may read the history, and only what has its number, which an
    event gets right after the commit of what it records. What happened to a private goal shows to
    those alone who see the goal; and to a row that names its readers, to these."""
    allowed = related(actor, FieldClass.AUDIT, "{row}.person_id")
    if allowed == "false":
        return allowed
    kinds = ", ".join(map(quoted, KINDS))
    numbered = (
        f"{{row}}.number is not null and {allowed}"
        f" and ({{row}}.subject_kind not in ({kinds}) or {is_reader('{row}.subject_id')})"
    )
    theirs = related(actor, FieldClass.PRIVATE_GOAL, "kept.owner_id")
    if theirs == "true":
        return numbered
    return (
        f"{numbered} and not exists (select 1 from goal kept where kept.org_id = :org::uuid"
        f" and kept.id = {{row}}.subject_id and kept.private and not {theirs})"
    )
