"""What one-to-ones go by, as values."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.errors import Conflict, Invalid
from domain.ids import new_id
from domain.one_to_ones.models import AgendaItemState, OneToOneState
from domain.one_to_ones.rules import (
    AgendaChanged,
    NotOneToOne,
    OneToOneMoved,
    as_it_was_seen,
    as_ordered,
    leads,
    place_after,
    places,
    room_for_an_item,
    sound_held_on,
    sound_start,
    still_planned,
    still_waiting,
)

NOW = datetime(2020, 5, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("above", "below", "is_hr", "with_hr", "who_plans_leads"),
    [
        (True, False, False, False, True),
        (False, True, False, False, False),
        (False, True, True, False, False),  # the line of reporting comes before HR
        (False, False, True, False, True),
        (False, False, False, True, False),
        (False, False, True, True, True),
    ],
)
def test_who_leads_says_the_line_of_reporting_and_else_hr(
    above: bool, below: bool, is_hr: bool, with_hr: bool, who_plans_leads: bool
) -> None:
    assert leads(above=above, below=below, is_hr=is_hr, with_hr=with_hr) is who_plans_leads


def test_colleagues_have_no_one_to_ones() -> None:
    with pytest.raises(NotOneToOne):
        leads(above=False, below=False, is_hr=False, with_hr=False)


@pytest.mark.parametrize("days", [-92, -1, 0, 731])
def test_a_one_to_one_begins_within_bounds(days: int) -> None:
    assert sound_start(NOW + timedelta(days=days), NOW.date())


@pytest.mark.parametrize("days", [-93, 732])
def test_a_one_to_one_begins_at_no_odd_time(days: int) -> None:
    with pytest.raises(Invalid):
        sound_start(NOW + timedelta(days=days), NOW.date())


def test_it_is_held_today_or_in_the_three_months_before() -> None:
    today = date(2020, 5, 29)
    assert sound_held_on(today, today) == today
    assert sound_held_on(date(2020, 2, 27), today) == date(2020, 2, 27)
    for day in (date(2020, 5, 30), date(2020, 2, 26), date.min, date.max):
        with pytest.raises(Invalid):
            sound_held_on(day, today)


def test_what_ended_ends_once() -> None:
    still_planned(OneToOneState.PLANNED)
    still_waiting(AgendaItemState.WAITING)
    for state in (OneToOneState.HELD, OneToOneState.CANCELLED):
        with pytest.raises(Conflict):
            still_planned(state)
    for item in (AgendaItemState.TICKED, AgendaItemState.WITHDRAWN, AgendaItemState.CARRIED):
        with pytest.raises(Conflict):
            still_waiting(item)
    as_it_was_seen(NOW, NOW)
    with pytest.raises(OneToOneMoved):
        as_it_was_seen(NOW, NOW + timedelta(seconds=1))


def test_the_places_of_what_both_see_tell_nothing_of_what_one_keeps_back() -> None:
    assert places([True, True, True]) == [1000, 2000, 3000]
    assert places([True, False, False, True]) == [1000, 1001, 1002, 2000]
    assert places([False, True]) == [1, 1000]
    assert (place_after(0, opened=True), place_after(1001, opened=True)) == (1000, 2000)
    assert place_after(1000, opened=False) == 1001


def test_an_order_names_each_point_that_waits_once() -> None:
    one, other = new_id(), new_id()
    as_ordered([one, other], [other, one])
    for named in ([one], [one, one], [one, other, new_id()], [one, other, other]):
        with pytest.raises(AgendaChanged):
            as_ordered([one, other], named)
    room_for_an_item(99)
    with pytest.raises(Conflict):
        room_for_an_item(100)
