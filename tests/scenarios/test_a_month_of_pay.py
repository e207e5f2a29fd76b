"""Two months of pay, told over HTTP as each of those who have to do with it.

Cora says who is credited and what is paid, Fay publishes it; the till posts what Rui, Sam and Olga sell;
Rui looks at a phone after the first deal, and reckons after each line. A sale is corrected, one is taken
back, one was sold by two. Mona sees her team's pay as long as it is her team. What is refused leaves the
company as it was, to the byte.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from domain.database import on_behalf_of
from domain.incentives.crediting_due import credit_due
from domain.incentives.due import begin_periods, work_off
from domain.incentives.running import begin_run, do_part
from tests.scenarios.telling import NOW, Story, a_story

pytestmark = pytest.mark.xdist_group("a month of pay")

QUARTER = {"startsOn": "2020-04-01", "endsOn": "2020-06-30"}
SELLERS = """
currency: USD
measures:
- key: revenue
  over: quarter
  kinds: [direct, split]
  goal: revenue
components:
- key: commission
  name: Commission
  commission:
    measure: revenue
    scale: quota
    base_rate: 5 %
    table:
      method: marginal
      tiers:
      - start: 0 %
        pays: 1
      - start: 100 %
        pays: 1.5
- key: bonus
  name: Bonus of the quarter
  bonus:
    measure: revenue
    curve:
      method: interpolated
      tiers:
      - start: 0 %
        pays: 0
      - start: 80 %
        pays: 50 %
      - start: 100 %
        pays: 100 %
examples:
- name: Half as much again beyond the quota
  quotas:
    revenue: 10000
  deals:
  - name: all of it
    amount: 12000
  target_incentive: 1000
  pays:
    commission: 650.00
    bonus: 1000.00
"""
LEADERS = """
currency: USD
measures:
- key: team
  kinds: [roll_up]
components:
- key: override
  name: Deals of the team
  commission:
    measure: team
    table:
      method: marginal
      tiers:
      - start: 0
        pays: 1 %
examples:
- name: A hundredth
  deals:
  - name: of the team
    amount: 1000
    kind: roll_up
  total: 10.00
"""
PAY = """query($filter: PayFilter) { pay(first: 50, filter: $filter) { totalCount
  nodes { id version final failure total { amount } person { name }
    components { key amount pending reason } } } }"""
ONE = """query($id: ID!) { node(id: $id) { ... on PayResult { version supersededAt total { amount }
  components { key amount } lines(first: 50) { nodes { kind component sentence formula amount { amount }
    numbers { name value } sale { id } } } } } }"""
VERSIONS = "{ payPlans(first: 9) { nodes { id name versions { nodes { id version failing } } } } }"


@pytest_asyncio.fixture(scope="module")
async def story(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    async with a_story(tmp_path_factory.mktemp("home"), database, name="Plover") as story:
        await story.on("2020-05-04")
        yield story


async def works(story: Story) -> None:
    """The worker goes its rounds."""
    await story.goes(credit_due)
    await story.goes(work_off)


async def pay(story: Story, who: str, whose: str, month: str = "2020-05-01") -> dict[str, Any]:
    """What somebody is shown of the one result of somebody's month."""
    asked = {"person": {"eq": story.person(whose)}, "startsOn": {"eq": month}}
    (found,) = (await story.ask(who, PAY, filter=asked))["pay"]["nodes"]
    shown: dict[str, Any] = found
    return shown


async def posted(story: Story, seller: str, amount: str, on: str, name: str, **more: object) -> str:
    return await story.sell(seller, amount, on, externalId=name, **more)


def reckoned(line: dict[str, Any]) -> Decimal:
    """What a line's formula makes of its numbers, as somebody with a pocket calculator has it."""
    by_name = {each["name"]: each["value"] for each in line["numbers"]}

    def number(name: str) -> Decimal:
        above, _, below = by_name[name].partition("/")
        return Decimal(above) / Decimal(below or 1)

    match line["formula"]:
        case "(end - start) * rate * factor":
            exact = (number("end") - number("start")) * number("rate") * number("factor")
        case "paid * credited / of":
            exact = number("paid") * number("credited") / number("of")
        case "target * part * pays - before":
            exact = number("target") * number("part") * number("pays") - number("before")
        case other:
            raise AssertionError(other)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


