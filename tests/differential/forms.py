"""What goals have beside their targets: contributors, matrices, adjustments, ratings, closings; and
templates, assignments and ramps."""

from tests.differential.furnishing import Furniture
from tests.differential.words import LONG, hostile, mark

NAMED = ("Rui", "Sam", "Nia", "Olga", "Pia", "Xan", "Vera", "Mona")
LINES = (
    ("revenue", None, "0.5", ("10", "100", "1000")),
    ("margin", "Rui", "0.25", ("-5", "0", "0.5")),
    ("units", "Sam", "0.25", ("1", "2", "3")),
    ("takings", None, "0", ("1000", "10", "0")),
)
GOALS = 66


def furnish_templates(made: Furniture) -> None:
    """Templates and what was assigned from them, which goals refer to; and ramps."""
    for number in range(10):
        place = number % 5
        id = made.new_id()
        made.add(
            "goal_template",
            str(number),
            id=id,
            name=f"{hostile(number)[:50]} {mark('goal_template', id)}"[:100],
            for_role=(None, "rep", "manager", "hr", "admin")[place],
            goal_name=LONG[:200] if place == 2 else hostile(number)[:100] or "Same",
            description="" if number % 2 else hostile(number),
            measure=("revenue", "units", "debt", "certified", "takings")[place],
            target=None if place == 1 else "12.5000",
            currency=None if place in (1, 3) else made.currency,
            no_parent_reason=None if number % 2 else hostile(number),
            retired_at=made.instant(number) if place == 4 else None,
            version=number + 1,
            updated_at=made.instant(number),
        )
        if place % 2:
            _template_lines(made, id, number)
        steps = ("0", "0.25", "0.5", "0.75", "1")[: place + 1]
        id = made.new_id()
        made.add(
            "ramp",
            str(number),
            id=id,
            name=f"{hostile(number + 1)[:50]} {mark('ramp', id)}"[:100],
            steps=f"{{{','.join(steps)}}}",
            retired_at=made.instant(number) if number % 2 else None,
            version=number + 1,
            updated_at=made.instant(number + 2),
        )
    for number in range(6):
        people = [str(made.id("person", name)) for name in NAMED[: number % 4]]
        made.add(
            "goal_assignment",
            str(number),
            template_id=made.id("goal_template", str(number % 3)),
            person_id=made.id("person", (None, "Mona", "Vera", "Cora", "Eve", "Lea")[number]),
            starts_on="2020-05-01",
            ends_on="2020-05-31",
            drafted=number,
            left_alone=f"{{{','.join(people)}}}",
            assigned_at=made.instant(number // 2),
        )


def _template_lines(made: Furniture, template: object, number: int) -> None:
    for place, (measure, weight) in enumerate((("revenue", "0.6"), ("units", "0.4")), 1):
        made.add(
            "goal_template_kpi",
            template_id=template,
            place=place,
            measure=measure,
            weight=weight,
            currency=made.currency if measure == "revenue" else None,
            threshold="0",
            target=f"{number}.5",
            stretch="12.3400",
            threshold_score="0.3333",
            target_score="1",
            stretch_score="10",
        )


def furnish_forms(made: Furniture) -> None:
    """The forms of the goals that are there."""
    goals = {int(name): row for row, name in _goals(made)}
    for number, goal in goals.items():
        if goal["scope"] == "contributors" or number % 11 == 3:
            for place, name in enumerate(NAMED[number % 3 :: 2]):
                id = made.new_id()
                made.add(
                    "goal_contributor",
                    id=id,
                    goal_id=goal["id"],
                    person_id=made.id("person", name),
                    part=""
                    if place == 1
                    else f"Same {mark('goal_contributor', id)}"[place % 2 * 5 :],
                )
        if number % 5 == 2:
            _matrix(made, goal, number)
        if number % 8 == 1:
            _adjustments(made, goal, number)
        if goal["measure"] in ("craft", "manners"):
            _ratings(made, goal, number)
        if goal["status"] == "closed" or number % 9 == 3:
            _closings(made, goal, number)


def _goals(made: Furniture):  # type: ignore[no-untyped-def]  # pairs of rows and names
    by_id = {id: name for (table, name), id in made.ids.items() if table == "goal"}
    return [(row, by_id[row["id"]]) for row in made.rows["goal"]]


def _matrix(made: Furniture, goal: dict[str, object], number: int) -> None:
    for place, (measure, owner, weight, levels) in enumerate(LINES, 1):
        threshold, target, stretch = levels
        is_number = measure == "units"
        made.add(
            "goal_kpi",
            goal_id=goal["id"],
            place=place,
            measure=measure,
            owner_id=made.id("person", owner),
            weight=weight,
            currency=None if is_number else goal["currency"] or made.currency,
            threshold=threshold,
            target=target,
            stretch=stretch,
            threshold_score="0.3333" if number % 2 else "0",
            target_score="1",
            stretch_score="1.5" if place % 2 else "10",
        )


def _adjustments(made: Furniture, goal: dict[str, object], number: int) -> None:
    for place in (1, 2):
        id, is_ramp = made.new_id(), place == 2
        made.add(
            "goal_adjustment",
            id=id,
            goal_id=goal["id"],
            place=place,
            kind="ramped" if is_ramp else "prorated",
            cause="tenure" if is_ramp else ("hire", "leave", "exit", "transfer_in")[number % 4],
            convention=("actual_days", "no_leap_day", "thirty_360", "working_days")[number % 4],
            change_day_counts=number % 2 == 0,
            first_day=made.first_day,
            last_day=made.last_day,
            counted="30.5000" if is_ramp else "61",
            whole="92",
            before="120000",
            after="79565.2200",
            ramp_id=made.id("ramp", str(number % 5)) if is_ramp else None,
            person_id=made.id("person", None if number % 3 else "Mona"),
            reason="" if is_ramp else f"{hostile(number)} {mark('goal_adjustment', id)}",
            adjusted_at=made.instant(number),
        )


def _ratings(made: Furniture, goal: dict[str, object], number: int) -> None:
    for step in range(number % 4):
        id = made.new_id()
        made.add(
            "goal_rating",
            id=id,
            goal_id=goal["id"],
            person_id=made.id("person", "Vera" if step else "Mona"),
            level=step % 2 + 1,
            comment=f"{hostile(number)} {mark('goal_rating', id)}",
            rated_at=made.instant(number if number % 2 else step),
        )


def _closings(made: Furniture, goal: dict[str, object], number: int) -> None:
    for step in range(2):
        id, is_over = made.new_id(), step == 0
        made.add(
            "goal_closing",
            id=id,
            goal_id=goal["id"],
            basis=("attainment", "matrix", "weighted", "rating")[number % 4],
            score="0.6667" if step else "-1.5",
            target=goal["target"] if goal["target"] != "9999999999999999.9999" else None,
            actual="0.0001" if number % 2 else None,
            person_id=made.id("person", "Vera"),
            note=f"{hostile(number)} {mark('goal_closing', id)}",
            closed_at=made.instant(number),
            reopened_by=made.id("person", "Cora") if is_over and number % 2 else None,
            reopened_at=made.instant(number + 1) if is_over else None,
            reopen_reason=hostile(number) if is_over else None,
        )
