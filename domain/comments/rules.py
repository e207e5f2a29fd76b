"""What a comment may say, and what may become of it, decided from values alone.

Somebody is mentioned in the words themselves: `@[Grace](person_0192...)`.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.errors import Changed, Conflict, Invalid

LONGEST = 4_000
LONGEST_WITH_NAMES = 10_000
MOST_MENTIONS = 20
MOST_TOLD = 50
MOST_EDITS = 50
_MENTION = re.compile(
    r"@\[([^\[\]\n]{1,300})\]"
    r"\(person_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\)"
)
_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


class CommentChanged(Changed):
    kind = "comment"


class CommentWithdrawn(Conflict):
    """It was taken back, and says nothing any longer."""

    def __init__(self) -> None:
        super().__init__("The comment was withdrawn; nothing was changed.")


def mentioned(words: str) -> list[UUID]:
    """Whom the words mention, each once, in their order. Raises Invalid for more than is sensible."""
    people = list(dict.fromkeys(UUID(found[2]) for found in _MENTION.finditer(words)))
    if len(people) > MOST_MENTIONS:
        raise Invalid(f"At most {MOST_MENTIONS} people are mentioned at once.", path=("body",))
    return people


def named(words: str, names: Mapping[UUID, str]) -> str:
    """The words with whoever is mentioned under the name that they have: nobody is mentioned as
    somebody else. Raises Invalid where long names make too much of them."""

    def name(found: re.Match[str]) -> str:
        return f"@[{_bare(names[UUID(found[2])])}](person_{found[2]})"

    said = _MENTION.sub(name, words)
    if len(said) > LONGEST_WITH_NAMES:
        raise Invalid(
            f"With the whole names of those who are mentioned, this is longer than"
            f" {LONGEST_WITH_NAMES:,} characters.",
            path=("body",),
        )
    return said


def as_markdown(words: str) -> str:
    """The words for a reader of Markdown, who sees a name where somebody is mentioned."""
    return _MENTION.sub(lambda found: "@" + _MARKS.sub(r"\\\1", found[1]), words)


def _bare(name: str) -> str:
    return " ".join(re.sub(r"[\[\]]", " ", name).split())[:300] or "?"


def may_change(withdrawn_at: datetime | None, version: int) -> None:
    """Raises CommentWithdrawn, or Conflict for what was edited again and again."""
    if withdrawn_at is not None:
        raise CommentWithdrawn
    if version > MOST_EDITS:
        raise Conflict(f"A comment is edited at most {MOST_EDITS} times; write another one.")


def fresh(people: Sequence[UUID], before: Sequence[UUID], author: UUID) -> list[UUID]:
    """Whom to tell: who was not mentioned before, and is not the author."""
    return [person for person in people if person not in before and person != author]


def who_hears(
    whose: Sequence[UUID | None], said_before: Sequence[UUID], *, but: Collection[UUID]
) -> list[UUID]:
    """Who is told of a comment, each once: whose the thing is, then who said something of it before,
    the nearest first, as many as is sensible."""
    people = dict.fromkeys(each for each in (*whose, *said_before) if each is not None)
    return [each for each in people if each not in but][:MOST_TOLD]
