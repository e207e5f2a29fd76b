"""What past proposals and past sales say of a goal, against numbers worked out by hand and against
an independent reckoning."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from math import atan, cos, pi, sin
from random import Random
from typing import Any
from uuid import UUID

import pytest

from domain.ids import new_id
from tests.differential.oracle import honesty
from tests.differential.oracle.facts import read_facts
from tests.people import TODAY, Company
from tests.schema.asking import ask, goal, goal_id, insert, sold

BIAS = """proposalBias { periods fromSubmissions bias low high proposal corrected correctedLow
  correctedHigh verdict sentence }"""
ATTAINABILITY = (
    "attainability { people peopleTooShort periods periodsReached share low high sentence }"
)
FIGURES = "query($id: ID!) { node(id: $id) { ... on Goal { %s } } }"
JUNE = {"starts_on": date(2020, 6, 1), "ends_on": date(2020, 6, 30), "status": "submitted"}


async def bias(company: Company, of: UUID, who: str = "Mona") -> Any:
    return (await ask(company.actor(who), FIGURES % BIAS, id=goal_id(of)))["node"]["proposalBias"]


async def attainability(company: Company, of: UUID, who: str = "Mona") -> Any:
    shown = await ask(company.actor(who), FIGURES % ATTAINABILITY, id=goal_id(of))
    return shown["node"]["attainability"]


async def past_month(
    company: Company, month: int, proposed: str | None, result: str | None, **values: object
) -> UUID:
    """A month of early 2020 that Rui had a goal for, and what he sold in it."""
    first, last = date(2020, month, 1), date(2020, month, 29)
    given = {"proposed": None if proposed is None else Decimal(proposed), **values}
    made = await goal(company, "Rui", starts_on=first, ends_on=last, **given)
    if result is not None:
        await sold(company, "Rui", result, on=date(2020, month, 15))
    return made


async def submitted(company: Company, of: UUID, target: str, by: str = "Rui") -> None:
    decision = {
        "id": new_id(), "goal_id": of, "owner_id": company.ids["Rui"], "act": "submitted",
        "person_id": company.ids[by], "target": Decimal(target),
    }  # fmt: skip
    await insert(company, "goal_decision", [decision])


async def test_a_rep_who_always_sells_more_than_they_propose_is_seen(company: Company) -> None:
    for month, proposed, result in ((1, "100", "120"), (2, "200", "260"), (3, "50", "62.50")):
        await past_month(company, month, proposed, result)
    june = await goal(company, "Rui", **JUNE, proposed=Decimal("1000"))

    # 1.2, 1.3 and 1.25: the mean 1.25, the deviation 0.05; t of 2 degrees 2.919986. The mean
    # by 2.919986 x 0.05 / sqrt(3) = 0.08429, one result by 2.919986 x 0.05 x sqrt(4/3) = 0.16859.
    assert await bias(company, june) == {
        "periods": 3, "fromSubmissions": 0, "bias": "1.25", "low": "1.1657", "high": "1.3343",
        "proposal": "1000.00", "corrected": "1250.00", "correctedLow": "1081.41",
        "correctedHigh": "1418.59", "verdict": "SANDBAGGING",
        "sentence": "Over 3 past periods the result was 125 % of what was proposed on average, with"
        " 90 % certainty between 116.57 % and 133.43 %: proposals have been too cautious.",
    }  # fmt: skip
    assert await bias(company, june, "Rui") == await bias(company, june)


@pytest.mark.parametrize(
    ("results", "verdict", "shown"),
    [
        (("80", "90", "85"), "OPTIMISTIC", "0.85"),
        (("80", "130", "100"), "FAIR", "1.0333"),
        (("105", "105", "105"), "FAIR", "1.05"),
        (("105.0001", "105.0001", "105.0001"), "SANDBAGGING", "1.05"),
        (("-40", "10", "0"), "OPTIMISTIC", "-0.1"),
    ],
)
async def test_verdicts(
    company: Company, results: tuple[str, ...], verdict: str, shown: str
) -> None:
    for month, result in enumerate(results, 1):
        await past_month(company, month, "100", result)
    june = await goal(company, "Rui", **JUNE, proposed=Decimal("10"))

    said = await bias(company, june)

    assert (said["verdict"], said["bias"]) == (verdict, shown)
    assert not said["corrected"].startswith("-")


async def test_two_proposals_are_too_few_and_say_so(company: Company) -> None:
    june = await goal(company, "Rui", **JUNE, proposed=Decimal("1000"))
    sentences = [(await bias(company, june))["sentence"]]
    for month in (1, 2):
        await past_month(company, month, "100", "120")
        said = await bias(company, june)
        sentences.append(said["sentence"])

    assert sentences == [
        "There is no past proposal to judge by; it takes at least 3.",
        "One past proposal is too few to say; it takes at least 3.",
        "Two past proposals are too few to say; it takes at least 3.",
    ]
    assert (said["periods"], said["verdict"], said["proposal"]) == (2, "TOO_SHORT", "1000.00")
    assert {said[name] for name in ("bias", "low", "high", "corrected", "correctedLow")} == {None}


async def test_only_what_the_owner_proposed_of_such_periods_counts(company: Company) -> None:
    june = await goal(company, "Rui", **JUNE)
    kept = await past_month(company, 1, "100", "120")
    first = await past_month(company, 2, None, "110", target=Decimal("500"))
    await submitted(company, first, "100")  # as first handed in
    await submitted(company, first, "400")
    from_above = await past_month(company, 3, None, "500")
    await submitted(company, from_above, "1", by="Cora")
    # None of these: not agreed, private, of another measure, currency, length or person, running.
    await past_month(company, 3, "1", None, status="returned")
    await past_month(company, 3, "1", None, private=True)
    await past_month(company, 3, "1", None, measure="margin")
    await past_month(company, 3, "1", None, currency="EUR")
    await past_month(company, 3, "1", None, scope="team")
    await goal(
        company, "Rui", starts_on=date(2019, 10, 1), ends_on=date(2019, 12, 31), proposed=Decimal(1)
    )
    await goal(company, "Sam", starts_on=date(2020, 4, 1), ends_on=date(2020, 4, 30), proposed=1)
    await goal(company, "Rui", proposed=Decimal(1))
    # And of two for one period the first made.
    assert kept < await past_month(company, 1, "1", None)

    said = await bias(company, june)

    assert (said["periods"], said["fromSubmissions"], said["proposal"]) == (2, 1, None)
    await submitted(company, june, "700")
    assert (await bias(company, june))["proposal"] == "700.00"


async def test_where_lower_is_better_less_than_proposed_is_cautious(company: Company) -> None:
    await insert(company, "measure", [{
        "key": "complaints", "name": "Complaints", "unit": "number", "direction": "lower",
        "source": "check_in", "id": new_id(),
    }])  # fmt: skip
    for month, value in ((1, "8"), (2, "8.5"), (3, "9")):
        made = await past_month(
            company, month, "10", None, measure="complaints", currency=None, status="closed",
            closed_at=datetime(2020, 5, 29, tzinfo=UTC),
        )  # fmt: skip
        await insert(company, "check_in", [{
            "id": new_id(), "goal_id": made, "author_id": company.ids["Rui"], "value": Decimal(value),
            "confidence": "on_track", "noted_at": datetime(2020, 5, 29, tzinfo=UTC),
        }])  # fmt: skip
    june = await goal(
        company, "Rui", **JUNE, measure="complaints", currency=None, proposed=Decimal("7")
    )

    said = await bias(company, june)

    assert (said["verdict"], said["bias"], said["corrected"]) == ("SANDBAGGING", "0.85", "5.95")
    assert (await attainability(company, june))["sentence"] == (
        "Only what is sold has a past that can be counted period by period; of this nothing can be"
        " said."
    )


def test_students_t_is_what_the_table_says() -> None:
    """By the closed form of its distribution for whole degrees of freedom (Abramowitz and Stegun,
    26.7.3 and 26.7.4)."""
    for freedom, t in honesty.STUDENT.items():
        angle = atan(float(t) / freedom**0.5)
        term = total = cos(angle) if freedom % 2 else 1.0
        for n in range(3 if freedom % 2 else 2, freedom, 2):
            term *= cos(angle) ** 2 * (n - 1) / n
            total += term
        total *= sin(angle)
        inside = 2 / pi * (angle + total) if freedom % 2 else total
        assert abs(inside - 0.9) < 5e-7, freedom


async def test_a_target_is_held_against_the_last_periods_of_its_length(company: Company) -> None:
    sums = (0, 10, 20, 30, 40, 50)  # of November to April; May has not ended
    await sold(company, "Rui", "1", on=date(2019, 10, 20))
    for n, amount in enumerate(sums):
        day = date(2019 + (n + 10) // 12, (n + 10) % 12 + 1, 28)
        await sold(company, "Rui", str(amount), on=day)
    june = await goal(company, "Rui", **JUNE, target=Decimal("30"))

    said = await attainability(company, june)

    # 3 of 6; Wilson: (0.5 + 2.70555/12 -+ 1.644854 sqrt(0.25/6 + 2.70555/144)) / (1 + 2.70555/6).
    assert said == {
        "people": 1, "peopleTooShort": 0, "periods": 6, "periodsReached": 3, "share": "0.5",
        "low": "0.2213", "high": "0.7787",
        "sentence": "The target was reached in 3 of the last 6 periods of this length: 50 %"
        " (90 % interval 22.13 % to 77.87 %).",
    }  # fmt: skip
    quarter = await goal(
        company, "Rui", starts_on=date(2020, 7, 1), ends_on=date(2020, 9, 30), status="draft"
    )
    assert (await attainability(company, quarter))["sentence"] == (
        "There is one past period of this length to judge by; it takes at least 4."
    )


async def test_of_a_team_the_share_that_can_be_expected_to_reach(company: Company) -> None:
    for n in range(1, 6):
        await sold(
            company, "Rui", str(n), on=date(2019, 11 + n, 2) if n == 1 else date(2020, n - 1, 2)
        )
        await sold(company, "Sam", "10", on=date(2019, 12, 3) if n == 1 else date(2020, n - 1, 3))
    await sold(company, "Olga", "5", on=date(2020, 3, 1))
    top = await goal(company, "Ada", **JUNE, scope="team", roll_up="sum")
    of_mona = await goal(company, "Mona", **JUNE, scope="team", parent_id=top)
    own = {"parent_id": of_mona, **JUNE}
    rui = await goal(company, "Rui", **own, target=Decimal("3"))
    await goal(company, "Rui", parent_id=rui, starts_on=date(2020, 6, 1), ends_on=date(2020, 6, 7))
    await goal(company, "Sam", **own, target=Decimal("10"))
    await goal(company, "Sam", **own, target=Decimal("999"), measure="margin")
    await goal(company, "Olga", **JUNE, parent_id=top, target=Decimal("5"))

    said = await attainability(company, top, "Ada")

    # January to April, the whole months since December the 2nd: Rui 2 of 4 (2, 3, 4, 5 against 3
    # would be 3 of 4), Sam all; Olga has one whole month.
    assert (said["people"], said["peopleTooShort"]) == (3, 1)
    assert (said["periods"], said["periodsReached"], said["share"]) == (8, 7, "0.875")
    assert said["sentence"] == (
        "By what they sold before, 87.5 % of the team can be expected to reach their targets"
        " (90 % interval 32.87 % to 99.01 %): judged by 2 people over 8 periods; 1 more sold for too short a time."
    )
    nobody = await goal(company, "Eve", **JUNE, scope="team")
    assert (await attainability(company, nobody, "Ada"))["sentence"] == (
        "Nobody has a target of their own in this yet."
    )


async def test_a_draft_that_is_not_whole_has_no_such_figures(company: Company) -> None:
    draft = await goal(company, "Rui", status="draft", ends_on=None, target=None, measure=None)

    assert await bias(company, draft) is None
    assert await attainability(company, draft) is None


async def test_only_the_owner_and_who_decides_learn_what_the_past_says(company: Company) -> None:
    shared = await goal(company, "Rui", **JUNE, scope="contributors")
    part = {"id": new_id(), "goal_id": shared, "person_id": company.ids["Sam"], "part": "Half."}
    await insert(company, "goal_contributor", [part])
    of_mona = frozenset({company.ids["Mona"]})
    callers = {
        "contributor": replace(company.actor("Sam"), shares=frozenset({shared})),
        "administrator": company.actor("Cora"),
        "auditor": company.actor("Audrey"),
        "owner": company.actor("Rui"),
        "manager": company.actor("Mona"),
        "delegate": replace(company.actor("Olga"), delegators=of_mona),
        "administrator who decides": replace(company.actor("Cora"), delegators=of_mona),
    }
    document = FIGURES % "name proposalBias { periods } attainability { people }"

    shown = {
        who: (await ask(actor, document, id=goal_id(shared)))["node"]
        for who, actor in callers.items()
    }

    assert {who for who, node in shown.items() if node["name"] == "May of Rui"} == callers.keys()
    for name in ("proposalBias", "attainability"):
        assert {who for who, node in shown.items() if node[name] is not None} == {
            "administrator", "owner", "manager", "delegate", "administrator who decides",
        }  # fmt: skip


async def test_everything_agrees_with_an_independent_reckoning(company: Company) -> None:
    """Awkward proposals and sales of some years, in three currencies, months and odd lengths."""
    chance = Random(20200529)
    names = ("Mona", "Rui", "Sam", "Olga")
    for _ in range(220):
        day = date.fromordinal(TODAY.toordinal() - chance.randrange(500))
        amount = Decimal(chance.randrange(-2_000_000, 9_000_000)) / 10_000
        await sold(
            company, chance.choice(names), str(amount), on=day,
            currency=chance.choice(("USD", "USD", "JPY", "KWD")), cost=chance.choice((None, Decimal(7))),
        )  # fmt: skip
    parents: list[UUID | None] = [None]
    made = []
    for _ in range(130):
        days = chance.choice((7, 28, 30, 35, 91, None))
        starts = date(2019, 1, 1) if days is None else date.fromordinal(
            TODAY.toordinal() - chance.randrange(-60, 480))  # fmt: skip
        if days is None:
            starts = date(2019 + chance.randrange(2), chance.randrange(1, 12), 1)
        ends = (
            date.fromordinal(starts.replace(month=starts.month + 1).toordinal() - 1)
            if days is None else date.fromordinal(starts.toordinal() + days - 1)
        )  # fmt: skip
        units = chance.random() < 0.2
        is_private = chance.random() < 0.1
        one = await goal(
            company, chance.choice(names), starts_on=starts, ends_on=ends,
            measure="units" if units else chance.choice(("revenue", "revenue", "margin")),
            currency=None if units else chance.choice(("USD", "USD", "USD", "JPY", "KWD")),
            target=Decimal(chance.randrange(1, 3_000_000)) / 10_000,
            proposed=None if chance.random() < 0.2 else Decimal(chance.randrange(3_000_000)) / 10_000,
            scope="own" if is_private else chance.choice(("own", "own", "own", "team")), private=is_private,
            parent_id=None if is_private else chance.choice(parents),
        )  # fmt: skip
        parents += [] if is_private else [one]
        made.append(one)
    facts = await read_facts(company.org)
    both = FIGURES % f"{BIAS} {ATTAINABILITY}"

    verdicts, shares = set(), 0
    for one in made:
        row = facts.get("Goal", one)
        assert row is not None
        shown = (await ask(company.actor("Ada"), both, id=goal_id(one)))["node"]
        assert shown["proposalBias"] == honesty.proposal_bias(facts, row, TODAY)
        assert shown["attainability"] == honesty.attainability(facts, row, TODAY)
        verdicts.add(shown["proposalBias"]["verdict"])
        shares += shown["attainability"]["share"] is not None
    assert verdicts >= {"TOO_SHORT", "FAIR", "OPTIMISTIC"}
    assert shares > 20
