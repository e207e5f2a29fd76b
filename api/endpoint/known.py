"""Which text runs for what a caller sent, and who may send a text of their own.

Trusted documents are published with this installation and belong to everybody. First-party callers
are limited to them, whichever way they name or spell one out; that is what makes a stolen token of
theirs worth so little. Others may send free documents, and may have theirs persisted under their
hash, so that a phone sends 64 characters in place of two thousand (Apollo's "automatic persisted
queries"). Remembering saves bytes and proves nothing, so it never makes a document trusted.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Generic, Protocol, TypeVar

from api.endpoint.errors import Code, RequestRefused
from api.endpoint.request import GraphQLRequest

ActorT_contra = TypeVar("ActorT_contra", contravariant=True)


class Persisted(Protocol[ActorT_contra]):
    """Documents that callers sent before; each caller finds their own only."""

    async def find(self, actor: ActorT_contra, digest: str) -> str | None:
        """The text of this hash, if this caller had it persisted."""

    async def keep(self, actor: ActorT_contra, digest: str, text: str) -> None:
        """Remember a valid document for this caller."""


class KnownDocuments(Generic[ActorT_contra]):
    """`trusted` is the text for each hash that is published."""

    def __init__(
        self, trusted: Mapping[str, str], persisted: Persisted[ActorT_contra] | None
    ) -> None:
        self._trusted = trusted
        self._trusted_texts = frozenset(trusted.values())
        self._persisted = persisted

    async def text_of(
        self, asked: GraphQLRequest, actor: ActorT_contra | None, *, may_send_any: bool
    ) -> str:
        """The document to run. Raises RequestRefused for one that this caller may not send, for a
        hash that names nothing here, and for a hash that is not that of the text beside it."""
        if asked.document is None:
            assert asked.digest is not None
            return await self._found(asked.digest, actor if may_send_any else None)
        if asked.digest is not None and asked.digest != _digest_of(asked.document):
            raise RequestRefused("The hash is not that of the document sent with it.")
        if not may_send_any and asked.document not in self._trusted_texts:
            raise RequestRefused(
                "Only the documents published with this service are run here, and this is none "
                "of them.",
                Code.DOCUMENT_NOT_TRUSTED,
                is_about_document=True,
            )
        return asked.document

    async def keep(self, asked: GraphQLRequest, actor: ActorT_contra | None) -> None:
        """Remember the valid document that was sent together with its hash."""
        text, digest = asked.document, asked.digest
        if self._persisted is None or actor is None or text is None or digest is None:
            return
        if digest not in self._trusted:
            await self._persisted.keep(actor, digest, text)

    async def _found(self, digest: str, actor: ActorT_contra | None) -> str:
        text = self._trusted.get(digest)
        if text is None and actor is not None and self._persisted is not None:
            text = await self._persisted.find(actor, digest)
        if text is None:
            # Not a sentence: Apollo and urql compare the message, and send the whole text then.
            raise RequestRefused(
                "PersistedQueryNotFound", Code.PERSISTED_QUERY_NOT_FOUND, is_about_document=True
            )
        return text


def _digest_of(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
