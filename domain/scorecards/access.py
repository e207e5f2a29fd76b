"""Who may see scorecards and assessments, and the doors to them."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.doors import locked, seen
from domain.errors import NotFound, NotPermitted
from domain.people.access import related
from domain.people.access import visible as visible_person
from domain.people.models import Person
from domain.scorecards.models import Assessment, Scorecard

NEWEST = """not exists (select from scorecard newer where newer.org_id = :org::uuid
  and newer.series_id = {row}.series_id and newer.number > {row}.number)"""
"""SQL over `{row}`: no newer version of the scorecard is published."""


def visible_scorecard(actor: Actor) -> str:
    """SQL over `{row}`: by what people are assessed is known to everybody."""
    return related(actor, FieldClass.PUBLIC, "{row}.id")


def visible(actor: Actor) -> str:
    """SQL over `{row}`, an assessment or a score: seen by whom it is of, managers above, and HR."""
    return related(actor, FieldClass.COACHING, "{row}.person_id")


def reads_words(actor: Actor) -> str:
    """SQL over `{row}`, an assessment: its words, and what is said of it, are read by whom it is of and
    managers above."""
    return related(actor, FieldClass.ASSESSMENT_WORDS, "{row}.person_id")


def reported(actor: Actor) -> str:
    """SQL over `{row}`, a score: what counts in trends."""
    return f"not {{row}}.withdrawn and {visible(actor)}"


async def scorecard_here(
    actor: Actor, scorecard_id: UUID, *, path: tuple[str, ...]
) -> tuple[Scorecard, Scorecard]:
    """A version of a scorecard of the organisation's, and the newest, whose series is locked until
    the transaction ends. Raises NotFound."""
    named = await Scorecard.filter(org_id=actor.org, id=scorecard_id).first()
    if named is None:
        raise NotFound("scorecard", path=path)
    first = Scorecard.filter(org_id=actor.org, id=named.series_id)
    await first.select_for_update(no_key=True).first()
    newest = (
        await Scorecard.filter(org_id=actor.org, series_id=named.series_id)
        .order_by("-number")
        .first()
    )
    assert newest is not None, "the version named is one of them"
    return named, newest


async def may_assess(actor: Actor, person_id: UUID) -> None:
    """Raises NotFound and NotPermitted."""
    permitted = await seen(
        actor,
        Person,
        person_id,
        kind="person",
        visible=visible_person(actor),
        act=Act.ASSESSMENT_WRITE,
        person="id",
        path=("personId",),
    )
    if not permitted:
        raise NotPermitted(
            "People assess themselves, and managers those below them.", path=("personId",)
        )


async def assessment_of_same_occasion(actor: Actor, assessment_id: UUID) -> Assessment:
    """An assessment that the actor sees. Raises NotFound."""
    path = ("sameOccasionAsId",)
    await seen(
        actor, Assessment, assessment_id, kind="assessment", visible=visible(actor), path=path
    )
    return await Assessment.get(org_id=actor.org, id=assessment_id)


async def assessment_for(actor: Actor, act: Act, assessment_id: UUID) -> Assessment:
    """The assessment, locked, for its assessor. Raises NotFound and NotPermitted."""
    opened = await locked(
        actor,
        Assessment,
        assessment_id,
        kind="assessment",
        visible=visible(actor),
        act=act,
        person="assessor_id",
    )
    if not opened.permitted:
        raise NotPermitted("Only whoever wrote an assessment withdraws it.", path=("id",))
    return opened.row
