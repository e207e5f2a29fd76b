"""What was proposed for goals, granted to them, and how they were shared out."""

from tests.differential.furnishing import Furniture
from tests.differential.words import hostile, mark

AMOUNTS = ("0", "1", "333.3333", "9999999999999999.9999", "0.0001", "1000", "12.5")
METHODS = ("equal", "weights", "history", "potential")
STATES = ("applied", "proposed", "discarded")
PEOPLE = ("Mona", "Rui", "Sam", "Nia", "Olga", "Vera", "Gus")


def furnish_trees(made: Furniture) -> None:
    for number in range(0, 66, 2):
        for step in range(number % 4):
            _proposal(made, number, step)
        if number % 3:
            _budgets(made, number)
        if number % 6 != 4 and number % 7 < 4:
            _cascade(made, number)


def _proposal(made: Furniture, number: int, step: int) -> None:
    id = made.new_id()
    made.add(
        "goal_proposal",
        id=id,
        goal_id=made.id("goal", str(number)),
        amount=AMOUNTS[(number + step) % len(AMOUNTS)],
        note="" if step == 1 else f"{hostile(number)} {mark('goal_proposal', id)}",
        person_id=made.id("person", PEOPLE[(number + step) % len(PEOPLE)]),
        proposed_at=made.instant(number if number % 4 else step),
    )


def _budgets(made: Furniture, number: int) -> None:
    goal = made.id("goal", str(number))
    assert goal is not None
    kinds = (("money", "USD"), ("money", "JPY"), ("heads", None), ("tools", None), ("tools", "KWD"))
    for kind, currency in kinds[: number % 6]:
        made.add(
            "goal_budget",
            goal_id=goal,
            kind=kind,
            currency=currency,
            amount=AMOUNTS[(number + len(kind)) % len(AMOUNTS)],
            note=f"{hostile(number)} {mark('goal', goal)}" if number % 4 else "",
        )


def _cascade(made: Furniture, number: int) -> None:
    """Mona's line, below it those of some, and one beside it."""
    goal = made.id("goal", str(number))
    state = STATES[number % 3]
    decided = state != "proposed"
    cascade = made.add(
        "goal_cascade",
        goal_id=goal,
        seen_version=number % 4 + 1,
        method=METHODS[number % len(METHODS)],
        levels=2,
        plan=AMOUNTS[number % len(AMOUNTS)],
        state=state,
        proposed_by_id=made.id("person", "Vera"),
        proposed_at=made.instant(number),
        decided_by_id=made.id("person", "Cora") if decided else None,
        decided_at=made.instant(number + 1) if decided else None,
    )
    monas = made.new_id()
    for place, name in enumerate(PEOPLE[: 2 + number % 6] if state != "discarded" else ()):
        is_first = name in ("Mona", "Vera")
        made.add(
            "goal_cascade_line",
            id=monas if name == "Mona" else made.new_id(),
            cascade_id=cascade,
            goal_id=goal,
            place=place,
            depth=1 if is_first else 2,
            above_id=None if is_first else monas,
            person_id=made.id("person", name),
            leads=is_first,
            weight=(None, "0", "12.34560000")[(number + place) % 3],
            uplift="0.05" if is_first else "0",
            plan=AMOUNTS[(number + place) % len(AMOUNTS)],
            street=AMOUNTS[(number + place + 1) % len(AMOUNTS)],
            child_id=made.id("goal", str(place)) if place % 2 else None,
            child_version=2 if place % 2 else None,
            target_before=AMOUNTS[place] if place % 2 else None,
            locked=place == 3,
        )
