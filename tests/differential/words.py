"""Words that break what is put together carelessly, and marks by which a row is known anywhere."""

import re
from uuid import UUID

CONTROLS = "".join(chr(code) for code in range(1, 32)) + "\x7f\x80\x9f"

HOSTILE = (
    "'; drop table goal; --",
    '"quoted" \\ backslash \\u0000 \\" \\\\',
    CONTROLS,
    "line\u2028paragraph\u2029next\x85line\r\nend\ttab",
    "🎯 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧‍👦 \U0010ffff \ufffd \ufeff \uffff",
    "e\u0301 e\u0300\u0323 Ａ ﬁ ß İ ı ŉ",
    "\u202eright to left\u202c \u200fשלום\u200e مرحبا",
    "</script><b>&amp;<!-- ]]>",
    "$1 $2::text :org :person::uuid %s %(x)s %% {row} {{key}} {} {0}",
    "${jndi:ldap://x} `whoami` $(id) || '' /* -- */",
    "_ % like\\_ [a-z]* (?:x) ^$",
    " leading, trailing and  double spaces ",
    "null",
    "0",
    '{"data": null, "errors": []}',
    "[1, 2]",
    "NaN",
    "A",
    "a",
    "Z",
    "Ä",
    "~",
)
LONG = "long 🎯 " * 25
"""200 characters, the most that a name has."""

_MARK = re.compile(r"⟨(\w+) ([0-9a-f]{32})⟩")


def mark(table: str, id: UUID) -> str:
    """A canary: where it shows, something of this row shows."""
    return f"⟨{table} {id.hex}⟩"


def marks_in(text: str) -> set[tuple[str, UUID]]:
    """The tables and ids of all marks in a text."""
    return {(table, UUID(hex)) for table, hex in _MARK.findall(text)}


def hostile(number: int) -> str:
    """One of the hostile words; every one comes up."""
    return HOSTILE[number % len(HOSTILE)]
