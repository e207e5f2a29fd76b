"""Which jobs there are. A job is declared beside the area that it belongs to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from domain.database.connection import BoundedPool
from domain.jobs.queue import Payload

Work = Callable[[Payload], Awaitable[None]]
WorkForOrganisation = Callable[[UUID], Awaitable[bool | None]]
"""A part of what there is to do for an organisation, small enough that others need not wait for it;
true where there is more."""
WorkOfPlatform = Callable[[BoundedPool], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Round:
    """Something done again and again. `times` is a cron expression in UTC; a sixth part means
    seconds. Of all workers one does it."""

    name: str
    times: str
    for_organisation: WorkForOrganisation | None = None
    for_platform: WorkOfPlatform | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    jobs: dict[str, Work] = field(default_factory=dict)
    given_up: dict[str, Work] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)


registry = Registry()


def job(name: str, *, given_up: Work | None = None) -> Callable[[Work], Work]:
    """Declare who does the jobs of this name, such as `statement.send`. `given_up` is told of one that
    failed as often as we try, so that what waits for it need not wait for ever."""

    def declared(work: Work) -> Work:
        if registry.jobs.setdefault(name, work) is not work:
            raise ValueError(f"There are two jobs named {name}.")
        if given_up is not None:
            registry.given_up[name] = given_up
        return work

    return declared


def each_organisation(times: str) -> Callable[[WorkForOrganisation], WorkForOrganisation]:
    """Declare what is done for each organisation in turn, at these times."""

    def declared(work: WorkForOrganisation) -> WorkForOrganisation:
        _add(Round(work.__name__, times, for_organisation=work))
        return work

    return declared


def periodically(times: str) -> Callable[[WorkOfPlatform], WorkOfPlatform]:
    """Declare what is done for the installation as a whole, on the worker's own connections."""

    def declared(work: WorkOfPlatform) -> WorkOfPlatform:
        _add(Round(work.__name__, times, for_platform=work))
        return work

    return declared


def _add(round_: Round) -> None:
    if registry.rounds.setdefault(round_.name, round_) is not round_:
        raise ValueError(f"There are two rounds named {round_.name}.")
