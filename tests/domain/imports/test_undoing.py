"""A batch can be taken back as long as nothing came after."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Conflict, NotFound, NotPermitted
from domain.history import verify
from domain.ids import new_id
from domain.imports import Outcome, list_batches, undo_import
from domain.milestones.reaching import note_reached
from domain.people.actions import add_person
from domain.plans.falling_behind import correct
from tests.domain.imports.files import HEADER, SALES, a_mapping, sale_rows
from tests.domain.imports.test_importing import BADGES, PEOPLE, TARGETS, ask, do, sales
from tests.people import Company, count, found_company
from tests.schema.asking import ask as shown_to
from tests.schema.asking import insert, sold

NOW = datetime(2026, 1, 1, tzinfo=UTC)

EVERYTHING = """
select 'person', to_jsonb(t)::text from person t where org_id = $1
union all select 'position', to_jsonb(t)::text from position t where org_id = $1
union all select 'holding', to_jsonb(t)::text from holding t where org_id = $1
union all select 'line', to_jsonb(t)::text from reporting_line t where org_id = $1
union all select 'reach', to_jsonb(t)::text from reach t where org_id = $1
union all select 'role', to_jsonb(t)::text from role_grant t where org_id = $1
union all select 'territory', to_jsonb(t)::text from territory t where org_id = $1
union all select 'within', to_jsonb(t)::text from territory_within t where org_id = $1
union all select 'assignment', to_jsonb(t)::text from territory_assignment t where org_id = $1
union all select 'sale', to_jsonb(t)::text from sale t where org_id = $1
union all select 'goal', to_jsonb(t)::text from goal t where org_id = $1
union all select 'decision', to_jsonb(t)::text from goal_decision t where org_id = $1
order by 1, 2
"""
FIELD = """
[[source]]
kind = "territories"
file = "field.csv"
external_id = "Place"
distinct = true
[source.fields]
name = "Place"
[[source]]
kind = "assignments"
file = "field.csv"
[source.fields]
territory = "Place"
person = "Who"
since = "From"
"""


async def applied(company: Company, mapping: Path) -> UUID:
    report = await do(company, mapping)
    assert (report.outcome, report.faults) == (Outcome.APPLIED, [])
    assert report.batch is not None
    return report.batch


async def undo(company: Company, batch: UUID) -> None:
    await undo_import(company.org, company.system, batch)


async def test_undoing_removes_what_the_batch_added_and_nothing_else(
    company: Company, tmp_path: Path
) -> None:
    before = await ask(company, EVERYTHING)
    sources = PEOPLE + FIELD + SALES + TARGETS
    files = {
        "people.csv": "No,Name,Mail,Job,From,Boss,Key,Badge\n"
        "1,Al,al@x.test,Head,2020-01-01,,1,91\n2,Bo,bo@x.test,Rep,2020-02-01,1,2,92\n",
        "field.csv": "Place,Who,From\nNorth,2,2020-02-01\nNorth,rui,2020-02-01\n",
        "sales.csv": HEADER + sale_rows(50),
        "targets.csv": "Badge,Month,Target\n92,2020-05-01,100\n",
    }
    batch = await applied(company, a_mapping(tmp_path, files, sources=sources))

    report = await undo_import(company.org, company.system, batch)

    assert report.removed == {
        "goal": 1, "sale": 50, "territory": 1, "position": 2, "person": 2,
    }  # fmt: skip
    assert await ask(company, EVERYTHING) == before
    assert [entry.state for entry in await list_batches(company.system)] == ["undone"]
    acts = "select act from event where org_id = $1 and act like 'import.%' order by number"
    assert await ask(company, acts) == [("import.applied",), ("import.undone",)]
    assert await verify(company.org)
    with pytest.raises(Conflict, match="undone already"):
        await undo(company, batch)
    assert await applied(company, tmp_path / "mapping.toml")


async def test_undoing_restores_what_the_batch_corrected(company: Company, tmp_path: Path) -> None:
    sources = SALES + FIELD
    files = {
        "sales.csv": HEADER + sale_rows(3),
        "field.csv": "Place,Who,From\nNorth,rui,2020-02-01\n",
    }
    first = await applied(company, a_mapping(tmp_path, files, sources=sources))
    files["sales.csv"] = HEADER + sale_rows(4, amount="11.00")
    second = await applied(company, a_mapping(tmp_path, files, sources=sources))

    with pytest.raises(Conflict, match=f"undo {second} first"):
        await undo(company, first)
    await undo(company, second)

    assert await sales(company) == (3, 30)
    assert await ask(company, "select distinct version, batch_id from sale where org_id = $1") == [
        (3, first)
    ]
    await undo(company, first)
    assert await sales(company) == (0, None)


async def test_undoing_puts_people_back_under_their_former_manager(
    company: Company, tmp_path: Path
) -> None:
    rows = (
        "No,Name,Mail,Job,From,Boss\n1,Al,al@x.test,Head,2020-01-01,\n"
        "3,Cy,cy@x.test,Head,2020-01-01,\n2,Bo,bo@x.test,Rep,2020-02-01,1\n"
    )
    await applied(company, a_mapping(tmp_path, {"people.csv": rows}, sources=PEOPLE))
    before = await ask(company, EVERYTHING)
    later = rows.replace("2020-02-01,1", "2020-05-01,3")
    same_day = rows.replace("2020-02-01,1", "2020-02-01,3")

    for changed in (later, same_day):
        mapping = a_mapping(tmp_path, {"people.csv": changed}, sources=PEOPLE)
        batch = await applied(company, mapping)
        assert await ask(company, EVERYTHING) != before
        await undo(company, batch)

        assert await ask(company, EVERYTHING) == before


async def test_what_people_changed_since_is_not_undone(company: Company, tmp_path: Path) -> None:
    batch = await applied(company, a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(3)}))
    await ask(
        company,
        "update sale set amount = 99, version = version + 1 where org_id = $1 and external_id = 'S1'",
    )
    before = await ask(company, EVERYTHING)

    with pytest.raises(Conflict, match=r"1 rows \(sale\) of this import were changed since"):
        await undo(company, batch)

    assert await ask(company, EVERYTHING) == before


async def test_what_others_refer_to_is_not_undone(company: Company, tmp_path: Path) -> None:
    files = {"people.csv": BADGES, "targets.csv": "Badge,Month,Target\n77,2020-05-01,100\n"}
    batch = await applied(company, a_mapping(tmp_path, files, sources=TARGETS))
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into check_in (org_id, id, goal_id, author_id, confidence, noted_at)"
            " select $1, $2, id, owner_id, 'on_track', now() from goal where org_id = $1"
            " and external_id is not null",
            [company.org, new_id()],
        )
    before = await ask(company, EVERYTHING)

    with pytest.raises(Conflict, match=r"1 rows \(check in\) refer to rows \(goal\)"):
        await undo(company, batch)

    assert await ask(company, EVERYTHING) == before


async def test_people_of_whom_somebody_wrote_in_confidence_stay_and_nothing_is_said_of_it(
    company: Company, tmp_path: Path
) -> None:
    rows = "No,Name,Mail,Job,From,Boss\n1,Jo,jo@x.test,Head,2020-01-01,\n"
    batch = await applied(company, a_mapping(tmp_path, {"people.csv": rows}, sources=PEOPLE))
    [(imported,)] = await ask(company, "select id from person where org_id = $1 and name = 'Jo'")
    mona, now = company.ids["Mona"], datetime.now(UTC)
    words = {"body": "A canary.", "body_html": "-", "written_at": now, "written_on": company.today}
    note = {"id": new_id(), "about_id": imported, "author_id": mona, "readers": [mona], **words}
    await insert(company, "note", [note])
    before = await ask(company, EVERYTHING)

    with pytest.raises(Conflict) as refused:
        await undo(company, batch)

    said = "Something else refers to rows that this import added. Nothing was undone."
    assert (refused.value.message, refused.value.__cause__) == (said, None)
    assert await ask(company, EVERYTHING) == before


async def test_a_goal_is_taken_back_whatever_people_keep_to_themselves_about_it(
    company: Company, tmp_path: Path
) -> None:
    files = {"people.csv": BADGES, "targets.csv": "Badge,Month,Target\n77,2020-05-01,100\n"}
    batch = await applied(company, a_mapping(tmp_path, files, sources=TARGETS))
    [(imported,)] = await ask(
        company, "select id from goal where org_id = $1 and external_id is not null"
    )
    rui, sam = company.ids["Rui"], company.ids["Sam"]
    now, task, thanked = datetime.now(UTC), new_id(), new_id()
    told = {"owner_id": rui, "asked_by_id": rui, "title": "A canary.", "due_on": company.today}
    kept = {"id": task, "readers": [rui], "goal_id": imported, "written_at": now}
    await insert(company, "task", [told | kept])
    given = {"giver_id": rui, "receiver_ids": [sam], "value_ids": [new_id()], "on_wall": False}
    said = {"words": "A canary.", "given_on": company.today, "given_at": now}
    named = {"id": thanked, "readers": [rui, sam], "goal_id": imported}
    await insert(company, "recognition", [given | said | named])

    await undo(company, batch)

    shown = await shown_to(
        company.actor("Rui"),
        "{ tasks { nodes { title goal { id } } } recognition { nodes { words goal { id } } } }",
    )
    assert shown == {
        "tasks": {"nodes": [{"title": "A canary.", "goal": None}]},
        "recognition": {"nodes": [{"words": "A canary.", "goal": None}]},
    }


async def test_undo_is_for_those_who_may_and_for_batches_of_ones_own(
    company: Company, tmp_path: Path
) -> None:
    batch = await applied(company, a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(3)}))
    other = await found_company("Contoso")

    with pytest.raises(NotPermitted):
        await undo_import(company.org, company.actor("Rui"), batch)
    with pytest.raises(NotFound):
        await undo(other, batch)

    assert await sales(company) == (3, 30)


async def test_decisions_of_people_cannot_be_deleted_even_by_mistake(
    company: Company, tmp_path: Path
) -> None:
    files = {"people.csv": BADGES, "targets.csv": "Badge,Month,Target\n77,2020-05-01,100\n"}
    await applied(company, a_mapping(tmp_path, files, sources=TARGETS))
    await ask(
        company,
        "insert into goal_decision (org_id, id, goal_id, owner_id, act, person_id, target)"
        " select $1, gen_random_uuid(), id, owner_id, 'submitted', owner_id, target from goal"
        " where org_id = $1 and external_id is not null returning 1",
    )

    async with on_behalf_of(company.org) as transaction:
        deleted, _ = await transaction.execute_query(
            "delete from goal_decision where org_id = $1", [company.org]
        )
        roles, _ = await transaction.execute_query(
            "delete from role_grant where org_id = $1", [company.org]
        )

    left = await ask(company, "select act from goal_decision where org_id = $1")
    assert (deleted, roles) == (1, 0)
    assert left == [("submitted",)]


async def test_what_was_taken_by_somebody_else_since_refuses_the_undo(
    company: Company, tmp_path: Path
) -> None:
    first = {"people.csv": "Badge,Name,Mail\nB7,Bea,bea@example.test\n"}
    later = {"people.csv": "Badge,Name,Mail\nB7,Bea,beatrix@example.test\n"}
    sources = """
