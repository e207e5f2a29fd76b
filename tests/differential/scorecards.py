"""By what people are assessed, and how they did."""

from datetime import date, timedelta

from tests.differential.furnishing import Furniture
from tests.differential.words import hostile, mark

SCALES = (("one_to_five", 1, 5), ("zero_to_ten", 0, 10), ("yes_no", 0, 1))
OCCASIONS = ("visit", "call", "meeting", "demo")
# Of whom, by whom: above, themselves, somebody who was above once, and nobody above at all.
ASSESSED = (
    ("Rui", "Mona"), ("Rui", "Rui"), ("Sam", "Mona"), ("Nia", "Lea"), ("Tom", "Vera"), ("Olga", "Eve"),
    ("Mona", "Vera"), ("Rui", "Vera"), ("Xan", "Xan"), ("Hal", "Hal"),
)  # fmt: skip


def furnish_scorecards(made: Furniture) -> None:
    for series in range(3):
        first = made.new_id()
        for number in range(1, series + 2):
            id = first if number == 1 else made.new_id()
            made.add(
                "scorecard",
                f"{series} {number}",
                id=id,
                series_id=first,
                number=number,
                name=f"{hostile(series + number)} {mark('scorecard', id)}",
                description=hostile(number),
                criteria=[
                    {
                        "name": _criterion(place),
                        "scale": SCALES[place % 3][0],
                        "weight": ("1", "0.50", "12.25")[place % 3],
                        "description": hostile(place + number),
                    }
                    for place in range(1, series + 3)
                ],
                published_at=made.instant(number),
                published_by_id=made.id("person", "Mona") if series else None,
                retired_at=made.instant(5) if series == 2 and number == 3 else None,
                retired_by_id=made.id("person", "Hal") if series == 2 and number == 3 else None,
            )
    for number in range(30):
        _assess(made, number)


def _criterion(place: int) -> str:
    return hostile(7 + place).strip()


def _assess(made: Furniture, number: int) -> None:
    person, assessor = ASSESSED[number % len(ASSESSED)]
    series = number % 3
    id, version = made.new_id(), 1 + number % (series + 1)
    scorecard, first = (made.id("scorecard", f"{series} {each}") for each in (version, 1))
    held_on = date(2020, 3, 1) + timedelta(days=7 * (number % 11))
    gone = number % 9 == 4
    points = most = 0
    for place in range(1, series + 3):
        scale, low, high = SCALES[place % 3]
        score = (
            None
            if place > 1 and (number + place) % 4 == 0
            else low + (number + place) % (high - low + 1)
        )
        if score is not None:
            weight = (100, 50, 1225)[place % 3]
            points += weight * 20 * (score - low) // (high - low)
            most += weight * 20
        score_id = made.new_id()
        made.add(
            "assessment_score",
            id=score_id,
            assessment_id=id,
            series_id=first,
            person_id=made.id("person", person),
            held_on=held_on.isoformat(),
            by_themselves=person == assessor,
            place=place,
            criterion=_criterion(place),
            scale=scale,
            weight=("1", "0.50", "12.25")[place % 3],
            score=score,
            comment=f"{hostile(number)} {mark('assessment_score', score_id)}" if number % 2 else "",
            withdrawn=gone,
        )
    # Everything that was said of one occasion stands one after the other.
    with_another = number % 10 == 1
    made.add(
        "assessment",
        id=id,
        scorecard_id=scorecard,
        person_id=made.id("person", person),
        assessor_id=made.id("person", assessor),
        occasion_id=made.rows["assessment"][-1]["id"] if with_another else id,
        occasion=OCCASIONS[number % 4],
        held_on=held_on.isoformat(),
        account_id=made.rows["account"][number % 5]["id"] if number % 3 else None,
        sale_id=made.rows["sale"][number % 20]["id"] if number % 4 == 1 else None,
        comment=f"{hostile(number + 3)} {mark('assessment', id)}" if number % 3 else "",
        points=f"{points / 100:.2f}",
        most=f"{most / 100:.2f}",
        written_at=made.instant(number),
        received_at=made.instant(number + 1),
        withdrawn_at=made.instant(number + 2) if gone else None,
    )
