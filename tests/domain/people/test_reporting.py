"""Who is above whom, on which day: examples, and a naive model asked for every pair and day."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from domain.database import on_behalf_of
from domain.errors import Invalid
from domain.ids import new_id
from domain.people.actions import add_position, fill_position, set_manager
from domain.people.reporting import rebuild_reach
from tests.people import Company, count

JUNE_15 = date(2020, 6, 15)
JUNE_14 = JUNE_15 - timedelta(days=1)
EARLIER = date(2019, 1, 1)

Depths = dict[tuple[str, str], set[int]]


async def above(company: Company, day: date) -> Depths:
    """(who stands above, who is below) -> depths, on that day, without everybody themselves."""
    names = {person: name for name, person in company.ids.items()}
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select viewer_id, person_id, depth from reach where org_id = $1 and depth > 0"
            " and during @> $2::date",
            [company.org, day],
        )
    found: Depths = {}
    for row in rows:
        pair = names[row["viewer_id"]], names[row["person_id"]]
        found.setdefault(pair, set()).add(row["depth"])
    return found


async def reorganised(company: Company, below: str, manager: str | None, since: date) -> None:
    await set_manager(
        company.actor("Cora"),
        position_id=company.positions[below],
        manager_position_id=None if manager is None else company.positions[manager],
        since=since,
    )


async def filled(company: Company, position: str, person: str | None, since: date) -> None:
    await fill_position(
        company.actor("Cora"),
        position_id=company.positions[position],
        person_id=None if person is None else company.ids[person],
        since=since,
    )


async def test_the_chain_counts_every_line_and_everybody_reaches_themselves(
    company: Company,
) -> None:
    assert await above(company, JUNE_15) == {
        ("Ada", "Mona"): {1}, ("Ada", "Eve"): {1}, ("Mona", "Rui"): {1}, ("Mona", "Sam"): {1},
        ("Eve", "Olga"): {1}, ("Ada", "Rui"): {2}, ("Ada", "Sam"): {2}, ("Ada", "Olga"): {2},
    }  # fmt: skip
    assert await count(company, "reach", "depth = 0 and viewer_id = person_id") == len(company.ids)
    assert await above(company, date(2017, 6, 30)) == {}


async def test_after_a_reorganisation_in_mid_month_each_day_has_its_manager(
    company: Company,
) -> None:
    await reorganised(company, "Rui", "Eve", JUNE_15)

    before, after = await above(company, JUNE_14), await above(company, JUNE_15)
    assert {pair[0] for pair in before if pair[1] == "Rui"} == {"Mona", "Ada"}
    assert {pair[0] for pair in after if pair[1] == "Rui"} == {"Eve", "Ada"}
    # Ada's reach did not change, so it stays one row.
    ada_over_rui = f"viewer_id = '{company.ids['Ada']}' and person_id = '{company.ids['Rui']}'"
    assert await count(company, "reach", ada_over_rui) == 1


async def test_a_vacancy_passes_the_line_on(company: Company) -> None:
    await filled(company, "Mona", None, JUNE_15)

    assert (await above(company, JUNE_14))["Mona", "Rui"] == {1}
    after = await above(company, JUNE_15)
    assert ("Mona", "Rui") not in after
    assert after["Ada", "Rui"] == {2}


async def test_who_takes_over_a_position_takes_over_its_people(company: Company) -> None:
    await filled(company, "Mona", "Olga", JUNE_15)

    after = await above(company, JUNE_15)
    assert after["Olga", "Rui"] == {1}
    assert ("Mona", "Rui") not in after
    # Olga still holds her own position as well.
    assert (after["Eve", "Olga"], after["Ada", "Olga"]) == ({1}, {1, 2})


async def test_who_holds_two_positions_stands_on_both_lines_but_not_above_themselves(
    company: Company,
) -> None:
    second = await add_position(company.actor("Cora"), title="Acting manager")
    positions = {**company.positions, "Acting": second}
    await set_manager(
        company.actor("Cora"),
        position_id=second,
        manager_position_id=positions["Rui"],
        since=JUNE_15,
    )
    await fill_position(
        company.actor("Cora"), position_id=second, person_id=company.ids["Rui"], since=JUNE_15
    )

    after = await above(company, JUNE_15)
    assert ("Rui", "Rui") not in after
    assert (after["Mona", "Rui"], after["Ada", "Rui"]) == ({1, 2}, {2, 3})


@pytest.mark.parametrize(
    ("below", "manager", "since"),
    [("Ada", "Rui", JUNE_15), ("Ada", "Mona", EARLIER), ("Mona", "Rui", date(2030, 1, 1))],
)
async def test_a_circle_is_refused_and_nothing_changed(
    company: Company, below: str, manager: str, since: date
) -> None:
    lines = await count(company, "reporting_line")
    reach = await above(company, max(since, JUNE_15))

    with pytest.raises(Invalid, match=r"would report to itself from .*; no line was changed\."):
        await reorganised(company, below, manager, since)

    assert await count(company, "reporting_line") == lines
    assert await above(company, max(since, JUNE_15)) == reach
    assert await count(company, "event") == 0


async def test_a_circle_that_would_close_only_later_is_refused_too(company: Company) -> None:
    await reorganised(company, "Mona", None, JUNE_15)
    await reorganised(company, "Mona", "Ada", date(2021, 1, 1))

    with pytest.raises(Invalid, match="2021-01-01"):
        await reorganised(company, "Ada", "Rui", JUNE_15)

    assert ("Rui", "Ada") not in await above(company, JUNE_15)


async def test_two_reorganisations_at_once_cannot_close_a_circle_together(
    company: Company,
) -> None:
    await reorganised(company, "Mona", None, JUNE_15)
    await reorganised(company, "Eve", None, JUNE_15)

    answers = await asyncio.gather(
        reorganised(company, "Mona", "Eve", JUNE_15),
        reorganised(company, "Eve", "Mona", JUNE_15),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers if answer is not None] == [Invalid]


async def test_a_scheduled_change_survives_an_earlier_one(company: Company) -> None:
    await reorganised(company, "Rui", "Eve", date(2020, 8, 1))
    await reorganised(company, "Rui", "Ada", JUNE_15)

    managers = {
        day: {pair[0] for pair, depths in (await above(company, day)).items()
              if pair[1] == "Rui" and 1 in depths}
        for day in (JUNE_14, JUNE_15, date(2020, 7, 31), date(2020, 8, 1))
    }  # fmt: skip
    assert list(managers.values()) == [{"Mona"}, {"Ada"}, {"Ada"}, {"Eve"}]


# A naive model. Days 0..9; a line or holding is (position, manager or person, first day, day after).

FIRST = date(2020, 1, 1)
DAYS = range(10)
PLACES = range(6)


@dataclass(frozen=True)
class Fact:
    position: int
    other: int
    start: int
    end: int

    def holds(self, day: int) -> bool:
        return self.start <= day < self.end


def facts(others: int) -> st.SearchStrategy[list[Fact]]:
    """For each position up to three facts in a row that do not overlap."""

    def in_a_row(position: int) -> st.SearchStrategy[list[Fact]]:
        cuts = st.sets(st.integers(0, 10), min_size=2, max_size=4).map(sorted)
        held = st.lists(st.none() | st.integers(0, others - 1), min_size=3, max_size=3)
        return st.builds(
            lambda days, who: [
                Fact(position, other, start, end)
                for start, end, other in zip(days, days[1:], who, strict=False)
                if other is not None
            ],
            cuts,
            held,
        )

    rows = st.tuples(*(in_a_row(position) for position in PLACES))
    return rows.map(lambda groups: [fact for group in groups for fact in group])


def managers_on(lines: Sequence[Fact], day: int) -> dict[int, int]:
    return {line.position: line.other for line in lines if line.holds(day)}


def has_circle(lines: Sequence[Fact]) -> bool:
    for day in DAYS:
        managers = managers_on(lines, day)
        for position in PLACES:
            climbed = [position]
            while (up := managers.get(climbed[-1])) is not None:
                if up in climbed:
                    return True
                climbed.append(up)
    return False


def modelled(
    lines: Sequence[Fact], holdings: Sequence[Fact], day: int
) -> dict[tuple[int, int], set[int]]:
    managers = managers_on(lines, day)
    holders = {holding.position: holding.other for holding in holdings if holding.holds(day)}
    found: dict[tuple[int, int], set[int]] = {}
    for position, person in holders.items():
        depth, up = 1, managers.get(position)
        while up is not None:
            viewer = holders.get(up)
            if viewer is not None and viewer != person:
                found.setdefault((viewer, person), set()).add(depth)
            depth, up = depth + 1, managers.get(up)
    return found


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=facts(len(PLACES)).flatmap(
        # Half of them any lines, often with circles; half only towards lower numbers, so deep.
        lambda given_: st.sampled_from(
            [
                [fact for fact in given_ if fact.other != fact.position],
                [fact for fact in given_ if fact.other < fact.position],
            ]
        )
    ),
    holdings=facts(4),
)
async def test_reach_agrees_with_a_naive_model_for_every_pair_and_day(
    owner: asyncpg.Connection, lines: list[Fact], holdings: list[Fact]
) -> None:
    org, places, persons = new_id(), [new_id() for _ in PLACES], [new_id() for _ in range(4)]
    await _arrange(owner, org, places, persons, lines, holdings)

    circle = has_circle(lines)
    event(f"circle: {circle}")
    if circle:
        with pytest.raises(Invalid):
            await _rebuilt(org)
        return
    await _rebuilt(org)

    for day in DAYS:
        rows = await owner.fetch(
            "select viewer_id, person_id, depth from reach where depth > 0 and during @> $1::date",
            FIRST + timedelta(days=day),
        )
        found: dict[tuple[int, int], set[int]] = {}
        for row in rows:
            pair = persons.index(row["viewer_id"]), persons.index(row["person_id"])
            found.setdefault(pair, set()).add(row["depth"])
        assert found == modelled(lines, holdings, day)


async def _rebuilt(org: UUID) -> None:
    async with on_behalf_of(org) as transaction:
        await rebuild_reach(transaction, org)


async def _arrange(
    owner: asyncpg.Connection,
    org: UUID,
    places: list[UUID],
    persons: list[UUID],
    lines: list[Fact],
    holdings: list[Fact],
) -> None:
    await owner.execute(f"set app.org_id = '{org}'")
    await owner.execute(
        "insert into organisation (org_id, slug, name, currency, time_zone)"
        " values ($1, $2, 'Model', 'USD', 'UTC')",
        org,
        f"model-{org.hex}",
    )
    await owner.executemany(
        "insert into position (org_id, id, title) values ($1, $2, 'Place')",
        [(org, place) for place in places],
    )
    await owner.executemany(
        "insert into person (org_id, id, name) values ($1, $2, 'Somebody')",
        [(org, person) for person in persons],
    )
    for table, column, targets, given_ in (
        ("reporting_line", "manager_position_id", places, lines),
        ("holding", "person_id", persons, holdings),
    ):
        await owner.executemany(
            f"insert into {table} (org_id, id, position_id, {column}, during)"
            " values ($1, $2, $3, $4, daterange($5, $6))",
            [
                (org, new_id(), places[f.position], targets[f.other],
                 FIRST + timedelta(days=f.start), FIRST + timedelta(days=f.end))
                for f in given_
            ],
        )  # fmt: skip
