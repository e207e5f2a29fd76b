"""A company with rows in every table, each row marked as its own.

Two of them stand side by side: what is marked with the one's word must never show to the other's
people. Beside the marked rows stand twins, alike in both companies down to the letter.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import asyncpg
from asyncpg import Range

from auth.actor import Actor, Role, Scope
from domain.access_requests.actions import ask_for_access
from domain.blockers.actions import raise_blocker
from domain.blockers.models import Cause
from domain.callers.clients import ClientCredentials, register_client
from domain.coaching.evidence_rules import Link
from domain.coaching.note_models import NoteEvidence, NoteReply, NoteRevision
from domain.coaching.notes import write_note
from domain.comments.actions import write_comment
from domain.database import on_behalf_of
from domain.goals import actions as goals
from domain.goals.models import Confidence
from domain.ids import new_id
from domain.measures.models import REVENUE
from domain.notices.digests import make_digests
from domain.people.reporting import rebuild_reach
from domain.plans.actions import add_step, open_plan
from domain.scorecards.actions import publish_scorecard, write_assessment
from domain.scorecards.models import AssessmentScore, Occasion, Scale
from domain.scorecards.rules import Criterion, Scored
from domain.subjects import Thing
from schema import STORED
from schema.typed_ids import encode
from tests.catalogue import as_organisation, fill_every_table, tenant_tables
from tests.domain.incentives.paying import FIVE_THEN_EIGHT
from tests.people import SINCE, Company, found_company
from tests.schema.asking import insert, territory

UNTIL = date(2019, 1, 1)
LEAVES = date(2031, 1, 1)
SELLERS = ("Mona", "Rui", "Sam", "Olga")
APPROVERS = {"Mona": "Ada", "Rui": "Mona", "Sam": "Mona", "Olga": "Eve"}
TROUBLED = {("approved", "Rui"), ("private", "Rui"), ("approved", "Olga")}
"""Goals in whose way something is, and for which there is a corrective plan."""
APPS: Mapping[str, frozenset[Scope]] = {
    "figures": frozenset({Scope.PERFORMANCE_READ}),
    "sales": frozenset({Scope.SALES_READ}),
    "places": frozenset({Scope.TERRITORIES_READ}),
}


@dataclass(frozen=True, slots=True)
class Furnished:
    """A company, its word, and its rows by name: `west`, `goal approved Rui`, `sale Sam` ..."""

    company: Company
    word: str
    rows: Mapping[str, str]
    apps: Mapping[str, ClientCredentials]

    def person(self, name: str, *roles: Role) -> Actor:
        """One of the cast, with exactly these roles."""
        return replace(self.company.actor(name), roles=frozenset(roles))

    def app(self, name: str) -> Actor:
        """A partner app, which was granted West."""
        west = UUID(self.rows["west"].removeprefix("territory_"))
        partner = self.company.partner(*APPS[name], territories=frozenset({west}))
        return replace(partner, client=self.apps[name].client_id.client)

    def of_kind(self, kind: str) -> list[str]:
        return [row for row in self.rows.values() if row.rpartition("_")[0] == kind]


def email(word: str, name: str) -> str:
    return f"{word}.{name}@example.test".lower()


async def furnished(owner: asyncpg.Connection, word: str, amount: str) -> Furnished:
    """A company whose texts all hold `word` and whose amounts all begin with `amount`'s digits.

    Eve managed Rui until 2019; Mona does now. `owner` is a connection that may write any table.
    """
    company = await found_company(f"{word} Industries")
    await _name_people(company, word)
    await _move_rui(company)
    rows = await _places(company, word)
    rows |= await _things(company, word)
    rows |= await _sales(company, word, Decimal(amount), rows)
    rows |= await _credits(company, word, Decimal(amount), rows)
    rows |= await _goals(company, word, Decimal(amount), rows)
    rows |= await _agreements(company, word)
    rows |= await _notes(company, word, rows)
    rows |= await _assessments(company, word)
    rows |= await _pay(company, word, Decimal(amount))
    asked = await ask_for_access(company.actor("Rui"))
    rows["access request Rui"] = encode("access_request", asked)
    rows |= await _talks(company, word)
    apps = await _apps(company, word, rows)
    await make_digests(company.org, datetime.now(UTC) + timedelta(days=2))
    await fill_every_table(owner, company.org)
    rows |= {f"person {name}": encode("person", id) for name, id in company.ids.items()}
    rows |= {f"position {name}": encode("position", id) for name, id in company.positions.items()}
    rows["organisation"] = encode("organisation", company.org)
    rows |= await _written_by_acts(company)
    rows |= await _without_a_name(company, rows)
    return Furnished(company, word, rows, apps)


async def _without_a_name(company: Company, rows: Mapping[str, str]) -> dict[str, str]:
    """A row of each kind of which none has a name."""
    named = {row.rpartition("_")[0] for row in rows.values()}
    made = {}
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        for stored in STORED.values():
            if stored.kind is None or stored.kind in named or stored.source.startswith("("):
                continue
            (found,) = await transaction.execute_query_dict(
                f"select id from {stored.source} where org_id = $1 limit 1", [company.org]
            )
            made[f"some {stored.kind}"] = encode(stored.kind, found["id"])
    return made


async def _name_people(company: Company, word: str) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update person set email = lower($2) || '.' || lower(name) || '@example.test',"
            " name = $2 || ' ' || name, title = $2 || ' title', left_on = $3 where org_id = $1",
            [company.org, word, LEAVES],
        )
        await transaction.execute_query(
            "update position set title = $2 || ' ' || title where org_id = $1", [company.org, word]
        )


async def _move_rui(company: Company) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update reporting_line set during = daterange($3::date, null)"
            " where org_id = $1 and position_id = $2",
            [company.org, company.positions["Rui"], UNTIL],
        )
    before = {
        "id": new_id(),
        "position_id": company.positions["Rui"],
        "manager_position_id": company.positions["Eve"],
        "during": Range(SINCE, UNTIL),
    }
    await insert(company, "reporting_line", [before])
    async with on_behalf_of(company.org) as transaction:
        await rebuild_reach(transaction, company.org)


async def _places(company: Company, word: str) -> dict[str, str]:
    world = await territory(company, f"{word} World")
    west = await territory(company, f"{word} West", world)
    coast = await territory(company, f"{word} Coast", west)
    east = await territory(company, f"{word} East", world)
    twin = await territory(company, "Twin territory")
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update territory set potential = 1200.5 where org_id = $1 and id = $2",
            [company.org, west],
        )
    assigned = [
        {"id": new_id(), "territory_id": place, "person_id": company.ids[name]}
        for place, name in ((west, "Rui"), (east, "Olga"))
    ]
    since = {"during": Range(SINCE, None)}
    await insert(company, "territory_assignment", [row | since for row in assigned])
    places = {"world": world, "west": west, "coast": coast, "east": east, "twin territory": twin}
    return {name: encode("territory", id) for name, id in places.items()}


async def _things(company: Company, word: str) -> dict[str, str]:
    made = {}
    for table in ("account", "product"):
        for name in (f"{word} {table}", f"Twin {table}"):
            id = new_id()
            await insert(company, table, [{"id": id, "name": name}])
            made[table if word in name else f"twin {table}"] = encode(table, id)
    measured = new_id()
    measure = {"id": measured, "key": "marked", "name": f"{word} measure", "unit": "number"}
    await insert(company, "measure", [measure | {"direction": "higher", "source": "check_in"}])
    twins = {f"twin {kind}": id for kind, id in (await _years(company, "Twin")).items()}
    made |= twins | await _years(company, word)
    return made | {"measure": encode("measure", measured)}


async def _years(company: Company, word: str) -> dict[str, str]:
    ids = {kind: new_id() for kind in ("calendar", "calendar_period", "season", "day_off")}
    calendar = {"id": ids["calendar"], "name": f"{word} calendar", "kind": "custom"}
    await insert(company, "calendar", [calendar])
    days = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 12, 31)}
    period = {"id": ids["calendar_period"], "calendar_id": ids["calendar"], "grain": "period"}
    named = {"name": f"{word} year", "fiscal_year": 2020, "number": 1}
    await insert(company, "calendar_period", [period | days | named])
    season = {"id": ids["season"], "name": f"{word} season", "calendar_id": ids["calendar"]}
    await insert(company, "season", [season | {"weights": [Decimal(1)]}])
    day = date(2020, 5, 26 if word == "Twin" else 25)
    off = {"id": ids["day_off"], "day": day, "name": f"{word} day"}
    await insert(company, "day_off", [off])
    made = {kind: encode(kind, id) for kind, id in ids.items()}
    return made | {"goal policy": encode("goal_policy", company.org)}


def share_of(seller: str) -> str:
    """By which the share of each seller is known from the others'."""
    return f"0.{SELLERS.index(seller) + 1}"


