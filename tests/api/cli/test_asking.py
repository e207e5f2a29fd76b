"""Passwords are typed unseen at a terminal; without one they are piped in or made."""

import io

import pytest

from api.cli.asking import asked_password
from api.refusal import CommandRefused


def test_a_password_can_be_piped_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery staple\nanother line\n"))

    assert asked_password(generate=False) == "correct horse battery staple"


@pytest.mark.parametrize(
    ("piped", "sentence"),
    [
        ("", "There is no terminal to ask for a password at."),
        ("hunter2\n", "characters"),
    ],
)
def test_without_a_terminal_a_missing_or_weak_password_is_refused_in_a_sentence(
    piped: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(piped))

    with pytest.raises(CommandRefused) as refused:
        asked_password(generate=False)

    assert sentence in refused.value.sentence
