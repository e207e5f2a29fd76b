"""Goals in every state, what was decided about them, how they go, and the history."""

from tests.differential.furnishing import Furniture
from tests.differential.goal_trees import furnish_trees
from tests.differential.trade import TERRITORIES
from tests.differential.words import CONTROLS, LONG, hostile, mark

OWNERS = (
    "Rui", "Rui", "Sam", "Nia", "Tom", "Olga", "Ute", "Gus", "Iris", "Pia", "Mona", "Lea", "Vera",
    "Bea", "Kim", "Xan", "Noor", "Cora", "Paul",
)  # fmt: skip
STATUSES = ("draft", "submitted", "returned", "approved", "approved")
PERIODS = (
    ("2020-05-01", "2020-05-31"),
    ("2020-05-01", "2020-05-31"),
    ("2020-04-01", "2020-06-30"),
    ("2020-01-01", "2020-12-31"),
    ("2020-05-29", "2020-05-29"),
    ("2020-05-30", "2020-06-30"),
    ("2019-05-01", "2020-05-28"),
    ("first", "last"),
    ("2020-02-29", "2020-03-01"),
)
MEASURES = (
    "revenue", "margin", "revenue", "units", "revenue", "visits", "debt", "margin", "revenue", "takings",
    "certified", "win_rate", "acquisition_cost", "new_customers", "cycle_length", "win_rate", "craft",
    "manners",
)  # fmt: skip
SCOPES = ("own", "team", "organisation", "contributors", "team", "organisation", "own")
TARGETS = (
    "0.0001", "1", "3", "7", "1000", "1000", "333.3333", "9999999999999999.9999", "9999999999999999",
    "0.5", "123456.7",
)  # fmt: skip
CURRENCIES = ("USD", "USD", "USD", "JPY", "KWD", "EUR")


def furnish_goals(made: Furniture) -> None:
    """Goals with their decisions and check-ins."""
    places = [*TERRITORIES, None]
    for number in range(66):
        id = made.new_id()
        owner = OWNERS[number % len(OWNERS)]
        starts_on, ends_on = PERIODS[number % len(PERIODS)]
        if starts_on == "first":
            starts_on, ends_on = made.first_day, made.last_day
        status = "closed" if number % 15 == 14 else STATUSES[number % len(STATUSES)]
        is_assigned = number % 6 != 4 and number % 4 == 1
        is_begun = (
            status in ("draft", "returned") and number % 20 == 10
        )  # a draft that does not say much yet
        words = ["Same goal", f"{hostile(number)} {mark('goal', id)}"]
        made.add(
            "goal",
            str(number),
            id=id,
            name=LONG if number == 20 else words[number % 4 > 0],
            owner_id=made.id("person", owner),
            territory_id=made.id("territory", places[number % len(places)]),
            measure=None if is_begun else MEASURES[number % len(MEASURES)],
            scope="own" if number % 6 == 4 else SCOPES[number % 7],
            start_value="1" if number % 9 == 4 else "0",
            override="12.5" if number % 13 == 5 else None,
            override_reason="Counted by hand." if number % 13 == 5 else None,
            starts_on=starts_on,
            ends_on=None if number % 15 == 5 else ends_on,
            target=None if is_begun else TARGETS[number % len(TARGETS)],
            currency=CURRENCIES[number % len(CURRENCIES)] if number % 3 else made.currency,
            status=status,
            private=number % 6 == 4,
            **_place(made, number),
            plan_target="12.3456" if number % 4 == 2 else None,
            uplift="0.125" if number % 8 == 2 else None,
            uplifted_by_id=made.id("person", "Vera") if number % 8 == 2 else None,
            proposed=TARGETS[number * 3 % len(TARGETS)] if number % 3 else None,
            score="0.6667" if status == "closed" else None,
            closed_at=made.instant(number) if status == "closed" else None,
            template_id=made.id("goal_template", str(number % 5)) if is_assigned else None,
            assignment_id=made.id("goal_assignment", str(number % 6)) if is_assigned else None,
            version=number % 4 + 1,
            updated_at=made.instant(number),
        )
        if number % 3:
            _decisions(made, str(number), owner, number)
        if number % 2:
            _check_ins(made, str(number), number)
    furnish_trees(made)


