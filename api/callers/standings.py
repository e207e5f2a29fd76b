"""What the database said of recent callers, so that a read may ask once in place of twice."""

from collections import OrderedDict

from auth.tokens import AccessToken
from domain.callers.standing import Standing


class RememberedStandings:
    """At most `most`; the least recently used leave first.

    Kept by what a token says (organisation, person, session), not by its text: tokens themselves
    have no place in memory, and whoever comes with a new token of the same session is known. That
    the token is good is asked at every request, so what stands here lets nobody in.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[AccessToken, Standing] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, token: AccessToken) -> Standing | None:
        """What was said of whom the token names, if it is remembered."""
        standing = self._kept.get(token)
        if standing is not None:
            self._kept.move_to_end(token)
        return standing

    def keep(self, standing: Standing) -> None:
        """In place of what was said before."""
        self._kept[standing.token] = standing
        self._kept.move_to_end(standing.token)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, token: AccessToken) -> None:
        self._kept.pop(token, None)
