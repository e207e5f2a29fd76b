"""A goal is shared out below its owner: seen first, applied as it was seen, and never over what
people have agreed."""

import asyncio
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Invalid, NotFound, NotPermitted
from domain.goals.actions import approve_goal, change_goal, submit_goal
from domain.goals.cascading import (
    CascadeDecided,
    StaleCascade,
    apply_cascade,
    discard_cascade,
    propose_cascade,
)
from domain.goals.rules import WrongState
from domain.goals.tree_models import CascadeMethod
from domain.ids import new_id
from domain.people.actions import deactivate_person, set_manager
from tests.people import Company, count, goal_row
from tests.schema.asking import goal, insert, sold

EQUAL = CascadeMethod.EQUAL


async def adas_goal(company: Company, target: str = "1000.01", **values: Any) -> UUID:
    """What the whole company is to sell in May; Ada's, agreed."""
    return await goal(company, "Ada", name="May", target=Decimal(target), scope="team", **values)


async def rows(company: Company, text: str, *values: object) -> list[Mapping[str, Any]]:
    async with on_behalf_of(company.org) as transaction:
        return list(await transaction.execute_query_dict(text, [company.org, *values]))


async def lines(company: Company, cascade: UUID) -> dict[str, Mapping[str, Any]]:
    """Lines by the name of whom they are for, in their order."""
    found = await rows(
        company,
        "select person.name, line.* from goal_cascade_line line"
        " join person on person.org_id = $1 and person.id = line.person_id"
        " where line.org_id = $1 and line.cascade_id = $2 order by line.place",
        cascade,
    )
    return {line["name"]: line for line in found}


async def plans(company: Company, cascade: UUID) -> dict[str, Decimal]:
    return {name: line["plan"] for name, line in (await lines(company, cascade)).items()}


async def goals_below(company: Company, goal_id: UUID) -> dict[str, Mapping[str, Any]]:
    """The goals of everybody below a goal, by their owners' names."""
    found = await rows(
        company,
        "select person.name as owner, goal.*, goal_within.depth from goal_within"
        " join goal on goal.org_id = $1 and goal.id = goal_within.inner_id"
        " join person on person.org_id = $1 and person.id = goal.owner_id"
        " where goal_within.org_id = $1 and goal_within.outer_id = $2",
        goal_id,
    )
    assert len({each["owner"] for each in found}) == len(found)
    return {each["owner"]: each for each in found}


async def test_what_a_cascade_would_do_is_seen_before_it_does_it(company: Company) -> None:
    top = await adas_goal(company)

    cascade = await propose_cascade(
        company.actor("Ada"), goal_id=top, method=EQUAL, levels=2, uplifts=[Decimal("0.1")]
    )

    shown = await lines(company, cascade)
    assert {
        name: (line["depth"], line["plan"], line["street"]) for name, line in shown.items()
    } == {
        "Eve": (1, Decimal("500.0100"), Decimal("550.0100")),
        "Mona": (1, Decimal("500.0000"), Decimal("550.0000")),
        "Olga": (2, Decimal("500.0100"), Decimal("500.0100")),
        "Rui": (2, Decimal("250.0000"), Decimal("250.0000")),
        "Sam": (2, Decimal("250.0000"), Decimal("250.0000")),
    }
    assert await count(company, "goal") == 1
    assert (await goal_row(company, top)).version == 1


