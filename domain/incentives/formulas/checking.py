"""What kinds of values a formula puts together, found before it ever runs.

Money and money can be added, compared, and divided into a rate; money times a rate, a count or a
number is money; money times money is nothing. Three deals and five per cent cannot be added.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.incentives.formulas.tokens import Fault
from domain.incentives.formulas.tree import Asked, Called, Kind, Literal, Node

PLAIN = (Kind.RATE, Kind.COUNT, Kind.NUMBER)
NUMERIC = (Kind.MONEY, *PLAIN)
ORDERED = (*NUMERIC, Kind.DATE)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts that a formula may ask for: by name, or by name for each of what `of` names. Money
    is in one currency."""

    currency: str
    facts: Mapping[str, Kind] = field(default_factory=dict)
    of: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)

    def kind_of(self, asked: Asked) -> Kind | None:
        if asked.of is None:
            return self.facts.get(asked.name)
        return self.of.get(asked.name, {}).get(asked.of)


def checked(node: Node, vocabulary: Vocabulary, text: str) -> Kind:
    """What a formula comes to. Raises Fault at the first place at which it makes no sense."""
    match node:
        case Literal():
            if node.currency not in (None, vocabulary.currency):
                raise Fault(f"The plan pays in {vocabulary.currency}", text, node.at)
            return node.kind
        case Asked():
            return _fact(node, vocabulary, text)
        case Called():
            kinds = [checked(part, vocabulary, text) for part in node.parts]
            return _operation(node, kinds, text)


def _fact(asked: Asked, vocabulary: Vocabulary, text: str) -> Kind:
    if (kind := vocabulary.kind_of(asked)) is not None:
        return kind
    known = sorted(vocabulary.of.get(asked.name, {}) if asked.of else vocabulary.facts)
    if asked.of and asked.name not in vocabulary.of:
        known, what = sorted(vocabulary.of), f"`{asked.name}` can be asked of nothing"
    else:
        what = f"There is no `{asked}`"
    raise Fault(f"{what}; there is {', '.join(known) or 'nothing'}", text, asked.at)


def _operation(node: Called, kinds: list[Kind], text: str) -> Kind:
    found: Kind | None
    match node.name, kinds:
        case ("and" | "or", [Kind.TRUTH, Kind.TRUTH]) | ("not", [Kind.TRUTH]):
            found = Kind.TRUTH
        case ("=" | "!=", [left, right]):
            found = Kind.TRUTH if _alike(left, right) else None
        case ("<" | "<=" | ">" | ">=", [left, right]):
            found = Kind.TRUTH if left in ORDERED and _alike(left, right) else None
        case ("+" | "-", [left, right]):
            found = _added(left, right) if node.name == "+" else _subtracted(left, right)
        case ("*", [left, right]):
            found = _multiplied(left, right)
        case ("/", [left, right]):
            found = _divided(left, right)
        case ("minus" | "abs", [kind]):
            found = kind if kind in NUMERIC else None
        case ("round", [kind, Kind.NUMBER]):
            found = kind if kind in NUMERIC else None
        case ("min" | "max", [_, _, *_]):
            found = _together(kinds)
        case ("if", [Kind.TRUTH, left, right]):
            found = _alike(left, right)
        case ("days" | "months", [Kind.DATE, Kind.DATE]):
            found = Kind.COUNT
        case _:
            found = None
    if found is None:
        said = ", ".join(kinds) or "nothing"
        raise Fault(f"`{node.name}` cannot be done with {said}", text, node.at)
    return found


def _alike(left: Kind, right: Kind) -> Kind | None:
    """What two values are together: the same, where one of them is a plain number the other."""
    if left is right:
        return left
    if Kind.NUMBER in (left, right) and left in PLAIN and right in PLAIN:
        return right if left is Kind.NUMBER else left
    return None


def _together(kinds: list[Kind]) -> Kind | None:
    found: Kind | None = kinds[0]
    for kind in kinds[1:]:
        found = found and _alike(found, kind)
    return found if found in ORDERED else None


def _added(left: Kind, right: Kind) -> Kind | None:
    return _alike(left, right) if left in NUMERIC else None


def _subtracted(left: Kind, right: Kind) -> Kind | None:
    if left is right is Kind.DATE:
        return Kind.COUNT
    return _added(left, right)


def _multiplied(left: Kind, right: Kind) -> Kind | None:
    if Kind.MONEY in (left, right):
        other = right if left is Kind.MONEY else left
        return Kind.MONEY if other in PLAIN else None
    if left not in PLAIN or right not in PLAIN:
        return None
    return left if left is right else Kind.NUMBER


def _divided(left: Kind, right: Kind) -> Kind | None:
    if left is right and left in (Kind.MONEY, Kind.COUNT):
        return Kind.RATE
    if right not in PLAIN or left not in NUMERIC:
        return None
    return left if left is Kind.MONEY or right is Kind.NUMBER else Kind.NUMBER