async def test_one_says_what_is_paid_and_another_publishes_it(story: Story) -> None:
    for seller in ("Rui", "Sam", "Olga"):
        above = "Eve" if seller == "Olga" else "Mona"
        await story.agreed(seller, above, "Second quarter", "10000", **QUARTER)
    rules = {"SPLIT": {}, "DIRECT": {}, "ROLL_UP": {"levels": 1}}
    for place, (kind, more) in enumerate(rules.items()):
        said = {"name": kind.title(), "kind": kind, "place": place, **more}
        for nobody in ("Mona", "Fay", "Audrey", "till") if kind == "DIRECT" else ():
            await story.refused(nobody, "creditingRuleDefine", **said)
        await story.does("Cora", "creditingRuleDefine", **said)
    wrong = SELLERS.replace("650.00", "651.00")
    drafts = {"key": "sellers", "name": "Sellers", "beginsOn": "2020-04-01", "text": wrong}
    for nobody in ("Ada", "Fay", "Hal"):
        await story.refused(nobody, "payPlanDefine", **drafts)
    sellers = (await story.does("Cora", "payPlanDefine", **drafts))["id"]
    leaders = await story.does(
        "Cora", "payPlanDefine", **{**drafts, "key": "leaders", "name": "Leaders", "text": LEADERS}
    )
    plans = {each["name"]: each for each in (await story.ask("Fay", VERSIONS))["payPlans"]["nodes"]}
    (draft,) = plans["Sellers"]["versions"]["nodes"]
    (other,) = plans["Leaders"]["versions"]["nodes"]
    publish = {"versionId": draft["id"], "expectedVersion": draft["version"], "acknowledged": True}

    failing = await story.refused("Fay", "payPlanVersionPublish", **publish)
    (shown,) = draft["failing"]
    assert "650.00" in shown
    assert "651.00" in shown
    assert failing["message"] == shown
    early = {
        "planId": sellers, "startsOn": "2020-04-01",
        "people": [{"personId": story.person("Rui"), "targetIncentive": "4000"}],
    }  # fmt: skip
    assert "published" in (await story.refused("Cora", "payPlanAssign", **early))["message"]
    await story.does(
        "Cora", "payPlanVersionUpdate", versionId=draft["id"], expectedVersion=draft["version"],
        text=SELLERS,
    )  # fmt: skip
    publish["expectedVersion"] += 1
    for nobody in ("Cora", "Mona", "Audrey", "till"):
        await story.refused(nobody, "payPlanVersionPublish", **publish)
    await story.does("Fay", "payPlanVersionPublish", **publish)
    await story.does(
        "Fay", "payPlanVersionPublish", versionId=other["id"], expectedVersion=other["version"]
    )
    for nobody in ("Fay", "Mona", "Rui"):
        await story.refused(nobody, "payPlanAssign", **early)
    own = {**early, "people": [{"personId": story.person("Cora"), "targetIncentive": "1"}]}
    assert "Somebody else" in (await story.refused("Cora", "payPlanAssign", **own))["message"]

    for plan, people in ((sellers, ("Rui", "Sam", "Olga")), (leaders["id"], ("Mona",))):
        named = [{"personId": story.person(who), "targetIncentive": "4000"} for who in people]
        await story.does("Cora", "payPlanAssign", **{**early, "planId": plan, "people": named})


