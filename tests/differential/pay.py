"""What people are paid: results in versions, with components, lines, and runs."""

import json
from decimal import Decimal
from hashlib import sha256
from itertools import cycle, islice
from typing import Any

from tests.differential.furnishing import Furniture
from tests.differential.pay_plans import ON
from tests.differential.words import LONG, hostile, mark

PERIODS = (
    ("first", "first"),
    ("2020-04-01", "2020-04-30"),
    ("2020-05-01", "2020-05-29"),
    ("2020-05-28", "2020-05-28"),
    ("last", "last"),
)
TOTALS = ("0", "0.0001", "-12.5000", "9999999999999999.9999", None)
PAID = ("0", "0.0001", "9999999999999.9999", "2.5")
STATES = ("waiting", "running", "done", "cancelled")
DEAL = {"start": "0", "end": "9000.5", "rate": "0.05", "factor": "1/3"}
NO_TRIAL = {"plan_id": None, "tries_id": None, "given_up": 0, "failure": None}
LINES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("deal", DEAL),
    ("deal", {**DEAL, "rate": "1/7", "factor": "1"}),
    ("deal", {**DEAL, "rate": "2", "factor": "1"}),
    ("deal", {**DEAL, "rate": "1.5", "factor": "0.05"}),
    ("refund", {"paid": "450.025", "credited": "-10", "of": "9000.5"}),
    ("bonus", {"target": "12000", "part": "0.5", "pays": "1.25", "before": "0"}),
    ("formula", {"hired": "2019-12-31", "open": True}),
    ("gate", {"open": False, "earned": "1", "before": "0"}),
)


def furnish_pay(made: Furniture) -> None:
    for number in range(10):
        state = STATES[number % 4]
        made.add(
            "pay_run",
            starts_on=_day(made, PERIODS[number % 5][0]),
            ends_on=_day(made, PERIODS[number % 5][1]),
            reason="" if number % 2 else hostile(number),
            state=state,
            asked_by_id=made.id("person", "Cora") if number % 3 else None,
            asked_at=made.instant(number),
            begun_at=None if state == "waiting" else made.instant(number + 1),
            ended_at=made.instant(number + 2) if number % 4 > 1 else None,
            total=None if state == "waiting" else number,
            done=number,
            failed=number % 2,
            **NO_TRIAL,
        )
    versions = {row["plan_id"]: row["id"] for row in made.rows["pay_plan_version"]}
    _trials(made, versions)
    many = made.id("pay_plan", "9")
    _paid_many(made, many, versions[many])
    for number, (name, plan, _, _) in enumerate(ON):
        plan_id = made.id("pay_plan", str(plan))
        if plan_id not in versions:
            continue
        theirs = {"person_id": made.id("person", name)}
        credited = [
            row["id"] for row in made.rows["credit"] if row["person_id"] == theirs["person_id"]
        ]
        credits = credited or [row["id"] for row in made.rows["credit"][:2]]
        of = {**theirs, "plan_id": plan_id, "plan_version_id": versions[plan_id]}
        for step in range(number % 4):
            _result(
                made, {**of, "currency": ("USD", "JPY", "KWD")[number % 3]}, credits, number, step
            )


def _paid_many(made: Furniture, plan: Any, version: Any) -> None:
    """Enough people by one plan that something of a total shows."""
    people = [row["id"] for row in made.rows["person"]]
    for number, person in enumerate(people):
        parts = [
            ["base", hostile(number), "100.5", "0", None],
            ["bonus", "Bonus", str(number % 7), "0", None],
            ["spif", "SPIF", "0" if number % 9 else "-1", "0", None],
        ]
        inputs = json.dumps({"of many": number})
        made.add(
            "pay_result",
            person_id=person,
            plan_id=plan,
            plan_version_id=version,
            currency="USD",
            starts_on="2020-03-01",
            ends_on="2020-03-31",
            number=1,
            total=str(100 + number),
            failure=None,
            inputs=inputs,
            inputs_hash=f"\\x{sha256(inputs.encode()).hexdigest()}",
            closing={},
            components=parts[number % 3 :] if number % 4 else parts,
            lines=[],
            made_at=made.instant(number),
            superseded_at=None,
        )