async def test_an_applied_cascade_gives_everybody_their_share_as_a_draft(company: Company) -> None:
    top = await adas_goal(company)
    cascade = await propose_cascade(
        company.actor("Ada"), goal_id=top, method=EQUAL, levels=2, uplifts=[Decimal("0.1")]
    )

    await apply_cascade(company.actor("Ada"), cascade_id=cascade)

    below = await goals_below(company, top)
    assert {
        name: (each["target"], each["plan_target"], each["uplift"], each["scope"], each["roll_up"])
        for name, each in below.items()
    } == {
        "Eve": (Decimal("550.0100"), Decimal("500.0100"), Decimal("0.1"), "team", "sum"),
        "Mona": (Decimal("550.0000"), Decimal("500.0000"), Decimal("0.1"), "team", "sum"),
        "Olga": (Decimal("500.0100"), Decimal("500.0100"), None, "own", "none"),
        "Rui": (Decimal("250.0000"), Decimal("250.0000"), None, "own", "none"),
        "Sam": (Decimal("250.0000"), Decimal("250.0000"), None, "own", "none"),
    }
    assert {each["status"] for each in below.values()} == {"draft"}
    assert below["Mona"]["uplifted_by_id"] == company.ids["Ada"]
    assert (below["Rui"]["parent_id"], below["Rui"]["depth"]) == (below["Mona"]["id"], 2)
    assert (below["Rui"]["name"], below["Rui"]["currency"]) == ("May", "USD")
    assert await count(company, "goal_decision", "act = 'cascaded'") == 6
    assert await count(company, "event", "act = 'goal.cascaded' and number is not null") == 6
    assert (await goal_row(company, top)).roll_up == "sum"


@pytest.mark.parametrize("agreed", [False, True])
async def test_whoever_hands_on_a_goal_that_they_had_already_has_shares_of_it(
    company: Company, agreed: bool
) -> None:
    top, ada = await adas_goal(company), company.actor("Ada")
    await apply_cascade(ada, cascade_id=await propose_cascade(ada, goal_id=top, method=EQUAL))
    monas = (await goals_below(company, top))["Mona"]["id"]
    if agreed:
        await submit_goal(company.actor("Mona"), goal_id=monas, expected_version=1)
        await approve_goal(ada, goal_id=monas, seen_version=2)

    cascade = await propose_cascade(ada, goal_id=top, method=EQUAL, levels=2)
    await apply_cascade(ada, cascade_id=cascade)

    below = await goals_below(company, top)
    assert {name: each["roll_up"] for name, each in below.items()} == {
        "Mona": "sum", "Eve": "sum", "Olga": "none", "Rui": "none", "Sam": "none",
    }  # fmt: skip
    assert below["Mona"]["target"] == Decimal("500.0000")
    assert await count(company, "event", f"act = 'goal.cascaded' and subject_id = '{monas}'") == 2


@pytest.mark.parametrize(("currency", "target"), [("JPY", "1000"), ("KWD", "0.001"), ("USD", "0")])
async def test_parts_are_whole_units_of_the_currency(
    company: Company, currency: str, target: str
) -> None:
    top = await adas_goal(company, target, currency=currency)

    cascade = await propose_cascade(
        company.actor("Ada"), goal_id=top, method=EQUAL, levels=2, uplifts=[Decimal("0.333")] * 2
    )

    shown = await lines(company, cascade)
    first = [line for line in shown.values() if line["depth"] == 1]
    assert sum(line["plan"] for line in first) == Decimal(target)
    assert shown["Rui"]["plan"] + shown["Sam"]["plan"] == shown["Mona"]["plan"]
    places = {"JPY": 0, "KWD": 3, "USD": 2}[currency]
    for line in shown.values():
        assert line["street"] == round(line["street"], places)


