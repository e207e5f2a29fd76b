"""A note opened from a gap keeps it as it was worked out anew; what came later is set against peers."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.ids import new_id
from schema.typed_ids import decode
from tests.domain.gaps.selling import WON, sellers
from tests.people import Company, count
from tests.schema.asking import ask, person_id
from tests.schema.test_documents import send

BEFORE = (30, 14, 15, 16, 17, 18, 30, 30, 31, 32, 33, 34, 35, 36)
AFTER = (30, 16, 18, 20, 22, 24, *BEFORE[6:])
EVIDENCE = """{ notes { nodes { evidence { nodes { id kind name value { value: amount unit } since asOf formula source
  facts { name value } subject { id } } } } } }"""


async def written(company: Company, who: str = "Mona", **evidence: Any) -> Any:
    """What became of a note about Rui from a gap of his, shared with him."""
    sent = await send(
        company.actor(who),
        "WriteNote",
        input={
            "clientMutationId": str(new_id()),
            "aboutId": person_id(company, "Rui"),
            "body": "Let us look at this together.",
            "visibility": "COACHEE",
            "evidence": [evidence],
        },
    )
    return sent.data["noteWrite"]


async def test_a_note_keeps_the_gap_as_it_stood_for_its_author_and_whom_it_is_about(
    company: Company,
) -> None:
    await sellers(company)

    assert (await written(company, gapMeasure="CONVERSION"))["errors"] == []
    await sellers(company, others=WON, rui=70)  # what comes later changes nothing of it

    for who in ("Mona", "Rui"):
        seen = await ask(company.actor(who), EVIDENCE)
        [kept] = seen["notes"]["nodes"][0]["evidence"]["nodes"]
        facts = {each["name"]: each["value"] for each in kept["facts"]}
        assert (kept["kind"], kept["name"], kept["subject"]) == ("GAP", "Conversion", None)
        assert (kept["value"]["unit"], Decimal(kept["value"]["value"])) == (
            "PERCENT",
            Decimal("0.1"),
        )
        assert (kept["since"], kept["asOf"]) == ("2019-11-01", "2020-04-30")
        assert kept["formula"].startswith("Opportunities won / opportunities that ended")
        assert "Hampel" in kept["source"]
        assert facts["sentence"].startswith("The conversion is 10 % over 80 opportunities")
        assert (facts["verdict"], facts["median"], facts["peers"]) == ("behind", "0.34", "12")
        assert facts["topic"].startswith("Qualifying and closing")
    assert (await ask(company.actor("Hal"), EVIDENCE))["notes"]["nodes"] == []


@pytest.mark.parametrize(
    ("evidence", "said", "at"),
    [
        ({"gapMeasure": "PACE"}, "Nothing is suggested by this. There are 0 days", "gapMeasure"),
        ({"gapMeasure": "MIX", "gapCategory": "Bikes"}, "no such figure", "gapMeasure"),
        ({"gapMeasure": "CONVERSION", "gapMonths": 4}, "3, 6 or 12", "gapMonths"),
        ({"gapMeasure": "CONVERSION", "gapLastMonth": "2020-05-29"}, "is over", "gapLastMonth"),
        ({"gapMeasure": "CONVERSION", "since": "2020-01-01"}, "days of their own", "since"),
        ({"gapMonths": 6}, "Name one of", None),
    ],
)
async def test_what_nothing_suggests_is_not_kept(
    company: Company, evidence: dict[str, Any], said: str, at: str | None
) -> None:
    await sellers(company)

    [refused] = (await written(company, **evidence))["errors"]

    assert said in refused["message"]
    assert refused["path"] == ["evidence", "0", *([at] if at else [])]
    assert await count(company, "event", "act like 'note%'") == 0


async def noted_in_january(company: Company) -> tuple[str, UUID]:
    """A note from a gap of the last quarter of 2019, written on 10 January."""
    await sellers(company, others=BEFORE, at_moment=date(2019, 12, 10))
    await sellers(company, others=AFTER, rui=24, at_moment=date(2020, 3, 10))
    made = await written(company, gapMeasure="CONVERSION", gapMonths=3, gapLastMonth="2019-12-31")
    assert made["errors"] == []
    note = decode(made["note"]["id"], "note")
    async with on_behalf_of(company.org, company.ids["Mona"]) as transaction:
        await transaction.execute_query(
            "update note set written_on = '2020-01-10' where org_id = $1 and id = $2",
            [company.org, note],
        )
    seen = await ask(company.actor("Mona"), EVIDENCE)
    return seen["notes"]["nodes"][0]["evidence"]["nodes"][0]["id"], note


async def test_what_came_later_is_told_to_both_beside_peers_who_were_as_far_off(
    company: Company,
) -> None:
    evidence, _ = await noted_in_january(company)

    told = (await send(company.actor("Mona"), "GapEffect", evidenceId=evidence)).data["gapEffect"]

    assert (told["beforeFrom"], told["beforeTo"]) == ("2019-10-01", "2019-12-31")
    assert (told["afterFrom"], told["afterTo"]) == ("2020-02-01", "2020-04-30")
    assert (told["valueBefore"], told["valueAfter"], told["isRelative"]) == (
        "0.1000",
        "0.3000",
        False,
    )
    assert (told["peers"], told["peersChange"], told["difference"]) == (5, "0.05", "0.15")
    assert told["sentence"] == (
        "The conversion went from 10 % to 30 %. In the same months the middle one of 5 peers who had been at least"
        " half as far off went 5 points up. The difference is 15 points up, with a 95 % interval from"
        " 15 points down to 45 points up. It covers zero: no change beyond theirs shows. This compares and proves"
        " nothing: what is far off comes back by itself (regression to the mean), for which the peers stand only"
        " as far as they were as far off, and other things changed as well."
    )
    assert any("Galton" in source for source in told["sources"])
    same = (await send(company.actor("Rui"), "GapEffect", evidenceId=evidence)).data["gapEffect"]
    assert same == told
    for other in ("Ada", "Hal", "Sam", "Eve", "Audrey", "Adam"):
        assert (await send(company.actor(other), "GapEffect", evidenceId=evidence)).data == {
            "gapEffect": None
        }


async def test_too_early_and_too_few_say_so(company: Company) -> None:
    evidence, note = await noted_in_january(company)
    mona = company.actor("Mona")

    async with on_behalf_of(company.org, company.ids["Mona"]) as transaction:
        await transaction.execute_query(
            "delete from opportunity where org_id = $1 and person_id = $2 and closed_on > '2020-01-31'",
            [company.org, company.ids["Peer 1"]],
        )
    few = (await send(mona, "GapEffect", evidenceId=evidence)).data["gapEffect"]
    async with on_behalf_of(company.org, company.ids["Mona"]) as transaction:
        await transaction.execute_query(
            "update note set written_on = '2020-05-10' where org_id = $1 and id = $2",
            [company.org, note],
        )
    early = (await send(mona, "GapEffect", evidenceId=evidence)).data["gapEffect"]

    assert few["sentence"].startswith("Fewer than five peers were as far off before")
    assert (few["peers"], few["difference"], few["valueAfter"]) == (0, None, "0.3000")
    assert early["sentence"].startswith("The 3 months after the note are over on 2020-08-31")
    assert (early["valueBefore"], early["difference"]) == (None, None)