async def _sales(
    company: Company, word: str, amount: Decimal, rows: Mapping[str, str]
) -> dict[str, str]:
    made = {}
    at = {"Mona": "world", "Rui": "coast", "Sam": "west", "Olga": "east"}
    for extra, name in enumerate(SELLERS):
        id = new_id()
        row = {
            "id": id,
            "order_number": f"{word} order",
            "sold_on": date(2020, 5, 4),
            "person_id": company.ids[name],
            "territory_id": _uuid(rows[at[name]]),
            "account_id": _uuid(rows["account"]),
            "product_id": _uuid(rows["product"]),
            "quantity": Decimal(extra + 1),
            "unit_price": amount,
            "amount": amount + extra,
            "cost": amount - 1,
            "currency": "USD",
        }
        await insert(company, "sale", [row])
        share = {"id": new_id(), "sale_id": id, "person_id": company.ids[name]}
        await insert(company, "sale_split", [share | {"share": Decimal(share_of(name))}])
        made[f"sale {name}"] = encode("sale", id)
    return made


async def _credits(
    company: Company, word: str, amount: Decimal, rows: Mapping[str, str]
) -> dict[str, str]:
    """A rule, by which each seller is credited with their sale, and what it said of that."""
    rule = new_id()
    await insert(
        company, "crediting_rule",
        [{"id": rule, "name": f"{word} rule", "kind": "direct", "place": 1}],
    )  # fmt: skip
    made = {"crediting rule": encode("crediting_rule", rule)}
    for name in SELLERS:
        credit, sale = new_id(), _uuid(rows[f"sale {name}"])
        await insert(company, "credit", [{
            "id": credit, "sale_id": sale, "sale_version": 1, "person_id": company.ids[name],
            "rule_id": rule, "kind": "direct", "counts_for": "both", "credited_on": date(2020, 5, 4),
            "place": word, "share": Decimal(1), "amount": amount, "quantity": Decimal(1),
            "currency": "USD", "paid_in": "USD",
        }])  # fmt: skip
        await insert(company, "sale_crediting", [{
            "id": sale, "person_id": company.ids[name], "sold_on": date(2020, 5, 4), "gave": 1,
            "primary_for_pay": Decimal(1), "primary_for_quota": Decimal(1),
            "verdicts": json.dumps([{"rule_id": str(rule), "gave": 1, "sentences": [f"{word} said"]}]),
        }])  # fmt: skip
        proposal = new_id()
        await insert(company, "credit_proposal", [{
            "id": proposal, "sale_id": sale, "sale_version": 1, "person_id": company.ids[name],
            "counts_for": "both", "event": "booking", "credited_on": date(2020, 5, 4), "amount": amount,
            "reason_code": "missed", "reason": f"{word} was missed", "proposed_by_id": company.ids["Cora"],
        }])  # fmt: skip
        made[f"credit_proposal {name}"] = encode("credit_proposal", proposal)
        made[f"credit {name}"] = encode("credit", credit)
        made[f"sale_crediting {name}"] = encode("sale_crediting", sale)
    return made


