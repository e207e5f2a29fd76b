"""Whether an answer is the one that must be given, field by field and in the same order."""

from typing import Any

from tests.differential.oracle.execution import Expected
from tests.differential.oracle.pages import Place
from tests.differential.subject import Answer


class Differs(AssertionError):
    """The answers differ; the message says where, with both values."""


def compare(expected: Expected, answered: Answer, cursors: dict[str, Place]) -> None:
    """Raises Differs. What the answer's cursors stand for is added to `cursors`."""
    for path, code in answered.errors:
        if code.startswith("BUG"):
            raise Differs(f"at {path}: {code}")
    if not expected.whole:
        if answered.data is not None or not answered.errors:
            raise Differs(f"the variables are refused, but the answer is {answered}")
        return
    if expected.refused:
        _compare_refusals(expected, answered, cursors)
        return
    if answered.errors:
        raise Differs(f"nothing is to be refused, but {answered.errors}")
    _same(expected.data, answered.data, (), cursors)


def _compare_refusals(expected: Expected, answered: Answer, cursors: dict[str, Place]) -> None:
    for path, code in answered.errors:
        if not path or code not in expected.refused.get(str(path[0]), ()):
            raise Differs(f"refused is {expected.refused}, but {path} with {code}")
        if len(path) != 1:
            raise Differs(f"the root is refused, and not {path}")
    if not answered.errors:
        raise Differs(f"refused is {expected.refused}, but nothing was")
    _same(expected.data, answered.data, (), cursors)


def _same(
    expected: Any, answered: Any, path: tuple[str | int, ...], cursors: dict[str, Place]
) -> None:
    if isinstance(expected, Place):
        known = cursors.setdefault(answered, expected) if isinstance(answered, str) else None
        if known != expected:
            raise Differs(f"at {path}: the cursor {answered!r} stands for {known}, not {expected}")
        return
    if type(expected) is not type(answered):
        raise Differs(f"at {path}: {expected!r} is expected, not {answered!r}")
    if isinstance(expected, dict):
        if list(expected) != list(answered):
            raise Differs(f"at {path}: {list(expected)} are expected, not {list(answered)}")
        for key, value in expected.items():
            _same(value, answered[key], (*path, key), cursors)
    elif isinstance(expected, list):
        if len(expected) != len(answered):
            raise Differs(
                f"at {path}: {len(expected)} rows are expected, not {len(answered)}:"
                f" {expected!r:.2000} and {answered!r:.2000}"
            )
        for number, (one, other) in enumerate(zip(expected, answered, strict=True)):
            _same(one, other, (*path, number), cursors)
    elif expected != answered:
        raise Differs(f"at {path}: {expected!r} is expected, not {answered!r}")
