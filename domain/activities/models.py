"""What happens around people, by kind. It is stored nowhere by itself: a view over what it happened to
(migrations/0043_activities.py)."""

from enum import StrEnum


class ActivityKind(StrEnum):
    RECOGNISED = "recognised"
    INSIGHT_TOLD = "insight_told"
    INSIGHT_ANSWERED = "insight_answered"
    INSIGHT_CHANGED = "insight_changed"
    INSIGHT_DECLINED = "insight_declined"
    INSIGHT_MERGED = "insight_merged"
    GOAL_SUBMITTED = "goal_submitted"
    GOAL_APPROVED = "goal_approved"
    GOAL_RETURNED = "goal_returned"
    GOAL_ACCEPTED = "goal_accepted"
    GOAL_CHANGE_REQUESTED = "goal_change_requested"
    GOAL_AMENDED = "goal_amended"
    GOAL_CLOSED = "goal_closed"
    MILESTONE_REACHED = "milestone_reached"
    PLAN_OPENED = "plan_opened"
    PLAN_CLOSED = "plan_closed"
    BLOCKER_RAISED = "blocker_raised"
    BLOCKER_RESOLVED = "blocker_resolved"
    COMMENTED = "commented"
