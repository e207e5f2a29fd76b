"""Taking everybody else out of a text before its subject reads it: rules over values.

Whoever asks what is written about them is shown it without third parties. People are found by what the
organisation calls them: whole names, either way round, and each part of a name with at least three letters, in
any spelling of case and accents; also by addresses, telephone numbers and ids. Where a part is also part of the
subject's own name, it stays. It rather takes out a word too many ("Young", the adjective) than leaves a name in.
What no list of names knows it cannot find: nicknames, initials, names that a language inflects.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

SOMEBODY = "[somebody else]"
SHORTEST_PART = 3
_SHORTEST_UNSPACED = 2
"""As many letters of a writing that has no spaces."""

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(r"(?:\+|\b00?)[1-9][\d ()/-]{6,}\d")
_ID = re.compile(
    r"\b(?:person_)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.I
)
_WORDS = re.compile(r"[^\W_]+")
_SIGNS = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});|.", re.S)
_REPEATED = re.compile(r"\[somebody else\](?:[\s,.]*\[somebody else\])+")
_MARKS = frozenset("*~`")
"""What Markdown takes away, also within a word."""
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_UNSPACED = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"}
)
"""Writings in which a name stands among other words without a space, or is followed by more."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an organisation calls one person."""

    name: str
    email: str | None
    id: str


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text without case and accents, one space wherever no letter and no digit is; and of each of its
    letters the place in the text that it came from."""

    letters: str
    places: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is taken out, by its first word, or its first letters in a writing that has no spaces; and what
    of it stays because it is the subject's own."""

    names: Mapping[str, Sequence[str]]
    own: frozenset[str]

    @classmethod
    def of(cls, others: Iterable[Known], subject: Known) -> "Redaction":
        """For one subject, among all others whom the organisation knows."""
        terms = {term for other in others for term in _terms(other.name)}
        terms -= set(_terms(subject.name))
        names: dict[str, list[str]] = defaultdict(list)
        # The longest first, so that a whole name is one place and not two.
        for term in sorted(terms, key=lambda term: (-len(term), term)):
            first = term[:_SHORTEST_UNSPACED] if _unspaced(term[0]) else term.partition(" ")[0]
            names[first].append(term)
        return cls(
            dict(names), frozenset({(subject.email or "").casefold(), subject.id.casefold()})
        )

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
        # What is not shown may split a name, or stand between it and another word.
        for splits in (False, True):
            yield from self._named(_folded(text, splits=splits))

    def _named(self, text: _Folded) -> Iterator[tuple[int, int]]:
        for word in _WORDS.finditer(text.letters):
            for start, key in _keys(word):
                for term in self.names.get(key, ()):
                    if text.letters.startswith(term, start) and _ends(text.letters, start, term):
                        yield text.places[start][0], text.places[start + len(term) - 1][1]
                        break


def _keys(word: re.Match[str]) -> Iterator[tuple[int, str]]:
    """Where in a word a name may begin, and by what it is looked up there."""
    whole = word[0]
    for key in {whole, whole.removesuffix("s"), whole.rstrip("0123456789")}:
        yield word.start(), key
    if not whole.isascii():
        for place, letter in enumerate(whole):
            if _unspaced(letter):
                yield word.start() + place, whole[place : place + _SHORTEST_UNSPACED]


def _ends(letters: str, start: int, term: str) -> bool:
    """Whether a word ends behind the name, which may be in the genitive, or be of a writing that has no
    spaces."""
    end = start + len(term)
    after = letters[end : end + 2]
    goes_on = after[:1].isalpha() and (after[0] != "s" or after[1:].isalpha())
    return _unspaced(term[-1]) or not goes_on


def _unspaced(letter: str) -> bool:
    return letter > "\u0e00" and unicodedata.name(letter, "").partition(" ")[0] in _UNSPACED


def _terms(name: str) -> Iterator[str]:
    for spelling in {name, unicodedata.normalize("NFC", name.casefold()).translate(_SPELLED_OUT)}:
        parts = _bare(spelling).split()
        yield from _parts(spelling)
        if len(parts) > 1 or any(map(_unspaced, parts[0] if parts else "")):
            yield from {" ".join(parts), "".join(parts), " ".join([*parts[-1:], *parts[:-1]])}
        elif parts and len(parts[0]) > 1:
            yield parts[0]


def _parts(name: str) -> set[str]:
    return {_bare(part) for part in _WORDS.findall(name) if len(part) >= _shortest(part)}


def _shortest(part: str) -> int:
    return _SHORTEST_UNSPACED if any(map(_unspaced, part)) else SHORTEST_PART


def _bare(text: str) -> str:
    return _folded(text, splits=True).letters.strip()


def _folded(text: str, *, splits: bool) -> _Folded:
    """`splits` says that what is not shown, as a reader shows Markdown, stands between two words."""
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for found in _SIGNS.finditer(text):
        for sign in unescape(found[0]):
            if unicodedata.combining(sign):
                _reach(places, found.end())
                continue
            if not splits and (sign in _MARKS or unicodedata.category(sign) == "Cf"):
                continue
            for letter in unicodedata.normalize("NFKD", sign.casefold()).translate(_PLAIN):
                if unicodedata.combining(letter):
                    continue
                shown = letter if letter.isalnum() else " "
                if shown != " " or letters[-1:] != [" "]:
                    letters.append(shown)
                    places.append(found.span())
    return _Folded("".join(letters), places)


def _reach(places: list[tuple[int, int]], end: int) -> None:
    """Have the last letter end where the accents end that follow it."""
    if places:
        places[-1] = (places[-1][0], end)
