"""What changed in an organisation since a number of its history, as far as one caller sees it.

An event of the history names its subject. Whoever sees the subject now, by the predicate of its
type, sees that it changed; for anybody else there was no event. An import records one event for
all of its rows; there the rows are asked, by their batch. So what nobody may know of moves nothing:
neither the list nor the number.

Two statements in one snapshot, whatever the number of events: which subjects there are, and which
of them the caller sees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from asyncpg.pool import PoolConnectionProxy

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.database import reading
from domain.incentives.pay_access import sight
from domain.people.access import related
from domain.sql import bind, viewer
from domain.territories.access import visible_performance
from schema.storage import StoredType

MOST_TOLD = 100
"""How many things one telling names."""
LOOKED_THROUGH = 10_000
"""How many events are looked through, from the newest back. Whoever was away for longer has to pull
everything anyway, and is told so without a look."""
_STEP = 1_000

Kinds = Mapping[str, StoredType]
"""The stored types that have ids, by the kind in them."""

_SHOWN_TO: Mapping[str, tuple[FieldClass, str] | None] = {
    "role.granted": (FieldClass.ACCESS, "r.id"),
    "role.revoked": (FieldClass.ACCESS, "r.id"),
    "password.set": None,
    # What is said of an assessment is for who reads its words.
    **dict.fromkeys(
        ("assessment.commented", "assessment.comment_edited", "assessment.comment_withdrawn"),
        (FieldClass.ASSESSMENT_WORDS, "r.person_id"),
    ),
}
"""Who learns of an act, by which class upon whom, where that is not whoever sees its subject; None: nobody."""

_IMPORTED = (
    "goal", "sale", "opportunity", "expense", "product", "account", "territory", "position", "person",
)  # fmt: skip
"""The kinds whose rows carry the batch they came with; each is also its table's name."""
_FIGURES_OF = ("goal", "sale")
"""What the figures of territories are made of; its rows have a `territory_id`."""

_HEAD = "select last_number from history_head where org_id = $1"
# The floor moves in steps, so that nobody can tell from it how many events there are.
_SUBJECTS = f"""
select head.newest, head.floor, subject.* from (
  select last_number as newest, greatest(:since::bigint, last_number / {_STEP} * {_STEP} - {LOOKED_THROUGH}) as floor
  from history_head where org_id = :org::uuid
) head left join lateral (
  select event.subject_kind as kind, event.act, event.subject_id as id, max(event.number) as number
  from event
  where event.org_id = :org::uuid and event.number > head.floor and event.subject_id is not null
  group by 1, 2, 3
) subject on true
order by kind, act
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the history shows a caller. `newest` is how far it was looked through, which
    is nobody's business; `number` the newest event of which the caller may know, None where there is
    none; `subjects` what changed, the latest first, each once."""

    newest: int
    number: int | None = None
    subjects: tuple[tuple[str, UUID], ...] = ()


async def newest_number(actor: Actor) -> int:
    """Where the organisation's history stands now; 0 where it has not begun."""
    async with reading(actor.org, actor.person) as connection:
        return await connection.fetchval(_HEAD, actor.org) or 0


async def look(kinds: Kinds, actor: Actor, since: int) -> Look:
    """What the caller sees of what changed after this number."""
    async with reading(actor.org, actor.person, sight(actor)) as connection:
        past = await events_after(connection, actor.org, since)
        search = Search.of(kinds, actor, past)
        rows = []
        if search.finds_any:
            statement, arguments = bind(search.statement, search.values | viewer(actor))
            rows = await connection.fetch(statement, *arguments)
    number = max([past.floor, *(row["number"] for row in rows)])
    subjects = dict.fromkeys((row["kind"], row["id"]) for row in rows if row["id"] is not None)
    return Look(past.newest, number if number > since else None, tuple(subjects)[:MOST_TOLD])


@dataclass(frozen=True, slots=True)
class Past:
    """What happened after a number, up to `newest`: for each act upon each kind of subject the
    subjects, with the newest number of each. What is not after `floor` was not looked through."""

    newest: int
    floor: int
    acts: Mapping[tuple[str, str], Sequence[tuple[UUID, int]]]

    @property
    def has_import(self) -> bool:
        return any(kind == "import_batch" for kind, _ in self.acts)


