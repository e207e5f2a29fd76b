"""Pay plans, drafted and published, with people on them and what is agreed with one person alone."""

from tests.differential.furnishing import Furniture
from tests.differential.words import LONG, hostile, mark

CURRENCIES = (None, "JPY", "KWD", "EUR")
BEGINNING = ("first", "2019-12-31", "2020-05-29", "2020-05-30", "last")
# Who is on which plan, from when to when.
ON: tuple[tuple[str, int, str, str | None], ...] = (
    ("Rui", 0, "2020-01-01", None),
    ("Sam", 0, "2020-01-01", "2020-05-28"),
    ("Mona", 0, "first", "last"),
    ("Rui", 1, "2019-01-01", "2019-12-31"),
    ("Rui", 1, "2020-01-01", None),
    ("Nia", 2, "2020-05-29", None),
    ("Tom", 2, "2020-05-30", None),
    ("Olga", 3, "2020-01-01", None),
    ("Xan", 4, "2020-01-01", "2020-01-01"),
    ("Cora", 5, "2020-01-01", None),
    ("Hal", 6, "2020-01-01", None),
    ("Gus", 7, "2020-01-01", "2020-12-31"),
    ("Pia", 7, "2020-01-01", None),
    ("Vera", 8, "2020-01-01", None),
    ("Una", 8, "2020-01-01", None),
)
BY_POSITION = {7: "Olga's", 8: "vacant", 13: "Vera's"}
"""Some are on their plan by holding the position of this name."""
TARGETS = ("0", "0.0001", "12000", "9999999999999999.9999", "1.5")
AGREED = (
    ("quota", "revenue", "1000000"),
    ("base_rate", "commission", "0.00000001"),
    ("target_incentive", "", "9999999999999999.99999999"),
)


def furnish_pay_plans(made: Furniture) -> None:
    for number in range(11):
        id = made.new_id()
        made.add(
            "pay_plan",
            str(number),
            id=id,
            key=f"plan_{number}",
            name=f"{'Same' if number % 3 else hostile(number)[:40]} {mark('pay_plan', id)}",
            currency=CURRENCIES[number % 4] or made.currency,
            calendar_id=made.id("calendar", "fiscal") if number % 2 else None,
            retired_at=made.instant(number) if number % 5 == 4 else None,
            version=number + 1,
            updated_at=made.instant(number),
        )
        for step in range((number + 2) % 6):
            _version(made, id, number, step)
    for number, (name, plan, first, last) in enumerate(ON):
        made.add(
            "pay_assignment",
            plan_id=made.id("pay_plan", str(plan)),
            person_id=None if number in BY_POSITION else made.id("person", name),
            position_id=made.id("position", BY_POSITION[number]) if number in BY_POSITION else None,
            starts_on=_day(made, first),
            ends_on=None if last is None else _day(made, last),
            target_incentive=TARGETS[number % len(TARGETS)],
            version=number + 1,
            updated_at=made.instant(number),
        )
        _override(made, number, name, plan)


def _version(made: Furniture, plan: object, number: int, step: int) -> None:
    id, is_published = made.new_id(), (number + step) % 3 > 0
    drafter, publisher = ("Cora", "Fay") if step % 2 else ("Fay", "Cora")
    sentences = [hostile(number + step), f"{LONG} {mark('pay_plan_version', id)}", ""]
    made.add(
        "pay_plan_version",
        id=id,
        plan_id=plan,
        number=step + 1,
        begins_on=_day(made, BEGINNING[(step + number) % 5]),
        terms={},
        text=f"{hostile(step)} {mark('pay_plan_version', id)}",
        findings=sentences[: step % 4],
        failing=sentences[step % 4 :],
        follows=step or None,
        changes=sentences[1 : step % 3],
        note="" if step % 2 else f"{hostile(number)} {mark('pay_plan_version', id)}",
        drafted_by_id=None if step == 3 else made.id("person", drafter),
        drafted_at=made.instant(number + step),
        published_by_id=made.id("person", publisher) if is_published else None,
        published_at=made.instant(step) if is_published else None,
        discarded_by_id=None if is_published or step % 2 else made.id("person", "Cora"),
        discarded_at=None if is_published or step % 2 else made.instant(step),
        version=step + 1,
        updated_at=made.instant(number),
    )


def _override(made: Furniture, number: int, name: str, plan: int) -> None:
    id = made.new_id()
    kind, key, value = AGREED[number % len(AGREED)]
    made.add(
        "pay_override",
        id=id,
        plan_id=made.id("pay_plan", str(plan)),
        person_id=made.id("person", name),
        kind=kind,
        key=key,
        value=value,
        starts_on="2020-05-29" if number % 2 else made.first_day,
        ends_on=made.last_day if number % 4 else None,
        reason=f"{hostile(number)} {mark('pay_override', id)}",
        created_by_id=made.id("person", "Cora") if number % 3 else None,
        version=number + 1,
        updated_at=made.instant(number),
    )


def _day(made: Furniture, text: str) -> str:
    return {"first": made.first_day, "last": made.last_day}.get(text, text)
