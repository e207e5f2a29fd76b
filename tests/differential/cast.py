"""The people of the differential tests, in four levels, and everything odd that can befall a line.

Vera leads. Below her Mona, Eve and a vacant position; below Mona Rui, Sam and Lea; below the vacant
one Paul; below Lea Nia and Tom, below Paul Olga and Ute. Gus holds two positions under different
people, Iris one under her own. Ned stands above Pia without being a manager, Zed is a manager above
nobody, Noor and Una hold nothing, Xan has left, and Bea is between two positions today. The staff
report to Vera.
"""

from collections.abc import Mapping

from tests.differential.furnishing import Furniture, during
from tests.differential.words import CONTROLS, LONG, hostile, mark

ROLES: Mapping[str, tuple[str, ...]] = {
    "Vera": ("executive", "manager"),
    "Mona": ("manager", "rep"),
    "Eve": ("manager",),
    "Lea": ("manager", "rep"),
    "Paul": ("manager",),
    "Rui": ("rep",),
    "Sam": ("rep",),
    "Nia": ("rep",),
    "Tom": ("rep",),
    "Olga": ("rep",),
    "Ute": ("rep",),
    "Gus": ("rep",),
    "Iris": ("manager", "rep"),
    "Ned": ("rep",),
    "Pia": ("rep",),
    "Zed": ("manager",),
    "Noor": ("rep",),
    "Una": (),
    "Xan": ("rep",),
    "Bea": ("rep", "manager"),
    "Cora": ("comp_admin",),
    "Fay": ("finance",),
    "Hal": ("hr",),
    "Audrey": ("auditor",),
    "Adam": ("admin",),
    "Kim": ("hr", "finance", "rep"),
}
# What they are called where it is not their own name: ties, and hostile words.
CALLED: Mapping[str, str] = {
    "Nia": "Sam",
    "Tom": "Sam",
    "Olga": hostile(0),
    "Ute": hostile(1),
    "Gus": hostile(2),
    "Iris": hostile(4),
    "Pia": hostile(5),
    "Zed": hostile(6),
    "Noor": hostile(7),
    "Una": hostile(8),
    "Xan": LONG,
}
WITHOUT_EMAIL = ("Una", "Noor", "Zed", "Tom")

# Position -> the one it reports to, and from when to when where not always.
LINES: tuple[tuple[str, str, str], ...] = (
    ("Mona's", "Vera's", during()),
    ("Eve's", "Vera's", during()),
    ("vacant", "Vera's", during()),
    ("Rui's", "Mona's", during()),
    ("Sam's", "Eve's", during("2017-07-01", "2020-01-01")),
    ("Sam's", "Mona's", during("2020-01-01")),
    ("Lea's", "Mona's", during()),
    ("Paul's", "vacant", during()),
    ("Nia's", "Lea's", during()),
    ("Tom's", "Lea's", during("2017-07-01", "2020-05-29")),
    ("Tom's", "Paul's", during("2020-05-29")),
    ("Olga's", "Paul's", during()),
    ("Ute's", "Paul's", during("2020-05-30")),
    ("Gus's first", "Mona's", during()),
    ("Gus's second", "Eve's", during()),
    ("Iris's upper", "Eve's", during()),
    ("Iris's lower", "Iris's upper", during()),
    ("below Iris", "Iris's lower", during()),
    ("Ned's", "Eve's", during()),
    ("Pia's", "Ned's", during()),
    ("Xan's", "Mona's", during()),
    ("Bea's old", "Rui's", during()),
    ("Bea's new", "Eve's", during()),
    ("Cora's", "Vera's", during()),
    ("Fay's", "Vera's", during()),
    ("Hal's", "Vera's", during()),
    ("Audrey's", "Vera's", during()),
    ("Adam's", "Vera's", during()),
)
HOLDINGS: tuple[tuple[str, str, str], ...] = (
    *((f"{name}'s", name, during()) for name in (
        "Vera", "Mona", "Eve", "Rui", "Sam", "Lea", "Paul", "Nia", "Tom", "Olga", "Ute", "Ned",
        "Pia", "Cora", "Fay", "Hal", "Audrey", "Adam",
    )),
    ("Gus's first", "Gus", during()),
    ("Gus's second", "Gus", during("2019-01-01")),
    ("Iris's upper", "Iris", during()),
    ("Iris's lower", "Iris", during()),
    ("below Iris", "Kim", during()),
    ("vacant", "Xan", during("2017-07-01", "2019-12-31")),
    ("Xan's", "Xan", during("2017-07-01", "2019-12-31")),
    ("Bea's old", "Bea", during("2017-07-01", "2020-05-29")),
    ("Bea's new", "Bea", during("2020-05-29")),
    ("future", "Una", during("2020-05-30")),
)  # fmt: skip


def furnish_people(made: Furniture) -> None:
    """People with their roles and positions, who holds them and who reports to whom."""
    for number, name in enumerate(ROLES):
        id = made.new_id()
        email = f"{mark('person', id)} {hostile(number)}@{name.lower()}.test"
        made.add(
            "person",
            name,
            id=id,
            name=CALLED.get(name, name),
            email=None if name in WITHOUT_EMAIL else email,
            title="" if number % 5 == 0 else hostile(number + 3),
            external_id=None if number % 3 else f"external {number}",
            left_on="2019-12-31" if name == "Xan" else made.last_day if name == "Ned" else None,
            version=number + 1,
            updated_at=made.instant(number),
        )
        for role in ROLES[name]:
            made.add("role_grant", person_id=id, role=role, revoked_at=None)
    for name, role in (("Una", "admin"), ("Rui", "auditor"), ("Rui", "rep")):
        made.add("role_grant", person_id=made.id("person", name), role=role,
                 revoked_at="2020-01-01T00:00:00+00")  # fmt: skip

    positions = {line[0] for line in LINES} | {held[0] for held in HOLDINGS} | {"alone", "tied"}
    for number, name in enumerate(sorted(positions)):
        id = made.new_id()
        tied = name in ("alone", "tied", "future")
        titles = ["Same title", CONTROLS, hostile(number)]
        made.add(
            "position",
            name,
            id=id,
            title="Same title" if tied else f"{titles[number % 3]} {mark('position', id)}",
            version=number + 1,
            updated_at=made.instant(number + 5),
        )
    for below, above, days in LINES:
        made.add(
            "reporting_line",
            position_id=made.id("position", below),
            manager_position_id=made.id("position", above),
            during=days,
        )
    for position, person, days in HOLDINGS:
        made.add(
            "holding",
            position_id=made.id("position", position),
            person_id=made.id("person", person),
            during=days,
        )
