"""What people do with scorecards. Words of assessments stand in the assessments and nowhere in the
history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.doors import seen
from domain.errors import Invalid
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.offline import when_written
from domain.people.access import organisation_wide
from domain.sales import access as sales
from domain.sales.models import Account, Sale
from domain.scorecards import rules
from domain.scorecards.access import (
    assessment_for,
    assessment_of_same_occasion,
    may_assess,
    scorecard_here,
)
from domain.scorecards.models import Assessment, AssessmentScore, Occasion, Scorecard
from domain.scorecards.rules import Criterion, Scored


@act
async def publish_scorecard(
    actor: Actor,
    *,
    name: str,
    criteria: Sequence[Criterion],
    description: str = "",
    replaces_id: UUID | None = None,
    id: UUID | None = None,
) -> UUID:
    """Say by what people are assessed: a new scorecard, or the next version of one, by which people are
    assessed from now on. What was assessed by an earlier version stays as it was."""
    organisation_wide(actor, Act.SCORECARDS_ADMINISTER)
    name = sound_text(name, longest=rules.LONGEST_NAME, path="name")
    description = sound_text(
        description, longest=rules.LONGEST_WORDS, path="description", required=False
    )
    sound = rules.sound_criteria(criteria)

    scorecard_id = id or new_id()
    series_id, number = scorecard_id, 1
    if replaces_id is not None:
        named, newest = await scorecard_here(actor, replaces_id, path=("replacesId",))
        if newest.retired_at is not None:
            raise rules.ScorecardRetired(path=("replacesId",))
        if named.number != newest.number:
            raise rules.ScorecardReplaced(named.number, newest.number)
        series_id, number = newest.series_id, newest.number + 1

    await Scorecard.add(
        org_id=actor.org,
        id=scorecard_id,
        series_id=series_id,
        number=number,
        name=name,
        description=description,
        criteria=[criterion.as_json() for criterion in sound],
        published_at=datetime.now(UTC),
        published_by_id=actor.person,
    )

    facts = {"name": name, "number": number, "replaces": replaces_id}
    await record(actor, "scorecard.published", "scorecard", scorecard_id, after=facts)
    return scorecard_id


@act
async def retire_scorecard(actor: Actor, *, scorecard_id: UUID) -> UUID:
    """Assess nobody by a scorecard any more; what was assessed stays."""
    organisation_wide(actor, Act.SCORECARDS_ADMINISTER)
    _, newest = await scorecard_here(actor, scorecard_id, path=("id",))

    if newest.retired_at is not None:
        raise rules.ScorecardRetired(path=("id",))
    await newest.change(retired_at=datetime.now(UTC), retired_by_id=actor.person)

    await record(actor, "scorecard.retired", "scorecard", newest.id)
    return newest.id


@act
async def write_assessment(
    actor: Actor,
    *,
    scorecard_id: UUID,
    scores: Sequence[Scored],
    person_id: UUID | None = None,
    occasion: Occasion | None = None,
    held_on: date | None = None,
    account_id: UUID | None = None,
    sale_id: UUID | None = None,
    same_occasion_as_id: UUID | None = None,
    comment: str = "",
    written_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Say how somebody did on an occasion, by the newest version of a scorecard. They are told. The
    occasion is a new one, or the same as that of another assessment of them."""
    now = datetime.now(UTC)
    assessment_id = id or new_id()
    met = await _met(
        actor, assessment_id, person_id, occasion, held_on, account_id, sale_id, same_occasion_as_id
    )
    await may_assess(actor, met.person_id)
    assert actor.person is not None, "only a person is permitted to assess"
    comment = sound_text(comment, longest=rules.LONGEST_WORDS, path="comment", required=False)
    written_at = when_written(written_at, now)

    _, scorecard = await scorecard_here(actor, scorecard_id, path=("scorecardId",))
    if scorecard.retired_at is not None:
        raise rules.ScorecardRetired(path=("scorecardId",))
    criteria = [Criterion.of(each) for each in scorecard.criteria]
    sound = rules.sound_scores(scores, criteria)
    points, most = rules.score_of(zip(sound, criteria, strict=True))
    if id is not None and await Assessment.arrived(
        actor.org,
        id,
        assessor_id=actor.person,
        person_id=met.person_id,
        points=points,
        comment=comment,
    ):
        return id
    if same_occasion_as_id and await _has_assessed(actor, met.occasion_id, scorecard.id):
        raise rules.AlreadyAssessed

    await Assessment.add(
        org_id=actor.org,
        id=assessment_id,
        scorecard_id=scorecard.id,
        person_id=met.person_id,
        assessor_id=actor.person,
        occasion_id=met.occasion_id,
        occasion=met.occasion,
        held_on=met.held_on,
        account_id=met.account_id,
        sale_id=met.sale_id,
        comment=comment,
        points=points,
        most=most,
        written_at=written_at,
        received_at=now,
    )
    await AssessmentScore.bulk_create(
        [
            AssessmentScore(
                org_id=actor.org,
                id=new_id(),
                assessment_id=assessment_id,
                series_id=scorecard.series_id,
                person_id=met.person_id,
                held_on=met.held_on,
                by_themselves=met.person_id == actor.person,
                place=place,
                criterion=criterion.name,
                scale=criterion.scale,
                weight=criterion.weight,
                score=scored.score,
                comment=scored.comment,
            )
            for place, (scored, criterion) in enumerate(zip(sound, criteria, strict=True), 1)
        ]
    )

    facts = {"person": met.person_id, "scorecard": scorecard.id, "occasion": met.occasion}
    await record(actor, "assessment.written", "assessment", assessment_id, after=facts)
    if met.person_id != actor.person:
        told = str(assessment_id)
        news = News(NoticeKind.ASSESSED, assessment_id, met.person_id, told, of="assessment")
        await send(actor, [news])
    return assessment_id