[[source]]
kind = "people"
file = "people.csv"
external_id = "Badge"
[source.fields]
name = "Name"
email = "Mail"
"""
    await applied(company, a_mapping(tmp_path / "first", first, sources=sources))
    moved = await applied(company, a_mapping(tmp_path / "later", later, sources=sources))
    await add_person(company.system, name="Beate", email="bea@example.test")
    before = await ask(company, EVERYTHING)

    with pytest.raises(Conflict) as refusal:
        await undo(company, moved)

    assert "nothing was undone" in refusal.value.message.lower()
    assert await ask(company, EVERYTHING) == before


async def test_what_followed_of_itself_goes_with_the_goals_of_a_batch(
    company: Company, tmp_path: Path
) -> None:
    """The rounds reach milestones, open plans and send notices within minutes; no import of targets
    could be taken back otherwise."""
    targets = "Badge,Month,Target\n77,2020-05-01,100\n78,2020-05-01,200\n"
    files = {"people.csv": BADGES, "targets.csv": targets}
    await sold(company, "Rui", "60.00")
    before = await ask(company, EVERYTHING)
    first = await applied(company, a_mapping(tmp_path, files, sources=TARGETS))
    files["targets.csv"] = targets.replace(",100", ",110")
    second = await applied(company, a_mapping(tmp_path, files, sources=TARGETS))
    await note_reached(company.org, NOW)
    await correct(company.org, NOW)
    assert await count(company, "goal_milestone") == 1
    assert await count(company, "corrective_plan") == 2

    await undo(company, second)
    await undo(company, first)

    assert await ask(company, EVERYTHING) == before
    for table in ("goal_milestone", "corrective_plan", "notice", "goal_change"):
        assert await count(company, table) == 0, table
