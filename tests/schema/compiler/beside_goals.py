"""What belongs to the goals of a large company, and lists of its own: rows enough that a list which
lacks an index shows it. They mean nothing beyond their number and their places."""

_GOALS = "goal where goal.org_id = $1"
_LATELY = "now() - random() * interval '90 days'"
_MANY = """generate_series(1, 20000) n
  cross join (select array_agg(id) as ids, count(*) as people from person where org_id = $1) who"""

_ONE, _NEXT = "ids[1 + n % people]", "ids[1 + (n + 1) % people]"

ROWS = (
    f"""insert into notice (org_id, id, person_id, subject_kind, subject_id, kind, occasion, sent_at)
      select $1, gen_random_uuid(), owner_id, 'goal', id, 'plan_opened', n::text, {_LATELY}
      from goal cross join generate_series(1, 2) n where org_id = $1""",
    f"""insert into digest (org_id, id, person_id, rhythm, starts_on, ends_on)
      select $1, gen_random_uuid(), ids[1 + n % people], 'daily', date '2020-01-01' + n, date '2020-01-01' + n
      from {_MANY} where n < 6000""",
    """update notice set digest_id = (select digest.id from digest where digest.org_id = $1
        and digest.person_id = notice.person_id limit 1) where org_id = $1""",
    f"""insert into comment (org_id, id, subject_kind, subject_id, author_id, body, body_html, written_at,
        received_at)
      select $1, gen_random_uuid(), 'goal', id, owner_id, 'It is', '<p>It is</p>', now(), {_LATELY}
      from goal cross join generate_series(1, 2) n where org_id = $1""",
    f"""insert into mention (org_id, id, comment_id, person_id, mentioned_at)
      select $1, gen_random_uuid(), id, author_id, {_LATELY} from comment where org_id = $1""",
    f"""insert into blocker (org_id, id, goal_id, cause, what, raised_on, raised_at, raised_by_id)
      select $1, gen_random_uuid(), id, (array['tools', 'policy', 'external'])[1 + n % 3], 'It is',
        date '2026-01-01' + (random() * 120)::int, {_LATELY}, owner_id from goal cross join generate_series(1, 2) n where org_id = $1""",
    f"""insert into corrective_plan (org_id, id, goal_id, opened_on, opened_at, reason, due_on)
      select $1, gen_random_uuid(), id, starts_on, now(), 'Behind', starts_on from {_GOALS}""",
    """insert into corrective_step (org_id, id, plan_id, goal_id, what, person_id, added_by_id)
      select $1, gen_random_uuid(), plan.id, goal.id, 'Something', goal.owner_id, goal.owner_id
      from corrective_plan plan join goal on goal.org_id = $1 and goal.id = plan.goal_id
      cross join generate_series(1, 2) where plan.org_id = $1""",
    f"""insert into goal_milestone (org_id, goal_id, percent, reached_on)
      select $1, id, 50, starts_on from {_GOALS}""",
    """insert into goal_revision (org_id, id, goal_id, number, name, description, measure, starts_on,
        ends_on, target)
      select $1, gen_random_uuid(), id, n, name, '', measure, starts_on, ends_on, target
      from goal cross join generate_series(1, 2) n where org_id = $1 and target is not null""",
    f"""insert into goal_amendment (org_id, id, goal_id, owner_id, effective_from, stated, policy, reason,
        state, target_before, target_after, requested_at, seen_version)
      select $1, gen_random_uuid(), id, owner_id, starts_on, 1, 'replace', 'More', 'requested', 1, 1,
        {_LATELY}, 1 from {_GOALS}""",
    f"""insert into goal_segment (org_id, id, goal_id, starts_on, ends_on, stated, target, policy)
      select $1, gen_random_uuid(), id, starts_on, ends_on, 1, 1, 'replace' from {_GOALS}""",
    f"""insert into goal_contributor (org_id, id, goal_id, person_id)
      select $1, gen_random_uuid(), id, owner_id from {_GOALS}""",
    f"""insert into goal_kpi (org_id, id, goal_id, place, measure, weight, threshold, target, stretch,
        threshold_score, target_score, stretch_score)
      select $1, gen_random_uuid(), id, 1, 'units', 1, 1, 2, 3, 0.5, 1, 1.5 from {_GOALS}""",
    f"""insert into goal_proposal (org_id, id, goal_id, amount, person_id)
      select $1, gen_random_uuid(), id, 1, owner_id from {_GOALS}""",
    f"""insert into goal_cascade (org_id, id, goal_id, seen_version, method, levels, plan, proposed_by_id)
      select $1, gen_random_uuid(), id, 1, 'equal', 1, 1, owner_id from {_GOALS}""",
    """insert into goal_cascade_line (org_id, id, cascade_id, goal_id, place, depth, person_id, leads,
        uplift, plan, street, locked)
      select $1, gen_random_uuid(), id, goal_id, 1, 1, proposed_by_id, false, 0, 1, 1, false
      from goal_cascade where org_id = $1""",
    f"""insert into delegation (org_id, id, from_id, to_id, starts_on, ends_on, created_at)
      select $1, gen_random_uuid(), ids[1 + n % people], ids[1 + (n + 1 + n / people) % people],
        '2020-01-01', '2020-01-02', {_LATELY} from {_MANY} where n < 6000""",
    f"""insert into note (org_id, id, about_id, author_id, body, body_html, written_at, written_on, readers)
      select $1, gen_random_uuid(), ids[1 + (n + 1) % people], ids[1 + n % people], 'A word', '<p>A word</p>', {_LATELY},
        date '2026-01-01' + n % 90, array[ids[1 + n % people], ids[1 + (n + 1) % people]] from {_MANY} where n < 6000""",
    """insert into note_revision (org_id, id, note_id, version, body, body_html, written_at, readers)
      select $1, gen_random_uuid(), id, 1, body, body_html, written_at, readers from note where org_id = $1""",
    """insert into note_reply (org_id, id, note_id, author_id, body, body_html, written_at, readers)
      select $1, gen_random_uuid(), id, about_id, body, body_html, written_at, readers from note where org_id = $1""",
    """insert into note_evidence (org_id, id, note_id, place, kind, subject_id, seen_as, name, unit, as_of, formula, source, readers)
      select $1, gen_random_uuid(), id, 1, 'goal', gen_random_uuid(), 'team', 'A goal', 'number', written_on, 'Counted.', 'Sales.', readers
      from note where org_id = $1""",
    f"""insert into insight (org_id, id, author_id, title, words, topic, told_on, told_at)
      select $1, gen_random_uuid(), ids[1 + n % people], 'It is', 'So', 'price', '2026-01-01', {_LATELY}
      from {_MANY} where n < 3000""",
    f"""insert into insight_step (org_id, id, insight_id, state, person_id, words, made_at)
      select $1, gen_random_uuid(), id, 'answered', author_id, 'So', {_LATELY} from insight where org_id = $1""",
    f"""insert into recognition (org_id, id, readers, giver_id, receiver_ids, value_ids, words, on_wall, given_on, given_at)
      select $1, gen_random_uuid(), array[ids[1 + n % people], ids[1 + (n + 1) % people]], ids[1 + n % people],
        array[ids[1 + (n + 1) % people]], array[gen_random_uuid()], 'So', n % 2 = 0, '2026-01-01', {_LATELY}
      from {_MANY} where n < 6000""",
    """update corrective_plan set state = 'closed', closed_on = '2026-01-01', closed_at = opened_at, closed_by_id = goal.owner_id,
        outcome = 'So' from goal where corrective_plan.org_id = $1 and goal.org_id = $1 and goal.id = corrective_plan.goal_id""",
    f"""insert into goal_decision (org_id, id, goal_id, owner_id, act, person_id, decided_at)
      select $1, gen_random_uuid(), id, owner_id, 'submitted', owner_id, {_LATELY} from {_GOALS}""",
    f"""insert into task (org_id, id, owner_id, asked_by_id, title, due_on, written_at, readers)
      select $1, gen_random_uuid(), {_ONE}, {_NEXT}, 'A task', date '2026-01-01' + n % 90, now(), array[{_ONE}, {_NEXT}]
      from {_MANY} where n < 3000""",
    f"""insert into one_to_one (org_id, id, leader_id, coachee_id, starts_at, planned_by_id, written_at, readers)
      select $1, gen_random_uuid(), {_ONE}, {_NEXT}, {_LATELY}, {_ONE}, now(), array[{_ONE}, {_NEXT}]
      from {_MANY} where n < 3000""",
    f"""insert into feedback_request (org_id, id, kind, asker_id, person_id, asked_ids, question, due_on, asked_on,
        asked_at, readers)
      select $1, gen_random_uuid(), 'asked_by_self', {_ONE}, {_ONE}, array[{_NEXT}], 'How?', '2026-06-01',
        '2026-05-01', {_LATELY}, array[{_ONE}, {_NEXT}] from {_MANY} where n < 3000""",
    """insert into feedback (org_id, id, kind, person_id, giver_id, request_id, words, given_on, given_at,
        visibility_id, unnamed, together, waiting_for, readers)
      select $1, gen_random_uuid(), kind, person_id, asked_ids[1], id, 'So', '2026-05-02', asked_at, $1, '{}',
        '{}', '{}', readers from feedback_request where org_id = $1""",
    """insert into unnamed_feedback (org_id, id, kind, person_id, words, delivered_on, readers)
      select $1, gen_random_uuid(), kind, person_id, 'So', '2026-05-03', array[person_id]
      from feedback_request where org_id = $1""",
    f"""insert into opportunity (org_id, id, name, person_id, opened_on, outcome)
      select $1, gen_random_uuid(), 'A chance', ids[1 + n % people], date '2024-01-01' + n % 900, 'open'
      from {_MANY}""",
    f"""insert into expense (org_id, id, person_id, spent_on, amount, currency)
      select $1, gen_random_uuid(), ids[1 + n % people], date '2024-01-01' + n % 900, 1, 'EUR'
      from {_MANY}""",
)
"""Statements over the organisation's id."""
TABLES = (
    "recognition", "insight", "insight_step", "note", "note_revision", "note_reply", "note_evidence", "task",
    "one_to_one", "feedback_request", "feedback", "unnamed_feedback",
    "notice", "digest", "comment", "mention", "blocker", "corrective_plan", "corrective_step", "goal_milestone", "goal_revision",
    "goal_amendment", "goal_segment", "goal_contributor", "goal_kpi", "goal_proposal", "goal_cascade",
    "goal_cascade_line", "delegation", "opportunity", "expense",
)  # fmt: skip
"""Whose rows are read through an index, or not at all."""
