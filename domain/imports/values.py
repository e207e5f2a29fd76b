"""From a cell's text to a value, under what the mapping states; nothing is guessed.

Values leave here as the text PostgreSQL reads (`1234.56`, `2020-05-29`), because that is what COPY
carries: a million rows pass without a million objects. What does not fit raises `Unfit`, which says
what was expected and, where that is plain, what the text looks like instead.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.texts import UNPRINTABLE

# A spreadsheet cell can be a number or a day by itself; then no format applies to it.


class Number(str):
    """A spreadsheet's number: plain digits with a decimal point."""

    __slots__ = ()


class Day(str):
    """A spreadsheet's date, as YYYY-MM-DD."""

    __slots__ = ()


class Unfit(ValueError):
    """The text does not fit. `kind` counts alike errors; `expected` is a phrase for a person."""

    def __init__(self, kind: str, expected: str) -> None:
        super().__init__(expected)
        self.kind = kind
        self.expected = expected


Convert = Callable[[str], str]


def text(limit: int) -> Convert:
    """Text of at most `limit` characters on one line, with nothing invisible in it."""

    def convert(raw: str) -> str:
        found = UNPRINTABLE.search(raw)
        if found is not None:
            code = ord(found.group())
            raise Unfit(
                "unprintable",
                f"printable text; character {found.start() + 1} is U+{code:04X}, {_what(code)}",
            )
        if len(raw) > limit:
            raise Unfit("too long", f"at most {limit} characters; there are {len(raw)}")
        return str(raw)

    return convert


