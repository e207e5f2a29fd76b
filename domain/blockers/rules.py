"""What may happen to a blocker, decided from values alone."""

from datetime import date

from domain.blockers.models import BlockerState
from domain.errors import Conflict


class BlockerEnded(Conflict):
    """The blocker was resolved or withdrawn before."""

    def __init__(self, state: BlockerState) -> None:
        super().__init__(f"The blocker is {state.value} already; nothing was changed.")


def still_open(state: BlockerState) -> None:
    """Raises BlockerEnded unless the blocker is open: it ends once."""
    if state is not BlockerState.OPEN:
        raise BlockerEnded(state)


def resolved_on(raised_on: date, today: date) -> date:
    """The day on which a blocker is resolved: not before it was raised, though an organisation may
    set its own day back."""
    return max(raised_on, today)