async def _goals(
    company: Company, word: str, amount: Decimal, rows: Mapping[str, str]
) -> dict[str, str]:
    """Goals of each seller, one in each state and one that is private, by the acts that people do."""
    made = {}
    for name in SELLERS:
        owner, approver = company.actor(name), company.actor(APPROVERS[name])
        if Role.REP not in owner.roles:
            continue
        for state in ("draft", "submitted", "returned", "approved", "private"):
            id = await goals.draft_goal(
                owner,
                owner_id=company.ids[name],
                name=f"{word} {state} goal of {name}",
                measure=REVENUE,
                starts_on=date(2020, 5, 1),
                ends_on=date(2020, 5, 31),
                target=amount,
                territory_id=_uuid(rows["coast"]),
                no_parent_reason=f"{word} alone",
            )
            made[f"goal {state} {name}"] = encode("goal", id)
            if state == "draft":
                continue
            if state == "private":
                async with on_behalf_of(company.org) as transaction:
                    await transaction.execute_query(
                        "update goal set private = true where org_id = $1 and id = $2",
                        [company.org, id],
                    )
            await goals.submit_goal(owner, goal_id=id, expected_version=1)
            note = f"{word} note"
            if state == "returned":
                await goals.return_goal(approver, goal_id=id, seen_version=2, note=note)
            if state in ("approved", "private"):
                await goals.approve_goal(approver, goal_id=id, seen_version=2, note=note)
                for day in (5, 6):
                    check = await goals.check_in(
                        owner, goal_id=id, confidence=Confidence.AT_RISK, value=amount, note=note,
                        noted_at=datetime(2020, 5, day, tzinfo=UTC),
                    )  # fmt: skip
                    made[f"check-in {day} {state} {name}"] = encode("check_in", check)
                made |= await _amended(company, word, amount, id, f"{state} {name}")
                if (state, name) in TROUBLED:
                    made |= await _troubles(owner, approver, id, f"{state} {name}", note)
    return made