@act
async def withdraw_assessment(actor: Actor, *, assessment_id: UUID) -> UUID:
    """Take back what one wrote of an occasion: it is shown as withdrawn, and counts no more."""
    assessment = await assessment_for(actor, Act.ASSESSMENT_WITHDRAW, assessment_id)

    if assessment.withdrawn_at is not None:
        raise rules.AlreadyWithdrawn
    await assessment.change(withdrawn_at=datetime.now(UTC))
    scores = AssessmentScore.filter(org_id=actor.org, assessment_id=assessment.id)
    await scores.update(withdrawn=True)

    await record(actor, "assessment.withdrawn", "assessment", assessment.id)
    return assessment.id


@dataclass(frozen=True, slots=True)
class _Met:
    """An occasion: who was on it, when, and with whom."""

    person_id: UUID
    occasion_id: UUID
    occasion: str
    held_on: date
    account_id: UUID | None
    sale_id: UUID | None


async def _met(
    actor: Actor,
    assessment_id: UUID,
    person_id: UUID | None,
    occasion: Occasion | None,
    held_on: date | None,
    account_id: UUID | None,
    sale_id: UUID | None,
    same_as: UUID | None,
) -> _Met:
    if same_as is not None:
        if (person_id, occasion, held_on, account_id, sale_id) != (None,) * 5:
            raise Invalid(
                "The other assessment says already what occasion it was and of whom.",
                path=("sameOccasionAsId",),
            )
        other = await assessment_of_same_occasion(actor, same_as)
        return _Met(
            other.person_id,
            other.occasion_id,
            other.occasion,
            other.held_on,
            other.account_id,
            other.sale_id,
        )
    if person_id is None or occasion is None or held_on is None:
        raise Invalid("Say of whom, what occasion it was, and on which day.", path=("personId",))
    await _meant(actor, account_id, sale_id)
    day = rules.held(held_on, actor.today)
    return _Met(person_id, assessment_id, occasion, day, account_id, sale_id)


async def _meant(actor: Actor, account_id: UUID | None, sale_id: UUID | None) -> None:
    """Raises NotFound for a customer or a sale that the actor does not see."""
    if account_id is not None:
        shown, path = sales.visible_account(actor), ("accountId",)
        await seen(actor, Account, account_id, kind="account", visible=shown, path=path)
    if sale_id is not None:
        shown, path = sales.visible(actor), ("saleId",)
        await seen(actor, Sale, sale_id, kind="sale", visible=shown, path=path)


async def _has_assessed(actor: Actor, occasion_id: UUID, scorecard_id: UUID) -> bool:
    return await Assessment.filter(
        org_id=actor.org,
        occasion_id=occasion_id,
        assessor_id=actor.person,
        scorecard_id=scorecard_id,
        withdrawn_at=None,
    ).exists()
