"""Expected refusals: four kinds, each a full sentence and the facts a client can match on.

Everything else that is raised is a bug and stays one.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class Refusal(Exception):
    """The act is refused; nothing has changed. `path` names the input field, where there is one."""

    code: ClassVar[str] = "REFUSED"

    def __init__(self, message: str, *, path: tuple[str, ...] = (), **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.facts: Mapping[str, object] = facts

    @property
    def each(self) -> "Sequence[Refusal]":
        """The single refusals that this one is made of: itself, where it is one."""
        return (self,)


class NotFound(Refusal):
    """It does not exist, or the caller may not know that it does: both answer alike."""

    code = "NOT_FOUND"

    def __init__(self, kind: str, *, path: tuple[str, ...] = ("id",)) -> None:
        super().__init__(f"There is no such {kind}, or it is not yours to see.", path=path)


class NotPermitted(Refusal):
    """The caller sees it, and may not do this."""

    code = "FORBIDDEN"


class Conflict(Refusal):
    """Somebody or something came first; the facts say what stands now."""

    code = "CONFLICT"


class Changed(Conflict):
    """Somebody changed it after the caller looked. Each kind of thing has a class of its own, so
    that a client is shown what stands now."""

    kind: ClassVar[str]

    def __init__(self, seen: int, current: int) -> None:
        super().__init__(
            f"You saw version {seen} of the {self.kind}, and it is now at version {current}."
            " Look at what changed, then decide again.",
            path=("expectedVersion",),
            seen_version=seen,
            current_version=current,
        )

    @classmethod
    def since(cls, seen: int, current: int) -> None:
        """Raises it unless the caller decided upon what stands."""
        if seen != current:
            raise cls(seen, current)


class Invalid(Refusal):
    """The input itself cannot be accepted."""

    code = "BAD_USER_INPUT"


class Faults(Invalid):
    """Several things are wrong with a message, and the caller hears of all of them at once."""

    def __init__(self, each: Sequence[Refusal]) -> None:
        super().__init__(" ".join(refused.message for refused in each))
        self._each = tuple(each)

    @property
    def each(self) -> Sequence[Refusal]:
        return self._each

    @staticmethod
    def raised(found: Sequence[Refusal]) -> None:
        """Raises what was found: nothing where that is nothing, and one fault as itself."""
        if len(found) == 1:
            raise found[0]
        if found:
            raise Faults(found)
