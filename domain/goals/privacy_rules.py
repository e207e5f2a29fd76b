"""What a private goal has no part in: whatever it were counted in, or shared by, would tell of it."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.errors import Invalid
from domain.goals.models import GoalAct, GoalScope

STANDS_ALONE: Mapping[GoalAct, str] = MappingProxyType(
    {
        GoalAct.ALIGNED: "A private goal stands alone: it is not put below another, nor another"
        " below it.",
        GoalAct.ROLLED_UP: "A private goal stands alone: nothing is rolled up over it.",
        GoalAct.CASCADED: "A private goal is nobody else's to share.",
        GoalAct.SPREAD: "A private goal stands alone: it has no parts.",
        GoalAct.SHARED: "A private goal is shared with nobody; open it first.",
        GoalAct.WEIGHED: "A private goal counts what its owner does alone.",
    }
)


class StandsAlone(Invalid):
    """This is not done to a private goal, nor with one."""

    def __init__(self, what: GoalAct, *, path: str) -> None:
        super().__init__(STANDS_ALONE[what], path=(path,))


def open_to_all(what: GoalAct, *, private: bool, path: str = "id") -> None:
    """Raises StandsAlone where the goal, or another that it is put together with, is private."""
    if private:
        raise StandsAlone(what, path=path)


def sound_scope(scope: GoalScope, *, private: bool) -> None:
    """A private goal counts its owner's results. Raises Invalid."""
    if private and scope is not GoalScope.OWN:
        raise Invalid("A goal that counts what others do cannot be private.", path=("private",))
