"""Tasks of one and of several, out of all sorts of things; and programmes of one-to-ones."""

from datetime import date, timedelta

from tests.differential.furnishing import Furniture
from tests.differential.words import LONG, hostile, mark

PEOPLE = ("Audrey", "Mona", "Rui", "Audrey", "Sam", "Hal", "Vera", "Xan", "Audrey", "Eve", "Zed")
STATES = ("open", "done", "open", "dropped")


def furnish_tasks(made: Furniture) -> None:
    meetings, notes, goals = (list(made.rows[table]) for table in ("one_to_one", "note", "goal"))
    for number in range(36):
        if number % 6 == 1:
            meeting = meetings[number % len(meetings)]
            people = [meeting["leader_id"], meeting["coachee_id"]]
        else:
            named = [PEOPLE[(number * step) % len(PEOPLE)] for step in (1, 3, 4)]
            people = [made.id("person", name) for name in named[: number % 3 + 1]]
        id = made.new_id()
        readers = sorted({person for person in people if person is not None}, key=str)
        state = STATES[number % 4]
        day = date(2020, 5, 20) + timedelta(days=number)
        made.add(
            "task",
            id=id,
            readers=readers,
            owner_id=people[0],
            asked_by_id=people[-1],
            title=f"{hostile(number)} {mark('task', id)}",
            details=LONG * 10 if number % 2 else None,
            details_html=f"<p>{hostile(number)}</p>" if number % 2 else None,
            due_on=made.last_day if number == 7 else day.isoformat(),
            state=state,
            one_to_one_id=meeting["id"] if number % 6 == 1 else None,
            note_id=notes[number % len(notes)]["id"] if number % 6 == 2 else None,
            goal_id=goals[number % len(goals)]["id"] if number % 6 == 3 else None,
            asked_at=made.instant(number),
            written_at=made.instant(number + 1),
            ended_at=None if state == "open" else made.instant(number + 2),
            ended_by_id=None if state == "open" else people[0],
        )
        for place in range(number % 4):
            part = made.new_id()
            made.add(
                "task_part",
                id=part,
                readers=readers,
                task_id=id,
                person_id=people[place % len(people)],
                what=f"{hostile(number + place)} {mark('task_part', part)}",
                place=place // 2 + 1,
                done_at=made.instant(number) if (number + place) % 2 else None,
            )
        for turn in range(number % 3):
            change = made.new_id()
            made.add(
                "task_due_change",
                id=change,
                readers=readers,
                task_id=id,
                due_before=made.first_day if turn else "2020-05-01",
                due_after=day.isoformat(),
                reason=f"{hostile(number + turn)} {mark('task_due_change', change)}",
                changed_by_id=people[0],
                changed_at=made.instant(number // 2),
            )


def furnish_programmes(made: Furniture) -> None:
    for number, (leader, weeks, starts_on, until, retired_on) in enumerate(
        (
            (None, 4, "2020-03-02", "2021-01-01", None),
            ("Mona", 1, "2020-05-04", "2020-06-10", None),
            ("Eve", 2, "2020-05-01", "2020-12-31", "2020-05-20"),
            ("Rui", 26, "2020-04-01", "2022-04-01", None),
            (None, 3, "2019-12-30", "2020-01-31", None),
            (None, 1, "2020-05-29", "2020-05-30", "2020-05-29"),
            ("Vera", 5, "2020-06-01", "2020-07-01", None),
        )
    ):
        id = made.new_id()
        made.add(
            "programme",
            id=id,
            name=f"{hostile(number)} {mark('programme', id)}",
            purpose=hostile(number + 1) + ".",
            leader_id=made.id("person", leader),
            every_weeks=weeks,
            starts_on=starts_on,
            until=until,
            defined_by_id=made.id("person", "Hal") if number % 2 else None,
            defined_at=made.instant(number),
            retired_on=retired_on,
            retired_by_id=made.id("person", "Kim") if retired_on else None,
        )
