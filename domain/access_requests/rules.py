"""When a request for access may be made, decided and answered, decided from values alone."""

from datetime import date, timedelta

from domain.access_requests.models import RequestState
from domain.errors import Conflict, NotPermitted

DAYS_TO_ANSWER = 30
"""The month that article 12(3) of the GDPR gives."""
DAYS_TO_READ = 30
"""How long an answer can be read before its words are removed."""


class RequestUnderWay(Conflict):
    """Somebody has one request that nobody has answered yet; a further one would say the same."""

    def __init__(self) -> None:
        super().__init__("Your request is under way already; wait for its answer.")


class RequestDecided(Conflict):
    """The request was granted or declined before."""

    def __init__(self, state: RequestState) -> None:
        super().__init__(f"The request is {state.value} already; nothing was changed.")


def still_asked(state: RequestState) -> None:
    """Raises RequestDecided unless nobody has decided yet: that is done once."""
    if state is not RequestState.ASKED:
        raise RequestDecided(state)


def decided_by_another(decider: object, person: object) -> None:
    """Raises NotPermitted for one's own request."""
    if decider == person:
        raise NotPermitted("Somebody else decides upon a request of yours.")


def readable_until(answered_on: date) -> date:
    """The day on which the words of an answer are removed."""
    return answered_on + timedelta(days=DAYS_TO_READ)
