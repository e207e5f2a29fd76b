"""Targets as goals: their territory, the decision that puts them in force, and people's say.

Once people have acted on a goal, a file no longer overrules them: the same target as before changes
nothing, and another one is refused.
"""

from uuid import UUID

from domain.imports.applying import NEW_ID, Shape
from domain.imports.mapping import Source
from domain.imports.staging import Staging, settled, staged
from domain.money import minor_units_of

# The version at which imports left the goal; a higher one means that people acted on it.
_AS_IMPORTED = (
    "coalesce((select max(r.version_left) from import_revision r where r.org_id = $1"
    " and r.subject_kind = 'goal' and r.subject_id = goal.id), 1)"
)
_LAST_IMPORTED_TARGET = (
    "(select d.target from goal_decision d where d.org_id = $1 and d.goal_id = goal.id"
    " and d.batch_id is not null order by d.decided_at desc, d.id desc limit 1)"
)


async def measure_goals(staging: Staging, source: Source) -> None:
    """Refuse targets by what nobody measures, and amounts finer than their currency's smallest unit;
    only targets in money have a currency."""
    await staging.connection.execute(
        f"""
        insert into fault
        select {source.number}, s.line, 'measure', s.measure,
               'the key of a measure in use, such as revenue', 'reference', left((s.*)::text, 2000)
        from {staged(source)} s
        where not exists (select 1 from measure where measure.org_id = $1
                          and measure.key = s.measure and measure.retired_at is null)
        """,
        staging.org,
    )
    await staging.connection.execute(
        f"""
        update {staged(source)} s set currency = null from measure
        where measure.org_id = $1 and measure.key = s.measure and measure.unit <> 'money'
        """,
        staging.org,
    )
    await staging.connection.execute(
        f"""
        insert into fault
        select {source.number}, s.line, 'target', trim_scale(s.target)::text,
               'an amount in ' || s.currency || case unit.places when 0 then ' without decimals'
                 else ' with at most ' || unit.places || ' decimals' end,
               'number', left((s.*)::text, 2000)
        from {staged(source)} s
        cross join lateral (select {minor_units_of("s.currency")} as places) unit
        where s.currency is not null and s.target <> trunc(s.target, unit.places)
        """
    )


async def respect_people(staging: Staging, source: Source) -> None:
    """Leave goals alone that somebody has acted on; refuse rows that would change them."""
    acted_on = (
        f"from goal where goal.org_id = $1 and goal.id = s.id and s.verdict = 'corrected'"
        f" and goal.version > {_AS_IMPORTED}"
    )
    await staging.connection.execute(
        f"update {settled(source)} s set verdict = 'unchanged' {acted_on}"
        f" and s.target = {_LAST_IMPORTED_TARGET}",
        staging.org,
    )
    await staging.connection.execute(
        f"""
        insert into fault
        select {source.number}, s.line, 'target', s.target::text,
               'a goal nobody has acted on; this one is at version ' || goal.version
               || ', so agree a new target in Attain', 'acted on', ''
        from {settled(source)} s, lateral (select goal.version {acted_on}) goal
        """,
        staging.org,
    )
    await staging.connection.execute(
        f"delete from {settled(source)} s using fault"
        f" where fault.source = {source.number} and fault.line = s.line"
    )


async def place_and_decide(staging: Staging, shape: Shape, batch: UUID, note: str) -> None:
    """Give new goals their territory, and every goal that was written its decision."""
    table = settled(shape.source)
    await _place(staging, table)
    await staging.connection.execute(
        f"""
        update goal set approved_at = now() from {table} s
        where goal.org_id = $1 and goal.id = s.id and s.verdict = 'new' and s.status = 'approved'
        """,
        staging.org,
    )
    await staging.connection.execute(
        f"""
        insert into goal_decision
          (org_id, id, goal_id, owner_id, act, person_id, seen_version, note, target, batch_id)
        select $1, {NEW_ID}, s.id, s.owner_id,
               case when s.verdict = 'corrected' then 'changed'
                    when s.status = 'approved' then 'approved' else 'drafted' end,
               null, null, $3, s.target, $2
        from {table} s where s.verdict in ('new', 'corrected')
        """,
        staging.org,
        batch,
        note,
    )


async def _place(staging: Staging, table: str) -> None:
    """The smallest territory that contains all to which the owner is assigned in the period."""
    await staging.connection.execute(
        f"""
        with period as (
          select distinct owner_id, starts_on, ends_on from {table} where verdict = 'new'
        ), assigned as (
          select distinct period.*, a.territory_id from period
          join territory_assignment a on a.org_id = $1 and a.person_id = period.owner_id
           and a.during && daterange(period.starts_on, period.ends_on, '[]')
        ), containing as (
          select assigned.owner_id, assigned.starts_on, assigned.ends_on, w.outer_id,
                 count(*) as contained, max(w.depth) as height
          from assigned
          join territory_within w on w.org_id = $1 and w.inner_id = assigned.territory_id
          group by 1, 2, 3, 4
        ), smallest as (
          select distinct on (owner_id, starts_on, ends_on) *
          from containing
          where contained = (select count(*) from assigned
                             where (assigned.owner_id, assigned.starts_on, assigned.ends_on)
                                 = (containing.owner_id, containing.starts_on, containing.ends_on))
          order by owner_id, starts_on, ends_on, height
        )
        update goal set territory_id = smallest.outer_id
        from {table} s, smallest
        where goal.org_id = $1 and goal.id = s.id and s.verdict = 'new'
          and s.owner_id = smallest.owner_id and s.starts_on = smallest.starts_on
          and s.ends_on = smallest.ends_on
        """,
        staging.org,
    )