async def test_a_rep_sees_pay_from_the_first_deal_on_and_reckons_after_each_line(
    story: Story,
) -> None:
    await posted(story, "Rui", "4000.00", "2020-05-06", "first")
    await posted(story, "Olga", "500.10", "2020-05-06", "of Olga")
    await works(story)

    first = await pay(story, "Rui", "Rui")
    assert (first["total"]["amount"], first["final"], first["version"]) == ("200.00", False, 1)
    # 4,000 of 10,000 is half of the way to 80 %, where half the bonus of a quarter is paid.
    assert first["components"] == [
        {"key": "commission", "amount": "200", "pending": "0", "reason": None},
        {"key": "bonus", "amount": "0", "pending": "250",
         "reason": "It is paid when the quarter is over."},
    ]  # fmt: skip

    await story.on("2020-05-19")
    deal = await posted(story, "Rui", "8000.00", "2020-05-18", "second")
    await works(story)
    whole = await story.ask("Rui", ONE, id=(await pay(story, "Rui", "Rui"))["id"])
    lines = whole["node"]["lines"]["nodes"]
    assert whole["node"]["total"] == {"amount": "650.00"}
    assert [line["sentence"] for line in lines if line["sale"]["id"] == deal] == [
        "From 4000 to 10000 at 5 % times 1.",
        "From 10000 to 12000 at 5 % times 1.5.",
    ]
    assert [Decimal(line["amount"]["amount"]) for line in lines] == [*map(reckoned, lines)]
    assert [*map(reckoned, lines)] == [Decimal(200), Decimal(300), Decimal(150)]


async def test_pay_is_shown_to_whom_it_concerns_and_to_nobody_else(story: Story) -> None:
    mine = (await pay(story, "Rui", "Rui"))["id"]
    sees = {
        "Rui": {"Rui"}, "Mona": {"Mona", "Rui", "Sam"}, "Eve": {"Olga"}, "Sam": {"Sam"},
        "Ada": {"Mona", "Rui", "Sam", "Olga"}, "Fay": {"Mona", "Rui", "Sam", "Olga"},
        "Cora": {"Mona", "Rui", "Sam", "Olga"}, "Audrey": {"Mona", "Rui", "Sam", "Olga"},
        "Hal": set(), "Adam": set(), "till": set(),
    }  # fmt: skip
    for who, whose in sees.items():
        found = (await story.ask(who, PAY, filter={"startsOn": {"eq": "2020-05-01"}}))["pay"]
        assert {each["person"]["name"] for each in found["nodes"]} == whose, who
        assert found["totalCount"] == len(whose), who
        node = (await story.ask(who, ONE, id=mine))["node"]
        assert (node is not None) == ("Rui" in whose), who


async def test_a_corrected_sale_makes_another_version_and_the_old_one_stays(story: Story) -> None:
    await story.on("2020-05-20")
    before = await pay(story, "Rui", "Rui")
    assert (await pay(story, "Mona", "Mona"))["total"]["amount"] == "120.00"
    said = (await story.ask("Rui", ONE, id=before["id"]))["node"]

    await posted(story, "Rui", "3000.00", "2020-05-06", "first")
    await works(story)

    now = await pay(story, "Mona", "Rui")
    # 3,000 and 7,000 at 5 %, and 1,000 at 7.5 %.
    assert (now["total"]["amount"], now["version"]) == ("575.00", before["version"] + 1)
    assert (await pay(story, "Mona", "Mona"))["total"]["amount"] == "110.00"
    old = (await story.ask("Fay", ONE, id=before["id"]))["node"]
    assert old.pop("supersededAt") is not None
    assert old == {name: value for name, value in said.items() if name != "supersededAt"}
    await works(story)
    assert await pay(story, "Mona", "Rui") == now


