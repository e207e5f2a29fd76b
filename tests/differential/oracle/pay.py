"""What results, lines and runs of pay mean."""

from decimal import Decimal
from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.figures import money
from tests.differential.oracle.printing import number_text
from tests.differential.oracle.standing import View

HOW = {
    "deal": "(end - start) * rate * factor",
    "step": "after - before",
    "refund": "paid * credited / of",
    "deal_cap": "min(cap - earned, 0)",
    "budget": "min(left - earned, 0)",
    "bonus": "target * part * pays - before",
    "objectives": "target * part * score",
    "rank": "pays / among - before",
    "multiplier": "earned * (multiplier - 1) - before",
    "cap": "min(cap - earned, 0) - before",
    "gate": "if(open, 0, -earned) - before",
    "plan_cap": "min(cap - earned, 0)",
}


def stands(result: Row) -> bool:
    return result["superseded_at"] is None


def versions_of(view: View, result: Row) -> list[Any]:
    """Of which results this is a version: all of the same person, plan and period."""
    same = ("person_id", "plan_id", "starts_on")
    return [
        each["id"]
        for each in view.facts.all("PayResult")
        if all(each[name] == result[name] for name in same)
    ]


def components(view: View, result: Row, args: object) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "name": name,
            "amount": number_text(Decimal(amount)),
            "pending": number_text(Decimal(pending)),
            "reason": reason,
        }
        for key, name, amount, pending, reason in result["components"]
    ]


def line_amount(view: View, line: Row, args: object) -> Any:
    result = view.facts.get("PayResult", line["result_id"])
    assert result is not None
    return money(line["amount"], result["currency"])


def numbers(view: View, line: Row, args: object) -> list[dict[str, str]]:
    return [
        {"name": name, "value": str(value).lower() if isinstance(value, bool) else value}
        for name, value in sorted(line["inputs"].items())
    ]


def sentence(view: View, line: Row, args: object) -> str:
    said = line["inputs"]
    match line["kind"]:
        case "deal":
            rate, factor = said["rate"], said["factor"]
            at = _rate(rate) if factor == "1" else f"{_rate(factor)} times {rate}"
            cell = f"{said['cell']}: " if "cell" in said else ""
            return f"{cell}From {said['start']} to {said['end']} at {at}."
        case "refund":
            paid, of, back = said["paid"], said["of"], said["credited"]
            return f"The deal was paid {paid} for {of}, of which {back} is taken back."
        case "bonus":
            part = f"{_percent(said['pays'])} of {_percent(said['part'])}"
            return f"{part} of the target of {said['target']}, less {said['before']} before."
        case "formula":
            return "By the plan's formula."
        case "gate":
            return f"What was earned, {said['earned']}, hangs on a condition."
    raise AssertionError(f"Say what a line of {line['kind']} means.")


def of_sale(view: View, line: Row, args: object) -> Row | None:
    credit = view.facts.get("Credit", line["credit_id"])
    return None if credit is None else view.shown("Sale", credit["sale_id"])


def _rate(text: str) -> str:
    return text if "/" in text or abs(Decimal(text)) >= 1 else _percent(text)


def _percent(text: str) -> str:
    return text if "/" in text else f"{number_text(Decimal(text) * 100)} %"
