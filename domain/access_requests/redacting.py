"""Taking everybody else out of a text before its subject reads it: rules over values.

Whoever asks what is written about them is shown it without third parties. People are found by what the
organisation calls them: whole names, and each part of a name with at least three letters, in any spelling of
case and accents; also by addresses, telephone numbers and ids. Where a part is also part of the subject's own
name, it stays. It rather takes out a word too many ("Young", the adjective) than leaves a name in.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SOMEBODY = "[somebody else]"
SHORTEST_PART = 3

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(r"(?:\+|\b00?)[1-9][\d ()/-]{6,}\d")
_ID = re.compile(
    r"\b(?:person_)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.I
)
_WORDS = re.compile(r"[^\W_]+")
_REPEATED = re.compile(r"\[somebody else\](?:[\s,.]*\[somebody else\])+")


@dataclass(frozen=True, slots=True)
class Known:
    """What an organisation calls one person."""

    name: str
    email: str | None
    id: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is taken out, and what of it stays because it is the subject's own."""

    names: re.Pattern[str] | None
    own: frozenset[str]

    @classmethod
    def of(cls, others: Iterable[Known], subject: Known) -> "Redaction":
        """For one subject, among all others whom the organisation knows."""
        own = _parts(subject.name)
        terms = {term for other in others for term in _terms(other)} - own
        terms.discard(_folded(subject.name)[0])
        # The longest first, so that a whole name is one place and not two.
        ordered = sorted(terms, key=lambda term: (-len(term), term))
        names = re.compile(r"\b(?:" + "|".join(map(re.escape, ordered)) + r")\b") if terms else None
        return cls(names, frozenset({(subject.email or "").casefold(), subject.id.casefold()}))

    def __call__(self, text: str) -> str:
        """The text with `[somebody else]` in place of everybody else."""
        places = sorted(self._places(text))
        said, at = [], 0
        for start, end in places:
            if start >= at:
                said += [text[at:start], SOMEBODY]
            at = max(at, end)
        return _REPEATED.sub(SOMEBODY, "".join([*said, text[at:]]))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        for pattern in (_ADDRESS, _ID, _TELEPHONE):
            for found in pattern.finditer(text):
                if found.group().casefold().removeprefix("person_") not in self.own:
                    yield found.span()
        if self.names is not None:
            folded, places = _folded(text)
            for found in self.names.finditer(folded):
                yield places[found.start()], _whole(text, places[found.end() - 1] + 1)


def _whole(text: str, end: int) -> int:
    """Where the last letter ends, with the accents that follow it."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _terms(person: Known) -> Iterator[str]:
    yield _folded(person.name)[0]
    yield from _parts(person.name)


def _parts(name: str) -> set[str]:
    return {part for part in _WORDS.findall(_folded(name)[0]) if len(part) >= SHORTEST_PART}


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without case and accents, and of each of its letters the place it came from."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter.casefold()):
            if not unicodedata.combining(part):
                letters.append(part)
                places.append(place)
    return "".join(letters), places
