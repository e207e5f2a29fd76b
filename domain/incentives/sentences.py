"""How lines of pay are told in words."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from domain.incentives.cases import Line, LineKind
from domain.incentives.exact import times
from domain.incentives.spelling import number, value_text

SAID: Mapping[LineKind, str] = MappingProxyType(
    {
        LineKind.DEAL: "*cell:*From *start* to *end* at *@*.",
        LineKind.STEP: "*cell:*The total is worth *after*, and was worth *before*.",
        LineKind.REFUND: "The deal was paid *paid* for *of*, of which *credited* is taken back.",
        LineKind.DEAL_CAP: "A deal is paid *cap* at most; this one came to *earned*.",
        LineKind.BUDGET: "Of the budget *left* was left; the deal came to *earned*.",
        LineKind.BONUS: "*%pays* of *%part* of the target of *target*, less *before* before.",
        LineKind.OBJECTIVES: "A score of *%score* of *%part* of the target of *target*.",
        LineKind.RANK: "Place *place*: *pays* among *among*, less *before* before.",
        LineKind.FORMULA: "By the plan's formula.",
        LineKind.MULTIPLIER: "*earned* times *multiplier*, less *before* before.",
        LineKind.CAP: "It is capped at *cap*; it came to *earned*.",
        LineKind.GATE: "What was earned, *earned*, hangs on a condition.",
        LineKind.PLAN_CAP: "The plan pays *cap* at most; it came to *earned*.",
    }
)
"""What stands between stars is one of the line's numbers: after a per cent sign a rate in per cent, and
before a colon one that not every line has. `@` is its rate, or what that is a multiple of and the rate."""
A_HUNDRED = Decimal(100)


def sentence(line: Line) -> str:
    """How a line came about."""
    parts = SAID[line.kind].split("*")
    return "".join(part if not n % 2 else _shown(line, part) for n, part in enumerate(parts))


def _shown(line: Line, name: str) -> str:
    if name == "@":
        rate, factor = (str(value_text(line.inputs[each])) for each in ("rate", "factor"))
        return _rate(rate) if factor == "1" else f"{_rate(factor)} times {rate}"
    if name.endswith(":"):
        value = line.inputs.get(name.removesuffix(":"))
        return "" if value is None else f"{value_text(value)}: "
    text = str(value_text(line.inputs[name.removeprefix("%")]))
    return _percent(text) if name.startswith("%") else text


def _percent(text: str) -> str:
    return text if "/" in text else f"{number(times(A_HUNDRED, Decimal(text)))} %"


def _rate(text: str) -> str:
    """In per cent, but for what is paid for each unit that is sold, or a multiple."""
    return text if "/" in text or abs(Decimal(text)) >= 1 else _percent(text)