async def events_after(connection: PoolConnectionProxy, org: UUID, since: int) -> Past:
    statement, arguments = bind(_SUBJECTS, {"org": org, "since": since})
    found = await connection.fetch(statement, *arguments)
    if not found:
        return Past(since, since, {})
    acts = groupby(
        (row for row in found if row["kind"] is not None), key=lambda row: (row["kind"], row["act"])
    )
    return Past(
        max(found[0]["newest"], since),
        found[0]["floor"],
        {act: [(row["id"], row["number"]) for row in rows] for act, rows in acts},
    )


class Search:
    """The one statement that asks which of the subjects the caller sees. Each part of it gives
    `kind`, `id` and `number`; a part without `id` says that something changed, and not what."""

    def __init__(self, kinds: Kinds, actor: Actor) -> None:
        self._kinds = kinds
        self._actor = actor
        self._parts: list[str] = []
        self.values: dict[str, object] = {"client": actor.client, "floor": 0}

    @classmethod
    def of(cls, kinds: Kinds, actor: Actor, past: Past) -> "Search":
        search = cls(kinds, actor)
        search.values["floor"] = past.floor
        for (kind, act), events in past.acts.items():
            search._add(kind, act, events)
        return search

    @property
    def finds_any(self) -> bool:
        """Whether anybody of the actor's standing could see anything of it."""
        return bool(self._parts)

    @property
    def rows(self) -> str:
        """SQL for the rows found, of the `viewer` in its parameters."""
        return " union all ".join(f"({part})" for part in self._parts)

    @property
    def statement(self) -> str:
        # More rows than are told, since one thing may have changed by several acts.
        return (
            f"select kind, id, number from ({self.rows}) found"
            f" order by number desc limit {10 * MOST_TOLD}"
        )

    def _add(self, kind: str, act: str, events: Sequence[tuple[UUID, int]]) -> None:
        """Events of one act upon subjects of one kind."""
        before = len(self._parts)
        name = f"s{len(self.values) // 2}"
        given = f"unnest(:{name}_ids::uuid[], :{name}_numbers::bigint[]) as subject(id, number)"
        if kind == "import_batch":
            self._add_import(act, given)
        elif kind == "client" and self._actor.client is not None:
            self._parts.append(
                "select null::text as kind, null::uuid as id, subject.number"
                f" from {given} where subject.id = :client::uuid"
            )
        elif kind in self._kinds:
            self._add_rows(kind, act, given)
        if len(self._parts) > before:
            self.values[f"{name}_ids"] = [id for id, _ in events]
            self.values[f"{name}_numbers"] = [number for _, number in events]

    def _add_rows(self, kind: str, act: str, given: str) -> None:
        stored = self._kinds[kind]
        (key,) = stored.key
        self._append(
            f"select '{kind}' as kind, r.{key} as id, subject.number from {given}"
            f" join {stored.source} r on r.org_id = :org::uuid and r.{key} = subject.id",
            self._seen(kind, act),
        )
        if act == "goal.approved":
            self._append(
                f"select 'territory' as kind, r.territory_id as id, subject.number from {given}"
                " join goal r on r.org_id = :org::uuid and r.id = subject.id"
                " and r.territory_id is not null and not r.private",
                self._sees_figures,
            )

        if kind == "sale":
            self._add_sale(act, given)

    def _add_sale(self, act: str, given: str) -> None:
        """What a sale posted over the API moves besides itself: the figures of its territory, also
        of the one that it was in; and whoever saw it as it was is told that something changed."""
        self._append(
            f"select 'territory' as kind, r.territory_id as id, subject.number from {given}"
            " join sale r on r.org_id = :org::uuid and r.id = subject.id"
            " and r.territory_id is not null",
            self._sees_figures,
        )
        if act == "sale.posted":
            return
        # What a correction leaves as it is, the sale still says; one withdrawn since says nothing.
        past = (
            f"from {given} join event e on e.org_id = :org::uuid and e.subject_id = subject.id"
            f" and e.act = '{act}' and e.number > :floor::bigint"
            " left join sale s on s.org_id = :org::uuid and s.id = subject.id"
            " join lateral (select"
            " case when e.before ? 'person_id' then (e.before ->> 'person_id')::uuid"
            " else s.person_id end as person_id,"
            " case when e.before ? 'territory_id' then (e.before ->> 'territory_id')::uuid"
            " else s.territory_id end as territory_id) r on true"
        )
        self._append(
            f"select null::text as kind, null::uuid as id, subject.number {past}",
            self._kinds["sale"].visible(self._actor).format(row="r"),
        )
        self._append(
            f"select 'territory' as kind, r.territory_id as id, subject.number {past}"
            " and r.territory_id is not null",
            self._sees_figures,
        )

    def _seen(self, kind: str, act: str) -> str:
        if act in _SHOWN_TO:
            shown_to = _SHOWN_TO[act]
            return "false" if shown_to is None else related(self._actor, *shown_to)
        return self._kinds[kind].visible(self._actor).format(row="r")

    def _add_import(self, act: str, given: str) -> None:
        """The rows that came with a batch, or became what they were when it was undone."""
        revision = f" from {given} join import_revision v on v.org_id = :org::uuid and v.batch_id = subject.id"
        for kind in _IMPORTED:
            seen = self._kinds[kind].visible(self._actor).format(row="r")
            if act == "import.undone":
                restored = (
                    f"select '{kind}' as kind, r.id, subject.number{revision}"
                    f" and v.subject_kind = '{kind}' join {kind} r"
                    " on r.org_id = :org::uuid and r.id = v.subject_id"
                )
                self._append(restored, seen, limited=True)
                self._add_removed(kind, seen, given)
            else:
                self._add_batch(kind, seen, given)
        self._append(
            f"select distinct 'position' as kind, r.id, subject.number{revision}"
            " and v.subject_kind in ('holding', 'reporting_line') join position r"
            " on r.org_id = :org::uuid"
            " and r.id = (coalesce(v.after, v.before) ->> 'position_id')::uuid",
            self._kinds["position"].visible(self._actor).format(row="r"),
            limited=True,
        )
        self._append(
            f"select null::text as kind, null::uuid as id, subject.number{revision}"
            " and v.subject_kind = 'territory_assignment'",
            related(
                self._actor,
                FieldClass.PERFORMANCE,
                "(coalesce(v.after, v.before) ->> 'person_id')::uuid",
            ),
            limited=True,
        )
        self._append(
            f"select 'person' as kind, r.person_id as id, subject.number from {given}"
            " join role_grant r on r.org_id = :org::uuid and r.batch_id = subject.id",
            related(self._actor, FieldClass.ACCESS, "r.person_id"),
            limited=True,
        )

    def _add_batch(self, kind: str, seen: str, given: str) -> None:
        if seen != "false":
            self._parts.append(
                f"select '{kind}' as kind, row.id, subject.number from {given} cross join lateral"
                f" (select r.id from {kind} r where r.org_id = :org::uuid"
                f" and r.batch_id = subject.id and {seen} limit {MOST_TOLD}) row"
            )
        if kind in _FIGURES_OF:
            counts = " and not part.private" if kind == "goal" else ""
            self._append(
                f"select 'territory' as kind, r.territory_id as id, subject.number from {given}"
                " join (select org_id, id as territory_id from territory) r on r.org_id = :org::uuid"
                f" and exists (select 1 from {kind} part where part.org_id = :org::uuid"
                " and part.territory_id = r.territory_id and part.batch_id = subject.id"
                f"{counts})",
                self._sees_figures,
                limited=True,
            )

    def _add_removed(self, kind: str, seen: str, given: str) -> None:
        """Rows that are gone cannot be asked who saw them: whoever sees any of their kind is told
        that something went, and nothing of it."""
        if seen != "false":
            self._parts.append(
                f"select null::text as kind, null::uuid as id, subject.number from {given}"
                " where exists (select 1 from event where event.org_id = :org::uuid"
                " and event.number = subject.number"
                f" and event.after -> 'removed' ? '{kind}')"
            )

    @property
    def _sees_figures(self) -> str:
        """Whether the caller sees the figures of the territory in the row."""
        return visible_performance(self._actor).format(row="r")

    def _append(self, text: str, condition: str, *, limited: bool = False) -> None:
        if condition != "false":
            limit = f" limit {MOST_TOLD}" if limited else ""
            self._parts.append(f"{text} where {condition}{limit}")
