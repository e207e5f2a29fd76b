"""Who is compared with whom: people with the same job, or on the same level with the same kind of
territory, who held their place through all of the days.

Who is among them depends on the days alone, and on nobody's figures: of more than 150, a
lot decides that is drawn once for these days. So whoever asks about two people, one after the other,
gets the same peers for both, less the one who is asked about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.database import current_transaction
from domain.gaps.rules import LEAST_PEERS
from domain.gaps.windows import Window
from domain.people.access import related
from domain.sql import bind, viewer

MOST_PEERS: Final = 150

# "Account Executive 17" is the job of an "Account Executive".
_JOB: Final = r"regexp_replace(btrim(position.title), '[\s#(]*[0-9]+[\s)]*$', '')"
_SUBJECT: Final = """select person.id, person.name, organisation.currency, held.job
  from person join organisation on organisation.org_id = :org::uuid
  left join lateral (
    select {job} as job
    from holding join position on position.org_id = :org::uuid and position.id = holding.position_id
    where holding.org_id = :org::uuid and holding.person_id = person.id
      and holding.during @> daterange(:first::date, :last::date, '[]')
    order by lower(holding.during), position.id limit 1
  ) held on true
  where person.org_id = :org::uuid and person.id = :subject::uuid and {visible}"""
_SAME_JOB: Final = """select distinct holding.person_id as id
  from position join holding on holding.org_id = :org::uuid and holding.position_id = position.id
    and holding.during @> daterange(:first::date, :last::date, '[]')
  where position.org_id = :org::uuid and lower({job}) = lower(:job)"""
# How many levels are above somebody, whether anybody is below them, and what kind of territory is theirs.
_SAME_LEVEL: Final = """with holder as materialized (
    select distinct holding.person_id as id from holding
    where holding.org_id = :org::uuid and holding.during @> daterange(:first::date, :last::date, '[]')
  ), level as materialized (
    select reach.person_id as id, max(reach.depth) as above from reach
    where reach.org_id = :org::uuid and reach.during @> :last::date group by 1
  ), leader as materialized (
    select distinct reach.viewer_id as id from reach
    where reach.org_id = :org::uuid and reach.depth = 1 and reach.during @> :last::date
  ), works as materialized (
    select assigned.person_id as id, min(territory.kind) as kind
    from territory_assignment assigned
    join territory on territory.org_id = :org::uuid and territory.id = assigned.territory_id
    where assigned.org_id = :org::uuid
      and assigned.during @> daterange(:first::date, :last::date, '[]') group by 1
  ), placed as (
    select holder.id, level.above, leader.id is not null as leads, works.kind
    from holder join level using (id) join works using (id) left join leader using (id)
  )
  select other.id from placed own join placed other using (above, leads, kind)
  where own.id = :subject::uuid"""
_DRAWN: Final = """select drawn.id, {sees} as is_seen from (
    select peer.id from ({peers}) peer
    order by md5(concat(peer.id, ' ', :first::date)), peer.id limit :most
  ) drawn where drawn.id <> :subject::uuid order by drawn.id"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a question is about; `job` is what the position is called that they held through all of the
    days, None where they held none."""

    id: UUID
    name: str
    currency: str
    job: str | None


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody comparable, and whether the caller may ask the same about them."""

    id: UUID
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The peers, and in words who they are."""

    words: str
    peers: Sequence[Peer]


async def subject_of(actor: Actor, person_id: UUID, window: Window) -> Subject | None:
    """The person, for somebody who may ask about them; None for anybody else.

    Reads in the current transaction.
    """
    visible = related(actor, FieldClass.COACHING, "person.id")
    found = await _rows(
        _SUBJECT.format(job=_JOB, visible=visible), actor, window, subject=person_id
    )
    return Subject(**found[0]) if found else None


async def group_of(actor: Actor, subject: Subject, window: Window) -> Group:
    """Those with the same job, or where they are too few, those on the same level with the same kind of
    territory. Reads in the current transaction."""
    peers = await _drawn(actor, _SAME_JOB.format(job=_JOB), subject, window)
    if len(peers) >= LEAST_PEERS:
        return Group(f"people with the same job ({subject.job})", peers)
    alike = await _drawn(actor, _SAME_LEVEL, subject, window)
    if len(alike) >= LEAST_PEERS:
        return Group("people on the same level with the same kind of territory", alike)
    return Group(f"people with the same job ({subject.job})", peers)


async def _drawn(actor: Actor, peers: str, subject: Subject, window: Window) -> list[Peer]:
    text = _DRAWN.format(peers=peers, sees=related(actor, FieldClass.COACHING, "drawn.id"))
    rows = await _rows(text, actor, window, subject=subject.id, job=subject.job, most=MOST_PEERS)
    return [Peer(row["id"], row["is_seen"]) for row in rows]


async def _rows(
    text: str, actor: Actor, window: Window, **values: object
) -> Sequence[Mapping[str, Any]]:
    named = {**viewer(actor), "first": window.first, "last": window.last, **values}
    statement, arguments = bind(text, named)
    return await current_transaction().execute_query_dict(statement, arguments)
