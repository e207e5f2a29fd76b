"""Sharing a target out: exact to the last unit in every group, whatever the amounts."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.goals.cascading_rules import (
    Cascade,
    Child,
    Children,
    Line,
    Member,
    Placed,
    a_year_earlier,
    adds_up,
    changes_since,
    known_weights,
    placed,
    places_for,
    rounded_street,
    sound_uplifts,
    sound_weights,
    tallied_pieces,
    weights_of_leaders,
)

ADA, MONA, EVE, RUI, SAM, OLGA = (UUID(int=number) for number in range(6))
GOAL = UUID(int=100)
MEMBERS = (
    Member(EVE, "Eve", ADA),
    Member(MONA, "Mona", ADA),
    Member(OLGA, "Olga", EVE),
    Member(RUI, "Rui", MONA),
    Member(SAM, "Sam", MONA),
)


def amounts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def cascade(
    plan: str,
    *,
    places: int = 2,
    levels: int = 2,
    uplifts: Sequence[Decimal] = (),
    weights: dict[UUID, Decimal] | None = None,
    weights_are_given: bool = False,
    children: Children | None = None,
) -> list[Line]:
    return Cascade(
        goal=GOAL,
        owner=ADA,
        plan=Decimal(plan),
        places=places,
        levels=levels,
        uplifts=uplifts,
        weights=weights or {},
        weights_are_given=weights_are_given,
        children=children or {},
    ).lines(MEMBERS)


def plans(lines: Sequence[Line]) -> dict[UUID, Decimal]:
    return {line.person: line.plan for line in lines}


def test_equal_shares_sum_to_the_last_cent_on_every_level() -> None:
    lines = cascade("100.01")

    assert [(line.person, line.plan, line.depth, line.leads) for line in lines] == [
        (EVE, Decimal("50.01"), 1, True),
        (MONA, Decimal("50.00"), 1, True),
        (OLGA, Decimal("50.01"), 2, False),
        (RUI, Decimal("25.00"), 2, False),
        (SAM, Decimal("25.00"), 2, False),
    ]
    assert [line.above for line in lines] == [None, None, 0, 1, 1]


def test_a_cascade_goes_as_deep_as_asked() -> None:
    assert [line.person for line in cascade("10", levels=1)] == [EVE, MONA]
    assert len(cascade("10", levels=20)) == 5


def test_uplift_is_kept_apart_and_never_builds_up() -> None:
    lines = cascade("1000", uplifts=amounts("0.1", "0.055"))

    assert [(line.plan, line.street, line.uplift) for line in lines] == [
        (Decimal("500.00"), Decimal("550.00"), Decimal("0.1")),
        (Decimal("500.00"), Decimal("550.00"), Decimal("0.1")),
        (Decimal("500.00"), Decimal("527.50"), Decimal("0.055")),
        (Decimal("250.00"), Decimal("263.75"), Decimal("0.055")),
        (Decimal("250.00"), Decimal("263.75"), Decimal("0.055")),
    ]


def test_what_somebody_agreed_already_is_kept_and_the_rest_shared() -> None:
    agreed = Child(uuid4(), 3, Decimal("70"), Decimal("75"), locked=True)
    draft = Child(uuid4(), 1, Decimal("10"), Decimal("10"), locked=False)
    lines = cascade("100", children={(GOAL, EVE): agreed, (GOAL, MONA): draft})

    assert plans(lines) == {
        EVE: Decimal("70"),
        MONA: Decimal("30.00"),
        OLGA: Decimal("70.00"),
        RUI: Decimal("15.00"),
        SAM: Decimal("15.00"),
    }
    assert (lines[0].street, lines[0].locked, lines[1].locked) == (Decimal("75"), True, False)


def test_where_more_is_agreed_than_there_is_the_others_get_nothing() -> None:
    agreed = Child(uuid4(), 3, Decimal("130"), Decimal("130"), locked=True)

    assert plans(cascade("100", levels=1, children={(GOAL, EVE): agreed})) == {
        EVE: Decimal("130"),
        MONA: Decimal("0.00"),
    }


def test_children_are_found_below_the_goals_of_their_leaders() -> None:
    of_mona = Child(uuid4(), 1, Decimal("1"), Decimal("1"), locked=False)
    of_rui = Child(uuid4(), 2, Decimal("20"), Decimal("20"), locked=True)
    lines = cascade("100", children={(GOAL, MONA): of_mona, (of_mona.goal, RUI): of_rui})

    assert plans(lines)[RUI] == Decimal("20")
    assert plans(lines)[SAM] == Decimal("30.00")


def test_given_weights_count_for_everybody_beside_whoever_has_one() -> None:
    lines = cascade(
        "100",
        weights_are_given=True,
        weights={EVE: Decimal(0), MONA: Decimal(3)},
    )
    assert plans(lines)[MONA] == Decimal("100.00")
    assert plans(lines)[RUI] == Decimal("50.00"), "nobody below is given one, so all are alike"

    with pytest.raises(Invalid, match="Mona had none"):
        cascade("100", weights_are_given=True, weights={EVE: Decimal(1)})
    with pytest.raises(Invalid, match="all weights are zero"):
        cascade("100", weights_are_given=True, weights={EVE: Decimal(0), MONA: Decimal(0)})


@pytest.mark.parametrize(
    ("weights", "given", "known"),
    [
        ([None, None], False, ["1", "1"]),
        (["0", None], False, ["1", "1"]),  # nobody sold anything
        (["10", "20", None], False, ["20", "40", "30"]),  # the mean of the others, times two
        (["10", "0"], False, ["20", "0"]),
        (["0", "0"], True, ["0", "0"]),  # as they were given
    ],
)
def test_whoever_has_no_history_gets_the_mean_of_the_others(
    weights: list[str | None], given: bool, known: list[str]
) -> None:
    asked = [None if weight is None else Decimal(weight) for weight in weights]

    assert known_weights(asked, given=given) == amounts(*known)


def test_a_leader_stands_for_whoever_is_below() -> None:
    own = {MONA: Decimal(5), RUI: Decimal(10), SAM: Decimal(20), EVE: Decimal(7)}

    assert weights_of_leaders(MEMBERS, own, adds_own=True) == {**own, MONA: 35, EVE: 7}
    assert weights_of_leaders(MEMBERS, own, adds_own=False) == {**own, MONA: 30, EVE: 7}


@st.composite
def organisations(draw: st.DrawFn) -> list[Member]:
    """People below somebody, each under one who came before."""
    leaders = [ADA]
    members = []
    for number in range(draw(st.integers(1, 40))):
        person = UUID(int=1000 + number)
        members.append(Member(person, str(number), draw(st.sampled_from(leaders))))
        leaders.append(person)
    return members


@given(
    members=organisations(),
    units=st.integers(0, 10**12),
    places=st.sampled_from([0, 2, 3]),
    weights=st.lists(
        st.none() | st.decimals(0, 10**9, places=4) | st.sampled_from(amounts("0", "0.0001")),
        min_size=40,
        max_size=40,
    ),
    uplift=st.decimals(0, 1, places=4),
)
def test_everybody_below_a_leader_sums_to_the_leader_exactly(
    members: list[Member],
    units: int,
    places: int,
    weights: list[Decimal | None],
    uplift: Decimal,
) -> None:
    known = dict(zip((each.person for each in members), weights, strict=False))
    plan = Decimal(units).scaleb(-places)
    lines = Cascade(
        goal=GOAL,
        owner=ADA,
        plan=plan,
        places=places,
        levels=20,
        uplifts=[uplift] * 20,
        weights={person: weight for person, weight in known.items() if weight is not None},
        weights_are_given=False,
        children={},
    ).lines(members)

    below: dict[int | None, Decimal] = {}
    for line in lines:
        below[line.above] = below.get(line.above, Decimal(0)) + line.plan
        assert line.plan >= 0
        assert line.plan == round(line.plan, places)
        assert line.street == rounded_street(line.plan, uplift, places)
    assert below[None] == plan
    for place, line in enumerate(lines):
        assert below.get(place, line.plan) == line.plan


@pytest.mark.parametrize(
    ("unit", "currency", "plan", "places"),
    [
        ("money", "USD", "100", 2),
        ("money", "JPY", "100", 0),
        ("money", "KWD", "100", 3),
        ("money", "USD", "0.1250", 3),
        ("number", None, "12", 0),
        ("number", None, "12.5", 1),
    ],
)
def test_parts_are_as_fine_as_the_currency(
    unit: str, currency: str | None, plan: str, places: int
) -> None:
    assert places_for(unit, currency, Decimal(plan)) == places


def test_only_what_adds_up_is_shared_out() -> None:
    assert adds_up("sales_amount", "money")
    assert adds_up("check_in", "number")
    assert not adds_up("check_in", "percent")
    assert not adds_up("win_rate", "percent")
    assert not adds_up("acquisition_cost", "money")


def test_a_street_quota_is_rounded_half_away_from_zero() -> None:
    assert rounded_street(Decimal("0.50"), Decimal("0.01"), 2) == Decimal("0.51")
    assert rounded_street(Decimal("1.5"), Decimal("1"), 0) == Decimal("3")
    assert rounded_street(Decimal("9" * 15), Decimal("0.12345678"), 4) == Decimal(
        "1123456779999998.8765"
    )


def test_uplifts_and_weights_are_sound() -> None:
    assert sound_uplifts(amounts("0.1"), 3) == tuple(amounts("0.1"))
    for wrong in (amounts("-0.1"), amounts("1.1"), amounts("NaN"), amounts("0.1", "0.1")):
        with pytest.raises(Invalid):
            sound_uplifts(wrong, 1)
    assert sound_weights([(RUI, Decimal(0))]) == {RUI: Decimal(0)}
    for weights in ([(RUI, Decimal(1))] * 2, [(RUI, Decimal(-1))], [(RUI, Decimal("Infinity"))]):
        with pytest.raises(Invalid):
            sound_weights(weights)


@given(first=st.dates(date(2019, 1, 1), date(2021, 1, 1)), days=st.integers(0, 800))
def test_days_are_read_as_whole_months_and_the_days_beside_them(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    pieces = tallied_pieces(first, last)

    assert [pieces[0][1], pieces[-1][2]] == [first, last]
    for earlier, later in pairwise(pieces):
        assert later[1] == earlier[2] + timedelta(days=1)
    for grain, begin, end in pieces:
        whole = begin.day == 1 and (end + timedelta(days=1)).day == 1
        assert whole or grain == "day"
    assert sum(grain == "day" for grain, _, _ in pieces) <= 2


def test_a_year_earlier_is_a_day_that_there_was() -> None:
    assert a_year_earlier(date(2020, 2, 29)) == date(2019, 2, 28)
    assert a_year_earlier(date(2020, 3, 1)) == date(2019, 3, 1)


def test_what_changed_since_is_said_by_name() -> None:
    child = Child(uuid4(), 1, Decimal(1), Decimal(1), locked=False)
    seen = placed(MEMBERS, {(GOAL, MONA): child}, goal=GOAL, owner=ADA, levels=2)
    assert seen[MONA] == Placed("Mona", ADA, (child.goal, 1))
    assert changes_since(seen, seen, versions=(2, 2)) == []

    members = [Member(EVE, "Eve", ADA), Member(MONA, "Mona", ADA), Member(RUI, "Rui", EVE)]
    members += [Member(UUID(int=9), "Nia", MONA)]
    now = placed(members, {}, goal=GOAL, owner=ADA, levels=2)

    assert changes_since(seen, now, versions=(2, 3)) == [
        "the goal was seen at version 2 and is at version 3",
        "Nia came",
        "Olga, Sam went",
        "Rui moved",
        "the goals of Mona changed",
    ]
