"""Why a caller is not believed. Each is told the same whatever was wrong, so nothing is learnt."""

from datetime import timedelta

from domain.errors import Invalid, Refusal


class NotProved(Refusal):
    """The caller has not proved who they are."""

    code = "UNAUTHENTICATED"


class SignInRefused(NotProved):
    """Unknown organisation, unknown e-mail, wrong password, or somebody who may no longer."""

    def __init__(self) -> None:
        super().__init__("Organisation, e-mail address and password do not belong together.")


class RefreshRefused(NotProved):
    """Not a token of ours, or of a session that is over. Tells the client to sign in again."""

    def __init__(self) -> None:
        super().__init__("The refresh token is not valid any more; sign in again.")


class ClientRefused(NotProved):
    """Unknown partner app, wrong secret, or an app that was revoked or has expired."""

    def __init__(self) -> None:
        super().__init__("The client id and secret do not belong together.")


class AccessRefused(NotProved):
    """The access token is not good, or no longer. `reason` is for our log."""

    def __init__(self, reason: str) -> None:
        super().__init__("The access token is not valid.")
        self.reason = reason


class ScopeRefused(Invalid):
    """A partner app asked for what it was not granted."""

    def __init__(self) -> None:
        super().__init__("The scope asked for is not within the scope granted.", path=("scope",))


class Throttled(Refusal):
    """Too many failures; nothing was checked."""

    code = "THROTTLED"

    def __init__(self, wait: timedelta) -> None:
        self.seconds = int(wait.total_seconds())
        super().__init__(
            f"Too many attempts have failed; try again in {self.seconds} s.",
            retry_after_seconds=self.seconds,
        )


class TooManyAtOnce(Refusal):
    """More people sign in at this moment than passwords can be checked."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("Many people are signing in at this moment; try again in a few seconds.")
