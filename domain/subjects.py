"""What can be spoken of, whatever it is: the one place that says, for a kind, who sees such a thing.

A notice, a comment and a mention are about a thing of one of many kinds, and show only while whoever
looks sees that thing. They ask here, so that a thing is seen through them exactly as it is seen by
itself: each kind names the predicate of its type. (`readable` is asked of the table of readers, without
coming near the rows.)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from auth.actor import Actor
from domain.blockers import access as blockers
from domain.goals import access as goals
from domain.incentives import pay_access as pay
from domain.people import access as people
from domain.readers import is_reader, readable
from domain.sales import access as sales
from domain.sql import quoted
from domain.territories import access as territories


@dataclass(frozen=True, slots=True)
class Subject:
    """Things of one kind: their table, and SQL over `{row}` for who sees one."""

    table: str
    visible: Callable[[Actor], str]


SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        "account": Subject("account", sales.visible_account),
        "blocker": Subject("blocker", blockers.visible),
        "goal": Subject("goal", goals.visible),
        "one_to_one": Subject("one_to_one", readable),
        "note": Subject("note", readable),
        "opportunity": Subject("opportunity", sales.visible),
        "pay_result": Subject("pay_result", pay.visible),
        "person": Subject("person", people.visible),
        "sale": Subject("sale", sales.visible),
        "territory": Subject("territory", territories.visible),
    }
)
"""By the kind that stands in ids."""


def sees_subject(
    actor: Actor,
    kind: str = "{row}.subject_kind",
    key: str = "{row}.subject_id",
    *,
    among: Iterable[str] = SUBJECTS,
) -> str:
    """SQL: the actor sees the thing whose kind and id stand in these columns, which is of one of these
    kinds; what is of another, or is not there, nobody sees.

    It is asked of few rows, one by one: as a join, all goals that one sees would be read first.
    """
    cases = ((each, _sees(actor, SUBJECTS[each], key)) for each in among)
    shown = " ".join(f"when {quoted(each)} then {seen}" for each, seen in cases if seen != "false")
    return f"case {kind} {shown} else false end" if shown else "false"


def _sees(actor: Actor, subject: Subject, key: str) -> str:
    table, visible = subject.table, subject.visible(actor)
    if visible == "false":
        return visible
    if subject.visible is readable:
        return is_reader(key)
    there = f"select 1 from {table} where {table}.org_id = :org::uuid and {table}.id = {key}"
    seen = "" if visible == "true" else f" and {visible.replace('{row}', table)}"
    return f"exists ({there}{seen})"
