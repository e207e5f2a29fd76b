"""How people want to be told, and digests of what they were told."""

from datetime import date, timedelta

from tests.differential.furnishing import Furniture

KINDS = ("plan_opened", "milestone_reached", "mentioned", "approval_waits", "check_in_due")
HAPPENING = ("commented", "goal_approved", "recognised", "blocker_raised")


def furnish_digests(made: Furniture) -> None:
    """Every other notice stands in a digest of its person; each person has two."""
    digests: dict[tuple[object, int], object] = {}
    for number, notice in enumerate(made.rows["notice"]):
        person, turn = notice["person_id"], number // 2 % 2
        notice["delivery"] = ("now", "digest")[number % 3 == 0]
        notice["digest_id"] = None
        if number % 2:
            continue
        if (person, turn) not in digests:
            # Something happened on each of their last days; that of the second only where the company is.
            ends_on = date(2020, 5, 1) + timedelta(days=29 * turn)
            digests[person, turn] = made.add(
                "digest",
                person_id=person,
                rhythm=("daily", "weekly")[turn],
                starts_on=(ends_on - timedelta(days=6 * turn)).isoformat(),
                ends_on=ends_on.isoformat(),
                made_at=made.instant(number),
            )
        notice["digest_id"] = digests[person, turn]
    people = sorted({person for person, _ in digests}, key=str)
    for number, person in enumerate(people):
        for place, kind in enumerate(KINDS[: number % 6]):
            delivery = ("digest", "now", "never")[(number + place) % 3]
            made.add("notice_preference", person_id=person, kind=kind, delivery=delivery)
            made.rows["notice_preference"][-1].pop("id")
        if number % 2:
            rhythm = ("weekly", "never", "daily")[number % 3]
            day = ("monday", "friday")[number % 4 // 2]
            made.add(
                "digest_preference", person_id=person, rhythm=rhythm, hour=number % 24, weekday=day
            )
            made.rows["digest_preference"][-1].pop("id")
        for place, kind in enumerate(HAPPENING[: number % 5]):
            shown = (number + place) % 3 == 0
            made.add("activity_preference", person_id=person, kind=kind, shown=shown)
            made.rows["activity_preference"][-1].pop("id")
