"""Notes that tests write, and how they read them."""

from typing import Any
from uuid import UUID

from auth.actor import Actor
from domain.coaching.evidence_rules import Link
from domain.coaching.note_models import NoteVisibility
from domain.coaching.notes import write_note
from domain.database import on_behalf_of
from tests.people import Company
from tests.schema.asking import ask, goal

NOTE = """query($id: ID!) { node(id: $id) { ... on Note {
  version about { name } author { name } oneToOne { id } body bodyHtml writtenAt writtenOn receivedAt visibility
  readers { totalCount nodes { name } } acknowledged acknowledgedVersion acknowledgedAt
  evidence { nodes { place version kind name value { amount currency } since asOf formula source
    facts { name value } subject { id } } }
  replies { nodes { author { name } body } } revisions { nodes { version body } } viewerCan } } }"""


async def read(actor: Actor, note: UUID) -> Any:
    """The note as this caller sees it; None where they do not."""
    return (await ask(actor, NOTE, id=f"note_{note}"))["node"]


async def words_of(actor: Actor, note: UUID) -> list[str]:
    """All words of a note that this caller reads: its own, its answers', its versions'."""
    shown = await read(actor, note)
    below = [each["body"] for name in ("replies", "revisions") for each in shown[name]["nodes"]]
    return [shown["body"], *below]


async def shared(
    company: Company, author: str, about: str, *named: str, links: bool = False
) -> UUID:
    """A note that somebody wrote about somebody, who reads it, and these people, too."""
    people = [company.ids[name] for name in (about, *named)]
    return await write_note(
        company.actor(author),
        about_id=company.ids[about],
        body=f"What {author} says.",
        visibility=NoteVisibility.NAMED if named else NoteVisibility.COACHEE,
        person_ids=people if named else [],
        evidence=[Link(goal_id=await goal(company, about))] if links else [],
    )


async def everything(company: Company, table: str) -> list[dict[str, Any]]:
    """All rows of the company's in a table, as somebody would see them who sees all words."""
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        rows = await transaction.execute_query_dict(
            f"select * from {table} where org_id = $1 order by {table}::text", [company.org]
        )
    return [dict(row) for row in rows]
