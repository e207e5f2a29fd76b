"""Documents that partner apps had remembered under their hash: few for each app, and its own only.

Every process of an installation finds them here. What has not been used longest leaves first, so an
app that registers without end pushes out nobody's documents but its own.
"""

from uuid import UUID

from domain.database import on_behalf_of

MOST_DOCUMENTS = 500
MOST_CHARACTERS = 1_000_000

_USE = """
with used as (
  update persisted_document set used_at = now()
  where org_id = $1 and client_id = $2 and hash = $3
  returning text
)
select text from used
"""
# The app's registrations take turns, so that each sees what there is to push out.
_TAKE_TURNS = """
select 1 from client_app where org_id = $1 and id = $2 and revoked_at is null for no key update
"""
_KEEP = """
insert into persisted_document (org_id, client_id, hash, text) values ($1, $2, $3, $4)
on conflict (org_id, client_id, hash) do update set used_at = now()
"""
_PUSH_OUT = """
delete from persisted_document where org_id = $1 and client_id = $2 and hash in (
  select hash from (
    select hash, row_number() over latest as documents, sum(length(text)) over latest as characters
    from persisted_document where org_id = $1 and client_id = $2
    window latest as (order by used_at desc, hash rows unbounded preceding)
  ) as counted
  where documents > $3 or characters > $4
)
"""


async def use_document(org: UUID, client: UUID, digest: str) -> str | None:
    """The text of this SHA-256 (hexadecimal), if this app had it remembered."""
    async with on_behalf_of(org) as transaction:
        rows = await transaction.execute_query_dict(_USE, [org, client, bytes.fromhex(digest)])
    return str(rows[0]["text"]) if rows else None


async def keep_document(org: UUID, client: UUID, digest: str, text: str) -> None:
    """Remember a document of this app's, and forget what is then too much. An app that was revoked
    meanwhile has nothing remembered."""
    async with on_behalf_of(org) as transaction:
        if not await transaction.execute_query_dict(_TAKE_TURNS, [org, client]):
            return
        await transaction.execute_query(_KEEP, [org, client, bytes.fromhex(digest), text])
        await transaction.execute_query(_PUSH_OUT, [org, client, MOST_DOCUMENTS, MOST_CHARACTERS])
