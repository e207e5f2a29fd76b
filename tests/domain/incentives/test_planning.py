"""Pay plans: who drafts, who publishes, who is put on them, and what is refused without a trace."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from tortoise.exceptions import IntegrityError

from auth.actor import Actor, Role, Scope
from domain.database import on_behalf_of
from domain.errors import Changed, Conflict, Invalid, NotFound, NotPermitted, Refusal
from domain.ids import new_id
from domain.incentives import plan_rules
from domain.incentives.plan_assigning import assign_plan, end_assignment, end_override, set_override
from domain.incentives.plan_models import (
    OverrideKind,
    PayAssignment,
    PayOverride,
    PayPlanVersion,
)
from domain.incentives.plan_rules import ExampleFails, NotAcknowledged, Payee
from domain.incentives.planning import (
    change_draft,
    define_plan,
    discard_draft,
    draft_version,
    publish_version,
    rename_plan,
    retire_plan,
)
from domain.incentives.templates import PlanTemplate
from domain.incentives.trials import try_plan
from domain.incentives.yaml_text import NotYaml
from tests.people import Company
from tests.schema.asking import ask

TABLES = ("pay_plan", "pay_plan_version", "pay_assignment", "pay_override", "event")
FLAT = """\
currency: USD
measures:
- key: revenue
components:
- key: commission
  name: Commission
  commission:
    measure: revenue
    base_rate: 5 %
    table:
      method: marginal
      tiers:
      - start: '0'
        pays: '1'
examples:
- name: One deal
  deals:
  - name: first
    amount: '12000'
  total: '600.00'