async def _amended(
    company: Company, word: str, amount: Decimal, goal: UUID, called: str
) -> dict[str, str]:
    """An amendment that was returned, and a segment."""
    amendment, segment = new_id(), new_id()
    cora, ada = company.ids["Cora"], company.ids["Ada"]
    await insert(company, "goal_amendment", [{
        "id": amendment, "goal_id": goal, "owner_id": ada, "effective_from": date(2020, 5, 8),
        "stated": amount, "policy": "replace", "reason": f"{word} reason", "state": "returned",
        "target_before": amount, "target_after": amount, "requested_by": cora, "seen_version": 3,
        "decided_by": ada, "decided_at": datetime(2020, 5, 7, tzinfo=UTC), "note": f"{word} note",
    }])  # fmt: skip
    await insert(company, "goal_segment", [{
        "id": segment, "goal_id": goal, "starts_on": date(2020, 5, 1),
        "ends_on": date(2020, 5, 31), "stated": amount, "target": amount, "policy": "replace",
    }])  # fmt: skip
    return {
        f"amendment of {called}": encode("goal_amendment", amendment),
        f"segment of {called}": encode("goal_segment", segment),
    }


async def _agreements(company: Company, word: str) -> dict[str, str]:
    """Delegations that have ended, and locks that were lifted."""
    made, over = {}, datetime(2020, 5, 7, tzinfo=UTC)
    days = {"starts_on": date(2020, 5, 1), "ends_on": date(2020, 5, 31)}
    for number in range(5):
        delegation, lock = new_id(), new_id()
        await insert(company, "delegation", [{
            "id": delegation, "from_id": company.ids["Mona"], "to_id": company.ids["Hal"], **days,
            "note": f"{word} note", "ended_at": over,
        }])  # fmt: skip
        await insert(company, "goal_lock", [{
            "id": lock, **days, "locks_on": date(2020, 5, 1), "reason": f"{word} reason",
            "lifted_at": over, "lift_reason": f"{word} lifted",
        }])  # fmt: skip
        made[f"delegation {number} of Mona to Hal"] = encode("delegation", delegation)
        made[f"goal lock {number}"] = encode("goal_lock", lock)
    return made


