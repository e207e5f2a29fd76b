"""To whom the service turns about somebody's goal: the managers above, the nearest first.

A manager is who stands above on the day and holds the role; whoever has left or may not sign in is
passed over, as a vacant position is.
"""


def managers_above(owner: str, *, but: str = "null") -> str:
    """SQL: those above the person in this column on `:today`, as `person_id`, with their `place`:
    1 is the nearest. Of two as near, the one whose id comes first. Whoever is in the column `but` is
    passed over, too."""
    return f"""select above.viewer_id as person_id,
      row_number() over (order by min(above.depth), above.viewer_id) as place
    from reach above
    join person on person.org_id = :org::uuid and person.id = above.viewer_id
      and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)
    where above.org_id = :org::uuid and above.person_id = {owner} and above.depth > 0
      and above.viewer_id is distinct from {but}
      and above.during @> :today::date
      and exists (select from role_grant where role_grant.org_id = :org::uuid
        and role_grant.person_id = above.viewer_id and role_grant.role = 'manager'
        and role_grant.revoked_at is null)
    group by above.viewer_id"""
