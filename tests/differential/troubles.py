"""What is in the way of goals, what is done about it, and who was told."""

from datetime import date, timedelta

from tests.differential.furnishing import Furniture
from tests.differential.words import LONG, hostile, mark

PEOPLE = (
    "Rui", "Sam", "Nia", "Tom", "Olga", "Mona", "Lea", "Vera", "Eve", "Paul", "Xan", "Cora", "Hal",
)  # fmt: skip
SUBJECTS = (
    "sale", "account", "feedback", "territory", "recognition", "opportunity", "insight", "sale",
    "unnamed_feedback", "assessment",
)  # fmt: skip
CAUSES = ("tools", "process", "policy", "personal", "external", "personal")
NOTICES = (
    "submission_due", "approval_waits", "approval_overdue", "milestone_reached", "plan_opened",
    "plan_closed", "blocker_raised", "blocker_resolved", "check_in_due", "check_in_overdue",
    "amendment_waits", "amendment_overdue", "note_shared", "note_answered", "note_acknowledged", "assessed",
)  # fmt: skip


def furnish_troubles(made: Furniture) -> None:
    goals = list(made.rows["goal"])
    for number, goal in enumerate(goals):
        if number % 2:
            _blocker(made, goal["id"], number)
        if number % 3 == 1:
            _plans(made, goal["id"], number)
        for percent in (50, 90, 100)[: number % 5]:
            made.add("goal_milestone", goal_id=goal["id"], percent=percent, reached_on=day(number))
            made.rows["goal_milestone"][-1].pop("id")
        told = {made.id("person", PEOPLE[number % 13]), goal["owner_id"]}
        if number % 4 == 1:
            told.add(made.id("person", "Audrey"))
        for person in sorted(told, key=str):
            kind = NOTICES[number % len(NOTICES)]
            about = "goal" if number % 7 else SUBJECTS[number // 7 % len(SUBJECTS)]
            subject = goal if about == "goal" else made.rows[about][number % len(made.rows[about])]
            made.add(
                "notice",
                person_id=person,
                subject_kind=about,
                subject_id=subject["id"],
                kind=kind,
                occasion=f"{number}",
                days=number % 3 if kind.startswith(("approval", "amendment", "check_in")) else None,
                percent=(50, 90, 100)[number % 3] if kind.startswith("milestone") else None,
                sent_at=made.instant(number),
                read_at=made.instant(number + 1) if number % 4 == 0 else None,
            )


def day(number: int) -> str:
    return (date(2020, 5, 1) + timedelta(days=number % 40)).isoformat()


def _blocker(made: Furniture, goal: object, number: int) -> None:
    for step in range(number % 4):
        id = made.new_id()
        state = ("open", "resolved", "withdrawn")[(number + step) % 3]
        resolved = state == "resolved"
        word = f"{hostile(number + step)} {mark('blocker', id)}"
        made.add(
            "blocker",
            id=id,
            goal_id=goal,
            cause=CAUSES[(number // 2 + step) % len(CAUSES)],
            # Words of what is personal are hidden from some who see that there is something.
            what=LONG * 3 if step == 2 else word,
            raised_on=day(number),
            raised_at=made.instant(number),
            raised_by_id=made.id("person", PEOPLE[(number + step) % 13]),
            state=state,
            resolved_on=day(number + step) if resolved and number % 40 + step < 40 else
            day(39) if resolved else None,
            resolved_at=made.instant(number + 1) if resolved else None,
            resolved_by_id=made.id("person", "Vera") if resolved else None,
            resolution=hostile(number) + "." if resolved else None,
            withdrawn_at=made.instant(number + 2) if state == "withdrawn" else None,
        )  # fmt: skip


def _plans(made: Furniture, goal: object, number: int) -> None:
    for turn, state in enumerate(("closed", ("open", "agreed")[number % 2])[number % 4 == 0 :]):
        id = made.new_id()
        by_hand, closed = (number + turn) % 3 == 0, state == "closed"
        made.add(
            "corrective_plan",
            id=id,
            goal_id=goal,
            opened_on=day(number),
            opened_at=made.instant(number),
            opened_by_id=made.id("person", "Mona") if by_hand else None,
            reason=f"{hostile(number)} {mark('corrective_plan', id)}" if by_hand else None,
            pace=None if by_hand else ("0.5", "-1.25", "0.7999")[number % 3],
            threshold=None if by_hand else "0.8",
            due_on=day(number + 14),
            state=state,
            agreed_at=made.instant(number) if state == "agreed" else None,
            agreed_by_id=made.id("person", "Vera") if state == "agreed" else None,
            closed_on=day(number + 3) if closed else None,
            closed_at=made.instant(number + 3) if closed else None,
            closed_by_id=made.id("person", "Mona") if closed else None,
            outcome=f"{hostile(number + 1)}." if closed else None,
        )
        for step in range(number % 4):
            step_id = made.new_id()
            done = step % 2 == 0
            made.add(
                "corrective_step",
                id=step_id,
                plan_id=id,
                goal_id=goal,
                what=f"{hostile(number + step)} {mark('corrective_step', step_id)}",
                due_on=day(number + step) if step else None,
                person_id=made.id("person", PEOPLE[(number + step) % 13]),
                added_at=made.instant(step // 2),
                added_by_id=made.id("person", PEOPLE[number % 13]),
                done_at=made.instant(number + step) if done else None,
                done_by_id=made.id("person", "Mona") if done else None,
            )