def _place(made: Furniture, number: int) -> dict[str, object]:
    """Where a goal stands: half of them in trees, whose parts weigh what they may."""
    above = number // 2 - (number // 2 % 6 == 4)
    has_parent = number % 6 != 4 and number % 5 and number > 2
    return {
        "parent_id": made.id("goal", str(above)) if has_parent else None,
        "no_parent_reason": None if has_parent or number % 4 else hostile(number),
        "roll_up": "none" if number % 6 == 4 else ("weighted", "sum", "none")[number % 4 % 3],
        "weight": (None, "0.33333333", "0", "0.5")[number % 4] if has_parent else None,
    }


def _decisions(made: Furniture, goal: str, owner: str, number: int) -> None:
    acts = ("drafted", "changed", "submitted", "returned", "approved")[: number % 5 + 1]
    for step, act in enumerate(acts):
        id = made.new_id()
        by = "Vera" if act in ("returned", "approved") and owner != "Vera" else owner
        by = "Mona" if act in ("returned", "approved") and by == owner else by
        note = f"{hostile(number + step)} {mark('goal_decision', id)}"
        made.add(
            "goal_decision",
            id=id,
            goal_id=made.id("goal", goal),
            owner_id=made.id("person", owner),
            act=act,
            person_id=None if number % 7 == 0 else made.id("person", by),
            seen_version=None if step == 0 else step,
            note=note if act == "returned" or step % 2 else "" if step else None,
            target=TARGETS[(number + step) % len(TARGETS)],
            # Steps of one instant are told apart by their ids alone.
            decided_at=made.instant(number if number % 2 else step),
        )


def _check_ins(made: Furniture, goal: str, number: int) -> None:
    values = (None, "0", "-1.5", "850.5000", "9999999999999999.9999", "100", "0.0001")
    for step in range(number % 6):
        id = made.new_id()
        made.add(
            "check_in",
            id=id,
            goal_id=made.id("goal", goal),
            author_id=made.id("person", OWNERS[(number + step) % len(OWNERS)]),
            value=values[(number + step) % len(values)],
            confidence=("on_track", "at_risk", "off_track")[step % 3],
            note="" if step == 2 else f"{mark('check_in', id)} " + (LONG * 15 if step == 4 else hostile(number)),
            noted_at=made.instant(number + step // 2),
            created_at=made.instant(number + step),
            version=step + 1,
        )  # fmt: skip


def furnish_history(made: Furniture) -> None:
    """Events with all kinds of values before and after."""
    goals = [id for (table, _), id in made.ids.items() if table == "goal"]
    people = [id for (table, _), id in made.ids.items() if table == "person"]
    for number in range(30):
        id = made.new_id()
        act, kind, subjects = (
            ("goal.drafted", "goal", goals),
            ("goal.approved", "goal", goals),
            ("person.added", "person", people),
            ("role.granted", "role_grant", [made.new_id()]),
        )[number % 4]
        made.add(
            "event",
            id=id,
            act=act,
            subject_kind=kind,
            subject_id=None if number % 6 == 5 else subjects[number % len(subjects)],
            person_id=None if number % 5 == 0 else made.id("person", OWNERS[number % len(OWNERS)]),
            client_id=made.new_id() if number % 5 == 0 else None,
            via=hostile(number),
            before=_facts(number) if number % 3 else None,
            after=_facts(number + 1) if number % 4 else None,
            reason=None if number % 2 else f"{hostile(number)} {mark('event', id)}",
            recorded_at=made.instant(number % 8),
        )


def _facts(number: int) -> dict[str, object]:
    kinds: tuple[dict[str, object], ...] = (
        {},
        {"status": "draft", "target": "1000.0000"},
        {"status": "approved", "target": None, "version": 3},
        {hostile(number): hostile(number + 1), "b": True, "aa": False},
        {
            CONTROLS: CONTROLS,
            "list": [1, "two", None, [], {}],
            "within": {"z": 1, "a": {"é": "🎯"}},
        },
        {"large": 10**30, "negative": -5, "": ""},
    )
    return kinds[number % len(kinds)]