def _trials(made: Furniture, versions: dict[Any, Any]) -> None:
    """Dry runs, of which one has payees; and whom runs gave up."""
    for number, (plan, version) in enumerate(islice(cycle(versions.items()), 10)):
        id = made.new_id()
        made.add(
            "pay_run",
            id=id,
            starts_on=_day(made, PERIODS[number % 5][0]),
            ends_on=_day(made, PERIODS[number % 5][1]),
            reason=f"{hostile(number)} {mark('pay_trial', id)}",
            state=("done", "failed", "running")[number % 3],
            asked_by_id=made.id("person", "Cora") if number else None,
            asked_at=made.instant(number),
            begun_at=made.instant(number + 1),
            ended_at=made.instant(number + 2) if number % 3 < 2 else None,
            total=number,
            done=number,
            failed=number,
            plan_id=plan,
            tries_id=version,
            given_up=number,
            failure=f"{hostile(number)} {mark('pay_trial', id)}" if number % 3 == 1 else None,
        )
        if not number:
            _tried(made, id)
    for number, run in enumerate(made.rows["pay_run"][-5:]):
        kind = "pay_run" if run["tries_id"] is None else "pay_trial"
        for place in range(number % 3):
            made.add(
                "pay_run_part",
                run_id=run["id"],
                place=place,
                plan_id=next(iter(versions)),
                payees=[made.id("person", ("Rui", "Sam")[place])],
                given_up_at=made.instant(place) if number % 2 else None,
                failure=f"{hostile(place)} {mark(kind, run['id'])}" if number % 2 else None,
            )


def _tried(made: Furniture, run: Any) -> None:
    people = [row["id"] for row in made.rows["person"]][:25]
    for number, person in enumerate(people):
        paid, tried = PAID[number % 4], TOTALS[(number // 2) % 5]
        parts = [
            {"key": "base", "name": hostile(number), "paid": "1.50", "tried": "0.0001"},
            {"key": "bonus", "name": "Bonus", "paid": "0", "tried": "-2"},
        ]
        difference = None if tried is None else str(Decimal(tried) - Decimal(paid))
        made.add(
            "pay_trial_payee",
            run_id=run,
            person_id=person,
            paid=paid if number % 7 or tried is not None else None,
            tried=tried,
            difference=difference,
            currency=("USD", "JPY", "KWD")[number % 3],
            failure=f"{hostile(number)} {mark('pay_trial', run)}" if tried is None else None,
            components=[] if tried is None else parts[: number % 3],
        )


def _result(
    made: Furniture, of: dict[str, Any], credits: list[Any], number: int, step: int
) -> None:
    id, total = made.new_id(), TOTALS[(number + step) % len(TOTALS)]
    first, last = PERIODS[(number + step // 2) % len(PERIODS)]
    inputs = json.dumps({"result": str(id)})
    made.add(
        "pay_result",
        id=id,
        **of,
        starts_on=_day(made, first),
        ends_on=_day(made, last),
        number=step + 1,
        total=total,
        failure=f"{hostile(number)} {mark('pay_result', id)}" if total is None else None,
        inputs=inputs,
        inputs_hash=f"\\x{sha256(inputs.encode()).hexdigest()}",
        closing={},
        components=[
            [
                f"part_{place}",
                LONG[:100] if place else f"{hostile(number)} {mark('pay_result', id)}",
                TOTALS[place],
                TOTALS[place + 1],
                hostile(number + 1) if place else None,
            ]
            for place in range(number % 3)
        ],
        lines=[
            [
                hostile(number),
                kind,
                credits[(step + place) % len(credits)] if kind in ("deal", "refund") else None,
                None if place else number,
                TOTALS[(number + place) % 4],
                said,
            ]
            for place, (kind, said) in enumerate(LINES[: 2 + (number + step) % 5])
        ],
        made_at=made.instant(number + step),
        superseded_at=made.instant(step) if step % 2 == 0 and step < number % 4 - 1 else None,
    )


def _day(made: Furniture, text: str) -> str:
    return {"first": made.first_day, "last": made.last_day}.get(text, text)
