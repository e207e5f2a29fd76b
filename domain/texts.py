"""What text may hold, so that people read what is stored and nothing else."""

import re

# Control characters; the Unicode characters that reorder what a reader sees; halves of surrogate
# pairs; byte order marks, replacement marks and the like, which only a decoding accident puts there.
UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffd-\uffff]"
)
_SPACING = "\t\n\r"


def misleading(text: str) -> bool:
    """Whether a text of several lines holds something that is not shown, or reorders what is."""
    return any(found.group() not in _SPACING for found in UNPRINTABLE.finditer(text))
