"""How the supervisor tells what takes long: one full sentence at a time."""

from collections.abc import Callable

Report = Callable[[str], None]


def silent(_: str) -> None:
    """Tell nobody."""
