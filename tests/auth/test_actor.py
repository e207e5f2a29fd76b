from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.actor import Actor, Assurance, Role, Scope
from auth.once import InvalidOnceKey, Once

ORG, RUTH, APP, WEST = (UUID(int=number) for number in range(1, 5))
TODAY = date(2020, 5, 29)
PERSON: dict[str, Any] = {
    "org": ORG,
    "person": RUTH,
    "client": None,
    "roles": frozenset({Role.REP}),
    "scopes": frozenset(),
    "territories": frozenset(),
    "session": UUID(int=9),
    "assurance": Assurance.PASSWORD,
    "today": TODAY,
    "via": "mobile",
}
CLIENT: dict[str, Any] = PERSON | {
    "person": None,
    "client": APP,
    "roles": frozenset(),
    "scopes": frozenset({Scope.SALES_READ}),
    "territories": frozenset({WEST}),
    "session": None,
    "assurance": Assurance.CLIENT_SECRET,
    "via": "partner",
}


def test_each_kind_of_caller_has_a_name_of_its_own() -> None:
    assert Actor(**PERSON).subject == "person_00000000-0000-0000-0000-000000000002"
    assert Actor(**CLIENT).subject == "client_00000000-0000-0000-0000-000000000003"
    assert Actor.system(ORG, TODAY, "cli").subject == "system"


@pytest.mark.parametrize(
    ("parts", "change"),
    [
        (PERSON, {"client": APP}),
        (PERSON, {"person": None}),
        (PERSON, {"assurance": Assurance.SYSTEM}),
        (PERSON, {"scopes": frozenset({Scope.SALES_READ})}),
        (PERSON, {"territories": frozenset({WEST})}),
        (CLIENT, {"roles": frozenset({Role.ADMIN})}),
        (CLIENT, {"client": None}),
        (CLIENT, {"assurance": Assurance.SYSTEM}),
    ],
)
def test_an_actor_whose_parts_do_not_fit_cannot_be_made(
    parts: Mapping[str, Any], change: Mapping[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"person|partner app"):
        Actor(**{**parts, **change})


def test_an_actor_cannot_be_changed_after_it_was_built() -> None:
    actor = Actor(**PERSON)

    with pytest.raises(FrozenInstanceError):
        actor.roles = frozenset(Role)  # type: ignore[misc]  # this is what is refused


def test_an_idempotency_key_leaves_the_rest_of_the_actor_as_it_was() -> None:
    once = Once.of("k-1", "goalApprove", {"id": "goal_1"})

    actor = Actor(**PERSON).with_once(once)

    assert actor == Actor(**PERSON, once=once)
    assert Actor(**PERSON).once is None


@pytest.mark.parametrize("key", ["", "a" * 65, "two words", "schlüssel", "line\n", "nul\0"])
def test_a_key_that_cannot_be_kept_is_refused(key: str) -> None:
    with pytest.raises(InvalidOnceKey, match="1 to 64 printable ASCII"):
        Once.of(key, "goalApprove", {})


class Colour(StrEnum):
    RED = "red"


class Shade(Enum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    x: int


ZURICH = timezone(timedelta(hours=2))
LOOK_ALIKES: list[Any] = [
    None,
    "None",
    "null",
    True,
    "true",
    1,
    "1",
    Decimal(1),
    Decimal("1.0"),
    0,
    False,
    "",
    [],
    {},
    [None],
    "red",
    Colour.RED,
    Shade.RED,
    Point(1),
    {"x": 1},
    ["dataclass", "Point", {"x": 1}],
    ["list"],
    [["list"]],
    date(2020, 5, 29),
    "2020-05-29",
    datetime(2020, 5, 29, tzinfo=UTC),
    datetime(2020, 5, 29, tzinfo=ZURICH),
    UUID(int=1),
    str(UUID(int=1)),
    UUID(int=1).hex,
    b"\x01",
    "01",
    "\ud800",
    "\\ud800",
]


def test_values_that_look_alike_have_different_fingerprints() -> None:
    prints = [Once.of("k", "act", {"v": value}).fingerprint for value in LOOK_ALIKES]

    twins = [
        (one, two)
        for (one, left), (two, right) in combinations(zip(LOOK_ALIKES, prints, strict=True), 2)
        if left == right
    ]
    assert twins == []


def test_the_order_of_fields_does_not_matter_but_the_act_does() -> None:
    one = Once.of("k", "goalApprove", {"a": 1, "b": [1, 2]})

    assert one.fingerprint == Once.of("k", "goalApprove", {"b": (1, 2), "a": 1}).fingerprint
    assert one.fingerprint != Once.of("k", "goalApprove", {"a": 1, "b": [2, 1]}).fingerprint
    assert one.fingerprint != Once.of("k", "goalReturn", {"a": 1, "b": [1, 2]}).fingerprint


def test_the_fingerprint_is_the_same_in_every_process_and_release() -> None:
    once = Once.of("k", "goalApprove", {"id": UUID(int=7), "amount": Decimal("1.50")})

    assert once.fingerprint.hex() == (
        "dab85b3527608fd95fe3b4afb0e54e4b5367339acfda56458d5f84cbd576c32d"
    )


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), {1, 2}, object(), {1: "a"}, Point, datetime(2020, 5, 29), 1j]
)
def test_a_value_without_an_exact_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"form|names"):
        Once.of("k", "act", {"nested": [value]})


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def typed(value: Any) -> Any:
    """The value with its types beside it: equal only if Python can tell no difference."""
    if isinstance(value, dict):
        return ("dict", sorted((name, typed(item)) for name, item in value.items()))
    if isinstance(value, list):
        return ("list", [typed(item) for item in value])
    return (type(value).__name__, str(value))


@given(json_like, json_like)
def test_two_inputs_share_a_fingerprint_only_if_they_are_the_same(one: Any, two: Any) -> None:
    prints = [Once.of("k", "act", {"v": value}).fingerprint for value in (one, two)]

    assert (prints[0] == prints[1]) == (typed(one) == typed(two))