async def _pay(company: Company, word: str, amount: Decimal) -> dict[str, str]:
    """A plan that Rui alone is on, published and drafted anew, and what is agreed with him alone."""
    kinds = ("pay_plan", "pay_assignment", "pay_override")
    plan, assignment, override = ids = [new_id() for _ in kinds]
    named = {"key": "marked", "name": f"{word} pay plan", "currency": "USD"}
    await insert(company, "pay_plan", [{"id": plan, **named}])
    since, until = date(2020, 1, 1), date(2020, 12, 31)
    made = {}
    [commission] = FIVE_THEN_EIGHT["components"]
    terms = {**FIVE_THEN_EIGHT, "components": [{**commission, "name": f"{word} commission"}]}
    for number, called in ((1, "published"), (2, "draft")):
        id = new_id()
        version = {"id": id, "plan_id": plan, "number": number, "begins_on": since}
        said = {"text": f"{word} terms", "note": f"{word} note", "findings": [f"{word} finding"]}
        by = {
            "published_by_id": company.ids["Fay"],
            "published_at": datetime(2020, 1, 1, tzinfo=UTC),
        }
        published = by if called == "published" else dict.fromkeys(by)
        drafted = {"drafted_by_id": company.ids["Cora"], "terms": json.dumps(terms)}
        await insert(company, "pay_plan_version", [version | said | drafted | published])
        made[f"pay plan {called}"] = encode("pay_plan_version", id)
    theirs = {"plan_id": plan, "person_id": company.ids["Rui"], "starts_on": since}
    days = theirs | {"ends_on": until}
    await insert(
        company, "pay_assignment", [{"id": assignment, **days, "target_incentive": amount}]
    )
    agreed = {"kind": "target_incentive", "value": amount, "reason": f"{word} reason"}
    await insert(company, "pay_override", [{"id": override, **days, **agreed}])
    versions = [_uuid(made[f"pay plan {called}"]) for called in ("published", "draft")]
    made |= await _paid(company, word, amount, plan, versions[0])
    made |= await _tried(company, word, amount, plan, versions[1])
    return made | {kind: encode(kind, id) for kind, id in zip(kinds, ids, strict=True)}


async def _paid(
    company: Company, word: str, amount: Decimal, plan: UUID, version: UUID
) -> dict[str, str]:
    """What Rui is paid for April, and why he is not for May."""
    rui, made = company.ids["Rui"], {}
    for month, total, failure in ((4, amount, None), (5, None, f"{word} failure")):
        result, inputs = new_id(), f"{word} inputs of {month}"
        of = {"person_id": rui, "plan_id": plan, "plan_version_id": version, "currency": "USD"}
        days = {"starts_on": date(2020, month, 1), "ends_on": date(2020, month, 29), "number": 1}
        part = ["marked", f"{word} component", str(amount), str(amount), f"{word} reason"]
        line: list[object] = [f"{word} component", "formula", None, None, str(amount), {}]
        kept = {"components": json.dumps([part]), "lines": json.dumps([line])}
        came = {"total": total, "failure": failure, "closing": "{}", "inputs": inputs, **kept}
        hash_ = sha256(inputs.encode()).digest()
        await insert(
            company, "pay_result", [{"id": result, **of, **days, **came, "inputs_hash": hash_}]
        )
        made[f"pay of {month}"] = encode("pay_result", result)
        made[f"pay line of {month}"] = encode("pay_line", UUID(f"{str(result)[:30]}000001"))
    return made


async def _tried(
    company: Company, word: str, amount: Decimal, plan: UUID, version: UUID
) -> dict[str, str]:
    """What Rui would have been paid by the draft; and a run that nobody began."""
    trial, day = new_id(), date(2020, 4, 1)
    run = {"id": trial, "plan_id": plan, "tries_id": version, "starts_on": day, "ends_on": day}
    now = datetime(2020, 5, 1, tzinfo=UTC)
    ended = {"state": "done", "ended_at": now, "reason": f"{word} reason", "total": 1, "done": 1}
    plainly = {"id": (plain_run := new_id()), "starts_on": day, "ends_on": day}
    await insert(company, "pay_run", [run | ended, plainly])
    paid = {"paid": 0, "tried": amount, "difference": amount, "currency": "USD"}
    parts = [{"key": "marked", "name": f"{word} component", "paid": "0", "tried": str(amount)}]
    payee = {"id": new_id(), "run_id": trial, "person_id": company.ids["Rui"]}
    kept = {"components": json.dumps(parts)}
    await insert(company, "pay_trial_payee", [payee | paid | kept])
    return {"pay trial": encode("pay_trial", trial), "pay run": encode("pay_run", plain_run)}


async def _notes(company: Company, word: str, rows: Mapping[str, str]) -> dict[str, str]:
    """What Mona keeps to herself about Rui."""
    note = await write_note(
        company.actor("Mona"),
        about_id=company.ids["Rui"],
        body=f"{word} note",
        evidence=[Link(goal_id=_uuid(rows["goal approved Rui"]))],
    )
    mona, now = company.ids["Mona"], datetime.now(UTC)
    async with on_behalf_of(company.org, mona):
        await NoteReply.add(
            org_id=company.org, id=new_id(), note_id=note, author_id=mona, readers=[mona],
            body=f"{word} reply", body_html=f"{word} reply", written_at=now, received_at=now,
        )  # fmt: skip
        below = {
            "note_reply": await NoteReply.get(note_id=note),
            "note_revision": await NoteRevision.get(note_id=note),
            "note_evidence": await NoteEvidence.get(note_id=note),
        }
    made = {f"{kind} of Mona": encode(kind, row.id) for kind, row in below.items()}
    return made | {"note of Mona": encode("note", note)}