async def test_a_re_cascade_shows_before_and_after_and_leaves_what_stays_alone(
    company: Company,
) -> None:
    top = await adas_goal(company, "1000")
    ada, mona = company.actor("Ada"), company.actor("Mona")
    await apply_cascade(
        ada, cascade_id=await propose_cascade(ada, goal_id=top, method=EQUAL, levels=2)
    )
    below = await goals_below(company, top)
    await change_goal(mona, goal_id=below["Rui"]["id"], expected_version=1, target=Decimal("300"))

    again = await propose_cascade(ada, goal_id=top, method=EQUAL, levels=2)

    shown = await lines(company, again)
    assert (shown["Rui"]["target_before"], shown["Rui"]["street"]) == (Decimal(300), Decimal(250))
    assert (shown["Sam"]["target_before"], shown["Sam"]["street"]) == (Decimal(250), Decimal(250))
    await apply_cascade(ada, cascade_id=again)
    after = await goals_below(company, top)
    assert after.keys() == below.keys()
    assert {name: each["id"] for name, each in after.items()} == {
        name: each["id"] for name, each in below.items()
    }
    assert (after["Rui"]["target"], after["Rui"]["version"]) == (Decimal(250), 3)
    assert after["Sam"] == below["Sam"]


async def test_what_somebody_agreed_is_kept_and_the_rest_shared(company: Company) -> None:
    top = await adas_goal(company, "1000")
    agreed = await goal(company, "Eve", parent_id=top, target=Decimal("701"), scope="team")
    ada = company.actor("Ada")

    cascade = await propose_cascade(ada, goal_id=top, method=EQUAL)
    shown = await lines(company, cascade)
    await apply_cascade(ada, cascade_id=cascade)

    assert [(name, line["locked"], line["plan"]) for name, line in shown.items()] == [
        ("Eve", True, Decimal(701)),
        ("Mona", False, Decimal(299)),
    ]
    kept = await goal_row(company, agreed)
    assert (kept.target, kept.version, kept.plan_target) == (Decimal(701), 1, None)


async def test_shares_of_last_year_count_the_same_days_and_whoever_had_none_gets_the_mean(
    company: Company,
) -> None:
    top = await goal(company, "Mona", target=Decimal("1000"), scope="team")
    await sold(company, "Rui", "300", on=date(2019, 5, 31))
    await sold(company, "Rui", "9999", on=date(2019, 6, 1))
    await sold(company, "Rui", "9999", on=date(2019, 5, 5), currency="JPY")
    mona = company.actor("Mona")

    cascade = await propose_cascade(mona, goal_id=top, method=CascadeMethod.HISTORY)
    assert await plans(company, cascade) == {"Rui": Decimal(500), "Sam": Decimal(500)}

    await sold(company, "Sam", "100", on=date(2019, 5, 1))
    cascade = await propose_cascade(mona, goal_id=top, method=CascadeMethod.HISTORY)
    assert await plans(company, cascade) == {"Rui": Decimal(750), "Sam": Decimal(250)}

    above = await adas_goal(company, "1000")
    cascade = await propose_cascade(
        company.actor("Ada"), goal_id=above, method=CascadeMethod.HISTORY, levels=2
    )
    shown = await lines(company, cascade)
    assert (shown["Mona"]["weight"], shown["Eve"]["weight"]) == (Decimal(400), None)
    assert shown["Eve"]["plan"] == Decimal(500)


async def test_shares_of_potential_follow_the_territories_of_each(company: Company) -> None:
    top = await goal(company, "Mona", target=Decimal("100.01"), scope="team")
    north, south = new_id(), new_id()
    since = [{"potential": Decimal(3000)}, {"potential": Decimal(1000)}]
    for id, name, values in zip((north, south), ("North", "South"), since, strict=True):
        await insert(company, "territory", [{"id": id, "name": name, **values}])
    await rows(
        company,
        "insert into territory_assignment (org_id, id, territory_id, person_id, during)"
        " select $1, id, territory, person, daterange('2020-01-01', null) from"
        " unnest($2::uuid[], $3::uuid[], $4::uuid[]) as a (id, territory, person) returning 1",
        [new_id() for _ in range(3)],
        [north, south, south],
        [company.ids[name] for name in ("Rui", "Rui", "Sam")],
    )

    cascade = await propose_cascade(
        company.actor("Mona"), goal_id=top, method=CascadeMethod.POTENTIAL
    )
    eves = await goal(company, "Eve", target=Decimal("100"), scope="team")
    with pytest.raises(Invalid, match="No territory of anybody below has a potential"):
        await propose_cascade(company.actor("Eve"), goal_id=eves, method=CascadeMethod.POTENTIAL)
    assert await count(company, "goal_cascade") == 1

    shown = await lines(company, cascade)
    assert {name: (line["weight"], line["plan"]) for name, line in shown.items()} == {
        "Rui": (Decimal(3500), Decimal("87.51")),
        "Sam": (Decimal(500), Decimal("12.50")),
    }


