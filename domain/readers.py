"""Rows that name who reads them: what people write in confidence.

Such a table has a column `readers`: exactly the people who see the row, its author among them. No role
and no line of reporting opens it. The database keeps from it, in the same transaction, the table `reader`,
by which the rows of one person are found without coming near anybody else's; and row security shows a row to
its readers alone, whatever a statement forgot (`protect_readers`, migrations/0030_readers.py).
"""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from auth.actor import Actor
from auth.permissions import FieldClass, Relation, reach
from domain.database import current_transaction
from domain.errors import Faults, Invalid, NotFound, Refusal
from domain.sql import bind, quoted

MOST_READERS = 100
KINDS = (
    "access_extract", "agenda_item", "feedback", "feedback_reply", "feedback_request", "note",
    "note_evidence", "note_reply", "note_revision", "one_to_one", "recognition", "task", "task_due_change",
    "task_part", "unnamed_feedback",
)  # fmt: skip
"""What names its readers, as it is called in ids and in the history."""
_HERE = """select person.id from person where person.org_id = :org::uuid and person.id = any(:people::uuid[])
  and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)"""


def readable(actor: Actor) -> str:
    """SQL over `{row}`: the viewer is one of the row's readers."""
    if Relation.SELF not in reach(actor, FieldClass.NOTE):
        return "false"
    return is_reader()


def is_reader(subject: str = "{row}.id") -> str:
    """SQL: the viewer is a reader of the row with the id in this column."""
    return (
        "exists (select 1 from reader where reader.org_id = :org::uuid"
        f" and reader.person_id = :person::uuid and reader.subject_id = {subject})"
    )


def ones_own(table: str) -> str:
    """SQL: the ids of the rows of this table that the viewer reads."""
    return (
        "select mine.subject_id from reader mine where mine.org_id = :org::uuid"
        f" and mine.person_id = :person::uuid and mine.of = {quoted(table)}"
    )


def among_ones_own(table: str) -> Callable[[Actor], str]:
    """SQL over `{row}`, for a list that begins at a table of such rows, beside `readable`: the ids are
    read first, and the rows then looked up by key. So the list takes no longer for what others wrote."""
    return lambda _actor: f"{{row}}.id = any(array({ones_own(table)}))"


async def readers_here(
    actor: Actor, people: Collection[UUID], *, path: tuple[str, ...]
) -> list[UUID]:
    """These people once each, in their order, if all of them can be given something to read: people of
    the actor's organisation who are here today. Raises NotFound for each who is not, at their place
    in `path`, and Invalid where they are too many."""
    once = list(dict.fromkeys(people))
    if len(once) >= MOST_READERS:
        raise Invalid(f"At most {MOST_READERS - 1} people at once.", path=path)
    statement, arguments = bind(_HERE, {"org": actor.org, "people": once, "today": actor.today})
    here = {
        row["id"] for row in await current_transaction().execute_query_dict(statement, arguments)
    }
    Faults.raised(list(_missing(people, here, path)))
    return once


def _missing(people: Iterable[UUID], here: set[UUID], path: tuple[str, ...]) -> Iterable[Refusal]:
    for place, person in enumerate(people):
        if person not in here:
            yield NotFound("person", path=(*path, str(place)))
