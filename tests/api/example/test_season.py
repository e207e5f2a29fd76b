"""The season of coaching that is made up for the example, from sales that are not."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from api.example.season import Month, Notes, Person, Team, percent, standing_out, written_notes
from api.example.season_meetings import AHEAD, Meetings, come_out_of, planned_and_held
from api.example.season_tasks import asked_for
from api.example.today import TODAY

REVENUE, STORE = UUID(int=500), UUID(int=600)
STARTS = [date(2019 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(4, 18)]


def selling(number: int, name: str, *thousands: int) -> Person:
    """Somebody who sold so many thousands in each month since April 2019."""
    months = [
        Month(
            first,
            min((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), TODAY),
            Decimal(amount * 1000),
            STORE,
            "A_Bike* Store",
            Decimal(amount * 400),
            7,
        )
        for first, amount in zip(STARTS, thousands, strict=False)
    ]
    return Person(UUID(int=number), name, months)


DIRECTOR, NORTH, SOUTH = (Person(UUID(int=n), f"Leader {n}") for n in (1, 2, 3))
UP = selling(10, "Uma Up", *[100] * 6, 250, *[100] * 7)
DOWN = selling(11, "Dan Down", *[100] * 9, 30, 90, 100, 100, 20)
EVEN = selling(12, "Eva Even", *[100] * 14)
NEW = selling(13, "Ned New", 100, 900)
TEAMS = (
    Team(DIRECTOR, None, [NORTH, SOUTH]),
    Team(NORTH, DIRECTOR, [UP, DOWN, EVEN, NEW]),
    Team(SOUTH, DIRECTOR, [EVEN]),
)


def written() -> Notes:
    return written_notes(TEAMS, revenue=REVENUE, today=TODAY, currency="USD")


def met() -> Meetings:
    return planned_and_held(TEAMS)


def test_the_same_sales_make_the_same_season() -> None:
    assert written() == written()
    assert met() == met()


@pytest.mark.parametrize(
    ("change", "said"), [("0.664", "66 %"), ("-0.665", "67 %"), ("-0.2", "20 %"), ("5", "500 %")]
)
def test_a_change_is_told_in_whole_percent(change: str, said: str) -> None:
    assert percent(Decimal(change)) == said


def test_a_month_is_compared_with_the_three_before_it() -> None:
    [first, *_] = told = standing_out(DOWN)

    assert (len(told), first.average, first.change) == (11, Decimal(100_000), Decimal(0))
    worst = min(told, key=lambda each: each.change)
    assert (worst.month.name, worst.change) == ("May 2020", Decimal(20) / Decimal(290) * 3 - 1)


def test_people_are_written_about_whose_months_stood_out_and_who_sold_before() -> None:
    notes = written().notes

    about = {(note.about_id, note.written_on, len(note.readers)) for note in notes}
    assert about >= {(UP.id, date(2019, 10, 31), 2), (DOWN.id, date(2020, 1, 31), 1),
                     (DOWN.id, date(2020, 1, 31), 2), (DOWN.id, TODAY, 2)}  # fmt: skip
    assert {note.about_id for note in notes} == {UP.id, DOWN.id}
    assert any({*note.readers} == {NORTH.id, DIRECTOR.id} for note in notes)


def test_figures_stand_in_the_words_and_beside_them_as_they_were_that_day() -> None:
    made = written()
    for note in made.notes:
        facts = [each for each in made.evidence if each.note_id == note.id]
        month = Decimal(max(fact.value for fact in facts))

        assert facts
        assert note.body.endswith("(Made up)")
        for place, fact in enumerate(facts, start=1):
            of_month = fact.subject_id == REVENUE
            assert fact.value == month if of_month else fact.subject_id == STORE
            assert f"{fact.value:,.2f} USD" in note.body or not of_month
            assert (fact.place, fact.as_of, fact.since.day) == (place, note.written_on, 1)
            assert f"from {fact.since} to {note.written_on}." in fact.formula
            assert {*fact.readers} == {*note.readers}
        assert "<em>" not in note.body_html  # of a name nothing is read as Markdown


def test_every_version_is_kept_and_the_acknowledged_one_says_so() -> None:
    made = written()
    replied = {reply.note_id for reply in made.replies}
    for note in made.notes:
        kept = [each for each in made.revisions if each.note_id == note.id]

        assert [each.version for each in kept] == list(range(1, note.version + 1))
        assert (kept[-1].body, kept[-1].readers) == (note.body, note.readers)
        acknowledged = [each.version for each in kept if each.acknowledged_at]
        assert acknowledged == ([note.acknowledged_version] if note.acknowledged_at else [])
        private = len(note.readers) == 1
        assert note.author_id in note.readers
        assert not private or (not note.acknowledged_at and note.id not in replied)


def test_one_to_ones_are_held_before_today_with_what_was_left_over_carried_on() -> None:
    made = met()
    by_id = {meeting.id: meeting for meeting in made.meetings}
    planned = [meeting for meeting in made.meetings if meeting.state == "planned"]
    held = [meeting for meeting in made.meetings if meeting.state == "held"]

    assert len(planned) == 7  # one for each two
    assert all(meeting.starts_at.date() >= AHEAD for meeting in planned)
    assert {(each.one_to_one_id, each.held_on) for each in made.sessions} == {
        (meeting.id, meeting.held_on) for meeting in held
    }
    places = set()
    for point in made.points:
        meeting = by_id[point.one_to_one_id]
        expected = {"planned": {"waiting"}, "held": {"ticked", "carried"}, "cancelled": set()}
        assert point.state in expected[meeting.state]
        assert {*point.readers} == ({*meeting.readers} if point.opened_at else {point.author_id})
        places.add((point.one_to_one_id, point.place))
    assert len(places) == len(made.points)
    carried = {point.id: point for point in made.points if point.state == "carried"}
    taken = {point.carried_from_id: point for point in made.points if point.carried_from_id}
    assert carried.keys() == taken.keys()
    assert all(taken[id].what == point.what for id, point in carried.items())


def test_a_note_came_out_of_the_one_to_one_that_its_author_had_in_its_month() -> None:
    meetings = {meeting.id: meeting for meeting in met().meetings}
    notes = come_out_of(written().notes, met().meetings)

    assert [note._replace(one_to_one_id=None) for note in notes] == written().notes
    linked = [
        (note, meetings[note.one_to_one_id]) for note in notes if note.one_to_one_id is not None
    ]
    assert 0 < len(linked) < len(notes)
    for note, meeting in linked:
        assert (meeting.state, meeting.coachee_id) == ("held", note.about_id)
        assert note.author_id in meeting.readers
        assert meeting.held_on is not None
        assert meeting.held_on.replace(day=1) == note.written_on.replace(day=1)


def test_what_was_asked_for_is_done_open_or_overdue_and_between_the_two() -> None:
    meetings = {meeting.id: meeting for meeting in met().meetings}
    tasks = asked_for(met().meetings, TODAY)

    assert tasks == asked_for(met().meetings, TODAY)
    for task in tasks:
        meeting = meetings[task.one_to_one_id]
        assert meeting.state == "held"
        assert {task.owner_id, task.asked_by_id} == {*task.readers} == {*meeting.readers}
        assert (task.state == "done") == (task.ended_by_id == task.owner_id)
        assert task.ended_at is None or task.ended_at.date() <= TODAY
    assert {task.state for task in tasks} == {"done", "open"}
    assert {task.due_on < TODAY for task in tasks if task.state == "open"} == {True, False}