async def _assessments(company: Company, word: str) -> dict[str, str]:
    """How Mona saw a visit of Rui's."""
    scorecard = await publish_scorecard(
        company.actor("Mona"),
        name=f"{word} scorecard",
        description=f"{word} description",
        criteria=[Criterion(f"{word} criterion", Scale.ONE_TO_FIVE)],
    )
    assessment = await write_assessment(
        company.actor("Mona"),
        scorecard_id=scorecard,
        scores=[Scored(f"{word} criterion", 4, f"{word} comment")],
        person_id=company.ids["Rui"],
        occasion=Occasion.VISIT,
        held_on=date(2020, 5, 4),
        comment=f"{word} remark",
    )
    async with on_behalf_of(company.org):
        score = await AssessmentScore.get(org_id=company.org, assessment_id=assessment)
    return {
        "scorecard": encode("scorecard", scorecard),
        "assessment of Rui": encode("assessment", assessment),
        "score of Rui": encode("assessment_score", score.id),
    }


async def _troubles(
    owner: Actor, approver: Actor, goal_id: UUID, said: str, note: str
) -> dict[str, str]:
    """What is in the way of a goal, and what is done about it."""
    blocker = await raise_blocker(owner, goal_id=goal_id, cause=Cause.TOOLS, what=note)
    plan = await open_plan(approver, goal_id=goal_id, reason=note, due_on=date(2020, 6, 30))
    step = await add_step(owner, plan_id=plan, what=note)
    words = f"{note}: @[{note}](person_{approver.person})"
    comment = await write_comment(owner, thing=Thing("goal", goal_id), body=words)
    return {
        f"blocker {said}": encode("blocker", blocker),
        f"plan {said}": encode("corrective_plan", plan),
        f"step {said}": encode("corrective_step", step),
        f"comment on {said}": encode("comment", comment),
    }


async def _talks(company: Company, word: str) -> dict[str, str]:
    """One-to-ones, with what both want to talk about and what one keeps back. Who reads each, its name
    here says."""
    made: dict[str, str] = {}
    now = datetime.now(UTC)
    for leader, coachee in (("Hal", "Audrey"), ("Mona", "Rui"), ("Ada", "Mona"), ("Hal", "Olga")):
        meeting, both, own = (new_id() for _ in range(3))
        two = sorted((company.ids[leader], company.ids[coachee]))
        await insert(company, "one_to_one", [{
            "id": meeting, "readers": two, "leader_id": company.ids[leader],
            "coachee_id": company.ids[coachee], "starts_at": now, "written_at": now,
            "planned_by_id": company.ids[coachee],
        }])  # fmt: skip
        point = {"one_to_one_id": meeting, "author_id": company.ids[coachee], "written_at": now}
        kept = {"id": own, "readers": [company.ids[coachee]], "what": f"{word} own", "place": 1}
        shared = {"id": both, "readers": two, "what": f"{word} point", "place": 1000}
        await insert(company, "agenda_item", [point | kept, point | shared | {"opened_at": now}])
        made |= {
            f"one-to-one read by {leader} {coachee}": encode("one_to_one", meeting),
            f"agenda item read by {leader} {coachee}": encode("agenda_item", both),
            f"agenda item read by {coachee}": encode("agenda_item", own),
        }
    task, part, change = (new_id() for _ in range(3))
    mona, rui = company.ids["Mona"], company.ids["Rui"]
    readers = {"readers": sorted((mona, rui))}
    await insert(company, "task", [readers | {
        "id": task, "owner_id": rui, "asked_by_id": mona, "title": f"{word} task",
        "details": f"{word} details", "details_html": f"{word} details", "due_on": date(2020, 6, 1),
        "written_at": now,
    }])  # fmt: skip
    of = readers | {"task_id": task}
    await insert(company, "task_part", [
        of | {"id": part, "person_id": mona, "what": f"{word} part", "place": 1}
    ])  # fmt: skip
    await insert(company, "task_due_change", [of | {
        "id": change, "due_before": date(2020, 5, 1), "due_after": date(2020, 6, 1),
        "reason": f"{word} reason", "changed_by_id": mona,
    }])  # fmt: skip
    await insert(company, "programme", [{
        "id": (programme := new_id()), "name": f"{word} programme", "purpose": f"{word} purpose",
        "every_weeks": 4, "starts_on": date(2020, 4, 1), "until": date(2020, 8, 1),
    }])  # fmt: skip
    return made | {
        "task": encode("task", task),
        "task part": encode("task_part", part),
        "task due change": encode("task_due_change", change),
        "programme": encode("programme", programme),
    }


