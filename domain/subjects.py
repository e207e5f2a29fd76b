"""What can be spoken of, whatever it is: the one place that says, for a kind, who sees such a thing.

A notice, a comment and a mention are about a thing of one of many kinds, and show only while whoever
looks sees that thing. They ask here, so that a thing is seen through them exactly as it is seen by
itself: each kind names the predicate of its type. (`readable` is asked of the table of readers, without
coming near the rows.)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from auth.actor import Actor
from auth.permissions import OWN, FieldClass, reach
from domain.blockers import access as blockers
from domain.feedback import access as feedback
from domain.goals import access as goals
from domain.incentives import pay_access as pay
from domain.insights import access as insights
from domain.people import access as people
from domain.readers import is_reader, readable
from domain.recognition import access as recognition
from domain.sales import access as sales
from domain.scorecards import access as scorecards
from domain.sql import quoted
from domain.territories import access as territories


@dataclass(frozen=True, slots=True)
class Subject:
    """Things of one kind: their table, and SQL over `{row}` for who sees one. Of what is `everybodys`
    people see more than is their own, whoever they are."""

    table: str
    visible: Callable[[Actor], str]
    everybodys: bool = False


SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        "account": Subject("account", sales.visible_account, everybodys=True),
        "assessment": Subject("assessment", scorecards.visible),
        "blocker": Subject("blocker", blockers.visible),
        "feedback": Subject("feedback", feedback.visible),
        "feedback_reply": Subject("feedback_reply", feedback.visible),
        "feedback_request": Subject("feedback_request", feedback.visible),
        "goal": Subject("goal", goals.visible),
        "one_to_one": Subject("one_to_one", readable),
        "note": Subject("note", readable),
        "insight": Subject("insight", insights.visible, everybodys=True),
        "opportunity": Subject("opportunity", sales.visible),
        "pay_result": Subject("pay_result", pay.visible),
        "person": Subject("person", people.visible, everybodys=True),
        "recognition": Subject("recognition", recognition.visible, everybodys=True),
        "sale": Subject("sale", sales.visible),
        "task": Subject("task", readable),
        "territory": Subject("territory", territories.visible, everybodys=True),
        "unnamed_feedback": Subject("unnamed_feedback", feedback.visible),
    }
)
"""By the kind that stands in ids."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing, of whatever kind."""

    kind: str
    id: UUID


def sees_subject(actor: Actor, among: Mapping[str, Subject] = SUBJECTS) -> str:
    """SQL over `{row}`: the actor sees the thing whose kind and id stand in `subject_kind` and
    `subject_id`, which is one of these; what is of another kind, or is not there, nobody sees.

    It is asked of few rows, one by one: as a join, all goals that one sees would be read first. What is
    asked in the same words of several kinds, as of all that name their readers, stands there once.
    """
    kinds: dict[str, list[str]] = {}
    for kind, subject in among.items():
        kinds.setdefault(sees(actor, subject, "{row}.subject_id"), []).append(quoted(kind))
    kinds.pop("false", None)
    shown = " ".join(
        f"when {{row}}.subject_kind in ({', '.join(alike)}) then {seen}"
        for seen, alike in kinds.items()
    )
    return f"(case {shown} else false end)" if shown else "false"


def sees(actor: Actor, subject: Subject, key: str) -> str:
    """SQL: the actor sees the thing of this kind with this id.

    Where somebody sees their own things alone PostgreSQL may read all of these once, and look each up
    there; otherwise it would read all that they see.
    """
    table, visible = subject.table, subject.visible(actor)
    if visible == "false":
        return visible
    if subject.visible is readable:
        return is_reader(key)
    there = f"select 1 from {table} where {table}.org_id = :org::uuid and {table}.id = {key}"
    seen = "" if visible == "true" else f" and {visible.replace('{row}', table)}"
    few = reach(actor, FieldClass.TEAM) == OWN and not subject.everybodys
    return f"exists ({there}{seen}{'' if few else ' offset 0'})"
