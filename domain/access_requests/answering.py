"""The answer to a request: what there is about the person, without third parties, for them alone.

It is the one road on which a text that its author keeps private reaches whom it is about; the author is not
named in it. Opinions about somebody are personal data, whoever keeps them (GDPR, articles 4(1), 15 and 15(4)).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.access_requests.models import AccessRequest, RequestState
from domain.access_requests.redacting import Known, Redaction
from domain.access_requests.rules import readable_until
from domain.access_requests.words import WORDS_ABOUT
from domain.database import current_transaction, on_behalf_of
from domain.history import number_events, record
from domain.ids import new_id
from domain.installation import on_its_round
from domain.jobs.queue import Payload
from domain.jobs.registry import each_organisation, job
from domain.sql import bind

_PEOPLE = "select id, name, email from person where org_id = $1"
_KEEP = """insert into access_extract (org_id, id, request_id, readers, kind, is_own, written_at, words)
  select $1, given.id, $2, $3, given.kind, given.is_own, given.written_at, given.words
  from unnest($4::uuid[], $5::text[], $6::boolean[], $7::timestamptz[], $8::text[])
    as given (id, kind, is_own, written_at, words)"""
_REMOVE = """with gone as (
  update access_request set state = 'removed'
  where org_id = :org::uuid and state = 'answered' and removed_on <= :today::date returning id
), removed as (
  delete from access_extract using gone where access_extract.org_id = :org::uuid and request_id = gone.id
) select id from gone order by id"""


@job("access_request.answer")
async def answer(given: Payload) -> None:
    """Answer a request that was granted; one that is answered stays as it is."""
    org, request_id = given["org"], given["request"]
    assert isinstance(org, UUID)  # as grant_access enqueues it
    assert isinstance(request_id, UUID)
    now = datetime.now(UTC)
    async with on_behalf_of(org, sees_all_words=True):
        actor = await on_its_round(org, now)
        request = await AccessRequest.filter(org_id=org, id=request_id).select_for_update().first()
        if request is None or request.state != RequestState.GRANTED:
            return
        await _keep(request, await _words_about(org, request.person_id))
        await request.change(
            state=RequestState.ANSWERED, answered_at=now, removed_on=readable_until(actor.today)
        )
        await record(actor, "access_request.answered", "access_request", request.id)
    await number_events(org)


async def _words_about(org: UUID, person: UUID) -> list[dict[str, Any]]:
    statement, arguments = bind(
        f"select * from ({' union all '.join(WORDS_ABOUT.values())}) about"
        " order by written_at, kind, words",
        {"org": org, "subject": person},
    )
    found: list[dict[str, Any]] = await current_transaction().execute_query_dict(
        statement, arguments
    )
    redact = await _redaction(org, person)
    # What the person wrote is theirs, as they wrote it.
    return [
        {**row, "words": row["words"] if row["is_own"] else redact(row["words"])} for row in found
    ]


async def _redaction(org: UUID, person: UUID) -> Redaction:
    rows = await current_transaction().execute_query_dict(_PEOPLE, [org])
    known = {row["id"]: Known(row["name"], row["email"], str(row["id"])) for row in rows}
    subject = known.pop(person)
    return Redaction.of(known.values(), subject)


async def _keep(request: AccessRequest, extracts: Iterable[Mapping[str, Any]]) -> None:
    kept = list(extracts)
    await current_transaction().execute_query(
        _KEEP,
        [
            request.org_id,
            request.id,
            [request.person_id],
            [new_id() for _ in kept],
            *([each[of] for each in kept] for of in ("kind", "is_own", "written_at", "words")),
        ],
    )


@each_organisation("23 2 * * *")
async def remove_old_answers(org: UUID) -> None:
    """Take away the words of answers that were there to be read for long enough."""
    async with on_behalf_of(org, sees_all_words=True):
        actor = await on_its_round(org, datetime.now(UTC))
        statement, arguments = bind(_REMOVE, {"org": org, "today": actor.today})
        gone = await current_transaction().execute_query_dict(statement, arguments)
        for row in gone:
            await record(actor, "access_request.removed", "access_request", row["id"])
    if gone:
        await number_events(org)
