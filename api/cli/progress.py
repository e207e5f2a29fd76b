"""Saying what goes on while a command takes its time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Lend a function that shows one sentence at a time: a spinner at a terminal, else lines."""
    if not console.is_terminal:
        yield lambda sentence: console.print(sentence, markup=False, soft_wrap=True)
        return

    begun = time.monotonic()
    with console.status("Starting") as status:

        def show(sentence: str) -> None:
            passed = time.monotonic() - begun
            console.print(f"{passed:6.1f} s  {sentence}", markup=False, soft_wrap=True)
            status.update(sentence.replace("[", r"\["))

        yield show
