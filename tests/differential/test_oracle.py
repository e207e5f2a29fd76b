"""The oracle itself, on figures and rights that were worked out by hand: a judge who agrees with
everything would find nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.differential.oracle.facts import KINDS
from tests.differential.oracle.meaning import FIELDS
from tests.differential.oracle.pages import Order
from tests.differential.oracle.printing import amount_text, instant_text, number_text, share_text
from tests.differential.subject import GRAPHQL_SCHEMA
from tests.differential.trial import Trial

# Who stands above whom today, by hand from the lines and holdings of the cast.
ABOVE = {
    "Rui": {"Mona", "Vera"},
    "Sam": {"Mona", "Vera"},
    "Nia": {"Lea", "Mona", "Vera"},
    "Tom": {"Paul", "Vera"},
    "Olga": {"Paul", "Vera"},
    "Ute": set[str](),
    "Paul": {"Vera"},
    "Gus": {"Mona", "Eve", "Vera"},
    "Iris": {"Eve", "Vera"},
    "Kim": {"Iris", "Eve", "Vera"},
    "Pia": {"Ned", "Eve", "Vera"},
    "Bea": {"Eve", "Vera"},
    "Xan": set(),
    "Una": set(),
    "Vera": set(),
}
# How many people see a goal of Rui's: those above who are managers, and readers of figures.
SEE_RUIS_GOALS = {"Rui", "Mona", "Vera", "Cora", "Fay", "Kim", "Audrey"}


async def test_lines_are_followed_as_the_cast_describes_them(trial: Trial) -> None:
    names = {id: name for (table, name), id in trial.ours.ids.items() if table == "person"}
    tree = trial.views[trial.caller("Audrey")].tree

    found = {name: {names[each] for each in tree.above[trial.ours.person(name)]} for name in ABOVE}

    assert found == ABOVE
    assert tree.directly_above(trial.ours.person("Paul")) == set()
    assert tree.nearest_above(trial.ours.person("Paul")) == trial.ours.person("Vera")


async def test_goals_are_seen_by_whom_the_page_of_permissions_names(trial: Trial) -> None:
    rui = trial.ours.person("Rui")

    seen_by = {
        name
        for (table, name), id in trial.ours.ids.items()
        if table == "person"
        and trial.views[trial.caller(f"{name} without None")].reads("team", rui)
    }

    assert seen_by == SEE_RUIS_GOALS
    without = trial.views[trial.caller("Mona without manager")]
    assert not without.reads("team", rui)
    assert without.reads("team", trial.ours.person("Mona"))


async def test_every_kind_of_caller_sees_some_rows_and_not_others(trial: Trial) -> None:
    """So that a comparison of what they are answered says something."""
    for kind, type_name in KINDS.items():
        if kind in ("organisation", "notice", "mention", "digest"):
            continue  # a notice shows to one person, and to nobody once they lost sight of its goal
        rows = trial.facts[trial.ours.org].own(type_name)
        seen = [trial.views[caller].visible(type_name) for caller in trial.callers]
        shown_to_somebody = {id for each in seen for id in each if id in rows}
        assert len(shown_to_somebody) >= len(rows) - 1, type_name
        assert min(map(len, seen)) == 0, type_name
    for type_name in ("Goal", "Sale", "CheckIn", "GoalDecision", "Activity"):
        rows = trial.facts[trial.ours.org].rows[type_name]
        some = [len(trial.views[caller].visible(type_name)) for caller in trial.callers]
        assert sum(0 < each < len(rows) for each in some) >= 10, type_name


async def test_some_digests_tell_of_what_happened_alone(trial: Trial) -> None:
    views = [trial.views[caller] for caller in trial.callers if caller.org == trial.ours.org]
    told = {view: {each["digest_id"] for each in view.visible("Notice").values()} for view in views}

    alone = [id for view in views for id in view.visible("Digest") if id not in told[view]]

    assert len(set(alone)) >= 2


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("77548570.2000", "USD", "77548570.20"),
        ("0.1250", "USD", "0.125"),
        ("1200.0000", "JPY", "1200"),
        ("1.5000", "KWD", "1.500"),
        ("0.0000", "USD", "0.00"),
        ("-0.0001", "JPY", "-0.0001"),
        ("-45.6700", "EUR", "-45.67"),
    ],
)
def test_amounts_are_printed_with_their_currencys_places(
    amount: str, currency: str, text: str
) -> None:
    assert amount_text(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        ("850.12", "1000", "0.8501"),
        ("150.105", "300", "0.5004"),
        ("-0.00005", "1", "-0.0001"),
        ("0", "7", "0"),
        ("5000499999999999.4999", "9999999999999999", "0.5"),
        ("9999999999999999.9999", "0.0001", "99999999999999999999"),
    ],
)
def test_a_share_is_rounded_half_up_once(part: str, whole: str, text: str) -> None:
    assert share_text(Decimal(part), Decimal(whole)) == text


def test_instants_have_a_fraction_of_six_digits_or_none() -> None:
    noon = datetime(2020, 5, 1, 12, tzinfo=UTC)

    assert instant_text(noon) == "2020-05-01T12:00:00Z"
    assert instant_text(noon.replace(microsecond=1)) == "2020-05-01T12:00:00.000001Z"
    assert number_text(Decimal("-1.5000")) == "-1.5"


def test_nulls_come_last_whichever_end_comes_first() -> None:
    rows = [{"day": day, "id": n} for n, day in enumerate([None, date.max, date.min, None])]

    ascending = Order("Day", ("day", "id")).sorted(rows)
    descending = Order("Day", ("day", "id"), True).sorted(rows)

    assert [row["id"] for row in ascending] == [2, 1, 0, 3]
    assert [row["id"] for row in descending] == [1, 2, 3, 0]


def test_the_oracle_gives_no_meaning_to_fields_that_there_are_not() -> None:
    for type_name, name in FIELDS:
        shown: Any = GRAPHQL_SCHEMA.type_map[type_name]
        assert name in shown.fields, (type_name, name)
