"""Who is called to look, of everybody who subscribes."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

from auth.actor import Role, Scope
from domain.database import on_behalf_of
from domain.goals.actions import submit_goal
from domain.history import number_events, record
from domain.ids import new_id
from domain.people.actions import grant_role
from schema.audience import Audiences, Seat
from schema.subscription import stored_kinds
from tests.people import Company, drafted_goal


class News:
    """What listening gives, without a connection: the test says when there are news."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    def of(self, _org: UUID) -> asyncio.Event:
        return self.event

    def spread(self) -> None:
        old, self.event = self.event, asyncio.Event()
        old.set()


@contextmanager
def seated(company: Company, news: News) -> Iterator[dict[str, Seat]]:
    """The whole cast and a partner app, each in a place of their own."""
    audiences = Audiences(news.of, stored_kinds)
    with ExitStack() as stack:
        actors = {name: company.actor(name) for name in company.ids}
        actors["partner"] = company.partner(Scope.SALES_READ)
        yield {name: stack.enter_context(audiences.seat(actor)) for name, actor in actors.items()}


async def called(seats: dict[str, Seat], at_least: str) -> set[str]:
    """Everybody who is called together with this one, who is."""
    async with asyncio.timeout(5):
        await seats[at_least].called.wait()
    names = {name for name, seat in seats.items() if seat.called.is_set()}
    for seat in seats.values():
        seat.called.clear()
    return names


async def test_only_those_who_could_see_it_are_called(company: Company) -> None:
    goal, news = await drafted_goal(company, "Rui"), News()
    with seated(company, news) as seats:
        await called(seats, "partner")  # at first everybody: what came before is theirs to see

        await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)
        news.spread()
        goals = await called(seats, "Rui")
        await grant_role(company.actor("Adam"), person_id=company.ids["Sam"], role=Role.HR)
        news.spread()
        roles = await called(seats, "Sam")
        async with on_behalf_of(company.org):
            await record(company.system, "session.opened", "session", new_id())
        await number_events(company.org)
        news.spread()
        await asyncio.sleep(1.3)

    assert goals == {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"}
    assert roles == {"Sam", "Adam", "Audrey"}
    assert not any(seat.called.is_set() for seat in seats.values())


async def test_what_happened_without_news_is_called_with_the_next(company: Company) -> None:
    goal, news = await drafted_goal(company, "Rui"), News()
    with seated(company, news) as seats:
        await called(seats, "partner")

        await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)  # not heard of
        async with on_behalf_of(company.org):
            await record(company.system, "session.opened", "session", new_id())
        await number_events(company.org)
        news.spread()

        assert await called(seats, "Rui") == {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"}