async def test_weights_are_given_by_person(company: Company) -> None:
    top = await adas_goal(company, "100")
    mona, eve = company.ids["Mona"], company.ids["Eve"]
    weights = [(mona, Decimal("0.3")), (eve, Decimal(0))]

    cascade = await propose_cascade(
        company.actor("Ada"), goal_id=top, method=CascadeMethod.WEIGHTS, weights=weights
    )
    assert await plans(company, cascade) == {"Eve": Decimal(0), "Mona": Decimal(100)}
    await apply_cascade(company.actor("Ada"), cascade_id=cascade)
    assert list(await goals_below(company, top)) == ["Mona"]

    for wrong in ([], [(mona, Decimal(1))], [*weights, (company.ids["Hal"], Decimal(1))]):
        with pytest.raises(Invalid):
            await propose_cascade(
                company.actor("Ada"), goal_id=top, method=CascadeMethod.WEIGHTS, weights=wrong
            )
    with pytest.raises(Invalid):
        await propose_cascade(company.actor("Ada"), goal_id=top, method=EQUAL, weights=weights)


async def test_a_cascade_is_applied_only_as_it_was_seen(company: Company) -> None:
    ada = company.actor("Ada")
    top = await adas_goal(company, "1000")
    draft = await goal(company, "Mona", parent_id=top, status="draft", target=Decimal(7))
    cascade = await propose_cascade(ada, goal_id=top, method=EQUAL, levels=2)
    await change_goal(company.actor("Mona"), goal_id=draft, expected_version=1, target=Decimal(8))
    await set_manager(
        company.actor("Cora"),
        position_id=company.positions["Rui"],
        manager_position_id=company.positions["Eve"],
        since=date(2020, 5, 1),
    )
    await deactivate_person(company.actor("Cora"), person_id=company.ids["Sam"], reason="Left.")

    with pytest.raises(StaleCascade) as refusal:
        await apply_cascade(ada, cascade_id=cascade)

    assert refusal.value.facts["changes"] == (
        "Sam went",
        "Rui moved",
        "the goals of Mona changed",
    )
    assert await count(company, "goal") == 2
    assert (await goal_row(company, draft)).target == Decimal(8)
    assert await count(company, "event", "act = 'goal.cascaded'") == 0
    assert await count(company, "goal_cascade", "state = 'proposed'") == 1


async def test_a_changed_goal_makes_its_cascade_out_of_date(company: Company) -> None:
    top = await adas_goal(company)
    cascade = await propose_cascade(company.actor("Ada"), goal_id=top, method=EQUAL)
    await rows(company, "with c as (update goal set version = 2 where org_id = $1) select 1")

    with pytest.raises(StaleCascade, match="seen at version 1 and is at version 2"):
        await apply_cascade(company.actor("Ada"), cascade_id=cascade)

    assert await count(company, "goal") == 1


async def test_a_goal_has_one_proposal_at_a_time_and_each_is_decided_once(
    company: Company,
) -> None:
    ada = company.actor("Ada")
    top = await adas_goal(company)
    first = await propose_cascade(ada, goal_id=top, method=EQUAL)
    second = await propose_cascade(company.actor("Cora"), goal_id=top, method=EQUAL, levels=2)
    assert await count(company, "goal_cascade_line") == 5

    with pytest.raises(CascadeDecided, match="discarded already"):
        await apply_cascade(ada, cascade_id=first)
    answers = await asyncio.gather(
        *(apply_cascade(ada, cascade_id=second) for _ in range(4)), return_exceptions=True
    )

    assert sum(answer == second for answer in answers) == 1
    assert sum(isinstance(answer, CascadeDecided) for answer in answers) == 3
    assert await count(company, "goal") == 6


