"""Gaps: told to whom they concern and to those above, and never with a peer's own figure."""

from decimal import Decimal
from typing import Any

import pytest

from domain.database import on_behalf_of
from domain.gaps.counting import Counted
from domain.gaps.facts import Rate
from domain.gaps.finding import find_gaps, gaps_among
from domain.gaps.peers import Group, Peer, Subject
from domain.gaps.results import Finding, GapVerdict
from domain.gaps.windows import window
from domain.ids import new_id
from domain.people.reporting import rebuild_reach
from tests.domain.gaps.selling import WON, orders, sellers
from tests.people import TODAY, Company
from tests.schema.asking import answer, ask, insert, person_id

ASKED = """query($person: ID, $months: Int, $last: Date) {
  gaps(personId: $person, months: $months, lastMonth: $last) { person { name } startsOn endsOn peers reason
    findings { measure category verdict topic sentence unit currency value low high facts peers median shrunken
      distance formula } sources } }"""


def _of(answered: Any, measure: str) -> Any:
    (found,) = (each for each in answered["gaps"]["findings"] if each["measure"] == measure)
    return found


async def test_the_worked_example_is_told_to_the_person_and_to_those_above(
    company: Company,
) -> None:
    await sellers(company)
    rui = person_id(company, "Rui")

    told = await ask(company.actor("Rui"), ASKED)

    conversion = _of(told, "CONVERSION")
    assert told["gaps"]["person"] == {"name": "Rui"}
    assert (told["gaps"]["startsOn"], told["gaps"]["endsOn"]) == ("2019-11-01", "2020-04-30")
    assert told["gaps"]["peers"] == "people with the same job (Account Executive)"
    assert conversion["formula"].startswith("Opportunities won / opportunities that ended")
    assert conversion == {
        "formula": conversion["formula"],
        "measure": "CONVERSION",
        "category": None,
        "verdict": "BEHIND",
        "topic": "Qualifying and closing: which opportunities are lost, at which point, and why.",
        "sentence": "The conversion is 10 % over 80 opportunities that ended; of 12 peers the one in the middle"
        " has 34 %. That is 3.5 times the usual distance below; further on, about 24 % is to be expected.",
        "unit": "RATE",
        "currency": None,
        "value": "0.1000",
        "low": "0.0515",
        "high": "0.1851",
        "facts": 80,
        "peers": 12,
        "median": "0.34",
        "shrunken": "0.24",
        "distance": "-3.5",
    }
    for above in ("Mona", "Ada", "Hal"):
        assert await ask(company.actor(above), ASKED, person=rui) == told


@pytest.mark.parametrize("other", ["Sam", "Eve", "Cora", "Fay", "Audrey", "Adam"])
async def test_nobody_else_learns_that_there_is_anything(company: Company, other: str) -> None:
    await sellers(company)
    actor = company.actor(other)

    told = await ask(actor, ASKED, person=person_id(company, "Rui"))
    of_nobody = await ask(actor, ASKED, person=f"person_{new_id()}")

    assert told == of_nobody == {"gaps": None}
    assert await ask(company.partner(), ASKED, person=person_id(company, "Rui")) == of_nobody


async def test_too_little_says_so_in_words(company: Company) -> None:
    await sellers(company, others=WON[:4])

    told = await ask(company.actor("Rui"), ASKED)
    conversion, cycle, pace = (_of(told, each) for each in ("CONVERSION", "CYCLE", "PACE"))

    assert conversion["sentence"].startswith("Fewer than five comparable people have enough facts")
    assert (conversion["verdict"], conversion["peers"], conversion["median"]) == ("UNSAID", 0, None)
    assert (conversion["shrunken"], conversion["distance"]) == (None, None)
    assert cycle["peers"] == 0
    assert pace["sentence"] == (
        "There are 0 days with sales both now and a year before; it takes at least 10."
    )
    assert (pace["value"], pace["low"]) == (None, None)


async def test_who_held_another_place_on_some_day_is_no_peer_and_has_none(company: Company) -> None:
    await sellers(company)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update holding set during = daterange('2020-01-15', null) where org_id = $1 and person_id = $2",
            [company.org, company.ids["Peer 1"]],
        )
        await rebuild_reach(transaction, company.org)

    assert _of(await ask(company.actor("Rui"), ASKED), "CONVERSION")["peers"] == 11
    (three,) = [await ask(company.actor("Rui"), ASKED, months=3)]
    assert _of(three, "CONVERSION")["peers"] == 12
    newcomer = await find_gaps(company.actor("Hal"), person_id=company.ids["Peer 1"])
    assert newcomer is not None
    assert newcomer.findings == ()
    assert newcomer.reason is not None
    assert "did not hold one position" in newcomer.reason


