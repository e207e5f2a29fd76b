"""Rules of crediting, credits that stand or were superseded, and what rules said of sales."""

from tests.differential.furnishing import Furniture
from tests.differential.trade import AMOUNTS
from tests.differential.words import hostile, mark

NAMED = ("Rui", "Sam", "Nia", "Olga", "Pia", "Xan", "Vera", "Mona", "Noor", "Gus")
RULES = ("house", "direct", "split", "territory", "overlay", "referral", "roll_up")
KINDS = ("direct", "split", "territory", "overlay", "referral", "roll_up", "manual")
EVENTS = ("booking", "invoice", "cash", "go_live")
REASON_CODES = ("missed", "agreed", "wrong_source", "claim_upheld", "other")
COUNTS_FOR = ("both", "pay", "quota")


def furnish_credits(made: Furniture) -> None:
    """What sales have come to."""
    for number, kind in enumerate((*RULES, *RULES[:4])):
        id = made.new_id()
        made.add(
            "crediting_rule",
            str(number),
            id=id,
            name=f"{hostile(number)[:50]} {mark('crediting_rule', id)}"[:100],
            kind=kind,
            counts_for=COUNTS_FOR[number % 3],
            condition=hostile(number) if number % 2 else None,
            share=("1", "0.5", "0.00000001")[number % 3],
            levels=number + 1 if kind == "roll_up" else None,
            person_id=made.id("person", "Rui") if kind == "overlay" else None,
            place=number % 3,
            starts_on=made.first_day if number % 2 else None,
            ends_on=None if number % 3 else "2020-05-31",
            retired_at=made.instant(number) if number % 4 == 3 else None,
            version=number + 1,
            updated_at=made.instant(number),
        )
    for number, purpose in enumerate(("pay", "quota")):
        made.add(
            "crediting_policy", counts_for=purpose, may_exceed=bool(number), version=number + 1,
            updated_at=made.instant(number),
        )  # fmt: skip
    for number in range(12):
        made.add(
            "exchange_rate",
            from_currency=("EUR", "JPY", "KWD")[number % 3],
            to_currency=("USD", "CHF")[number % 2],
            begins_on=f"20{10 + number}-02-28" if number else made.first_day,
            rate=("0.0000000001", "1", "9999999999.9999999999")[number // 4],
            version=number + 1,
            updated_at=made.instant(number),
        )
    sales = made.rows["sale"]
    for number in range(24):
        made.add(
            "sale_split", sale_id=sales[number // 3]["id"], person_id=made.id("person", NAMED[number % 7]),
            share=("0.5", "0.25000001", "0.24999999")[number % 3],
        )  # fmt: skip
    for number in range(90):
        id, sale, kind = made.new_id(), sales[number % 40], KINDS[number % 7]
        amount = AMOUNTS[number % len(AMOUNTS)]
        made.add(
            "credit",
            str(number),
            id=id,
            sale_id=made.new_id() if number % 11 == 0 else sale["id"],
            sale_version=1,
            person_id=made.id("person", NAMED[number % len(NAMED)]),
            rule_id=None if kind == "manual" else made.id("crediting_rule", str(number % 7)),
            kind=kind,
            counts_for=COUNTS_FOR[number % 3],
            event=EVENTS[number % 4],
            credited_on=made.last_day if number % 13 == 0 else sale["sold_on"],
            place=hostile(number),
            share=("1", "0.3333333333333333", "-0.5")[number % 3],
            amount=amount,
            margin=None if number % 4 == 0 else amount,
            quantity=AMOUNTS[(number + 3) % 9],
            currency=sale["currency"],
            exchange_rate=("1", "0.0000000001", "1.1234567891")[number % 3],
            paid_in=made.currency,
            reverses_id=made.id("credit", str(number - 7))
            if number % 5 == 4 and number > 7
            else None,
            reason=f"{hostile(number)} {mark('credit', id)}" if kind == "manual" else None,
            made_by_id=made.id("person", "Cora") if kind == "manual" else None,
            approved_by_id=made.id("person", "Fay")
            if kind == "manual" and number % 5 != 4
            else None,
            made_at=made.instant(number),
            superseded_at=made.instant(number + 1) if number % 2 else None,
        )
    for number in range(12):
        id, state = made.new_id(), ("waiting", "approved", "declined")[number % 3]
        made.add(
            "credit_proposal",
            id=id,
            sale_id=sales[number]["id"],
            sale_version=1,
            person_id=made.id("person", NAMED[number % len(NAMED)]),
            counts_for=COUNTS_FOR[number % 3],
            event=EVENTS[number % 4],
            credited_on=sales[number]["sold_on"],
            share=("1", "-0.00000001")[number % 2] if number % 4 else None,
            amount=None if number % 4 else "-0.0001",
            reason_code=REASON_CODES[number % 5],
            reason=f"{hostile(number)} {mark('credit_proposal', id)}",
            state=state,
            proposed_by_id=made.id("person", "Cora"),
            proposed_at=made.instant(number),
            decided_by_id=None if state == "waiting" else made.id("person", "Fay"),
            decided_at=None if state == "waiting" else made.instant(number + 1),
            note="" if state == "waiting" else hostile(number + 1),
            credit_id=made.id("credit", "6") if state == "approved" else None,
            version=number + 1,
        )
    for number, sale in enumerate(sales[:20]):
        for kind in EVENTS[1 : number % 4 + 1]:
            made.add(
                "sale_event",
                sale_id=sale["id"],
                kind=kind,
                happened_on="2020-02-29" if number % 2 else "2020-05-31",
                share=("1", "0.00000001", "0.25")[number % 3],
            )
    for number, sale in enumerate(sales):
        is_odd = number < 20 and number % 2
        sale["referred_by_id"] = made.id("person", NAMED[number % len(NAMED)]) if is_odd else None
        sale["reverses_id"] = sales[number + 20]["id"] if is_odd and number % 4 == 1 else None
    for number, sale in enumerate(sales[:60]):
        people = [made.id("person", NAMED[(number + each) % len(NAMED)]) for each in range(2)]
        said = [
            f"{{{people[0]}}} is credited already, by “{hostile(number)}”.",
            f"By {{{people[1]}}}.",
        ]
        made.add(
            "sale_crediting",
            id=sale["id"],
            person_id=sale["person_id"],
            sold_on=sale["sold_on"],
            gave=number % 3,
            primary_for_pay=("0", "1", "1.5", "0.3333333333333333")[number % 4],
            primary_for_quota=("1", "0", "0", "2")[number % 4],
            verdicts=[
                {
                    "rule_id": made.id("crediting_rule", str((number + each) % 7)),
                    "gave": each,
                    "sentences": said[:each],
                }
                for each in range(number % 4)
            ],
            credited_at=made.instant(number),
        )
