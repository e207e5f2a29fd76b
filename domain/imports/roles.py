"""Roles that a people file states.

A file only ever gives roles. It never gives one back that somebody revoked, and it takes none away:
both are decisions of people.
"""

from uuid import UUID

from domain.imports.applying import NEW_ID
from domain.imports.mapping import Source
from domain.imports.staging import Staging, settled


async def grant_roles(staging: Staging, source: Source, batch: UUID) -> None:
    """Grant what each settled person was never granted before."""
    if "roles" not in source.fields:
        return
    granted = await staging.connection.fetch(
        f"""
        insert into role_grant (org_id, id, person_id, role, batch_id)
        select $1, {NEW_ID.replace("line", "s.line")}, s.id, stated.role, $2
        from {settled(source)} s, unnest(string_to_array(s.roles, ' ')) stated(role)
        where not exists (select 1 from role_grant g where g.org_id = $1 and g.person_id = s.id
                          and g.role = stated.role)
        returning person_id
        """,
        staging.org,
        batch,
    )
    await staging.connection.execute(
        f"update {settled(source)} set verdict = 'corrected'"
        " where verdict = 'unchanged' and id = any($1::uuid[])",
        [row[0] for row in granted],
    )