async def test_other_days_are_refused(company: Company) -> None:
    refused = await answer(company.actor("Rui"), ASKED, months=5)

    assert refused.refusal.message == "Ask about 3, 6 or 12 months."
    assert refused.refusal.path == ("months",)
    under_way = await answer(company.actor("Rui"), ASKED, last=str(TODAY))
    assert under_way.refusal.path == ("lastMonth",)


async def test_what_is_sold_is_compared_by_size_by_pace_and_by_category(company: Company) -> None:
    names = ["Rui", *await sellers(company)]
    await orders(
        company, {name: 100 if name == "Rui" else 900 + 40 * n for n, name in enumerate(names)}
    )

    told = await ask(company.actor("Rui"), ASKED)
    size, pace = _of(told, "DEAL_SIZE"), _of(told, "PACE")
    mix = {each["category"]: each for each in told["gaps"]["findings"] if each["measure"] == "MIX"}

    assert (size["verdict"], size["value"], size["currency"]) == ("BEHIND", "94.60", "USD")
    assert (size["facts"], size["median"]) == (12, "1400")
    assert (pace["verdict"], pace["unit"], pace["value"]) == ("BEHIND", "RATE", "0.1857")
    assert mix["Helmets"]["verdict"] == "BEHIND"
    assert mix["Helmets"]["median"] == "0.2"
    assert mix["Helmets"]["topic"] == "Selling Helmets: knowing which customer needs it, and when."
    assert mix["Bikes"]["verdict"] == "AHEAD"
    assert mix["Bikes"]["topic"] is None


async def test_people_on_one_level_with_one_kind_of_territory_are_peers_where_jobs_differ(
    company: Company,
) -> None:
    names = ["Rui", *await sellers(company)]
    place = new_id()
    await insert(company, "territory", [{"id": place, "name": "West", "kind": "region"}])
    async with on_behalf_of(company.org) as transaction:
        for number, name in enumerate(names):
            await transaction.execute_query(
                "update position set title = $3 where org_id = $1 and id = $2",
                [company.org, company.positions[name], f"Job {chr(65 + number)}"],
            )
            await transaction.execute_query(
                "insert into territory_assignment (org_id, id, territory_id, person_id, during)"
                " values ($1, $2, $3, $4, daterange('2017-07-01', null))",
                [company.org, new_id(), place, company.ids[name]],
            )
            if name not in ("Rui", "Sam"):
                await transaction.execute_query(
                    "insert into reporting_line (org_id, id, position_id, manager_position_id, during)"
                    " values ($1, $2, $3, $4, daterange('2017-07-01', null))",
                    [company.org, new_id(), company.positions[name], company.positions["Eve"]],
                )
        await rebuild_reach(transaction, company.org)

    told = await ask(company.actor("Rui"), ASKED)

    assert told["gaps"]["peers"] == "people on the same level with the same kind of territory"
    assert _of(told, "CONVERSION")["peers"] == 12


# What is told of peers.
RUI = Subject(new_id(), "Rui", "USD", "Account Executive")


def _conversion(won: list[int], *, unseen: int) -> Finding:
    peers = [Peer(new_id(), is_seen=place >= unseen) for place in range(len(won))]
    facts = {peer.id: Counted(Rate(each, 80), 80) for peer, each in zip(peers, won, strict=True)}
    facts[RUI.id] = Counted(Rate(8, 80), 80)
    days = window(6, None, TODAY)
    return gaps_among(RUI, days, Group("peers", peers), facts).findings[0]


@pytest.mark.parametrize("unseen", [1, 4])
def test_whoever_knows_all_peers_but_a_few_is_told_nothing_of_those_few(unseen: int) -> None:
    told = _conversion(list(WON), unseen=unseen)
    moved = _conversion([0] * unseen + list(WON[unseen:]), unseen=unseen)

    assert told == moved
    assert told.peers == len(WON) - unseen
    assert _conversion(list(WON[:8]), unseen=4).verdict is GapVerdict.UNSAID
    assert _conversion(list(WON), unseen=5).peers == len(WON)
    assert _conversion(list(WON), unseen=len(WON)).peers == len(WON)


def test_no_figure_of_a_single_peer_can_be_read_off() -> None:
    told = _conversion([19, 23, 25, 27, 27, 29, 31, 33], unseen=8)

    # Of eight, three may change a little on either side without anything told becoming another.
    assert told == _conversion([1, 23, 25, 27, 27, 29, 31, 80], unseen=8)
    assert told.median == Decimal("0.34")
    assert not any(str(Decimal(each) / 80) in told.sentence for each in (19, 23, 25, 29, 31, 33))