"""
MORE = FLAT.replace("base_rate: 5 %", "base_rate: 6 %").replace("'600.00'", "'720.00'")
CAPPED = FLAT.replace("  commission:\n    m", "  cap: '5000'\n  commission:\n    m")
YEAR = date(2020, 1, 1)
LATER = date(2020, 7, 1)


async def refused(
    company: Company,
    kind: type[Refusal],
    attempt: Callable[[], Awaitable[Any]],
    words: str = "",
) -> Refusal:
    """It is refused so, and nothing of what plans are made of has changed."""
    before = [await _all(company, table) for table in TABLES]
    with pytest.raises(kind) as caught:
        await attempt()
    found = [each for each in caught.value.each if isinstance(each, kind)]
    assert any(words in each.message for each in found or [caught.value]), caught.value
    assert [await _all(company, table) for table in TABLES] == before
    return caught.value


async def _all(company: Company, table: str) -> str:
    async with on_behalf_of(company.org) as transaction:
        [row] = await transaction.execute_query_dict(
            "select coalesce(string_agg(kept::text, '' order by kept::text), '') as rows from"
            f" (select to_jsonb({table}) - 'number' - 'hash' as kept from {table} where org_id = $1) kept",
            [company.org],
        )
        return str(row["rows"])


def second_admin(company: Company) -> Actor:
    """Hal, who administers compensation as well."""
    return replace(company.actor("Hal"), roles=frozenset({Role.COMP_ADMIN}))


async def version_of(company: Company, plan: UUID, number: int = 1) -> PayPlanVersion:
    async with on_behalf_of(company.org):
        return await PayPlanVersion.get(org_id=company.org, plan_id=plan, number=number)


async def published_plan(company: Company, key: str = "flat", text: str = FLAT) -> UUID:
    """A plan that Cora drafted and Fay published, paying since the year began."""
    cora, fay = company.actor("Cora"), company.actor("Fay")
    plan = await define_plan(cora, key=key, name="Flat", begins_on=YEAR, text=text)
    version = await version_of(company, plan)
    await publish_version(fay, version_id=version.id, expected_version=1, acknowledged=True)
    return plan


async def assigned(company: Company, plan: UUID, name: str = "Rui") -> UUID:
    payee = Payee(company.ids[name], Decimal(24000))
    await assign_plan(company.actor("Cora"), plan_id=plan, people=[payee], starts_on=YEAR)
    async with on_behalf_of(company.org):
        row = await PayAssignment.get(
            org_id=company.org, plan_id=plan, person_id=company.ids[name], ends_on__isnull=True
        )
        return row.id


async def test_a_version_is_drafted_by_one_and_published_by_another(company: Company) -> None:
    cora, fay = company.actor("Cora"), company.actor("Fay")
    hal = second_admin(company)
    define = partial(define_plan, key="flat", name="Flat", begins_on=YEAR, text=FLAT)
    for name in ("Ada", "Mona", "Rui", "Fay", "Hal", "Audrey", "Adam"):
        await refused(company, NotPermitted, partial(define, company.actor(name)))
    await refused(company, NotPermitted, partial(define, company.partner()))

    plan = await define(cora)

    draft = await version_of(company, plan)
    assert (draft.number, draft.text, draft.failing, draft.published_at) == (1, FLAT, [], None)
    assert draft.written_by == [company.ids["Cora"]]
    publish = partial(publish_version, version_id=draft.id, expected_version=1)
    for name in ("Ada", "Mona", "Rui", "Hal", "Audrey", "Adam"):
        await refused(company, NotPermitted, partial(publish, company.actor(name)))
    await refused(company, NotPermitted, partial(publish, company.system))
    await refused(company, NotPermitted, partial(publish, cora), "You wrote in this version")

    # Whoever changes a draft has written in it; who wrote in it before still has.
    await change_draft(hal, version_id=draft.id, expected_version=1, note="Checked.")
    publish = partial(publish_version, version_id=draft.id, expected_version=2)
    await refused(company, NotPermitted, partial(publish, hal), "You wrote in this version")
    await refused(company, NotPermitted, partial(publish, cora), "You wrote in this version")
    await refused(
        company, Changed, partial(publish_version, fay, version_id=draft.id, expected_version=1)
    )

    await publish(fay)

    done = await version_of(company, plan)
    assert (done.published_by_id, done.version, done.text) == (company.ids["Fay"], 3, FLAT)
    change = partial(change_draft, cora, version_id=draft.id, expected_version=3, text=MORE)
    await refused(company, Conflict, change, "what is published is never changed")
    await refused(company, Conflict, partial(publish, fay))
    await refused(
        company, NotFound, partial(publish_version, fay, version_id=new_id(), expected_version=1)
    )


async def test_what_a_plan_says_is_kept_as_it_was_published(company: Company) -> None:
    cora, fay = company.actor("Cora"), company.actor("Fay")
    plan = await published_plan(company)
    second = await draft_version(cora, plan_id=plan, text=MORE, begins_on=LATER)

    drafted = await version_of(company, plan, 2)
    assert (drafted.follows, drafted.changes) == (
        1,
        ["Component commission, the commission, the base rate was 0.05, and is 0.06."],
    )
    assert await _current(company, "Rui") == []
    await publish_version(fay, version_id=second, expected_version=1)

    assert (await version_of(company, plan, 1)).text == FLAT
    same_day = await draft_version(cora, plan_id=plan, text=FLAT, begins_on=LATER)
    publish = partial(publish_version, fay, version_id=same_day, expected_version=1)
    await refused(company, Conflict, publish, "begins on 2020-07-01 already")
    await assigned(company, plan)
    assert await _current(company, "Rui") == [(1, FLAT)]
    rui_later = replace(company.actor("Rui"), today=LATER)
    assert await _current(company, rui_later) == [(2, MORE)]


async def test_the_database_keeps_what_is_published_and_who_wrote_it(company: Company) -> None:
    cora = company.actor("Cora")
    plan = await published_plan(company)
    draft = await draft_version(cora, plan_id=plan, text=MORE, begins_on=LATER)
    hal = second_admin(company)
    await change_draft(hal, version_id=draft, expected_version=1, note="Checked.")

    async def tried(change: str, number: int) -> None:
        async with on_behalf_of(company.org) as transaction:
            await transaction.execute_query(
                f"update pay_plan_version set {change} where org_id = $1 and plan_id = $2 and number = $3",
                [company.org, plan, number],
            )

    for change in ("terms = '{}'", "text = ''", "begins_on = '2019-01-01'", "published_at = null"):
        with pytest.raises(IntegrityError, match="a published plan is never changed"):
            await tried(change, 1)
    for writer in (cora, hal):
        with pytest.raises(IntegrityError, match="published_by_somebody_else"):
            await tried(f"published_by_id = '{writer.person}', published_at = now()", 2)


async def _current(company: Company, who: str | Actor) -> list[tuple[int, str]]:
    actor = company.actor(who) if isinstance(who, str) else who
    data = await ask(actor, "{ payPlans { nodes { current { number text } } } }")
    return [
        (node["current"]["number"], node["current"]["text"]) for node in data["payPlans"]["nodes"]
    ]


async def test_a_plan_that_does_not_pay_its_examples_is_not_published(company: Company) -> None:
    cora, fay = company.actor("Cora"), company.actor("Fay")
    wrong = FLAT.replace("'600.00'", "'601.00'") + "- name: Nothing\n  total: '1.00'\n"
    plan = await define_plan(cora, key="wrong", name="Wrong", begins_on=YEAR, text=wrong)
    draft = await version_of(company, plan)
    publish = partial(publish_version, fay, version_id=draft.id, acknowledged=True)

    found = await refused(company, Refusal, partial(publish, expected_version=1))

    assert [each.message for each in found.each] == draft.failing == [
        "“One deal”: It pays 600.00, and the example says 601.00.",
        "“Nothing”: It pays 0, and the example says 1.00.",
    ]  # fmt: skip
    without = FLAT.partition("examples:")[0]
    await change_draft(cora, version_id=draft.id, expected_version=1, text=without)
    await refused(company, ExampleFails, partial(publish, expected_version=2), "at least one")
    await change_draft(cora, version_id=draft.id, expected_version=2, text=FLAT)
    await publish(expected_version=3)


async def test_what_is_odd_is_acknowledged_before_it_pays(company: Company) -> None:
    cora, fay = company.actor("Cora"), company.actor("Fay")
    plan = await define_plan(cora, key="capped", name="Capped", begins_on=YEAR, text=CAPPED)
    draft = await version_of(company, plan)
    publish = partial(publish_version, fay, version_id=draft.id, expected_version=1)

    found = await refused(company, NotAcknowledged, publish)

    assert [each.message for each in found.each] == draft.findings
    assert draft.findings == ["`commission`: Above 100000 the cap of 5000 is reached."]
    await publish(acknowledged=True)


async def test_a_document_that_is_no_plan_is_refused_with_its_place(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    cora = company.actor("Cora")
    define = partial(define_plan, cora, key="flat", name="Flat", begins_on=YEAR)
    await refused(company, NotYaml, partial(define, text="a: &x 1"), "Anchors")
    await refused(
        company, NotYaml, partial(define, text='a: "\\0"'), "An escape stands for no letter"
    )
    found = await refused(
        company, Invalid, partial(define, text="currency: USD\ncomponents: []\nno: 1")
    )
    assert {each.path for each in found.each} == {("text", "no")}
    goal = FLAT.replace("- key: revenue", "- key: revenue\n  goal: nonsense")
    await refused(company, Invalid, partial(define, text=goal), "There is no measure 'nonsense'")
    await refused(company, Invalid, partial(define), "Give either a document or")
    await refused(company, Invalid, partial(define, text=FLAT, template=PlanTemplate.SPIF))
    await refused(company, Invalid, partial(define, text=FLAT, key="Ä"), "A key is")
    await refused(company, NotFound, partial(define, text=FLAT, calendar_id=new_id()))
    with monkeypatch.context() as bounds:
        bounds.setattr(plan_rules, "LONGEST", len(FLAT) - 1)
        await refused(company, Invalid, partial(define, text=FLAT), "Written line by line")
    plan = await define(text=FLAT)
    draft = await version_of(company, plan)
    change = partial(change_draft, cora, version_id=draft.id, expected_version=1)
    await refused(company, Invalid, change, "Say what is to change.")
    await refused(company, NotYaml, partial(change, text=""), "A plan is a mapping")
    await refused(company, Conflict, partial(define, text=FLAT), "called 'flat' already")
    euros = FLAT.replace("USD", "EUR")
    further = partial(draft_version, cora, plan_id=plan, text=euros, begins_on=LATER)
    await refused(company, Invalid, further, "The plan pays in USD, and this document is in EUR.")
    await refused(
        company,
        NotFound,
        partial(draft_version, cora, plan_id=new_id(), text=FLAT, begins_on=LATER),
    )


@pytest.mark.parametrize("template", PlanTemplate)
async def test_every_classic_plan_can_be_taken_over_and_published(
    company: Company, template: PlanTemplate
) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update organisation set currency = 'EUR' where org_id = $1", [company.org]
        )
    plan = await define_plan(
        company.actor("Cora"), key="classic", name="Classic", begins_on=YEAR, template=template
    )

    draft = await version_of(company, plan)
    assert draft.text.startswith("currency: EUR\n")
    assert draft.failing == []
    await publish_version(
        company.actor("Fay"), version_id=draft.id, expected_version=1, acknowledged=True
    )


async def test_people_are_on_a_plan_once_and_on_several_at_a_time(company: Company) -> None:
    cora = company.actor("Cora")
    flat, more = await published_plan(company), await published_plan(company, "more", MORE)
    rui, sam = Payee(company.ids["Rui"], Decimal("24000.5")), Payee(company.ids["Sam"])
    assign = partial(assign_plan, plan_id=flat, people=[rui, sam], starts_on=YEAR)
    for name in ("Ada", "Mona", "Rui", "Fay", "Hal", "Audrey", "Adam"):
        await refused(company, NotPermitted, partial(assign, company.actor(name)))
    for people, path, words in (
        ([], ("people",), "Between 1 and 1000"),
        ([rui, rui], ("people", "1", "personId"), "Each can be named once."),
        ([sam, Payee(new_id())], ("people", "1", "personId"), "There is no such person"),
        ([Payee(cora.person or new_id())], ("people", "0", "personId"), "Somebody else"),
        ([replace(rui, target_incentive=Decimal(-1))], ("people", "0", "targetIncentive"), "zero or more"),
        ([replace(rui, target_incentive=Decimal("0.00001"))], ("people", "0", "targetIncentive"), "4 after"),
        ([replace(rui, target_incentive=Decimal(10) ** 15)], ("people", "0", "targetIncentive"), "15 digits"),
    ):  # fmt: skip
        found = await refused(company, Refusal, partial(assign, cora, people=people), words)
        assert [each.path for each in found.each] == [path]
    await refused(
        company, Conflict, partial(assign, cora, starts_on=date(2019, 12, 31)), "begins on"
    )
    await refused(
        company, Invalid, partial(assign, cora, ends_on=date(2019, 1, 1)), "It ends before"
    )

    await assign(cora)
    await assign(cora, plan_id=more)

    found = await refused(company, Refusal, partial(assign, cora, starts_on=LATER))
    assert [each.path for each in found.each] == [
        ("people", "0", "personId"),
        ("people", "1", "personId"),
    ]
    async with on_behalf_of(company.org):
        row = await PayAssignment.get(plan_id=flat, person_id=company.ids["Rui"])
    end = partial(
        end_assignment, assignment_id=row.id, expected_version=1, ends_on=date(2020, 6, 30)
    )
    await refused(company, NotPermitted, partial(end, company.actor("Mona")))
    await refused(company, Changed, partial(end, cora, expected_version=2))
    await refused(company, Invalid, partial(end, cora, ends_on=date(2019, 6, 30)), "It ends before")
    await end(cora)
    await assign(cora, people=[rui], starts_on=LATER)
    again = partial(end, cora, expected_version=2, ends_on=date(2020, 7, 2))
    await refused(company, Conflict, again, "again before that day")


async def test_a_draft_is_discarded_and_nothing_comes_of_it(company: Company) -> None:
    cora, fay, audrey = (company.actor(name) for name in ("Cora", "Fay", "Audrey"))
    plan = await published_plan(company)
    draft = await draft_version(cora, plan_id=plan, text=MORE, begins_on=LATER)
    discard = partial(discard_draft, version_id=draft, expected_version=1)
    for other in (fay, audrey, company.actor("Rui"), company.actor("Ada"), company.partner(*Scope)):
        await refused(company, NotPermitted, partial(discard, other))
    await refused(company, Changed, partial(discard, cora, expected_version=7))
    first = await version_of(company, plan)
    published = partial(discard, cora, version_id=first.id, expected_version=2)
    await refused(company, Conflict, published, "is published")
    await discard(cora)
    for attempt in (
        partial(discard, cora, expected_version=2),
        partial(change_draft, cora, version_id=draft, expected_version=2, note="Again."),
        partial(publish_version, fay, version_id=draft, expected_version=2, acknowledged=True),
    ):
        await refused(company, Conflict, attempt, "This draft is discarded")
    with pytest.raises(Conflict, match="is discarded"):
        await try_plan(cora, version_id=draft, starts_on=YEAR, ends_on=YEAR)
    said = "{ payPlans { nodes { versions { nodes { number discardedBy { name } } } } } }"
    [shown] = (await ask(fay, said))["payPlans"]["nodes"]
    assert shown["versions"]["nodes"] == [
        {"number": 2, "discardedBy": {"name": "Cora"}}, {"number": 1, "discardedBy": None},
    ]  # fmt: skip
    # The next draft has a number of its own, and what is kept is not removed either.
    again = await draft_version(cora, plan_id=plan, text=MORE, begins_on=LATER)
    async with on_behalf_of(company.org):
        assert (await PayPlanVersion.get(id=again)).number == 3


async def test_a_plan_is_renamed_and_keeps_its_key(company: Company) -> None:
    cora, plan = company.actor("Cora"), await published_plan(company)
    rename = partial(rename_plan, plan_id=plan, expected_version=1, name=" Field sales ")
    for name in ("Fay", "Audrey", "Ada", "Rui", "Hal"):
        await refused(company, NotPermitted, partial(rename, company.actor(name)))
    await refused(company, Changed, partial(rename, cora, expected_version=2))
    await refused(company, Invalid, partial(rename, cora, name=" "), "cannot be empty")
    await rename(cora)
    [shown] = (await ask(cora, "{ payPlans { nodes { key name version } } }"))["payPlans"]["nodes"]
    assert shown == {"key": "flat", "name": "Field sales", "version": 2}


async def test_a_classic_plan_is_begun_from_its_text(company: Company) -> None:
    cora = company.actor("Cora")
    said = "{ payPlanTemplates(first: 50) { nodes { key name description text } } }"
    found = (await ask(cora, said))["payPlanTemplates"]["nodes"]
    assert {each["key"] for each in found} == {each.name for each in PlanTemplate}
    for each in found:
        made = await define_plan(
            cora, key=each["key"].lower(), name=each["name"], begins_on=YEAR, text=each["text"]
        )
        assert (await version_of(company, made)).text == each["text"]
    for name in ("Rui", "Mona", "Hal", "Adam"):
        assert (await ask(company.actor(name), said))["payPlanTemplates"]["nodes"] == []


async def test_a_plan_is_retired_when_nobody_is_on_it(company: Company) -> None:
    cora = company.actor("Cora")
    plan = await published_plan(company)
    row = await assigned(company, plan)
    retire = partial(retire_plan, plan_id=plan, expected_version=1)
    await refused(company, NotPermitted, partial(retire, company.actor("Fay")))
    await refused(company, Conflict, partial(retire, cora), "1 person is on this plan still")
    await end_assignment(cora, assignment_id=row, expected_version=1, ends_on=date(2020, 5, 28))

    await retire(cora)

    await refused(company, Conflict, partial(retire, cora), "This plan is retired.")
    people = [Payee(company.ids["Sam"])]
    assign = partial(assign_plan, cora, plan_id=plan, people=people, starts_on=YEAR)
    await refused(company, Conflict, assign, "retired")
    draft = partial(draft_version, cora, plan_id=plan, text=FLAT, begins_on=LATER)
    await refused(company, Conflict, draft, "retired")


async def test_what_is_agreed_with_one_person_has_a_reason_and_days(company: Company) -> None:
    cora = company.actor("Cora")
    plan = await published_plan(company)
    await assigned(company, plan)
    agree = partial(
        set_override,
        plan_id=plan,
        person_id=company.ids["Rui"],
        kind=OverrideKind.BASE_RATE,
        key="commission",
        value=Decimal("0.0725"),
        starts_on=YEAR,
        reason="Promised when she moved here.",
    )
    for name in ("Ada", "Mona", "Rui", "Fay", "Hal", "Audrey", "Adam"):
        await refused(company, NotPermitted, partial(agree, company.actor(name)))
    own = partial(agree, cora, person_id=company.ids["Cora"])
    await refused(company, NotPermitted, own, "Somebody else")
    await refused(company, NotFound, partial(agree, cora, person_id=company.ids["Sam"]))
    await refused(company, Invalid, partial(agree, cora, reason=" "), "cannot be empty")
    await refused(company, Invalid, partial(agree, cora, key="nothing"), "no component `nothing`")
    await refused(company, Invalid, partial(agree, cora, value=Decimal("1E-9")), "8 after")
    quota = partial(agree, cora, kind=OverrideKind.QUOTA, value=Decimal(90000))
    await refused(company, Invalid, partial(quota, key="units"), "measures nothing called `units`")
    target = partial(agree, cora, kind=OverrideKind.TARGET_INCENTIVE, value=Decimal(1))
    await refused(company, Invalid, target, "leave the key out")

    made = await agree(cora)

    await quota(key="revenue")
    await target(key="")
    await refused(company, Conflict, partial(agree, cora, starts_on=LATER), "end that first")
    end = partial(
        end_override,
        override_id=made,
        expected_version=1,
        ends_on=date(2020, 6, 30),
        reason="It was for half a year.",
    )
    await refused(company, NotPermitted, partial(end, company.actor("Mona")))
    await refused(company, Changed, partial(end, cora, expected_version=7))
    await refused(company, Invalid, partial(end, cora, reason=""), "cannot be empty")
    await end(cora)
    await agree(cora, starts_on=LATER)
    again = partial(end, cora, expected_version=2, ends_on=LATER)
    await refused(company, Conflict, again, "agreed anew before that day")
    async with on_behalf_of(company.org):
        row = await PayOverride.get(id=made)
    assert (row.value, row.ends_on, row.version) == (Decimal("0.0725"), date(2020, 6, 30), 2)


PLANS = """{ payPlans { nodes { key name currency versions { nodes { number text } }
  assignments { totalCount nodes { person { name } targetIncentive { amount currency } } }
  overrides { nodes { kind key value } } } } }"""


async def test_plans_are_seen_by_those_on_them_and_those_above_them_alone(company: Company) -> None:
    cora = company.actor("Cora")
    plan = await published_plan(company)
    await assigned(company, plan)
    await assigned(company, plan, "Olga")
    await draft_version(cora, plan_id=plan, text=MORE, begins_on=LATER)
    await define_plan(cora, key="other", name="Other", begins_on=YEAR, text=FLAT)
    await set_override(
        cora, plan_id=plan, person_id=company.ids["Rui"], kind=OverrideKind.QUOTA, key="revenue",
        value=Decimal(900), starts_on=YEAR, reason="Leave.",
    )  # fmt: skip

    async def seen(actor: Actor) -> list[tuple[str, list[int], list[str], int]]:
        data = await ask(actor, PLANS)
        return [
            (
                node["key"],
                [each["number"] for each in node["versions"]["nodes"]],
                sorted(each["person"]["name"] for each in node["assignments"]["nodes"]),
                len(node["overrides"]["nodes"]),
            )
            for node in data["payPlans"]["nodes"]
        ]

    whole = [("flat", [2, 1], ["Olga", "Rui"], 1), ("other", [1], [], 0)]
    without_pay: list[tuple[str, list[int], list[str], int]] = [
        ("flat", [2, 1], [], 0),
        ("other", [1], [], 0),
    ]
    for name in ("Cora", "Fay", "Audrey"):
        assert await seen(company.actor(name)) == whole, name
    executive = replace(company.actor("Ada"), roles=frozenset({Role.EXECUTIVE}))
    assert await seen(executive) == without_pay
    assert await seen(company.actor("Ada")) == [
        ("flat", [2, 1], ["Olga", "Rui"], 1),
        ("other", [1], [], 0),
    ]
    assert await seen(company.actor("Mona")) == [("flat", [1], ["Rui"], 1)]
    assert await seen(company.actor("Eve")) == [("flat", [1], ["Olga"], 0)]
    assert await seen(company.actor("Rui")) == [("flat", [1], ["Rui"], 1)]
    for name in ("Sam", "Hal", "Adam"):
        assert await seen(company.actor(name)) == [], name
    without = company.actor("Mona", without=frozenset({Role.MANAGER}))
    assert await seen(without) == []
