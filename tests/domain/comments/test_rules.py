"""What a comment may say, from values alone."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.comments.rules import (
    MOST_EDITS,
    as_markdown,
    fresh,
    may_change,
    mentioned,
    named,
)
from domain.errors import Conflict, Invalid
from domain.ids import new_id
from domain.writing import rendered

GRACE, ADA = UUID(int=1), UUID(int=2)
NOW = datetime(2020, 5, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "people"),
    [
        (f"Ask @[Grace](person_{GRACE}).", [GRACE]),
        (f"@[Grace](person_{GRACE}) @[Ada](person_{ADA}) @[G](person_{GRACE})", [GRACE, ADA]),
        (f"[Grace](person_{GRACE}) and grace@[example](https://example.test)", []),
        (f"@[Grace](person_{str(GRACE).upper()}x) @[Grace](goal_{GRACE}) @[](person_{GRACE})", []),
        (f"@[two\nlines](person_{GRACE}) @[[x]](person_{GRACE})", []),
    ],
)
def test_somebody_is_mentioned_by_name_and_id(words: str, people: list[UUID]) -> None:
    assert mentioned(words) == people


def test_at_most_twenty_people_are_mentioned() -> None:
    mentions = [f"@[Somebody](person_{new_id()})" for _ in range(21)]

    assert len(mentioned("".join(mentions[:20] * 2))) == 20
    with pytest.raises(Invalid, match="At most 20 people"):
        mentioned("".join(mentions))


def test_nobody_is_mentioned_as_somebody_else() -> None:
    written = named(f"Thank you, @[The Boss](person_{GRACE})!", {GRACE: "Grace [x](y)\n Hop*per*"})

    assert written == f"Thank you, @[Grace x (y) Hop*per*](person_{GRACE})!"
    assert rendered(as_markdown(written)) == "<p>Thank you, @Grace x (y) Hop*per*!</p>"


def test_words_that_long_names_would_make_too_long_are_refused() -> None:
    words = f"@[G](person_{GRACE}) " * 70

    assert named(words, {GRACE: "Grace"}).count("Grace") == 70
    with pytest.raises(Invalid, match="whole names") as refused:
        named(words, {GRACE: "Grace" * 30})
    assert refused.value.path == ("body",)


def test_what_was_withdrawn_is_changed_no_more_and_what_stands_not_for_ever() -> None:
    may_change(None, MOST_EDITS)
    for withdrawn_at, version in ((NOW, 1), (None, MOST_EDITS + 1)):
        with pytest.raises(Conflict):
            may_change(withdrawn_at, version)


def test_those_are_told_who_were_not_mentioned_before_but_never_the_author() -> None:
    assert fresh([GRACE, ADA], [ADA], author=new_id()) == [GRACE]
    assert fresh([GRACE, ADA], [], author=ADA) == [GRACE]
