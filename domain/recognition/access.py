"""Who may see recognition: giver and receivers; and everybody, while it is on the wall."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.doors import locked
from domain.errors import NotFound, NotPermitted
from domain.people.access import organisation_wide, related
from domain.readers import readable
from domain.recognition.models import Recognition, RecognitionValue


def visible(actor: Actor) -> str:
    """SQL over `{row}`: on the wall, or among its readers."""
    everybody, own = related(actor, FieldClass.PUBLIC, "{row}.giver_id"), readable(actor)
    if everybody == "false":
        return own
    return f"({{row}}.on_wall or {own})" if everybody == "true" else own


def visible_value(actor: Actor) -> str:
    """SQL over `{row}`: everybody in the organisation knows its values."""
    return related(actor, FieldClass.PUBLIC, "{row}.id")


def visible_count(actor: Actor) -> str:
    """SQL over `{row}`: counts are over the wall alone, which everybody sees."""
    return related(actor, FieldClass.PUBLIC, "{row}.value_id")


def on_wall(actor: Actor) -> str:
    """SQL over `{row}`: shown to everybody."""
    return "{row}.on_wall"


async def received(actor: Actor, recognition_id: UUID) -> Recognition:
    """A recognition of the actor, locked. NotFound or NotPermitted otherwise."""
    opened = await locked(
        actor,
        Recognition,
        recognition_id,
        kind="recognition",
        visible=visible(actor),
        act=Act.RECOGNITION_TAKE_OFF,
        person="giver_id",
    )
    if not opened.permitted or actor.person not in opened.row.receiver_ids:
        raise NotPermitted("Whoever is recognised takes it off the wall.", path=("recognitionId",))
    return opened.row


async def value_for(actor: Actor, value_id: UUID) -> RecognitionValue:
    """A value in use, locked, for somebody who names them. Raises NotPermitted and NotFound."""
    organisation_wide(actor, Act.RECOGNITION_ADMINISTER)
    values = RecognitionValue.filter(org_id=actor.org, id=value_id)
    value = await values.select_for_update(no_key=True).first()
    if value is None:
        raise NotFound("value", path=("valueId",))
    return value
