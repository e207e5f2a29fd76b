"""How goals were agreed: what they said when handed in, amendments, who decides in whose place, and
lock dates."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from tests.differential.furnishing import Furniture
from tests.differential.words import hostile, mark

# Who decides in whose place, from which day to which, and whether that was ended early.
DELEGATED: tuple[tuple[str, str, str, str, bool], ...] = (
    ("Mona", "Sam", "2020-05-01", "2020-06-30", False),  # a rep, who is below her
    ("Eve", "Cora", "2020-05-29", "2020-05-29", False),  # for today alone
    ("Paul", "Hal", "2020-01-01", "2020-12-31", False),
    ("Vera", "Paul", "2019-06-30", "2020-05-30", False),
    ("Lea", "Mona", "2020-05-01", "2020-06-30", False),  # who is above her anyway
    ("Mona", "Noor", "2019-07-01", "2020-05-28", False),  # over
    ("Vera", "Una", "2020-05-30", "2020-06-30", False),  # not yet
    ("Ned", "Fay", "2020-01-01", "2020-12-31", False),  # is no manager
    ("Xan", "Rui", "2019-01-01", "2020-12-31", False),  # has left
    ("Bea", "Kim", "2020-01-01", "2020-12-31", True),
)
LOCKED = (
    ("2020-04-01", "2020-04-30", "2020-05-29", False),
    ("2020-05-29", "2020-05-29", "2020-05-01", False),
    ("2020-05-30", "2020-06-30", "2020-05-30", False),  # from tomorrow on
    *(("2020-01-01", "2020-12-31", f"2020-01-{day}", True) for day in range(11, 17)),  # lifted
)
POLICIES = ("prorate", "replace", "segments")
AMOUNTS = ("0", "0.0001", "1200.5", "9999999999999999.9999", "7", "250.1250")


def furnish_agreement(made: Furniture) -> None:
    """Everything about goals that are there already."""
    for number, (delegator, delegate, first, last, ended) in enumerate(DELEGATED):
        id = made.new_id()
        made.add(
            "delegation",
            id=id,
            from_id=made.id("person", delegator),
            to_id=made.id("person", delegate),
            starts_on=first,
            ends_on=last,
            note="" if number % 3 == 0 else f"{hostile(number)} {mark('delegation', id)}",
            created_by=made.id("person", delegator if number % 2 else "Cora"),
            created_at=made.instant(number),
            ended_at=made.instant(number) if ended else None,
            ended_by=made.id("person", delegator) if ended else None,
        )
    for number, (first, last, locks_on, lifted) in enumerate(LOCKED):
        id = made.new_id()
        made.add(
            "goal_lock",
            id=id,
            starts_on=first,
            ends_on=last,
            locks_on=locks_on,
            reason=f"{hostile(number + 4)} of all",
            set_by=made.id("person", "Cora") if number else None,
            set_at=made.instant(number),
            lifted_at=made.instant(number + 1) if lifted else None,
            lifted_by=made.id("person", "Cora") if lifted else None,
            lift_reason=hostile(number) if lifted else None,
        )
    for number, goal in enumerate(made.rows["goal"]):
        if goal["status"] != "draft" and goal["target"] and goal["ends_on"] and goal["measure"]:
            _revisions(made, goal, number)
        if goal["status"] == "approved" and number % 3 < 2:
            _amendments(made, goal, number)
        if goal["status"] == "approved" and number % 3 != 1:
            _corrections(made, goal, number)


def _corrections(made: Furniture, goal: Mapping[str, object], number: int) -> None:
    """By imports, and one before it was approved."""
    days = ("2020-05-28", "2020-05-29", "2020-05-30")
    for step in range(int(str(goal["version"])) - 1):
        approved = {"status": "approved"} if step == number % 2 else {}
        amount = Decimal(AMOUNTS[(number + step) % len(AMOUNTS)])
        made.add(
            "goal_change",
            id=made.new_id(),
            goal_id=goal["id"],
            version=step + 2,
            before={"name": "Earlier"} if approved else {"target": str(amount)},
            after=approved or {"target": str(amount + 1)},
            changed_on=days[step],
        )


def _revisions(made: Furniture, goal: Mapping[str, object], number: int) -> None:
    for step in range(number % 3 + 1):
        id = made.new_id()
        made.add(
            "goal_revision",
            id=id,
            goal_id=goal["id"],
            number=step + 1,
            name=goal["name"],
            description=f"{hostile(number + step)} {mark('goal_revision', id)}" if step else "",
            measure=("revenue", "units", "margin")[step],
            starts_on=goal["starts_on"],
            ends_on=goal["ends_on"],
            target=AMOUNTS[(number + step) % len(AMOUNTS)],
            proposed=AMOUNTS[step] if number % 2 else None,
            currency=goal["currency"] if step < 1 else None,
            parent_id=made.rows["goal"][number // 2]["id"] if step == 1 else None,
            no_parent_reason=hostile(number) if step != 1 else None,
            person_id=None if number % 7 == 0 else goal["owner_id"],
            note=hostile(step) if step % 2 else None,
            submitted_at=made.instant(number + step),
        )


def _amendments(made: Furniture, goal: Mapping[str, object], number: int) -> None:
    states = ("approved", "returned", "approved", "requested", "approved")[: number % 5 + 1]
    first, last = str(goal["starts_on"]), str(goal["ends_on"])
    days = (first, "2020-05-29", last, "2020-05-30", "2020-06-15")
    for step, state in enumerate(states):
        id = made.new_id()
        decided = state != "requested"
        made.add(
            "goal_amendment",
            id=id,
            goal_id=goal["id"],
            owner_id=goal["owner_id"],
            effective_from=days[step],
            stated=AMOUNTS[(number + step) % len(AMOUNTS)],
            policy=POLICIES[(number + step) % 3],
            reason=f"{hostile(number + step)} {mark('goal_amendment', id)}",
            state=state,
            target_before=AMOUNTS[(number + step + 1) % len(AMOUNTS)],
            target_after=AMOUNTS[(number + step + 2) % len(AMOUNTS)],
            requested_by=None if number % 4 == 0 else made.id("person", _proposer(number)),
            requested_at=made.instant(number if step % 2 else step),
            seen_version=step + 1,
            decided_by=_decider(made, goal) if decided else None,
            on_behalf_of_id=_delegator(made, goal) if decided and number % 3 == 1 else None,
            decided_at=made.instant(number + step) if decided else None,
            note=hostile(step) if state == "returned" else None,
            superseded_at=made.instant(step) if state == "approved" and step in (0, 2) and number % 2 else None,
        )  # fmt: skip
    cut = number % 2 and first < "2020-05-20" < last
    for starts_on, ends_on in (
        ((first, "2020-05-19"), ("2020-05-20", last)) if cut else ((first, last),)
    ):
        made.add(
            "goal_segment",
            goal_id=goal["id"],
            starts_on=starts_on,
            ends_on=ends_on,
            stated=AMOUNTS[number % len(AMOUNTS)],
            target=AMOUNTS[(number + 2) % len(AMOUNTS)],
            policy=POLICIES[number % 3],
        )  # fmt: skip


def _proposer(number: int) -> str:
    """Now and then a manager in whose place others decide: not upon this one."""
    return "Mona" if number % 4 == 3 else "Cora"


def _decider(made: Furniture, goal: Mapping[str, object]) -> UUID | None:
    vera = made.id("person", "Vera")
    return made.id("person", "Mona") if goal["owner_id"] == vera else vera


def _delegator(made: Furniture, goal: Mapping[str, object]) -> UUID | None:
    lea = made.id("person", "Lea")
    return made.id("person", "Eve") if goal["owner_id"] == lea else lea