async def test_a_refund_takes_back_what_its_deal_was_paid_and_two_share_one(story: Story) -> None:
    await story.on("2020-06-10")
    await posted(story, "Rui", "2000.00", "2020-06-04", "third")
    await posted(story, "Rui", "-4000.00", "2020-06-08", "half back", reverses="second")
    halves = {"Rui": "0.6", "Sam": "0.4"}
    splits = [{"personId": story.person(who), "share": part} for who, part in halves.items()]
    await posted(story, "Rui", "1000.00", "2020-06-09", "of two", splits=splits)
    await works(story)

    june = await pay(story, "Rui", "Rui", "2020-06-01")
    lines = (await story.ask("Rui", ONE, id=june["id"]))["node"]["lines"]["nodes"]
    assert [*map(reckoned, lines)] == [Decimal(line["amount"]["amount"]) for line in lines]
    # The second deal was paid 350 + 75 for 8,000. By today's rate half of it would be 300.
    assert [(line["kind"], line["amount"]["amount"]) for line in lines] == [
        ("DEAL", "150.00"), ("REFUND", "-212.50"), ("DEAL", "30.00"), ("BONUS", "900.00"),
    ]  # fmt: skip
    assert june["total"]["amount"] == "867.50"  # 9,600 of 10,000 pay nine tenths of 1,000
    assert (await pay(story, "Rui", "Rui"))["total"]["amount"] == "575.00"
    sam = await pay(story, "Sam", "Sam", "2020-06-01")
    assert sam["components"][0]["amount"] == "20"
    # Mona has the deal of her two once: 20 - 40 + 10.
    mona = await pay(story, "Mona", "Mona", "2020-06-01")
    assert mona["total"]["amount"] == "-10.00"


async def test_a_former_manager_sees_no_more_of_it(story: Story) -> None:
    await story.on("2020-06-15")
    mine = (await pay(story, "Mona", "Rui", "2020-06-01"))["id"]

    await story.does(
        "Hal", "positionSetManager", id=story.position("Rui"),
        managerPositionId=story.position("Eve"), since="2020-06-12",
    )  # fmt: skip

    asked = {"person": {"eq": story.person("Rui")}}
    assert (await story.ask("Mona", PAY, filter=asked))["pay"]["totalCount"] == 0
    assert (await story.ask("Mona", ONE, id=mine))["node"] is None
    assert (await story.ask("Eve", ONE, id=mine))["node"]["total"] == {"amount": "867.50"}
    await works(story)
    # What her team sold while it was hers stays hers.
    assert (await pay(story, "Mona", "Mona", "2020-06-01"))["total"]["amount"] == "-10.00"


async def test_a_run_over_everybody_comes_to_the_same_and_can_be_stopped(story: Story) -> None:
    await story.on("2020-07-01")
    days = {"startsOn": "2020-04-01", "endsOn": "2020-06-30", "reason": "The quarter is over."}
    standing = "{ pay(first: 50) { nodes { id version } } }"
    await begin_periods(story.company.org, NOW)
    await works(story)
    before = await story.ask("Fay", standing)
    for nobody in ("Fay", "Mona", "till"):
        await story.refused(nobody, "payRunStart", **days)

    run = await story.does("Cora", "payRunStart", **days)
    await story.goes(runs)

    assert await story.ask("Fay", standing) == before
    watch = "{ payRuns { nodes { id state done failed } } }"
    (shown,) = (await story.ask("Fay", watch))["payRuns"]["nodes"]
    assert shown == {"id": run["id"], "state": "DONE", "done": 4, "failed": 0}
    assert (await story.ask("Rui", watch))["payRuns"]["nodes"] == []
    assert (await pay(story, "Rui", "Rui", "2020-06-01"))["final"]
    again = await story.does("Cora", "payRunStart", **days)
    for nobody in ("Fay", "Rui"):
        await story.refused(nobody, "payRunCancel", id=again["id"])
    await story.does("Cora", "payRunCancel", id=again["id"])
    await story.goes(runs)
    assert "cancelled" in (await story.refused("Cora", "payRunCancel", id=again["id"]))["message"]


async def runs(org: UUID, _now: datetime) -> int:
    """What the worker does of all runs."""
    for job, table in ((begin_run, "run"), (do_part, "part")):
        of = "pay_run" if table == "run" else "pay_run_part"
        async with on_behalf_of(org) as transaction:
            rows = await transaction.execute_query_dict(
                f"select id from {of} where org_id = $1", [org]
            )
        for row in rows:
            await job({"org": org, table: row["id"]})
    return 0
