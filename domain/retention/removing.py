"""Removing what has been kept for long enough: a round, once a day.

What is removed is removed with all that belongs to it, and leaves no event: of what only its author read
there never was one. What led to it stays, and leads nowhere any longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from domain.database import current_transaction, on_behalf_of
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.retention.rules import kept_since
from domain.sql import bind

AT_ONCE = 500
_MONTHS = "select retention_months from organisation where org_id = $1"


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of words with what belongs to its rows. `old` is SQL over the table: not touched since
    `:before`. `parts` are tables with the column by which they belong, removed before; `unlinked` are
    statements that have what leads to the rows `:gone`, and outlives them, lead nowhere. Where the
    rows are figures as well they stay, and so do their parts: `words` is the column that is emptied."""

    table: str
    old: str
    parts: Sequence[tuple[str, str]] = ()
    unlinked: Sequence[str] = ()
    words: str | None = None


# Comments go by their own age; what they are about does not go as long as there is one.
_NOTHING_SAID = "not exists (select from comment where comment.org_id = :org::uuid and comment.{kind}_id = {kind}.id)"
KEPT: tuple[Kept, ...] = (
    Kept(
        "comment",
        "greatest(comment.received_at, comment.edited_at, comment.withdrawn_at) < :before",
        parts=(("mention", "comment_id"), ("comment_version", "comment_id")),
    ),
    Kept(
        "note",
        """note.updated_at < :before and not exists (select from note_reply reply
             where reply.org_id = :org::uuid and reply.note_id = note.id and reply.received_at >= :before)""",
        parts=(
            ("note_evidence", "note_id"),
            ("note_reply", "note_id"),
            ("note_revision", "note_id"),
        ),
    ),
    Kept(
        "agenda_item",
        """exists (select from one_to_one where one_to_one.org_id = :org::uuid
             and one_to_one.id = agenda_item.one_to_one_id and one_to_one.ended_at < :before)""",
        unlinked=(
            """update agenda_item set carried_from_id = null, times_carried = 0
                 where org_id = :org::uuid and carried_from_id = any(:gone::uuid[])""",
        ),
    ),
    Kept(
        "task",
        f"task.ended_at < :before and {_NOTHING_SAID.format(kind='task')}",
        parts=(("task_part", "task_id"), ("task_due_change", "task_id")),
    ),
    Kept("feedback", "feedback.given_at < :before"),
    Kept(
        "unnamed_feedback",
        "unnamed_feedback.delivered_on < (:before::timestamptz at time zone 'UTC')::date",
    ),
    Kept(
        "feedback_request",
        """feedback_request.asked_at < :before and not exists (select from feedback
             where feedback.org_id = :org::uuid and feedback.request_id = feedback_request.id)
           and not exists (select from unnamed_feedback said
             where said.org_id = :org::uuid and said.request_id = feedback_request.id)""",
        parts=(("feedback_reply", "request_id"),),
    ),
    Kept(
        "recognition",
        f"recognition.given_at < :before and {_NOTHING_SAID.format(kind='recognition')}",
    ),
    Kept(
        "assessment",
        """assessment.received_at < :before and (assessment.comment <> '' or exists (
             select from assessment_score said where said.org_id = :org::uuid
               and said.assessment_id = assessment.id and said.comment <> ''))""",
        parts=(("assessment_score", "assessment_id"),),
        words="comment",
    ),
)
KEPT_OTHERWISE = {
    "access_extract": "removed thirty days after it was answered",
    "one_to_one": "who met whom and when, without a word",
    "goal_decision": "how a goal came about, as long as there is the goal",
    "corrective_plan": "what was agreed about a goal, as long as there is the goal",
}


@each_organisation("43 2 * * *")
async def remove_old_words(org: UUID) -> bool:
    """Remove some of what is too old; true where there may be more."""
    async with on_behalf_of(org, sees_all_words=True):
        actor = await on_its_round(org, datetime.now(UTC))
        [organisation] = await current_transaction().execute_query_dict(_MONTHS, [org])
        if organisation["retention_months"] is None:
            return False
        before = kept_since(actor.today, organisation["retention_months"])
        removed = [await _remove(kept, org, before) for kept in KEPT]
        return max(removed) == AT_ONCE


async def _remove(kept: Kept, org: UUID, before: datetime) -> int:
    found = await _run(
        f"select id from {kept.table} where org_id = :org::uuid and {kept.old}"
        f" order by id limit {AT_ONCE} for update",
        {"org": org, "before": before},
    )
    values = {"org": org, "gone": [row["id"] for row in found]}
    if found:
        for statement in kept.unlinked:
            await _run(statement, values)
        for table, column in (*kept.parts, (kept.table, "id")):
            takes = (
                f"update {table} set {kept.words} = ''" if kept.words else f"delete from {table}"
            )
            await _run(
                f"{takes} where org_id = :org::uuid and {column} = any(:gone::uuid[])", values
            )
    return len(found)


async def _run(text: str, values: dict[str, object]) -> list[dict[str, UUID]]:
    statement, arguments = bind(text, values)
    found: list[dict[str, UUID]] = await current_transaction().execute_query_dict(
        statement, arguments
    )
    return found