def _what(code: int) -> str:
    if code == 0:
        return "a NUL"
    if code < 0xA0:
        return "a control character"
    if 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return "which changes the direction in which text is shown"
    if 0xD800 <= code <= 0xDFFF:
        return "half of a character"
    return "a sign that the file was once read in a wrong encoding"


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written: the decimal separator, the grouping separator or none, a symbol."""

    decimal: str
    grouping: str = ""
    symbol: str = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        point = re.escape(self.decimal)
        whole = "[0-9]+"
        if self.grouping:
            whole = f"(?:[0-9]{{1,3}}(?:{re.escape(self.grouping)}[0-9]{{3}})+|[0-9]+)"
        return re.compile(f"([+-]?)({whole})(?:{point}([0-9]+))?")

    def shown(self) -> str:
        example = f"1{self.grouping}234{self.decimal}56"
        grouping = f"'{self.grouping}' between thousands" if self.grouping else "no grouping"
        return f"a number such as {example} ('{self.decimal}' before decimals, {grouping})"


WHOLE_DIGITS = 16
DECIMALS = 4
_PLAIN = NumberStyle(".")
COMMON_STYLES = [NumberStyle(d, g) for d, g in ((".", ","), (",", "."), (",", " "), (".", "'"))]


def decimal(style: NumberStyle) -> Convert:
    """A number with at most 16 digits before and 4 after the decimal separator."""
    pattern, plain = style.pattern, _PLAIN.pattern

    def convert(raw: str) -> str:
        is_cell = isinstance(raw, Number)
        bare = raw if is_cell or not style.symbol else _without(raw, style.symbol)
        match = (plain if is_cell else pattern).fullmatch(bare)
        if match is None:
            raise Unfit("number", style.shown() + _looks_like(raw, style))
        sign, whole, fraction = match.groups()
        if style.grouping and not is_cell:
            whole = whole.replace(style.grouping, "")
        whole, fraction = whole.lstrip("0") or "0", (fraction or "").rstrip("0")
        if len(whole) > WHOLE_DIGITS:
            raise Unfit("number", f"at most {WHOLE_DIGITS} digits before the decimal separator")
        if len(fraction) > DECIMALS:
            raise Unfit("number", f"at most {DECIMALS} decimals; nothing is rounded on the way in")
        minus = "-" if sign == "-" and (whole != "0" or fraction) else ""
        return f"{minus}{whole}.{fraction}" if fraction else minus + whole

    return convert


def _without(raw: str, symbol: str) -> str:
    sign = raw[:1] if raw[:1] in "+-" else ""
    bare = raw[len(sign) :]
    return sign + bare.removeprefix(symbol).removesuffix(symbol).strip()


def _looks_like(raw: str, stated: NumberStyle) -> str:
    for style in COMMON_STYLES:
        if style.decimal != stated.decimal and style.pattern.fullmatch(raw):
            return f"; this looks like '{style.decimal}' before decimals"
        if not stated.grouping and style.grouping in raw and style.pattern.fullmatch(raw):
            return f"; this looks like '{style.grouping}' between thousands"
    return ""


_TOKENS = {
    "YYYY": "(?P<year>[0-9]{4})",
    "MMM": "(?P<name>[A-Za-z]{3})",
    "MM": "(?P<month>[0-9]{2})",
    "M": "(?P<month>[0-9]{1,2})",
    "DD": "(?P<day>[0-9]{2})",
    "D": "(?P<day>[0-9]{1,2})",
    "hh": "[0-9]{2}",
    "mm": "[0-9]{2}",
    "ss": "[0-9]{2}",
}
_TOKEN = re.compile("|".join(_TOKENS))
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
COMMON_DATES = ("YYYY-MM-DD", "YYYY/MM/DD", "DD.MM.YYYY", "M/D/YYYY", "D/M/YYYY", "YYYYMMDD")
FIRST_YEAR, LAST_YEAR = 1900, 2199


def date_pattern(form: str) -> re.Pattern[str]:
    """The pattern of a date format such as DD.MM.YYYY. Raises ValueError when it does not name a
    year of four digits, a month and a day once each."""
    parts, at = [], 0
    for token in _TOKEN.finditer(form):
        parts += [re.escape(form[at : token.start()]), _TOKENS[token.group()]]
        at = token.end()
    try:
        pattern = re.compile("".join([*parts, re.escape(form[at:])]))
    except re.error:
        raise ValueError(f"The date format {form!r} names a part twice.") from None
    named = set(pattern.groupindex)
    if not {"year", "day"} <= named or len(named & {"month", "name"}) != 1:
        raise ValueError(
            f"The date format {form!r} must have YYYY, one of MM, M or MMM, and DD or D;"
            " years of two digits could mean two centuries."
        )
    return pattern


def day(form: str) -> Convert:
    """A date written as `form`, as YYYY-MM-DD."""
    pattern = date_pattern(form)

    def convert(raw: str) -> str:
        if isinstance(raw, Day):
            return str(raw)
        found = _read_date(pattern, raw)
        if found is None:
            other = next(
                (f for f in COMMON_DATES if f != form and _read_date(date_pattern(f), raw)), None
            )
            hint = f"; it would fit {other}" if other else ""
            raise Unfit("date", f"a date written as {form}, {FIRST_YEAR} to {LAST_YEAR}{hint}")
        return found.isoformat()

    return convert


def _read_date(pattern: re.Pattern[str], raw: str) -> date | None:
    match = pattern.fullmatch(raw)
    if match is None:
        return None
    parts = match.groupdict()
    try:
        month = (
            int(parts["month"]) if "month" in parts else _MONTHS.index(parts["name"].lower()) + 1
        )
        found = date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def reads_as_date(form: str, raw: str) -> bool:
    """Whether the text is a date written as `form`."""
    return _read_date(date_pattern(form), raw) is not None


_CURRENCY = re.compile("[A-Z]{3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def currency(raw: str) -> str:
    """Three capital letters, such as USD."""
    if not _CURRENCY.fullmatch(raw):
        raise Unfit("currency", "a currency of three capital letters, such as USD")
    return raw


def email(raw: str) -> str:
    """An e-mail address: something, one @, something."""
    if not _EMAIL.fullmatch(text(320)(raw)):
        raise Unfit("e-mail", "an e-mail address")
    return raw


def one_of(*choices: str) -> Convert:
    """One of these words."""

    def convert(raw: str) -> str:
        if raw not in choices:
            raise Unfit("choice", "one of " + ", ".join(choices))
        return raw

    return convert


def words_of(*choices: str) -> Convert:
    """Some of these words, separated by spaces or commas."""

    def convert(raw: str) -> str:
        words = raw.replace(",", " ").split()
        if not set(words) <= set(choices):
            raise Unfit("choice", "some of " + ", ".join(choices))
        return " ".join(dict.fromkeys(words))

    return convert
