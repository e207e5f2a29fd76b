"""What credits show, and what rules said of sales."""

import re
from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.printing import date_text, number_text
from tests.differential.oracle.standing import View

_SOMEBODY = re.compile(r"\{([0-9a-f-]{36})\}")


def order_number(view: View, credit: Row, args: object) -> str | None:
    sale = view.facts.get("Sale", credit["sale_id"])
    return None if sale is None else str(sale["order_number"])


def rule_name(view: View, credit: Row, args: object) -> str | None:
    rule = view.facts.get("CreditingRule", credit["rule_id"])
    return None if rule is None else str(rule["name"])


def verdicts(view: View, crediting: Row, args: object) -> list[dict[str, Any]]:
    """What each rule said, with people's names in place of their ids, where one sees their pay."""
    rules = {str(id): row["name"] for id, row in view.facts.rows["CreditingRule"].items()}
    names = {
        str(id): row["name"] if view.reads("pay", id) else "Somebody else"
        for id, row in view.facts.rows["Person"].items()
    }
    return [
        {
            "rule": rules[said["rule_id"]],
            "gave": said["gave"],
            "sentences": [
                _SOMEBODY.sub(lambda found: str(names[found[1]]), sentence)
                for sentence in said["sentences"]
            ],
        }
        for said in crediting["verdicts"]
    ]


def sale_events(view: View, sale: Row, args: object) -> list[dict[str, Any]]:
    """What became of a sale after it was booked."""
    own = [row for row in view.facts.all("SaleEvent") if row["sale_id"] == sale["id"]]
    return [
        {
            "kind": row["kind"].upper(),
            "happenedOn": date_text(row["happened_on"]),
            "share": number_text(row["share"]),
        }
        for row in sorted(own, key=lambda row: (row["happened_on"], row["kind"]))
    ]