async def test_a_discarded_cascade_leaves_nothing_but_its_trace(company: Company) -> None:
    ada = company.actor("Ada")
    top = await adas_goal(company)
    cascade = await propose_cascade(ada, goal_id=top, method=EQUAL)

    await discard_cascade(ada, cascade_id=cascade)

    assert await count(company, "goal_cascade_line") == 0
    assert await count(company, "event", "act = 'goal.cascade_discarded'") == 1
    assert await count(company, "goal") == 1


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("Rui", NotFound),  # somebody below does not see it
        ("Eve", NotFound),
        ("Audrey", NotPermitted),
        ("Fay", NotPermitted),
    ],
)
async def test_only_who_may_cascades_a_goal(
    company: Company, who: str, kind: type[Exception]
) -> None:
    top = await goal(company, "Mona", target=Decimal(10), scope="team")
    cascade = await propose_cascade(company.actor("Mona"), goal_id=top, method=EQUAL)

    for attempt in (
        propose_cascade(company.actor(who), goal_id=top, method=EQUAL),
        apply_cascade(company.actor(who), cascade_id=cascade),
        discard_cascade(company.actor(who), cascade_id=cascade),
    ):
        with pytest.raises(kind):
            await attempt

    assert await count(company, "goal") == 1
    assert await count(company, "goal_cascade", "state = 'proposed'") == 1


async def _refused(company: Company, goal_id: UUID, **asked: Any) -> None:
    with pytest.raises((Invalid, WrongState)):
        await propose_cascade(
            company.actor("Ada"), **{"goal_id": goal_id, "method": EQUAL, **asked}
        )
    assert await count(company, "goal_cascade") == 0


async def test_what_cannot_be_shared_out_is_refused(company: Company) -> None:
    await _refused(company, await adas_goal(company, status="draft"))
    await _refused(company, await goal(company, "Ada", private=True))
    await _refused(company, await adas_goal(company, measure="win_rate", currency=None))
    top = await adas_goal(company)
    await _refused(company, top, levels=0)
    await _refused(company, top, uplifts=[Decimal(2)])
    await _refused(company, top, uplifts=[Decimal("0.1")] * 2)
    alone = await goal(company, "Rui", target=Decimal(1))
    with pytest.raises(Invalid, match="Nobody stood below"):
        await propose_cascade(company.actor("Cora"), goal_id=alone, method=EQUAL)


async def test_a_private_goal_below_is_never_part_of_a_cascade(company: Company) -> None:
    top = await adas_goal(company, "10")
    hidden = await goal(company, "Mona", private=True, target=Decimal(9))
    ada = company.actor("Ada")

    cascade = await propose_cascade(ada, goal_id=top, method=EQUAL)
    await apply_cascade(ada, cascade_id=cascade)

    assert await plans(company, cascade) == {"Eve": Decimal(5), "Mona": Decimal(5)}
    assert (await goals_below(company, top))["Mona"]["id"] != hidden
    assert (await goal_row(company, hidden)).version == 1


async def test_drafts_from_above_are_handed_in_like_any(company: Company) -> None:
    top = await goal(company, "Mona", target=Decimal(10), scope="team")
    mona = company.actor("Mona")
    cascade = await propose_cascade(mona, goal_id=top, method=EQUAL)
    await apply_cascade(mona, cascade_id=cascade)

    ruis = (await goals_below(company, top))["Rui"]["id"]
    await submit_goal(company.actor("Rui"), goal_id=ruis, expected_version=1)

    assert (await goal_row(company, ruis)).status == "submitted"