async def _apps(
    company: Company, word: str, rows: Mapping[str, str]
) -> dict[str, ClientCredentials]:
    return {
        name: await register_client(
            company.system,
            name=f"{word} {name}",
            scopes=scopes,
            territories={_uuid(rows["west"])},
            now=datetime.now(UTC),
        )
        for name, scopes in APPS.items()
    }


async def _written_by_acts(company: Company) -> dict[str, str]:
    """What the acts above wrote beside the goals."""
    async with on_behalf_of(company.org) as transaction:
        decisions = await transaction.execute_query_dict(
            "select goal_decision.id, goal_decision.act, person.email"
            " from goal_decision join person on person.org_id = $1"
            " and person.id = goal_decision.owner_id where goal_decision.org_id = $1",
            [company.org],
        )
        events = await transaction.execute_query_dict(
            "select id, number from event where org_id = $1", [company.org]
        )
        revisions = await transaction.execute_query_dict(
            "select id from goal_revision where org_id = $1", [company.org]
        )
        notices = await transaction.execute_query_dict(
            "select notice.id, initcap(split_part(split_part(person.email, '@', 1), '.', 2)) as name"
            " from notice join person on person.org_id = $1 and person.id = notice.person_id"
            " where notice.org_id = $1",
            [company.org],
        )
        mentions = await transaction.execute_query_dict(
            "select mention.id, initcap(split_part(split_part(person.email, '@', 1), '.', 2)) as name"
            " from mention join person on person.org_id = $1 and person.id = mention.person_id"
            " where mention.org_id = $1",
            [company.org],
        )
        digests = await transaction.execute_query_dict(
            "select digest.id, initcap(split_part(split_part(person.email, '@', 1), '.', 2)) as name"
            " from digest join person on person.org_id = $1 and person.id = digest.person_id"
            " where digest.org_id = $1",
            [company.org],
        )
        lines = await transaction.execute_query_dict(
            "select line.id, initcap(split_part(split_part(person.email, '@', 1), '.', 2)) as name"
            " from goal_cascade_line line join person on person.org_id = $1"
            " and person.id = line.person_id where line.org_id = $1",
            [company.org],
        )
    given = {
        f"cascade line {row['id']} of {row['name']}": encode("cascade_line", row["id"])
        for row in lines
    }
    told = {
        f"mention {row['id']} of {row['name']}": encode("mention", row["id"]) for row in mentions
    }
    told |= {f"digest {row['id']} of {row['name']}": encode("digest", row["id"]) for row in digests}
    told |= {f"notice {row['id']} to {row['name']}": encode("notice", row["id"]) for row in notices}
    made = {f"revision {row['id']}": encode("goal_revision", row["id"]) for row in revisions}
    return (
        made
        | told
        | given
        | {f"decision {row['id']}": encode("goal_decision", row["id"]) for row in decisions}
        | {f"event {row['number']}": encode("event", row["id"]) for row in events}
    )


async def rows_of(owner: asyncpg.Connection, company: Furnished) -> dict[str, tuple[int, Decimal]]:
    """How many rows each table holds of a company, and the sum of their hashes."""
    await as_organisation(owner, company.company.org)
    each = " union all ".join(
        f"select '{table}' as name, count(*) as rows,"
        " coalesce(sum(hashtextextended(kept::text, 0)), 0) as hash"
        f" from {table} as kept where org_id = $1"
        for table in await tenant_tables(owner)
    )
    found = await owner.fetch(each, company.company.org)
    return {row["name"]: (row["rows"], row["hash"]) for row in found}


def _uuid(typed: str) -> UUID:
    return UUID(typed.rpartition("_")[2])
