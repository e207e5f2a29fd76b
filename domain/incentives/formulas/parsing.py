"""From the text of a formula to its tree."""

from collections.abc import Callable, Collection
from datetime import date
from fractions import Fraction

from domain.incentives.formulas.tokens import Fault, Sort, Token, tokens
from domain.incentives.formulas.tree import Asked, Called, Kind, Literal, Node

DEEPEST = 40
MOST_NODES = 1_000
TALLEST = 200
"""How many operations may wait for one another: a sum of so many parts is a tree so tall."""
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
PERCENT = Fraction(1, 100)
CURRENCY_LETTERS = 3


def parsed(text: str) -> Node:
    """The tree of a formula. Raises Fault, which says what is wrong and at which character."""
    reading = _Reading(text)
    node = reading.choice()
    if reading.next.sort is not Sort.END:
        raise reading.fault("Here the formula should end, or an operation follow")
    return node


class _Reading:
    """A formula, and how far it was read. One method for each level, the loosest first."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._place = 0
        self._depth = 0
        self._nodes = 0
        self._heights: dict[int, int] = {}

    @property
    def next(self) -> Token:
        return self._tokens[self._place]

    def fault(self, what: str) -> Fault:
        return Fault(what, self._text, self.next.at)

    def choice(self) -> Node:
        return self._chain(("or",), self._both)

    def _both(self) -> Node:
        return self._chain(("and",), self._negation)

    def _negation(self) -> Node:
        if (word := self._take(("not",))) is None:
            return self._comparison()
        return self._called(word, "not", self._deeper(self._negation))

    def _comparison(self) -> Node:
        left = self._sum()
        if (sign := self._take(COMPARISONS)) is None:
            return left
        right = self._sum()
        if self.next.text in COMPARISONS:
            raise self.fault("Two comparisons in a row need `and` between them")
        return self._called(sign, sign.text, left, right)

    def _sum(self) -> Node:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._chain(("*", "/"), self._signed)

    def _signed(self) -> Node:
        if (sign := self._take(("-",))) is None:
            return self._single()
        return self._called(sign, "minus", self._deeper(self._signed))

    def _single(self) -> Node:
        token = self.next
        if self._take(("(",)):
            inner = self._deeper(self.choice)
            self._expect(")")
            return inner
        if token.sort in (Sort.SIGN, Sort.END):
            raise self.fault("Here a value should stand")
        self._place += 1
        match token.sort:
            case Sort.NUMBER:
                return self._number(token)
            case Sort.DATE:
                return self._counted(Literal(token.at, Kind.DATE, self._date(token)))
            case Sort.TEXT:
                return self._counted(Literal(token.at, Kind.TEXT, token.text[1:-1]))
            case _:
                return self._named(token)

    def _number(self, token: Token) -> Node:
        value = Fraction(token.text)
        if self._take(("%",)):
            return self._counted(Literal(token.at, Kind.RATE, value * PERCENT))
        word = self.next.text
        if self.next.sort is Sort.NAME and len(word) == CURRENCY_LETTERS and word.isupper():
            self._place += 1
            return self._counted(Literal(token.at, Kind.MONEY, value, currency=word))
        return self._counted(Literal(token.at, Kind.NUMBER, value))

    def _date(self, token: Token) -> date:
        try:
            return date.fromisoformat(token.text)
        except ValueError:
            raise Fault("There is no such day", self._text, token.at) from None

    def _named(self, token: Token) -> Node:
        if token.text in ("true", "false"):
            return self._counted(Literal(token.at, Kind.TRUTH, token.text == "true"))
        if self._take(("(",)) is None:
            return self._counted(Asked(token.at, token.text))
        parts: list[Node] = []
        while not self._take((")",)):
            if parts:
                self._expect(",")
            parts.append(self._deeper(self.choice))
        if len(parts) == 1 and isinstance(parts[0], Literal) and parts[0].kind is Kind.TEXT:
            return self._counted(Asked(token.at, token.text, str(parts[0].value)))
        return self._called(token, token.text, *parts)

    def _chain(self, signs: Collection[str], below: Callable[[], Node]) -> Node:
        node = below()
        while sign := self._take(signs):
            node = self._called(sign, sign.text, node, below())
        return node

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.fault(f"A formula is at most {DEEPEST} levels deep")
        node = read()
        self._depth -= 1
        return node

    def _called(self, token: Token, name: str, *parts: Node) -> Node:
        node = Called(token.at, name, parts)
        height = 1 + max((self._heights.get(id(part), 0) for part in parts), default=0)
        if height > TALLEST:
            raise self.fault(f"At most {TALLEST} operations may be done one upon the other")
        self._heights[id(node)] = height
        return self._counted(node)

    def _counted(self, node: Node) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self.fault(f"A formula has at most {MOST_NODES} parts")
        return node

    def _take(self, words: Collection[str]) -> Token | None:
        token = self.next
        if token.sort in (Sort.SIGN, Sort.NAME) and token.text in words:
            self._place += 1
            return token
        return None

    def _expect(self, sign: str) -> None:
        if self._take((sign,)) is None:
            raise self.fault(f"Here `{sign}` should stand")
