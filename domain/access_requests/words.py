"""Where words about somebody are kept: one statement for each table that has any.

Each gives `kind` (as people say it), `is_own` (whether the person wrote it), `written_at` and `words`. A test
looks every table up that names its readers, or whose words are kept for so long only: it is here, or among those
that hold no words about anybody.
"""

from collections.abc import Mapping

ABOUT = {
    "goal": "goal.owner_id = :subject::uuid",
    "blocker": """exists (select from goal where goal.org_id = :org::uuid and goal.id = blocker.goal_id
      and goal.owner_id = :subject::uuid)""",
    "sale": "sale.person_id = :subject::uuid",
    "opportunity": "opportunity.person_id = :subject::uuid",
    "pay_result": "pay_result.person_id = :subject::uuid",
    "one_to_one": ":subject::uuid in (one_to_one.leader_id, one_to_one.coachee_id)",
    "insight": ":subject::uuid in (insight.author_id, insight.owner_id)",
    "recognition": ":subject::uuid = any(recognition.receiver_ids || recognition.giver_id)",
    "assessment": "assessment.person_id = :subject::uuid",
    "task": ":subject::uuid = any(task.readers)",
}
"""What is said of these things is about somebody."""
ABOUT_NOBODY = frozenset({"account", "territory"})
"""What is said of these is about somebody only where it mentions them."""
_MENTIONED = """exists (select from mention where mention.org_id = :org::uuid
  and mention.comment_id = comment.id and mention.person_id = :subject::uuid)"""
_OF_THEIRS = (
    f"""exists (select from {kind} where {kind}.org_id = :org::uuid and {kind}.id = comment.{kind}_id
  and {about})"""
    for kind, about in ABOUT.items()
)
_CONCERNS = f"({' or '.join((_MENTIONED, *_OF_THEIRS))})"
"""SQL over `comment`: it is about the person, or mentions them."""

WORDS_ABOUT: Mapping[str, str] = {
    "goal_decision": """select 'decision upon a goal' as kind, person_id is not distinct from :subject::uuid as is_own,
    decided_at as written_at, note as words
  from goal_decision where org_id = :org::uuid and owner_id = :subject::uuid and note <> ''""",
    "corrective_plan": """select 'corrective plan', plan.opened_by_id is not distinct from :subject::uuid, plan.opened_at,
    concat_ws(E'\\n', plan.reason, plan.outcome)
  from corrective_plan plan join goal on goal.org_id = :org::uuid and goal.id = plan.goal_id
  where plan.org_id = :org::uuid and goal.owner_id = :subject::uuid
    and (plan.reason is not null or plan.outcome is not null)""",
    "agenda_item": """select 'point of a one-to-one', item.author_id = :subject::uuid, item.written_at, item.what
  from agenda_item item join one_to_one on one_to_one.org_id = :org::uuid and one_to_one.id = item.one_to_one_id
  where item.org_id = :org::uuid and item.state <> 'carried'
    and :subject::uuid in (one_to_one.leader_id, one_to_one.coachee_id)""",
    "note_revision": """select 'note', note.author_id = :subject::uuid, revision.written_at, revision.body
  from note_revision revision join note on note.org_id = :org::uuid and note.id = revision.note_id
  where revision.org_id = :org::uuid and note.about_id = :subject::uuid""",
    "note_reply": """select 'answer to a note', reply.author_id = :subject::uuid, reply.written_at, reply.body
  from note_reply reply join note on note.org_id = :org::uuid and note.id = reply.note_id
  where reply.org_id = :org::uuid and note.about_id = :subject::uuid""",
    # To the day, since what somebody sees without a name does not tell when it was written; and nothing that
    # has yet to come together with what others said.
    "feedback": """select 'feedback', giver_id = :subject::uuid, given_on::timestamp at time zone 'UTC', words
  from feedback where org_id = :org::uuid and (giver_id = :subject::uuid
    or (person_id = :subject::uuid and :subject::uuid <> all(waiting_for)))""",
    "feedback_request": """select 'request for feedback', asker_id = :subject::uuid, asked_at, question
  from feedback_request where org_id = :org::uuid
    and (person_id = :subject::uuid or asker_id = :subject::uuid)""",
    "feedback_reply": """select 'declined request for feedback', true, replied_at, reason
  from feedback_reply where org_id = :org::uuid and person_id = :subject::uuid and reason is not null""",
    "recognition": """select 'recognition', giver_id = :subject::uuid, given_at, words
  from recognition where org_id = :org::uuid
    and (giver_id = :subject::uuid or :subject::uuid = any(receiver_ids))""",
    "comment": f"""select 'comment', comment.author_id = :subject::uuid, comment.written_at, comment.body
  from comment where comment.org_id = :org::uuid and comment.body is not null and {_CONCERNS}""",
    "comment_version": f"""select 'comment as it was', comment.author_id = :subject::uuid, earlier.said_at, earlier.body
  from comment_version earlier
  join comment on comment.org_id = :org::uuid and comment.id = earlier.comment_id
  where earlier.org_id = :org::uuid and {_CONCERNS}""",
    "assessment": """select 'assessment', assessor_id = :subject::uuid, written_at, comment
  from assessment where org_id = :org::uuid and person_id = :subject::uuid and comment <> ''""",
    "assessment_score": """select 'criterion of an assessment', assessment.assessor_id = :subject::uuid,
    assessment.written_at, concat(score.criterion, ': ', score.comment)
  from assessment_score score
  join assessment on assessment.org_id = :org::uuid and assessment.id = score.assessment_id
  where score.org_id = :org::uuid and score.person_id = :subject::uuid and score.comment <> ''""",
    "task": """select 'task', asked_by_id = :subject::uuid, written_at, concat_ws(E'\\n', title, details)
  from task where org_id = :org::uuid and :subject::uuid = any(readers)""",
    "task_part": """select 'part of a task', task.asked_by_id = :subject::uuid, task.written_at, part.what
  from task_part part join task on task.org_id = :org::uuid and task.id = part.task_id
  where part.org_id = :org::uuid and part.person_id = :subject::uuid""",
    "task_due_change": """select 'why a task is due on another day', changed_by_id = :subject::uuid, changed_at, reason
  from task_due_change where org_id = :org::uuid and :subject::uuid = any(readers)""",
}
NO_WORDS_ABOUT_ANYBODY: Mapping[str, str] = {
    "note": "what its latest version says again",
    "note_evidence": "figures of theirs, and what things are called",
    "one_to_one": "who met whom and when",
    "access_extract": "what answered an earlier request",
    "unnamed_feedback": "the words of feedback once more, for who does not see the name",
    "mention": "who is mentioned in which comment",
}
