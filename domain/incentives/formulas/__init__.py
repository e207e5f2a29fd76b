"""A small language for what tables do not say: conditions, gates, multipliers, formulas.

    if(attainment("margin") >= 90%, 1.1, 1) * component("base")

A text becomes a tree of our own, every value in it has a type (money, rate, count, date ...), and
the tree is walked: nothing is ever compiled or run as code. Arithmetic is on fractions of whole
numbers, so nothing is rounded unless the formula says `round`. Texts, trees and numbers are
bounded, and there are no loops: a formula is done after as many steps as its tree has nodes.
"""

from domain.incentives.formulas.checking import Vocabulary, checked
from domain.incentives.formulas.evaluating import Undefined, evaluated
from domain.incentives.formulas.parsing import parsed
from domain.incentives.formulas.tokens import Fault
from domain.incentives.formulas.tree import Asked, Kind, Value

__all__ = [
    "Asked",
    "Fault",
    "Kind",
    "Undefined",
    "Value",
    "Vocabulary",
    "checked",
    "evaluated",
    "parsed",
]
