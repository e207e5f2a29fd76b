"""Which terms of an agreement are in force, as SQL."""

# `:as_of` is a parameter of the read. A target counts from its effective day on, unless a later
# amendment took that day over; before the first amendment it is what was first agreed. An import may
# correct what was agreed as long as nobody has acted on it, so before any amendment: until the day of
# a correction it is what the correction found.
GOALS_AS_OF = """(select goal.*, goal.id as goal_id, term.id as amendment_id,
    coalesce(term.effective_from, greatest(corrected.since, goal.starts_on)) as since,
    coalesce(term.target_after, corrected.target, original.target_before, goal.target) as target_then
  from goal
  left join lateral (
    select agreed.id, agreed.effective_from, agreed.target_after from goal_amendment agreed
    where agreed.org_id = :org::uuid and agreed.goal_id = goal.id and agreed.state = 'approved'
      and agreed.superseded_at is null and agreed.effective_from <= :as_of::date
    order by agreed.effective_from desc, agreed.decided_at desc, agreed.id desc limit 1
  ) term on true
  left join lateral (
    select agreed.target_before, agreed.seen_version from goal_amendment agreed
    where agreed.org_id = :org::uuid and agreed.goal_id = goal.id and agreed.state = 'approved'
    order by agreed.decided_at, agreed.id limit 1
  ) original on true
  left join lateral (
    select max(change.changed_on) filter (where change.changed_on <= :as_of::date) as since,
      (array_agg(change.before ->> 'target' order by change.version)
        filter (where change.changed_on > :as_of::date))[1]::numeric as target
    from goal_change change
    where change.org_id = :org::uuid and change.goal_id = goal.id and change.before ? 'target'
      and change.version <= coalesce(original.seen_version, goal.version)
      and change.version > coalesce((select min(approval.version) from goal_change approval
        where approval.org_id = :org::uuid and approval.goal_id = goal.id
          and approval.after ->> 'status' = 'approved'), 0)
  ) corrected on true
  where goal.org_id = :org::uuid and goal.status in ('approved', 'closed'))"""

CURRENT_DELEGATION = """({row}.ended_at is null
  and :today::date between {row}.starts_on and {row}.ends_on)"""
"""SQL over `{row}`: a delegation that counts on the caller's today."""

ACTIVE_LOCK = "({row}.lifted_at is null and {row}.locks_on <= :today::date)"
"""SQL over `{row}`: a lock date that has passed, and that nobody lifted."""

ACCEPTANCE_DECISION = """(select said.id from goal_decision said
  where said.org_id = :org::uuid and said.goal_id = {row}.id
    and said.act in ('accepted', 'change_requested') and {row}.acceptance is not null
  order by said.decided_at desc, said.id desc limit 1)"""
"""SQL over `{row}`: the decision with which the owner said what they say of a goal now."""

REVISION = """(select count(*)::int from goal_revision said
  where said.org_id = :org::uuid and said.goal_id = {row}.id)"""
"""SQL over `{row}`: how often a goal was handed in."""

# The gate's rule, once more for lists; `gate_rules.missing_parts` decides.
MISSING = """array_remove(array[
    case when btrim({row}.name) = '' then 'name' end,
    case when {row}.measure is null then 'measure' end,
    case when {row}.target is null then 'target' end,
    case when exists (select 1 from person gone where gone.org_id = :org::uuid
      and gone.id = {row}.owner_id and (gone.disabled_at is not null
        or gone.left_on <= {row}.starts_on)) then 'owner' end,
    case when {row}.ends_on is null then 'due_date' end,
    case when {row}.parent_id is null and btrim(coalesce({row}.no_parent_reason, '')) = ''
      then 'parent' end], null)"""
MISSING_PARTS = (
    f"""case when {{row}}.status in ('draft', 'returned') then {MISSING} else '{{{{}}}}' end"""
)
"""SQL over `{row}`: the parts that a goal still lacks before it can be handed in."""
